//! Why a secret could not be stored.

use miette::Diagnostic;

use crate::secret::SecretName;

/// Why a secret could not be stored.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ProvisionError {
    /// Another value has the name.
    #[error("the store already has another value under the name {0}")]
    #[diagnostic(
        code(shield::provision::conflict),
        help(
            "nothing was changed; rename the variable in the code, or remove the stored secret if it is out of date"
        )
    )]
    Conflict(SecretName),
}
