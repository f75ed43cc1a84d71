//! From what is written to what it means, or what is wrong with it.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde_saphyr::Spanned;

use super::syntax::{Item, Place, SCHEMA, Syntax};
use super::{Days, Entry, Environment, Kind, Manifest, TEMPLATE, canonical};
use crate::risk::Level;
use crate::secret::SecretName;
use crate::secret::StoreKind;
use crate::yaml::Mistake;
use crate::yaml::Script;

/// How long what is deleted can be had back, if nothing else is said.
const RECOVERY: Days = Days(30);

/// How long AWS lets it be, in days.
const RECOVERY_OF_AWS: std::ops::RangeInclusive<u32> = 7..=30;

/// The longest path that a store takes, in bytes.
const LONGEST_PATH: usize = 512;

/// A manifest that means what is written, or the first thing wrong with it.
pub(super) fn checked(syntax: Syntax, script: &Script) -> Result<Manifest, Mistake> {
    if syntax.schema.value != SCHEMA {
        let message = format!("this program reads `schema: {SCHEMA}`");
        let help = "use a newer shield, or the form that docs/provision.md shows";
        return Err(script.mistake_at(&syntax.schema, message, help));
    }
    let app = word(&syntax.app, script)?;
    let template = match &syntax.path {
        Some(path) => template(path, script)?,
        None => TEMPLATE.to_owned(),
    };
    let mut environments = BTreeMap::new();
    for (name, place) in syntax.environments.unwrap_or_default() {
        let environment = environment(&name, place, script)?;
        environments.insert(name, environment);
    }
    let mut manifest = Manifest {
        app,
        template,
        environments,
        secrets: Vec::new(),
    };
    let mut names = BTreeMap::new();
    let mut variables = BTreeMap::new();
    for item in syntax.secrets.unwrap_or_default() {
        let place = item.name.clone();
        let entry = entry(item, script)?;
        for (known, key, what) in [
            (&mut names, entry.name.to_string(), "name"),
            (&mut variables, entry.variable.clone(), "variable"),
        ] {
            if let Some(other) = known.insert(key.clone(), entry.name.clone()) {
                let message = format!("{other} has the {what} `{key}`, too");
                return Err(script.mistake_at(&place, message, "every secret has its own"));
            }
        }
        fits_path(&manifest, &entry, (&place, script))?;
        manifest.secrets.push(entry);
    }
    Ok(manifest)
}

/// A word that may stand in a path.
fn word(value: &Spanned<String>, script: &Script) -> Result<String, Mistake> {
    if !is_word(&value.value) {
        let help = "lowercase letters, digits, - and _ may stand in a path of secrets";
        return Err(script.mistake_at(value, "this word cannot be a part of a path", help));
    }
    Ok(value.value.clone())
}

/// Whether a text may stand in a path: lowercase letters, digits, `-` and `_`.
fn is_word(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    !text.is_empty() && text.chars().all(fits)
}

/// The template of paths.
fn template(path: &Spanned<String>, script: &Script) -> Result<String, Mistake> {
    let mut rest = path.value.clone();
    for word in ["{app}", "{environment}", "{category}", "{name}"] {
        rest = rest.replace(word, "");
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    if !path.value.contains("{name}") || !rest.chars().all(fits) {
        let message = "this does not make a path for every secret";
        let help = "it has {name}, and may have {app}, {environment}, {category}, letters, \
                    digits, /, -, _ and .";
        return Err(script.mistake_at(path, message, help));
    }
    Ok(path.value.clone())
}

/// An environment and its store.
fn environment(name: &str, place: Spanned<Place>, script: &Script) -> Result<Environment, Mistake> {
    let full = canonical(name);
    if full != name {
        let message = format!("the environment `{name}` is called `{full}`");
        return Err(script.mistake_at(&place, message, "write its full name before the colon"));
    }
    if !is_word(name) {
        let help = "lowercase letters, digits, - and _ may stand in a path of secrets";
        return Err(script.mistake_at(&place, "an environment cannot have this name", help));
    }
    if place.value.backend == StoreKind::Local && full == "production" {
        let help = "the encrypted file lies in the project, for development; production has aws \
                    or vault";
        let message = "production cannot have the local store";
        return Err(script.mistake_at(&place, message, help));
    }
    belongs(&place.value, script)?;
    let fields = place.value;
    checked_shapes(&fields, script)?;
    let text = |it: Option<Spanned<String>>| it.map(|it| it.value);
    Ok(Environment {
        store: fields.backend,
        account: text(fields.account),
        region: text(fields.region),
        replicas: fields.replicas.into_iter().map(|it| it.value).collect(),
        kms_key: text(fields.kms_key),
        address: text(fields.address),
        mount: text(fields.mount)
            .map_or_else(|| "secret".to_owned(), |it| it.trim_matches('/').into()),
        namespace: text(fields.namespace),
        protect: fields.protect.unwrap_or(full == "production"),
        recovery: fields.recovery.map_or(RECOVERY, |it| it.value),
        readers: fields.readers.into_iter().map(|it| it.value).collect(),
        functions: values(fields.functions),
        tags: values(fields.tags),
        name: full,
    })
}

/// Texts by name, without their places.
fn values(all: BTreeMap<String, Spanned<String>>) -> BTreeMap<String, String> {
    let all = all.into_iter();
    all.map(|(key, it)| (key, it.value)).collect()
}

/// Whether the fields are those of the store.
fn belongs(place: &Place, script: &Script) -> Result<(), Mistake> {
    let aws = [&place.account, &place.region, &place.kms_key];
    let vault = [&place.address, &place.mount, &place.namespace];
    let mut lists = place.replicas.iter().chain(place.functions.values());
    let foreign = match place.backend {
        StoreKind::Aws => first(&vault),
        StoreKind::Vault => first(&aws).or(lists.next()),
        StoreKind::Local => first(&aws).or(first(&vault)).or(lists.next()),
    };
    foreign.map_or(Ok(()), |it| {
        let message = format!("{} has no such setting", place.backend.title());
        Err(script.mistake_at(it, message, "take it out, or name the store that has it"))
    })
}

/// The first that is given.
fn first<'f>(fields: &[&'f Option<Spanned<String>>]) -> Option<&'f Spanned<String>> {
    fields.iter().find_map(|it| it.as_ref())
}

/// Whether what is written looks like what it should be.
fn checked_shapes(place: &Place, script: &Script) -> Result<(), Mistake> {
    let complain = |it: &Spanned<String>, what: &str, help: &str| -> Result<(), Mistake> {
        Err(script.mistake_at(it, format!("this is not {what}"), help))
    };
    let is_account = |it: &str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit());
    if let Some(it) = place.account.as_ref().filter(|it| !is_account(&it.value)) {
        return complain(it, "an account of AWS", "it has twelve digits, in quotes");
    }
    let regions = place.region.iter().chain(&place.replicas);
    if let Some(it) = regions.into_iter().find(|it| !is_region(&it.value)) {
        return complain(it, "a region of AWS", "regions look like eu-central-1");
    }
    if let Some(it) = place.readers.iter().find(|it| !is_arn(&it.value)) {
        let help = "name the role that reads, as in arn:aws:iam::123456789012:role/shop-api";
        return complain(it, "the ARN of a role", help);
    }
    let mut functions = place.functions.values();
    if let Some(it) = functions.find(|it| !is_function(&it.value)) {
        let help = "name it as in arn:aws:lambda:eu-central-1:123456789012:function:shop-rotate";
        return complain(it, "the ARN of a function", help);
    }
    if let Some(it) = place.address.as_ref().filter(|it| !is_safe(&it.value)) {
        let help = "Vault is reached by https://, or by http:// on this machine alone";
        return complain(it, "an address that secrets may be sent to", help);
    }
    let too = |it: &&Spanned<Days>| !RECOVERY_OF_AWS.contains(&it.value.0);
    if let Some(it) = place.recovery.as_ref().filter(too)
        && place.backend == StoreKind::Aws
    {
        let help = "AWS keeps what is deleted for 7d to 30d";
        return Err(script.mistake_at(it, "AWS does not know this time", help));
    }
    Ok(())
}

/// Whether it looks like a region.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., number] => {
            words.len() >= 2 && words.iter().all(is_word) && number.parse::<u8>().is_ok()
        }
        [] => false,
    }
}

/// Whether it looks like the ARN of a role or user.
fn is_arn(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-:/".contains(c);
    text.starts_with("arn:aws") && text.contains(":iam::") && text.chars().all(fits)
}

/// Whether it looks like the ARN of a function.
fn is_function(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "$_-:".contains(c);
    text.starts_with("arn:aws") && text.contains(":lambda:") && text.chars().all(fits)
}

/// Whether nobody on the way can read what is sent there.
fn is_safe(address: &str) -> bool {
    let host = |it: &str| {
        let authority = it.split('/').next().unwrap_or_default();
        authority.strip_prefix("[::1]").map_or_else(
            || authority.split(':').next().unwrap_or_default().to_owned(),
            |_| "::1".to_owned(),
        )
    };
    address
        .strip_prefix("https://")
        .is_some_and(|it| !it.is_empty())
        || address
            .strip_prefix("http://")
            .is_some_and(|it| matches!(host(it).as_str(), "127.0.0.1" | "localhost" | "::1"))
}

/// A secret.
fn entry(item: Item, script: &Script) -> Result<Entry, Mistake> {
    let name = match SecretName::of(&item.name.value) {
        Some(name) if name.as_str() == item.name.value => name,
        Some(name) => {
            let message = format!("this name is written `{name}`");
            let help = "names are lowercase words joined by -, in parts joined by /";
            return Err(script.mistake_at(&item.name, message, help));
        }
        None => {
            let help = "names are lowercase words joined by -, in parts joined by /";
            return Err(script.mistake_at(&item.name, "this is not a name", help));
        }
    };
    if item.kind == Kind::String && !item.fields.is_empty() {
        let message = format!("{name} is a text and has no fields");
        return Err(script.mistake_at(&item.name, message, "write `kind: json`"));
    }
    let variable = match &item.variable {
        None => name.variable(),
        Some(it) if is_variable(&it.value) => it.value.clone(),
        Some(it) => {
            let help = "letters, digits and _, and no digit first";
            return Err(script.mistake_at(it, "this is not an environment variable", help));
        }
    };
    let category = item.category.or_else(|| {
        let (category, _) = name.as_str().rsplit_once('/')?;
        Some(category.to_owned())
    });
    Ok(Entry {
        kind: item.kind,
        variable,
        description: item.description,
        fields: item
            .fields
            .into_iter()
            .map(|(key, it)| (key, it.value))
            .collect(),
        sensitivity: item.sensitivity.unwrap_or(Level::High),
        owner: item.owner,
        category,
        rotation: item.rotation,
        name,
    })
}

/// Whether an environment variable may be called this.
fn is_variable(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.chars().all(fits) && text.starts_with(|c: char| !c.is_ascii_digit())
}

/// Whether the stores take the path of the secret.
fn fits_path(
    manifest: &Manifest,
    entry: &Entry,
    (place, script): (&Spanned<String>, &Script),
) -> Result<(), Mistake> {
    let complain = |message: &dyn Display, help: &str| -> Result<(), Mistake> {
        Err(script.mistake_at(place, message.to_string(), help))
    };
    for environment in manifest.environments.values() {
        let path = manifest.path_of(&environment.name, &entry.name);
        if path.len() > LONGEST_PATH {
            let called = &environment.name;
            let message = format!("in {called} its path has more than {LONGEST_PATH} bytes");
            return complain(&message, "give it a shorter name");
        }
        if environment.store == StoreKind::Aws && ends_like_a_suffix(&path) {
            let message = "its path ends like the suffix that AWS adds to names";
            let help = "AWS may take it for another secret: add a word at its end";
            return complain(&message, help);
        }
    }
    Ok(())
}

/// Whether a path ends with a hyphen and six random letters and digits, as each ARN does.
///
/// AWS may take such a name for that of another secret with its suffix. Six letters alone are a
/// word, such as `secret`.
fn ends_like_a_suffix(path: &str) -> bool {
    let last = path.rsplit_once('-').map_or("", |(_, it)| it);
    let has_digit = last.bytes().any(|it| it.is_ascii_digit());
    last.len() == 6 && has_digit && last.bytes().all(|it| it.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use miette::Diagnostic as _;

    use super::*;
    use crate::manifest::ManifestError;

    const HEAD: &str = "schema: 1\napp: shop\nenvironments:\n  production:\n    backend: aws\n";

    fn manifest(text: &str) -> Result<Manifest, ManifestError> {
        Manifest::parse("it.yaml", text)
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let text = format!("{HEAD}secrets:\n  - name: database/url\n");
        let manifest = manifest(&text).unwrap();
        let entry = manifest.secrets.first().unwrap();
        assert_eq!(entry.variable, "DATABASE_URL");
        assert_eq!(entry.category.as_deref(), Some("database"));
        assert_eq!(entry.sensitivity, Level::High);
        let environment = manifest.environment("prod").unwrap();
        assert!(environment.protect);
        assert_eq!(environment.recovery, Days(30));
        assert_eq!(
            manifest.path_of(&environment.name, &entry.name),
            "/shop/production/database/url"
        );
    }

    #[test]
    fn a_mistake_is_pointed_at() {
        for (more, place) in [
            ("    account: 12\n", "12"),
            ("    region: Frankfurt\n", "Frankfurt"),
            ("    replicas: [eu-central-1, x]\n", "x"),
            ("    address: https://vault\n", "https://vault"),
            ("    recovery: 3d\n", "3d"),
            ("    readers: [root]\n", "root"),
            ("    functions: { turn: turn }\n", "turn"),
            ("secrets:\n  - name: API_KEY\n", "API_KEY"),
            ("secrets:\n  - name: '--'\n", "'--'"),
            ("secrets:\n  - { name: a, variable: 1A }\n", "1A"),
            ("secrets:\n  - { name: b/a }\n  - { name: b-a }\n", "b-a"),
            ("secrets:\n  - { name: a }\n  - { name: a }\n", "a"),
            ("secrets:\n  - { name: a, fields: { b: secret } }\n", "a"),
            ("secrets:\n  - { name: key-a1b2c3 }\n", "key-a1b2c3"),
        ] {
            let text = format!("{HEAD}{more}");
            let ManifestError::Invalid(mistake) = manifest(&text).unwrap_err() else {
                panic!("{more}");
            };
            let start = mistake.span.offset();
            let pointed = text.get(start..start + mistake.span.len());
            assert_eq!(pointed, Some(place), "{more}: {mistake}");
            assert!(mistake.help().is_some());
        }
    }

    #[test]
    fn production_is_not_kept_in_the_project() {
        for (name, store) in [("production", "local"), ("prod", "aws"), ("'a b'", "aws")] {
            let text =
                format!("schema: 1\napp: a\nenvironments:\n  {name}: {{ backend: {store} }}\n");
            assert!(manifest(&text).is_err(), "{name}");
        }
    }

    #[test]
    fn a_word_is_no_suffix() {
        assert!(!ends_like_a_suffix("/shop/production/client-secret"));
        assert!(ends_like_a_suffix("/shop/production/client-9f2c41"));
    }
}
