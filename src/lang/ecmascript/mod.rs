//! What there is to know about trees of JavaScript, TypeScript and TSX.

mod binding;
mod decode;
mod env;
#[cfg(test)]
mod fixture;
mod literal;
mod scope;
mod standing;
mod surroundings;
mod tree;

pub(super) use binding::bindings;
pub(super) use env::env_reads;
pub(super) use literal::literal;
pub(super) use literal::role;
use tree_sitter::Node;

use super::{Import, ImportRequest, Obstacle};
use crate::text::Span;

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
