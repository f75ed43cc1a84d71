//! For a person at a terminal.

mod block;
mod diff;
mod look;
mod summary;
mod view;

use std::cmp::Reverse;
use std::io;

use camino::Utf8Path;

use self::look::Look;
use super::fate::Fate;
use super::fate::Fates;
use super::{Options, Report, Reporter, ShowDiff, ShowSuppressed, words};
use crate::finding::Finding;
use crate::finding::Suppressed;

/// How many findings are shown with their code; the others get a line each.
const DETAILED: usize = 100;

/// Writes for a person at a terminal.
pub(super) struct Human<'o>(pub(super) &'o Options);

impl Reporter for Human<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let look = Look::of(self.0.style);
        let fates = Fates::of(report.plan);
        let (detailed, brief) = split(report.findings);
        for finding in detailed {
            let fate = fates.get(finding);
            out.write_all(block::render(finding, fate, self.0, &look)?.as_bytes())?;
            writeln!(out)?;
        }
        list(&brief, &fates, &look, out)?;
        if self.0.suppressed == ShowSuppressed::Yes {
            suppressed(report.suppressed, &look, out)?;
        }
        if self.0.diff == ShowDiff::Yes {
            diff::write(report.plan, &look, out)?;
        }
        notices(report, &look, out)?;
        summary::write(report, &fates, self.0, &look, out)
    }
}

/// The findings to show with their code, and those that get a line each, both in their order.
///
/// The worst are shown.
fn split<'a, 'p>(findings: &'a [Finding<'p>]) -> (Vec<&'a Finding<'p>>, Vec<&'a Finding<'p>>) {
    let mut ranked: Vec<usize> = (0..findings.len()).collect();
    ranked.sort_by_key(|it| Reverse(findings.get(*it).map(|it| it.risk.score)));
    let mut brief = vec![false; findings.len()];
    for index in ranked.into_iter().skip(DETAILED) {
        if let Some(it) = brief.get_mut(index) {
            *it = true;
        }
    }
    let (brief, detailed): (Vec<_>, Vec<_>) =
        findings.iter().zip(brief).partition(|(_, brief)| *brief);
    let findings = |of: Vec<(&'a Finding<'p>, bool)>| of.into_iter().map(|(it, _)| it).collect();
    (findings(detailed), findings(brief))
}

/// Writes one line for each finding, below the path of its file.
fn list(
    findings: &[&Finding<'_>],
    fates: &Fates<'_>,
    look: &Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let more = words::count(findings.len(), "more finding");
    writeln!(out, "{more}, none worse than those above, a line each:")?;
    let mut path: Option<&Utf8Path> = None;
    for finding in findings {
        if path != Some(&finding.location.path) {
            path = Some(&finding.location.path);
            writeln!(out, "\n{}", look.link(&shown_path(finding)))?;
        }
        let start = finding.location.start;
        let place = format!("{}:{}", start.line, start.char_column);
        let level = format!(
            "{:<8} {:>3}",
            finding.risk.level.as_str(),
            finding.risk.score
        );
        let level = look.level(finding.risk.level, &level);
        let fixable = match fates.get(finding) {
            Some(Fate::Fixed { .. }) => " [fix]",
            Some(Fate::Stays(_)) | None => "",
        };
        let headline = headline(finding);
        writeln!(out, "  {place:>9}  {level}  {headline}{fixable}")?;
    }
    writeln!(out)
}

/// Writes one line for each finding that does not count, with the cause.
fn suppressed(
    suppressed: &[Suppressed<'_>],
    look: &Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if suppressed.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}:", look.title("suppressed"))?;
    for it in suppressed {
        let start = it.finding.location.start;
        let place = format!(
            "{}:{}:{}",
            shown_path(&it.finding),
            start.line,
            start.char_column
        );
        let cause = match words::reason(it) {
            Some(reason) => format!("allowed by a comment: {}", words::plain(reason)),
            None => "allowed by a comment".to_owned(),
        };
        let headline = headline(&it.finding);
        writeln!(out, "  {}  {headline}  ({cause})", look.link(&place))?;
    }
    writeln!(out)
}

/// Writes what the run survived.
fn notices(report: &Report<'_>, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    if report.notices.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}:", look.title("notices"))?;
    for notice in report.notices {
        let path = look.link(&words::plain(notice.path.as_str()));
        let kind = notice.kind.to_string();
        writeln!(out, "  {path}: {}", words::plain(&kind))?;
    }
    writeln!(out)
}

/// What was found.
fn headline(finding: &Finding<'_>) -> String {
    words::headline(finding, '`')
}

/// The path of a finding, fit for a terminal.
fn shown_path(finding: &Finding<'_>) -> String {
    words::plain(finding.location.path.as_str()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Charset;
    use crate::report::Color;
    use crate::report::Format;
    use crate::report::Intent;
    use crate::report::fixture::{CANARY, everything, finding, options, spot, value};

    #[test]
    fn a_report_shows_code_fixes_notices_and_a_summary() {
        let written = everything().written(&options(Format::Human));
        insta::assert_snapshot!("human", written);
    }

    #[test]
    fn a_full_report_shows_the_masked_diff_and_what_is_suppressed() {
        let mut options = options(Format::Human);
        options.diff = ShowDiff::Yes;
        options.suppressed = ShowSuppressed::Yes;
        options.intent = Intent::Apply;
        options.style.charset = Charset::Ascii;
        options.style.width = 60;
        insta::assert_snapshot!("human-full", everything().written(&options));
    }

    #[test]
    fn colours_are_used_when_asked_for() {
        let mut options = options(Format::Human);
        assert!(!everything().written(&options).contains('\u{1b}'));
        options.style.color = Color::On;
        options.diff = ShowDiff::Yes;
        let written = everything().written(&options);
        assert!(
            written.contains("\u{1b}[31mcritical 98\u{1b}[0m"),
            "{written}"
        );
        assert!(written.contains("\u{1b}[31m-HÄNDLER"), "{written}");
    }

    #[test]
    fn nothing_found_takes_one_line() {
        let mut fixture = everything();
        fixture.findings.clear();
        fixture.suppressed.clear();
        fixture.notices.clear();
        insta::assert_snapshot!(
            fixture.written(&options(Format::Human)),
            @"✓ No secrets found (1,288 files, 9.4 MB, 0.21 s)."
        );
    }

    #[test]
    fn lines_have_the_numbers_they_have_in_the_file() {
        let text = format!("{}a = 1\nkey = '{CANARY}'\nb = 2\n", "\n".repeat(997));
        let mut fixture = everything();
        let at = spot("a.py", &text, CANARY);
        fixture.findings = vec![finding("example/token", &at, value(None))];
        let written = fixture.written(&options(Format::Human));
        for line in [" 998 │ a = 1", " 999 │ key = '********'", "1000 │ b = 2"] {
            assert!(written.contains(line), "{written}");
        }
        assert!(written.contains("[a.py:999:8]"), "{written}");
    }

    #[test]
    fn a_long_line_fits_the_terminal() {
        let long = "x".repeat(400);
        let text = format!("a = '{long}'; key = '{CANARY}'; b = '{long}'\n");
        let mut fixture = everything();
        let at = spot("a.py", &text, CANARY);
        fixture.findings = vec![finding("example/token", &at, value(None))];
        let written = fixture.written(&options(Format::Human));
        let longest = written.lines().map(|it| it.chars().count()).max();
        assert!(longest <= Some(100), "{written}");
        assert!(written.contains("key = '********'; b"), "{written}");
    }

    #[test]
    fn thousands_of_findings_take_a_line_each() {
        let mut fixture = everything();
        let one = fixture.findings[1].clone();
        let worst = fixture.findings[0].clone();
        fixture.findings = vec![one; 20_000];
        fixture.findings.push(worst);
        let start = std::time::Instant::now();
        let written = fixture.written(&options(Format::Human));
        assert!(start.elapsed().as_secs() < 10);
        assert!(written.contains("19,901 more findings"));
        assert_eq!(written.matches("╭─[deploy/key.yaml").count(), 1);
        assert!(written.lines().count() < 25_000);
    }
}
