//! What to do about a read of the environment, and about the literals it falls back to.

use std::collections::{BTreeMap, BTreeSet};

use super::value::{is_placeholder, literal};
use super::{Draft, Form, Piece, address};
use crate::detect::Document;
use crate::finding::Finding;
use crate::finding::Subject;
use crate::fix::Applicability;
use crate::fix::SkipReason;
use crate::lang::Context;
use crate::lang::EnvRead;
use crate::lang::Literal;
use crate::lang::Obstacle;
use crate::lang::ReadDefault;
use crate::lang::ReadForm;
use crate::lang::Standing;
use crate::secret::SecretName;
use crate::text::Span;

/// What is known of a file while its drafts are made.
pub(super) struct Desk<'d> {
    pub(super) document: &'d Document<'d>,
    least: Applicability,
    /// What calls of the wrapper are written with, where it is known to the file.
    pub(super) callee: Option<&'d str>,
    /// The reads that are findings, by where they start and end.
    reads: BTreeMap<Span, &'d EnvRead>,
    /// The values that are findings, by where their literal starts and ends.
    values: BTreeMap<Span, &'d Finding<'d>>,
    /// The statements with a pattern of which one secret cannot be taken out.
    stuck: BTreeSet<Span>,
    /// What the file compares something with, and goes on comparing with after the fix.
    pub(super) compared: BTreeSet<&'d str>,
}

impl<'d> Desk<'d> {
    pub(super) fn new(
        document: &'d Document<'d>,
        findings: &'d [&'d Finding<'d>],
        least: Applicability,
        callee: Option<&'d str>,
    ) -> Self {
        let all: BTreeMap<Span, &EnvRead> = document
            .env_reads()
            .iter()
            .map(|it| (it.expression, it))
            .collect();
        let mut reads = BTreeMap::new();
        let mut values = BTreeMap::new();
        for finding in findings {
            let span = finding.location.span;
            match &finding.subject {
                Subject::EnvRead { .. } => {
                    let read = all.get(&span);
                    reads.extend(read.map(|it| (span, *it)));
                }
                Subject::Value { .. } => {
                    let literal = literal(document, span);
                    values.extend(literal.map(|it| (it.outer, *finding)));
                }
                Subject::Absence => {}
            }
        }
        let stuck = reads
            .values()
            .filter(|it| matches!(it.standing, Standing::Barred(_)))
            .filter_map(|it| it.form.picked_from())
            .collect();
        let compared = document
            .bindings()
            .iter()
            .filter(|it| it.context == Context::Comparison)
            .filter(|binding| {
                let around = literal(document, binding.value);
                let finding = around.and_then(|it| values.get(&it.outer));
                finding.is_none_or(|it| stands_in(it))
            })
            .filter_map(|it| it.value.of(document.text))
            .collect();
        Self {
            document,
            least,
            callee,
            reads,
            values,
            stuck,
            compared,
        }
    }

    /// What to do about a finding; nothing of its own where another draft takes care of it.
    pub(super) fn draft(&self, finding: &Finding<'_>) -> Result<Option<Draft>, SkipReason> {
        if !finding.location.layers.codings.is_empty() {
            return Err(SkipReason::Encoded);
        }
        let best = best(finding);
        if best == Applicability::DisplayOnly {
            return Err(match &finding.subject {
                Subject::Value { secret, name, .. } if is_placeholder(secret, name.as_deref()) => {
                    SkipReason::Placeholder
                }
                Subject::Value { .. } | Subject::EnvRead { .. } | Subject::Absence => {
                    SkipReason::AdviceOnly
                }
            });
        }
        let draft = match &finding.subject {
            Subject::EnvRead { .. } => self.read(finding)?,
            Subject::Value { role, .. } => match self.value(finding, *role)? {
                Some(draft) => draft,
                None => return Ok(None),
            },
            Subject::Absence => return Err(SkipReason::NothingToReplace),
        };
        Ok(Some(Draft {
            applicability: draft.applicability.min(best),
            ..draft
        }))
    }

    /// What to do about a read of the environment.
    fn read(&self, finding: &Finding<'_>) -> Result<Draft, SkipReason> {
        let found = self.reads.get(&finding.location.span);
        let read = found.ok_or(SkipReason::NothingToReplace)?;
        let applicability = trust(read.standing)?;
        if read
            .form
            .picked_from()
            .is_some_and(|it| self.stuck.contains(&it))
        {
            return Err(SkipReason::Code(Obstacle::Destructured));
        }
        let unsupported = SkipReason::Code(Obstacle::UnsupportedForm);
        let name = SecretName::of(&read.variable.replace('/', "-")).ok_or(unsupported)?;
        if name.variable() != read.variable && !is_plain(&read.variable) {
            return Err(unsupported);
        }
        let site = read.form.picked_from().unwrap_or(read.expression);
        let mut draft = Draft {
            findings: vec![finding.fingerprint],
            sites: vec![site],
            pieces: vec![Piece {
                span: site,
                name,
                form: Form::Read(read.form, read.variable.clone()),
                capture: None,
                labels: labels(finding),
            }],
            applicability,
        };
        if self.least <= Applicability::Unsafe {
            self.fold(read, &mut draft)?;
        }
        Ok(draft)
    }

    /// Makes a read strict whose literal default is a finding of its own.
    fn fold(&self, read: &EnvRead, draft: &mut Draft) -> Result<(), SkipReason> {
        let Some((default, whole)) = self.default_of(read) else {
            return Ok(());
        };
        let (Some(value), Some(piece)) = (self.values.get(&default), draft.pieces.first_mut())
        else {
            return Ok(());
        };
        let Some(found) = literal(self.document, value.location.span) else {
            return Ok(());
        };
        let inner = found.inner.of(self.document.text);
        if best(value) == Applicability::DisplayOnly || inner.is_some_and(address::is_local) {
            return Ok(());
        }
        if let Subject::Value { secret, name, .. } = &value.subject
            && !is_placeholder(secret, name.as_deref())
        {
            // Without the value, code that relied on the default would stop.
            let whole_value = found
                .value
                .ok_or(SkipReason::Code(Obstacle::Interpolated))?;
            piece.capture = Some(whole_value);
        }
        piece.span = whole;
        piece.form = Form::Strict(read.form, read.variable.clone());
        draft.sites = vec![whole];
        draft.findings.push(value.fingerprint);
        draft.applicability = Applicability::Unsafe;
        Ok(())
    }

    /// The literal that a read falls back to, and the read together with it.
    fn default_of(&self, read: &EnvRead) -> Option<(Span, Span)> {
        if let ReadForm::Call { default, .. } = read.form {
            match default {
                ReadDefault::Positional(span) | ReadDefault::Keyword(span)
                    if self.values.contains_key(&span) =>
                {
                    return Some((span, read.expression));
                }
                // Two defaults: which one counts depends on the value.
                ReadDefault::Positional(_) | ReadDefault::Keyword(_) => return None,
                ReadDefault::Absent => {}
            }
        }
        let fallback = read.fallback?;
        let whole = fallback.expression;
        let adjacent = whole.start == read.expression.start && whole.end == fallback.literal.end;
        let between = Span::new(read.expression.end, fallback.literal.start);
        let operator = between.of(self.document.text)?.trim();
        let direct = matches!(operator, "or" | "||" | "??");
        (adjacent && direct).then_some((fallback.literal, whole))
    }

    /// The read whose default or fallback is at `literal`, or that holds it deeper inside.
    pub(super) fn reader_of(&self, literal: Span) -> Option<&'d EnvRead> {
        let reads = self.document.env_reads();
        let outside = |it: &&EnvRead| {
            it.expression.contains(literal) || it.fallback.is_some_and(|it| it.literal == literal)
        };
        let after = reads.partition_point(|it| it.expression.start <= literal.start);
        // Reads nest in each other's defaults only, so the nearest ones come last.
        let near = reads.get(after.saturating_sub(16)..after)?;
        near.iter().rev().find(outside)
    }

    /// What to do about a literal that a read falls back to.
    pub(super) fn beside(
        &self,
        read: &EnvRead,
        literal: &Literal,
    ) -> Result<Option<Draft>, SkipReason> {
        let own = self.default_of(read);
        if own.is_none_or(|(span, _)| span != literal.outer) {
            return Err(SkipReason::Code(Obstacle::UnsupportedForm));
        }
        if let Standing::Barred(obstacle) = read.standing {
            return Err(SkipReason::Code(obstacle));
        }
        if !self.reads.contains_key(&read.expression) {
            return Err(SkipReason::Code(Obstacle::UnsupportedForm));
        }
        let inner = literal.inner.of(self.document.text);
        if inner.is_some_and(address::is_local) {
            Err(SkipReason::LocalAddress)
        } else if self.least <= Applicability::Unsafe {
            Ok(None)
        } else {
            Err(SkipReason::Withheld)
        }
    }
}

/// Whether the value of a finding stands in for a real one, and stays for that.
fn stands_in(finding: &Finding<'_>) -> bool {
    match &finding.subject {
        Subject::Value { secret, name, .. } => is_placeholder(secret, name.as_deref()),
        Subject::EnvRead { .. } | Subject::Absence => false,
    }
}

/// How far the pattern of a finding lets its fix be trusted.
fn best(finding: &Finding<'_>) -> Applicability {
    let allowed = finding.pattern.file.fix.applicability;
    allowed.unwrap_or(Applicability::Safe)
}

/// How far a replacement can be trusted where it stands.
pub(super) fn trust(standing: Standing) -> Result<Applicability, SkipReason> {
    match standing {
        Standing::Free => Ok(Applicability::Safe),
        Standing::Caution(_) => Ok(Applicability::Unsafe),
        Standing::Barred(obstacle) => Err(SkipReason::Code(obstacle)),
    }
}

/// Whether a variable can be written between quotes as it is.
fn is_plain(variable: &str) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"_-.".contains(&it);
    variable.bytes().all(plain)
}

/// Words to find a stored value by.
pub(super) fn labels(finding: &Finding<'_>) -> Vec<String> {
    vec![
        finding.pattern.id().to_owned(),
        finding.location.path.to_string(),
    ]
}
