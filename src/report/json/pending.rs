//! Secrets that have left the code, as programs read of them.

use serde::Serialize;

use crate::fix::Entry;
use crate::fix::EntryState;
use crate::fix::History;
use crate::risk::Level;

/// A secret that has left the code and was not replaced.
#[derive(Serialize)]
pub(super) struct Waiting<'a> {
    name: &'a str,
    line: usize,
    state: EntryState,
    pattern: &'a str,
    level: Level,
    moved: &'a str,
    history: Past,
    places: &'a [String],
    fingerprints: &'a [String],
}

impl<'a> Waiting<'a> {
    /// What the list says of it.
    pub(super) fn of(line: usize, entry: &'a Entry) -> Self {
        Self {
            name: &entry.name,
            line,
            state: entry.state,
            pattern: &entry.pattern,
            level: entry.level,
            moved: &entry.moved,
            history: Past::of(&entry.history()),
            places: &entry.places,
            fingerprints: &entry.fingerprints,
        }
    }
}

/// Whether the history of the project has a value.
#[derive(Serialize)]
pub(super) struct Past {
    in_history: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branches: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
}

impl Past {
    /// What is known of it.
    pub(super) fn of(history: &History) -> Self {
        let (first_seen, branches, because) = match history {
            History::Committed {
                first_seen,
                branches,
            } => (first_seen.clone(), Some(*branches), None),
            History::Uncommitted => (None, None, None),
            History::Unknown(gap) => (None, None, Some(gap.to_string())),
        };
        Self {
            in_history: history.code(),
            first_seen,
            branches,
            because,
        }
    }
}
