//! Why sources could not be listed.

use miette::Diagnostic;

use super::git::GitError;

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
    /// Git does not tell what it has.
    #[error("what git keeps cannot be read: {0}")]
    #[diagnostic(
        code(shield::source::git),
        help(
            "run it in a repository that belongs to you, with git installed; `git status` says \
             what is wrong"
        )
    )]
    Git(#[from] GitError),
    /// There is no such commit.
    #[error("there is no commit {revision}{}", depth.words())]
    #[diagnostic(
        code(shield::source::revision),
        help("name a branch, a tag or a commit that `git rev-parse` knows; fetch it first")
    )]
    Revision {
        /// The name as the user wrote it.
        revision: String,
        /// How much of the history is there.
        depth: Depth,
    },
    /// Two commits have nothing in common.
    #[error("{one} and {other} have no commit in common{}", depth.words())]
    #[diagnostic(
        code(shield::source::unrelated),
        help(
            "fetch more of the history: `git fetch --unshallow`, or `fetch-depth: 0` for the \
             checkout action; A..B compares any two commits"
        )
    )]
    Unrelated {
        /// One of them, as the user wrote it.
        one: String,
        /// The other.
        other: String,
        /// How much of the history is there.
        depth: Depth,
    },
    /// Something is no range of commits.
    #[error("`{range}` is no range of commits")]
    #[diagnostic(
        code(shield::source::range),
        help(
            "write A..B for what B has and A has not, A...B for what B has added since they parted"
        )
    )]
    Range {
        /// The range as the user wrote it.
        range: String,
    },
}

/// How much of a history is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// All of it, as far as anybody knows.
    Full,
    /// The newest commits.
    Shallow,
}

impl Depth {
    fn words(self) -> &'static str {
        match self {
            Self::Full => "",
            Self::Shallow => " in this shallow clone",
        }
    }
}
