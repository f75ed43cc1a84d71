//! From a finding to the name of its secret; the same value gets the same name.

use std::collections::{BTreeMap, BTreeSet};

use super::ContentHash;
use super::draft::Draft;
use crate::finding::Finding;
use crate::lang::Binding;
use crate::lang::Context;
use crate::secret::Secret;
use crate::secret::SecretName;

/// How many enclosing names a name is made of at most.
const MAX_OUTER: usize = 3;

/// Names that enclose everything in a file and say nothing.
const EMPTY_WORDS: [&str; 4] = ["module.exports", "exports", "module", "use"];

/// Words for an address, which say less than what the address leads to.
const ADDRESS_WORDS: [&str; 4] = ["url", "uri", "dsn", "connection-string"];

/// Schemes of databases.
const DATABASES: [&str; 10] = [
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "mongodb",
    "mongodb+srv",
    "mssql",
    "sqlserver",
    "oracle",
    "cockroachdb",
];

/// The name for a value: from what it is bound to, else from its pattern, else from its file.
pub(super) fn of_value(
    finding: &Finding<'_>,
    binding: Option<&Binding>,
    value: &str,
) -> Option<SecretName> {
    let bound = binding.and_then(|it| of_binding(it, value));
    let pattern = || {
        let text = finding.pattern.file.fix.secret_name.as_deref()?;
        // What has parts to fill in would name the binding, which there is none of.
        (!text.contains('{'))
            .then(|| SecretName::of(text))
            .flatten()
    };
    let file = || {
        let kind = finding.pattern.id().rsplit('/').next()?;
        let stem = finding.location.path.file_stem()?;
        SecretName::of(&format!("{stem}-{kind}"))
    };
    bound.or_else(pattern).or_else(file)
}

/// The name for the password in an address of this scheme.
pub(super) fn of_address(scheme: &str) -> Option<SecretName> {
    // `+` names a driver: `postgresql+psycopg`.
    let product = scheme.split('+').next().unwrap_or(scheme);
    let what = if DATABASES.contains(&product) {
        "db"
    } else {
        product
    };
    SecretName::of(&format!("{what}-password"))
}

/// The name for a value by what it is bound to.
fn of_binding(binding: &Binding, value: &str) -> Option<SecretName> {
    let leaf = SecretName::of(&binding.name.replace('/', "-"))?;
    if ADDRESS_WORDS.contains(&leaf.as_str())
        && let Some((scheme, _)) = value.split_once("://")
    {
        // `+` names a driver: `postgresql+psycopg`.
        let product = scheme.split('+').next().unwrap_or(scheme);
        let what = if DATABASES.contains(&product) {
            "database"
        } else {
            product
        };
        return SecretName::of(&format!("{what}-url"));
    }
    if binding.context != Context::Entry || leaf.as_str().contains('-') {
        return Some(leaf);
    }
    let outer = binding.path.iter().map(|it| it.replace('/', "-"));
    let mut words: Vec<String> = outer
        .filter(|it| !EMPTY_WORDS.contains(&&**it))
        .filter_map(|it| SecretName::of(&it))
        .map(|it| it.as_str().to_owned())
        .collect();
    words.drain(..words.len().saturating_sub(MAX_OUTER));
    words.push(leaf.as_str().to_owned());
    SecretName::of(&words.join("-"))
}

/// Gives equal values one name, that of the first unless another one was `chosen`, and tells the
/// names that then stand for different values or variables.
///
/// `drafts` come in the order of files and positions.
pub(super) fn settle(
    drafts: Vec<&mut Draft>,
    chosen: &BTreeSet<&SecretName>,
) -> BTreeSet<SecretName> {
    let mut names: BTreeMap<ContentHash, SecretName> = BTreeMap::new();
    for piece in drafts.iter().flat_map(|it| &it.pieces) {
        if let (Some(secret), true) = (&piece.capture, chosen.contains(&piece.name)) {
            let name = || piece.name.clone();
            names.entry(digest(secret)).or_insert_with(name);
        }
    }
    let mut values: BTreeMap<SecretName, ContentHash> = BTreeMap::new();
    let mut variables: BTreeMap<SecretName, String> = BTreeMap::new();
    let mut conflicts = BTreeSet::new();
    for piece in drafts.into_iter().flat_map(|it| &mut it.pieces) {
        if let Some(secret) = &piece.capture {
            let hash = digest(secret);
            // A read and its default share a name that the variable dictates.
            if piece.variable().is_none() && !chosen.contains(&piece.name) {
                let first = names.entry(hash).or_insert_with(|| piece.name.clone());
                piece.name = first.clone();
            }
            if *values.entry(piece.name.clone()).or_insert(hash) != hash {
                conflicts.insert(piece.name.clone());
            }
        }
        if let Some(variable) = piece.variable() {
            let first = variables.entry(piece.name.clone());
            if first.or_insert_with(|| variable.to_owned()) != variable {
                conflicts.insert(piece.name.clone());
            }
        }
    }
    conflicts
}

/// What tells values apart without holding them.
#[expect(
    clippy::disallowed_methods,
    reason = "equal values are recognized by their hash"
)]
pub(super) fn digest(secret: &Secret) -> ContentHash {
    ContentHash::of(secret.expose().as_bytes())
}
