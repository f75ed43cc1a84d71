//! A candidate as the model reads it: not more of each text than it looks at.

use super::Candidate;
use crate::text::Span;

/// So much of a value is looked at, in bytes.
const VALUE: usize = 512;

/// So much of a name.
const NAME: usize = 128;

/// So much of the line before the value.
const BEFORE: usize = 120;

/// So much of the line behind it.
const AFTER: usize = 60;

/// A candidate, cut to size.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// The value; its length before the cut is in `length`.
    pub(super) value: &'a str,
    /// How many bytes the whole value has.
    pub(super) length: usize,
    pub(super) name: &'a str,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    /// The candidate; its texts are not cut.
    pub(super) candidate: Candidate<'a>,
}

impl<'a> View<'a> {
    /// What the model reads of `candidate`.
    pub(super) fn of(candidate: &Candidate<'a>) -> Self {
        Self {
            value: head(candidate.value, VALUE),
            length: candidate.value.len(),
            name: head(candidate.name, NAME),
            before: tail(candidate.before, BEFORE),
            after: head(candidate.after, AFTER),
            candidate: *candidate,
        }
    }
}

/// The text of the line before `span`, and what follows it on its line.
pub(super) fn around(text: &str, span: Span) -> (&str, &str) {
    let before = tail(text.get(..span.start).unwrap_or_default(), BEFORE);
    let after = head(text.get(span.end..).unwrap_or_default(), AFTER);
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    (line, after.split(['\n', '\r']).next().unwrap_or_default())
}

/// At most the first `length` bytes.
fn head(text: &str, length: usize) -> &str {
    let end = text.floor_char_boundary(length);
    text.get(..end).unwrap_or_default()
}

/// At most the last `length` bytes.
fn tail(text: &str, length: usize) -> &str {
    let start = text.ceil_char_boundary(text.len().saturating_sub(length));
    text.get(start..).unwrap_or_default()
}
