//! What is in an open store.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use zeroize::Zeroizing;

use crate::provision::ProvisionError;
use crate::secret::Secret;

/// The only form of the store there is yet.
const SCHEMA: u32 = 1;

/// What the store holds when it is open.
///
/// A field that is not known is an error: writing the store again would lose it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    schema: u32,
    environment: String,
    secrets: BTreeMap<String, Value>,
}

/// A value in an open store.
struct Value(Secret);

impl Content {
    /// A store without secrets.
    pub(super) fn empty() -> Self {
        Self {
            schema: SCHEMA,
            environment: "development".to_owned(),
            secrets: BTreeMap::new(),
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
        // Room for every character escaped: a buffer that grows leaves copies behind.
        let entries = self.secrets.iter();
        let most: usize = entries
            .map(|(name, value)| 6 * (name.len() + value.len()) + 16)
            .sum();
        let mut plain = Zeroizing::new(Vec::with_capacity(most + 256));
        match serde_json::to_writer(&mut *plain, self) {
            Ok(()) => Ok(plain),
            Err(_may_quote) => Err(ProvisionError::Invalid {
                path: path.to_owned(),
                what: "could not be written as JSON",
            }),
        }
    }

    /// The names, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        self.secrets.keys().cloned().collect()
    }

    /// The secret of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(name).map(|it| &it.0)
    }

    /// Puts a secret in, in the place of one that had the name.
    pub(super) fn insert(&mut self, name: &str, value: &Secret) {
        self.secrets.insert(name.to_owned(), Value(value.clone()));
    }
}

impl Value {
    /// How many bytes the value has.
    #[expect(clippy::disallowed_methods, reason = "only the length leaves")]
    fn len(&self) -> usize {
        self.0.expose().len()
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
        content.insert("a", &value);
        let plain = content.to_json(Path::new("it")).unwrap();
        let again = Content::parse(&plain, Path::new("it")).unwrap();
        assert_eq!(again.get("a"), Some(&value));
        assert_eq!(again.names(), ["a"]);
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
