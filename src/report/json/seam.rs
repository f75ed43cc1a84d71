//! Seams, as programs read them.

use serde::Serialize;

use super::finding::Place;
use super::fix::Change;
use super::fix::changes;
use crate::fix::Applicability;
use crate::fix::Seam;

/// A place through which secrets pass, and the edit that is proposed there.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    path: &'a str,
    start: Place,
    reads: Vec<Passed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<Proposed<'a>>,
}

/// A secret that is read through a seam.
#[derive(Serialize)]
struct Passed<'a> {
    variable: &'a str,
    secret: &'a str,
    path: &'a str,
    start: Place,
}

/// An edit that is shown and never applied.
#[derive(Serialize)]
struct Proposed<'a> {
    applicability: Applicability,
    title: &'a str,
    edits: Vec<Change<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wrappers: Vec<&'a str>,
}

impl<'a> Shown<'a> {
    /// The seam as programs read it.
    pub(super) fn of(seam: &'a Seam) -> Self {
        Self {
            kind: seam.kind.code(),
            name: &seam.name,
            path: seam.path.as_str(),
            start: Place::of(seam.start),
            reads: seam
                .sites
                .iter()
                .map(|it| Passed {
                    variable: &it.variable,
                    secret: it.secret.as_str(),
                    path: it.path.as_str(),
                    start: Place::of(it.start),
                })
                .collect(),
            proposal: seam.proposal.as_ref().map(|it| Proposed {
                applicability: Applicability::DisplayOnly,
                title: &it.title,
                edits: changes(&it.places, &it.edits),
                wrappers: it.wrappers.iter().map(|it| it.as_str()).collect(),
            }),
        }
    }
}
