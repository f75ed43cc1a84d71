//! What a stretch of text is.

use serde::{Deserialize, Serialize};

/// What a stretch of text is, to the language it is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The inside of a string literal without parts to fill in.
    String,
    /// The inside of a string with parts to fill in.
    Template,
    /// A comment or a docstring.
    Comment,
    /// Anything else, and everything in a text without a grammar.
    Plain,
}
