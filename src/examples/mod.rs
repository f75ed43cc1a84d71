//! Runs the examples that pattern files carry, and tells what the files lack.

mod gaps;

pub use gaps::{Gap, gaps};

use std::borrow::Cow;

use camino::Utf8PathBuf;

use crate::detect::Detector;
use crate::finding::Finding;
use crate::finding::Subject;
use crate::pattern::Pattern;
use crate::pattern::syntax::Match;
use crate::pattern::syntax::NoMatch;
use crate::risk::FileClass;
use crate::secret::Secret;
use crate::source::Encoding;
use crate::source::Origin;
use crate::source::Source;
use crate::source::SourceRef;

/// What stands in the middle of values, so that no scanner takes an example for a leak.
pub const JOINT: &str = "<|>";

/// An example of a pattern, and what it is an example of.
#[derive(Debug, Clone, Copy)]
pub struct Case<'p> {
    /// The pattern that carries it.
    pub pattern: &'p Pattern,
    /// What is expected of it.
    pub kind: Kind<'p>,
    /// Its place among those of its kind, from one.
    pub number: usize,
}

/// What is expected of an example.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'p> {
    /// It is found exactly once.
    Match(&'p Match),
    /// It is rightly not found.
    NoMatch(&'p NoMatch),
    /// It is wrongly not found.
    KnownMiss(&'p NoMatch),
}

/// Why an example is not what it is meant to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The pattern does not find it.
    #[error("not found")]
    Missed,
    /// The pattern finds it more than once.
    #[error("found {0} times, once is expected")]
    Repeated(usize),
    /// Another pattern comes first.
    #[error("reported as `{0}`, which finds the same place and ranks higher")]
    Outranked(String),
    /// Something else is found in the same text.
    #[error("`{0}` is found as well, on line {1}: show one thing at a time")]
    Beside(String, usize),
    /// What is taken is not what the example says, or not a value at all.
    #[error("found on line {0}, but what is taken there is not `secret`")]
    WrongValue(usize),
    /// It is found and should not be.
    #[error("found on line {0}, and should not be")]
    Found(usize),
    /// It is found although the file says that it cannot be.
    #[error("found on line {0}: the gap is closed, move the example up to `match`")]
    Closed(usize),
}

/// Every example of the patterns, by pattern.
pub fn cases<'p>(
    patterns: impl IntoIterator<Item = &'p Pattern>,
) -> impl Iterator<Item = Case<'p>> {
    patterns.into_iter().flat_map(|pattern| {
        let examples = pattern.examples();
        let matches = examples.matches.iter().map(Kind::Match).zip(1..);
        let others = examples.no_match.iter().map(Kind::NoMatch).zip(1..);
        let misses = examples.known_miss.iter().map(Kind::KnownMiss).zip(1..);
        matches
            .chain(others)
            .chain(misses)
            .map(move |(kind, number)| Case {
                pattern,
                kind,
                number,
            })
    })
}

impl Case<'_> {
    /// What it is called: `github/token match 2 deploy.sh`.
    #[must_use]
    pub fn name(&self) -> String {
        let kind = match self.kind {
            Kind::Match(_) => "match",
            Kind::NoMatch(_) => "no_match",
            Kind::KnownMiss(_) => "known_miss",
        };
        let id = self.pattern.id();
        format!("{id} {kind} {} {}", self.number, self.path())
    }

    /// The path of the file that the example stands for.
    #[must_use]
    pub fn path(&self) -> &str {
        match self.kind {
            Kind::Match(it) => &it.path,
            Kind::NoMatch(it) | Kind::KnownMiss(it) => &it.path,
        }
    }

    /// The text of the example, without joints.
    #[must_use]
    pub fn code(&self) -> String {
        let code = match self.kind {
            Kind::Match(it) => &it.code,
            Kind::NoMatch(it) | Kind::KnownMiss(it) => &it.code,
        };
        code.replace(JOINT, "")
    }

    /// Scans the example with all patterns of `detector`.
    ///
    /// # Errors
    ///
    /// Fails when the example is not what it is meant to be.
    pub fn check(&self, detector: &Detector<'_>) -> Result<(), Failure> {
        let at = SourceRef {
            path: Utf8PathBuf::from(self.path()),
            file: self.path().into(),
            class: FileClass::Code,
            archives: Vec::new(),
            origin: Origin::File,
        };
        let source = Source {
            at: &at,
            text: Cow::Owned(self.code()),
            encoding: Encoding::Utf8,
        };
        let scan = detector.scan_text(&source);
        let is_own = |finding: &&Finding<'_>| {
            let mut patterns = std::iter::once(finding.pattern).chain(finding.also.iter().copied());
            patterns.any(|it| it.id() == self.pattern.id())
        };
        let found: Vec<&Finding<'_>> = scan.findings.iter().filter(is_own).collect();
        let line = found.first().map(|it| it.location.start.line);
        match (self.kind, line) {
            (Kind::Match(example), _) => {
                self.expect_one(example, &found)?;
                // A default stands in a read, which is a finding of its own.
                let is_read = |it: &&Finding<'_>| matches!(it.subject, Subject::EnvRead { .. });
                let mut others = scan.findings.iter().filter(|it| !is_own(it));
                let other = others.find(|it| !is_read(it));
                other.map_or(Ok(()), |it| {
                    let id = it.pattern.id().to_owned();
                    Err(Failure::Beside(id, it.location.start.line))
                })
            }
            (Kind::NoMatch(_), Some(line)) => Err(Failure::Found(line)),
            (Kind::KnownMiss(_), Some(line)) => Err(Failure::Closed(line)),
            (Kind::NoMatch(_) | Kind::KnownMiss(_), None) => Ok(()),
        }
    }

    fn expect_one(&self, example: &Match, found: &[&Finding<'_>]) -> Result<(), Failure> {
        let &[only] = found else {
            return Err(match found.len() {
                0 => Failure::Missed,
                several => Failure::Repeated(several),
            });
        };
        if only.pattern.id() != self.pattern.id() {
            return Err(Failure::Outranked(only.pattern.id().to_owned()));
        }
        let expected = example.secret.as_ref();
        let expected = expected.map(|it| Secret::new(it.replace(JOINT, "")));
        let taken = match &only.subject {
            Subject::Value { secret, .. } => Some(secret),
            Subject::EnvRead { .. } | Subject::Absence => None,
        };
        if taken == expected.as_ref() {
            Ok(())
        } else {
            Err(Failure::WrongValue(only.location.start.line))
        }
    }
}
