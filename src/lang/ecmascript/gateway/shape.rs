//! Small questions about statements, calls and objects.

use tree_sitter::Node;

use crate::lang::ecmascript::tree::inner_text;
use crate::lang::ecmascript::tree::is_string;
use crate::lang::ecmascript::tree::operand;
use crate::lang::ecmascript::tree::text_of;

/// How many calls of a chain are followed.
const LONGEST_CHAIN: usize = 32;

/// The named children of a node, without comments.
pub(super) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|it| it.kind() != "comment")
        .collect()
}

/// The arguments of a call.
pub(super) fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    let list = call.child_by_field_name("arguments");
    let list = list.filter(|it| it.kind() == "arguments");
    list.map_or_else(Vec::new, parts)
}

/// The statements of the module, each without its `export`.
pub(super) fn statements(root: Node<'_>) -> Vec<(Node<'_>, Node<'_>)> {
    let mut found = Vec::new();
    for statement in parts(root) {
        let declared = statement
            .child_by_field_name("declaration")
            .filter(|_| statement.kind() == "export_statement");
        found.push((statement, declared.unwrap_or(statement)));
    }
    found
}

/// The value that a statement of the module gives to a constant of this name.
pub(super) fn constant<'t>(root: Node<'t>, name: &str, text: &str) -> Option<Node<'t>> {
    let declared = statements(root).into_iter().map(|(_, it)| it);
    let declared = declared.filter(|it| it.kind() == "lexical_declaration");
    declared.flat_map(parts).find_map(|it| {
        let own = text_of(it.child_by_field_name("name")?, text) == name;
        own.then(|| it.child_by_field_name("value"))
            .flatten()
            .map(operand)
    })
}

/// The object that a node is, or that a constant of the module is.
pub(super) fn object<'t>(root: Node<'t>, node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let node = operand(node);
    let found = match node.kind() {
        "identifier" => constant(root, text_of(node, text), text)?,
        _ => node,
    };
    (found.kind() == "object").then_some(found)
}

/// What `z.object({…})`, with whatever is called on it, is given.
pub(super) fn schema<'t>(root: Node<'t>, node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let mut node = operand(node);
    if node.kind() == "identifier" {
        node = constant(root, text_of(node, text), text)?;
    }
    for _ in 0..LONGEST_CHAIN {
        let function = node
            .child_by_field_name("function")
            .filter(|_| node.kind() == "call_expression")?;
        let method = function.child_by_field_name("property")?;
        if matches!(
            text_of(method, text),
            "object" | "strictObject" | "looseObject"
        ) {
            return object(root, *arguments(node).first()?, text);
        }
        node = operand(function.child_by_field_name("object")?);
    }
    None
}

/// The names of the properties of an object, and where they are.
pub(super) fn keys<'t, 's>(object: Node<'t>, text: &'s str) -> Vec<(&'s str, Node<'t>)> {
    let mut found = Vec::new();
    for property in parts(object) {
        let key = match property.kind() {
            "pair" => property.child_by_field_name("key"),
            "shorthand_property_identifier" => Some(property),
            _ => None,
        };
        if let Some(key) = key {
            let name = if is_string(key) {
                inner_text(key, text)
            } else {
                text_of(key, text)
            };
            found.push((name, property));
        }
    }
    found
}

/// The value of a property of an object.
pub(super) fn property<'t>(object: Node<'t>, name: &str, text: &str) -> Option<Node<'t>> {
    let mut own = keys(object, text).into_iter();
    let (_, pair) = own.find(|(key, _)| *key == name)?;
    pair.child_by_field_name("value").map(operand)
}
