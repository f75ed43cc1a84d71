//! What was found in a text, kept for the next scan of the same text: where it stands and what it is,
//! and never the value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Scan;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Layers;
use crate::finding::Likelihood;
use crate::finding::Location;
use crate::finding::Subject;
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::pattern::PatternSet;
use crate::risk::Level;
use crate::risk::Risk;
use crate::secret::Secret;
use crate::source::Source;
use crate::text::Excerpt;
use crate::text::Position;
use crate::text::Role;
use crate::text::Span;

/// A scan without its values.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    findings: Vec<Part>,
    troubles: Vec<Trouble>,
}

/// A finding without its value.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    pattern: String,
    /// The place of the point in the pattern.
    point: usize,
    also: Vec<String>,
    span: Span,
    start: Position,
    end: Position,
    topic: Topic,
    excerpt: Excerpt,
    confidence: Level,
    likelihood: Option<Likelihood>,
    risk: Risk,
    fingerprint: Fingerprint,
    related: Vec<Self>,
}

/// What a finding is about, without the value.
#[derive(Debug, Serialize, Deserialize)]
enum Topic {
    /// The value is what stands at the span.
    Value {
        name: Option<String>,
        role: Role,
    },
    EnvRead {
        variable: String,
    },
    Absence,
}

/// What went wrong, and would again.
#[derive(Debug, Serialize, Deserialize)]
enum Trouble {
    NoTree(String),
    TooMany(usize),
}

/// What `scan` found in the text of `source`, as bytes without any value; `None` where that is not
/// enough to tell it again.
#[must_use]
pub fn pack(scan: &Scan<'_>, source: &Source<'_>) -> Option<Vec<u8>> {
    if !scan.suppressed.is_empty() {
        return None;
    }
    let findings = scan.findings.iter();
    let troubles = scan.notices.iter().map(|it| Trouble::of(&it.kind));
    let kept = Kept {
        findings: findings
            .map(|it| Part::of(it, &source.text))
            .collect::<Option<_>>()?,
        troubles: troubles.collect::<Option<_>>()?,
    };
    postcard::to_allocvec(&kept).ok()
}

/// The scan that was packed, of the same text, with the same patterns; `None` where it was another one.
#[must_use]
pub fn unpack<'p>(bytes: &[u8], patterns: &'p PatternSet, source: &Source<'_>) -> Option<Scan<'p>> {
    let kept: Kept = postcard::from_bytes(bytes).ok()?;
    let findings = kept.findings.into_iter();
    let notice = |it: Trouble| Notice {
        path: source.at.path.clone(),
        kind: it.kind(),
    };
    Some(Scan {
        findings: findings
            .map(|it| it.finding(patterns, source))
            .collect::<Option<_>>()?,
        suppressed: Vec::new(),
        notices: kept.troubles.into_iter().map(notice).collect(),
        files: 1,
        bytes: source.text.len() as u64,
    })
}

impl Part {
    /// The finding without its value; `None` where this does not stand in the text as it is, or more
    /// of the text was captured.
    fn of(finding: &Finding<'_>, text: &str) -> Option<Self> {
        let location = &finding.location;
        let is_plain = location.layers == Layers::default()
            && finding.captures.is_empty()
            && finding.introduction.is_none();
        if !is_plain {
            return None;
        }
        let topic = match &finding.subject {
            Subject::Value { secret, name, role } => {
                let written = Secret::new(location.span.of(text)?.to_owned());
                (written == *secret).then(|| Topic::Value {
                    name: name.clone(),
                    role: *role,
                })?
            }
            Subject::EnvRead { variable } => Topic::EnvRead {
                variable: variable.clone(),
            },
            Subject::Absence => Topic::Absence,
        };
        let mut points = finding.pattern.points.iter();
        let related = finding.related.iter().map(|it| Self::of(it, text));
        Some(Self {
            pattern: finding.pattern.id().to_owned(),
            point: points.position(|it| std::ptr::eq(it, finding.point))?,
            also: finding.also.iter().map(|it| it.id().to_owned()).collect(),
            span: location.span,
            start: location.start,
            end: location.end,
            topic,
            excerpt: finding.excerpt.clone(),
            confidence: finding.confidence,
            likelihood: finding.likelihood.clone(),
            risk: finding.risk.clone(),
            fingerprint: finding.fingerprint,
            related: related.collect::<Option<_>>()?,
        })
    }

    /// The finding, with its value out of the text.
    fn finding<'p>(self, patterns: &'p PatternSet, source: &Source<'_>) -> Option<Finding<'p>> {
        let pattern = patterns.find(&self.pattern)?;
        let also = self.also.iter().map(|it| patterns.find(it));
        let related = self.related.into_iter();
        Some(Finding {
            pattern,
            point: pattern.points.get(self.point)?,
            also: also.collect::<Option<_>>()?,
            location: Location {
                path: source.at.path.clone(),
                file: source.at.file.clone(),
                class: source.at.class,
                span: self.span,
                start: self.start,
                end: self.end,
                layers: Layers::default(),
            },
            subject: match self.topic {
                Topic::Value { name, role } => Subject::Value {
                    secret: Secret::new(self.span.of(&source.text)?.to_owned()),
                    name,
                    role,
                },
                Topic::EnvRead { variable } => Subject::EnvRead { variable },
                Topic::Absence => Subject::Absence,
            },
            captures: BTreeMap::new(),
            excerpt: self.excerpt,
            confidence: self.confidence,
            likelihood: self.likelihood,
            risk: self.risk,
            fingerprint: self.fingerprint,
            introduction: None,
            related: related
                .map(|it| it.finding(patterns, source))
                .collect::<Option<_>>()?,
        })
    }
}

impl Trouble {
    /// The trouble that any scan of the same text would have.
    fn of(kind: &NoticeKind) -> Option<Self> {
        match kind {
            NoticeKind::NoTree(why) => Some(Self::NoTree(why.clone())),
            NoticeKind::TooMany(count) => Some(Self::TooMany(*count)),
            NoticeKind::Unreadable(_)
            | NoticeKind::TooLarge { .. }
            | NoticeKind::CutShort
            | NoticeKind::ArchiveInPart(_)
            | NoticeKind::LargeFileStorage
            | NoticeKind::NotCloned
            | NoticeKind::BaselineExpired(_)
            | NoticeKind::Shallow
            | NoticeKind::Panicked => None,
        }
    }

    fn kind(self) -> NoticeKind {
        match self {
            Self::NoTree(why) => NoticeKind::NoTree(why),
            Self::TooMany(count) => NoticeKind::TooMany(count),
        }
    }
}
