//! What every store can do, whoever runs it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use super::ProvisionError;
use crate::manifest::Days;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::secret::StoreKind;

/// The label of what shield looks after; nothing without it is changed unasked.
pub const MANAGED_BY: (&str, &str) = ("ManagedBy", "shield");

/// A store of secrets.
///
/// Every method may be called again after a failure, with the same token: what was done is done
/// once. No error has a value in it.
pub trait Store: Sync {
    /// What kind of store it is.
    fn kind(&self) -> StoreKind;

    /// How many calls it takes at once.
    fn width(&self) -> usize;

    /// Where it is, and as whom it is asked: what the guard compares with the manifest.
    ///
    /// # Errors
    ///
    /// Fails when the store cannot be reached or does not know who asks.
    fn whereabouts(&self) -> Result<Whereabouts, ProvisionError>;

    /// Checks that it can be written to, as far as can be known without writing.
    ///
    /// # Errors
    ///
    /// Fails when it is locked, or cannot be reached or written.
    fn ready(&self) -> Result<(), ProvisionError>;

    /// What may stop a long run before its end, as far as is known: words for a person. It asks
    /// nothing; what [`Self::whereabouts`] was told counts.
    fn concern(&self) -> Option<String> {
        None
    }

    /// What it has at `at`; never a value.
    ///
    /// # Errors
    ///
    /// Fails when the store does not tell; that there is nothing is no failure.
    fn look(&self, at: &Address) -> Result<Presence, ProvisionError>;

    /// What can be told of many secrets in few calls, one answer for each of `places`.
    ///
    /// # Errors
    ///
    /// Fails when the store does not answer; that it does not tell is no failure.
    fn glance(&self, places: &[Address]) -> Result<Vec<Glimpse>, ProvisionError> {
        Ok(vec![Glimpse::Unknown; places.len()])
    }

    /// The paths below `prefix` that bear the label of shield, sorted.
    ///
    /// # Errors
    ///
    /// Fails when the store does not tell.
    fn list(&self, prefix: &str) -> Result<Vec<String>, ProvisionError>;

    /// The current value at `at`, if there is one.
    ///
    /// # Errors
    ///
    /// Fails when the store does not tell.
    fn read(&self, at: &Address) -> Result<Option<Secret>, ProvisionError>;

    /// Whether `value` is the current one at `at`, as far as programs can tell.
    ///
    /// # Errors
    ///
    /// Fails when the store does not tell.
    fn has(&self, at: &Address, value: &Secret) -> Result<bool, ProvisionError> {
        Ok(self.read(at)?.as_ref() == Some(value))
    }

    /// Makes a secret where there is none.
    ///
    /// # Errors
    ///
    /// Fails with [`ProvisionError::Exists`] when there is one that another token has made.
    fn create(
        &self,
        at: &Address,
        value: &Secret,
        about: &About,
        token: &Token,
    ) -> Result<Version, ProvisionError>;

    /// Puts a new value in the place of the one that is `current`.
    ///
    /// # Errors
    ///
    /// Fails with [`ProvisionError::Changed`] when another version is current.
    fn replace(
        &self,
        at: &Address,
        value: &Secret,
        current: &Version,
        token: &Token,
    ) -> Result<Version, ProvisionError>;

    /// Sets the description, the labels, the key, the copies and the schedule; the value stays.
    ///
    /// Of labels that others have made none is taken away, and no copy that somebody may be
    /// reading; without a key, the one that there is stays.
    ///
    /// # Errors
    ///
    /// Fails when there is nothing at `at`, or it may not be changed.
    fn describe(&self, at: &Address, about: &About) -> Result<(), ProvisionError>;

    /// Makes the value of an older version current again.
    ///
    /// # Errors
    ///
    /// Fails with [`ProvisionError::Changed`] when `from` is not the current version.
    fn revert(
        &self,
        at: &Address,
        from: &Version,
        to: &Version,
        token: &Token,
    ) -> Result<Version, ProvisionError>;

    /// Has the store replace the value by itself, now; it may go on doing so afterwards.
    ///
    /// # Errors
    ///
    /// Fails when it does not replace this one, or is doing so already.
    fn turn(&self, at: &Address, _token: &Token) -> Result<(), ProvisionError> {
        Err(ProvisionError::Refused {
            store: self.kind().title(),
            path: at.path.clone(),
            reason: "it replaces no values by itself".to_owned(),
            help: "give it a new one: `shield provision rotate NAME --prompt`",
        })
    }

    /// Takes a secret away; for `recovery` it can be had back.
    ///
    /// # Errors
    ///
    /// Fails when it may not be taken away; that there is nothing is no failure.
    fn remove(&self, at: &Address, recovery: Days) -> Result<(), ProvisionError>;

    /// Has a secret back that was taken away.
    ///
    /// # Errors
    ///
    /// Fails when it is gone for good.
    fn restore(&self, at: &Address) -> Result<(), ProvisionError>;
}

/// A secret, and where a store has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address {
    /// What code calls it.
    #[serde(serialize_with = "written", deserialize_with = "read")]
    pub name: SecretName,
    /// Where it is, from the root of the store: `/shop/production/database/url`.
    pub path: String,
}

/// Writes a name as text.
fn written<S: serde::Serializer>(name: &SecretName, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name.as_str())
}

/// Reads a name of text.
fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SecretName, D::Error> {
    let text = String::deserialize(deserializer)?;
    SecretName::of(&text).ok_or_else(|| serde::de::Error::custom("not a name"))
}

impl Address {
    /// Where a store that has no paths keeps the secret `name`.
    #[must_use]
    pub fn of_name(name: &SecretName) -> Self {
        Self {
            name: name.clone(),
            path: name.to_string(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

/// A version of a value, as its store calls it.
///
/// An empty one stands for a secret that has no value yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub String);

/// A random word for one write: a store that sees it again has done the write already.
///
/// It is in logs of the store, so it has nothing to do with the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(pub String);

/// Where a store is, and as whom it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// Twelve digits, for AWS.
    pub account: Option<String>,
    /// The region, for AWS.
    pub region: Option<String>,
    /// The address, for Vault; the file, for the local store.
    pub address: Option<String>,
    /// As whom it is asked: the ARN of a role, the display name of a token.
    pub principal: Option<String>,
}

/// What a store has at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// Nothing.
    Absent,
    /// A secret.
    Present(Box<Held>),
    /// A secret that was taken away and can be had back.
    Removed,
}

/// What a store tells of a secret among many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Glimpse {
    /// It is so.
    Sure(Presence),
    /// It was so minutes ago: nothing is done to a secret before it is looked at by itself.
    Earlier(Presence),
    /// It has to be looked at by itself.
    Unknown,
}

/// What a store tells of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// The current version; none when there is no value yet.
    pub version: Option<Version>,
    /// The one before, while it can be had.
    pub previous: Option<Version>,
    /// A version that a rotation has made and not brought to an end.
    pub pending: Option<Version>,
    /// Since when, where the store tells.
    pub pending_since: Option<jiff::Timestamp>,
    /// Description, labels, key and copies.
    pub about: About,
    /// The day the value last changed, `2026-11-22`.
    pub changed: Option<String>,
    /// The day the value was last asked for.
    pub accessed: Option<String>,
    /// What the store does to replace it by itself.
    pub rotation: Option<Turning>,
    /// The copies that are not as the original is.
    pub lagging: Vec<String>,
}

/// What a store does to replace a secret by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turning {
    /// How often, in days.
    pub every: Option<u32>,
    /// The day of the last time.
    pub last: Option<String>,
    /// The day of the next time.
    pub next: Option<String>,
}

/// What is known of a secret beside its value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct About {
    /// What it is for.
    pub description: String,
    /// Labels; [`MANAGED_BY`] among them when shield looks after it.
    pub tags: BTreeMap<String, String>,
    /// The key that encrypts it, where it is not that of the account.
    pub key: Option<String>,
    /// Regions that have copies, sorted.
    pub replicas: Vec<String>,
    /// How the store replaces the value by itself; nothing where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
}

/// How a store replaces a value by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// How often, in days.
    pub every: Option<u32>,
    /// The ARN of the function that does it.
    pub function: Option<String>,
}

impl About {
    /// Whether shield looks after it.
    #[must_use]
    pub fn is_managed(&self) -> bool {
        let (key, value) = MANAGED_BY;
        self.tags.get(key).is_some_and(|it| it == value)
    }

    /// Whether `key` encrypts it, by any of its names: AWS tells an ARN for an alias or an id.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        let whole = |it: &str| it.starts_with("arn:");
        self.key.as_deref().is_some_and(|it| {
            it == key || (whole(it) != whole(key) && last_of_key(it) == last_of_key(key))
        })
    }
}

/// The alias or id of a key, without region and account.
fn last_of_key(key: &str) -> &str {
    let last = key.rsplit(':').next().unwrap_or(key);
    last.strip_prefix("key/").unwrap_or(last)
}

impl Token {
    /// A word that no other write has.
    #[must_use]
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_by_any_of_its_names() {
        let about = |key: &str| About {
            key: Some(key.to_owned()),
            ..About::default()
        };
        let alias = "arn:aws:kms:eu-central-1:123456789012:alias/shop";
        assert!(about(alias).has_key(alias));
        assert!(about(alias).has_key("alias/shop"));
        assert!(about("alias/shop").has_key(alias));
        assert!(about("arn:aws:kms:eu-central-1:123456789012:key/0f-1e").has_key("0f-1e"));
        assert!(!about(alias).has_key("alias/other"));
        assert!(!about(alias).has_key("arn:aws:kms:eu-central-1:210987654321:alias/shop"));
        assert!(!About::default().has_key("alias/shop"));
    }
}
