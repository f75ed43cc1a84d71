//! Spans of a text, edits to it, and what may be shown of it.

mod excerpt;
mod lines;
mod mapped;
mod role;

pub use excerpt::{Excerpt, MASK, mask};
pub use lines::{LineIndex, Position};
pub use mapped::Mapped;
pub use role::Role;

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A half-open range of bytes in a UTF-8 text.
///
/// Both ends are meant to lie on character boundaries; [`Span::of`] says whether they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The text under the span, unless the span does not fit `text`.
    #[must_use]
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }

    /// How many bytes it covers.
    #[must_use]
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it covers no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether every byte of `other` lies within it.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// The replacement of one span by new text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What goes; empty for an insertion.
    pub span: Span,
    /// What comes instead.
    pub content: String,
}

impl Edit {
    /// Puts `content` in the place of `span`.
    pub fn replace(span: Span, content: impl Into<String>) -> Self {
        Self {
            span,
            content: content.into(),
        }
    }

    /// Puts `content` before the byte at `offset`.
    pub fn insert(offset: usize, content: impl Into<String>) -> Self {
        Self::replace(Span::new(offset, offset), content)
    }
}

/// Why edits could not be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits want the same bytes.
    #[error("two edits overlap at byte {0}")]
    Overlap(usize),
    /// An edit lies outside the text or cuts a character.
    #[error("an edit at byte {0} does not fit the text")]
    Misfit(usize),
}

/// Applies `edits` to `text`, in any order, all of them or none.
///
/// Insertions at one offset keep their order in the slice.
///
/// # Errors
///
/// Fails when two edits overlap or one does not fit the text.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|it| it.span);
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        if edit.span.start < done {
            return Err(EditError::Overlap(edit.span.start));
        }
        let kept = text.get(done..edit.span.start);
        result.push_str(kept.ok_or(EditError::Misfit(edit.span.start))?);
        if edit.span.of(text).is_none() {
            return Err(EditError::Misfit(edit.span.start));
        }
        result.push_str(&edit.content);
        done = edit.span.end;
    }
    result.push_str(text.get(done..).ok_or(EditError::Misfit(done))?);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_any_order() {
        let edits = [
            Edit::replace(Span::new(6, 11), "there"),
            Edit::insert(0, "> "),
        ];
        assert_eq!(apply("hello world", &edits).unwrap(), "> hello there");
    }

    #[test]
    fn overlapping_edits_are_an_error() {
        let edits = [
            Edit::replace(Span::new(0, 3), "a"),
            Edit::replace(Span::new(2, 4), "b"),
        ];
        assert_eq!(apply("hello", &edits), Err(EditError::Overlap(2)));
    }

    #[test]
    fn an_edit_past_the_end_is_an_error() {
        assert_eq!(
            apply("ab", &[Edit::replace(Span::new(1, 9), "")]),
            Err(EditError::Misfit(1))
        );
    }

    #[test]
    fn an_edit_within_a_character_is_an_error() {
        assert_eq!(
            apply("é", &[Edit::insert(1, "x")]),
            Err(EditError::Misfit(1))
        );
    }
}
