//! What to do about a value that stands in the text.

use tree_sitter::Node;

use super::desk::{Desk, labels, trust};
use super::{Draft, Form, Piece, address};
use crate::detect::Document;
use crate::detect::checks;
use crate::finding::Finding;
use crate::finding::Subject;
use crate::fix::Applicability;
use crate::fix::SkipReason;
use crate::fix::naming;
use crate::lang::Binding;
use crate::lang::Context;
use crate::lang::Literal;
use crate::lang::Obstacle;
use crate::pattern::Check;
use crate::risk::Level;
use crate::secret::Secret;
use crate::text::Role;
use crate::text::Span;

/// How far above a literal a call is looked for.
const MAX_DEPTH: usize = 5;

/// How many names of one value are looked at.
const MAX_NAMES: usize = 16;

impl<'d> Desk<'d> {
    /// What to do about a value.
    pub(super) fn value(
        &self,
        finding: &Finding<'_>,
        role: Role,
    ) -> Result<Option<Draft>, SkipReason> {
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
        if self.stands_by_wrapper(literal.outer) {
            return Err(SkipReason::Code(Obstacle::UnsupportedForm));
        }
        if self.compared.contains(inner) {
            return Err(SkipReason::SentinelCompared);
        }
        if is_placeholder(secret, name.as_deref()) {
            return Err(SkipReason::Placeholder);
        }
        let binding = self.binding_at(span, name.as_deref());
        if binding.is_some_and(|it| it.context == Context::EnvDefault) {
            return Err(SkipReason::Code(Obstacle::SeamAvailable));
        }
        if literal.value.is_none()
            && let Some(draft) = self.passage(finding)
        {
            return draft.map(Some);
        }
        let mut applicability = trust(literal.standing)?;
        if !fills(span, literal.inner, text) {
            return Err(SkipReason::PartOfLiteral);
        }
        if address::is_local(inner) {
            return Err(SkipReason::LocalAddress);
        }
        if finding.confidence < Level::Medium {
            applicability = Applicability::Unsafe;
        }
        let value = literal.value.clone();
        let value = value.ok_or(SkipReason::Code(Obstacle::Interpolated))?;
        let stored = naming::of_value(finding, binding, inner)
            .ok_or(SkipReason::Code(Obstacle::UnsupportedForm))?;
        Ok(Some(Draft {
            findings: vec![finding.fingerprint],
            sites: vec![literal.outer],
            pieces: vec![Piece {
                span: literal.outer,
                name: stored,
                form: literal.factory.map_or(Form::Literal, Form::Field),
                capture: Some(value),
                labels: labels(finding),
            }],
            applicability,
        }))
    }

    /// Whether `literal` is an argument of the wrapper, or what a call of it falls back to: the
    /// default of a read that was rewritten.
    fn stands_by_wrapper(&self, literal: Span) -> bool {
        let (Some((_, tree)), Some(callee)) = (self.document.tree(), self.callee) else {
            return false;
        };
        let text = |node: Node<'_>| Span::from(node.byte_range()).of(self.document.text);
        let root = tree.root_node();
        let node = root.descendant_for_byte_range(literal.start, literal.end);
        let mut outwards = std::iter::successors(node, Node::parent).take(MAX_DEPTH);
        outwards.any(|it| {
            let function = it.child_by_field_name("function").and_then(text);
            let left = it.child_by_field_name("left").and_then(text);
            let rest = left.and_then(|left| left.strip_prefix(callee));
            function == Some(callee) || rest.is_some_and(|rest| rest.trim_start().starts_with('('))
        })
    }

    /// The binding whose value holds `span`; of several, the one to `name`.
    fn binding_at(&self, span: Span, name: Option<&str>) -> Option<&'d Binding> {
        let bindings = self.document.bindings();
        let after = bindings.partition_point(|it| it.value.start <= span.start);
        let last = bindings.get(after.checked_sub(1)?)?;
        let before = bindings.get(..after)?.iter().rev();
        let same = before.take_while(|it| it.value == last.value);
        let named = same.take(MAX_NAMES).find(|it| Some(&*it.name) == name);
        last.value.contains(span).then_some(named.unwrap_or(last))
    }
}

/// The literal around `span`.
pub(super) fn literal(document: &Document<'_>, span: Span) -> Option<Literal> {
    let (language, tree) = document.tree()?;
    language.literal(tree.root_node(), document.text, span)
}

/// Whether a value stands in for a real one.
#[expect(
    clippy::disallowed_methods,
    reason = "a check looks at the value and tells one bit"
)]
pub(super) fn is_placeholder(secret: &Secret, name: Option<&str>) -> bool {
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
    blank(before) && blank(after) || address::is_address(whole) && before.contains("://")
}
