//! A place in a text that moves forward only, so that reading takes linear time.

use crate::text::Span;

/// A place in a text that moves forward only.
///
/// It stops before and after bytes of ASCII, so its spans lie on character boundaries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

/// How a quote is written within quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// It cannot be.
    None,
    /// After a backslash.
    Backslash,
    /// After a grave accent.
    Grave,
    /// Twice.
    Doubled,
}

/// How far a quoted text may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the end of its line.
    Line,
    /// To the end of the text.
    Text,
}

impl<'t> Cursor<'t> {
    /// At the start of `text`, behind the byte order mark if there is one.
    pub(super) fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let end = text.len();
        Self { text, at, end }
    }

    /// At the start of `span`, and never past its end.
    pub(super) fn within(text: &'t str, span: Span) -> Self {
        let end = span.end.min(text.len());
        let at = span.start.min(end);
        Self { text, at, end }
    }

    /// The offset in the text.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What it reads.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.end
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'t [u8] {
        let bytes = self.text.as_bytes();
        bytes.get(self.at..self.end).unwrap_or_default()
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// The byte `ahead` bytes after the next one.
    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.rest().get(ahead).copied()
    }

    /// The byte before the next one.
    pub(super) fn before(&self) -> Option<u8> {
        let at = self.at.checked_sub(1)?;
        self.text.as_bytes().get(at).copied()
    }

    /// Whether `what` comes next.
    pub(super) fn looks_at(&self, what: &str) -> bool {
        let rest = self.rest();
        // Nearly always the first byte tells.
        let first = what.as_bytes().first();
        first.is_none_or(|it| rest.first() == Some(it)) && rest.starts_with(what.as_bytes())
    }

    /// Passes over `count` bytes.
    pub(super) fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.end);
    }

    /// Goes to `offset`, unless that lies behind.
    pub(super) fn go_to(&mut self, offset: usize) {
        self.at = self.at.max(offset.min(self.end));
    }

    /// Passes over `what` if it comes next, and says whether it did.
    pub(super) fn eat(&mut self, what: &str) -> bool {
        let eats = self.looks_at(what);
        if eats {
            self.skip(what.len());
        }
        eats
    }

    /// The bytes from here that `fits` accepts; goes behind them.
    pub(super) fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> Span {
        let start = self.at;
        let rest = self.rest();
        let count = rest.iter().position(|it| !fits(*it));
        self.skip(count.unwrap_or(rest.len()));
        Span::new(start, self.at)
    }

    /// Passes over spaces and tabs.
    pub(super) fn skip_blanks(&mut self) {
        self.take_while(|it| matches!(it, b' ' | b'\t'));
    }

    /// The rest of the line, without its ending; goes to the next line.
    ///
    /// A bare carriage return ends a line, too.
    pub(super) fn take_line(&mut self) -> Span {
        let rest = self.rest();
        let (length, ending) = match memchr::memchr2(b'\n', b'\r', rest) {
            None => (rest.len(), 0),
            Some(at) if rest.get(at) == Some(&b'\r') && rest.get(at + 1) == Some(&b'\n') => (at, 2),
            Some(at) => (at, 1),
        };
        let line = Span::new(self.at, self.at + length);
        self.skip(length + ending);
        line
    }

    /// Goes to the end of the line, before its ending.
    pub(super) fn skip_line(&mut self) {
        let rest = self.rest();
        let length = memchr::memchr2(b'\n', b'\r', rest);
        self.skip(length.unwrap_or(rest.len()));
    }

    /// What comes before the next `what`, or before the end; goes behind it.
    pub(super) fn take_past(&mut self, what: &str) -> Span {
        let start = self.at;
        let rest = self.rest();
        let length = memchr::memmem::find(rest, what.as_bytes());
        self.skip(length.map_or(rest.len(), |it| it + what.len()));
        Span::new(start, start + length.unwrap_or(rest.len()))
    }

    /// What stands between the quote that comes next and the one that closes it; goes behind it.
    ///
    /// `None` where nothing closes it; then all that it could reach is passed over, so that no
    /// byte is looked at twice.
    pub(super) fn take_quoted(&mut self, escape: Escape, reach: Reach) -> Option<Span> {
        let quote = self.peek()?;
        self.skip(1);
        let start = self.at;
        let escaping = match escape {
            Escape::None => None,
            Escape::Backslash => Some(b'\\'),
            Escape::Grave => Some(b'`'),
            Escape::Doubled => Some(quote),
        };
        while let Some(byte) = self.peek() {
            let after = self.peek_at(1);
            if Some(byte) == escaping && (byte != quote || after == Some(quote)) {
                // An escaped line ending belongs to the text where lines do.
                let ends_line = matches!(after, Some(b'\n' | b'\r'));
                self.skip(if ends_line && reach == Reach::Line {
                    1
                } else {
                    2
                });
            } else if byte == quote {
                let inner = Span::new(start, self.at);
                self.skip(1);
                return Some(inner);
            } else if reach == Reach::Line && matches!(byte, b'\n' | b'\r') {
                return None;
            } else {
                self.skip(1);
            }
        }
        None
    }
}

/// `span` without the white space at its ends.
pub(super) fn trim(text: &str, span: Span) -> Span {
    let inner = span.of(text).unwrap_or_default();
    let front = inner.len() - inner.trim_ascii_start().len();
    let length = inner.trim_ascii().len();
    Span::new(span.start + front, span.start + front + length)
}

/// `span` without the quotes around it, if there are any.
pub(super) fn unquote(text: &str, span: Span) -> Span {
    let inner = span.of(text).unwrap_or_default();
    let is_quoted = ["\"", "'", "`"]
        .iter()
        .any(|it| inner.len() >= 2 && inner.starts_with(it) && inner.ends_with(it));
    if is_quoted {
        Span::new(span.start + 1, span.end - 1)
    } else {
        span
    }
}

/// Whether a byte can be a part of a name in most languages.
#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether a text is a name as variables have it.
pub(super) fn is_name(text: &str) -> bool {
    text.bytes().all(is_word) && text.bytes().next().is_some_and(|it| !it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str, escape: Escape, reach: Reach) -> (Option<&str>, &str) {
        let mut cursor = Cursor::new(text);
        let span = cursor.take_quoted(escape, reach);
        (
            span.and_then(|it| it.of(text)),
            text.get(cursor.at()..).unwrap(),
        )
    }

    #[test]
    fn a_quote_may_be_escaped() {
        let expected = (Some(r#"a\"b"#), "c");
        assert_eq!(
            quoted(r#""a\"b"c"#, Escape::Backslash, Reach::Line),
            expected
        );
        assert_eq!(
            quoted("'a''b'c", Escape::Doubled, Reach::Line),
            (Some("a''b"), "c")
        );
        assert_eq!(
            quoted(r"'a\'c", Escape::None, Reach::Line),
            (Some(r"a\"), "c")
        );
    }

    #[test]
    fn a_quote_that_stays_open_ends_with_its_line() {
        assert_eq!(
            quoted("'a\nb'", Escape::Backslash, Reach::Line),
            (None, "\nb'")
        );
        assert_eq!(
            quoted("'a\nb'", Escape::Backslash, Reach::Text),
            (Some("a\nb"), "")
        );
        assert_eq!(
            quoted("'a\\\nb", Escape::Backslash, Reach::Line),
            (None, "\nb")
        );
        assert_eq!(quoted("'a\\", Escape::Backslash, Reach::Text), (None, ""));
    }

    #[test]
    fn lines_end_in_three_ways() {
        let text = "a\r\nb\rc\n\nd";
        let mut cursor = Cursor::new(text);
        let mut lines = Vec::new();
        while !cursor.is_done() {
            lines.push(cursor.take_line().of(text).unwrap());
        }
        assert_eq!(lines, ["a", "b", "c", "", "d"]);
    }

    #[test]
    fn white_space_and_quotes_are_taken_off() {
        let text = " 'é ' ";
        let trimmed = trim(text, Span::new(0, text.len()));
        assert_eq!(trimmed.of(text), Some("'é '"));
        assert_eq!(unquote(text, trimmed).of(text), Some("é "));
        assert_eq!(unquote("'", Span::new(0, 1)), Span::new(0, 1));
    }
}
