//! Helpers and libraries through which settings are read.

mod calls;
mod helper;
mod library;
mod settings;

pub(in crate::lang) use calls::imported_names;
pub(in crate::lang) use calls::keyed_calls;

use tree_sitter::Node;

use super::text_of;
use crate::lang::gateway::Gateway;

/// Every place of a file through which settings pass.
pub(in crate::lang) fn gateways(root: Node<'_>, text: &str) -> Vec<Gateway> {
    let mut found = helper::helpers(root, text);
    found.extend(settings::classes(root, text));
    found.extend(library::readers(root, text));
    found.sort_by_key(|it| it.span);
    found
}

/// The statements of the module itself.
fn statements(root: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = root.walk();
    root.named_children(&mut cursor).collect()
}

/// The node in `field` of another, where it is of this kind.
fn part<'t>(node: Node<'t>, field: &str, kind: &str) -> Option<Node<'t>> {
    let found = node.child_by_field_name(field)?;
    (found.kind() == kind).then_some(found)
}

/// The name that a statement of the module gives to the call on its right, and the call.
fn assigned_call<'t, 's>(statement: Node<'t>, text: &'s str) -> Option<(&'s str, Node<'t>)> {
    let assignment = statement
        .named_child(0)
        .filter(|_| statement.kind() == "expression_statement")?;
    if assignment.kind() != "assignment" || statement.named_child_count() != 1 {
        return None;
    }
    let target = part(assignment, "left", "identifier")?;
    let call = part(assignment, "right", "call")?;
    Some((text_of(target, text), call))
}

/// Where the line ends that holds `offset`, when nothing but a comment follows there.
fn end_of_line(text: &str, offset: usize) -> Option<usize> {
    let rest = text.get(offset..)?;
    let line = rest.split(['\n', '\r']).next()?;
    let blank = line.trim_start();
    (blank.is_empty() || blank.starts_with('#')).then_some(offset + line.len())
}
