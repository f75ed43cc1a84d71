//! From byte offsets to lines and columns, and back to the text of a line.

use super::Span;

/// The byte order mark that may open a UTF-8 text; it belongs to no line.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Where lines start; turns offsets into positions.
///
/// A line ends after `\n`; a `\r` before it belongs to the line ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<usize>,
}

/// A place in a text as editors and SARIF count it, all numbers from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column in bytes.
    pub byte_column: usize,
    /// The column in Unicode scalar values.
    pub char_column: usize,
    /// The column in UTF-16 code units, as SARIF counts.
    pub utf16_column: usize,
}

impl LineIndex {
    /// Finds the lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let first = if text.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len_utf8()
        } else {
            0
        };
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|it| it + 1);
        Self {
            starts: std::iter::once(first).chain(ends).collect(),
        }
    }

    /// How many lines there are; a final line ending opens an empty last one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The number of the line that holds the byte at `offset`, from one.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|it| *it <= offset).max(1)
    }

    /// Where `offset` lies in `text`, the text this index was made of.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line_at(offset);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = text.get(start..offset).unwrap_or("");
        Position {
            line,
            byte_column: before.len() + 1,
            char_column: before.chars().count() + 1,
            utf16_column: before.encode_utf16().count() + 1,
        }
    }

    /// The line with the number `line`, from one, without its line ending.
    #[must_use]
    pub fn span(&self, text: &str, line: usize) -> Option<Span> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        let content = text.get(start..end)?.trim_end_matches(['\r', '\n']);
        Some(Span::new(start, start + content.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_three_units() {
        let text = "a\nkey = 'é𝄞x'";
        let at = LineIndex::new(text).position(text, text.len() - 2);
        let columns = (at.byte_column, at.char_column, at.utf16_column);
        assert_eq!((at.line, columns), (2, (14, 10, 11)));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}key";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 3).byte_column, 1);
        assert_eq!(index.span(text, 1), Some(Span::new(3, 6)));
    }

    #[test]
    fn line_endings_do_not_belong_to_lines() {
        let text = "one\r\ntwo\n";
        let index = LineIndex::new(text);
        assert_eq!(index.span(text, 1), Some(Span::new(0, 3)));
        assert_eq!(index.span(text, 2), Some(Span::new(5, 8)));
        assert_eq!(index.span(text, 3), Some(Span::new(9, 9)));
        assert_eq!(index.span(text, 4), None);
    }
}
