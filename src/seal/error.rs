//! Why something could not be sealed or opened.

use std::io;
use std::path::PathBuf;

use age::DecryptError;
use miette::Diagnostic;

use crate::seal::private::FileError;

/// Why something could not be sealed or opened.
///
/// No message has a part of a key or of a sealed text.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum SealError {
    /// The file of the identity cannot be used.
    #[error("the identity cannot be used")]
    #[diagnostic(code(shield::seal::file))]
    File(
        #[source]
        #[diagnostic_source]
        FileError,
    ),
    /// A line of the file is neither a comment nor an identity.
    #[error("line {line} of {} is not an age identity", path.display())]
    #[diagnostic(
        code(shield::seal::identity),
        help("a line is a `#` comment or `AGE-SECRET-KEY-1…`, as `age-keygen` writes it")
    )]
    NotAnIdentity {
        /// The file.
        path: PathBuf,
        /// The line, from one.
        line: usize,
    },
    /// The file has no identity.
    #[error("{} has no age identity", path.display())]
    #[diagnostic(
        code(shield::seal::empty),
        help("put the identity back from a copy, or remove the file to get a new one")
    )]
    NoIdentity {
        /// The file.
        path: PathBuf,
    },
    /// A text is not a recipient.
    #[error("it is not an age recipient")]
    #[diagnostic(
        code(shield::seal::recipient),
        help(
            "a recipient is the public part of an age identity, `age1…`; `age-keygen -y` shows it"
        )
    )]
    NotARecipient,
    /// It was sealed for somebody else.
    #[error("it was sealed for others, not for the identity of this user")]
    #[diagnostic(
        code(shield::seal::locked),
        help("ask somebody who can open it to add this user as a recipient")
    )]
    Locked,
    /// It is not sealed with age, or was changed since.
    #[error("it is not a text that age has sealed, or it is damaged")]
    #[diagnostic(
        code(shield::seal::damaged),
        help("restore it from version control or a copy")
    )]
    Damaged,
    /// Sealing itself failed.
    #[error("it could not be sealed")]
    #[diagnostic(code(shield::seal::failed))]
    Failed(#[source] io::Error),
}

impl SealError {
    /// What a failed decryption means to the user.
    pub(super) fn of(err: &DecryptError) -> Self {
        if matches!(err, DecryptError::NoMatchingKeys) {
            Self::Locked
        } else {
            Self::Damaged
        }
    }
}
