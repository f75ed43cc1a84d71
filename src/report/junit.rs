//! JUnit, as build servers read the results of tests: a file is a suite, a finding a test that
//! failed.

use std::collections::BTreeMap;
use std::io;

use camino::Utf8Path;

use super::advice;
use super::fate::Fates;
use super::pending;
use super::{Options, Report, Reporter, words};
use crate::finding::Finding;

/// Writes JUnit.
pub(super) struct Junit<'o>(pub(super) &'o Options);

/// A test that failed, or one that did not.
struct Case {
    name: String,
    place: Option<(String, usize)>,
    /// What is wrong: in short, its kind, and at length.
    failure: Option<(String, String, String)>,
}

impl Reporter for Junit<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let fates = Fates::of(report);
        let mut suites: BTreeMap<&Utf8Path, Vec<Case>> = BTreeMap::new();
        for finding in report.findings.iter().filter(|it| self.0.lists(it)) {
            let lines = advice::lines(finding, fates.get(finding), self.0.intent);
            let suite = suites.entry(&finding.location.path).or_default();
            suite.push(case(finding, &lines));
        }
        let waiting = report.pending.iter().map(|(_, entry)| Case {
            name: format!("rotation pending: {}", entry.name),
            place: None,
            failure: Some((
                pending::sentence(entry),
                entry.pattern.clone(),
                pending::todo(entry, report.patterns),
            )),
        });
        let waiting: Vec<Case> = waiting.collect();
        if !waiting.is_empty() {
            suites.insert(Utf8Path::new(pending::LIST), waiting);
        }
        if suites.is_empty() {
            let files = words::count(report.totals.files, "file");
            let passed = Case {
                name: format!("no secrets in {files}"),
                place: None,
                failure: None,
            };
            suites.insert(Utf8Path::new("shield"), vec![passed]);
        }
        let tests: usize = suites.values().map(Vec::len).sum();
        let failures: usize = suites.values().map(|it| failures(it)).sum();
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(
            out,
            "<testsuites name=\"shield\" tests=\"{tests}\" failures=\"{failures}\">"
        )?;
        for (path, cases) in &suites {
            suite(&escaped(path.as_str()), cases, out)?;
        }
        writeln!(out, "</testsuites>")
    }
}

/// The test that a finding fails.
fn case(finding: &Finding<'_>, lines: &[String]) -> Case {
    let at = &finding.location;
    let (line, column) = (at.start.line, at.start.char_column);
    let headline = words::headline(finding, '\'');
    let (level, score) = (finding.risk.level.as_str(), finding.risk.score);
    let mut text = format!("{}:{line}:{column}\n\n", words::plain(at.path.as_str()));
    for it in finding.excerpt.text.lines() {
        text.push_str(&words::plain(it));
        text.push('\n');
    }
    for it in lines {
        text.push('\n');
        text.push_str(it);
    }
    Case {
        name: format!("{headline} (line {line}, column {column})"),
        place: Some((at.path.to_string(), line)),
        failure: Some((
            format!("{level} {score}: {headline}"),
            finding.pattern.point_id(finding.point),
            text,
        )),
    }
}

fn failures(cases: &[Case]) -> usize {
    cases.iter().filter(|it| it.failure.is_some()).count()
}

/// Writes the tests of a file.
fn suite(name: &str, cases: &[Case], out: &mut dyn io::Write) -> io::Result<()> {
    let (tests, failures) = (cases.len(), failures(cases));
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
    )?;
    for case in cases {
        let title = escaped(&case.name);
        write!(out, "    <testcase name=\"{title}\" classname=\"{name}\"")?;
        if let Some((file, line)) = &case.place {
            write!(out, " file=\"{}\" line=\"{line}\"", escaped(file))?;
        }
        let Some((message, kind, text)) = &case.failure else {
            writeln!(out, "/>")?;
            continue;
        };
        let (message, kind) = (escaped(message), escaped(kind));
        writeln!(out, ">")?;
        write!(out, "      <failure message=\"{message}\" type=\"{kind}\">")?;
        for (number, line) in text.split('\n').enumerate() {
            let end = if number > 0 { "\n" } else { "" };
            write!(out, "{end}{}", escaped(line))?;
        }
        writeln!(out, "</failure>\n    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

/// A line as the text of an element or an attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for it in words::plain(text).chars() {
        match it {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // Not even an entity may stand for these.
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(it),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use crate::report::Format;
    use crate::report::fixture::{everything, finding, options, spot, value};

    #[test]
    fn findings_are_tests_that_failed() {
        insta::assert_snapshot!(everything().written(&options(Format::Junit)));
    }

    #[test]
    fn nothing_found_is_a_test_that_passed() {
        let mut fixture = everything();
        fixture.findings.clear();
        fixture.moved.clear();
        let written = fixture.written(&options(Format::Junit));
        assert!(written.contains("tests=\"1\" failures=\"0\">"), "{written}");
        assert!(written.contains("no secrets in 1,288 files"), "{written}");
    }

    #[test]
    fn what_was_found_is_no_markup() {
        let mut fixture = everything();
        let hostile = "\"'><failure>]]>\u{ffff}&amp;";
        let text = format!("{hostile} key = 'one'");
        let at = spot(hostile, &text, "one");
        fixture.findings = vec![finding("example/token", &at, value(Some(hostile)))];
        let written = fixture.written(&options(Format::Junit));
        // One of the finding, one of the secret that waits.
        assert_eq!(written.matches("<failure").count(), 2, "{written}");
        assert!(!written.contains('\u{ffff}'), "{written}");
        assert!(!written.contains("]]>"), "{written}");
    }
}
