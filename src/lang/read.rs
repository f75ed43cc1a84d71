//! A read of the environment.

use super::literal::Standing;
use crate::text::Span;

/// A read of one environment variable whose name is written in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvRead {
    /// The variable.
    pub variable: String,
    /// The whole expression: `os.environ.get("X", "")`, `process.env.X`.
    pub expression: Span,
    /// How it is written.
    pub form: ReadForm,
    /// What stands after `or`, `||` or `??` on its right, where that is a string literal.
    pub fallback: Option<Fallback>,
    /// Whether a call may stand in its place.
    pub standing: Standing,
}

/// How a read of the environment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadForm {
    /// `os.environ["X"]`: fails when the variable is not set.
    Subscript {
        /// The name with its quotes.
        key: Span,
    },
    /// `os.environ.get("X")`, `os.getenv("X", "d")`.
    Call {
        /// The function: `os.environ.get`.
        callee: Span,
        /// The name with its quotes.
        key: Span,
        /// The default, if there is one.
        default: ReadDefault,
    },
    /// `process.env.X`, `process.env["X"]`: undefined when the variable is not set.
    Member,
    /// `process.env.X` where a test has just shown that the variable is set, as the types of
    /// TypeScript rely on; the test and all such reads only make sense together.
    Guarded,
    /// `const { X: name = "d" } = process.env;` with this one key: the whole declarator goes.
    Destructured {
        /// The name that is declared.
        local: Span,
        /// The default, if there is one.
        default: Option<Span>,
        /// The pattern and the value, `{ X } = process.env`.
        declarator: Span,
    },
    /// `const { X: name = "d", … } = process.env;` with other keys, which stay.
    Picked {
        /// The name that is declared.
        local: Span,
        /// The default, if there is one.
        default: Option<Span>,
        /// The part of the pattern: `X: name = "d"`.
        part: Span,
        /// The pattern and the value, `{ X, Y } = process.env`.
        declarator: Span,
        /// The whole statement, with the comment after it; another one may follow it.
        statement: Span,
    },
    /// `"X" in os.environ`, `"X" in process.env`.
    Presence {
        /// The name with its quotes.
        key: Span,
        /// Whether it asks if the variable is missing: `"X" not in os.environ`.
        negated: bool,
    },
}

impl ReadForm {
    /// The statement of a key that is picked out of a pattern with others.
    #[must_use]
    pub fn picked_from(self) -> Option<Span> {
        match self {
            Self::Picked { statement, .. } => Some(statement),
            Self::Subscript { .. }
            | Self::Call { .. }
            | Self::Member
            | Self::Guarded
            | Self::Destructured { .. }
            | Self::Presence { .. } => None,
        }
    }
}

/// The default of a read that is written as a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadDefault {
    /// None is given.
    Absent,
    /// The second argument.
    Positional(Span),
    /// `default=…`, the value only.
    Keyword(Span),
}

/// A literal that a read falls back to when the variable is not set or empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback {
    /// The whole expression, read and literal: `os.environ.get("X") or "d"`.
    pub expression: Span,
    /// The literal with its quotes.
    pub literal: Span,
}
