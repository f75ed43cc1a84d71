//! From the findings of a file to what could be done about each.

use std::collections::{BTreeMap, BTreeSet};

use super::naming;
use super::{Applicability, SkipReason, Skipped};
use crate::detect::Document;
use crate::detect::checks;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Subject;
use crate::lang::Binding;
use crate::lang::Context;
use crate::lang::EnvRead;
use crate::lang::Literal;
use crate::lang::Obstacle;
use crate::lang::ReadDefault;
use crate::lang::ReadForm;
use crate::lang::Standing;
use crate::pattern::Check;
use crate::risk::Level;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::text::Role;
use crate::text::Span;

/// What could be done about a finding, or about several in one expression.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// What would be fixed.
    pub(super) findings: Vec<Fingerprint>,
    /// The outermost expression that changes.
    pub(super) site: Span,
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
    pub(super) drafts: Vec<Draft>,
    /// The findings for which there is none.
    pub(super) skipped: Vec<Skipped>,
}

/// What to do about `findings`, all of `document`, as far as the file alone tells.
pub(super) fn draft(
    document: &Document<'_>,
    findings: &[&Finding<'_>],
    least: Applicability,
) -> Drafts {
    let desk = Desk::new(document, findings, least);
    let mut result = Drafts::default();
    for finding in findings {
        match desk.draft(finding) {
            Ok(Some(draft)) => result.drafts.push(draft),
            // Part of the draft of the read before it.
            Ok(None) => {}
            Err(reason) => result.skipped.push(skipped(finding.fingerprint, reason)),
        }
    }
    result.join();
    result.account_for(findings);
    result
}

impl Drafts {
    /// Skips what a draft should have taken care of and did not.
    fn account_for(&mut self, findings: &[&Finding<'_>]) {
        let drafted = self.drafts.iter().flat_map(|it| &it.findings);
        let refused = self.skipped.iter().map(|it| &it.finding);
        let known: BTreeSet<Fingerprint> = drafted.chain(refused).copied().collect();
        let lost = findings.iter().map(|it| it.fingerprint);
        let lost = lost.filter(|it| !known.contains(it));
        let reason = SkipReason::Code(Obstacle::UnsupportedForm);
        self.skipped.extend(lost.map(|it| skipped(it, reason)));
    }

    /// Joins what changes one expression, and drops what overlaps without lying inside.
    fn join(&mut self) {
        self.drafts
            .sort_by_key(|it| (it.site.start, std::cmp::Reverse(it.site.end)));
        let mut joined: Vec<Draft> = Vec::new();
        for draft in std::mem::take(&mut self.drafts) {
            match joined.last_mut() {
                Some(outer) if outer.site == draft.site => outer.findings.extend(draft.findings),
                Some(outer) if outer.site.contains(draft.site) => {
                    outer.applicability = outer.applicability.min(draft.applicability);
                    outer.findings.extend(draft.findings);
                    outer.pieces.extend(draft.pieces);
                }
                Some(outer) if outer.site.overlaps(draft.site) => {
                    let lost = draft.findings.into_iter();
                    self.skipped
                        .extend(lost.map(|it| skipped(it, SkipReason::Overlap)));
                }
                Some(_) | None => joined.push(draft),
            }
        }
        self.drafts = joined;
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

/// What is known of a file while its drafts are made.
struct Desk<'d> {
    document: &'d Document<'d>,
    least: Applicability,
    /// The reads that are findings, by where they start and end.
    reads: BTreeMap<Span, (&'d EnvRead, Fingerprint)>,
    /// The values that are findings, by where their literal starts and ends.
    values: BTreeMap<Span, &'d Finding<'d>>,
    /// What the file compares something with, and goes on comparing with after the fix.
    compared: BTreeSet<&'d str>,
}

impl<'d> Desk<'d> {
    fn new(
        document: &'d Document<'d>,
        findings: &'d [&'d Finding<'d>],
        least: Applicability,
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
                    reads.extend(read.map(|it| (span, (*it, finding.fingerprint))));
                }
                Subject::Value { .. } => {
                    let literal = literal(document, span);
                    values.extend(literal.map(|it| (it.outer, *finding)));
                }
                Subject::Absence => {}
            }
        }
        let compared = document
            .bindings()
            .iter()
            .filter(|it| it.context == Context::Comparison)
            .filter(|it| {
                let around = literal(document, it.value);
                around.is_none_or(|it| !values.contains_key(&it.outer))
            })
            .filter_map(|it| it.value.of(document.text))
            .collect();
        Self {
            document,
            least,
            reads,
            values,
            compared,
        }
    }

    /// What to do about a finding; nothing of its own where another draft takes care of it.
    fn draft(&self, finding: &Finding<'_>) -> Result<Option<Draft>, SkipReason> {
        let best = best(finding);
        if best == Applicability::DisplayOnly {
            return Err(SkipReason::Code(Obstacle::UnsupportedForm));
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
        let (read, _) = found.ok_or(SkipReason::NothingToReplace)?;
        if let ReadForm::Presence { .. } = read.form {
            return Err(SkipReason::Code(Obstacle::PresenceGate));
        }
        let applicability = trust(read.standing)?;
        let unsupported = SkipReason::Code(Obstacle::UnsupportedForm);
        let name = SecretName::of(&read.variable.replace('/', "-")).ok_or(unsupported)?;
        if name.variable() != read.variable && !is_plain(&read.variable) {
            return Err(unsupported);
        }
        let mut draft = Draft {
            findings: vec![finding.fingerprint],
            site: read.expression,
            pieces: vec![Piece {
                span: read.expression,
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
        let Some((literal, whole)) = self.default_of(read) else {
            return Ok(());
        };
        let (Some(value), Some(piece)) = (self.values.get(&literal), draft.pieces.first_mut())
        else {
            return Ok(());
        };
        let Some(found) = self::literal(self.document, value.location.span) else {
            return Ok(());
        };
        if best(value) == Applicability::DisplayOnly {
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
        draft.site = whole;
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

    /// What to do about a value.
    fn value(&self, finding: &Finding<'_>, role: Role) -> Result<Option<Draft>, SkipReason> {
        let text = self.document.text;
        let span = finding.location.span;
        if role == Role::Comment {
            return Err(SkipReason::Code(Obstacle::Comment));
        }
        let literal = literal(self.document, span).ok_or(SkipReason::NothingToReplace)?;
        let (Subject::Value { secret, name, .. }, Some(inner)) =
            (&finding.subject, literal.inner.of(text))
        else {
            return Err(SkipReason::NothingToReplace);
        };
        if let Some(read) = self.reader_of(literal.outer) {
            return self.beside(read, &literal);
        }
        if self.is_in_wrapper_call(literal.outer) {
            return Err(SkipReason::Code(Obstacle::UnsupportedForm));
        }
        if is_placeholder(secret, name.as_deref()) {
            return Err(SkipReason::Placeholder);
        }
        if !fills(span, literal.inner, text) {
            return Err(SkipReason::PartOfLiteral);
        }
        let mut applicability = trust(literal.standing)?;
        if finding.confidence < Level::Medium {
            applicability = Applicability::Unsafe;
        }
        let value = literal.value.clone();
        let value = value.ok_or(SkipReason::Code(Obstacle::Interpolated))?;
        let binding = self.binding_at(span);
        let name = naming::of_value(finding, binding, inner)
            .ok_or(SkipReason::Code(Obstacle::UnsupportedForm))?;
        if self.compared.contains(inner) {
            return Err(SkipReason::SentinelCompared);
        }
        Ok(Some(Draft {
            findings: vec![finding.fingerprint],
            site: literal.outer,
            pieces: vec![Piece {
                span: literal.outer,
                name,
                form: Form::Literal,
                capture: Some(value),
                labels: labels(finding),
            }],
            applicability,
        }))
    }

    /// The read whose default or fallback is at `literal`, or that holds it deeper inside.
    fn reader_of(&self, literal: Span) -> Option<&'d EnvRead> {
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
    fn beside(&self, read: &EnvRead, literal: &Literal) -> Result<Option<Draft>, SkipReason> {
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
        if self.least <= Applicability::Unsafe {
            Ok(None)
        } else {
            Err(SkipReason::Withheld)
        }
    }

    /// Whether `literal` is an argument of the wrapper: the default of a read that was rewritten.
    fn is_in_wrapper_call(&self, literal: Span) -> bool {
        let Some((_, tree)) = self.document.tree() else {
            return false;
        };
        let node = tree
            .root_node()
            .descendant_for_byte_range(literal.start, literal.end);
        let mut above = node.and_then(|it| it.parent());
        for _ in 0..MAX_ARGUMENT_DEPTH {
            let Some(node) = above else {
                return false;
            };
            if let Some(function) = node.child_by_field_name("function") {
                let name = Span::from(function.byte_range()).of(self.document.text);
                let name = name.and_then(|it| it.rsplit('.').next()).unwrap_or("");
                return name.ends_with("get_secret") || name.to_lowercase().ends_with("getsecret");
            }
            above = node.parent();
        }
        false
    }

    /// The binding whose value holds `span`.
    fn binding_at(&self, span: Span) -> Option<&'d Binding> {
        let bindings = self.document.bindings();
        let after = bindings.partition_point(|it| it.value.start <= span.start);
        let last = bindings.get(after.checked_sub(1)?)?;
        last.value.contains(span).then_some(last)
    }
}

/// How far above an argument its call is looked for.
const MAX_ARGUMENT_DEPTH: usize = 4;

/// The literal around `span`.
fn literal(document: &Document<'_>, span: Span) -> Option<Literal> {
    let (language, tree) = document.tree()?;
    language.literal(tree.root_node(), document.text, span)
}

/// How far the pattern of a finding lets its fix be trusted.
fn best(finding: &Finding<'_>) -> Applicability {
    let allowed = finding.pattern.file.fix.applicability;
    allowed.unwrap_or(Applicability::Safe)
}

/// How far a replacement can be trusted where it stands.
fn trust(standing: Standing) -> Result<Applicability, SkipReason> {
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

/// Whether a value stands in for a real one.
#[expect(
    clippy::disallowed_methods,
    reason = "a check looks at the value and tells one bit"
)]
fn is_placeholder(secret: &Secret, name: Option<&str>) -> bool {
    !checks::pass(&Check::NotPlaceholder, name, secret.expose())
}

/// Whether a value at `span` is all that a literal with this inside says.
///
/// Line endings around it do not count, and an address counts as a whole.
fn fills(span: Span, inner: Span, text: &str) -> bool {
    let (Some(before), Some(after), Some(whole)) = (
        Span::new(inner.start, span.start).of(text),
        Span::new(span.end, inner.end).of(text),
        inner.of(text),
    ) else {
        return false;
    };
    let blank = |it: &str| it.replace("\\n", "").replace("\\r", "").trim().is_empty();
    blank(before) && blank(after) || is_address(whole) && before.contains("://")
}

/// Whether `text` is nothing but an address with a password.
fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let letters = |it: char| it.is_ascii_alphanumeric() || "+.-".contains(it);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    scheme.chars().all(letters)
        && !scheme.is_empty()
        && authority.contains('@')
        && !text.contains(char::is_whitespace)
}

/// Words to find a stored value by.
fn labels(finding: &Finding<'_>) -> Vec<String> {
    vec![
        finding.pattern.id().to_owned(),
        finding.location.path.to_string(),
    ]
}
