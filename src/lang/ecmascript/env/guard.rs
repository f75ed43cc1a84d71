//! Conditions that narrow the type of a read for the code they lead to.

use std::collections::HashMap;

use tree_sitter::Node;

use crate::lang::ecmascript::tree::holds;
use crate::lang::ecmascript::tree::is_function;
use crate::lang::ecmascript::tree::operator;
use crate::lang::ecmascript::tree::parent;
use crate::lang::ecmascript::tree::span_of;
use crate::lang::ecmascript::tree::text_of;
use crate::lang::ecmascript::tree::unwrapped;
use crate::text::Span;

/// What the names of functions begin with that may throw when their argument is missing.
const ASSERTIONS: [&str; 8] = [
    "assert",
    "check",
    "ensure",
    "expect",
    "invariant",
    "must",
    "require",
    "verify",
];

/// What decides whether two reads of one variable narrow each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) span: Span,
    /// The number of the function around the read; narrowing ends with it.
    pub(super) function: usize,
    /// How far the conditions that the read is in narrow; zero if it is in none.
    reach: usize,
    /// Whether a type that may be undefined is no trouble there.
    tolerant: bool,
}

/// A function or a condition that the walk is in.
struct Around {
    depth: usize,
    function: usize,
    function_end: usize,
    reach: usize,
}

/// Follows a walk and knows the conditions around its place.
pub(super) struct Guards {
    around: Vec<Around>,
    functions: usize,
}

impl Guards {
    /// Starts before `root`.
    pub(super) fn new(root: Node<'_>) -> Self {
        Self {
            around: vec![Around {
                depth: 0,
                function: 0,
                function_end: root.end_byte(),
                reach: 0,
            }],
            functions: 0,
        }
    }

    /// Follows the walk to the node at the end of `path`; must see every node in order.
    pub(super) fn follow(&mut self, path: &[Node<'_>], text: &str) {
        let depth = path.len() - 1;
        while self.around.pop_if(|it| it.depth >= depth.max(1)).is_some() {}
        let (Some(node), Some(last)) = (path.last(), self.around.last()) else {
            return;
        };
        if is_function(*node) {
            self.functions += 1;
            self.around.push(Around {
                depth,
                function: self.functions,
                function_end: node.end_byte(),
                reach: 0,
            });
        } else if let Some(reach) = reach(path, last.function_end, text) {
            let around = Around {
                depth,
                function: last.function,
                function_end: last.function_end,
                reach: reach.max(last.reach),
            };
            self.around.push(around);
        }
    }

    /// The number of the function where the walk is.
    pub(super) fn function(&self) -> usize {
        self.around.last().map_or(0, |it| it.function)
    }

    /// The place of the read at the end of `path`, where the walk is.
    pub(super) fn place(&self, path: &[Node<'_>], text: &str) -> Option<Place> {
        let last = self.around.last()?;
        Some(Place {
            span: span_of(*path.last()?),
            function: last.function,
            reach: last.reach,
            tolerant: is_tolerant(path, text),
        })
    }
}

/// Up to where the condition at the end of `path` narrows, if it is one.
fn reach(path: &[Node<'_>], function_end: usize, text: &str) -> Option<usize> {
    let node = *path.last()?;
    let around = parent(path, path.len() - 1)?;
    let part = |field: &str| holds(around, field, node);
    match around.kind() {
        // What follows the statement is narrowed too when the statement leaves.
        "if_statement" | "while_statement" | "do_statement" | "for_statement"
            if part("condition") =>
        {
            Some(function_end)
        }
        "switch_statement" if part("value") => Some(function_end),
        "ternary_expression" if part("condition") => Some(around.end_byte()),
        "binary_expression" if matches!(operator(around, text), "&&" | "||") && part("left") => {
            Some(around.end_byte())
        }
        "call_expression" if part("arguments") && is_assertion(around, text) => Some(function_end),
        _ => None,
    }
}

/// Whether a call may assert its argument, by its name.
fn is_assertion(call: Node<'_>, text: &str) -> bool {
    let Some(called) = call.child_by_field_name("function") else {
        return false;
    };
    let name = called.child_by_field_name("property").unwrap_or(called);
    let name = text_of(name, text);
    ASSERTIONS.iter().any(|it| name.starts_with(it)) || name == "ok"
}

/// Whether a value that may be undefined is no trouble where the read at the end of `path` is.
fn is_tolerant(path: &[Node<'_>], text: &str) -> bool {
    let index = path.len() - 1;
    let outer = unwrapped(path, index);
    if path
        .get(outer..index)
        .is_some_and(|it| it.iter().any(asserts_type))
    {
        return true;
    }
    let (Some(node), Some(around)) = (path.get(outer), parent(path, outer)) else {
        return false;
    };
    match around.kind() {
        "template_substitution" => true,
        "unary_expression" => matches!(operator(around, text), "!" | "typeof"),
        "binary_expression" => match operator(around, text) {
            "===" | "!==" | "==" | "!=" => true,
            "||" | "??" => holds(around, "left", *node),
            _ => false,
        },
        "if_statement" | "while_statement" | "do_statement" | "ternary_expression" => {
            holds(around, "condition", *node)
        }
        _ => false,
    }
}

/// Whether `node` tells the type of what it wraps.
fn asserts_type(node: &Node<'_>) -> bool {
    matches!(
        node.kind(),
        "as_expression" | "non_null_expression" | "type_assertion"
    )
}

/// The reads among `places`, all of one variable and in order, whose type an earlier one may
/// have narrowed.
pub(super) fn narrowed(places: &[Place]) -> Vec<Place> {
    let mut narrowed_until: HashMap<usize, usize> = HashMap::new();
    let mut narrowed = places.to_vec();
    narrowed.retain(|it| {
        let until = narrowed_until.entry(it.function).or_default();
        let within = !it.tolerant && it.span.start < *until;
        *until = it.reach.max(*until);
        within
    });
    narrowed
}
