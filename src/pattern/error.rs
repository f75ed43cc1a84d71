//! What can be wrong with a pattern file, with the place in it.

use miette::{Diagnostic, NamedSource, SourceSpan};

/// What is wrong with a pattern file.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum PatternError {
    /// The file is not a pattern file.
    #[error("{message}")]
    #[diagnostic(code(shield::pattern), help("see docs/patterns.md for every field"))]
    Invalid {
        /// What is wrong.
        message: String,
        /// The file.
        #[source_code]
        source_code: NamedSource<String>,
        /// The place.
        #[label("here")]
        span: SourceSpan,
    },
}
