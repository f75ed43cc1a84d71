//! The byte strings that a text must hold for an expression to match, taken from the expression.

/// A byte string of which a text must hold one, in any case of ASCII letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needle {
    /// The bytes, in lower case.
    pub bytes: Vec<u8>,
    /// Where a match may start, seen from the needle.
    pub reach: Reach,
}

/// Where a match may start, seen from a needle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Exactly so many bytes before the needle.
    Exactly(usize),
    /// At most so many bytes before the needle.
    Within(usize),
}
