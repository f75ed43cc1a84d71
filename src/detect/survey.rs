//! The first look at a text: what its needles promise, before anything is parsed.

use std::time::{Duration, Instant};

use camino::Utf8Path;

use super::assignment;
use super::document::Document;
use super::literal;
use super::literal::RawMatch;
use super::prefilter::{Prefilter, Target};
use crate::pattern::Matcher;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::risk::FileClass;
use crate::source::SourceRef;

/// How long a survey may take: hostile texts are made of nothing but near-matches.
const SURVEY_TIME: Duration = Duration::from_secs(20);

/// What the needles of a text promise.
#[derive(Debug, Default)]
pub(super) struct Survey<'p> {
    /// Values that an expression matched.
    pub(super) literals: Vec<RawMatch<'p>>,
    /// Points that may find a binding.
    pub(super) assignments: Wanted<'p>,
    /// Points that may find a read of the environment.
    pub(super) reads: Wanted<'p>,
    /// Points whose queries may match.
    pub(super) queries: Wanted<'p>,
    /// Whether the survey ended before the text did.
    pub(super) cut_short: bool,
}

/// Points of patterns, each once.
#[derive(Debug, Default)]
pub(super) struct Wanted<'p>(Vec<(&'p Pattern, &'p Point)>);

impl<'p> Wanted<'p> {
    fn add(&mut self, pattern: &'p Pattern, point: &'p Point) {
        if !self.has(point) {
            self.0.push((pattern, point));
        }
    }

    /// Whether `point` is one of them.
    pub(super) fn has(&self, point: &Point) -> bool {
        self.0.iter().any(|(_, it)| std::ptr::eq(*it, point))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The points with their patterns.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'p Pattern, &'p Point)> + '_ {
        self.0.iter().copied()
    }

    /// Keeps the points that look at the file with this path.
    fn retain_for(&mut self, path: &Utf8Path) {
        self.0
            .retain(|(pattern, point)| pattern.looks_at(path) && point.looks_at(path));
    }
}

/// Looks at every needle in the text once.
pub(super) fn survey<'p>(
    prefilter: &Prefilter<'p>,
    document: &Document<'_>,
    at: &SourceRef,
) -> Survey<'p> {
    let mut survey = Survey::default();
    let mut environment = false;
    let mut windows = literal::Windows::default();
    let deadline = Instant::now() + SURVEY_TIME;
    for (count, (hit, target)) in prefilter.hits(document.text).enumerate() {
        if count % 4096 == 4095 && Instant::now() > deadline {
            survey.cut_short = true;
            break;
        }
        match target {
            Target::Environment => environment = true,
            Target::Point(pattern, point, reach) => match &point.matcher {
                Matcher::Literal { .. } => {
                    let matcher = (pattern, point, reach);
                    let found = literal::verify(document.text, matcher, hit, &mut windows);
                    survey.literals.extend(found);
                }
                Matcher::Assignment { .. } => {
                    if !survey.assignments.has(point)
                        && assignment::plausible(document.text, document.syntax, point, hit)
                    {
                        survey.assignments.add(pattern, point);
                    }
                }
                Matcher::EnvRead { .. } => survey.reads.add(pattern, point),
                Matcher::Query { .. } | Matcher::Absence { .. } => {
                    survey.queries.add(pattern, point);
                }
            },
        }
    }
    if !environment {
        survey.reads = Wanted::default();
    }
    survey.retain_for(at);
    survey
}

impl Survey<'_> {
    /// Keeps what belongs to patterns that look at the file with this path, each value once.
    fn retain_for(&mut self, at: &SourceRef) {
        let path = &at.path;
        self.literals
            .retain(|it| it.pattern.looks_at(path) && it.point.looks_at(path));
        let key = |it: &RawMatch<'_>| (it.span, std::ptr::from_ref(it.point));
        self.literals.sort_by(|one, other| {
            one.span
                .cmp(&other.span)
                .then(key(one).1.cmp(&key(other).1))
        });
        self.literals.dedup_by_key(|it| key(it));
        for points in [&mut self.assignments, &mut self.reads, &mut self.queries] {
            points.retain_for(path);
        }
        // What a project should have, its tests and what it has copied need not.
        if at.class != FileClass::Code {
            let lacks = |it: &Point| matches!(it.matcher, Matcher::Absence { .. });
            self.queries.0.retain(|(_, point)| !lacks(point));
        }
    }
}
