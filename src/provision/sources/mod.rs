//! Where values come from.

mod env_file;
mod generate;

pub use env_file::{Doubt, EnvFile, EnvFileError};

use std::collections::BTreeMap;

use super::ProvisionError;
use crate::manifest::Entry;
use crate::manifest::FieldKind;
use crate::manifest::Kind;
use crate::secret::Secret;
use crate::secret::SecretName;

/// The start of a value that stands for one that is not there yet; the wrappers know it, too.
pub const PLACEHOLDER: &str = "SHIELD_PLACEHOLDER_";

/// Where values come from: the first that has one gives it.
#[derive(Debug, Default)]
pub struct Sources {
    /// The sources, in the order in which they are asked.
    pub all: Vec<Source>,
}

/// A place that values come from.
#[derive(Debug)]
pub enum Source {
    /// Values by name, all from one place.
    Given {
        /// The place, for a person.
        origin: String,
        /// The values.
        values: BTreeMap<SecretName, Secret>,
    },
    /// Lines of variables, from a file or standard input.
    EnvFile(EnvFile),
    /// Values out of the files that they stand in, each with its place.
    Found(BTreeMap<SecretName, (String, Secret)>),
    /// A new random text; for texts and for the secret fields of objects.
    Generate,
    /// A word that stands for a value; not for production.
    Placeholder,
}

impl Sources {
    /// Where the value of `entry` comes from, if it comes from anywhere.
    #[must_use]
    pub fn origin(&self, entry: &Entry) -> Option<String> {
        self.all.iter().find_map(|it| it.origin(entry))
    }

    /// The value of `entry`.
    ///
    /// # Errors
    ///
    /// Fails when there is no randomness to make one of.
    pub fn value(&self, entry: &Entry) -> Result<Option<Secret>, ProvisionError> {
        for source in &self.all {
            if let Some(value) = source.value(entry)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }
}

impl Source {
    /// Where the value of `entry` comes from, if this has it.
    fn origin(&self, entry: &Entry) -> Option<String> {
        match self {
            Self::Given { origin, values } => {
                values.contains_key(&entry.name).then(|| origin.clone())
            }
            Self::EnvFile(file) => file.origin(&entry.variable),
            Self::Found(values) => values.get(&entry.name).map(|it| it.0.clone()),
            Self::Generate => can_be_made(entry).then(|| "generated".to_owned()),
            Self::Placeholder => Some("placeholder".to_owned()),
        }
    }

    /// The value of `entry`, if this has it.
    fn value(&self, entry: &Entry) -> Result<Option<Secret>, ProvisionError> {
        Ok(match self {
            Self::Given { values, .. } => values.get(&entry.name).cloned(),
            Self::EnvFile(file) => file.value(&entry.variable).cloned(),
            Self::Found(values) => values.get(&entry.name).map(|it| it.1.clone()),
            Self::Generate if can_be_made(entry) => Some(made(entry, &generate::random)?),
            Self::Generate => None,
            Self::Placeholder => Some(made(entry, &|| Ok(placeholder(entry)))?),
        })
    }
}

/// What stands for the value of `entry`.
fn placeholder(entry: &Entry) -> String {
    format!("{PLACEHOLDER}{}", entry.name.variable())
}

/// Whether a value can be made up: nobody else has to know a part of it.
fn can_be_made(entry: &Entry) -> bool {
    let is_secret = |it: &FieldKind| *it == FieldKind::Secret;
    match entry.kind {
        Kind::String => true,
        Kind::Json => !entry.fields.is_empty() && entry.fields.values().all(is_secret),
    }
}

/// A value of the form that `entry` has, with what `text` gives in the place of its texts.
fn made(
    entry: &Entry,
    text: &dyn Fn() -> Result<String, ProvisionError>,
) -> Result<Secret, ProvisionError> {
    if entry.kind == Kind::String {
        return text().map(Secret::new);
    }
    let mut fields = serde_json::Map::new();
    for (key, kind) in &entry.fields {
        let value = match kind {
            FieldKind::Secret | FieldKind::String => text()?.into(),
            FieldKind::Integer => 0.into(),
            FieldKind::Boolean => false.into(),
        };
        fields.insert(key.clone(), value);
    }
    Ok(Secret::new(serde_json::Value::from(fields).to_string()))
}
