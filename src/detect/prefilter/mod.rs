//! One pass over the text that says which patterns can match, and where.

mod finder;

use self::finder::Finder;
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
    finder: Finder,
    /// For each needle, who asked for it.
    targets: Vec<Vec<Target<'p>>>,
    /// The points that know secrets by their names, by number.
    named: Vec<(&'p Pattern, &'p Point)>,
    /// For each needle, the numbers of those that asked for it.
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

/// Who asks for a needle, while the needles are collected.
enum Asker<'p> {
    /// A point that knows secrets by their names, by number.
    Named(usize),
    /// Anybody else.
    Other(Target<'p>),
}

impl<'p> Prefilter<'p> {
    /// Collects the needles of `patterns`.
    pub(super) fn new(patterns: &'p PatternSet) -> Self {
        let mut wanted: Vec<(&'p [u8], Asker<'p>)> = Vec::new();
        let mut named = Vec::new();
        for pattern in patterns {
            for point in &pattern.points {
                let number = named.len();
                let knows_names = matches!(point.matcher, Matcher::Assignment { .. });
                let asker = |it: &'p Needle| {
                    let asker = if knows_names {
                        Asker::Named(number)
                    } else {
                        Asker::Other(Target::Point(pattern, point, it.reach))
                    };
                    (it.bytes.as_slice(), asker)
                };
                wanted.extend(point.needles.iter().map(asker));
                named.extend(knows_names.then_some((pattern, point)));
            }
        }
        if patterns.iter().any(reads_environment) {
            let words = ENVIRONMENT_WORDS.map(|it| (it, Target::Environment));
            let words = words
                .into_iter()
                .chain(ALIAS_WORDS.map(|it| (it, Target::Alias)));
            wanted.extend(words.map(|(it, target)| (it.as_bytes(), Asker::Other(target))));
        }
        wanted.sort_by_key(|it| it.0);
        let mut needles: Vec<&[u8]> = Vec::new();
        let mut targets: Vec<Vec<Target<'p>>> = Vec::new();
        let mut askers: Vec<Vec<usize>> = Vec::new();
        for (bytes, asker) in wanted {
            if needles.last() != Some(&bytes) {
                needles.push(bytes);
                targets.push(Vec::new());
                askers.push(Vec::new());
            }
            let (Some(others), Some(numbers)) = (targets.last_mut(), askers.last_mut()) else {
                continue;
            };
            match asker {
                Asker::Other(target) => others.push(target),
                Asker::Named(number) => {
                    if numbers.is_empty() {
                        others.push(Target::Names);
                    }
                    numbers.push(number);
                }
            }
        }
        Self {
            finder: Finder::new(&needles),
            targets,
            named,
            askers,
        }
    }

    /// The point with this number among those that know secrets by their names.
    pub(super) fn named(&self, number: usize) -> Option<(&'p Pattern, &'p Point)> {
        self.named.get(number).copied()
    }

    /// The numbers of the points that asked for a needle in `name`, smallest first.
    pub(super) fn asked(&self, name: &str) -> Vec<usize> {
        let hits = self.finder.find(name.as_bytes());
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

/// Whether a point of the pattern looks at reads of the environment.
fn reads_environment(pattern: &Pattern) -> bool {
    pattern
        .points
        .iter()
        .any(|it| matches!(it.matcher, Matcher::EnvRead { .. }))
}
