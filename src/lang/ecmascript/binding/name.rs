//! Names that values are bound to, and the names around those.

use tree_sitter::Node;

use crate::lang::Context;
use crate::lang::ecmascript::tree::at;
use crate::lang::ecmascript::tree::holds;
use crate::lang::ecmascript::tree::inner_text;
use crate::lang::ecmascript::tree::is_constant;
use crate::lang::ecmascript::tree::operand;
use crate::lang::ecmascript::tree::parent;
use crate::lang::ecmascript::tree::text_of;
use crate::lang::ecmascript::tree::unwrapped;

/// A path keeps so many names, the nearest ones.
const NAMES: usize = 16;

/// So many nodes are climbed for the names around a name.
const CLIMB: usize = 128;

/// A name with what it is a part of.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: String,
    /// Outermost first.
    pub(super) path: Vec<String>,
    pub(super) context: Context,
}

impl Named {
    /// A name that is part of nothing.
    pub(super) fn alone(name: String, context: Context) -> Self {
        Self {
            name,
            path: Vec::new(),
            context,
        }
    }
}

/// The name of a key of an object, a field or an attribute.
pub(super) fn key(node: Node<'_>, text: &str) -> Option<String> {
    let name = match node.kind() {
        "string" => inner_text(node, text),
        "computed_property_name" => {
            let literal = operand(node.named_child(0)?);
            is_constant(literal).then(|| inner_text(literal, text))?
        }
        "private_property_identifier" => text_of(node, text).trim_start_matches('#'),
        "jsx_namespace_name" => text_of(node.named_child(1)?, text),
        "property_identifier"
        | "identifier"
        | "number"
        | "shorthand_property_identifier_pattern" => text_of(node, text),
        _ => return None,
    };
    Some(name.to_owned())
}

/// The name of a variable or a member, written or compared.
pub(super) fn target(node: Node<'_>, text: &str) -> Option<Named> {
    let mut node = operand(node);
    let context = match node.kind() {
        "identifier" => Context::Variable,
        "subscript_expression" => Context::Entry,
        _ => Context::Attribute,
    };
    let mut names = Vec::new();
    while names.len() < NAMES {
        let name = match node.kind() {
            "identifier" => Some(text_of(node, text).to_owned()),
            "member_expression" => node
                .child_by_field_name("property")
                .and_then(|it| key(it, text)),
            "subscript_expression" => node
                .child_by_field_name("index")
                .filter(|it| is_constant(*it))
                .map(|it| inner_text(it, text).to_owned()),
            _ => None,
        };
        let Some(name) = name else {
            break;
        };
        names.push(name);
        match node.child_by_field_name("object") {
            Some(object) => node = operand(object),
            None => break,
        }
    }
    names.reverse();
    Some(Named {
        name: names.pop()?,
        path: names,
        context,
    })
}

/// The last name of what a call or a construction calls.
pub(super) fn called(call: Node<'_>, text: &str) -> Option<String> {
    let function = call
        .child_by_field_name("function")
        .or_else(|| call.child_by_field_name("constructor"))?;
    target(function, text).map(|it| it.name)
}

/// The names around the expression at `index` of `path`, outermost first.
pub(super) fn around(path: &[Node<'_>], index: usize, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = Some(index);
    for _ in 0..CLIMB {
        let Some(from) = next.filter(|_| names.len() < NAMES) else {
            break;
        };
        next = climb(path, unwrapped(path, from), text, &mut names);
    }
    names.reverse();
    names
}

/// Adds the name that the expression at `index` is bound to, innermost first, and says from
/// where to go on.
fn climb(path: &[Node<'_>], index: usize, text: &str, names: &mut Vec<String>) -> Option<usize> {
    let (node, around) = (at(path, index)?, parent(path, index)?);
    let field = |name: &str| around.child_by_field_name(name);
    match around.kind() {
        "pair" if holds(around, "value", node) => {
            names.extend(field("key").and_then(|it| key(it, text)));
            index.checked_sub(2)
        }
        "array" | "object" | "spread_element" | "binary_expression" | "ternary_expression"
        | "await_expression" => Some(index - 1),
        "arrow_function" if holds(around, "body", node) => Some(index - 1),
        "arguments" => {
            let call = index.checked_sub(2)?;
            names.extend(called(at(path, call)?, text));
            Some(call)
        }
        "variable_declarator" => {
            names.extend(field("name").and_then(|it| key(it, text)));
            None
        }
        "assignment_expression" | "augmented_assignment_expression" => {
            let target = target(field("left")?, text)?;
            names.push(target.name);
            names.extend(target.path.into_iter().rev());
            None
        }
        "public_field_definition" | "field_definition" => {
            let name = field("name").or_else(|| field("property"));
            names.extend(name.and_then(|it| key(it, text)));
            names.extend(class(path, index, text));
            None
        }
        "required_parameter" | "optional_parameter" => {
            names.extend(field("pattern").and_then(|it| key(it, text)));
            None
        }
        "assignment_pattern" => {
            names.extend(field("left").and_then(|it| key(it, text)));
            None
        }
        "jsx_expression" => {
            names.extend(attribute(path, index - 1, text));
            names.extend(element(path, index - 1, text));
            None
        }
        _ => None,
    }
}

/// The name of the class around the field whose value is at `index`.
pub(super) fn class(path: &[Node<'_>], index: usize, text: &str) -> Option<String> {
    let class = at(path, index.checked_sub(3)?)?;
    let name = class.child_by_field_name("name")?;
    Some(text_of(name, text).to_owned())
}

/// The name of the attribute whose value is at `index`.
pub(super) fn attribute(path: &[Node<'_>], index: usize, text: &str) -> Option<String> {
    let attribute = parent(path, index).filter(|it| it.kind() == "jsx_attribute")?;
    key(attribute.named_child(0)?, text)
}

/// The name of the element that has the attribute whose value is at `index`.
pub(super) fn element(path: &[Node<'_>], index: usize, text: &str) -> Option<String> {
    let element = at(path, index.checked_sub(2)?)?;
    let name = element.child_by_field_name("name")?;
    Some(text_of(name, text).to_owned())
}
