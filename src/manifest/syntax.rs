//! The manifest as it is written, field by field; source of `schema.json`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::Days;
use crate::risk::Level;
use crate::secret::StoreKind;

/// The version of the format that this program reads.
pub(super) const SCHEMA: u32 = 1;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Syntax {
    pub(super) schema: Spanned<u32>,
    pub(super) app: Spanned<String>,
    pub(super) path: Option<Spanned<String>>,
    pub(super) environments: Option<BTreeMap<String, Spanned<Place>>>,
    pub(super) secrets: Option<Vec<Item>>,
}

/// An environment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub(super) backend: StoreKind,
    pub(super) account: Option<Spanned<String>>,
    pub(super) region: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) replicas: Vec<Spanned<String>>,
    pub(super) kms_key: Option<Spanned<String>>,
    pub(super) address: Option<Spanned<String>>,
    pub(super) mount: Option<Spanned<String>>,
    pub(super) namespace: Option<Spanned<String>>,
    pub(super) protect: Option<bool>,
    pub(super) recovery: Option<Spanned<Days>>,
    #[serde(default)]
    pub(super) readers: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) functions: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, Spanned<String>>,
}

/// A secret.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub(super) name: Spanned<String>,
    #[serde(default)]
    pub(super) kind: Kind,
    pub(super) variable: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, Spanned<FieldKind>>,
    pub(super) sensitivity: Option<Level>,
    pub(super) owner: Option<String>,
    pub(super) category: Option<String>,
    pub(super) rotation: Option<Rotation>,
}

/// What the value of a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A text.
    #[default]
    String,
    /// An object of JSON.
    Json,
}

/// What a part of an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// A text that anybody may see.
    String,
    /// A text that nobody may see.
    Secret,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
}

/// How a secret is replaced, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// Who or what does it.
    pub method: Method,
    /// How often.
    pub every: Option<Days>,
    /// What to mind.
    pub note: Option<String>,
}

/// Who or what replaces a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// A person, step by step.
    Manual,
    /// The interface of its provider, with two keys for a while.
    ProviderApi,
    /// A function of ours: `lambda:postgres-single-user`.
    Lambda(String),
    /// A function that AWS hosts: `hosted:PostgreSQLSingleUser`.
    Hosted(String),
    /// AWS and a partner: `managed-external:Salesforce`.
    ManagedExternal(String),
}

impl Method {
    /// Whether a store replaces the value by itself.
    #[must_use]
    pub fn is_by_store(&self) -> bool {
        matches!(
            self,
            Self::Lambda(_) | Self::Hosted(_) | Self::ManagedExternal(_)
        )
    }
}

impl FromStr for Method {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let what = |it: &str| {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let fits = !it.is_empty() && it.chars().all(is_word);
            fits.then(|| it.to_owned())
                .ok_or("behind the colon, a word of letters, digits and - is expected")
        };
        match text.split_once(':') {
            None if text == "manual" => Ok(Self::Manual),
            None if text == "provider-api" => Ok(Self::ProviderApi),
            Some(("lambda", it)) => what(it).map(Self::Lambda),
            Some(("hosted", it)) => what(it).map(Self::Hosted),
            Some(("managed-external", it)) => what(it).map(Self::ManagedExternal),
            None | Some(_) => Err(
                "expected manual, provider-api, lambda:NAME, hosted:TYPE or managed-external:PARTNER",
            ),
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manual => f.write_str("manual"),
            Self::ProviderApi => f.write_str("provider-api"),
            Self::Lambda(it) => write!(f, "lambda:{it}"),
            Self::Hosted(it) => write!(f, "hosted:{it}"),
            Self::ManagedExternal(it) => write!(f, "managed-external:{it}"),
        }
    }
}

impl<'de> Deserialize<'de> for Method {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
