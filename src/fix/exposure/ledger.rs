//! The list of secrets that have left the code: names, places and dates, never a value.
//!
//! `.shield/exposed.jsonl` is meant to be committed: a line of JSON for each secret, by name, so
//! that a scan anywhere knows what is due, and two branches can both add to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use miette::Diagnostic;
use serde::Deserialize;
use serde::Serialize;

use super::{Exposure, Gap, History};
use crate::risk::Level;
use crate::seal::private;
use crate::seal::private::FileError;
use crate::seal::private::Readers;
use crate::secret::SecretName;

/// Where the list is, from the root of a project.
const FOLDER: &str = ".shield";

/// What the list is called.
const FILE: &str = "exposed.jsonl";

/// The most that a list may have: tens of thousands of secrets.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Why the list cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum LedgerError {
    /// The file cannot be read or written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    File(#[from] FileError),
    /// A line is something else.
    #[error("line {line} of {} is no entry", path.display())]
    #[diagnostic(
        code(shield::exposed::damaged),
        help("restore the file from version control; without it nobody knows what is due")
    )]
    Damaged {
        /// The list.
        path: PathBuf,
        /// The line, from one.
        line: usize,
    },
}

/// A secret that has left the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is stored under.
    pub name: String,
    /// Whether it was replaced.
    pub state: EntryState,
    /// The id of the pattern that found it.
    pub pattern: String,
    /// How bad the worst of its findings was.
    pub level: Level,
    /// The day it was moved.
    pub moved: String,
    /// The day it was said to be replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotated: Option<String>,
    /// Whether the history had it: `yes`, `unknown`, `uncommitted-only`.
    pub in_history: String,
    /// The day of the first commit that had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// How many branches led to that commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branches: Option<usize>,
    /// Why nobody could tell about the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Gap>,
    /// Where it was, `PATH:LINE`.
    pub places: Vec<String>,
    /// The fingerprints of its findings.
    pub fingerprints: Vec<String>,
}

/// Whether a secret that has left the code was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryState {
    /// It is still the one that was in the code.
    RotationPending,
    /// Somebody has said that it was replaced.
    Rotated,
}

impl Entry {
    /// What is known of its history.
    #[must_use]
    pub fn history(&self) -> History {
        match &*self.in_history {
            "yes" => History::Committed {
                first_seen: self.first_seen.clone(),
                branches: self.branches.unwrap_or(0),
            },
            "uncommitted-only" => History::Uncommitted,
            _ => History::Unknown(self.because.unwrap_or(Gap::NoRepository)),
        }
    }
}

/// The secrets that have left the code of a project.
#[derive(Debug, Default)]
pub struct Ledger {
    path: PathBuf,
    entries: BTreeMap<String, Entry>,
}

impl Ledger {
    /// Where the list of the project whose root is `root` lies.
    #[must_use]
    pub fn path_in(root: &Path) -> PathBuf {
        root.join(FOLDER).join(FILE)
    }

    /// Reads the list of the project whose root is `root`; an empty one when there is none.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be read, or is no such list.
    pub fn load(root: &Path) -> Result<Self, LedgerError> {
        let path = Self::path_in(root);
        let mut ledger = Self {
            path,
            entries: BTreeMap::new(),
        };
        if !private::has_folder(&root.join(FOLDER))? {
            return Ok(ledger);
        }
        let Some(text) = private::read(&ledger.path, LIMIT, Readers::Anybody)? else {
            return Ok(ledger);
        };
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let entry = serde_json::from_str::<Entry>(line).ok().filter(is_sound);
            let Some(entry) = entry else {
                return Err(LedgerError::Damaged {
                    path: ledger.path,
                    line: number + 1,
                });
            };
            ledger.entries.insert(entry.name.clone(), entry);
        }
        Ok(ledger)
    }

    /// The secrets that were not replaced yet, by name, each with the number of its line.
    #[must_use]
    pub fn pending(&self) -> Vec<(usize, &Entry)> {
        let lines = self.entries.values().enumerate();
        let pending = lines.filter(|(_, it)| it.state == EntryState::RotationPending);
        pending.map(|(number, it)| (number + 1, it)).collect()
    }

    /// Adds secrets that left the code on `day` and that somebody else may have.
    ///
    /// A secret that is waiting already waits for both.
    pub fn add(&mut self, exposures: &[Exposure<'_>], day: &str) {
        for exposure in exposures.iter().filter(|it| it.history.is_out()) {
            let mut entry = entry(exposure, day);
            let before = self.entries.remove(&entry.name);
            let waiting = before.filter(|it| it.state == EntryState::RotationPending);
            if let Some(mut waiting) = waiting {
                let added = |of: &Vec<String>, to: &mut Vec<String>| {
                    to.extend(of.iter().cloned());
                    to.sort();
                    to.dedup();
                };
                added(&waiting.places, &mut entry.places);
                added(&waiting.fingerprints, &mut entry.fingerprints);
                entry.level = entry.level.max(waiting.level);
                entry.moved = waiting.moved;
                if waiting.in_history == "yes" {
                    entry.in_history = waiting.in_history;
                    entry.first_seen = waiting.first_seen.take().or(entry.first_seen);
                    entry.branches = waiting.branches.or(entry.branches);
                    entry.because = None;
                }
            }
            self.entries.insert(entry.name.clone(), entry);
        }
    }

    /// Notes that a secret was replaced on `day`; tells whether it was waiting for that.
    pub fn rotated(&mut self, name: &SecretName, day: &str) -> bool {
        let entry = self.entries.get_mut(name.as_str());
        let waiting = entry.filter(|it| it.state == EntryState::RotationPending);
        let found = waiting.map(|it| {
            it.state = EntryState::Rotated;
            it.rotated = Some(day.to_owned());
        });
        found.is_some()
    }

    /// Writes the list, in one step.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be written.
    pub fn save(&self) -> Result<(), LedgerError> {
        if self.entries.is_empty() {
            return Ok(());
        }
        let mut text = String::new();
        for entry in self.entries.values() {
            let line = serde_json::to_string(entry).or(Err(LedgerError::Damaged {
                path: self.path.clone(),
                line: 0,
            }))?;
            text.push_str(&line);
            text.push('\n');
        }
        let folder = self.path.parent().unwrap_or(&self.path);
        if !private::has_folder(folder)? {
            private::make_folder(folder)?;
        }
        Ok(private::replace(&self.path, text.as_bytes())?)
    }
}

/// Whether an entry is one that we could have written: its name is a name.
fn is_sound(entry: &Entry) -> bool {
    SecretName::of(&entry.name).is_some_and(|it| it.as_str() == entry.name)
}

/// The entry of a secret that left the code on `day`.
fn entry(exposure: &Exposure<'_>, day: &str) -> Entry {
    let (first_seen, branches, because) = match &exposure.history {
        History::Committed {
            first_seen,
            branches,
        } => (first_seen.clone(), Some(*branches), None),
        History::Uncommitted => (None, None, None),
        History::Unknown(gap) => (None, None, Some(*gap)),
    };
    let mut fingerprints: Vec<String> = exposure.findings.iter().map(ToString::to_string).collect();
    fingerprints.sort();
    let mut places = exposure.places.clone();
    places.sort();
    Entry {
        name: exposure.name.to_string(),
        state: EntryState::RotationPending,
        pattern: exposure.pattern.id().to_owned(),
        level: exposure.level,
        moved: day.to_owned(),
        rotated: None,
        in_history: exposure.history.code().to_owned(),
        first_seen,
        branches,
        because,
        places,
        fingerprints,
    }
}
