//! What parts would change, put together.
//!
//! Each part has planned for itself. What depends on other parts is the name of a value that more
//! than one of them has, which only a plan for the whole can settle, and which is told.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Saved;
use super::SavedError;
use super::list;

/// What would be changed.
pub(super) type Plan = Map<String, Value>;

/// The plans of all parts, and the names of secrets that more than one part stores.
pub(super) fn merge(parts: &mut [Saved]) -> Result<(Plan, Vec<String>), SavedError> {
    let mut plans = Vec::new();
    for part in parts {
        match part.report.get_mut("plan").map(Value::take) {
            Some(Value::Object(plan)) => plans.push(plan),
            Some(_) | None => return Err(part.lacks("plan")),
        }
    }
    let mut all = plans.first().cloned().unwrap_or_default();
    let by_path = |lists| by(lists, |it| list::path(it).to_string());
    let files = by_path(take(&mut plans, "files"));
    let deposits = take(&mut plans, "deposits");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for deposit in deposits.iter().flatten() {
        *counts
            .entry(list::text(deposit, "name").to_owned())
            .or_default() += 1;
    }
    let mut stored = by(deposits, |it| list::text(it, "name").to_owned());
    all.insert("files".to_owned(), sorted(files));
    let wrappers = by_path(take(&mut plans, "wrappers"));
    all.insert("wrappers".to_owned(), sorted(wrappers));
    stored.sort_by_cached_key(|it| list::text(it, "name").to_owned());
    all.insert("deposits".to_owned(), Value::Array(stored));
    let companions = by_path(take(&mut plans, "companions"));
    all.insert("companions".to_owned(), sorted(companions));
    let hints = list::distinct(take(&mut plans, "hints").into_iter().flatten());
    all.insert("hints".to_owned(), Value::Array(hints));
    let place = |it: &Value| {
        format!(
            "{} {:?} {}",
            list::path(it),
            list::place(it),
            list::text(it, "kind")
        )
    };
    let mut seams = by(take(&mut plans, "seams"), place);
    if !seams.is_empty() {
        for seam in &mut seams {
            if let Some(Value::Array(reads)) = seam.get_mut("reads") {
                reads.sort_by_cached_key(|it| (list::path(it), list::place(it)));
            }
        }
        all.insert("seams".to_owned(), sorted(seams));
    }
    let shared = counts.into_iter().filter(|(_, number)| *number > 1);
    Ok((all, shared.map(|(name, _)| name).collect()))
}

/// The lists `key` of all plans.
fn take(plans: &mut [Map<String, Value>], key: &str) -> Vec<Vec<Value>> {
    let lists = plans
        .iter_mut()
        .filter_map(|it| match it.get_mut(key)?.take() {
            Value::Array(list) => Some(list),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => None,
        });
    lists.collect()
}

/// Entries by place.
fn sorted(mut entries: Vec<Value>) -> Value {
    entries.sort_by_cached_key(|it| (list::path(it), list::place(it)));
    Value::Array(entries)
}

/// One entry for each key, with the lists of all that have it.
fn by(lists: Vec<Vec<Value>>, key: impl Fn(&Value) -> String) -> Vec<Value> {
    let mut entries: Vec<Value> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for entry in lists.into_iter().flatten() {
        let number = *known.entry(key(&entry)).or_insert(entries.len());
        match entries.get_mut(number) {
            Some(first) => join(first, entry),
            None => entries.push(entry),
        }
    }
    entries
}

/// Adds what the lists of an entry have more than those of another.
fn join(first: &mut Value, second: Value) {
    let (Value::Object(first), Value::Object(second)) = (first, second) else {
        return;
    };
    for (key, value) in second {
        if let (Some(Value::Array(all)), Value::Array(more)) = (first.get_mut(&key), value) {
            let both = std::mem::take(all).into_iter().chain(more);
            *all = list::distinct(both);
        }
    }
}
