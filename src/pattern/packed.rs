//! The form in which the program carries its pattern files: the build script writes it, so that
//! no run has to read YAML or take expressions apart.

use serde::{Deserialize, Serialize};

use super::needle::{Needle, Outline, Words};
use super::syntax::PatternFile;

/// What is known of an expression before it is compiled.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) needles: Vec<Needle>,
    pub(crate) words: Words,
    /// Of an expression for values.
    pub(crate) outline: Outline,
}

/// A built-in pattern file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Packed {
    /// What stands in the file up to the fix.
    pub(crate) file: PatternFile,
    /// What is known of the expression that each point has for values or for names.
    pub(crate) known: Vec<Known>,
    /// Where in the tails of all files its own begins, and how long it is, in bytes.
    pub(crate) tail: (usize, usize),
}
