//! One pass over the text that says which patterns can match, and where.

mod cues;
mod finder;

use std::collections::BTreeSet;

pub(super) use self::finder::Finder;
use crate::pattern::Matcher;
use crate::pattern::Needle;
use crate::pattern::Pattern;
use crate::pattern::PatternSet;
use crate::pattern::Point;
use crate::pattern::Reach;
use crate::text::Span;

/// Words next to which an environment variable is read.
const ENVIRONMENT_WORDS: [&str; 6] = [
    "environ",
    "getenv",
    "process.env",
    "process?.env",
    "process[\"env\"]",
    "process['env']",
];

/// Words after which it may be read by another name, anywhere in the text.
const ALIAS_WORDS: [&str; 6] = [
    "environ as ",
    "getenv as ",
    "node:process",
    "'process'",
    "\"process\"",
    "= process",
];

/// Finds the needles of all points of all patterns in one pass.
#[derive(Debug)]
pub(super) struct Prefilter<'p> {
    /// Looks through texts.
    finder: Finder,
    /// For each string it finds, who asked for it.
    targets: Vec<Vec<Target<'p>>>,
    /// The points that know secrets by their names, by number.
    named: Vec<(&'p Pattern, &'p Point)>,
    /// The points that know secrets by the variables they are read from.
    readers: Vec<(&'p Pattern, &'p Point)>,
    /// Looks through names.
    of_names: Finder,
    /// For each string it finds, the numbers of the points that asked for it.
    askers: Vec<Vec<usize>>,
}

/// Who asked for a needle.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'p> {
    /// A point; its matches start within the reach of the needle.
    Point(&'p Pattern, &'p Point, Reach),
    /// Points that know secrets by their names; see [`super::names`].
    Names,
    /// The prefilter itself: a word of [`ENVIRONMENT_WORDS`].
    Environment,
    /// The prefilter itself: a word of [`ALIAS_WORDS`].
    Alias,
}

impl<'p> Prefilter<'p> {
    /// Collects the needles of `patterns`.
    pub(super) fn new(patterns: &'p PatternSet) -> Self {
        let points = |it: &'p Pattern| it.points.iter().map(move |point| (it, point));
        let points = || patterns.iter().flat_map(points);
        let knows_names = |it: &Point| matches!(it.matcher, Matcher::Assignment { .. });
        let named: Vec<_> = points().filter(|(_, it)| knows_names(it)).collect();
        let readers: Vec<_> = points().filter(|(_, it)| reads(it)).collect();
        let mut wanted: Vec<(&[u8], Target<'p>)> = Vec::new();
        for (pattern, point) in points().filter(|(_, it)| !knows_names(it)) {
            let target = |it: &'p Needle| (&*it.bytes, Target::Point(pattern, point, it.reach));
            wanted.extend(point.needles.iter().map(target));
        }
        if !readers.is_empty() {
            let word = |it: &'static str, target| (it.as_bytes(), target);
            wanted.extend(ENVIRONMENT_WORDS.map(|it| word(it, Target::Environment)));
            wanted.extend(ALIAS_WORDS.map(|it| word(it, Target::Alias)));
        }
        let known_by_names: Vec<&Point> = named.iter().map(|(_, it)| *it).collect();
        let cues = cues::cues(&known_by_names).into_iter().flatten();
        let cues: BTreeSet<&[u8]> = cues.collect();
        wanted.extend(cues.into_iter().map(|it| (it, Target::Names)));
        let needles = |(number, point): (usize, &&'p Point)| {
            let needles = point.needles.iter();
            needles.map(move |it| (&*it.bytes, number))
        };
        let asked = known_by_names.iter().enumerate().flat_map(needles);
        let (finder, targets) = finder_of(wanted);
        let (of_names, askers) = finder_of(asked.collect());
        Self {
            finder,
            targets,
            named,
            readers,
            of_names,
            askers,
        }
    }

    /// The point with this number among those that know secrets by their names.
    pub(super) fn named(&self, number: usize) -> Option<(&'p Pattern, &'p Point)> {
        self.named.get(number).copied()
    }

    /// The points that know secrets by the variables they are read from.
    pub(super) fn readers(&self) -> &[(&'p Pattern, &'p Point)] {
        &self.readers
    }

    /// The numbers of the points that asked for a needle in `name`, smallest first.
    pub(super) fn asked(&self, name: &str) -> Vec<usize> {
        let hits = self.of_names.find(name.as_bytes());
        let askers = hits.filter_map(|(needle, _)| self.askers.get(needle));
        let mut numbers: Vec<usize> = askers.flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Every needle in `text` with everyone who asked for it, by the end of the needle.
    pub(super) fn hits<'t>(
        &'t self,
        text: &'t str,
    ) -> impl Iterator<Item = (Span, Target<'p>)> + 't {
        let hits = self.finder.find(text.as_bytes());
        hits.flat_map(|(needle, span)| {
            let targets = self.targets.get(needle).into_iter().flatten();
            targets.map(move |target| (span, *target))
        })
    }
}

/// Finds the strings of `wanted`; with it, for each string, who asked for it.
fn finder_of<T>(mut wanted: Vec<(&[u8], T)>) -> (Finder, Vec<Vec<T>>) {
    wanted.sort_by_key(|it| it.0);
    let mut strings: Vec<&[u8]> = Vec::new();
    let mut askers: Vec<Vec<T>> = Vec::new();
    for (bytes, asker) in wanted {
        if strings.last() != Some(&bytes) {
            strings.push(bytes);
            askers.push(Vec::new());
        }
        if let Some(it) = askers.last_mut() {
            it.push(asker);
        }
    }
    (Finder::new(&strings), askers)
}

/// Whether the point looks at reads of the environment.
fn reads(point: &Point) -> bool {
    matches!(point.matcher, Matcher::EnvRead { .. })
}
