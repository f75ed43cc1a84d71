//! Helpers and libraries through which settings are read.

mod calls;
mod helper;
mod library;
mod shape;

pub(in crate::lang) use calls::imported_names;
pub(in crate::lang) use calls::keyed_calls;

use tree_sitter::Node;

use crate::lang::gateway::Gateway;

/// Every place of a file through which settings pass.
pub(in crate::lang) fn gateways(root: Node<'_>, text: &str) -> Vec<Gateway> {
    let mut found = helper::helpers(root, text);
    found.extend(library::calls(root, text));
    found.sort_by_key(|it| it.span);
    found
}
