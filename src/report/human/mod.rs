//! For a person at a terminal.

mod block;
mod diff;
mod look;
mod seams;
mod summary;
mod view;

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io;

use camino::Utf8Path;

use self::look::Look;
use super::fate::Fate;
use super::fate::Fates;
use super::pending::{caution, sentence, todo};
use super::{Options, Report, Reporter, ShowDiff, ShowSuppressed, Style, words};
use crate::finding::Finding;
use crate::finding::Suppressed;

/// How many findings are shown with their code; the others get a line each.
const DETAILED: usize = 100;

/// Writes for a person at a terminal.
pub(super) struct Human<'o>(pub(super) &'o Options);

impl Reporter for Human<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let look = Look::of(self.0.style);
        let fates = Fates::of(report);
        let findings = report.findings.iter().filter(|it| self.0.lists(it));
        let (detailed, brief) = split(findings.collect());
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
            diff::write(report, &look, out)?;
        }
        seams::write(report.plan, self.0.diff, &look, out)?;
        pending(report, &look, out)?;
        notices(report, &look, out)?;
        summary::write(report, &fates, self.0, &look, out)
    }
}

/// Writes what becomes of a file.
pub(super) fn change(
    path: &Utf8Path,
    texts: (&str, &str),
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    diff::write_file(path, texts, &Look::of(style), out)
}

/// The worst findings, to show with their code, and those that get a line each; both in order.
fn split<'a, 'p>(findings: Vec<&'a Finding<'p>>) -> (Vec<&'a Finding<'p>>, Vec<&'a Finding<'p>>) {
    let mut ranked: Vec<(usize, &Finding<'_>)> = findings.iter().copied().enumerate().collect();
    ranked.sort_by_key(|(_, it)| Reverse(it.risk.score));
    let less: BTreeSet<usize> = ranked.iter().skip(DETAILED).map(|it| it.0).collect();
    let (mut detailed, mut brief) = (Vec::new(), Vec::new());
    for (index, finding) in findings.into_iter().enumerate() {
        if less.contains(&index) {
            brief.push(finding);
        } else {
            detailed.push(finding);
        }
    }
    (detailed, brief)
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
        let id = look.faint(finding.pattern.point_id(finding.point));
        writeln!(out, "  {place:>9}  {level}  {headline}  {id}{fixable}")?;
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
        let cause = words::cause(it);
        let cause = words::plain(&cause);
        let headline = headline(&it.finding);
        writeln!(out, "  {}  {headline}  ({cause})", look.link(&place))?;
    }
    writeln!(out)
}

/// Writes what has left the code and was not replaced.
fn pending(report: &Report<'_>, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    if report.pending.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}:", look.title("moved, rotation pending"))?;
    for (_, entry) in report.pending {
        let level = look.level(entry.level, entry.level.as_str());
        let what = sentence(entry);
        writeln!(out, "  {level}  {}", words::plain(&what))?;
        let next = todo(entry, report.patterns);
        writeln!(out, "    {}", look.faint(words::plain(&next)))?;
    }
    // Once for all: it is the same whatever they are.
    let cautions = report.pending.iter();
    let cautions = cautions.filter_map(|(_, it)| caution(it, report.patterns));
    if let Some(advice) = cautions.clone().next() {
        let number = words::grouped(cautions.count());
        writeln!(out, "  {number} of them: {advice}")?;
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
    use proptest::prelude::*;

    use super::*;
    use crate::report::Charset;
    use crate::report::Color;
    use crate::report::Format;
    use crate::report::Intent;
    use crate::report::fixture::{CANARY, everything, finding, options, spot, value};
    use crate::risk::FileClass;
    use crate::risk::Level;
    use crate::text::Excerpt;
    use crate::text::LineIndex;
    use crate::text::Span;

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
    fn what_is_low_in_a_test_is_counted_and_listed_when_asked_for() {
        let mut fixture = everything();
        fixture.moved.clear();
        fixture.findings.truncate(1);
        let found = &mut fixture.findings[0];
        found.risk.level = Level::Low;
        found.location.class = FileClass::Test;
        let path = found.location.path.to_string();
        let mut options = options(Format::Human);
        let hint = "1 in tests, documentation and code from elsewhere not listed; --level low lists \
                    them.";
        let counted = fixture.written(&options);
        assert!(!counted.contains(&path), "{counted}");
        assert!(counted.contains("1 finding: 1 low"), "{counted}");
        assert!(counted.contains(hint), "{counted}");
        options.level = Some(Level::Low);
        let listed = fixture.written(&options);
        assert!(listed.contains(&path), "{listed}");
        assert!(!listed.contains("not listed"), "{listed}");
        options.level = Some(Level::High);
        assert!(!fixture.written(&options).contains(&path));
        for format in [Format::Json, Format::Sarif] {
            options.format = format;
            options.level = None;
            assert!(fixture.written(&options).contains(&path));
            options.level = Some(Level::High);
            assert!(!fixture.written(&options).contains(&path));
        }
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
        fixture.moved.clear();
        fixture.notices.clear();
        fixture.plan.seams.clear();
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
        fixture.moved.clear();
        let at = spot("a.py", &text, CANARY);
        fixture.findings = vec![finding("example/token", &at, value(None))];
        let written = fixture.written(&options(Format::Human));
        let longest = written.lines().map(|it| it.chars().count()).max();
        assert!(longest <= Some(100), "{written}");
        assert!(written.contains("key = '********'; b"), "{written}");
    }

    proptest! {
        #[test]
        fn any_text_can_be_shown(
            text in "[a-c\t\r\n é鍵\u{1b}\u{202e}\u{1f469}\u{200d}\u{301}]{1,300}",
            from in 0_usize..300,
            length in 0_usize..100,
            width in 0_usize..200,
        ) {
            let starts: Vec<usize> = text.char_indices().map(|it| it.0).collect();
            let start = starts[from % starts.len()];
            let end = starts.get(from % starts.len() + length).copied();
            let span = Span::new(start, end.unwrap_or(text.len()));
            let mut fixture = everything();
            fixture.findings.truncate(1);
            let lines = LineIndex::new(&text);
            let mut found = fixture.findings[0].clone();
            found.location.start = lines.position(&text, span.start);
            found.location.end = lines.position(&text, span.end);
            for secrets in [vec![], vec![span]] {
                found.excerpt = Excerpt::cut(&text, &lines, span, &secrets);
                let mut options = options(Format::Human);
                options.style.width = width;
                let report = fixture.report();
                let fate = Fates::of(&report).get(&found);
                let look = Look::of(options.style);
                prop_assert!(block::render(&found, fate, &options, &look).is_ok());
            }
        }
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
