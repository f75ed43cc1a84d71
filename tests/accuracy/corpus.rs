//! The labelled snippets.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use shield::examples::JOINT;
use shield::text::Span;
use shield::yaml::Script;
use walkdir::WalkDir;

use crate::Result;

/// What snippets with secrets are about, by the first of them.
const POSITIVE: [&str; 15] = [
    "api-key",
    "argument",
    "connection-string",
    "default",
    "docs",
    "embedded",
    "header",
    "issued-key",
    "password",
    "password-hash",
    "private-key",
    "signing-secret",
    "token",
    "url",
    "weak-password",
];

/// What snippets without secrets are about.
const NEGATIVE: [&str; 18] = [
    "blob",
    "hash",
    "name",
    "path",
    "placeholder",
    "public-key",
    "publishable",
    "reference",
    "regex",
    "selector",
    "setting",
    "template",
    "text",
    "token-like",
    "type",
    "url-clean",
    "uuid",
    "vendor-example",
];

/// A piece of a file, with the secrets in it.
#[derive(Debug)]
pub(crate) struct Snippet {
    /// The file of the corpus, without folder and extension: `code/go`.
    pub(crate) file: String,
    /// The file and the snippet's own name.
    pub(crate) id: String,
    /// What it is about.
    pub(crate) kind: String,
    /// The path that the code is said to have.
    pub(crate) path: String,
    /// The code.
    pub(crate) code: String,
    /// Where the secrets are, as far as they are there.
    pub(crate) secrets: Vec<Option<Span>>,
    /// Why they are secrets, or why nothing is.
    pub(crate) because: String,
}

/// A snippet as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    kind: String,
    #[serde(rename = "in")]
    path: String,
    code: String,
    secrets: Vec<String>,
    because: String,
}

/// Every snippet below `folder`, in the order of files and lines.
pub(crate) fn read(folder: &Path) -> Result<Vec<Snippet>> {
    let mut snippets = Vec::new();
    let mut ids = BTreeSet::new();
    for entry in WalkDir::new(folder).min_depth(2).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path().strip_prefix(folder)?.with_extension("");
        let file = path.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(entry.path())?;
        let script = Script::new(&file, &text, "docs/accuracy.md says what belongs there");
        let entries: Vec<Entry> = script.parse().map_err(|it| format!("{file}: {it}"))?;
        for it in entries {
            let snippet = Snippet::new(&file, it);
            if !ids.insert(snippet.id.clone()) {
                return Err(format!("{} is there twice", snippet.id).into());
            }
            snippets.push(snippet);
        }
    }
    Ok(snippets)
}

impl Snippet {
    fn new(file: &str, entry: Entry) -> Self {
        let code = entry.code.replace(JOINT, "");
        let mut secrets: Vec<Option<Span>> = Vec::new();
        for value in &entry.secrets {
            let value = value.replace(JOINT, "");
            let is_free = |it: &Span| !secrets.iter().flatten().any(|other| it.overlaps(*other));
            let place = code
                .match_indices(&value)
                .map(|(start, _)| Span::new(start, start + value.len()))
                .find(is_free);
            secrets.push(place);
        }
        Self {
            file: file.to_owned(),
            id: format!("{file}/{}", entry.id),
            kind: entry.kind,
            path: entry.path,
            code,
            secrets,
            because: entry.because,
        }
    }

    /// The language group: the folder of the corpus.
    pub(crate) fn group(&self) -> &str {
        self.file.split_once('/').map_or("", |(group, _)| group)
    }

    /// The line of a place, from one.
    pub(crate) fn line(&self, place: Span) -> usize {
        let before = self.code.get(..place.start).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    /// What is wrong with the label, if anything.
    pub(crate) fn mistake(&self) -> Option<String> {
        let kinds: &[&str] = if self.secrets.is_empty() {
            &NEGATIVE
        } else {
            &POSITIVE
        };
        let mistake = if !kinds.contains(&self.kind.as_str()) {
            format!("its kind is none of {kinds:?}")
        } else if self.secrets.contains(&None) {
            "a secret is not in the code".to_owned()
        } else if self.because.trim().is_empty() {
            "`because` says nothing".to_owned()
        } else {
            return None;
        };
        Some(format!("{}: {mistake}", self.id))
    }
}
