//! What may stand in the place of a value that is not a literal of its own.

use crate::text::Span;

use super::Standing;

/// How a class declares a field whose value is made anew for each of its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factory {
    /// `dataclasses.field`.
    Dataclass,
    /// `pydantic.Field`.
    Pydantic,
}

/// A stretch of a string with parts to fill in, in whose place one more such part may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// The whole string.
    pub outer: Span,
    /// What is written before the stretch, from the opening quotes on.
    pub before: Span,
    /// The quote that strings within the part must have.
    pub quote: char,
    /// Whether the string may be put together of one part more.
    pub standing: Standing,
}
