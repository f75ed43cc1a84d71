//! What is known of secrets that leave the code: where they were, who else has them, what is due.
//!
//! Taking a value out of the code does not make it secret again. Until somebody says that it was
//! replaced where it was issued, it is *moved, rotation pending*, and scans go on telling it.

mod history;
mod ledger;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::Serialize;

pub use history::trace;
pub use ledger::{Entry, EntryState, Ledger, LedgerError};

use super::{FixPlan, Requires};
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Subject;
use crate::pattern::Pattern;
use crate::risk::Level;
use crate::secret::SecretName;

/// Labels of patterns for keys that something was made with: sessions, signatures, ciphertexts.
const DATA_LABELS: [&str; 3] = ["cryptography", "encryption", "framework"];

/// Words in the names of such keys, where the pattern says nothing about its issuer.
const DATA_WORDS: [&str; 13] = [
    "cipher",
    "cookie",
    "crypt",
    "encrypt",
    "encryption",
    "fernet",
    "hmac",
    "jwt",
    "pepper",
    "salt",
    "session",
    "signature",
    "signing",
];

/// Names that frameworks have for such keys.
const DATA_NAMES: [&str; 4] = ["secret-key", "secret-key-base", "app-key", "app-secret"];

/// A secret that leaves the code.
#[derive(Debug, Clone)]
pub struct Exposure<'p> {
    /// What it is stored under.
    pub name: SecretName,
    /// The pattern that found it.
    pub pattern: &'p Pattern,
    /// How bad the worst of its findings is.
    pub level: Level,
    /// Where it was, `PATH:LINE`, the path from the root of the project.
    pub places: Vec<String>,
    /// Its findings.
    pub findings: Vec<Fingerprint>,
    /// Whether commits have it.
    pub history: History,
}

/// Whether the history of a project has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum History {
    /// Commits have it.
    Committed {
        /// The day of the first one, `2023-05-02`; absent where only the last one was looked at.
        first_seen: Option<String>,
        /// How many branches lead to that commit.
        branches: usize,
    },
    /// No commit has it.
    Uncommitted,
    /// Nobody can tell.
    Unknown(Gap),
}

/// Why nobody can tell whether a history has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// The clone has only the newest part of the history.
    #[error("shallow clone")]
    Shallow,
    /// There is no repository, or no git to ask.
    #[error("no git repository")]
    NoRepository,
    /// There is more history than can be looked at in the time for it.
    #[error("too much history to look at")]
    TooLong,
    /// The value is too short to be told from other text.
    #[error("too short to look for")]
    TooShort,
}

impl History {
    /// The stable word for reports that machines read.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Committed { .. } => "yes",
            Self::Uncommitted => "uncommitted-only",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Whether somebody else may have the value.
    #[must_use]
    pub fn is_out(&self) -> bool {
        match self {
            Self::Committed { .. } | Self::Unknown(_) => true,
            Self::Uncommitted => false,
        }
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Committed {
                first_seen: Some(day),
                branches,
            } => {
                let word = if *branches == 1 { "branch" } else { "branches" };
                write!(f, "yes (first seen {day}, {branches} {word})")
            }
            Self::Committed {
                first_seen: None, ..
            } => f.write_str("yes"),
            Self::Uncommitted => f.write_str("uncommitted only"),
            Self::Unknown(gap) => write!(f, "unknown ({gap})"),
        }
    }
}

/// How a secret is replaced without breaking anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacement {
    /// By a new one: the old one only opened a door.
    Swap,
    /// By a new one beside the old one: what was made with the old one needs it.
    Overlap,
}

impl Replacement {
    /// How a secret of this name, found by this pattern, is replaced.
    #[must_use]
    pub fn of(name: &str, pattern: Option<&Pattern>) -> Self {
        let labels = pattern.map_or(&[][..], |it| &it.risk.labels);
        let says = |it: &&str| labels.iter().any(|label| label == it);
        let is_generic = pattern.is_none_or(|it| it.id().starts_with("generic/"));
        let leaf = name.rsplit('/').next().unwrap_or(name);
        let speaks = leaf.split('-').any(|it| DATA_WORDS.contains(&it));
        if DATA_LABELS.iter().any(says) || is_generic && (speaks || DATA_NAMES.contains(&leaf)) {
            Self::Overlap
        } else {
            Self::Swap
        }
    }

    /// What to mind, as a sentence, if there is something.
    #[must_use]
    pub fn advice(self) -> Option<&'static str> {
        match self {
            Self::Swap => None,
            Self::Overlap => Some(
                "Data, sessions or signatures were made with this key: do not just exchange it. \
                 Add the new key beside the old one (Django has SECRET_KEY_FALLBACKS for that), \
                 let new data be made with the new key, re-encrypt or wait, then drop the old one.",
            ),
        }
    }
}

/// The day it is, by the clock of the world: `2026-11-22`.
#[must_use]
pub fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// What is due for a secret that has left the code, for a person to read.
#[derive(Debug, Clone)]
pub struct Due {
    /// What it is stored under.
    pub name: SecretName,
    /// What it is.
    pub title: String,
    /// Where it was.
    pub places: Vec<String>,
    /// Whether commits have it.
    pub history: History,
    /// What is to be done, in a sentence.
    pub remedy: String,
    /// The page where it is replaced.
    pub console: Option<String>,
    /// How it is replaced, step by step.
    pub steps: Vec<String>,
    /// What to mind, in a sentence.
    pub caution: Option<&'static str>,
}

impl Exposure<'_> {
    /// What is due for it.
    #[must_use]
    pub fn due(&self) -> Due {
        let rotation = self.pattern.rotation();
        Due {
            name: self.name.clone(),
            title: self.pattern.file.title.clone(),
            places: self.places.clone(),
            history: self.history.clone(),
            remedy: self.pattern.remediation().to_owned(),
            console: rotation.console.clone(),
            steps: rotation.steps.clone(),
            caution: Replacement::of(self.name.as_str(), Some(self.pattern)).advice(),
        }
    }
}

/// The secrets that leave the code with `plan`, by name; nothing is known of their history yet.
#[must_use]
pub fn exposures<'p>(plan: &FixPlan, findings: &[Finding<'p>], root: &Path) -> Vec<Exposure<'p>> {
    let all = findings.iter().flat_map(Finding::secret_parts);
    let known: BTreeMap<Fingerprint, &Finding<'p>> = all.map(|it| (it.fingerprint, it)).collect();
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let mut exposures: BTreeMap<SecretName, Exposure<'p>> = BTreeMap::new();
    for file in &plan.files {
        let below = file.file.strip_prefix(&root).ok().and_then(Path::to_str);
        let path = below.unwrap_or(file.path.as_str()).replace('\\', "/");
        let captures = file
            .fixes
            .iter()
            .filter(|it| it.requires == Requires::Capture);
        for fix in captures {
            let values = fix.findings.iter().filter_map(|it| known.get(it));
            for finding in values.filter(|it| matches!(it.subject, Subject::Value { .. })) {
                let place = format!("{path}:{}", finding.location.start.line);
                let entry = exposures.entry(fix.secret.clone());
                let exposure = entry.or_insert_with(|| Exposure {
                    name: fix.secret.clone(),
                    pattern: finding.pattern,
                    level: finding.risk.level,
                    places: Vec::new(),
                    findings: Vec::new(),
                    history: History::Unknown(Gap::NoRepository),
                });
                exposure.level = exposure.level.max(finding.risk.level);
                exposure.places.push(place);
                exposure.findings.push(finding.fingerprint);
            }
        }
    }
    exposures.into_values().collect()
}
