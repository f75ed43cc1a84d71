//! The ways to write a report.

mod fate;
#[cfg(test)]
mod fixture;
mod human;
mod json;
mod sarif;
mod words;

use std::io;
use std::io::Write as _;
use std::time::Duration;

use crate::finding::Finding;
use crate::finding::Suppressed;
use crate::fix::FixPlan;
use crate::notice::Notice;
use crate::pattern::PatternSet;

/// Everything a run has to say; nothing in it is computed by a reporter.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was found, by path and position.
    pub findings: &'a [Finding<'a>],
    /// What was found and does not count.
    pub suppressed: &'a [Suppressed<'a>],
    /// What a fix would do.
    pub plan: &'a FixPlan,
    /// What the run survived.
    pub notices: &'a [Notice],
    /// The patterns that ran.
    pub patterns: &'a PatternSet,
    /// What the run amounted to.
    pub totals: Totals,
}

/// What a run amounted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Files that were scanned.
    pub files: usize,
    /// Bytes that were scanned.
    pub bytes: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// How to write a report.
#[derive(Debug, Clone)]
pub struct Options {
    /// The form.
    pub format: Format,
    /// Whether suppressed findings are told.
    pub suppressed: ShowSuppressed,
    /// Whether the diff of the plan is shown.
    pub diff: ShowDiff,
    /// What becomes of the plan once the report is written.
    pub intent: Intent,
    /// Colours, characters and width of the human report.
    pub style: Style,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a person at a terminal.
    Human,
    /// For programs; see docs/json.md.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// Whether suppressed findings are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowSuppressed {
    /// With the cause of each.
    Yes,
    /// Only how many there are.
    No,
}

/// Whether the diff of the plan is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowDiff {
    /// Masked.
    Yes,
    /// Not at all.
    No,
}

/// What becomes of the plan once the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// Nothing: the report says how to have it carried out.
    Tell,
    /// It is carried out.
    Apply,
}

/// How the human report looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are used.
    pub color: Color,
    /// What lines and signs are drawn with.
    pub charset: Charset,
    /// How many columns a line may have.
    pub width: usize,
}

/// Whether colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// They are.
    On,
    /// They are not.
    Off,
}

/// What lines and signs are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Box drawing characters.
    Unicode,
    /// ASCII, for terminals that have nothing else.
    Ascii,
}

/// A way to write a report down.
trait Reporter {
    /// Writes `report` to `out`.
    ///
    /// # Errors
    ///
    /// Fails when `out` cannot be written.
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()>;
}

/// Writes `report` to `out`.
///
/// # Errors
///
/// Fails when `out` cannot be written.
pub fn write(report: &Report<'_>, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let reporter: &dyn Reporter = match options.format {
        Format::Human => &human::Human(options),
        Format::Json => &json::Json(options),
        Format::Sarif => &sarif::Sarif(options),
    };
    let mut out = io::BufWriter::new(out);
    reporter.write(report, &mut out)?;
    out.flush()
}
