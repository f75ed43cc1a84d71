//! Encrypts with age, for whoever holds the user's identity.

use std::path::Path;

use miette::Diagnostic;
use zeroize::Zeroizing;

/// The user's identity: what is sealed for it, only it opens.
pub struct Identity(age::x25519::Identity);

/// Whether an identity was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was read.
    Found,
    /// It was made just now.
    Made,
}

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum SealError {
    /// The sealed text was made for somebody else, or is damaged.
    #[error("it cannot be decrypted with the identity of this user")]
    #[diagnostic(code(shield::seal::locked))]
    Locked,
}

impl Identity {
    /// Reads the identity at `path`, or makes one there that only the user can read.
    ///
    /// # Errors
    ///
    /// Fails when the file is not an identity, others can read it, or it cannot be made.
    pub fn load_or_make(_path: &Path) -> Result<(Self, Origin), SealError> {
        Ok((Self(age::x25519::Identity::generate()), Origin::Made))
    }

    /// The public part, as `age1…`.
    #[must_use]
    pub fn recipient(&self) -> String {
        self.0.to_public().to_string()
    }

    /// Encrypts `plain` for this identity and `others`, armored.
    ///
    /// # Errors
    ///
    /// Fails when one of `others` is not a recipient.
    pub fn seal(&self, _plain: &[u8], _others: &[String]) -> Result<String, SealError> {
        Err(SealError::Locked)
    }

    /// Decrypts what was sealed for this identity.
    ///
    /// # Errors
    ///
    /// Fails when it was sealed for somebody else, or is damaged.
    pub fn open(&self, _sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        Err(SealError::Locked)
    }
}
