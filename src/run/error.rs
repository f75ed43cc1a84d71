//! Why a run could not go on.

use std::io;
use std::path::PathBuf;

use miette::Diagnostic;

use crate::baseline::BaselineError;
use crate::fix::FixError;
use crate::fix::LedgerError;
use crate::fix::Selector;
use crate::manifest::ManifestError;
use crate::pattern::PatternError;
use crate::provision::ProvisionError;
use crate::seal::SealError;
use crate::source::SourceError;

/// Why a run could not go on.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum RunError {
    /// The patterns are wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Pattern(#[from] PatternError),
    /// The paths are wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Source(#[from] SourceError),
    /// The list of known findings cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Baseline(#[from] BaselineError),
    /// The user's identity cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Seal(#[from] SealError),
    /// A secret could not be stored.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Provision(#[from] ProvisionError),
    /// The manifest is wrong, or does not know the environment.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Manifest(#[from] ManifestError),
    /// The list of secrets that have left the code cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Ledger(#[from] LedgerError),
    /// A fix could not be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Fix(#[from] FixError),
    /// There is nobody to ask.
    #[error("a review needs a terminal to ask questions on")]
    #[diagnostic(
        code(shield::review::terminal),
        help(
            "without one, say what is to be done with --only, --skip, --allow WHAT=REASON and \
             --name PATH:LINE=NAME; --diff shows what would change"
        )
    )]
    NoTerminal,
    /// The terminal went away.
    #[error("the review was cut short; nothing was changed")]
    #[diagnostic(code(shield::review::cut_short))]
    Review(#[source] io::Error),
    /// Something was chosen that was not found.
    #[error("nothing was found that `{what}` names")]
    #[diagnostic(
        code(shield::fix::choice),
        help(
            "--only, --skip, --allow and --name take what a report shows: a fingerprint or its \
             first 8 digits or more, the id of a pattern, a path, or PATH:LINE"
        )
    )]
    Unmatched {
        /// What was given.
        what: Selector,
    },
    /// The report could not be written.
    #[error("the report could not be written{}", shown(.path.as_ref()))]
    #[diagnostic(
        code(shield::report),
        help("nothing was changed; give `--output` a file that can be written")
    )]
    Report {
        /// Where it should have gone; standard output when absent.
        path: Option<PathBuf>,
        /// What went wrong.
        #[source]
        error: io::Error,
    },
}

fn shown(path: Option<&PathBuf>) -> String {
    path.map_or_else(String::new, |it| format!(" to {}", it.display()))
}
