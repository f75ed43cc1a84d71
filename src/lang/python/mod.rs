//! Python: roles, bindings, environment reads, literals and imports.

mod binding;
mod class;
mod decode;
mod environ;
mod gateway;
mod import;
mod literal;
mod names;
mod passage;
mod reads;
mod standing;
mod string;
mod trail;
mod trouble;
mod unused;

pub(super) use binding::bindings;
pub(super) use gateway::gateways;
pub(super) use gateway::imported_names;
pub(super) use gateway::keyed_calls;
pub(super) use import::import;
pub(super) use import::reaches_import;
pub(super) use literal::literal;
pub(super) use passage::passage;
pub(super) use reads::env_reads;
pub(super) use string::quote;
pub(super) use string::role;
pub(super) use unused::unused;

use tree_sitter::Node;

use super::{
    Binding, Context, EnvRead, Factory, Fallback, Import, ImportRequest, Literal, Obstacle,
    Passage, ReadDefault, ReadForm, Standing,
};
use crate::text::Span;

/// Where a node lies.
fn span(node: Node<'_>) -> Span {
    node.byte_range().into()
}

/// The text of a node.
fn text_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    span(node).of(text).unwrap_or("")
}

/// Whether `child` is what `parent` has in the field `name`.
fn is_field(parent: Node<'_>, name: &str, child: Node<'_>) -> bool {
    parent.child_by_field_name(name) == Some(child)
}

/// The named children of a node, without comments.
fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|it| !matches!(it.kind(), "comment" | "line_continuation"))
        .collect()
}

/// The last name of an expression: `get` of `os.environ.get`, of a call the name it calls.
fn last_name<'s>(node: Node<'_>, text: &'s str) -> Option<&'s str> {
    let callee = match node.kind() {
        "call" => node.child_by_field_name("function")?,
        _ => node,
    };
    match callee.kind() {
        "identifier" => Some(text_of(callee, text)),
        "attribute" => Some(text_of(callee.child_by_field_name("attribute")?, text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
