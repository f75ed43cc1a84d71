//! What can be wrong with settings, with the place in the file.

use miette::Diagnostic;

use crate::yaml::Mistake;

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum SettingsError {
    /// The settings file is not as it should be.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Invalid(#[from] Mistake),
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
}
