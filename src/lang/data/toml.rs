//! TOML: tables, dotted keys, all four kinds of text, values in brackets.

use super::dotenv;
use super::flow::Dialect;
use super::flow::Flow;
use crate::lang::Context;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::Escape;
use crate::lang::cursor::Reach;
use crate::lang::cursor::is_word;
use crate::lang::gather::Gather;
use crate::text::Span;

pub(super) fn read<'t>(mut cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    let mut table = Vec::new();
    while !cursor.is_done() {
        cursor.take_while(|it| it.is_ascii_whitespace());
        match cursor.peek() {
            None => {}
            Some(b'#') => {
                let line = cursor.take_line();
                dotenv::commented(line, gather);
            }
            Some(b'[') => {
                cursor.take_while(|it| it == b'[');
                table = take_key(&mut cursor);
                cursor.take_line();
            }
            Some(_) => entry(&mut cursor, &table, gather),
        }
    }
}

fn entry<'t>(cursor: &mut Cursor<'t>, table: &[Span], gather: &mut Gather<'t>) {
    let mut around = table.to_vec();
    around.extend(take_key(cursor));
    cursor.skip_blanks();
    if !cursor.eat("=") {
        cursor.take_line();
        return;
    }
    cursor.skip_blanks();
    match cursor.peek() {
        Some(b'"' | b'\'') => {
            if let (Some(value), Some(name)) = (take_string(cursor), around.pop()) {
                let name = gather.name(name).unwrap_or_default();
                gather.bind(name, &around, value, Context::Entry);
            }
        }
        Some(b'[' | b'{') => {
            let end = Flow::new(*cursor, gather, Dialect::Toml, &around).read_one();
            cursor.go_to(end);
        }
        Some(_) | None => {}
    }
    cursor.take_line();
}

/// The parts of a dotted key, without quotes.
fn take_key(cursor: &mut Cursor<'_>) -> Vec<Span> {
    let mut parts = Vec::new();
    loop {
        cursor.skip_blanks();
        let part = match cursor.peek() {
            Some(b'"') => cursor.take_quoted(Escape::Backslash, Reach::Line),
            Some(b'\'') => cursor.take_quoted(Escape::None, Reach::Line),
            Some(_) | None => Some(cursor.take_while(|it| is_word(it) || it == b'-')),
        };
        parts.extend(part.filter(|it| !it.is_empty()));
        cursor.skip_blanks();
        if !cursor.eat(".") {
            return parts;
        }
    }
}

/// A text of any kind, without its quotes.
pub(super) fn take_string(cursor: &mut Cursor<'_>) -> Option<Span> {
    for quotes in ["\"\"\"", "'''"] {
        if cursor.eat(quotes) {
            // A line ending right behind the quotes does not count.
            cursor.eat("\r");
            cursor.eat("\n");
            return Some(cursor.take_past(quotes));
        }
    }
    let escape = if cursor.looks_at("\"") {
        Escape::Backslash
    } else {
        Escape::None
    };
    cursor.take_quoted(escape, Reach::Line)
}

#[cfg(test)]
mod tests {
    use crate::lang::Format;
    use crate::lang::data::samples::shown;

    fn read(text: &str) -> Vec<String> {
        shown(Format::Toml, text)
    }

    #[test]
    fn tables_and_dotted_keys_enclose_their_entries() {
        let text = "a = 'one'\n[b.\"c d\"]\ne.f = \"two\" # x\n[[g]]\n'h' = 'three'\n";
        assert_eq!(read(text), ["a = one", "b/c d/e/f = two", "g/h = three"]);
    }

    #[test]
    fn texts_come_in_four_kinds() {
        let text = "a = \"x\\\"y\"\nb = 'x\\'\nc = \"\"\"\none\ntwo\"\"\"\nd = '''three'''\n";
        let expected = ["a = x\\\"y", "b = x\\", "c = one\ntwo", "d = three"];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn brackets_may_span_lines() {
        let text =
            "a = { b = 'one', c.d = \"two\" }\ne = [\n  # x\n  { f = 'three' },\n]\ng = 'four'";
        assert_eq!(
            read(text),
            ["a/b = one", "a/c.d = two", "e/f = three", "g = four"]
        );
    }

    #[test]
    fn only_texts_are_values() {
        assert_eq!(
            read("a = 1\nb = true\nc = 1979-05-27\nd = ''\n= 'x'\ne 'x'\n"),
            [""; 0]
        );
    }

    #[test]
    fn a_text_that_stays_open_ends_with_its_line() {
        assert_eq!(read("a = \"one\nb = \"two\"\n"), ["b = two"]);
    }
}
