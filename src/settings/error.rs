//! What can be wrong with settings, with the place in the file.

use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};

use crate::yaml::Mistake;

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum SettingsError {
    /// The settings file is not as it should be.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Invalid(#[from] Mistake),
    /// The settings in `pyproject.toml` are not as they should be.
    #[error("{message}")]
    #[diagnostic(code(shield::settings::pyproject), help("{help}"))]
    Pyproject {
        /// What is wrong.
        message: String,
        /// How to put it right.
        help: &'static str,
        /// The file.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// The place.
        #[label("here")]
        span: SourceSpan,
    },
    /// A project has settings in two files.
    #[error("there are settings in {yaml} and in [tool.shield] of {toml}")]
    #[diagnostic(
        code(shield::settings::twice),
        help("keep them in one of the two files, so that nobody has to guess which counts")
    )]
    Twice {
        /// The one file.
        yaml: String,
        /// The other.
        toml: String,
    },
    /// The settings file cannot be read.
    #[error("cannot read {path}: {error}")]
    #[diagnostic(
        code(shield::settings::unreadable),
        help("make the file readable, or remove it to go on with the defaults")
    )]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The settings file is larger than any settings are.
    #[error("{path} has more than {limit} bytes")]
    #[diagnostic(
        code(shield::settings::size),
        help("settings are small; is this the right file?")
    )]
    TooLarge {
        /// The file.
        path: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The user has no home folder, so there is no place for identities and journals.
    #[error("the user has no home folder")]
    #[diagnostic(
        code(shield::settings::home),
        help("set HOME to a folder that can be written")
    )]
    NoHome(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A fix was asked for of what lies on no disk.
    #[error("a fix changes files, and what git keeps for a commit is none of them")]
    #[diagnostic(
        code(shield::settings::not_on_disk),
        help(
            "fix the files with `shield fix`, look at them, and stage them with `git add`; \
             --since REV tells, and fixes, what was added to the files"
        )
    )]
    NotOnDisk,
}
