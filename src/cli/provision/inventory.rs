//! `shield inventory`: every secret, where it is kept, when it changed, and where code reads it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::LazyLock;

use ignore::WalkBuilder;
use miette::IntoDiagnostic as _;
use regex::Regex;
use serde_json::json;

use super::answer;
use super::args;
use super::compliance;
use super::cost;
use super::desk::Desk;
use super::look;
use super::sheet::Sheet;
use super::table::Table;
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::manifest::Entry;
use crate::provision::Depth;
use crate::provision::Verdict;
use crate::secret::SecretName;

/// The most bytes of a file of code that is looked at.
const LARGEST: u64 = 1024 * 1024;

/// A call that reads a secret by its name, in the languages that have a wrapper.
static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"\bget_?[sS]ecret(?:_json|_async|Json|Async)*\s*\(\s*["'`]([A-Za-z0-9_/.-]+)["'`]"#,
    )
    .ok()
});

/// Where each secret is read: `src/app.py:12`.
type Readers = BTreeMap<SecretName, Vec<String>>;

/// Tells what there is; ends well whatever state the secrets are in.
pub(in crate::cli) fn run(args: &args::Inventory) -> Result<Exit, Trouble> {
    if args.cost {
        return cost::run(args);
    }
    if args.compliance {
        return compliance::run(args);
    }
    let desk = Desk::open(&args.place)?;
    let verdicts = look::verdicts(&desk, &*desk.store()?, Depth::Metadata)?;
    let readers = readers(&desk.places.root);
    let none = Vec::new();
    let secrets = desk.manifest.secrets.iter().zip(&verdicts);
    let secrets = secrets.map(|(entry, verdict)| Known {
        entry,
        verdict,
        store: desk.environment.store.word(),
        read_in: readers.get(&entry.name).unwrap_or(&none),
    });
    let secrets: Vec<Known<'_>> = secrets.collect();
    let environment = &desk.environment.name;
    let sheet = Sheet {
        title: format!("Secrets of {environment}"),
        lead: format!(
            "{} in shield.secrets.yaml; names and places, never values.",
            secrets.len()
        ),
        listed: listed(&secrets),
        blocks: None,
        whole: whole(&secrets),
        json: json!({
            "schema": 1,
            "environment": environment,
            "secrets": secrets.iter().map(Known::value).collect::<Vec<_>>(),
        }),
        notes: Vec::new(),
    };
    sheet.print(args.format).into_diagnostic()?;
    Ok(Exit::Clean)
}

/// What is known of a secret.
struct Known<'k> {
    entry: &'k Entry,
    verdict: &'k Verdict,
    /// The kind of its store.
    store: &'static str,
    /// Where code asks for it.
    read_in: &'k [String],
}

/// The secrets for a person: dates as distances, places shortened.
fn listed(secrets: &[Known<'_>]) -> Table<8> {
    let row = |it: &Known<'_>| {
        let [name, changed, due, state] = answer::row(it.verdict);
        let owner = it.entry.owner.clone().unwrap_or_else(|| "-".to_owned());
        let sensitivity = it.entry.sensitivity.as_str().to_owned();
        let read_in = shown(it.read_in);
        let store = it.store.to_owned();
        [
            name,
            sensitivity,
            owner,
            store,
            changed,
            due,
            state,
            read_in,
        ]
    };
    Table {
        headings: [
            "SECRET",
            "SENSITIVITY",
            "OWNER",
            "STORE",
            "CHANGED",
            "REPLACE",
            "STATE",
            "READ IN",
        ],
        rows: secrets.iter().map(row).collect(),
    }
}

/// The secrets for a spreadsheet: everything, and nothing where nothing is known.
fn whole(secrets: &[Known<'_>]) -> Table<11> {
    let row = |it: &Known<'_>| {
        let held = it.verdict.held.as_ref();
        [
            it.entry.name.to_string(),
            it.entry.category.clone().unwrap_or_default(),
            it.entry.description.clone(),
            it.entry.sensitivity.as_str().to_owned(),
            it.entry.owner.clone().unwrap_or_default(),
            it.store.to_owned(),
            it.verdict.at.path.clone(),
            held.and_then(|held| held.changed.clone())
                .unwrap_or_default(),
            it.verdict
                .due
                .map_or_else(String::new, |days| days.to_string()),
            answer::faults(it.verdict),
            it.read_in.join(" "),
        ]
    };
    Table {
        headings: [
            "NAME",
            "CATEGORY",
            "DESCRIPTION",
            "SENSITIVITY",
            "OWNER",
            "STORE",
            "PATH",
            "CHANGED",
            "DUE_IN_DAYS",
            "STATE",
            "READ_IN",
        ],
        rows: secrets.iter().map(row).collect(),
    }
}

impl Known<'_> {
    /// It for programs.
    fn value(&self) -> serde_json::Value {
        let mut value = answer::value(self.verdict);
        if let Some(fields) = value.as_object_mut() {
            let entry = self.entry;
            fields.insert("store".to_owned(), json!(self.store));
            fields.insert("sensitivity".to_owned(), json!(entry.sensitivity.as_str()));
            fields.insert("owner".to_owned(), json!(entry.owner));
            fields.insert("category".to_owned(), json!(entry.category));
            fields.insert("read_in".to_owned(), json!(self.read_in));
        }
        value
    }
}

/// The first place, and how many more there are.
fn shown(places: &[String]) -> String {
    match places {
        [] => "-".to_owned(),
        [only] => only.clone(),
        [first, more @ ..] => format!("{first} and {} more", more.len()),
    }
}

/// Where code asks for secrets by name; what git ignores is no code.
fn readers(root: &Path) -> Readers {
    let mut readers = Readers::new();
    let Some(call) = &*CALL else {
        return readers;
    };
    let walk = WalkBuilder::new(root)
        .sort_by_file_path(Path::cmp)
        .require_git(false)
        .build();
    for entry in walk.filter_map(Result::ok) {
        let is_file = entry.file_type().is_some_and(|it| it.is_file());
        let Some(text) = is_file.then(|| text(entry.path())).flatten() else {
            continue;
        };
        let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let (mut line, mut end) = (1, 0);
        for found in call.captures_iter(&text) {
            let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else {
                continue;
            };
            let before = text.get(end..whole.start()).unwrap_or_default();
            line += before.bytes().filter(|it| *it == b'\n').count();
            end = whole.start();
            if let Some(name) = SecretName::of(name.as_str()) {
                let place = format!("{}:{line}", below.display());
                readers.entry(name).or_default().push(place);
            }
        }
    }
    readers
}

/// A file, if it is a text and not too long.
fn text(path: &Path) -> Option<String> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    let read = file.take(LARGEST + 1).read_to_string(&mut text).ok()?;
    (read as u64 <= LARGEST).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_known_in_every_language() {
        let call = CALL.as_ref().unwrap();
        for text in [
            "get_secret('a/b')",
            "getSecretAsync(`a`)",
            "await get_secret_json( \"a\" )",
        ] {
            assert!(call.is_match(text), "{text}");
        }
        for text in ["get_secret(name)", "forget_secret('a')", "get_secrets('a')"] {
            assert!(!call.is_match(text), "{text}");
        }
    }
}
