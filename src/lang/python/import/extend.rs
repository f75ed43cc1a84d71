//! One more name in an import that is there.

use tree_sitter::Node;

use super::line_ending;
use crate::text::Edit;
use crate::text::Span;

/// Adds `imported` to the names of `statement`, in the style of the last one.
pub(super) fn extend(statement: Node<'_>, text: &str, imported: &str) -> Option<Edit> {
    let mut cursor = statement.walk();
    let children: Vec<Node<'_>> = statement.children(&mut cursor).collect();
    let is_name = |it: &Node<'_>| matches!(it.kind(), "dotted_name" | "aliased_import");
    let last = children.iter().rposition(is_name)?;
    let after = children.get(last + 1..).unwrap_or_default();
    let last = children.get(last)?;
    let comma = after.iter().find(|it| it.kind() == ",");
    let end = after.iter().find(|it| it.kind() == ")");
    let own_line = end.and_then(|it| indentation(*last, it.start_byte(), text));
    Some(match (own_line, comma) {
        (None, None) => Edit::insert(last.end_byte(), format!(", {imported}")),
        (None, Some(comma)) => Edit::insert(comma.end_byte(), format!(" {imported},")),
        (Some(indent), None) => {
            let line_ending = line_ending(text, last.start_byte());
            Edit::insert(last.end_byte(), format!(",{line_ending}{indent}{imported}"))
        }
        (Some(indent), Some(comma)) => {
            let line_ending = line_ending(text, last.start_byte());
            let rest = text.get(comma.end_byte()..)?;
            let line = rest.split('\n').next()?;
            let line = line.strip_suffix('\r').unwrap_or(line);
            let offset = comma.end_byte() + line.len();
            Edit::insert(offset, format!("{line_ending}{indent}{imported},"))
        }
    })
}

/// What the line of `last` starts with, when neither another name nor the closing parenthesis
/// stands on it.
fn indentation<'s>(last: Node<'_>, close: usize, text: &'s str) -> Option<&'s str> {
    let before = text.get(..last.start_byte())?;
    let line = before.rsplit('\n').next()?;
    let between = Span::new(last.end_byte(), close).of(text)?;
    let alone = line.trim().is_empty() && line.len() < before.len() && between.contains('\n');
    alone.then_some(line)
}
