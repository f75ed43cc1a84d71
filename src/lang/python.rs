//! Roles, bindings, environment reads and imports.

use tree_sitter::Node;

use super::{Binding, EnvRead, Import, ImportRequest, Literal, Obstacle};
use crate::text::Role;
use crate::text::Span;

pub(super) fn role(_root: Node<'_>, _span: Span) -> Role {
    Role::Plain
}

pub(super) fn literal(_root: Node<'_>, _text: &str, _span: Span) -> Option<Literal> {
    None
}

pub(super) fn bindings(_root: Node<'_>, _text: &str) -> Vec<Binding> {
    Vec::new()
}

pub(super) fn env_reads(_root: Node<'_>, _text: &str) -> Vec<EnvRead> {
    Vec::new()
}

pub(super) fn import(
    _root: Node<'_>,
    _text: &str,
    _request: &ImportRequest<'_>,
) -> Result<Import, Obstacle> {
    Err(Obstacle::UnsupportedForm)
}

pub(super) fn reaches_import(
    _root: Node<'_>,
    _text: &str,
    _site: Span,
    _request: &ImportRequest<'_>,
) -> bool {
    false
}

pub(super) fn quote(_root: Node<'_>, _text: &str) -> char {
    '"'
}
