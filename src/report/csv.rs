//! A table as RFC 4180 has it, for spreadsheets.

use std::io;

use super::fate::Fate;
use super::fate::Fates;
use super::{Options, Report, Reporter, words};
use crate::finding::Finding;
use crate::finding::Presence;
use crate::source::git::Commit;

/// The names of the columns.
const COLUMNS: [&str; 16] = [
    "level",
    "score",
    "pattern",
    "title",
    "name",
    "path",
    "line",
    "column",
    "class",
    "confidence",
    "fix",
    "fingerprint",
    "commit",
    "author",
    "date",
    "in_head",
];

/// What formulas begin with; the last four are as wide as letters of Chinese.
const SIGNS: &str = "=+-@|%\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}";

/// Writes a table with a line for each finding.
pub(super) struct Csv<'o>(pub(super) &'o Options);

impl Reporter for Csv<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let fates = Fates::of(report);
        line(&COLUMNS.map(str::to_owned), out)?;
        for finding in report.findings.iter().filter(|it| self.0.lists(it)) {
            line(&cells(finding, fates.get(finding)), out)?;
        }
        Ok(())
    }
}

/// What is told of a finding.
fn cells(finding: &Finding<'_>, fate: Option<Fate<'_>>) -> [String; 16] {
    let at = &finding.location;
    let commit = finding.introduction.as_ref();
    let fix = match fate {
        Some(Fate::Fixed { fix, .. }) => fix.title.clone(),
        Some(Fate::Stays(stay)) => format!("no fix: {}", stay.why.code()),
        None => String::new(),
    };
    let of_commit = |it: fn(&Commit) -> &str| {
        commit.map_or_else(String::new, |introduction| {
            it(&introduction.commit).to_owned()
        })
    };
    [
        finding.risk.level.as_str().to_owned(),
        finding.risk.score.to_string(),
        finding.pattern.point_id(finding.point),
        finding.pattern.file.title.trim().to_owned(),
        words::name(finding).unwrap_or_default().to_owned(),
        at.path.to_string(),
        at.start.line.to_string(),
        at.start.char_column.to_string(),
        at.class.as_str().to_owned(),
        finding.confidence.as_str().to_owned(),
        fix,
        finding.fingerprint.to_string(),
        of_commit(|it| &it.id),
        of_commit(|it| &it.author),
        of_commit(|it| &it.date),
        commit.map_or_else(String::new, |it| {
            (it.presence == Presence::InHead).to_string()
        }),
    ]
}

/// Writes a line of a table for spreadsheets, in which nothing is a formula.
///
/// # Errors
///
/// Fails when `out` does.
pub fn line(cells: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|it| cell(it)).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// A text in a cell, where no spreadsheet takes it for a formula.
fn cell(text: &str) -> String {
    let plain = words::plain(text);
    // Blanks and quotes before the sign do not help everywhere.
    let first = plain.trim_start().chars().next();
    let acts = first.is_some_and(|it| SIGNS.contains(it));
    let guard = if acts || plain.starts_with('\t') {
        "'"
    } else {
        ""
    };
    let quoted = plain.replace('"', "\"\"");
    if acts || quoted.contains(['"', ',', ';', '\t', ' ']) {
        format!("\"{guard}{quoted}\"")
    } else {
        format!("{guard}{quoted}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::fixture::{everything, finding, options, spot, value};

    #[test]
    fn a_finding_is_a_line() {
        insta::assert_snapshot!(everything().written(&options(Format::Csv)));
    }

    #[test]
    fn a_spreadsheet_calculates_nothing() {
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell(" =HYPERLINK(\"x\")"), "\"' =HYPERLINK(\"\"x\"\")\"");
        assert_eq!(cell("-x"), "\"'-x\"");
        assert_eq!(cell("\t=x"), "\"'\t=x\"");
        assert_eq!(cell("a\r\n=x"), "a\u{fffd}\u{fffd}=x");
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("a"), "a");
        let mut fixture = everything();
        let at = spot("=cmd|' /C calc'!A0,\n@x.py", "+key = 'one'", "one");
        fixture.findings = vec![finding("example/token", &at, value(Some("+key")))];
        let written = fixture.written(&options(Format::Csv));
        assert_eq!(written.lines().count(), 2, "{written}");
        assert!(written.contains(",\"'=cmd|"), "{written}");
        assert!(written.contains(",\"'+key\","), "{written}");
    }
}
