//! Ways through a tree: a walk without recursion, the path to a place, what surrounds it.

use tree_sitter::Node;
use tree_sitter::TreeCursor;

use crate::text::Span;

/// No place below this depth is looked up, so that a lookup for each of many findings stays
/// affordable however deep a hostile file nests.
const DEPTH: usize = 1_000;

/// A walk over every node, outermost first.
pub(super) struct Walk<'t> {
    cursor: TreeCursor<'t>,
    path: Vec<Node<'t>>,
    started: bool,
}

impl<'t> Walk<'t> {
    /// Starts above `root`.
    pub(super) fn new(root: Node<'t>) -> Self {
        Self {
            cursor: root.walk(),
            path: vec![root],
            started: false,
        }
    }

    /// The path to the next node: the root first, the node itself last.
    pub(super) fn step(&mut self) -> Option<&[Node<'t>]> {
        if !self.started {
            self.started = true;
        } else if self.cursor.goto_first_child() {
            self.path.push(self.cursor.node());
        } else {
            while !self.cursor.goto_next_sibling() {
                if !self.cursor.goto_parent() {
                    return None;
                }
                self.path.pop();
            }
            self.path.pop();
            self.path.push(self.cursor.node());
        }
        Some(&self.path)
    }
}

/// The nodes that contain `span`, the root first.
pub(super) fn path_to(root: Node<'_>, span: Span) -> Vec<Node<'_>> {
    let mut path = vec![root];
    let mut cursor = root.walk();
    while path.len() < DEPTH && cursor.goto_first_child_for_byte(span.start).is_some() {
        let node = cursor.node();
        if !span_of(node).contains(span) {
            break;
        }
        path.push(node);
    }
    path
}

/// The bytes that `node` covers.
pub(super) fn span_of(node: Node<'_>) -> Span {
    Span::from(node.byte_range())
}

/// The text that `node` covers.
pub(super) fn text_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    span_of(node).of(text).unwrap_or("")
}

/// The text between the quotes of `node`.
pub(super) fn inner_text<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    inner_span(node, text).of(text).unwrap_or("")
}

/// The span between the quotes of `node`; a closing quote may be missing.
pub(super) fn inner_span(node: Node<'_>, text: &str) -> Span {
    let outer = span_of(node);
    let written = text_of(node, text).as_bytes();
    let closed = written.len() > 1 && written.first() == written.last();
    Span::new(
        (outer.start + 1).min(outer.end),
        if closed { outer.end - 1 } else { outer.end },
    )
}

/// The node at `index` of `path`.
pub(super) fn at<'t>(path: &[Node<'t>], index: usize) -> Option<Node<'t>> {
    path.get(index).copied()
}

/// The node around the one at `index` of `path`.
pub(super) fn parent<'t>(path: &[Node<'t>], index: usize) -> Option<Node<'t>> {
    at(path, index.checked_sub(1)?)
}

/// Whether `child` is what `node` holds in `field`.
pub(super) fn holds(node: Node<'_>, field: &str, child: Node<'_>) -> bool {
    node.child_by_field_name(field) == Some(child)
}

/// The operator of a binary, unary or augmented expression.
pub(super) fn operator<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    node.child_by_field_name("operator")
        .map_or("", |it| text_of(it, text))
}

/// Whether the value of `node` is that of the expression in it: parentheses and assertions.
fn wraps(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "type_assertion"
    )
}

/// The index in `path` of the outermost wrapper of the expression at `index`.
pub(super) fn unwrapped(path: &[Node<'_>], index: usize) -> usize {
    let mut index = index;
    while parent(path, index).is_some_and(wraps) {
        index -= 1;
    }
    index
}

/// The expression in the parentheses and assertions of `node`.
pub(super) fn operand(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while wraps(node) {
        let inner = if node.kind() == "type_assertion" {
            node.named_child(1)
        } else {
            node.named_child(0)
        };
        let Some(inner) = inner else {
            break;
        };
        node = inner;
    }
    node
}

/// Whether a template has parts to fill in.
pub(super) fn has_substitution(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .any(|it| it.kind() == "template_substitution")
}

/// Whether `node` is a string; the type `string` is a keyword of the same kind.
pub(super) fn is_string(node: Node<'_>) -> bool {
    node.kind() == "string" && node.is_named()
}

/// Whether `node` is a string, or a template without parts to fill in.
pub(super) fn is_constant(node: Node<'_>) -> bool {
    match node.kind() {
        "string" => is_string(node),
        "template_string" => !has_substitution(node),
        _ => false,
    }
}

/// Whether `node` is a function, or runs like the body of one.
pub(super) fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_declaration"
            | "function_expression"
            | "generator_function"
            | "generator_function_declaration"
            | "arrow_function"
            | "method_definition"
            | "class_static_block"
            | "internal_module"
            | "module"
    ) && node.is_named()
}

/// The syntax errors of a file.
///
/// An error that spans the whole file says nothing about a place in it and does not count.
#[derive(Debug)]
pub(super) struct Errors {
    /// From where each error starts, in order, to the furthest end up to it.
    spans: Vec<Span>,
}

impl Errors {
    /// Looks for errors that touch `window`.
    pub(super) fn of(root: Node<'_>, window: Span) -> Self {
        let mut spans: Vec<Span> = Vec::new();
        let enter = |it: &mut TreeCursor<'_>| {
            let first = window.start.saturating_sub(1);
            it.goto_first_child_for_byte(first).is_some()
        };
        let mut cursor = root.walk();
        let mut inside = root.has_error() && enter(&mut cursor);
        while inside {
            let node = cursor.node();
            let beyond = node.start_byte() > window.end;
            if !beyond && (node.is_error() || node.is_missing()) {
                let end = spans.last().map_or(0, |it| it.end);
                spans.push(Span::new(node.start_byte(), node.end_byte().max(end)));
            } else if !beyond && node.has_error() && enter(&mut cursor) {
                continue;
            }
            if beyond || !cursor.goto_next_sibling() {
                inside = cursor.goto_parent() && next_above(&mut cursor);
            }
        }
        Self { spans }
    }

    /// Whether an error encloses `span`, overlaps it, or has only space between them.
    pub(super) fn are_near(&self, text: &str, span: Span) -> bool {
        if self.spans.is_empty() {
            return false;
        }
        let reach = with_space(text, span);
        let started = self.spans.partition_point(|it| it.start <= reach.end);
        started
            .checked_sub(1)
            .and_then(|it| self.spans.get(it))
            .is_some_and(|it| it.end >= reach.start)
    }
}

/// Goes to the next node after those that are done, and says whether there is one.
fn next_above(cursor: &mut TreeCursor<'_>) -> bool {
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
    }
    true
}

/// A span and the space around it.
pub(super) fn with_space(text: &str, span: Span) -> Span {
    let before = text.get(..span.start).map_or(0, |it| it.trim_end().len());
    let after = text.get(span.end..).unwrap_or("");
    Span::new(before, span.end + after.len() - after.trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::ecmascript::fixture::Parsed;
    use crate::lang::ecmascript::fixture::js;

    fn near(parsed: &Parsed, part: &str) -> bool {
        let span = parsed.span(part);
        let everywhere = Errors::of(parsed.root(), Span::new(0, parsed.text.len()));
        let here = Errors::of(parsed.root(), with_space(&parsed.text, span));
        let near = everywhere.are_near(&parsed.text, span);
        assert_eq!(near, here.are_near(&parsed.text, span));
        near
    }

    #[test]
    fn a_walk_meets_every_node_once_with_its_path() {
        let parsed = js("f(1, [2]);");
        let mut walk = Walk::new(parsed.root());
        let mut kinds = Vec::new();
        while let Some(path) = walk.step() {
            let node = path.last().unwrap();
            assert_eq!(node.parent(), parent(path, path.len() - 1));
            if node.is_named() {
                kinds.push(node.kind());
            }
        }
        assert_eq!(
            kinds.join(" "),
            "program expression_statement call_expression identifier arguments number array number"
        );
    }

    #[test]
    fn a_very_deep_tree_is_walked_without_recursion() {
        let parsed = js(&"[".repeat(100_000));
        let mut walk = Walk::new(parsed.root());
        let mut count = 0;
        while walk.step().is_some() {
            count += 1;
        }
        assert!(count > 100_000);
    }

    #[test]
    fn an_error_counts_only_where_it_is() {
        let parsed = js("const a = 'one';\nconst b = 'two' }\nconst c = 'three';\n\nf();");
        assert!(near(&parsed, "'two'"));
        assert!(!near(&parsed, "'one'"));
        assert!(!near(&parsed, "f()"));
    }

    #[test]
    fn a_missing_token_counts_as_an_error() {
        let parsed = js("f(a);\nif (x) { g('one'");
        assert!(near(&parsed, "'one'"));
        assert!(!near(&parsed, "f(a)"));
    }
}
