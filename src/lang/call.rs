//! Calls of functions, as far as their texts say who gets a literal.

use crate::text::Span;

/// A call of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The function, behind the names that it is reached through; the last few of them.
    ///
    /// An empty span stands for what is no name: `f().g` is reached through something.
    pub function: Vec<Span>,
    /// What it is given, in order; no more than the first few.
    pub arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// All of it.
    pub whole: Span,
    /// What stands between the quotes, where it is a literal or a value made of nothing else:
    /// `"x"`, `[]byte("x")`, `"x".getBytes()`.
    pub literal: Option<Span>,
}
