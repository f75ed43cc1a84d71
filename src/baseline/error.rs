//! Why a baseline cannot be used.

use std::path::PathBuf;

use miette::Diagnostic;

use crate::seal::private::FileError;

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum BaselineError {
    /// The file cannot be read or written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    File(#[from] FileError),
    /// There is none where one was asked for.
    #[error("there is no baseline at {}", path.display())]
    #[diagnostic(
        code(shield::baseline::missing),
        help("`shield baseline create` makes one of what a scan finds now")
    )]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// There is one where one was to be made.
    #[error("there is a baseline at {} already", path.display())]
    #[diagnostic(
        code(shield::baseline::exists),
        help(
            "`shield baseline update` adds what is new, `shield baseline prune` takes out what is gone"
        )
    )]
    Exists {
        /// Where it is.
        path: PathBuf,
    },
    /// A line is something else.
    #[error("line {line} of {} is no entry: {reason}", path.display())]
    #[diagnostic(
        code(shield::baseline::damaged),
        help(
            "an entry is a line of JSON with fingerprint, pattern, path and, if wanted, reason, owner and expires; see docs/git.md"
        )
    )]
    Damaged {
        /// The list.
        path: PathBuf,
        /// The line, from one.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A file to import is none of those that are known.
    #[error("{} is no list that can be imported: {reason}", path.display())]
    #[diagnostic(
        code(shield::baseline::import),
        help(
            "known are .secrets.baseline of detect-secrets, and .gitleaksignore and JSON reports of gitleaks"
        )
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}
