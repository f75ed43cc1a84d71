//! The ways to write a report.

mod advice;
mod annotations;
mod csv;
mod fate;
#[cfg(test)]
mod fixture;
mod gitlab;
mod html;
mod human;
mod json;
mod junit;
mod markdown;
mod pending;
mod sarif;
mod saved;
mod words;

pub use csv::line as csv_line;
pub use fate::Kept;
pub use saved::{Merged, Reading, Saved, SavedError, Sought, merge};
pub use words::{grouped, plain};

use std::io;
use std::io::Write as _;
use std::time::Duration;

use camino::Utf8Path;
use clap::ValueEnum as _;

use crate::finding::Finding;
use crate::finding::Suppressed;
use crate::fix::Entry;
use crate::fix::Exposure;
use crate::fix::FixPlan;
use crate::notice::Notice;
use crate::pattern::PatternSet;
use crate::risk::FileClass;
use crate::risk::Level;
use crate::source::Shard;
use crate::source::git::Provenance;

/// Everything a run has to say; nothing in it is computed by a reporter.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was found, by path and position.
    pub findings: &'a [Finding<'a>],
    /// What was found and does not count.
    pub suppressed: &'a [Suppressed<'a>],
    /// What a fix would do.
    pub plan: &'a FixPlan,
    /// The findings that stay, as another report told them; those of a plan are in it.
    pub kept: &'a [Kept],
    /// The secrets that would leave the code.
    pub exposures: &'a [Exposure<'a>],
    /// The secrets that have left the code and were not replaced, each with the number of its
    /// line in the list of them.
    pub pending: &'a [(usize, &'a Entry)],
    /// What the run survived.
    pub notices: &'a [Notice],
    /// The patterns that ran.
    pub patterns: &'a PatternSet,
    /// Where the code comes from, where that is told.
    pub origin: Option<&'a Provenance>,
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
    /// From which level on findings are listed, if somebody has said so.
    pub level: Option<Level>,
    /// Whether the diff of the plan is shown.
    pub diff: ShowDiff,
    /// What becomes of the plan once the report is written.
    pub intent: Intent,
    /// Which part of the texts it is about; all of them when absent.
    pub shard: Option<Shard>,
    /// Colours, characters and width of the human report.
    pub style: Style,
}

impl Options {
    /// Whether a finding is listed; the others are only counted.
    ///
    /// Programs are told everything. For a person, passwords that were made up for a test would
    /// bury what is worth a look.
    fn lists(&self, finding: &Finding<'_>) -> bool {
        let least = self.level.unwrap_or(match self.format {
            Format::Json | Format::Sarif | Format::Html | Format::Csv | Format::Gitlab => {
                Level::Low
            }
            Format::Human | Format::Markdown | Format::Github | Format::Junit => {
                match finding.location.class {
                    FileClass::Code => Level::Low,
                    FileClass::Test
                    | FileClass::Documentation
                    | FileClass::Vendored
                    | FileClass::Generated
                    | FileClass::Lockfile => Level::Medium,
                }
            }
        });
        finding.risk.level >= least
    }
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
    /// Markdown, for the summary of a job or a comment.
    Markdown,
    /// Annotations of GitHub Actions, the worst ones.
    Github,
    /// One page for a browser, to search and to print.
    Html,
    /// JUnit, for build servers that show the results of tests.
    Junit,
    /// A table, for spreadsheets.
    Csv,
    /// The report of secret detection that GitLab reads.
    Gitlab,
}

impl Format {
    /// Every form.
    #[must_use]
    pub fn all() -> &'static [Self] {
        Self::value_variants()
    }
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

/// What was found, on one line that no terminal acts on.
#[must_use]
pub fn headline(finding: &Finding<'_>) -> String {
    words::headline(finding, '`')
}

/// Writes what becomes of a file, both of whose texts are masked, for a person at a terminal.
///
/// # Errors
///
/// Fails when `out` cannot be written.
pub fn write_change(
    path: &Utf8Path,
    texts: (&str, &str),
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    human::change(path, texts, style, out)
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
        Format::Markdown => &markdown::Markdown(options),
        Format::Github => &annotations::Annotations(options),
        Format::Html => &html::Html(options),
        Format::Junit => &junit::Junit(options),
        Format::Csv => &csv::Csv(options),
        Format::Gitlab => &gitlab::Gitlab(options),
    };
    let mut out = io::BufWriter::new(out);
    reporter.write(report, &mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::fixture::{CANARY, everything, finding, options, spot, value};
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    /// Every combination of options.
    fn all_options() -> Vec<Options> {
        let mut all = Vec::new();
        for &format in Format::all() {
            for suppressed in [ShowSuppressed::Yes, ShowSuppressed::No] {
                for diff in [ShowDiff::Yes, ShowDiff::No] {
                    for color in [Color::On, Color::Off] {
                        for intent in [Intent::Tell, Intent::Apply] {
                            let mut one = options(format);
                            one.suppressed = suppressed;
                            one.diff = diff;
                            one.intent = intent;
                            one.style.color = color;
                            all.push(one);
                        }
                    }
                }
            }
        }
        all
    }

    #[test]
    fn no_format_at_any_setting_shows_a_value() {
        let mut fixture = everything();
        // The key of one token is another one, and the reason quotes the value.
        let text = format!("{{\"{CANARY}\": \"{CANARY}\"}}  # shield: allow {CANARY}");
        let at = spot("keys.py", &text, &text);
        fixture
            .findings
            .push(finding("example/token", &at, value(Some(CANARY))));
        fixture.suppressed[0].cause = crate::finding::Suppression::Comment {
            reason: Some(format!("it is {CANARY}")),
        };

        let percent = CANARY.bytes().map(|it| format!("%{it:02X}"));
        let reserved = CANARY.replace('/', "%2F").replace('+', "%2B");
        let forms = [
            CANARY.to_owned(),
            reserved.replace('?', "%3F"),
            percent.collect::<Vec<_>>().concat(),
            STANDARD.encode(CANARY),
            URL_SAFE.encode(CANARY),
            "rosebud".to_owned(),
            "canary".to_owned(),
        ];
        for options in all_options() {
            let written = fixture.written(&options).to_lowercase();
            for form in &forms {
                assert!(
                    !written.contains(&form.to_lowercase()),
                    "{form}: {options:?}"
                );
            }
        }
    }

    #[test]
    fn equal_reports_are_equal_byte_by_byte() {
        for options in all_options() {
            assert_eq!(
                everything().written(&options),
                everything().written(&options)
            );
        }
    }

    #[test]
    fn a_terminal_is_not_steered_by_what_was_found() {
        let text = "\u{1b}]0;title\u{7}key\u{202e} = 'one'\r# \u{9b}2J\n\u{1b}[31m";
        let mut fixture = everything();
        let name = "key\u{202e}";
        let at = spot("a\u{1b}[2J.py", text, "one");
        fixture.findings = vec![finding("example/token", &at, value(Some(name)))];
        fixture.plan.files[0].path = "b\u{1b}[2J.py".into();
        for &format in Format::all() {
            let mut options = options(format);
            options.diff = ShowDiff::Yes;
            let written = fixture.written(&options);
            // The lines of a table end as those of Windows.
            let written = written.replace("\r\n", "\n");
            assert!(!written.contains(['\u{1b}', '\u{7}', '\r']), "{written}");
        }
        // Programs get the characters that there are, as JSON writes them.
        let is_for_programs = |it: &&Format| matches!(it, Format::Json | Format::Sarif);
        for &format in Format::all().iter().filter(|it| !is_for_programs(it)) {
            let written = fixture.written(&options(format));
            assert!(!written.contains(['\u{9b}', '\u{202e}']), "{written}");
        }
    }

    #[test]
    fn a_failing_output_is_an_error() {
        struct Closed;
        impl io::Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for &format in Format::all() {
            let fixture = everything();
            let error = write(&fixture.report(), &options(format), &mut Closed).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        }
    }
}
