//! Names and the literals bound to them.

mod name;

use std::collections::HashMap;

use tree_sitter::Node;

use super::tree::Walk;
use super::tree::at;
use super::tree::holds;
use super::tree::inner_span;
use super::tree::is_constant;
use super::tree::operand;
use super::tree::operator;
use super::tree::parent;
use super::tree::span_of;
use super::tree::text_of;
use super::tree::unwrapped;
use crate::lang::Binding;
use crate::lang::Context;
use crate::lang::EnvRead;
use crate::lang::ReadForm;
use crate::text::Span;

use name::Named;

/// So many nodes are climbed from a literal to what it is bound to.
const CLIMB: usize = 64;

/// Methods that give the text they are called on in another form.
const FORMS: [&str; 8] = [
    "normalize",
    "replace",
    "replaceAll",
    "toString",
    "trim",
    "trimEnd",
    "trimStart",
    "valueOf",
];

/// Functions that give their first argument in another form.
const CONVERSIONS: [&str; 5] = [
    "Buffer.from",
    "String",
    "String.raw",
    "atob",
    "new TextEncoder().encode",
];

/// Every name with a literal bound to it, in the order of the values.
pub(in crate::lang) fn bindings(root: Node<'_>, text: &str, reads: &[EnvRead]) -> Vec<Binding> {
    let reads = Reads::of(reads);
    let mut found = Vec::new();
    let mut walk = Walk::new(root);
    while let Some(path) = walk.step() {
        let Some(node) = path.last().filter(|it| is_constant(**it)) else {
            continue;
        };
        if let Some(named) = bound(path, text, &reads) {
            found.push(Binding {
                name: named.name,
                path: named.path,
                value: inner_span(*node, text),
                context: named.context,
            });
        }
    }
    found
}

/// The reads of the environment in a file.
struct Reads<'r> {
    /// The variable that an expression reads.
    variables: HashMap<Span, &'r str>,
    /// The variable that a literal in a pattern is the default of.
    defaults: HashMap<Span, &'r str>,
}

impl<'r> Reads<'r> {
    fn of(reads: &'r [EnvRead]) -> Self {
        let mut variables = HashMap::new();
        let mut defaults = HashMap::new();
        for read in reads {
            if let ReadForm::Destructured {
                default: Some(default),
                ..
            }
            | ReadForm::Picked {
                default: Some(default),
                ..
            } = read.form
            {
                defaults.insert(default, &*read.variable);
            } else {
                variables.insert(read.expression, &*read.variable);
            }
        }
        Self {
            variables,
            defaults,
        }
    }

    /// The variable that `node` reads, or reads last if it falls back from one to another.
    fn variable(&self, node: Node<'_>, text: &str) -> Option<&'r str> {
        let mut node = operand(node);
        while node.kind() == "binary_expression" && is_fallback(operator(node, text)) {
            node = operand(node.child_by_field_name("right")?);
        }
        self.variables.get(&span_of(node)).copied()
    }
}

/// Whether the right operand stands in for the left one.
fn is_fallback(operator: &str) -> bool {
    matches!(operator, "||" | "??")
}

/// What the literal at the end of `path` is bound to.
fn bound(path: &[Node<'_>], text: &str, reads: &Reads<'_>) -> Option<Named> {
    let mut index = path.len() - 1;
    let mut falls_back = false;
    for _ in 0..CLIMB {
        index = unwrapped(path, index);
        let (node, around) = (at(path, index)?, parent(path, index)?);
        match around.kind() {
            "binary_expression" => {
                let right = holds(around, "right", node);
                match operator(around, text) {
                    "||" | "??" if right => {
                        let left = around.child_by_field_name("left")?;
                        if let Some(variable) = reads.variable(left, text) {
                            return Some(Named::alone(variable.to_owned(), Context::EnvDefault));
                        }
                        falls_back = true;
                    }
                    "||" | "??" => {}
                    "&&" if right => {}
                    "===" | "!==" | "==" | "!=" => {
                        let other = if right { "left" } else { "right" };
                        return compared(around.child_by_field_name(other)?, text);
                    }
                    _ => return None,
                }
                index -= 1;
            }
            "ternary_expression" if !holds(around, "condition", node) => index -= 1,
            "arguments" => {
                index = index.checked_sub(2)?;
                if !converts(at(path, index)?, node, text) {
                    return None;
                }
            }
            "call_expression" if holds(around, "arguments", node) => {
                if !is_conversion(around, text) {
                    return None;
                }
                index -= 1;
            }
            "member_expression" => {
                let form = around.child_by_field_name("property")?;
                index = index.checked_sub(2)?;
                let called = at(path, index)?.kind() == "call_expression";
                if !called || !FORMS.contains(&text_of(form, text)) {
                    return None;
                }
            }
            _ => {
                let named = held(path, index, text, reads)?;
                return Some(if falls_back {
                    as_fallback(named)
                } else {
                    named
                });
            }
        }
    }
    None
}

/// The same name for what stands after `||` or `??`.
fn as_fallback(named: Named) -> Named {
    let context = match named.context {
        Context::Variable
        | Context::Attribute
        | Context::Entry
        | Context::Argument
        | Context::Parameter
        | Context::Fallback => Context::Fallback,
        Context::Comparison | Context::EnvDefault => named.context,
    };
    Named { context, ..named }
}

/// Whether `call` gives its argument `node` in another form.
fn converts(call: Node<'_>, node: Node<'_>, text: &str) -> bool {
    let first = call
        .child_by_field_name("arguments")
        .and_then(|it| it.named_child(0));
    first == Some(node) && is_conversion(call, text)
}

/// Whether `call` calls a function that gives its first argument in another form.
fn is_conversion(call: Node<'_>, text: &str) -> bool {
    call.child_by_field_name("function")
        .is_some_and(|it| CONVERSIONS.contains(&text_of(it, text)))
}

/// The name that a literal is compared with.
fn compared(other: Node<'_>, text: &str) -> Option<Named> {
    let target = name::target(other, text)?;
    Some(Named {
        context: Context::Comparison,
        ..target
    })
}

/// The name of what holds the value at `index`.
fn held(path: &[Node<'_>], index: usize, text: &str, reads: &Reads<'_>) -> Option<Named> {
    let (node, around) = (at(path, index)?, parent(path, index)?);
    let field = |name: &str| around.child_by_field_name(name);
    let key = |name: &str| field(name).and_then(|it| name::key(it, text));
    let part = |name: &str| holds(around, name, node);
    let simple = |name: String, context| Some(Named::alone(name, context));
    match around.kind() {
        "variable_declarator" if part("value") => simple(key("name")?, Context::Variable),
        "assignment_expression" if part("right") => name::target(field("left")?, text),
        "augmented_assignment_expression"
            if part("right") && matches!(operator(around, text), "||=" | "??=") =>
        {
            name::target(field("left")?, text).map(as_fallback)
        }
        "pair" if part("value") => Some(Named {
            name: key("key")?,
            path: name::around(path, index.checked_sub(2)?, text),
            context: Context::Entry,
        }),
        "public_field_definition" | "field_definition" if part("value") => Some(Named {
            name: key("name").or_else(|| key("property"))?,
            path: name::class(path, index, text).into_iter().collect(),
            context: Context::Attribute,
        }),
        "enum_assignment" if part("value") => Some(Named {
            name: key("name")?,
            path: name::class(path, index, text).into_iter().collect(),
            context: Context::Attribute,
        }),
        "required_parameter" | "optional_parameter" if part("value") => {
            simple(key("pattern")?, Context::Parameter)
        }
        "assignment_pattern" | "object_assignment_pattern" if part("right") => {
            default(path, index, text, reads)
        }
        "jsx_expression" => attribute(path, index - 1, text),
        "jsx_attribute" => attribute(path, index, text),
        "switch_case" if part("value") => {
            let statement = at(path, index.checked_sub(3)?)?;
            compared(statement.child_by_field_name("value")?, text)
        }
        _ => None,
    }
}

/// The attribute of an element whose value is at `index`.
fn attribute(path: &[Node<'_>], index: usize, text: &str) -> Option<Named> {
    Some(Named {
        name: name::attribute(path, index, text)?,
        path: name::element(path, index, text).into_iter().collect(),
        context: Context::Argument,
    })
}

/// The name that the default at `index` is for.
fn default(path: &[Node<'_>], index: usize, text: &str, reads: &Reads<'_>) -> Option<Named> {
    let (node, around) = (at(path, index)?, parent(path, index)?);
    if let Some(variable) = reads.defaults.get(&span_of(node)) {
        return Some(Named::alone((*variable).to_owned(), Context::EnvDefault));
    }
    let outside = path
        .get(..index - 1)?
        .iter()
        .rev()
        .take(CLIMB)
        .find(|it| !it.kind().ends_with("_pattern"))?;
    let context = match outside.kind() {
        "formal_parameters" | "required_parameter" | "optional_parameter" => Context::Parameter,
        _ => Context::Variable,
    };
    let key = index
        .checked_sub(2)
        .and_then(|it| at(path, it))
        .filter(|it| it.kind() == "pair_pattern")
        .and_then(|it| it.child_by_field_name("key"))
        .or_else(|| around.child_by_field_name("left"))?;
    Some(Named::alone(name::key(key, text)?, context))
}

#[cfg(test)]
mod tests;
