//! String literals: what they are at run time, and whether a call may stand in their place.

use tree_sitter::Node;

use super::decode::decode;
use super::passage::factory;
use super::standing::standing;
use super::string::{inner, is_string, literal_path, parts_of};
use super::trail::Trail;
use super::{Literal, Obstacle, Standing, span};
use crate::text::Span;

pub(in crate::lang) fn literal(root: Node<'_>, text: &str, target: Span) -> Option<Literal> {
    let trail = Trail::to(root, target);
    let index = trail.nodes().iter().rposition(|it| is_string(*it))?;
    let path = literal_path(trail.nodes(), index);
    let node = *path.last()?;
    let inner = inner(node, text)?;
    let parts = parts_of(node, text)?;
    let decoded = decode(&parts);
    let own = match &decoded {
        Err(obstacle) => Some(*obstacle),
        Ok(_) if is_commented(node) => Some(Obstacle::Concatenated),
        Ok(_) => None,
    };
    let standing = match (standing(&trail, path.len() - 1, text), own) {
        (Standing::Free | Standing::Caution(_), Some(obstacle)) => Standing::Barred(obstacle),
        (place, _) => place,
    };
    Some(Literal {
        outer: span(node),
        inner,
        value: decoded.ok(),
        factory: factory(path, text),
        standing,
    })
}

/// Whether there are comments between the parts of a literal, which would be lost.
fn is_commented(literal: Node<'_>) -> bool {
    let mut cursor = literal.walk();
    literal
        .children(&mut cursor)
        .any(|it| it.kind() == "comment")
}
