//! Whether a program compares something with a literal.

use tree_sitter::Node;

use super::Language;
use crate::text::Span;

/// How far above a literal a comparison is looked for.
const MAX_DEPTH: usize = 12;

/// Functions and methods that compare what they are given, by their last name.
const COMPARE: [&str; 18] = [
    "assertEqual",
    "assertEquals",
    "assertIn",
    "assertNotEqual",
    "assertNotIn",
    "compare_digest",
    "deepEqual",
    "endsWith",
    "endswith",
    "equal",
    "equals",
    "includes",
    "notStrictEqual",
    "startsWith",
    "startswith",
    "strictEqual",
    "toBe",
    "toEqual",
];

impl Language {
    /// Whether the literal at `span` is one side of a comparison, among others or alone.
    #[must_use]
    pub fn is_compared(self, root: Node<'_>, text: &str, span: Span) -> bool {
        let literal = root.descendant_for_byte_range(span.start, span.end);
        for node in std::iter::successors(literal, Node::parent).take(MAX_DEPTH) {
            match node.kind() {
                "comparison_operator" | "case_pattern" | "case_clause" | "switch_case" => {
                    return true;
                }
                "binary_expression" => return compares(node, text),
                "call" | "call_expression" => match called(node, text) {
                    Some("encode" | "strip" | "lower" | "trim" | "from" | "frozenset" | "set") => {}
                    Some(name) => return COMPARE.contains(&name),
                    None => return false,
                },
                kind if kind.ends_with("_statement") || kind.ends_with("_definition") => {
                    return false;
                }
                "assignment" | "pair" | "variable_declarator" | "keyword_argument" => return false,
                _ => {}
            }
        }
        false
    }
}

/// Whether a binary expression of JavaScript or TypeScript compares its sides.
fn compares(expression: Node<'_>, text: &str) -> bool {
    let operator = expression.child_by_field_name("operator");
    let operator = operator.and_then(|it| Span::from(it.byte_range()).of(text));
    matches!(operator, Some("==" | "===" | "!=" | "!=="))
}

/// The last name of what is called.
fn called<'s>(call: Node<'_>, text: &'s str) -> Option<&'s str> {
    let function = call.child_by_field_name("function")?;
    let name = Span::from(function.byte_range()).of(text)?;
    name.rsplit('.').next().map(str::trim)
}
