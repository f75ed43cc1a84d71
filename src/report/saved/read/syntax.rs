//! A report as it is written, as far as other forms of it need it.

use serde::Deserialize;

use crate::fix::EntryState;
use crate::pattern::syntax::Applicability;
use crate::risk::Factor;
use crate::risk::FileClass;
use crate::risk::Level;
use crate::text::Role;

#[derive(Debug, Deserialize)]
pub(super) struct Document {
    pub(super) summary: Summary,
    pub(super) findings: Vec<Found>,
    #[serde(default)]
    pub(super) suppressed: Vec<Excused>,
    pub(super) notices: Vec<Trouble>,
    pub(super) plan: Plan,
    pub(super) pending: Vec<Waiting>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    pub(super) files: usize,
    pub(super) bytes: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Found {
    pub(super) pattern: String,
    pub(super) level: Level,
    pub(super) score: u8,
    pub(super) factors: Vec<Factor>,
    pub(super) confidence: Level,
    pub(super) likelihood: Option<Likely>,
    pub(super) class: FileClass,
    #[serde(default)]
    pub(super) archives: Vec<String>,
    pub(super) cell: Option<usize>,
    #[serde(default)]
    pub(super) codings: Vec<String>,
    pub(super) also: Vec<String>,
    pub(super) introduction: Option<Introduced>,
    #[serde(default)]
    pub(super) related: Vec<Part>,
    #[serde(flatten)]
    pub(super) part: Part,
}

/// What a finding and the other parts of its credential have in common.
#[derive(Debug, Deserialize)]
pub(super) struct Part {
    pub(super) point: Option<String>,
    pub(super) fingerprint: String,
    pub(super) path: String,
    pub(super) start: Place,
    pub(super) end: Place,
    pub(super) subject: About,
    pub(super) excerpt: Option<Lines>,
    pub(super) snippet: Option<String>,
    pub(super) fix: Option<Fixed>,
    pub(super) skipped: Option<Skipped>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) utf16_column: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum About {
    Value { name: Option<String>, role: Role },
    EnvRead { variable: Option<String> },
    Absence,
}

#[derive(Debug, Deserialize)]
pub(super) struct Likely {
    pub(super) probability: f32,
    pub(super) reasons: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Lines {
    pub(super) first_line: usize,
    pub(super) text: String,
    pub(super) highlight: [usize; 2],
}

#[derive(Debug, Deserialize)]
pub(super) struct Introduced {
    pub(super) commit: String,
    pub(super) author: String,
    pub(super) email: String,
    pub(super) date: String,
    pub(super) in_head: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Fixed {
    #[serde(flatten)]
    pub(super) suggestion: Suggestion,
    pub(super) stores_value: bool,
    pub(super) edits: Vec<Change>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Suggestion {
    pub(super) applicability: Applicability,
    pub(super) title: String,
    pub(super) secret: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Change {
    pub(super) span: [usize; 2],
    pub(super) start: Option<Place>,
    pub(super) end: Option<Place>,
    pub(super) insert: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Skipped {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) suggestion: Option<Suggestion>,
    pub(super) advice: Option<Advised>,
    pub(super) seam: Option<At>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Advised {
    pub(super) text: String,
    pub(super) line: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct At {
    pub(super) path: String,
    pub(super) start: Place,
}

#[derive(Debug, Deserialize)]
pub(super) struct Excused {
    pub(super) cause: String,
    pub(super) reason: Option<String>,
    pub(super) finding: Found,
}

#[derive(Debug, Deserialize)]
pub(super) struct Trouble {
    pub(super) path: String,
    pub(super) code: String,
    pub(super) message: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Plan {
    pub(super) files: Vec<Changed>,
    pub(super) deposits: Vec<Stored>,
    #[serde(default)]
    pub(super) seams: Vec<Shown>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Changed {
    pub(super) path: String,
    pub(super) imports: Vec<Change>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) history: Option<Past>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Shown {
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    pub(super) path: String,
    pub(super) start: Place,
    pub(super) reads: Vec<Passed>,
    pub(super) proposal: Option<Proposed>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Passed {
    pub(super) variable: String,
    pub(super) secret: String,
    pub(super) path: String,
    pub(super) start: Place,
}

#[derive(Debug, Deserialize)]
pub(super) struct Proposed {
    pub(super) title: String,
    pub(super) edits: Vec<Change>,
    #[serde(default)]
    pub(super) wrappers: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Waiting {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) state: EntryState,
    pub(super) pattern: String,
    pub(super) level: Level,
    pub(super) moved: String,
    pub(super) history: Past,
    pub(super) places: Vec<String>,
    pub(super) fingerprints: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Past {
    pub(super) in_history: String,
    pub(super) first_seen: Option<String>,
    pub(super) branches: Option<usize>,
    pub(super) because: Option<String>,
}
