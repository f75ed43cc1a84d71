//! Whether a call may stand in the place of a literal.

use tree_sitter::Node;

use super::surroundings::is_segment_setting;
use super::tree::at;
use super::tree::holds;
use super::tree::operand;
use super::tree::operator;
use super::tree::parent;
use super::tree::text_of;
use super::tree::unwrapped;
use crate::lang::Obstacle;
use crate::lang::Standing;

/// Decorators whose arguments a compiler reads without running the code.
const STATIC_DECORATORS: [&str; 5] = ["Component", "Directive", "Injectable", "NgModule", "Pipe"];

/// Calls whose argument names a module.
const MODULE_CALLS: [&str; 3] = ["require", "require.resolve", "import.meta.resolve"];

/// Whether a call may stand in the place of the literal at the end of `path`.
pub(super) fn of(path: &[Node<'_>], text: &str) -> Standing {
    let obstacle = path
        .iter()
        .find_map(|it| enclosing_obstacle(*it, text))
        .or_else(|| is_frozen(path, text).then_some(Obstacle::ConstantRequired));
    match obstacle.map_or_else(|| in_place(path, text), Standing::Barred) {
        Standing::Free | Standing::Caution(_) if follows_word(path, text) => {
            Standing::Barred(Obstacle::UnsupportedForm)
        }
        standing @ (Standing::Free | Standing::Caution(_) | Standing::Barred(_)) => standing,
    }
}

/// Whether a word ends where the literal starts, `return"x"`: a name in its place would join it.
fn follows_word(path: &[Node<'_>], text: &str) -> bool {
    path.last()
        .and_then(|it| text.get(..it.start_byte())?.chars().next_back())
        .is_some_and(|it| it.is_alphanumeric() || matches!(it, '_' | '$'))
}

/// What stands against replacing anything within `node`.
fn enclosing_obstacle(node: Node<'_>, text: &str) -> Option<Obstacle> {
    match node.kind() {
        "jsx_element" | "jsx_self_closing_element" => Some(Obstacle::ClientCode),
        "literal_type" | "enum_body" => Some(Obstacle::ConstantRequired),
        "decorator" => {
            let call = node.named_child(0)?;
            let name = text_of(call.child_by_field_name("function")?, text);
            let read = STATIC_DECORATORS.contains(&name);
            read.then_some(Obstacle::ConstantRequired)
        }
        _ => None,
    }
}

/// Whether the literal, or the object or array it is in, is `as const`.
fn is_frozen(path: &[Node<'_>], text: &str) -> bool {
    path.iter()
        .rev()
        .skip(1)
        .take_while(|it| {
            matches!(
                it.kind(),
                "array"
                    | "object"
                    | "pair"
                    | "spread_element"
                    | "as_expression"
                    | "satisfies_expression"
                    | "parenthesized_expression"
                    | "non_null_expression"
                    | "type_assertion"
            )
        })
        .any(|it| match it.kind() {
            "as_expression" => it.child(2).is_some_and(|it| it.kind() == "const"),
            "type_assertion" => it
                .named_child(0)
                .is_some_and(|it| text_of(it, text) == "<const>"),
            _ => false,
        })
}

/// Whether the place itself allows for a call.
fn in_place(path: &[Node<'_>], text: &str) -> Standing {
    let index = unwrapped(path, path.len().saturating_sub(1));
    let (Some(node), Some(around)) = (at(path, index), parent(path, index)) else {
        return Standing::Barred(Obstacle::UnsupportedForm);
    };
    let part = |field: &str| holds(around, field, node);
    let free_unless =
        |obstacle: Option<Obstacle>| obstacle.map_or(Standing::Free, Standing::Barred);
    match around.kind() {
        "switch_case" if part("value") => Standing::Barred(Obstacle::ConstantRequired),
        "variable_declarator" => free_unless(declarator(path, index - 1, text)),
        "public_field_definition" | "field_definition" if part("value") => {
            free_unless(has_literal_type(around, text).then_some(Obstacle::ConstantRequired))
        }
        "augmented_assignment_expression" if operator(around, text) == "+=" => {
            Standing::Barred(Obstacle::Concatenated)
        }
        "assignment_expression" | "augmented_assignment_expression" => {
            free_unless(written(around, text))
        }
        "required_parameter" | "optional_parameter" => {
            Standing::Caution(Obstacle::DefaultParameter)
        }
        "assignment_pattern" | "object_assignment_pattern" => default_of_pattern(path, index - 1),
        "binary_expression" => free_unless(operand_obstacle(around, node, text)),
        "call_expression" if part("arguments") => Standing::Barred(Obstacle::Concatenated),
        "arguments" => free_unless(argument(path, index, text)),
        "member_expression" => {
            free_unless(is_concat(path, index, text).then_some(Obstacle::Concatenated))
        }
        "pair" | "export_statement" if part("value") => Standing::Free,
        kind if needs_text(kind) => Standing::Barred(Obstacle::UnsupportedForm),
        _ => Standing::Free,
    }
}

/// Whether what stands directly in a node of this kind must be written out: names of keys and
/// modules, directives.
fn needs_text(kind: &str) -> bool {
    matches!(
        kind,
        "pair"
            | "pair_pattern"
            | "property_signature"
            | "method_signature"
            | "abstract_method_signature"
            | "method_definition"
            | "public_field_definition"
            | "field_definition"
            | "computed_property_name"
            | "subscript_expression"
            | "import_statement"
            | "import_specifier"
            | "import_require_clause"
            | "export_statement"
            | "export_specifier"
            | "namespace_export"
            | "module"
            | "internal_module"
            | "expression_statement"
            | "program"
            | "ERROR"
    )
}

/// What stands against replacing the value of the declarator at `index`.
fn declarator(path: &[Node<'_>], index: usize, text: &str) -> Option<Obstacle> {
    let node = at(path, index)?;
    let name = node.child_by_field_name("name")?;
    let exported = index
        .checked_sub(2)
        .and_then(|it| at(path, it))
        .is_some_and(|it| it.kind() == "export_statement");
    let read = exported && is_segment_setting(text_of(name, text));
    (read || has_literal_type(node, text)).then_some(Obstacle::ConstantRequired)
}

/// Whether the type that `node` is declared with is made of literals.
fn has_literal_type(node: Node<'_>, text: &str) -> bool {
    node.child_by_field_name("type")
        .is_some_and(|it| text_of(it, text).contains(['"', '\'', '`']))
}

/// What stands against replacing the value that an assignment writes.
///
/// A call that reads the environment must not decide what is written to it.
fn written(assignment: Node<'_>, text: &str) -> Option<Obstacle> {
    let left = operand(assignment.child_by_field_name("left")?);
    let holder = text_of(left.child_by_field_name("object")?, text);
    let environment = matches!(holder, "process.env" | "env") || holder.ends_with(".process.env");
    environment.then_some(Obstacle::UnsupportedForm)
}

/// What stands against replacing an operand.
fn operand_obstacle(around: Node<'_>, node: Node<'_>, text: &str) -> Option<Obstacle> {
    let is_typeof = |field| {
        around
            .child_by_field_name(field)
            .is_some_and(|it| it.kind() == "unary_expression" && operator(it, text) == "typeof")
    };
    match operator(around, text) {
        "+" => Some(Obstacle::Concatenated),
        "in" if holds(around, "left", node) => Some(Obstacle::UnsupportedForm),
        _ if is_typeof("left") || is_typeof("right") => Some(Obstacle::UnsupportedForm),
        _ => None,
    }
}

/// What stands against replacing an argument.
fn argument(path: &[Node<'_>], index: usize, text: &str) -> Option<Obstacle> {
    let call = at(path, index.checked_sub(2)?)?;
    let called = call.child_by_field_name("function")?;
    if called.kind() == "import" || MODULE_CALLS.contains(&text_of(called, text)) {
        return Some(Obstacle::UnsupportedForm);
    }
    let property = called.child_by_field_name("property")?;
    (text_of(property, text) == "concat").then_some(Obstacle::Concatenated)
}

/// Whether the literal at `index` is the object of `….concat(…)`.
fn is_concat(path: &[Node<'_>], index: usize, text: &str) -> bool {
    let member = parent(path, index);
    let called = index
        .checked_sub(2)
        .and_then(|it| at(path, it))
        .is_some_and(|it| it.kind() == "call_expression");
    called
        && member
            .and_then(|it| it.child_by_field_name("property"))
            .is_some_and(|it| text_of(it, text) == "concat")
}

/// Whether the default in the pattern at `index` is one of a parameter.
fn default_of_pattern(path: &[Node<'_>], index: usize) -> Standing {
    let outside = path.get(..index).and_then(|it| {
        it.iter().rev().find(|it| {
            !matches!(
                it.kind(),
                "object_pattern"
                    | "array_pattern"
                    | "pair_pattern"
                    | "assignment_pattern"
                    | "object_assignment_pattern"
                    | "rest_pattern"
            )
        })
    });
    match outside.map(Node::kind) {
        Some("formal_parameters" | "required_parameter" | "optional_parameter") => {
            Standing::Caution(Obstacle::DefaultParameter)
        }
        _ => Standing::Free,
    }
}

#[cfg(test)]
mod tests;
