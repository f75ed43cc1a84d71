//! One finding, as programs read it.

use serde::Serialize;

use super::fix::Fixed;
use super::fix::Kept;
use crate::finding::Finding;
use crate::finding::Subject;
use crate::report::fate::Fate;
use crate::report::words;
use crate::risk::Factor;
use crate::risk::FileClass;
use crate::risk::Level;
use crate::text::Position;
use crate::text::Role;

/// One finding.
#[derive(Serialize)]
pub(super) struct Found<'a> {
    pattern: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<&'a str>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    level: Level,
    score: u8,
    factors: &'a [Factor],
    confidence: Level,
    fingerprint: String,
    path: &'a str,
    class: FileClass,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    archives: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    codings: Vec<&'static str>,
    start: Place,
    end: Place,
    subject: About<'a>,
    excerpt: Lines<'a>,
    also: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fixed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<Kept<'a>>,
}

/// A place in a text, counted from one; columns in characters.
#[derive(Serialize)]
pub(super) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// The place that a position stands for.
    pub(super) fn of(position: Position) -> Self {
        Self {
            line: position.line,
            column: position.char_column,
        }
    }
}

/// What a finding is about.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum About<'a> {
    Value { name: Option<&'a str>, role: Role },
    EnvRead { variable: Option<&'a str> },
    Absence,
}

/// Masked lines.
#[derive(Serialize)]
struct Lines<'a> {
    first_line: usize,
    text: &'a str,
    highlight: [usize; 2],
}

impl<'a> Found<'a> {
    /// The finding with what the plan means for it.
    pub(super) fn of(finding: &'a Finding<'a>, fate: Option<Fate<'a>>) -> Self {
        let name = words::name(finding);
        let (fix, skipped) = match fate {
            Some(Fate::Fixed { file, fix }) => (Some(Fixed::of(file, fix)), None),
            Some(Fate::Stays(skipped)) => (None, Some(Kept::of(skipped))),
            None => (None, None),
        };
        let (location, excerpt) = (&finding.location, &finding.excerpt);
        let archives = location.layers.archives.iter();
        Self {
            pattern: finding.pattern.id(),
            point: finding.point.name.as_deref(),
            title: &finding.pattern.file.title,
            description: finding.point.description.as_deref(),
            level: finding.risk.level,
            score: finding.risk.score,
            factors: &finding.risk.factors,
            confidence: finding.confidence,
            fingerprint: finding.fingerprint.to_string(),
            path: location.path.as_str(),
            class: location.class,
            archives: archives.map(|it| it.as_str()).collect(),
            cell: location.layers.cell,
            codings: words::codings(finding),
            start: Place::of(location.start),
            end: Place::of(location.end),
            subject: match &finding.subject {
                Subject::Value { role, .. } => About::Value { name, role: *role },
                Subject::EnvRead { .. } => About::EnvRead { variable: name },
                Subject::Absence => About::Absence,
            },
            excerpt: Lines {
                first_line: excerpt.first_line,
                text: &excerpt.text,
                highlight: [excerpt.highlight.start, excerpt.highlight.end],
            },
            also: finding.also.iter().map(|it| it.id()).collect(),
            fix,
            skipped,
        }
    }
}
