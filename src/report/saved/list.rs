//! Lists of parts put together, in the order that one run gives them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use serde_json::Value;

use super::Saved;
use super::SavedError;
use crate::notice::NoticeKind;

/// An entry, and the part that tells it.
type Told = (usize, Value);

/// What the parts have found, and what more than one of them has.
pub(super) struct Gathered {
    /// Everything once, by path and position.
    pub(super) kept: Vec<Value>,
    /// What was there already.
    pub(super) dropped: Vec<Value>,
}

/// The findings of the list `key` of all parts; `finding` says where an entry has its finding.
///
/// Files are in the order of their paths, and what a file has stays in the order in which its part
/// tells it, which no report says more about.
pub(super) fn findings(
    parts: &mut [Saved],
    key: &str,
    finding: fn(&Value) -> Option<&Value>,
) -> Result<Gathered, SavedError> {
    let mut files: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for (number, part) in parts.iter_mut().enumerate() {
        for entry in part.take(key)? {
            let path = finding(&entry).and_then(|it| it.get("path")?.as_str());
            let path = path.ok_or_else(|| part.lacks("path"))?.to_owned();
            files.entry(path).or_default().push((number, entry));
        }
    }
    let mut gathered = Gathered {
        kept: Vec::new(),
        dropped: Vec::new(),
    };
    for mut entries in files.into_values() {
        let first = entries.first().map(|it| it.0);
        if entries.last().map(|it| it.0) != first {
            entries.sort_by_key(|(_, it)| finding(it).map(place));
        }
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (number, entry) in entries {
            let print = finding(&entry).and_then(|it| it.get("fingerprint")?.as_str());
            let print = print.unwrap_or_default().to_owned();
            if *known.entry(print).or_insert(number) == number {
                gathered.kept.push(entry);
            } else {
                gathered.dropped.push(entry);
            }
        }
    }
    Ok(gathered)
}

/// Where something starts: its line and column.
pub(super) fn place(entry: &Value) -> (u64, u64) {
    let start = entry.get("start");
    let number = |key: &str| start.and_then(|it| it.get(key)?.as_u64()).unwrap_or(0);
    (number("line"), number("column"))
}

/// The path of an entry, as paths are ordered.
pub(super) fn path(entry: &Value) -> Utf8PathBuf {
    Utf8PathBuf::from(text(entry, "path"))
}

/// A text of an entry.
pub(super) fn text<'v>(entry: &'v Value, key: &str) -> &'v str {
    entry.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The notices of all parts, each once, in the order of notices.
pub(super) fn notices(parts: &mut [Saved]) -> Result<Vec<Value>, SavedError> {
    let mut all = once(parts, "notices")?;
    let rank = |code: &str| NoticeKind::CODES.iter().position(|it| *it == code);
    all.sort_by_cached_key(|it| {
        let rank = rank(text(it, "code")).unwrap_or(usize::MAX);
        (path(it), rank, text(it, "message").to_owned())
    });
    Ok(all)
}

/// What the lists `key` of all parts have, each once, in the order in which it comes up.
pub(super) fn once(parts: &mut [Saved], key: &str) -> Result<Vec<Value>, SavedError> {
    let mut lists = Vec::new();
    for part in parts {
        lists.push(part.take(key)?);
    }
    Ok(distinct(lists.into_iter().flatten()))
}

/// Each of `all` once.
pub(super) fn distinct(all: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut known = BTreeSet::new();
    all.filter(|it| known.insert(it.to_string())).collect()
}
