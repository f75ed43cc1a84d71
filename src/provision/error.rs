//! Why a secret could not be stored.

use std::path::PathBuf;

use miette::Diagnostic;

use crate::seal::SealError;
use crate::seal::private::FileError;
use crate::secret::SecretName;

/// Why a secret could not be stored.
///
/// No message has a value in it, nor a part of one.
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
    /// A file or folder of the store cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    File(#[from] FileError),
    /// The store could not be sealed or opened.
    #[error("the store {} cannot be used", path.display())]
    #[diagnostic(code(shield::provision::sealed))]
    Sealed {
        /// The store.
        path: PathBuf,
        /// Why not.
        #[source]
        #[diagnostic_source]
        source: SealError,
    },
    /// A line of the list of recipients is neither a comment nor a recipient.
    #[error("line {line} of {} is not an age recipient", path.display())]
    #[diagnostic(
        code(shield::provision::recipient),
        help(
            "each line is a `#` comment or the public key of somebody who may open the store, `age1…`"
        )
    )]
    Recipient {
        /// The list.
        path: PathBuf,
        /// The line, from one.
        line: usize,
    },
    /// The store was opened and is not what it should be.
    #[error("the store {} {what}", path.display())]
    #[diagnostic(
        code(shield::provision::invalid),
        help("restore it from version control, or move it away to start a new one")
    )]
    Invalid {
        /// The store.
        path: PathBuf,
        /// What is the matter with it.
        what: &'static str,
    },
    /// The store says that it is for production.
    #[error("the store {} says it is for production", path.display())]
    #[diagnostic(
        code(shield::provision::production),
        help(
            "the encrypted file is for development: anybody with a copy of the project has it; keep the secrets of production elsewhere"
        )
    )]
    Production {
        /// The store.
        path: PathBuf,
    },
    /// Another run has the store.
    #[error("another run of shield is writing to {}", path.display())]
    #[diagnostic(
        code(shield::provision::busy),
        help("wait until it is done, then try again")
    )]
    Busy {
        /// The folder of the store.
        path: PathBuf,
    },
    /// What was read back is not what was written.
    #[error("{0} was written but not read back as it was")]
    #[diagnostic(
        code(shield::provision::unverified),
        help("no code was changed; check the disk, then try again")
    )]
    Unverified(SecretName),
}
