//! What is told of secrets that have left the code and wait to be rotated.

use std::borrow::Cow;

use crate::fix::Entry;
use crate::fix::Replacement;
use crate::pattern::PatternSet;
use crate::report::words;

/// Where the list of them is, from the root of the project.
pub(super) const LIST: &str = ".shield/exposed.jsonl";

/// How many places are named.
const MAX_PLACES: usize = 5;

/// What happened to a secret, as a sentence.
pub(super) fn sentence(entry: &Entry) -> String {
    let (name, moved, history) = (&entry.name, &entry.moved, entry.history());
    let from = places(entry);
    format!("{name} was moved out of the code on {moved} (it was at {from}); in history: {history}")
}

/// Where it was.
pub(super) fn places(entry: &Entry) -> String {
    let named = entry.places.iter().take(MAX_PLACES);
    let named: Vec<Cow<'_, str>> = named.map(|it| words::plain(it)).collect();
    let more = entry.places.len().saturating_sub(MAX_PLACES);
    let rest = if more > 0 {
        format!(" and {}", words::count(more, "other place"))
    } else {
        String::new()
    };
    format!("{}{rest}", named.join(", "))
}

/// What is to be done.
pub(super) fn todo(entry: &Entry, patterns: &PatternSet) -> String {
    let pattern = patterns.find(&entry.pattern);
    let console = pattern.and_then(|it| it.rotation().console.as_deref());
    let place = console.map_or_else(|| "where it was issued".to_owned(), |it| format!("at {it}"));
    format!(
        "Replace it {place}, store the new value, then run `shield rotated {}`.",
        entry.name
    )
}

/// What to mind when it is done, if there is something.
pub(super) fn caution(entry: &Entry, patterns: &PatternSet) -> Option<&'static str> {
    Replacement::of(&entry.name, patterns.find(&entry.pattern)).advice()
}
