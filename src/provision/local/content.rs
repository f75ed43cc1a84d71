//! What is in an open store.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use zeroize::Zeroizing;

use crate::provision::About;
use crate::provision::ProvisionError;
use crate::provision::Version;
use crate::secret::Secret;

/// The only form of the store there is yet.
const SCHEMA: u32 = 1;

/// The version of a value that nothing is recorded about.
const FIRST: &str = "1";

/// What the store holds when it is open.
///
/// A field that is not known is an error: writing the store again would lose it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    schema: u32,
    environment: String,
    /// The current values, which is all that the wrappers read.
    secrets: BTreeMap<String, Value>,
    /// What is known of them besides.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    records: BTreeMap<String, Record>,
}

/// What is known of a secret beside its value.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// The current version.
    pub(super) version: Option<Version>,
    /// What was current before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) previous: Option<Former>,
    /// What was taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) removed: Option<Former>,
    /// The day of the last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) changed: Option<String>,
    /// Description and labels.
    #[serde(default)]
    pub(super) about: About,
}

/// A value that is not current any more.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Former {
    /// Its version.
    pub(super) version: Version,
    /// The value.
    value: Value,
}

/// A value in an open store.
#[derive(Clone)]
struct Value(Secret);

impl Content {
    /// A store without secrets.
    pub(super) fn empty() -> Self {
        Self {
            schema: SCHEMA,
            environment: "development".to_owned(),
            secrets: BTreeMap::new(),
            records: BTreeMap::new(),
        }
    }

    /// Reads what was in the store at `path`.
    pub(super) fn parse(plain: &[u8], path: &Path) -> Result<Self, ProvisionError> {
        let invalid = |what| ProvisionError::Invalid {
            path: path.to_owned(),
            what,
        };
        // Without the cause: it may quote a value.
        let Ok(content) = serde_json::from_slice::<Self>(plain) else {
            return Err(invalid("does not hold what a store of schema 1 holds"));
        };
        if content.schema != SCHEMA {
            return Err(invalid("was written by a newer shield"));
        }
        if is_production(&content.environment) {
            return Err(ProvisionError::Production {
                path: path.to_owned(),
            });
        }
        Ok(content)
    }

    /// What goes into the store at `path`.
    pub(super) fn to_json(&self, path: &Path) -> Result<Zeroizing<Vec<u8>>, ProvisionError> {
        let failed = |_may_quote: serde_json::Error| ProvisionError::Invalid {
            path: path.to_owned(),
            what: "could not be written as JSON",
        };
        // The length comes first: a buffer that grows leaves copies behind.
        let mut length = Length(0);
        serde_json::to_writer(&mut length, self).map_err(failed)?;
        let mut plain = Zeroizing::new(Vec::with_capacity(length.0));
        serde_json::to_writer(&mut *plain, self).map_err(failed)?;
        Ok(plain)
    }

    /// The names, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        self.secrets.keys().cloned().collect()
    }

    /// The secret of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(name).map(|it| &it.0)
    }

    /// What is known of the secret of that name.
    pub(super) fn record(&self, name: &str) -> Option<&Record> {
        self.records.get(name)
    }

    /// The version of the current value of that name.
    pub(super) fn version(&self, name: &str) -> Option<Version> {
        self.secrets.get(name)?;
        let known = self.records.get(name).and_then(|it| it.version.clone());
        Some(known.unwrap_or_else(|| Version(FIRST.to_owned())))
    }

    /// Makes `value` current; what was current before is kept beside it.
    pub(super) fn set(&mut self, name: &str, value: &Secret, version: Version, today: String) {
        let before = self.version(name);
        let old = self.secrets.insert(name.to_owned(), Value(value.clone()));
        let record = self.records.entry(name.to_owned()).or_default();
        record.previous = old.zip(before).map(|(old, was)| Former::new(was, old));
        record.version = Some(version);
        record.removed = None;
        record.changed = Some(today);
    }

    /// Says what the secret of that name is for.
    pub(super) fn describe(&mut self, name: &str, about: &About) {
        self.records.entry(name.to_owned()).or_default().about = about.clone();
    }

    /// Puts the value before this one in its place; tells whether `version` was its version.
    pub(super) fn revert(&mut self, name: &str, version: &Version, today: String) -> bool {
        let former = self.records.get(name).and_then(|it| it.previous.clone());
        let Some(former) = former.filter(|it| it.version == *version) else {
            return false;
        };
        self.set(name, &former.value.0, former.version, today);
        true
    }

    /// Takes the secret of that name away, so that it can be had back.
    pub(super) fn remove(&mut self, name: &str) {
        let version = self.version(name);
        if let Some((value, was)) = self.secrets.remove(name).zip(version) {
            let record = self.records.entry(name.to_owned()).or_default();
            record.version = None;
            record.removed = Some(Former::new(was, value));
        }
    }

    /// Has back what was taken away; tells whether there was something.
    pub(super) fn restore(&mut self, name: &str) -> bool {
        let record = self.records.get_mut(name);
        let Some((record, former)) = record.and_then(|it| it.removed.take().map(|was| (it, was)))
        else {
            return false;
        };
        record.version = Some(former.version);
        self.secrets.insert(name.to_owned(), former.value);
        true
    }
}

impl Former {
    fn new(version: Version, value: Value) -> Self {
        Self { version, value }
    }
}

/// Counts bytes, and keeps none.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0 += buf.len();
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Serialize for Value {
    #[expect(
        clippy::disallowed_methods,
        reason = "it goes into a buffer that is sealed and wiped"
    )]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|it| Self(Secret::new(it)))
    }
}

/// Whether `environment` is a name for production, as the wrappers see it.
fn is_production(environment: &str) -> bool {
    let environment = environment.trim().to_ascii_lowercase();
    ["prod", "prd", "live"]
        .iter()
        .any(|it| environment.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Content, ProvisionError> {
        Content::parse(text.as_bytes(), Path::new("it"))
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut content = Content::empty();
        let value = Secret::new("\"\u{1}\u{e4}\n\\".to_owned());
        content.set("a", &value, Version("v".to_owned()), String::new());
        let plain = content.to_json(Path::new("it")).unwrap();
        let again = Content::parse(&plain, Path::new("it")).unwrap();
        assert_eq!(again.get("a"), Some(&value));
        assert_eq!(again.names(), ["a"]);
        assert_eq!(plain.capacity(), plain.len());
    }

    #[test]
    fn a_value_can_be_had_back_once() {
        let mut content = Content::empty();
        let value = |it: &str| Secret::new(it.to_owned());
        let version = |it: &str| Version(it.to_owned());
        content.set("a", &value("1"), version("v1"), String::new());
        content.set("a", &value("2"), version("v2"), String::new());
        assert!(!content.revert("a", &version("v0"), String::new()));
        assert!(content.revert("a", &version("v1"), String::new()));
        assert_eq!(content.get("a"), Some(&value("1")));
        assert_eq!(content.version("a"), Some(version("v1")));

        content.remove("a");
        assert_eq!(content.get("a"), None);
        assert!(content.restore("a"));
        assert!(!content.restore("a"));
        assert_eq!(content.get("a"), Some(&value("1")));
    }

    #[test]
    fn another_form_is_refused_without_being_quoted() {
        for text in [
            "rosebud",
            "[]",
            r#"{"schema":1,"environment":"development"}"#,
            r#"{"schema":"rosebud","environment":"development","secrets":{}}"#,
            r#"{"schema":1,"environment":"development","secrets":{"a":["rosebud"]}}"#,
            r#"{"schema":1,"environment":"development","secrets":{},"more":"rosebud"}"#,
            r#"{"schema":2,"environment":"development","secrets":{}}"#,
        ] {
            let refused = parse(text).err().unwrap();
            assert!(matches!(refused, ProvisionError::Invalid { .. }), "{text}");
            assert!(!format!("{refused:?} {refused}").contains("rosebud"));
        }
    }

    #[test]
    fn a_store_of_production_is_refused() {
        for environment in ["production", "PROD", " live-eu"] {
            let text = format!(r#"{{"schema":1,"environment":"{environment}","secrets":{{}}}}"#);
            let refused = parse(&text).err().unwrap();
            assert!(matches!(refused, ProvisionError::Production { .. }));
        }
    }
}
