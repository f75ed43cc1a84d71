//! `shield.secrets.yaml`: the secrets a project needs, where each environment keeps them, and who
//! looks after them. Names, never values.

mod add;
mod check;
mod duration;
mod error;
mod interval;
mod label;
#[cfg(test)]
mod schema;
mod syntax;

pub use add::{Founding, NewSecret, add};
pub use duration::Days;
pub use error::ManifestError;
pub use interval::set_interval;
pub use label::{fits_label, label};
pub use syntax::{FieldKind, Kind, Method, Rotation};

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use crate::risk::Level;
use crate::secret::SecretName;
use crate::secret::StoreKind;
use crate::yaml::Script;

/// The name of the file, in the root of a project.
pub const FILE_NAME: &str = "shield.secrets.yaml";

/// The JSON schema of the file, for editors; held to the types by a test.
pub const SCHEMA: &str = include_str!("schema.json");

/// Where a secret is kept, if the manifest does not say otherwise; what the wrappers take, too.
pub const TEMPLATE: &str = "/{app}/{environment}/{category}/{name}";

/// The most bytes that a manifest may have.
const LIMIT: u64 = 4 * 1024 * 1024;

/// The advice where nothing better is known.
const HELP: &str = "shield.secrets.yaml holds schema, app, path, environments and secrets; see \
                    docs/provision.md";

/// The secrets of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The first part of the paths of its secrets.
    pub app: String,
    /// How a path is made: words in braces stand for parts.
    pub template: String,
    /// Where secrets are kept, by the name of the environment.
    pub environments: BTreeMap<String, Environment>,
    /// The secrets, in the order of the file.
    pub secrets: Vec<Entry>,
}

/// Where an environment keeps its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// What it is called, in full: `production`.
    pub name: String,
    /// What kind of store it is.
    pub store: StoreKind,
    /// The account of AWS, twelve digits.
    pub account: Option<String>,
    /// The region of AWS.
    pub region: Option<String>,
    /// Regions that have copies.
    pub replicas: Vec<String>,
    /// The key of KMS that encrypts; that of the account when absent.
    pub kms_key: Option<String>,
    /// The address of Vault; `VAULT_ADDR` when absent.
    pub address: Option<String>,
    /// The KV store of Vault.
    pub mount: String,
    /// The namespace of Vault.
    pub namespace: Option<String>,
    /// Whether a person has to type its name before something is deleted.
    pub protect: bool,
    /// For how long what is deleted can be had back.
    pub recovery: Days,
    /// The roles that may read.
    pub readers: Vec<String>,
    /// The functions of AWS that rotate, by the name behind `lambda:` or `hosted:`.
    pub functions: BTreeMap<String, String>,
    /// Labels for everything in it.
    pub tags: BTreeMap<String, String>,
}

/// A secret that the project needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What code calls it.
    pub name: SecretName,
    /// What its value is.
    pub kind: Kind,
    /// The environment variable that has it where there is no store.
    pub variable: String,
    /// What it is for.
    pub description: String,
    /// The parts of a JSON object.
    pub fields: BTreeMap<String, FieldKind>,
    /// How bad it is when it leaks.
    pub sensitivity: Level,
    /// Who looks after it.
    pub owner: Option<String>,
    /// What it is: `database`, `signing`.
    pub category: Option<String>,
    /// How it is replaced, and how often.
    pub rotation: Option<Rotation>,
}

impl Manifest {
    /// The manifest of the project whose root is `root`.
    ///
    /// # Errors
    ///
    /// Fails when there is none, when it cannot be read, and when something in it is wrong.
    pub fn load(root: &Path) -> Result<Self, ManifestError> {
        Self::load_with_text(root).map(|(it, _)| it)
    }

    /// The same, and how it is written: what is made of a manifest names its hash.
    ///
    /// # Errors
    ///
    /// As [`Manifest::load`].
    pub fn load_with_text(root: &Path) -> Result<(Self, String), ManifestError> {
        let path = root.join(FILE_NAME);
        match text_of(&path)? {
            Some(text) => {
                let manifest = Self::parse(&path.display().to_string(), &text)?;
                Ok((manifest, text))
            }
            None => Err(ManifestError::Missing { path }),
        }
    }

    /// Reads the text of a manifest, which errors call `shown`.
    ///
    /// # Errors
    ///
    /// Fails when something in it is wrong.
    pub fn parse(shown: &str, text: &str) -> Result<Self, ManifestError> {
        let script = Script::new(shown, text, HELP);
        check::checked(script.parse()?, &script).map_err(Into::into)
    }

    /// The environment of that name; `prod` is `production`.
    ///
    /// # Errors
    ///
    /// Fails when the manifest has no such environment.
    pub fn environment(&self, name: &str) -> Result<&Environment, ManifestError> {
        let full = canonical(name);
        self.environments
            .get(&full)
            .ok_or_else(|| ManifestError::NoEnvironment {
                name: full,
                known: self.environments.keys().cloned().collect(),
            })
    }

    /// The secret of that name.
    #[must_use]
    pub fn secret(&self, name: &SecretName) -> Option<&Entry> {
        self.secrets.iter().find(|it| it.name == *name)
    }

    /// Where `environment` keeps the secret `name`, as the wrappers make it: begins with `/`.
    #[must_use]
    pub fn path_of(&self, environment: &str, name: &SecretName) -> String {
        path_of(&self.template, &self.app, environment, name.as_str())
    }

    /// What the paths of all secrets of `environment` begin with: `/shop/production/`.
    #[must_use]
    pub fn prefix(&self, environment: &str) -> String {
        prefix_of(&self.template, &self.app, environment)
    }
}

/// What the paths of all secrets begin with, as far as `template` does not speak of one alone.
fn prefix_of(template: &str, app: &str, environment: &str) -> String {
    let end = ["{category}", "{name}"]
        .iter()
        .filter_map(|it| template.find(it))
        .min();
    let head = template.get(..end.unwrap_or(0)).unwrap_or("");
    path_of(head, app, environment, "")
}

/// A path: the words of `template` with their parts, and no separator twice in a row.
fn path_of(template: &str, app: &str, environment: &str, name: &str) -> String {
    let (category, last) = name.rsplit_once('/').unwrap_or(("", name));
    let parts = [
        ("{app}", app),
        ("{environment}", environment),
        ("{category}", category),
        ("{name}", last),
    ];
    let filled = parts.iter().fold(template.to_owned(), |it, (word, part)| {
        it.replace(word, part)
    });
    let mut path = String::with_capacity(filled.len());
    for c in filled.chars() {
        if !(matches!(c, '/' | '.') && path.ends_with(c)) {
            path.push(c);
        }
    }
    path
}

/// The one name of an environment, as the wrappers know it: `prod` and `live` are `production`.
#[must_use]
pub fn canonical(environment: &str) -> String {
    let name = environment.trim().to_ascii_lowercase();
    if ["prod", "prd", "live"]
        .iter()
        .any(|it| name.starts_with(it))
    {
        return "production".to_owned();
    }
    match name.as_str() {
        "dev" | "develop" | "local" => "development".to_owned(),
        "stage" | "stg" => "staging".to_owned(),
        "testing" => "test".to_owned(),
        _ => name,
    }
}

/// The text of the file, if it is there.
fn text_of(path: &Path) -> Result<Option<String>, ManifestError> {
    let unreadable = |error| ManifestError::Unreadable {
        path: PathBuf::from(path),
        error,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut text = String::new();
    file.take(LIMIT + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > LIMIT {
        return Err(ManifestError::TooLarge {
            path: path.to_owned(),
            limit: LIMIT,
        });
    }
    Ok(Some(text))
}
