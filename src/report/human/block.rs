//! One finding with its code, drawn by miette.

use std::fmt;
use std::io;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

use super::headline;
use super::look::Look;
use super::view::View;
use crate::finding::Finding;
use crate::fix::Applicability;
use crate::fix::SkipReason;
use crate::report::Intent;
use crate::report::Options;
use crate::report::fate::Fate;
use crate::report::words;
use crate::risk::Level;

/// What is said of one finding.
#[derive(Debug)]
struct Block {
    message: String,
    severity: Severity,
    view: View,
    label: String,
    help: String,
}

/// Draws a finding.
///
/// # Errors
///
/// Fails when miette does.
pub(super) fn render(
    finding: &Finding<'_>,
    fate: Option<Fate<'_>>,
    options: &Options,
    look: &Look,
) -> io::Result<String> {
    let risk = &finding.risk;
    let level = format!("{} {}", risk.level.as_str(), risk.score);
    let block = Block {
        message: format!("{}: {}", look.level(risk.level, &level), headline(finding)),
        severity: match risk.level {
            Level::Critical | Level::High => Severity::Error,
            Level::Medium => Severity::Warning,
            Level::Low => Severity::Advice,
        },
        view: View::of(finding, look.width),
        label: finding.pattern.point_id(finding.point),
        help: help(finding, fate, options.intent),
    };
    let mut drawn = String::new();
    look.handler
        .render_report(&mut drawn, &block)
        .map_err(io::Error::other)?;
    Ok(drawn)
}

/// What to do, what a fix would do, and what else would have found it, each on its line.
fn help(finding: &Finding<'_>, fate: Option<Fate<'_>>, intent: Intent) -> String {
    let mut lines: Vec<String> = words::description(finding).into_iter().collect();
    lines.extend(finding.likelihood.as_ref().map(words::likelihood));
    let advice = words::first_sentence(finding.pattern.remediation());
    if !advice.is_empty() {
        lines.push(advice);
    }
    lines.extend(fate.into_iter().flat_map(|it| outlook(it, intent)));
    lines.extend(finding.related.iter().map(|it| {
        let id = it.pattern.point_id(it.point);
        let start = it.location.start;
        format!("together with {id} at {}:{}", start.line, start.char_column)
    }));
    if !finding.also.is_empty() {
        let also: Vec<&str> = finding.also.iter().map(|it| it.id()).collect();
        lines.push(format!("also found by {}", also.join(", ")));
    }
    let lines: Vec<_> = lines.iter().map(|it| words::plain(it)).collect();
    lines.join("\n")
}

/// What becomes of a finding.
fn outlook(fate: Fate<'_>, intent: Intent) -> Vec<String> {
    match fate {
        Fate::Fixed { fix, .. } => {
            let how = match (intent, fix.applicability) {
                (Intent::Apply, _) => "now",
                (Intent::Tell, Applicability::Safe) => "--fix",
                (Intent::Tell, Applicability::Unsafe) => "--fix --unsafe-fixes",
                (Intent::Tell, Applicability::DisplayOnly) => "by hand",
            };
            vec![format!("fix: {} ({how})", fix.title)]
        }
        Fate::Stays(stay) => match (stay.skipped.reason, &stay.skipped.suggestion) {
            (SkipReason::Withheld, Some(fix)) if fix.applicability == Applicability::Unsafe => {
                let how = "--fix --unsafe-fixes; it may change what the code does";
                vec![format!("fix: {} ({how})", fix.title)]
            }
            (reason, suggestion) => {
                let suggestion = suggestion.as_ref();
                let why = format!("no fix: {reason} [{}]", reason.code());
                let seam = stay.seam.map(|it| {
                    let name = if it.name.is_empty() {
                        it.kind.code()
                    } else {
                        &it.name
                    };
                    format!("through: `{name}` at {}:{}", it.path, it.start.line)
                });
                let line = stay.advice.and_then(|it| it.line.as_deref());
                std::iter::once(why)
                    .chain(suggestion.map(|it| format!("by hand: {}", it.title)))
                    .chain(seam)
                    .chain(stay.advice.map(|it| it.text.clone()))
                    .chain(line.map(|it| format!("write: {}", it.trim())))
                    .collect()
            }
        },
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Block {}

impl Diagnostic for Block {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help: Box<dyn fmt::Display + 'a> = Box::new(&self.help);
        (!self.help.is_empty()).then_some(help)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.view)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let at = self.view.highlight;
        let label =
            LabeledSpan::new_primary_with_span(Some(self.label.clone()), (at.start, at.len()));
        Some(Box::new(std::iter::once(label)))
    }
}
