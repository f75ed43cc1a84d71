//! One finding with its code, drawn by miette.

use std::fmt;
use std::io;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

use super::headline;
use super::look::Look;
use super::view::View;
use crate::finding::Finding;
use crate::report::Options;
use crate::report::advice;
use crate::report::fate::Fate;
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
        help: advice::lines(finding, fate, options.intent).join("\n"),
    };
    let mut drawn = String::new();
    look.handler
        .render_report(&mut drawn, &block)
        .map_err(io::Error::other)?;
    Ok(drawn)
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
