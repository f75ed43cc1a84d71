//! `shield patterns test`.

use std::io::Write;

use super::PatternsError;
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::detect::Detector;
use crate::examples;
use crate::pattern;
use crate::pattern::Pattern;
use crate::pattern::PatternSet;
use crate::pattern::syntax::Status;
use crate::source;

/// What ends a test with exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// An example that is not what it is meant to be.
    Examples,
    /// That, and anything that a file lacks.
    Gaps,
}

/// Tests the patterns of the folders that are given, else the built-in ones; all patterns run.
pub(super) fn run(
    options: &pattern::Options,
    strictness: Strictness,
    out: &mut dyn Write,
) -> Result<Exit, Trouble> {
    let patterns = PatternSet::all(options)?;
    let detector = Detector::new(&patterns, source::MAX_FILE_SIZE);
    let builtin = options.folders.is_empty();
    let is_asked_for = |it: &&Pattern| it.is_builtin() == builtin;
    let mut tally = Tally::default();
    for pattern in patterns.iter().filter(is_asked_for) {
        if pattern.file.status != Status::Retired {
            tally.examples(pattern, &detector, out)?;
        }
        tally.gaps(pattern, out)?;
    }
    let Tally {
        passed,
        failed,
        gaps,
    } = tally;
    let missing = match gaps {
        0 => String::new(),
        number => format!(" {number} things are missing that a built-in pattern has."),
    };
    writeln!(out, "{passed} examples passed, {failed} failed.{missing}")
        .map_err(PatternsError::Output)?;
    let is_wrong = failed > 0 || (strictness == Strictness::Gaps && gaps > 0);
    Ok(if is_wrong {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// What came of the tests.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failed: usize,
    gaps: usize,
}

impl Tally {
    /// Runs the examples of a pattern, and tells those that fail.
    fn examples(
        &mut self,
        pattern: &Pattern,
        detector: &Detector<'_>,
        out: &mut dyn Write,
    ) -> Result<(), PatternsError> {
        for case in examples::cases(std::iter::once(pattern)) {
            match case.check(detector) {
                Ok(()) => self.passed += 1,
                Err(failure) => {
                    self.failed += 1;
                    writeln!(out, "{}: {failure}", case.name())?;
                }
            }
        }
        Ok(())
    }

    /// Tells what the file of a pattern lacks.
    fn gaps(&mut self, pattern: &Pattern, out: &mut dyn Write) -> Result<(), PatternsError> {
        for gap in examples::gaps(pattern) {
            self.gaps += 1;
            writeln!(out, "{}: {gap}", pattern.id())?;
        }
        Ok(())
    }
}
