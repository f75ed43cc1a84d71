//! Markdown, as GitHub and GitLab read it: for the summary of a job or a comment.

pub(in crate::report) mod escape;

use std::cmp::Reverse;
use std::io;

use self::escape::{code, fenced, html, prose};
use super::advice;
use super::fate::Fate;
use super::fate::Fates;
use super::pending;
use super::{Options, Report, Reporter, words};
use crate::finding::Finding;
use crate::fix::Applicability;
use crate::risk::Level;

/// How many findings are listed; summaries have a limit of a megabyte.
const LISTED: usize = 200;

/// How many of them are shown with their code.
const DETAILED: usize = 20;

/// Writes Markdown, the worst findings first.
pub(super) struct Markdown<'o>(pub(super) &'o Options);

impl Reporter for Markdown<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let fates = Fates::of(report);
        let mut findings: Vec<&Finding<'_>> = report.findings.iter().collect();
        findings.retain(|it| self.0.lists(it));
        findings.sort_by_key(|it| Reverse(it.risk.score));
        heading(report, out)?;
        table(&findings, &fates, out)?;
        for finding in findings.iter().take(DETAILED) {
            let lines = advice::lines(finding, fates.get(finding), self.0.intent);
            details(finding, &lines, out)?;
        }
        footer(report, findings.len(), out)
    }
}

/// Writes how much was found.
fn heading(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let scanned = words::count(report.totals.files, "file");
    if report.findings.is_empty() {
        return writeln!(out, "### shield: no secrets found\n\n{scanned} scanned.");
    }
    let found = words::count(report.findings.len(), "finding");
    let levels = [Level::Critical, Level::High, Level::Medium, Level::Low];
    let counts = levels.into_iter().filter_map(|level| {
        let of_level = report.findings.iter().filter(|it| it.risk.level == level);
        let number = of_level.count();
        (number > 0).then(|| format!("{} {}", words::grouped(number), level.as_str()))
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    writeln!(out, "### shield: {found}\n\n{counts}; {scanned} scanned.\n")
}

/// Writes a line for each of `findings`.
fn table(findings: &[&Finding<'_>], fates: &Fates<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "| risk | where | what | fix |\n|---|---|---|---|")?;
    for finding in findings.iter().take(LISTED) {
        let (level, score) = (finding.risk.level.as_str(), finding.risk.score);
        let fix = fates.get(finding).map_or("", command);
        let (place, what) = (place(finding), what(finding));
        writeln!(out, "| {level} {score} | {place} | {what} | {fix} |")?;
    }
    writeln!(out)?;
    let more = findings.len().saturating_sub(LISTED);
    if more > 0 {
        let more = words::count(more, "more finding");
        writeln!(out, "{more}, none worse than those above.\n")?;
    }
    Ok(())
}

/// What carries out what becomes of a finding.
fn command(fate: Fate<'_>) -> &'static str {
    match fate {
        Fate::Fixed { fix, .. } => match fix.applicability {
            Applicability::Safe => "`shield scan --fix`",
            Applicability::Unsafe => "`shield scan --fix --unsafe-fixes`",
            Applicability::DisplayOnly => "by hand",
        },
        Fate::Stays(stay) => match stay.suggestion {
            Some(fix) if stay.why.is_withheld() && fix.applicability == Applicability::Unsafe => {
                "`shield scan --fix --unsafe-fixes`"
            }
            Some(_) | None => "by hand",
        },
    }
}

/// Writes a finding with its code, folded.
fn details(finding: &Finding<'_>, lines: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    let title = words::headline(finding, '\'');
    let path = words::plain(finding.location.path.as_str());
    let line = finding.location.start.line;
    let summary = html(&format!("{path}:{line}: {title}"));
    writeln!(out, "<details><summary>{summary}</summary>\n")?;
    writeln!(out, "{}\n", fenced(&finding.excerpt.text))?;
    for it in lines {
        writeln!(out, "- {}", prose(it))?;
    }
    let id = finding.pattern.point_id(finding.point);
    writeln!(out, "- {}\n\n</details>\n", code(&id))
}

/// Writes what is not in the table.
fn footer(report: &Report<'_>, listed: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let unlisted = report.findings.len() - listed;
    if unlisted > 0 {
        let number = words::count(unlisted, "finding");
        writeln!(out, "{number} of less weight not listed.\n")?;
    }
    for (_, entry) in report.pending {
        let (what, next) = (
            pending::sentence(entry),
            pending::todo(entry, report.patterns),
        );
        writeln!(
            out,
            "- **rotation pending**: {}",
            prose(&format!("{what}. {next}"))
        )?;
    }
    for notice in report.notices {
        let path = code(notice.path.as_str());
        writeln!(out, "- {path}: {}", prose(&notice.kind.to_string()))?;
    }
    Ok(())
}

/// Where a finding is.
fn place(finding: &Finding<'_>) -> String {
    let (path, line) = (&finding.location.path, finding.location.start.line);
    code(&format!("{path}:{line}"))
}

/// What was found.
fn what(finding: &Finding<'_>) -> String {
    let title = prose(finding.pattern.file.title.trim());
    match words::name(finding) {
        Some(name) => format!("{title}: {}", code(&words::cut(name))),
        None => title,
    }
}

#[cfg(test)]
mod tests {
    use crate::report::Format;
    use crate::report::fixture::{everything, finding, options, spot, value};

    #[test]
    fn a_summary_has_the_worst_first() {
        insta::assert_snapshot!(everything().written(&options(Format::Markdown)));
    }

    #[test]
    fn nothing_found_is_said() {
        let mut fixture = everything();
        fixture.findings.clear();
        fixture.moved.clear();
        fixture.notices.clear();
        let written = fixture.written(&options(Format::Markdown));
        assert_eq!(
            written,
            "### shield: no secrets found\n\n1,288 files scanned.\n"
        );
    }

    #[test]
    fn what_was_found_is_no_markup() {
        let mut fixture = everything();
        let text = "```\n</details><script>alert(1)</script> key = 'one'\n~~~";
        let at = spot("a|`b`\n# c<img>.py", text, "one");
        fixture.findings = vec![finding("example/token", &at, value(Some("key")))];
        let written = fixture.written(&options(Format::Markdown));
        assert!(written.contains("````text\n```\n"), "{written}");
        let row = written.lines().find(|it| it.contains("example")).unwrap();
        assert!(!row.contains("<img>"), "{row}");
        let table = written.lines().filter(|it| it.starts_with('|'));
        assert!(table.clone().count() == 3, "{written}");
        assert!(!written.contains("\n# c"), "{written}");
    }
}
