//! `.env` files: `NAME=value`, with or without `export`, quotes and comments.

use crate::lang::cursor::Cursor;
use crate::lang::cursor::Escape;
use crate::lang::cursor::Reach;
use crate::lang::cursor::is_word;
use crate::lang::cursor::trim;
use crate::lang::gather::Gather;
use crate::text::Span;

pub(super) fn read<'t>(mut cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    while !cursor.is_done() {
        read_line(&mut cursor, gather);
    }
}

/// Reads one line, and those that its quotes reach over.
pub(super) fn read_line<'t>(cursor: &mut Cursor<'t>, gather: &mut Gather<'t>) {
    cursor.skip_blanks();
    if cursor.peek() == Some(b'#') {
        let line = cursor.take_line();
        commented(line, gather);
        return;
    }
    let Some(name) = name(cursor) else {
        cursor.take_line();
        return;
    };
    cursor.skip_blanks();
    if !cursor.eat("=") && !cursor.eat(": ") {
        cursor.take_line();
        return;
    }
    cursor.skip_blanks();
    let value = take_value(cursor);
    gather.dotted(name, &[], value);
    cursor.take_line();
}

/// Binds what a line would bind if it were not a comment.
///
/// What is commented out is still in the code. Prose is told by its spaces.
pub(super) fn commented(line: Span, gather: &mut Gather<'_>) {
    let mut cursor = Cursor::within(gather.text(), line);
    cursor.take_while(|it| matches!(it, b'#' | b';' | b'!' | b' ' | b'\t'));
    let Some(name) = name(&mut cursor) else {
        return;
    };
    if cursor.eat("=") {
        let value = take_value(&mut cursor);
        let text = value.of(gather.text()).unwrap_or_default();
        if !text.contains(' ') {
            gather.dotted(name, &[], value);
        }
    }
}

/// A name, behind `export` or not.
fn name(cursor: &mut Cursor<'_>) -> Option<Span> {
    for word in ["export", "set", "setenv"] {
        let mut ahead = *cursor;
        if ahead.eat(word) && matches!(ahead.peek(), Some(b' ' | b'\t')) {
            ahead.skip_blanks();
            *cursor = ahead;
            break;
        }
    }
    let name = cursor.take_while(|it| is_word(it) || matches!(it, b'-' | b'.'));
    (!name.is_empty()).then_some(name)
}

/// The value from here, without quotes and comment.
pub(super) fn take_value(cursor: &mut Cursor<'_>) -> Span {
    if let Some(quote @ (b'"' | b'\'' | b'`')) = cursor.peek() {
        let end = quoted_end(*cursor, quote);
        let mut quoted = Cursor::within(cursor.text(), Span::new(cursor.at(), end));
        let escape = if quote == b'"' {
            Escape::Backslash
        } else {
            Escape::None
        };
        let inner = quoted.take_quoted(escape, Reach::Text);
        if let Some(inner) = inner {
            cursor.go_to(quoted.at());
            return inner;
        }
        // A quote that stays open belongs to nothing.
        cursor.skip(1);
    }
    let mut rest = *cursor;
    rest.skip_line();
    let line = Span::new(cursor.at(), rest.at());
    cursor.go_to(line.end);
    trim(cursor.text(), without_comment(cursor.text(), line))
}

/// Where a quoted value may reach to: over lines, until one that is an entry of its own.
fn quoted_end(mut cursor: Cursor<'_>, quote: u8) -> usize {
    let first = cursor.take_line();
    let written = first.of(cursor.text()).unwrap_or_default().as_bytes();
    let closes = written
        .iter()
        .skip(1)
        .zip(written)
        .any(|(it, before)| *it == quote && *before != b'\\');
    if closes {
        return first.end;
    }
    while !cursor.is_done() && !is_entry(cursor) {
        let line = cursor.take_line();
        let text = line.of(cursor.text()).unwrap_or_default();
        if text.bytes().any(|it| it == quote) {
            return line.end;
        }
    }
    cursor.at()
}

/// Whether a line has a name and a value, and not only the signs that end Base64.
fn is_entry(mut cursor: Cursor<'_>) -> bool {
    let line = cursor.take_line();
    let mut cursor = Cursor::within(cursor.text(), line);
    let named = name(&mut cursor).is_some() && cursor.eat("=");
    named
        && cursor
            .rest()
            .iter()
            .any(|it| !matches!(it, b'=' | b'"' | b'\''))
}

/// The line up to the number sign that opens a comment.
fn without_comment(text: &str, line: Span) -> Span {
    let bytes = line.of(text).unwrap_or_default().as_bytes();
    let comment = memchr::memchr_iter(b'#', bytes).find(|it| {
        let before = it.checked_sub(1).and_then(|it| bytes.get(it));
        before.is_none_or(u8::is_ascii_whitespace)
    });
    Span::new(line.start, line.start + comment.unwrap_or(bytes.len()))
}

#[cfg(test)]
mod tests {
    use crate::lang::Format;
    use crate::lang::data::samples::shown;

    fn read(text: &str) -> Vec<String> {
        shown(Format::Dotenv, text)
    }

    #[test]
    fn a_value_stands_behind_the_name() {
        let text = "A=one\nexport B=two\n  C = three\r\nD: four\napp.e-f=five";
        let expected = [
            "A = one",
            "B = two",
            "C = three",
            "D = four",
            "app/e-f = five",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn quotes_and_comments_do_not_belong_to_the_value() {
        let text = "A='one # 1' # comment\nB=\"t\\\"wo\"\nC=three # comment\nD=fo#ur\nE=`five`";
        let expected = [
            "A = one # 1",
            "B = t\\\"wo",
            "C = three",
            "D = fo#ur",
            "E = five",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn nothing_is_bound_to_a_name_without_a_value() {
        assert_eq!(read("A=\nB=''\nC= # comment\nD\n=x\n"), [""; 0]);
    }

    #[test]
    fn references_are_kept_as_they_are() {
        assert_eq!(read("A=${B}-c\nD=$(e f)"), ["A = ${B}-c", "D = $(e f)"]);
    }

    #[test]
    fn a_quoted_value_may_span_lines() {
        let text = "A=\"-----BEGIN\nabc=\n-----END\"\nB=two";
        assert_eq!(read(text), ["A = -----BEGIN\nabc=\n-----END", "B = two"]);
    }

    #[test]
    fn a_quote_that_stays_open_ends_before_the_next_entry() {
        assert_eq!(
            read("A='one\nB=two\nC='three'"),
            ["A = one", "B = two", "C = three"]
        );
        assert_eq!(read("A=\"one"), ["A = one"]);
        assert_eq!(read("A='"), [""; 0]);
    }

    #[test]
    fn what_is_commented_out_counts_and_prose_does_not() {
        let text = "# A=one\n#export B='two'\n# set C=x to get the thing\n# a = b\n";
        assert_eq!(read(text), ["A = one", "B = two"]);
    }
}
