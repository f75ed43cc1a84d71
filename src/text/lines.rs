//! From byte offsets to lines and columns, and back to the text of a line.

use std::cell::OnceCell;

use serde::{Deserialize, Serialize};

use super::Span;

/// The byte order mark that may open a UTF-8 text; it belongs to no line.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// How many bytes are counted at once; a long line is counted once and not for each position.
const STRIDE: usize = 4096;

/// Where lines start; turns offsets into positions.
///
/// A line ends after `\n`, `\r\n` or a `\r` alone, as editors and compilers count.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
    /// The characters before each multiple of [`STRIDE`]; made when a long line asks for it.
    counts: OnceCell<Vec<Count>>,
}

/// How many characters there are up to some byte.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    chars: usize,
    utf16: usize,
}

/// A place in a text as editors and SARIF count it, all numbers from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|it| bytes.get(*it) == Some(&b'\n') || bytes.get(it + 1) != Some(&b'\n'))
            .map(|it| it + 1);
        Self {
            starts: std::iter::once(first).chain(ends).collect(),
            counts: OnceCell::new(),
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
        let bytes = text.as_bytes().get(start..offset).unwrap_or_default();
        let before = if bytes.len() <= STRIDE {
            Count::of(bytes)
        } else {
            let (from, to) = (self.count_to(text, start), self.count_to(text, offset));
            Count {
                chars: to.chars - from.chars,
                utf16: to.utf16 - from.utf16,
            }
        };
        Position {
            line,
            byte_column: bytes.len() + 1,
            char_column: before.chars + 1,
            utf16_column: before.utf16 + 1,
        }
    }

    /// How many characters of `text` there are before `offset`.
    fn count_to(&self, text: &str, offset: usize) -> Count {
        let counts = self.counts.get_or_init(|| {
            let strides = text.as_bytes().chunks(STRIDE);
            strides
                .scan(Count::default(), |sum, it| {
                    let before = *sum;
                    *sum = sum.plus(Count::of(it));
                    Some(before)
                })
                .collect()
        });
        let stride = offset / STRIDE;
        let rest = text.as_bytes().get(stride * STRIDE..offset);
        let whole = counts.get(stride).copied().unwrap_or_default();
        whole.plus(Count::of(rest.unwrap_or_default()))
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

impl Count {
    /// The characters that begin in `bytes`, a part of a UTF-8 text.
    fn of(bytes: &[u8]) -> Self {
        let chars = bytes.iter().filter(|it| **it & 0xC0 != 0x80).count();
        let pairs = bytes.iter().filter(|it| **it >= 0xF0).count();
        Self {
            chars,
            utf16: chars + pairs,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            chars: self.chars + other.chars,
            utf16: self.utf16 + other.utf16,
        }
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
    fn columns_of_a_long_line_are_counted_right() {
        let text = format!("one\n{}x", "aé𝄞".repeat(5_000));
        let at = LineIndex::new(&text).position(&text, text.len() - 1);
        let columns = (at.byte_column, at.char_column, at.utf16_column);
        assert_eq!((at.line, columns), (2, (35_001, 15_001, 20_001)));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}key";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 3).byte_column, 1);
        assert_eq!(index.span(text, 1), Some(Span::new(3, 6)));
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line() {
        let text = "one\rtwo\r\nthree";
        let index = LineIndex::new(text);
        assert_eq!(index.line_at(text.len()), 3);
        assert_eq!(index.span(text, 2), Some(Span::new(4, 7)));
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
