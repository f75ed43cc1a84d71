//! The hash that tells whether a file has changed.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The SHA-256 of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// Hashes `content`.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(Sha256::digest(content)) {
            *to = from;
        }
        Self(bytes)
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|it| write!(f, "{it:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<ContentHash> for String {
    fn from(value: ContentHash) -> Self {
        value.to_string()
    }
}

impl TryFrom<String> for ContentHash {
    type Error = &'static str;

    fn try_from(value: String) -> Result<Self, Self::Error> {
        let wrong = "a hash has 64 hexadecimal digits";
        let mut bytes = [0; 32];
        if value.len() != 2 * bytes.len() {
            return Err(wrong);
        }
        for (number, byte) in bytes.iter_mut().enumerate() {
            let digits = value.get(2 * number..2 * number + 2).ok_or(wrong)?;
            *byte = u8::from_str_radix(digits, 16).or(Err(wrong))?;
        }
        Ok(Self(bytes))
    }
}
