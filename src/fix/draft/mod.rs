//! From the findings of a file to what could be done about each.

mod address;
mod desk;
mod join;
mod passage;
mod value;

use std::collections::BTreeSet;

use super::{Applicability, SkipReason, Skipped};
use crate::detect::Document;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::lang::Factory;
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
    /// A literal that a class declares as the default of a field.
    Field(Factory),
    /// A stretch of a string with parts to fill in; strings within a part have this quote.
    Passage(char),
    /// A read; it keeps its behaviour.
    Read(ReadForm, String),
    /// A read and the literal that it falls back to, up to the end of the piece.
    Strict(ReadForm, String),
}

/// A function of the language's own library, or of one that the file uses already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Helper {
    pub(super) module: &'static str,
    pub(super) symbol: &'static str,
    /// What it is imported as where its name means something else.
    pub(super) alias: &'static str,
}

/// Makes the default of a field of a dataclass.
const FIELD: Helper = Helper {
    module: "dataclasses",
    symbol: "field",
    alias: "_shield_field",
};

/// Makes the default of a field of a model.
const MODEL_FIELD: Helper = Helper {
    module: "pydantic",
    symbol: "Field",
    alias: "_shield_field",
};

/// Writes a value as a part of an address.
const QUOTE: Helper = Helper {
    module: "urllib.parse",
    symbol: "quote",
    alias: "_shield_quote",
};

/// What makes bytes of the text that a call returns.
pub(super) const ENCODE: &str = ".encode()";

/// What tells the types that a call does not return nothing.
pub(super) const SURE: char = '!';

/// What stands before a call that is made anew for each object.
pub(super) const LAMBDA: &str = "lambda: ";

/// What stands between a call and its closing quote in an address.
pub(super) const PASSAGE_END: &str = ", safe=";

impl Piece {
    /// Where the call is in the file `after`, when the piece has become `written`.
    pub(super) fn call(&self, written: Span, before: &str, after: &str) -> Span {
        let own = written.of(after).unwrap_or_default();
        let from = |opening: &str| {
            let start = own.find(opening).map_or(0, |it| it + opening.len());
            written.start + start
        };
        // A value of bytes is made of the text.
        let before_encode = |end: usize| {
            let call = Span::new(written.start, end).of(after);
            let encoded = call.is_some_and(|it| it.ends_with(ENCODE));
            end - if encoded { ENCODE.len() } else { 0 }
        };
        // A call may be followed by a word to the types.
        let sure = |end: usize| end - usize::from(own.ends_with(SURE));
        match &self.form {
            Form::Literal => Span::new(written.start, before_encode(written.end)),
            Form::Field(_) => Span::new(from(LAMBDA), before_encode(written.end.max(1) - 1)),
            Form::Passage(_) => {
                let end = own.rfind(PASSAGE_END).unwrap_or(own.len());
                Span::new(from("("), written.start + end)
            }
            Form::Read(form, _) | Form::Strict(form, _) => match form {
                // `local = call`.
                ReadForm::Destructured { .. } => Span::new(from(" = "), sure(written.end)),
                // `local = call` in one of several statements, each with one call at its end.
                ReadForm::Picked { local, .. } => {
                    let head = format!(" {} = ", local.of(before).unwrap_or(""));
                    let start = own.rfind(&head).map_or(0, |it| it + head.len());
                    let rest = own.get(start..).unwrap_or("");
                    let line = rest.lines().next().unwrap_or("");
                    let end = line.rfind(')').map_or(line.len(), |it| it + 1);
                    Span::new(written.start + start, written.start + start + end)
                }
                ReadForm::Subscript { .. } | ReadForm::Call { .. } | ReadForm::Guarded => written,
                ReadForm::Member => Span::new(written.start, sure(written.end)),
                // A call and a comparison.
                ReadForm::Presence { .. } => {
                    let end = own.rfind(')').map_or(own.len(), |it| it + 1);
                    Span::new(written.start, written.start + end)
                }
            },
        }
    }

    /// The function that is called around the call, and where that is.
    pub(super) fn helper(&self, written: Span) -> Option<(Helper, Span)> {
        match self.form {
            Form::Field(Factory::Dataclass) => Some((FIELD, written)),
            Form::Field(Factory::Pydantic) => Some((MODEL_FIELD, written)),
            Form::Passage(_) => {
                let inside = Span::new(written.start + 1, written.end.max(1) - 1);
                Some((QUOTE, inside))
            }
            Form::Literal | Form::Read(..) | Form::Strict(..) => None,
        }
    }

    /// How it reads a variable, if it does and goes on to do what it did.
    pub(super) fn read(&self) -> Option<ReadForm> {
        match &self.form {
            Form::Read(form, _) => Some(*form),
            Form::Literal | Form::Field(_) | Form::Passage(_) | Form::Strict(..) => None,
        }
    }

    /// The variable that it reads, if it is a read.
    pub(super) fn variable(&self) -> Option<&str> {
        match &self.form {
            Form::Literal | Form::Field(_) | Form::Passage(_) => None,
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
    /// Takes out the drafts that `test` is true for.
    pub(super) fn leave(&mut self, test: impl Fn(&Draft) -> bool, obstacle: Obstacle) {
        let lost = self.made.extract_if(.., |it| test(it));
        let lost = lost.flat_map(|it| it.findings);
        let reason = SkipReason::Code(obstacle);
        self.skipped.extend(lost.map(|it| skipped(it, reason)));
    }

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
