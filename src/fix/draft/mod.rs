//! From the findings of a file to what could be done about each.

mod address;
mod desk;
mod join;
mod value;

use std::collections::BTreeSet;

use super::{Applicability, SkipReason, Skipped};
use crate::detect::Document;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::lang::Obstacle;
use crate::lang::ReadForm;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::text::Span;

use desk::Desk;

/// What could be done about a finding, or about several in one expression.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// What would be fixed.
    pub(super) findings: Vec<Fingerprint>,
    /// The outermost expressions that change, by position: one, or several that only make sense
    /// together.
    pub(super) sites: Vec<Span>,
    /// The calls that it would have, the outermost first.
    pub(super) pieces: Vec<Piece>,
    pub(super) applicability: Applicability,
}

/// One call of the wrapper in the place of an expression.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// The expression.
    pub(super) span: Span,
    pub(super) name: SecretName,
    pub(super) form: Form,
    /// The value that must be stored before.
    pub(super) capture: Option<Secret>,
    /// Words to find the stored value by.
    pub(super) labels: Vec<String>,
}

/// What is replaced.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// A literal.
    Literal,
    /// A read; it keeps its behaviour.
    Read(ReadForm, String),
    /// A read and the literal that it falls back to, up to the end of the piece.
    Strict(ReadForm, String),
}

impl Piece {
    /// Where the call is in the file `after`, when the piece has become `written`.
    pub(super) fn call(&self, written: Span, before: &str, after: &str) -> Span {
        let form = match &self.form {
            Form::Read(form, _) | Form::Strict(form, _) => *form,
            Form::Literal => return written,
        };
        match form {
            // `local = call`.
            ReadForm::Destructured { .. } => {
                let equals = written.of(after).and_then(|it| it.find(" = "));
                Span::new(written.start + equals.map_or(0, |it| it + 3), written.end)
            }
            // `local = call` in one of several statements, each with one call at its end.
            ReadForm::Picked { local, .. } => {
                let head = format!(" {} = ", local.of(before).unwrap_or(""));
                let lines = written.of(after).unwrap_or("");
                let start = lines.rfind(&head).map_or(0, |it| it + head.len());
                let rest = lines.get(start..).unwrap_or("");
                let line = rest.lines().next().unwrap_or("");
                let end = line.rfind(')').map_or(line.len(), |it| it + 1);
                Span::new(written.start + start, written.start + start + end)
            }
            ReadForm::Subscript { .. }
            | ReadForm::Call { .. }
            | ReadForm::Member
            | ReadForm::Guarded => written,
            // A call and a comparison.
            ReadForm::Presence { .. } => {
                let end = written.of(after).and_then(|it| it.rfind(')'));
                Span::new(
                    written.start,
                    end.map_or(written.end, |it| written.start + it + 1),
                )
            }
        }
    }

    /// How it reads a variable, if it does and goes on to do what it did.
    pub(super) fn read(&self) -> Option<ReadForm> {
        match &self.form {
            Form::Read(form, _) => Some(*form),
            Form::Literal | Form::Strict(..) => None,
        }
    }

    /// The variable that it reads, if it is a read.
    pub(super) fn variable(&self) -> Option<&str> {
        match &self.form {
            Form::Literal => None,
            Form::Read(_, variable) | Form::Strict(_, variable) => Some(variable),
        }
    }
}

/// What could be done about the findings of a file.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    /// By position; none overlaps another.
    pub(super) made: Vec<Draft>,
    /// The findings for which there is none.
    pub(super) skipped: Vec<Skipped>,
}

/// What to do about `findings`, all of `document`, as far as the file alone tells.
///
/// `callee` is what calls of the wrapper are written with, where it is known to the file.
pub(super) fn draft(
    document: &Document<'_>,
    findings: &[&Finding<'_>],
    least: Applicability,
    callee: Option<&str>,
) -> Drafts {
    let desk = Desk::new(document, findings, least, callee);
    let mut result = Drafts::default();
    for finding in findings {
        match desk.draft(finding) {
            Ok(Some(draft)) => result.made.push(draft),
            // Part of the draft of the read before it.
            Ok(None) => {}
            Err(reason) => result.skipped.push(skipped(finding.fingerprint, reason)),
        }
    }
    result.join();
    result.tie(document.env_reads());
    result.weigh_patterns(document.env_reads());
    result.account_for(findings);
    result
}

impl Drafts {
    /// Skips what a draft should have taken care of and did not.
    fn account_for(&mut self, findings: &[&Finding<'_>]) {
        let drafted = self.made.iter().flat_map(|it| &it.findings);
        let refused = self.skipped.iter().map(|it| &it.finding);
        let known: BTreeSet<Fingerprint> = drafted.chain(refused).copied().collect();
        let lost = findings.iter().map(|it| it.fingerprint);
        let lost = lost.filter(|it| !known.contains(it));
        let reason = SkipReason::Code(Obstacle::UnsupportedForm);
        self.skipped.extend(lost.map(|it| skipped(it, reason)));
    }
}

/// A finding that stays.
pub(super) fn skipped(finding: Fingerprint, reason: SkipReason) -> Skipped {
    Skipped {
        finding,
        reason,
        suggestion: None,
    }
}
