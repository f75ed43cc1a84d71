//! One pass over the text that says which patterns can match, and where.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};

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
    automaton: AhoCorasick,
    /// For each needle of the automaton, who asked for it.
    targets: Vec<Vec<Target<'p>>>,
}

/// Who asked for a needle.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'p> {
    /// A point; its matches start within the reach of the needle.
    Point(&'p Pattern, &'p Point, Reach),
    /// The prefilter itself: a word of [`ENVIRONMENT_WORDS`].
    Environment,
    /// The prefilter itself: a word of [`ALIAS_WORDS`].
    Alias,
}

impl<'p> Prefilter<'p> {
    /// Collects the needles of `patterns`.
    ///
    /// # Errors
    ///
    /// Fails when there are more needles than the automaton can hold, which is millions.
    pub(super) fn new(patterns: &'p PatternSet) -> Result<Self, BuildError> {
        let mut wanted: Vec<(&'p [u8], Target<'p>)> = Vec::new();
        for pattern in patterns {
            for point in &pattern.points {
                let target = |it: &'p Needle| {
                    let bytes = it.bytes.as_slice();
                    (bytes, Target::Point(pattern, point, it.reach))
                };
                wanted.extend(point.needles.iter().map(target));
            }
        }
        if patterns.iter().any(reads_environment) {
            wanted.extend(ENVIRONMENT_WORDS.map(|it| (it.as_bytes(), Target::Environment)));
            wanted.extend(ALIAS_WORDS.map(|it| (it.as_bytes(), Target::Alias)));
        }
        wanted.sort_by_key(|it| it.0);
        let mut needles: Vec<&[u8]> = Vec::new();
        let mut targets: Vec<Vec<Target<'p>>> = Vec::new();
        for (bytes, target) in wanted {
            match targets.last_mut() {
                Some(last) if needles.last() == Some(&bytes) => last.push(target),
                Some(_) | None => {
                    needles.push(bytes);
                    targets.push(vec![target]);
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(needles)?;
        Ok(Self { automaton, targets })
    }

    /// Every needle in `text` with everyone who asked for it, by the end of the needle.
    pub(super) fn hits<'t>(
        &'t self,
        text: &'t str,
    ) -> impl Iterator<Item = (Span, Target<'p>)> + 't {
        self.automaton.find_overlapping_iter(text).flat_map(|it| {
            let span = Span::new(it.start(), it.end());
            let targets = self.targets.get(it.pattern().as_usize());
            targets
                .into_iter()
                .flatten()
                .map(move |target| (span, *target))
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
