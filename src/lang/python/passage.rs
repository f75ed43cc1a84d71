//! What may stand in the place of a value that is not a literal of its own.

use tree_sitter::Node;

use super::class::maker;
use super::standing::standing;
use super::string::{Part, literal_path};
use super::trail::Trail;
use super::{Factory, Passage, is_field, span, text_of};
use crate::text::Span;

/// How the class declares fields that are made anew, in which the literal at the end of `path` is
/// the default of one.
pub(super) fn factory(path: &[Node<'_>], text: &str) -> Option<Factory> {
    let [.., class, block, statement, assignment, literal] = *path else {
        return None;
    };
    let declares = class.kind() == "class_definition"
        && block.kind() == "block"
        && statement.kind() == "expression_statement"
        && assignment.kind() == "assignment"
        && is_field(assignment, "right", literal);
    if !declares {
        return None;
    }
    let annotation = text_of(assignment.child_by_field_name("type")?, text);
    let name = text_of(assignment.child_by_field_name("left")?, text);
    let around = path.get(..path.len().checked_sub(4)?)?;
    // These belong to the class, or to its constructor alone.
    let special = ["ClassVar", "InitVar", "Annotated"];
    if special.iter().any(|it| annotation.contains(it)) {
        return None;
    }
    maker(around, text).filter(|it| *it != Factory::Pydantic || !name.starts_with('_'))
}

/// The stretch at `target` of a string with parts to fill in.
pub(in crate::lang) fn passage(root: Node<'_>, text: &str, target: Span) -> Option<Passage> {
    let trail = Trail::to(root, target);
    let nodes = trail.nodes();
    let index = nodes.iter().rposition(|it| it.kind() == "string")?;
    let string = *nodes.get(index)?;
    let part = Part::of(string, text)?;
    let inner = super::string::inner(string, text)?;
    // Within a part that is filled in there may be no quotes left to use.
    let nested = nodes.iter().any(|it| it.kind() == "interpolation");
    let written = target.of(text)?;
    let plain = !written.is_empty() && !written.contains(['\\', '{', '}', '\n', '\r']);
    if !part.is_format() || part.is_bytes() || nested || !plain || !inner.contains(target) {
        return None;
    }
    let whole = literal_path(nodes, index);
    Some(Passage {
        outer: span(string),
        before: Span::new(inner.start, target.start),
        quote: if part.quote() == '"' { '\'' } else { '"' },
        standing: standing(&trail, whole.len().checked_sub(1)?, text),
    })
}
