//! Where conditions show that a variable is set.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::alias::key;
use super::guard::Guards;
use crate::lang::ecmascript::tree::Walk;
use crate::lang::ecmascript::tree::is_constant;
use crate::lang::ecmascript::tree::operand;
use crate::lang::ecmascript::tree::operator;
use crate::lang::ecmascript::tree::parent;
use crate::lang::ecmascript::tree::span_of;
use crate::lang::ecmascript::tree::text_of;
use crate::text::Span;

/// Conditions and statements in each other are followed to this depth.
const DEPTH: usize = 16;

/// With so many conditions about one variable in a file, none of them shows anything: each of
/// its reads would have to be held against each of them.
const REGIONS: usize = 512;

/// What a condition shows of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact {
    /// It is set.
    Set,
    /// It is equal to something, of which TypeScript may have made its type.
    Equal,
}

/// How a condition turns out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    True,
    False,
}

impl Outcome {
    fn opposite(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
        }
    }
}

/// A part of one function that is reached only when something holds.
#[derive(Debug)]
struct Region {
    span: Span,
    function: usize,
    fact: Fact,
}

/// The parts of a file that are reached only where a variable is set.
#[derive(Debug, Default)]
pub(super) struct Proofs<'v> {
    /// By variable, each in the order of the conditions.
    regions: BTreeMap<&'v str, Vec<Region>>,
}

impl<'v> Proofs<'v> {
    /// Looks at the conditions of a file; `reads` are its reads, each with its variable.
    pub(super) fn collect(root: Node<'_>, text: &str, reads: &BTreeMap<Span, &'v str>) -> Self {
        let mut guards = Guards::new(root);
        let mut proofs = Self::default();
        let mut walk = Walk::new(root);
        let scene = Scene { text, reads };
        while let Some(path) = walk.step() {
            guards.follow(path, text);
            for (span, facts) in scene.regions(path) {
                for (variable, fact) in facts {
                    proofs.regions.entry(variable).or_default().push(Region {
                        span,
                        function: guards.function(),
                        fact,
                    });
                }
            }
        }
        proofs
    }

    /// Whether a read of `variable` in the function with a number is reached only where it is
    /// set, and no more than that is known of it.
    pub(super) fn show(&self, variable: &str, span: Span, function: usize) -> bool {
        let regions = self.regions.get(variable).map_or(&[][..], |it| it);
        if regions.len() >= REGIONS {
            return false;
        }
        let mut around = regions
            .iter()
            .filter(|it| it.function == function && it.span.contains(span))
            .peekable();
        around.peek().is_some() && around.all(|it| it.fact == Fact::Set)
    }
}

/// The variables of which a condition shows something.
type Facts<'v> = Vec<(&'v str, Fact)>;

/// A file whose conditions are looked at.
struct Scene<'s, 'v> {
    text: &'s str,
    reads: &'s BTreeMap<Span, &'v str>,
}

impl<'v> Scene<'_, 'v> {
    /// The parts of the file for which the node at the end of `path` shows something.
    fn regions(&self, path: &[Node<'_>]) -> Vec<(Span, Facts<'v>)> {
        let Some(node) = path.last() else {
            return Vec::new();
        };
        let side = |field| node.child_by_field_name(field);
        let shown = |condition: Option<Node<'_>>, outcome| {
            condition.map_or_else(Vec::new, |it| self.shown(it, outcome, DEPTH))
        };
        let mut regions = Vec::new();
        let mut add = |part: Option<Node<'_>>, facts: Facts<'v>| {
            regions.extend(part.map(|it| (span_of(it), facts)));
        };
        match node.kind() {
            "if_statement" => {
                let (yes, no) = (side("consequence"), side("alternative"));
                add(yes, shown(side("condition"), Outcome::True));
                add(no, shown(side("condition"), Outcome::False));
                let outcome = match (yes, no) {
                    (Some(yes), _) if self.leaves(yes) => Some(Outcome::False),
                    (_, Some(no)) if self.leaves(no) => Some(Outcome::True),
                    (_, _) => None,
                };
                if let (Some(outcome), Some(rest)) = (outcome, rest_of_block(path)) {
                    regions.push((rest, shown(side("condition"), outcome)));
                }
            }
            "ternary_expression" => {
                add(side("consequence"), shown(side("condition"), Outcome::True));
                add(
                    side("alternative"),
                    shown(side("condition"), Outcome::False),
                );
            }
            "while_statement" => add(side("body"), shown(side("condition"), Outcome::True)),
            "binary_expression" => match operator(*node, self.text) {
                "&&" => add(side("right"), shown(side("left"), Outcome::True)),
                "||" => add(side("right"), shown(side("left"), Outcome::False)),
                _ => {}
            },
            _ => {}
        }
        regions
    }

    /// What is known when `condition` turns out as `outcome`.
    fn shown(&self, condition: Node<'_>, outcome: Outcome, depth: usize) -> Facts<'v> {
        let node = operand(condition);
        let Some(depth) = depth.checked_sub(1) else {
            return Vec::new();
        };
        let side = |field| node.child_by_field_name(field);
        match (node.kind(), operator(node, self.text), outcome) {
            ("unary_expression", "!", _) => side("argument")
                .map_or_else(Vec::new, |it| self.shown(it, outcome.opposite(), depth)),
            ("binary_expression", "&&", Outcome::True)
            | ("binary_expression", "||", Outcome::False) => [side("left"), side("right")]
                .into_iter()
                .flatten()
                .flat_map(|it| self.shown(it, outcome, depth))
                .collect(),
            ("binary_expression", "===" | "==", _) => self.compared(node, outcome),
            ("binary_expression", "!==" | "!=", _) => self.compared(node, outcome.opposite()),
            (_, _, Outcome::True) => {
                let variable = self.chained(node);
                variable.map(|it| (it, Fact::Set)).into_iter().collect()
            }
            (_, _, Outcome::False) => Vec::new(),
        }
    }

    /// What a comparison shows when both sides are equal, or when they are not.
    fn compared(&self, node: Node<'_>, equal: Outcome) -> Facts<'v> {
        let side = |field| node.child_by_field_name(field).map(operand);
        let (Some(left), Some(right)) = (side("left"), side("right")) else {
            return Vec::new();
        };
        let strict = operator(node, self.text).len() == 3;
        let mut facts = Vec::new();
        for (one, other) in [(left, right), (right, left)] {
            let told = text_of(other, self.text);
            let missing = told == "undefined" || (told == "null" && !strict);
            let fact = if let Some(variable) = self.read(one) {
                match equal {
                    Outcome::False => missing.then_some((variable, Fact::Set)),
                    Outcome::True => (!missing).then_some((variable, Fact::Equal)),
                }
            } else if let Some(variable) = self.type_of(one) {
                let kind = key(other, self.text);
                let is_set = match equal {
                    Outcome::True => kind == Some("string"),
                    Outcome::False => kind == Some("undefined"),
                };
                is_set.then_some((variable, Fact::Set))
            } else if let Some(variable) = self.chained(one) {
                let something = is_constant(other) || matches!(other.kind(), "number" | "true");
                (equal == Outcome::True && something).then_some((variable, Fact::Set))
            } else {
                None
            };
            facts.extend(fact);
        }
        facts
    }

    /// The variable that `node` reads.
    fn read(&self, node: Node<'_>) -> Option<&'v str> {
        self.reads.get(&span_of(node)).copied()
    }

    /// The variable whose type `node` asks for: `typeof process.env.X`.
    fn type_of(&self, node: Node<'_>) -> Option<&'v str> {
        let asks = node.kind() == "unary_expression" && operator(node, self.text) == "typeof";
        let argument = asks.then(|| node.child_by_field_name("argument")).flatten();
        self.read(operand(argument?))
    }

    /// The variable of which `node` is the value or something of the value:
    /// `process.env.X?.length`.
    fn chained(&self, node: Node<'_>) -> Option<&'v str> {
        let mut node = node;
        for _ in 0..DEPTH {
            if let Some(variable) = self.read(node) {
                return Some(variable);
            }
            let inner = match node.kind() {
                "call_expression" => node.child_by_field_name("function"),
                "member_expression" | "subscript_expression" => node.child_by_field_name("object"),
                _ => None,
            };
            node = operand(inner?);
        }
        None
    }

    /// Whether what follows `statement` in its block is never reached through it.
    fn leaves(&self, statement: Node<'_>) -> bool {
        let mut node = statement;
        for _ in 0..DEPTH {
            match node.kind() {
                "return_statement" | "throw_statement" | "break_statement"
                | "continue_statement" => return true,
                "expression_statement" => {
                    let call = node
                        .named_child(0)
                        .filter(|it| it.kind() == "call_expression");
                    let called = call.and_then(|it| it.child_by_field_name("function"));
                    return called.is_some_and(|it| text_of(it, self.text) == "process.exit");
                }
                "statement_block" | "else_clause" => {
                    let mut cursor = node.walk();
                    let last = node
                        .named_children(&mut cursor)
                        .filter(|it| it.kind() != "comment")
                        .last();
                    match last {
                        Some(last) => node = last,
                        None => return false,
                    }
                }
                _ => return false,
            }
        }
        false
    }
}

/// What comes after the statement at the end of `path` in the block that it is part of.
fn rest_of_block(path: &[Node<'_>]) -> Option<Span> {
    let node = path.last()?;
    let around = parent(path, path.len() - 1)?;
    let block = matches!(
        around.kind(),
        "program" | "statement_block" | "switch_case" | "switch_default"
    );
    block.then(|| Span::new(node.end_byte(), around.end_byte()))
}
