//! `shield patterns list`.

use std::io::{self, Write};

use serde::Serialize;

use crate::cli::args::ListFormat;
use crate::pattern::Matcher;
use crate::pattern::Pattern;
use crate::pattern::PatternSet;
use crate::pattern::Point;
use crate::pattern::syntax::Status;
use crate::risk::Level;

/// Writes the list.
pub(super) fn write(
    patterns: &PatternSet,
    format: ListFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ListFormat::Human => lines(patterns, out),
        ListFormat::Json => {
            let all: Vec<Listed<'_>> = patterns.iter().map(Listed::of).collect();
            serde_json::to_writer_pretty(&mut *out, &all)?;
            writeln!(out)
        }
    }
}

/// One line for each pattern.
fn lines(patterns: &PatternSet, out: &mut dyn Write) -> io::Result<()> {
    let width = patterns.iter().map(|it| it.id().len()).max().unwrap_or(0);
    for it in patterns {
        let severity = it.file.severity.as_str();
        writeln!(out, "{:width$}  {severity:8}  {}", it.id(), it.file.title)?;
    }
    Ok(())
}

/// A pattern, as programs read it.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    title: &'a str,
    builtin: bool,
    status: Status,
    severity: Level,
    confidence: Level,
    formerly: &'a [String],
    aliases: &'a [String],
    labels: &'a [String],
    cwe: &'a [u32],
    points: Vec<ListedPoint<'a>>,
}

/// A point, as programs read it.
#[derive(Serialize)]
struct ListedPoint<'a> {
    id: String,
    kind: &'static str,
    description: Option<&'a str>,
    severity: Level,
    confidence: Level,
    only_together: bool,
    public: bool,
}

impl<'a> Listed<'a> {
    fn of(pattern: &'a Pattern) -> Self {
        let file = &pattern.file;
        Self {
            id: pattern.id(),
            title: &file.title,
            builtin: pattern.is_builtin(),
            status: file.status,
            severity: file.severity,
            confidence: file.confidence.into(),
            formerly: &file.formerly,
            aliases: &file.aliases,
            labels: &pattern.risk.labels,
            cwe: &pattern.references().cwe,
            points: pattern
                .points
                .iter()
                .map(|it| ListedPoint::of(pattern, it))
                .collect(),
        }
    }
}

impl<'a> ListedPoint<'a> {
    fn of(pattern: &Pattern, point: &'a Point) -> Self {
        Self {
            id: pattern.point_id(point),
            kind: match point.matcher {
                Matcher::Literal { .. } => "literal",
                Matcher::Assignment { .. } => "assignment",
                Matcher::EnvRead { .. } => "env-read",
                Matcher::Argument { .. } => "argument",
                Matcher::Query { .. } => "query",
                Matcher::Absence { .. } => "absence",
            },
            description: point.description.as_deref(),
            severity: point.severity,
            confidence: point.confidence,
            only_together: point.only_together,
            public: point.public,
        }
    }
}
