//! One more name among names in braces.

use tree_sitter::Node;

use super::place::is_end_of_line;
use super::style::Style;
use crate::lang::ecmascript::tree::span_of;
use crate::text::Edit;
use crate::text::Span;

/// The edits that add `name` to the names in braces `names`, in the way they are written.
pub(super) fn extend(names: Node<'_>, text: &str, name: &str, style: Style) -> Vec<Edit> {
    let mut cursor = names.walk();
    let parts: Vec<Node<'_>> = names.children(&mut cursor).collect();
    let Some(last) = parts
        .iter()
        .rfind(|it| it.is_named() && it.kind() != "comment")
    else {
        return vec![Edit::replace(span_of(names), format!("{{ {name} }}"))];
    };
    let end = last.end_byte();
    let comma = parts
        .iter()
        .find(|it| it.kind() == "," && it.start_byte() >= end)
        .map(Node::end_byte);
    let line = indentation(text, last.start_byte()).map(|it| format!("{}{it}{name}", style.eol));
    match (line, comma) {
        (Some(line), Some(comma)) => {
            vec![Edit::insert(line_end(names, text, comma), line + ",")]
        }
        (Some(line), None) => {
            let after = line_end(names, text, end);
            vec![Edit::insert(end, ","), Edit::insert(after, line)]
        }
        (None, Some(comma)) => vec![Edit::insert(comma, format!(" {name},"))],
        (None, None) => vec![Edit::insert(end, format!(", {name}"))],
    }
}

/// What stands before `offset` on its line, where that is nothing but space on a later line.
fn indentation(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset)?;
    let (_, line) = before.rsplit_once('\n')?;
    line.trim().is_empty().then_some(line)
}

/// The end of the line of `offset` where only a comment follows there, else `offset` itself.
fn line_end(names: Node<'_>, text: &str, offset: usize) -> usize {
    let inside = Span::new(offset, names.end_byte()).of(text).unwrap_or("");
    let Some((rest, _)) = inside.split_once('\n') else {
        return offset;
    };
    let rest = rest.trim_end_matches('\r');
    if rest.trim().is_empty() || !is_end_of_line(rest) {
        offset
    } else {
        offset + rest.len()
    }
}
