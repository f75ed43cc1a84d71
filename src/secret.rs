//! Secret values, which are never shown, and the names they are stored under.

use std::fmt;

use clap::ValueEnum;
use serde::Deserialize;
use serde::Serialize;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A secret value: can be compared and stored, is never shown.
///
/// No `Display`, no `Serialize`; `Debug` prints a fixed text; the copy is wiped on drop. The
/// text it was found in is not: it is in the file anyway.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes `value` in custody.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself, for checks, fingerprints and provisioners.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(********)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

/// The name a secret is stored under: lowercase words joined by `-`, in parts joined by `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName(String);

impl SecretName {
    /// Makes a name of any text: `API_KEY`, `apiKey` and `api key` all become `api-key`.
    ///
    /// `None` when the text has no letter or digit of ASCII.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let parts: Vec<String> = text
            .split('/')
            .map(words)
            .filter(|it| !it.is_empty())
            .collect();
        (!parts.is_empty()).then(|| Self(parts.join("/")))
    }

    /// The name as it is stored and written into code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The environment variable that the generated wrapper reads for this name.
    #[must_use]
    pub fn variable(&self) -> String {
        self.0.replace(['/', '-', '.'], "_").to_ascii_uppercase()
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The lowercase words of `text`, joined by `-`; a hump of camel case starts a word.
fn words(text: &str) -> String {
    let mixed = text.bytes().any(|it| it.is_ascii_lowercase());
    let mut result = String::new();
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_alphanumeric() {
            let after_lower = before.is_ascii_lowercase() || before.is_ascii_digit();
            let ends_acronym =
                before.is_ascii_uppercase() && rest.peek().is_some_and(char::is_ascii_lowercase);
            let hump = mixed && c.is_ascii_uppercase() && (after_lower || ends_acronym);
            if hump && !result.is_empty() && !result.ends_with('-') {
                result.push('-');
            }
            result.push(c.to_ascii_lowercase());
        } else if !result.is_empty() && !result.ends_with('-') {
            result.push('-');
        }
        before = c;
    }
    result.trim_end_matches('-').to_owned()
}

/// Where secrets are kept, and where code can read them beside its environment.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, ValueEnum, Deserialize, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// An age-encrypted file in the project, for development.
    #[default]
    Local,
    /// AWS Secrets Manager.
    Aws,
    /// `HashiCorp` Vault or `OpenBao`.
    Vault,
}

impl StoreKind {
    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Local => "the local store",
            Self::Aws => "AWS Secrets Manager",
            Self::Vault => "Vault",
        }
    }

    /// What `SECRETS_BACKEND` calls it, and the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Aws => "aws",
            Self::Vault => "vault",
        }
    }
}

/// A secret on its way to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// What to store it under.
    pub name: SecretName,
    /// What to store.
    pub value: Secret,
    /// Words to find it by: the id of the pattern that found it, the path it was found in.
    pub labels: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_any_spelling() {
        for text in [
            "API_KEY",
            "apiKey",
            "api key",
            "__api-key__",
            "ApiKey",
            "APIKey",
        ] {
            assert_eq!(SecretName::of(text).unwrap().as_str(), "api-key", "{text}");
        }
        assert_eq!(SecretName::of("s3Bucket").unwrap().as_str(), "s3-bucket");
        assert_eq!(SecretName::of("S3SECRET").unwrap().as_str(), "s3secret");
        assert_eq!(
            SecretName::of("github/Token").unwrap().as_str(),
            "github/token"
        );
        assert_eq!(SecretName::of("__"), None);
    }

    #[test]
    fn a_name_says_which_variable_the_wrapper_reads() {
        let name = SecretName::of("database/url").unwrap();
        assert_eq!(name.variable(), "DATABASE_URL");
    }

    #[test]
    fn a_secret_is_not_shown_by_debug() {
        let secret = Secret::new("rosebud".to_owned()); // shield: allow made up
        assert!(!format!("{secret:?}").contains("rosebud"));
    }
}
