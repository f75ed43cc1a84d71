//! Annotations of GitHub Actions: lines that the runner shows beside the code.
//!
//! The form is that of <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::cmp::Reverse;
use std::io;

use super::advice;
use super::fate::Fates;
use super::{Options, Report, Reporter, words};
use crate::finding::Finding;
use crate::risk::Level;

/// So many annotations of each kind are shown for a step; the runner drops the others.
const MOST: usize = 10;

/// Writes annotations, the worst findings first.
pub(super) struct Annotations<'o>(pub(super) &'o Options);

/// The kind of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Reporter for Annotations<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let fates = Fates::of(report);
        let mut findings: Vec<&Finding<'_>> = report.findings.iter().collect();
        findings.retain(|it| self.0.lists(it));
        findings.sort_by_key(|it| Reverse(it.risk.score));
        let mut left_out = 0;
        for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
            // One of the notices is kept for what is left out.
            let most = MOST - usize::from(kind == Kind::Notice);
            let of_kind = findings.iter().filter(|it| Kind::of(it) == kind);
            left_out += of_kind.clone().count().saturating_sub(most);
            for finding in of_kind.take(most) {
                let lines = advice::lines(finding, fates.get(finding), self.0.intent);
                annotate(kind, finding, &lines.join("\n"), out)?;
            }
        }
        if left_out > 0 {
            let more = words::count(left_out, "more finding");
            writeln!(
                out,
                "::notice title=shield::{more}, none worse than those shown"
            )?;
        }
        Ok(())
    }
}

impl Kind {
    fn of(finding: &Finding<'_>) -> Self {
        match finding.risk.level {
            Level::Critical | Level::High => Self::Error,
            Level::Medium => Self::Warning,
            Level::Low => Self::Notice,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// Writes one annotation.
fn annotate(
    kind: Kind,
    finding: &Finding<'_>,
    message: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (start, end) = (finding.location.start, finding.location.end);
    let path = words::plain(finding.location.path.as_str());
    let file = property(&path);
    let title = property(&words::headline(finding, '`'));
    let (kind, message) = (kind.as_str(), data(message));
    let (line, last) = (start.line, end.line);
    write!(out, "::{kind} file={file},line={line},endLine={last}")?;
    if line == last {
        let (column, end_column) = (start.char_column, end.char_column);
        write!(out, ",col={column},endColumn={end_column}")?;
    }
    writeln!(out, ",title={title}::{message}")
}

/// A text as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A text as a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::fixture::{everything, finding, options, spot, value};

    #[test]
    fn annotations_point_at_the_code() {
        insta::assert_snapshot!(everything().written(&options(Format::Github)));
    }

    #[test]
    fn what_was_found_starts_no_command_of_its_own() {
        let mut fixture = everything();
        let path = "a,b::error::%0A.py";
        let at = spot(path, "key = 'one'", "one");
        fixture.findings = vec![finding("example/token", &at, value(Some("key")))];
        let written = fixture.written(&options(Format::Github));
        assert_eq!(written.lines().count(), 1, "{written}");
        assert!(
            written.contains("file=a%2Cb%3A%3Aerror%3A%3A%250A.py,line=1,"),
            "{written}"
        );
    }

    #[test]
    fn what_the_runner_would_drop_is_counted() {
        let mut fixture = everything();
        let at = spot("a.py", "key = 'one'", "one");
        let many = (0..25).map(|_| finding("example/token", &at, value(Some("key"))));
        fixture.findings = many.collect();
        let written = fixture.written(&options(Format::Github));
        assert_eq!(written.lines().count(), MOST + 1, "{written}");
        assert!(written.ends_with("::15 more findings, none worse than those shown\n"));
    }
}
