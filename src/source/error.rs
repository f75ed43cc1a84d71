//! Why sources could not be listed.

use miette::Diagnostic;

/// Why sources could not be listed.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum SourceError {
    /// A path asked for is not there.
    #[error("{path} does not exist")]
    #[diagnostic(
        code(shield::source::missing),
        help("give a file or a folder that exists; without one, the current folder is scanned")
    )]
    Missing {
        /// The path.
        path: String,
    },
}
