//! One finding, as programs read it.

use serde::Serialize;

use super::fix::Fixed;
use super::fix::Kept;
use crate::finding::Finding;
use crate::finding::Introduction;
use crate::finding::Likelihood;
use crate::finding::Presence;
use crate::finding::Subject;
use crate::report::fate::Fate;
use crate::report::fate::Fates;
use crate::report::words;
use crate::risk::Factor;
use crate::risk::FileClass;
use crate::risk::Level;
use crate::text::Excerpt;
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
    #[serde(skip_serializing_if = "Option::is_none")]
    likelihood: Option<Likely<'a>>,
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
    introduction: Option<Introduced<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Part<'a>>,
    #[serde(flatten)]
    outlook: Outlook<'a>,
}

/// The commit that brought a finding in.
#[derive(Serialize)]
struct Introduced<'a> {
    commit: &'a str,
    author: &'a str,
    email: &'a str,
    date: &'a str,
    in_head: bool,
}

impl<'a> Introduced<'a> {
    fn of(introduction: &'a Introduction) -> Self {
        let commit = &introduction.commit;
        Self {
            commit: &commit.id,
            author: &commit.author,
            email: &commit.email,
            date: &commit.date,
            in_head: introduction.presence == Presence::InHead,
        }
    }
}

/// Another part of the credential.
#[derive(Serialize)]
struct Part<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    fingerprint: String,
    path: &'a str,
    start: Place,
    end: Place,
    subject: About<'a>,
    /// The part itself, masked.
    snippet: &'a str,
    #[serde(flatten)]
    outlook: Outlook<'a>,
}

/// What the plan means for a finding.
#[derive(Default, Serialize)]
struct Outlook<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fixed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<Kept<'a>>,
}

impl<'a> Outlook<'a> {
    fn of(fate: Option<Fate<'a>>) -> Self {
        let (fix, skipped) = match fate {
            Some(Fate::Fixed { file, fix }) => (Some(Fixed::of(file, fix)), None),
            Some(Fate::Stays(stay)) => (None, Some(Kept::of(stay))),
            None => (None, None),
        };
        Self { fix, skipped }
    }
}

/// A place in a text, counted from one; columns in characters.
#[derive(Serialize)]
pub(super) struct Place {
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    utf16_column: Option<usize>,
}

impl Place {
    /// The place that a position stands for.
    pub(super) fn of(position: Position) -> Self {
        Self {
            line: position.line,
            column: position.char_column,
            utf16_column: (position.utf16_column != position.char_column)
                .then_some(position.utf16_column),
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

/// What the model makes of a value.
#[derive(Serialize)]
struct Likely<'a> {
    probability: f64,
    reasons: &'a [String],
}

impl<'a> Likely<'a> {
    fn of(likelihood: &'a Likelihood) -> Self {
        // Two places are what the calibration is good for.
        Self {
            probability: f64::from((likelihood.probability * 100.0).round()) / 100.0,
            reasons: &likelihood.reasons,
        }
    }
}

/// Masked lines.
#[derive(Serialize)]
struct Lines<'a> {
    first_line: usize,
    text: &'a str,
    highlight: [usize; 2],
}

impl<'a> Lines<'a> {
    fn of(excerpt: &'a Excerpt) -> Self {
        Self {
            first_line: excerpt.first_line,
            text: &excerpt.text,
            highlight: [excerpt.highlight.start, excerpt.highlight.end],
        }
    }
}

impl<'a> About<'a> {
    fn of(finding: &'a Finding<'a>) -> Self {
        let name = words::name(finding);
        match &finding.subject {
            Subject::Value { role, .. } => About::Value { name, role: *role },
            Subject::EnvRead { .. } => About::EnvRead { variable: name },
            Subject::Absence => About::Absence,
        }
    }
}

impl<'a> Part<'a> {
    fn of(part: &'a Finding<'a>, fates: Option<&Fates<'a>>) -> Self {
        Self {
            point: part.point.name.as_deref(),
            description: part.point.description.as_deref(),
            fingerprint: part.fingerprint.to_string(),
            path: part.location.path.as_str(),
            start: Place::of(part.location.start),
            end: Place::of(part.location.end),
            subject: About::of(part),
            snippet: part.excerpt.highlight.of(&part.excerpt.text).unwrap_or(""),
            outlook: Outlook::of(fates.and_then(|it| it.get(part))),
        }
    }
}

impl<'a> Found<'a> {
    /// The finding with what the plan means for it, if it speaks of it.
    pub(super) fn of(finding: &'a Finding<'a>, fates: Option<&Fates<'a>>) -> Self {
        let related = finding.related.iter();
        let location = &finding.location;
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
            likelihood: finding.likelihood.as_ref().map(Likely::of),
            fingerprint: finding.fingerprint.to_string(),
            path: location.path.as_str(),
            class: location.class,
            archives: archives.map(|it| it.as_str()).collect(),
            cell: location.layers.cell,
            codings: words::codings(finding),
            start: Place::of(location.start),
            end: Place::of(location.end),
            subject: About::of(finding),
            excerpt: Lines::of(&finding.excerpt),
            also: finding.also.iter().map(|it| it.id()).collect(),
            introduction: finding.introduction.as_ref().map(Introduced::of),
            related: related.map(|it| Part::of(it, fates)).collect(),
            outlook: Outlook::of(fates.and_then(|it| it.get(finding))),
        }
    }
}
