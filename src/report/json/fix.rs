//! What a fix would do, as programs read it: places and what is put there, never what goes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::Place;
use super::pending::Past;
use super::seam::Shown;
use crate::fix::Applicability;
use crate::fix::Exposure;
use crate::fix::FileFix;
use crate::fix::Fix;
use crate::fix::FixPlan;
use crate::fix::Requires;
use crate::report::fate::Stay;
use crate::secret::SecretName;
use crate::text::Edit;
use crate::text::Position;

/// The fix of a finding.
#[derive(Serialize)]
pub(super) struct Fixed<'a> {
    applicability: Applicability,
    title: &'a str,
    secret: &'a str,
    stores_value: bool,
    edits: Vec<Change<'a>>,
}

impl<'a> Fixed<'a> {
    /// The fix of one finding in `file`.
    pub(super) fn of(file: &'a FileFix, fix: &'a Fix) -> Self {
        Self {
            applicability: fix.applicability,
            title: &fix.title,
            secret: fix.secret.as_str(),
            stores_value: fix.requires == Requires::Capture,
            edits: changes(&file.places, &fix.edits),
        }
    }
}

/// Why a finding stays.
#[derive(Serialize)]
pub(super) struct Kept<'a> {
    code: &'a str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<Suggestion<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<Advised<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seam: Option<At<'a>>,
}

/// What to do about a value in a data file.
#[derive(Serialize)]
struct Advised<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<&'a str>,
}

/// Where the seam is that a finding belongs to.
#[derive(Serialize)]
struct At<'a> {
    path: &'a str,
    start: Place,
}

/// What a person could do instead.
#[derive(Serialize)]
struct Suggestion<'a> {
    applicability: Applicability,
    title: &'a str,
    secret: &'a str,
}

impl<'a> Kept<'a> {
    /// The reason that the plan gives.
    pub(super) fn of(stay: Stay<'a>) -> Self {
        Self {
            code: stay.why.code(),
            message: stay.why.to_string(),
            suggestion: stay.suggestion.map(|it| Suggestion {
                applicability: it.applicability,
                title: &it.title,
                secret: it.secret.as_str(),
            }),
            advice: stay.advice.map(|it| Advised {
                text: it.text,
                line: it.line,
            }),
            seam: stay.seam.map(|it| At {
                path: it.path.as_str(),
                start: Place::of(it.start),
            }),
        }
    }
}

/// The replacement of a part of a file.
#[derive(Serialize)]
pub(super) struct Change<'a> {
    /// In bytes of the file.
    span: [usize; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Place>,
    insert: &'a str,
}

/// The edits of a file.
pub(super) fn changes<'a>(
    places: &BTreeMap<usize, Position>,
    edits: &'a [Edit],
) -> Vec<Change<'a>> {
    let place = |offset: usize| places.get(&offset).copied().map(Place::of);
    let change = |it: &'a Edit| Change {
        span: [it.span.start, it.span.end],
        start: place(it.span.start),
        end: place(it.span.end),
        insert: &it.content,
    };
    edits.iter().map(change).collect()
}

/// What `--fix` would change, beyond the findings.
#[derive(Serialize)]
pub(super) struct Plan<'a> {
    files: Vec<Changed<'a>>,
    wrappers: Vec<Made<'a>>,
    deposits: Vec<Stored<'a>>,
    companions: Vec<Beside<'a>>,
    hints: Vec<Told<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    seams: Vec<Shown<'a>>,
}

/// A file that changes.
#[derive(Serialize)]
struct Changed<'a> {
    path: &'a str,
    fixes: usize,
    allowed: usize,
    imports: Vec<Change<'a>>,
}

/// A file that is made, or replaced by a newer version of it.
#[derive(Serialize)]
struct Made<'a> {
    path: &'a str,
    replaces: bool,
}

/// A file beside the code that changes or is made.
#[derive(Serialize)]
struct Beside<'a> {
    path: &'a str,
    is_new: bool,
    titles: &'a [String],
}

/// What a person should know or do.
#[derive(Serialize)]
struct Told<'a> {
    path: &'a str,
    code: &'static str,
    message: String,
}

/// A secret that is stored.
#[derive(Serialize)]
struct Stored<'a> {
    name: &'a str,
    variable: String,
    labels: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Past>,
}

impl<'a> Plan<'a> {
    /// What the plan changes.
    pub(super) fn of(plan: &'a FixPlan, exposures: &[Exposure<'_>]) -> Self {
        let history = |name: &SecretName| {
            let found = exposures.iter().find(|it| it.name == *name);
            found.map(|it| Past::of(&it.history))
        };
        Self {
            files: plan
                .files
                .iter()
                .map(|it| Changed {
                    path: it.path.as_str(),
                    fixes: it.fixes.len(),
                    allowed: it.allowed.len(),
                    imports: changes(&it.places, &it.imports),
                })
                .collect(),
            wrappers: plan
                .wrappers
                .iter()
                .map(|it| Made {
                    path: it.path.as_str(),
                    replaces: it.before.is_some(),
                })
                .collect(),
            seams: plan.seams.iter().map(Shown::of).collect(),
            deposits: plan
                .deposits
                .iter()
                .map(|it| Stored {
                    name: it.name.as_str(),
                    variable: it.name.variable(),
                    labels: &it.labels,
                    history: history(&it.name),
                })
                .collect(),
            companions: plan
                .companions
                .iter()
                .map(|it| Beside {
                    path: it.path.as_str(),
                    is_new: it.before.is_none(),
                    titles: &it.titles,
                })
                .collect(),
            hints: plan
                .hints
                .iter()
                .map(|it| Told {
                    path: it.path.as_str(),
                    code: it.kind.code(),
                    message: it.kind.to_string(),
                })
                .collect(),
        }
    }
}
