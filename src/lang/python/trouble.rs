//! Syntax errors, and what lies close to them.

use tree_sitter::Node;

use super::span;
use super::trail::MAX_LOOSE;
use crate::text::Span;

/// Whether the tree has an error in, around or next to what `path` ends with.
///
/// What is looked at is the statement, or the head of a statement with a body: what the parser
/// made of a half-read statement is a guess.
pub(super) fn is_near(path: &[Node<'_>], text: &str) -> bool {
    let (Some(root), Some(target)) = (path.first(), path.last()) else {
        return true;
    };
    if !root.has_error() {
        return false;
    }
    let mut inside = path.iter().skip(1);
    // The children of an error lie flat; to search many for each place would take too long.
    let loose = root.is_error() && (path.get(1) == Some(target) || root.child_count() > MAX_LOOSE);
    loose || inside.any(Node::is_error) || has_error_in(*root, widen(head(path), text))
}

/// The innermost statement of `path`, up to its body.
fn head(path: &[Node<'_>]) -> Span {
    let statement = path.iter().rev().find(|it| {
        let kind = it.kind();
        kind.ends_with("_statement")
            || kind.ends_with("_clause")
                && !matches!(kind, "for_in_clause" | "if_clause" | "with_clause")
            || matches!(
                kind,
                "function_definition" | "class_definition" | "decorator"
            )
    });
    let Some(statement) = statement.or(path.last()) else {
        return Span::new(0, 0);
    };
    let mut cursor = statement.walk();
    let body = statement
        .named_children(&mut cursor)
        .find(|it| it.kind() == "block");
    let end = body.map_or(statement.end_byte(), |it| it.start_byte());
    Span::new(statement.start_byte(), end)
}

/// Adds the blanks on both sides, with one line ending on each at most.
fn widen(target: Span, text: &str) -> Span {
    let blank = |it: &u8| matches!(it, b' ' | b'\t' | b'\r' | b'\x0c');
    let one_line = |bytes: &mut dyn Iterator<Item = &u8>| {
        let mut lines = 0;
        bytes
            .take_while(|it| {
                lines += usize::from(**it == b'\n');
                blank(it) || **it == b'\n' && lines <= 1
            })
            .count()
    };
    let before = text.get(..target.start).unwrap_or("").as_bytes();
    let after = text.get(target.end..).unwrap_or("").as_bytes();
    Span::new(
        target.start - one_line(&mut before.iter().rev()),
        target.end + one_line(&mut after.iter()),
    )
}

/// Whether an error touches `window`; an error that is the whole tree does not count.
fn has_error_in(root: Node<'_>, window: Span) -> bool {
    let mut cursor = root.walk();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if (node.is_error() || node.is_missing()) && node != root {
            return true;
        }
        if !node.has_error() {
            continue;
        }
        cursor.reset(node);
        let first = window.start.saturating_sub(1);
        let mut more = match window.start {
            0 => cursor.goto_first_child(),
            _ => cursor.goto_first_child_for_byte(first).is_some(),
        };
        while more && cursor.node().start_byte() <= window.end {
            if span(cursor.node()).end >= window.start {
                open.push(cursor.node());
            }
            more = cursor.goto_next_sibling();
        }
    }
    false
}
