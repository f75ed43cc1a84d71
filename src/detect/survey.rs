//! The first look at a text: what its needles promise, before anything is parsed.

use std::time::{Duration, Instant};

use camino::Utf8Path;

use super::argument::Calls;
use super::assignment;
use super::assignment::Place;
use super::candidate::Scene;
use super::document::Document;
use super::likely;
use super::literal;
use super::literal::RawMatch;
use super::mention;
use super::mention::Mention;
use super::prefilter::{Prefilter, Target};
use super::reads::Reads;
use super::regard::Regards;
use crate::lang::Syntax;
use crate::pattern::Matcher;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::pattern::Reach;
use crate::risk::FileClass;
use crate::source::SourceRef;
use crate::text::Span;

/// How long a survey may take: hostile texts are made of nothing but near-matches.
const SURVEY_TIME: Duration = Duration::from_secs(20);

/// Shorter code is never taken for minified code, in bytes.
const LONG_CODE: usize = 8 * 1024;

/// Lines of code are shorter than this on average, in bytes.
const LONG_LINE: usize = 250;

/// What the needles of a text promise.
#[derive(Debug, Default)]
pub(super) struct Survey<'p> {
    /// Values that an expression matched.
    pub(super) literals: Vec<RawMatch<'p>>,
    /// Values that stand next to a name.
    pub(super) mentions: Vec<(&'p Pattern, &'p Point, Mention)>,
    /// Points that may find a binding.
    pub(super) assignments: Wanted<'p>,
    /// Points that may find a read of the environment.
    pub(super) reads: Wanted<'p>,
    /// Points whose functions may be called.
    pub(super) arguments: Wanted<'p>,
    /// Points whose queries may match.
    pub(super) queries: Wanted<'p>,
    /// Whether the survey ended before the text did.
    pub(super) cut_short: bool,
}

/// Points of patterns, each once.
#[derive(Debug, Default)]
pub(super) struct Wanted<'p>(Vec<(&'p Pattern, &'p Point)>);

impl<'p> Wanted<'p> {
    pub(super) fn add(&mut self, pattern: &'p Pattern, point: &'p Point) {
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
///
/// Where it is to be explained, what is doubted stays, so that the doubt can be told.
pub(super) fn survey<'p>(
    (prefilter, calls): (&Prefilter<'p>, &Calls<'p>),
    scene: Scene<'_>,
) -> Survey<'p> {
    let document = scene.document;
    let mut surveyor = Surveyor {
        prefilter,
        calls,
        scene,
        regards: Regards::new(scene.at.inner()),
        reads: Reads::new(prefilter.readers(), document),
        windows: literal::Windows::default(),
        last_name: None,
        survey: Survey::default(),
    };
    let deadline = Instant::now() + SURVEY_TIME;
    for (count, (hit, target)) in prefilter.hits(document.text).enumerate() {
        if count % 4096 == 4095 && Instant::now() > deadline {
            surveyor.survey.cut_short = true;
            break;
        }
        surveyor.take(hit, target);
    }
    let mut survey = surveyor.survey;
    survey.reads = surveyor.reads.wanted();
    if is_minified(document) {
        // What a bundler has written is not where somebody writes a secret, but a token may have
        // got into it.
        survey = Survey {
            literals: survey.literals,
            cut_short: survey.cut_short,
            ..Survey::default()
        };
    }
    survey.retain_for(scene.at);
    survey
}

/// Goes through the needles of a text.
struct Surveyor<'a, 'p> {
    prefilter: &'a Prefilter<'p>,
    calls: &'a Calls<'p>,
    scene: Scene<'a>,
    regards: Regards<'a>,
    reads: Reads<'a, 'p>,
    windows: literal::Windows,
    /// The last name with a needle, which may hold several.
    last_name: Option<Span>,
    survey: Survey<'p>,
}

impl<'p> Surveyor<'_, 'p> {
    /// Notes what the needle at `hit` promises.
    fn take(&mut self, hit: Span, target: Target<'p>) {
        match target {
            Target::Environment => self.reads.read(hit),
            Target::Alias => self.reads.alias(hit),
            Target::Names => {
                let text = self.scene.document.text;
                let name = mention::identifier(text.as_bytes(), hit);
                if let Some(name) = name.filter(|it| Some(*it) != self.last_name) {
                    self.last_name = Some(name);
                    self.name(name);
                }
            }
            Target::Point(pattern, point, reach) => match &point.matcher {
                Matcher::Literal { .. } => self.literal((pattern, point, reach), hit),
                // They ask for [`Target::Names`].
                Matcher::Assignment { .. } => {}
                Matcher::EnvRead { .. } => self.reads.name(pattern, point, hit),
                Matcher::Argument { apart, .. } => {
                    let is_news = !self.survey.arguments.has(point);
                    if is_news && self.regards.counts(pattern, point) {
                        if self.is_called((pattern, point), hit) {
                            self.survey.arguments.add(pattern, point);
                        } else if *apart {
                            self.regards.rule_out(pattern, point);
                        }
                    }
                }
                Matcher::Query { .. } | Matcher::Absence { .. } => {
                    if begins_word(self.scene.document.text.as_bytes(), hit) {
                        self.survey.queries.add(pattern, point);
                    }
                }
            },
        }
    }

    /// Notes the value of a point near the needle at `hit`.
    fn literal(&mut self, (pattern, point, reach): (&'p Pattern, &'p Point, Reach), hit: Span) {
        let matcher = (pattern, point, reach);
        let text = self.scene.document.text;
        if !literal::may_start(text, matcher, hit) || !self.regards.counts(pattern, point) {
            return;
        }
        let found = literal::verify(text, matcher, hit, &mut self.windows);
        let found = found.filter(|it| self.scene.explain || it.doubt.is_none());
        self.survey.literals.extend(found);
    }

    /// Whether it looks as if a function of the point were called where its word stands.
    fn is_called(&mut self, (pattern, point): (&'p Pattern, &'p Point), word: Span) -> bool {
        self.scene.explain
            || self.regards.exhausted(pattern, point)
            || self.calls.plausible(self.scene, point, word)
    }

    /// Notes the points that may find something bound to `bound` in this place.
    fn bound(&mut self, place: &Place<'_>, bound: &str) {
        let scene = self.scene;
        let numbers = scene.names.points(bound);
        for (pattern, point) in numbers.iter().filter_map(|it| self.prefilter.named(*it)) {
            if self.regards.counts(pattern, point)
                && !self.survey.assignments.has(point)
                && (scene.explain
                    || self.regards.exhausted(pattern, point)
                    || assignment::plausible(scene, point, (place, bound)))
            {
                self.survey.assignments.add(pattern, point);
            }
        }
    }

    /// Notes what the points that are for a name may find beside it.
    fn name(&mut self, name: Span) {
        let scene = self.scene;
        let text = scene.document.text;
        let mention = mention::beside(text, name);
        let place = Place::of(scene.document, name);
        if mention.is_none() && !scene.explain && !place.may_hold_value() {
            return;
        }
        let written = name.of(text).unwrap_or_default();
        self.bound(&place, assignment::bound_by(scene.document, written));
        let Some(mention) = mention else {
            return;
        };
        let numbers = scene.names.points(written);
        for (pattern, point) in numbers.iter().filter_map(|it| self.prefilter.named(*it)) {
            if !self.regards.counts(pattern, point) {
                continue;
            }
            let question = assignment::mentioned(scene, point, mention);
            if question.is_some_and(|it| scene.explain || likely::doubt(point, it).is_none()) {
                self.survey.mentions.push((pattern, point, mention));
            }
        }
    }
}

/// Whether what stands at `hit` begins where a word does: `tenable` stands in `TenableIO`, and not
/// in `listenable`.
fn begins_word(text: &[u8], hit: Span) -> bool {
    let first = text.get(hit.start);
    let before = hit.start.checked_sub(1).and_then(|it| text.get(it));
    !first.is_some_and(u8::is_ascii_lowercase) || !before.is_some_and(u8::is_ascii_alphabetic)
}

/// Whether a program has written the code, in lines that nobody reads.
fn is_minified(document: &Document<'_>) -> bool {
    if !matches!(document.syntax, Syntax::Tree(_)) || document.text.len() < LONG_CODE {
        return false;
    }
    let lines = memchr::memchr_iter(b'\n', document.text.as_bytes()).count() + 1;
    document.text.len() / lines > LONG_LINE
}

impl Survey<'_> {
    /// Whether nothing is promised, in all of a text that is no code: what only code has, calls and
    /// what a tree tells, does not count.
    pub(super) fn is_empty_but_for_code(&self) -> bool {
        let none = self.literals.is_empty() && self.mentions.is_empty();
        none && self.assignments.is_empty() && !self.cut_short
    }

    /// Keeps what belongs to patterns that look at the file with this path, each value once.
    fn retain_for(&mut self, at: &SourceRef) {
        let path = at.inner();
        let key = |it: &RawMatch<'_>| (it.span, std::ptr::from_ref(it.point));
        self.literals.sort_by(|one, other| {
            one.span
                .cmp(&other.span)
                .then(key(one).1.cmp(&key(other).1))
        });
        self.literals.dedup_by_key(|it| key(it));
        let value = |(_, point, it): &(_, &Point, Mention)| (it.value, std::ptr::from_ref(*point));
        self.mentions.sort_by_key(value);
        self.mentions.dedup_by_key(|it| value(it));
        for points in [&mut self.reads, &mut self.arguments, &mut self.queries] {
            points.retain_for(path);
        }
        // What a project should have, its tests and what it has copied need not.
        if at.class != FileClass::Code {
            let lacks = |it: &Point| matches!(it.matcher, Matcher::Absence { .. });
            self.queries.0.retain(|(_, point)| !lacks(point));
        }
    }
}
