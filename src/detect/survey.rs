//! The first look at a text: what its needles promise, before anything is parsed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use camino::Utf8Path;

use super::assignment;
use super::candidate::Scene;
use super::document::Document;
use super::likely;
use super::literal;
use super::literal::RawMatch;
use super::mention;
use super::mention::Mention;
use super::prefilter::{Prefilter, Target};
use crate::lang::Syntax;
use crate::pattern::Matcher;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::risk::FileClass;
use crate::source::SourceRef;
use crate::text::Span;

/// How long a survey may take: hostile texts are made of nothing but near-matches.
const SURVEY_TIME: Duration = Duration::from_secs(20);

/// Shorter code is never taken for minified code, in bytes.
const LONG_CODE: usize = 8 * 1024;

/// Lines of code are shorter than this on average, in bytes.
const LONG_LINE: usize = 250;

/// A text with so many words of a name is better read than guessed at.
const MANY_TRIES: u32 = 2_000;

/// How far behind the word that reads the environment a name may stand, in bytes.
const NAME_BEHIND: usize = 256;

/// How far before it a name may stand, as in a destructuring, in bytes.
const NAME_BEFORE: usize = 2048;

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

/// How often each point was asked whether a binding is plausible.
#[derive(Debug, Default)]
struct Tries(BTreeMap<*const Point, u32>);

impl Tries {
    /// Whether asking costs more by now than looking; counts as asking.
    fn exhausted(&mut self, point: &Point) -> bool {
        let tries = self.0.entry(std::ptr::from_ref(point)).or_default();
        *tries += 1;
        *tries > MANY_TRIES
    }
}

/// The names of variables that stand near a read of the environment.
#[derive(Debug, Default)]
struct Reads<'p> {
    /// A read may be anywhere, under another name.
    anywhere: bool,
    /// Where the last word ended that reads the environment.
    read: Option<usize>,
    names: Vec<Name<'p>>,
}

/// A word of a variable's name.
#[derive(Debug)]
struct Name<'p> {
    pattern: &'p Pattern,
    /// Who looks for it.
    point: &'p Point,
    /// Where it was seen last.
    last: usize,
    /// Whether it was ever seen near a read.
    near: bool,
}

impl<'p> Reads<'p> {
    /// A word that reads the environment.
    fn read(&mut self, hit: Span) {
        self.read = Some(hit.end);
        for it in &mut self.names {
            it.near |= hit.start.saturating_sub(it.last) <= NAME_BEFORE;
        }
    }

    /// A word of a name that `point` looks for.
    fn name(&mut self, pattern: &'p Pattern, point: &'p Point, hit: Span) {
        let near = self
            .read
            .is_some_and(|it| hit.start.saturating_sub(it) <= NAME_BEHIND);
        let mut known = self.names.iter_mut();
        match known.find(|it| std::ptr::eq(it.point, point)) {
            Some(it) => {
                it.last = hit.end;
                it.near |= near;
            }
            None => self.names.push(Name {
                pattern,
                point,
                last: hit.end,
                near,
            }),
        }
    }

    /// The points that may find a read.
    fn wanted(self) -> Wanted<'p> {
        let near = self.names.into_iter().filter(|it| self.anywhere || it.near);
        Wanted(near.map(|it| (it.pattern, it.point)).collect())
    }
}

/// Looks at every needle in the text once.
///
/// Where it is to be explained, what is doubted stays, so that the doubt can be told.
pub(super) fn survey<'p>(prefilter: &Prefilter<'p>, scene: Scene<'_>) -> Survey<'p> {
    let Scene {
        document,
        names: _,
        at,
        explain,
    } = scene;
    let mut survey = Survey::default();
    let mut reads = Reads::default();
    let mut windows = literal::Windows::default();
    let mut tries = Tries::default();
    let mut last_name = None;
    let deadline = Instant::now() + SURVEY_TIME;
    for (count, (hit, target)) in prefilter.hits(document.text).enumerate() {
        if count % 4096 == 4095 && Instant::now() > deadline {
            survey.cut_short = true;
            break;
        }
        match target {
            Target::Environment => reads.read(hit),
            Target::Alias => reads.anywhere = true,
            Target::Names => {
                // A name may hold several needles.
                let name = mention::identifier(document.text.as_bytes(), hit);
                if let Some(name) = name.filter(|it| Some(*it) != last_name) {
                    last_name = Some(name);
                    survey.name(prefilter, scene, (name, &mut tries));
                }
            }
            Target::Point(pattern, point, reach) => match &point.matcher {
                Matcher::Literal { .. } => {
                    let matcher = (pattern, point, reach);
                    let found = literal::verify(document.text, matcher, hit, &mut windows);
                    let found = found.filter(|it| explain || it.doubt.is_none());
                    survey.literals.extend(found);
                }
                // They ask for [`Target::Names`].
                Matcher::Assignment { .. } => {}
                Matcher::EnvRead { .. } => reads.name(pattern, point, hit),
                Matcher::Argument { .. } => survey.arguments.add(pattern, point),
                Matcher::Query { .. } | Matcher::Absence { .. } => {
                    if begins_word(document.text.as_bytes(), hit) {
                        survey.queries.add(pattern, point);
                    }
                }
            },
        }
    }
    survey.reads = reads.wanted();
    if is_minified(document) {
        // What a bundler has written is not where somebody writes a secret, but a token may have
        // got into it.
        survey = Survey {
            literals: survey.literals,
            cut_short: survey.cut_short,
            ..Survey::default()
        };
    }
    survey.retain_for(at);
    survey
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

impl<'p> Survey<'p> {
    /// Notes what the points that are for a name may find beside it.
    fn name(
        &mut self,
        prefilter: &Prefilter<'p>,
        scene: Scene<'_>,
        (name, tries): (Span, &mut Tries),
    ) {
        let text = scene.document.text;
        let numbers = scene.names.points(name.of(text).unwrap_or_default());
        if numbers.is_empty() {
            return;
        }
        let mention = mention::beside(text, name);
        for (pattern, point) in numbers.iter().filter_map(|it| prefilter.named(*it)) {
            if !self.assignments.has(point)
                && (scene.explain
                    || tries.exhausted(point)
                    || assignment::plausible(scene, point, name))
            {
                self.assignments.add(pattern, point);
            }
            let counts = mention.filter(|mention| {
                let question = assignment::mentioned(scene, point, *mention);
                question.is_some_and(|it| scene.explain || likely::doubt(point, it).is_none())
            });
            self.mentions.extend(counts.map(|it| (pattern, point, it)));
        }
    }

    /// Keeps what belongs to patterns that look at the file with this path, each value once.
    fn retain_for(&mut self, at: &SourceRef) {
        let path = at.inner();
        self.literals
            .retain(|it| it.pattern.looks_at(path) && it.point.looks_at(path));
        let key = |it: &RawMatch<'_>| (it.span, std::ptr::from_ref(it.point));
        self.literals.sort_by(|one, other| {
            one.span
                .cmp(&other.span)
                .then(key(one).1.cmp(&key(other).1))
        });
        self.literals.dedup_by_key(|it| key(it));
        self.mentions
            .retain(|(pattern, point, _)| pattern.looks_at(path) && point.looks_at(path));
        let value = |(_, point, it): &(_, &Point, Mention)| (it.value, std::ptr::from_ref(*point));
        self.mentions.sort_by_key(value);
        self.mentions.dedup_by_key(|it| value(it));
        for points in [
            &mut self.assignments,
            &mut self.reads,
            &mut self.arguments,
            &mut self.queries,
        ] {
            points.retain_for(path);
        }
        // What a project should have, its tests and what it has copied need not.
        if at.class != FileClass::Code {
            let lacks = |it: &Point| matches!(it.matcher, Matcher::Absence { .. });
            self.queries.0.retain(|(_, point)| !lacks(point));
        }
    }
}
