//! The nodes of a tree that queries may begin with, gathered in one walk for all of them.

use std::collections::BTreeMap;

use tree_sitter::{Node, Tree, TreeCursor};

use super::{Clock, Shape};

/// Nodes of a tree, by the number of their kind, each kind from the top down.
pub(in crate::detect::query) struct Nodes<'t>(BTreeMap<u16, Vec<Node<'t>>>);

impl<'t> Nodes<'t> {
    /// The nodes of `tree` with which a match of one of `shapes` may begin; those that the walk
    /// comes to before the clock runs out.
    pub(in crate::detect::query) fn of(
        tree: &'t Tree,
        shapes: &[&Shape],
        clock: &mut Clock,
    ) -> Self {
        let kinds = shapes.iter().flat_map(|it| it.kinds());
        let mut nodes = Self(kinds.map(|it| (it, Vec::new())).collect());
        if nodes.0.is_empty() {
            return nodes;
        }
        let mut cursor = tree.walk();
        loop {
            let node = cursor.node();
            if let Some(alike) = nodes.0.get_mut(&node.kind_id()) {
                alike.push(node);
            }
            if !clock.goes_on() || !advance(&mut cursor) {
                return nodes;
            }
        }
    }

    /// The nodes of this kind.
    pub(super) fn of_kind(&self, kind: u16) -> &[Node<'t>] {
        self.0.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Goes to the next node from the top down; tells whether there is one.
fn advance(cursor: &mut TreeCursor<'_>) -> bool {
    if cursor.goto_first_child() {
        return true;
    }
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
    }
    true
}
