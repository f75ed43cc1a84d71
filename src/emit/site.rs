//! What all code is made of: the secrets of one environment, checked and in order.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Serialize;

use super::quote;
use super::{EmitError, Target};
use crate::manifest;
use crate::manifest::fits_label;
use crate::manifest::{Entry, Environment, FieldKind, Kind, Manifest, Method, Rotation};
use crate::secret::StoreKind;

/// The longest description that AWS takes, in characters.
const LONGEST: usize = 2_000;

/// The longest time between rotations that AWS takes, in days.
const MOST_DAYS: u32 = 1_000;

/// How often what rotates by itself does so, if nothing is said.
const DAYS: u32 = 30;

/// The secrets of an environment.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Site {
    /// The application.
    pub(super) app: String,
    /// The environment.
    pub(super) environment: String,
    /// What the paths of all secrets begin with, up to a slash; empty when they differ.
    pub(super) prefix: String,
    /// Whether nothing may be deleted in passing.
    pub(super) protect: bool,
    /// For how many days what is deleted can be had back.
    pub(super) recovery: u32,
    /// The secrets, by path.
    pub(super) rows: Vec<Row>,
}

/// A secret.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    /// What code calls it.
    pub(super) name: String,
    /// A word for it with `_`.
    pub(super) label: String,
    /// A word for it of letters and digits alone.
    pub(super) id: String,
    /// Where it is.
    pub(super) path: String,
    /// The variable that has it where there is no store.
    pub(super) variable: String,
    /// What it is for.
    pub(super) description: String,
    /// Labels.
    pub(super) tags: BTreeMap<String, String>,
    /// Whether it is an object of JSON.
    pub(super) json: bool,
    /// The parts of that object, and what they are.
    pub(super) fields: BTreeMap<String, &'static str>,
    /// How it is replaced.
    pub(super) rotation: Option<Turn>,
}

/// How a secret is replaced.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Turn {
    /// As the manifest writes it.
    pub(super) method: String,
    /// The kind of function that AWS hosts.
    pub(super) hosted: Option<String>,
    /// Whether a function does it that is called by AWS.
    pub(super) by_function: bool,
    /// How often, in days.
    pub(super) days: u32,
    /// What to mind.
    pub(super) note: String,
}

/// Where AWS keeps the secrets.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Aws {
    /// `aws`, or that of China or of a government.
    pub(super) partition: &'static str,
    /// Twelve digits.
    pub(super) account: String,
    /// The region.
    pub(super) region: String,
    /// Regions with copies.
    pub(super) replicas: Vec<String>,
    /// The key.
    pub(super) kms_key: Option<String>,
    /// The ARNs of those that may read, sorted.
    pub(super) readers: Vec<String>,
    /// The names of roles of this account that may read.
    pub(super) roles: Vec<String>,
}

impl Site {
    /// The secrets of `environment`.
    pub(super) fn new(
        manifest: &Manifest,
        environment: &Environment,
        target: Target,
    ) -> Result<Self, EmitError> {
        let name = &environment.name;
        let what = || format!("the name of the environment {}", manifest::label(name));
        fit(
            name,
            is_word,
            (what, target, "lowercase letters, digits, - and _"),
        )?;
        for (key, value) in &environment.tags {
            let place = || format!("a tag of {name}");
            let fits = fits_label;
            let both = format!("{key}{value}");
            fit(
                &both,
                fits,
                (place, target, "letters, digits, spaces and _.:/=+-@"),
            )?;
        }
        let mut entries: Vec<(String, &Entry)> = manifest
            .secrets
            .iter()
            .map(|it| (manifest.path_of(name, &it.name), it))
            .collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        if entries.is_empty() {
            let help = "`shield scan --fix` adds those that were in the code; or add them by hand";
            return Err(EmitError::Nothing {
                what: "secrets",
                help,
            });
        }
        let mut labels = BTreeSet::new();
        let mut rows = Vec::with_capacity(entries.len());
        for (path, entry) in entries {
            let mut row = row(manifest, environment, (path, entry), target)?;
            // `a/b` and `a-b` are two secrets, and one word.
            for number in 2.. {
                if labels.insert(row.id.clone()) {
                    break;
                }
                let (label, id) = words(&format!("{}-{number}", entry.name));
                row.label = label;
                row.id = id;
            }
            rows.push(row);
        }
        Ok(Self {
            app: manifest.app.clone(),
            environment: name.clone(),
            prefix: prefix(&rows, &manifest.app, name),
            protect: environment.protect,
            recovery: environment.recovery.0,
            rows,
        })
    }
}

impl Aws {
    /// Where AWS keeps the secrets of `environment`.
    pub(super) fn new(environment: &Environment, target: Target) -> Result<Self, EmitError> {
        if environment.store != StoreKind::Aws {
            return Err(EmitError::Store {
                target: target.title(),
                environment: environment.name.clone(),
                store: environment.store.title(),
            });
        }
        let said = |value: &Option<String>, field| {
            value.clone().ok_or_else(|| EmitError::Incomplete {
                environment: environment.name.clone(),
                field,
            })
        };
        let account = said(&environment.account, "account")?;
        let region = said(&environment.region, "region")?;
        let is_key = |c: char| c.is_ascii_alphanumeric() || ":/_-".contains(c);
        if let Some(key) = &environment.kms_key {
            let what = || format!("the kms_key of {}", environment.name);
            fit(key, is_key, (what, target, "letters, digits and :/_-"))?;
        }
        let own = format!("::{account}:role/");
        let roles: BTreeSet<String> = environment
            .readers
            .iter()
            .filter_map(|it| it.split_once(&own))
            .filter_map(|(_, it)| it.rsplit('/').next().map(str::to_owned))
            .collect();
        let mut readers = environment.readers.clone();
        readers.sort();
        readers.dedup();
        let mut replicas = environment.replicas.clone();
        replicas.sort();
        replicas.dedup();
        replicas.retain(|it| *it != region);
        Ok(Self {
            partition: partition(&region),
            account,
            readers,
            replicas,
            kms_key: environment.kms_key.clone(),
            roles: roles.into_iter().collect(),
            region,
        })
    }

    /// The region with the originals, and those with copies.
    pub(super) fn regions(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.region).chain(&self.replicas)
    }

    /// The ARNs of what is at `path`, whatever six characters AWS adds; one for each region.
    pub(super) fn arns(&self, path: &str) -> Vec<String> {
        self.regions()
            .map(|region| self.arn("secretsmanager", region, &format!("secret:{path}-??????")))
            .collect()
    }

    /// What policies call the key that is written as `key`: they know no aliases.
    pub(super) fn keys(&self, key: &str) -> Vec<String> {
        if key.starts_with("alias/") {
            self.regions()
                .map(|it| self.arn("kms", it, "key/*"))
                .collect()
        } else if key.starts_with("arn:") {
            vec![key.to_owned()]
        } else {
            vec![self.arn("kms", &self.region, &format!("key/{key}"))]
        }
    }

    /// An ARN.
    pub(super) fn arn(&self, service: &str, region: &str, what: &str) -> String {
        let (partition, account) = (self.partition, &self.account);
        format!("arn:{partition}:{service}:{region}:{account}:{what}")
    }
}

/// A secret of the manifest.
fn row(
    manifest: &Manifest,
    environment: &Environment,
    (path, entry): (String, &Entry),
    target: Target,
) -> Result<Row, EmitError> {
    let is_field = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    for field in entry.fields.keys() {
        let what = || format!("a field of {}", entry.name);
        fit(
            field,
            is_field,
            (what, target, "letters, digits, _, . and -"),
        )?;
    }
    let (label, id) = words(entry.name.as_str());
    let mut tags = environment.tags.clone();
    let mut set = |key: &str, value: &str| tags.insert(key.to_owned(), manifest::label(value));
    set("App", &manifest.app);
    set("Environment", &environment.name);
    set("ManagedBy", "shield");
    set("Sensitivity", entry.sensitivity.as_str());
    if let Some(owner) = &entry.owner {
        set("Owner", owner);
    }
    let field = |kind: FieldKind| match kind {
        FieldKind::String => "string",
        FieldKind::Secret => "secret",
        FieldKind::Integer => "integer",
        FieldKind::Boolean => "boolean",
    };
    Ok(Row {
        name: entry.name.to_string(),
        label,
        id,
        path,
        variable: entry.variable.clone(),
        description: quote::clean(&entry.description, LONGEST),
        tags,
        json: match entry.kind {
            Kind::Json => true,
            Kind::String => false,
        },
        fields: entry
            .fields
            .iter()
            .map(|(key, it)| (key.clone(), field(*it)))
            .collect(),
        rotation: entry.rotation.as_ref().map(turn),
    })
}

/// How a secret is replaced.
fn turn(rotation: &Rotation) -> Turn {
    let (by_function, hosted) = match &rotation.method {
        Method::Lambda(_) | Method::ProviderApi => (true, None),
        Method::Hosted(kind) => (false, Some(kind.clone())),
        Method::Manual | Method::ManagedExternal(_) => (false, None),
    };
    Turn {
        method: rotation.method.to_string(),
        hosted,
        by_function,
        days: rotation.every.map_or(DAYS, |it| it.0.min(MOST_DAYS)),
        note: quote::clean(rotation.note.as_deref().unwrap_or_default(), LONGEST),
    }
}

/// A name as a word with `_`, and as one of letters and digits alone, which begin with a letter.
fn words(name: &str) -> (String, String) {
    let label = name.replace(['/', '-'], "_");
    let id = name
        .split(['/', '-'])
        .map(|part| {
            let mut rest = part.chars();
            let first = rest.next().map(|it| it.to_ascii_uppercase());
            first.into_iter().chain(rest).collect::<String>()
        })
        .collect::<String>();
    if label.starts_with(|c: char| c.is_ascii_digit()) {
        (format!("secret_{label}"), format!("Secret{id}"))
    } else {
        (label, id)
    }
}

/// What all paths begin with, up to a slash, when it says whose and of which environment they are.
fn prefix(rows: &[Row], app: &str, environment: &str) -> String {
    let first = rows.first().map_or("", |it| it.path.as_str());
    let last = rows.last().map_or("", |it| it.path.as_str());
    // What the first and the last of a sorted list share, all share.
    let shared: String = first
        .chars()
        .zip(last.chars())
        .take_while(|(a, b)| a == b)
        .map(|(it, _)| it)
        .collect();
    // Two secrets in one folder share more than those to come will.
    let whose = format!("/{app}/{environment}/");
    if shared.starts_with(&whose) {
        return whose;
    }
    let has_both = |it: &str| {
        it.split('/')
            .filter(|it| *it == app || *it == environment)
            .count()
            > 1
    };
    let folder = shared.rsplit_once('/').map_or("", |(it, _)| it);
    if has_both(folder) {
        format!("{folder}/")
    } else {
        String::new()
    }
}

/// The part of AWS that a region lies in.
fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// Whether the name of an environment may have it.
fn is_word(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_'
}

/// Complains when a text has something else than what fits, or nothing.
pub(super) fn fit(
    text: &str,
    fits: impl Fn(char) -> bool,
    (what, target, such): (impl Fn() -> String, Target, &'static str),
) -> Result<(), EmitError> {
    if !text.is_empty() && text.chars().all(fits) {
        return Ok(());
    }
    Err(EmitError::Unfit {
        what: what(),
        target: target.title(),
        fits: such,
    })
}
