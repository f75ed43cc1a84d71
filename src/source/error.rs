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
    /// A glob of paths to leave out cannot be read.
    #[error("the glob {glob} to exclude is wrong: {reason}")]
    #[diagnostic(
        code(shield::source::glob),
        help("globs are written as in .gitignore: `*.snap`, `generated/`, `/docs/**`")
    )]
    Glob {
        /// The glob as the user wrote it.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
}
