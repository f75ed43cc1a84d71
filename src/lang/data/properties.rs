//! Java properties: `name=value`, `name: value`, `name value`, with continued lines.

use super::dotenv;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::trim;
use crate::lang::gather::Gather;
use crate::text::Span;

pub(super) fn read<'t>(mut cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    let text = gather.text();
    while !cursor.is_done() {
        cursor.take_while(|it| it.is_ascii_whitespace());
        if let Some(b'#' | b'!') = cursor.peek() {
            let line = cursor.take_line();
            dotenv::commented(line, gather);
            continue;
        }
        let name = take_name(&mut cursor);
        cursor.skip_blanks();
        if let Some(b'=' | b':') = cursor.peek() {
            cursor.skip(1);
            cursor.skip_blanks();
        }
        let value = trim(text, take_logical_line(&mut cursor));
        gather.dotted(name, &[], value);
    }
}

/// The name, up to what ends it; such signs belong to it behind a backslash.
fn take_name(cursor: &mut Cursor<'_>) -> Span {
    let start = cursor.at();
    loop {
        cursor.take_while(|it| !matches!(it, b'=' | b':' | b'\\') && !it.is_ascii_whitespace());
        if cursor.peek() != Some(b'\\') {
            return Span::new(start, cursor.at());
        }
        cursor.skip(2);
    }
}

/// The rest of the line, and the next line for as long as the line ends in a backslash.
fn take_logical_line(cursor: &mut Cursor<'_>) -> Span {
    let mut line = cursor.take_line();
    let start = line.start;
    loop {
        let bytes = line.of(cursor.text()).unwrap_or_default().as_bytes();
        let escapes = bytes.iter().rev().take_while(|it| **it == b'\\').count();
        if escapes % 2 == 0 || cursor.is_done() {
            return Span::new(start, line.end);
        }
        line = cursor.take_line();
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Format;
    use crate::lang::data::samples::shown;

    fn read(text: &str) -> Vec<String> {
        shown(Format::Properties, text)
    }

    #[test]
    fn three_signs_part_name_and_value() {
        let text = "a=one\nb : two # three\n  c four\n\\:d\\ e=five\n";
        let expected = [
            "a = one",
            "b = two # three",
            "c = four",
            "\\:/d/\\ /e = five",
        ];
        let mut shown = read(text);
        let last = shown.pop();
        assert_eq!(shown, expected[..3]);
        assert!(last.unwrap().ends_with(" = five"));
    }

    #[test]
    fn a_dotted_name_is_taken_apart() {
        let text = "spring.datasource.password=rosebud\r\nempty=\r\n";
        assert_eq!(read(text), ["spring/datasource/password = rosebud"]);
    }

    #[test]
    fn a_backslash_continues_the_line() {
        let text = "a=one,\\\n  two\nb=c\\\\\nd=e\\";
        assert_eq!(read(text), ["a = one,\\\n  two", "b = c\\\\", "d = e\\"]);
    }

    #[test]
    fn what_is_commented_out_counts() {
        assert_eq!(
            read("#a.password=rosebud\n! prose\n"),
            ["a/password = rosebud"]
        );
    }
}
