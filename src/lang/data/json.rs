//! JSON, also with comments, and Jupyter notebooks.

use super::flow::Dialect;
use super::flow::Flow;
use crate::lang::Context;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::is_word;
use crate::lang::gather::Gather;
use crate::text::Span;

pub(super) fn read<'t>(cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    Flow::new(cursor, gather, Dialect::Json, &[]).read_all();
}

/// Binds `name = "value"` in a line of code that stands in a text of JSON, as notebooks keep it.
pub(super) fn read_code(line: Span, gather: &mut Gather<'_>) {
    let mut cursor = Cursor::within(gather.text(), line);
    while !cursor.is_done() {
        let name = cursor.take_while(is_word);
        if name.is_empty() {
            cursor.skip(1);
            continue;
        }
        cursor.eat("\\\"");
        cursor.eat("'");
        cursor.eat("]");
        cursor.skip_blanks();
        if !(cursor.eat("=") || cursor.eat(":")) {
            continue;
        }
        cursor.skip_blanks();
        let quote = ["\\\"", "'"].into_iter().find(|it| cursor.eat(it));
        if let (Some(quote), Some(name)) = (quote, gather.name(name)) {
            let value = cursor.take_past(quote);
            if value.end < line.end {
                gather.bind(name, &[], value, Context::Variable);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Format;
    use crate::lang::data::samples::shown;

    fn read(text: &str) -> Vec<String> {
        shown(Format::Json, text)
    }

    #[test]
    fn keys_enclose_what_is_below_them() {
        let text = r#"{"a": {"b": "one", "c": [{"d": "two"}, {"d": "three"}]}, "e": "four"}"#;
        let expected = ["a/b = one", "a/c/d = two", "a/c/d = three", "e = four"];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn escapes_stay_as_they_are_written() {
        assert_eq!(
            read(r#"{"a": "x\"y\\", "b": "\u00e9"}"#),
            [r#"a = x\"y\\"#, r"b = \u00e9"]
        );
    }

    #[test]
    fn only_texts_are_values() {
        assert_eq!(
            read(r#"{"a": 1, "b": true, "c": null, "d": "", "e": []}"#),
            [""; 0]
        );
    }

    #[test]
    fn comments_single_quotes_and_bare_names_are_read() {
        let text = "// c: \"x\"\n{a: 'one', /* \"b\": \"x\" */ 'd': \"two\",}\n";
        assert_eq!(read(text), ["a = one", "d = two"]);
    }

    #[test]
    fn a_pair_of_name_and_value_is_one_binding() {
        let text = r#"{"env": [{"name": "A", "value": "one"}, {"Value": "two", "Key": "B"}]}"#;
        let expected = ["env/name = A", "env/A = one", "env/B = two", "env/Key = B"];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn items_that_assign_are_bound() {
        let text =
            r#"{"Env": ["A=one", "B='two'", "no"], "args": ["--db-pass=three", "--key", "4"]}"#;
        let expected = [
            "Env/A = one",
            "Env/B = two",
            "args/db-pass = three",
            "args/key = 4",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn code_in_notebooks_is_read() {
        let text = r#"{"cells": [{"source": ["key = \"one\"\n", "d['k'] = 'two'", "x = 1"]}]}"#;
        assert_eq!(read(text), ["key = one", "k = two"]);
    }

    #[test]
    fn broken_texts_give_what_can_be_read() {
        assert_eq!(read("{\"a\": \"one\n\"b\": \"two\"}"), ["b = two"]);
        assert_eq!(read("]}{\"a\": \"one\", \"b\""), ["a = one"]);
        assert_eq!(read("\"a\": \"one\""), [""; 0]);
    }

    #[test]
    fn depth_is_survived() {
        let deep = "[".repeat(100_000) + "{\"a\": \"x\"}" + &"]".repeat(100_000);
        assert_eq!(read(&format!("[{deep}, {{\"b\": \"y\"}}]")), ["b = y"]);
    }
}
