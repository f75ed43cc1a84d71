//! Functions of the project that read the variable they are given the name of.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::shape::parts;
use crate::lang::ReadForm;
use crate::lang::ecmascript::env;
use crate::lang::ecmascript::tree::holds;
use crate::lang::ecmascript::tree::is_function;
use crate::lang::ecmascript::tree::operand;
use crate::lang::ecmascript::tree::operator;
use crate::lang::ecmascript::tree::parent;
use crate::lang::ecmascript::tree::span_of;
use crate::lang::ecmascript::tree::text_of;
use crate::lang::ecmascript::tree::unwrapped;
use crate::lang::gateway::Gateway;
use crate::lang::gateway::GatewayKind;
use crate::text::Span;

/// Words of functions that run in browsers, too.
const BROWSER: [&str; 4] = ["window", "document", "import.meta", "globalThis"];

/// Every such function among the statements of the module.
pub(super) fn helpers(root: Node<'_>, text: &str) -> Vec<Gateway> {
    let mut found: BTreeMap<Span, Gateway> = BTreeMap::new();
    let mut unfit: Vec<Span> = Vec::new();
    env::each(root, text, |path, is_env| {
        let Some(node) = path.last() else {
            return;
        };
        let side = |field| node.child_by_field_name(field);
        match node.kind() {
            "subscript_expression" => {
                let (Some(object), Some(key)) = (side("object"), side("index")) else {
                    return;
                };
                if let Some(reader) = function_around(path, key, text)
                    && is_env(object)
                {
                    if is_read(path) {
                        add(&mut found, &reader, *node, text);
                    } else {
                        unfit.push(span_of(reader.statement));
                    }
                }
            }
            "binary_expression" if operator(*node, text) == "in" => {
                let (Some(key), Some(object)) = (side("left"), side("right")) else {
                    return;
                };
                let reader = function_around(path, key, text).filter(|_| is_env(object));
                unfit.extend(reader.map(|it| span_of(it.statement)));
            }
            "assignment_expression" | "augmented_assignment_expression" => {
                let reader = side("left").and_then(|it| function_around(path, it, text));
                unfit.extend(reader.map(|it| span_of(it.statement)));
            }
            _ => {}
        }
    });
    found.retain(|place, _| {
        let inside = place.of(text).unwrap_or("");
        !unfit.contains(place) && !BROWSER.iter().any(|it| inside.contains(it))
    });
    found.into_values().collect()
}

/// A function of the module, and its first parameter.
struct Reader<'t> {
    statement: Node<'t>,
    name: Node<'t>,
    key: Node<'t>,
}

fn add(found: &mut BTreeMap<Span, Gateway>, reader: &Reader<'_>, read: Node<'_>, text: &str) {
    let place = span_of(reader.statement);
    let gateway = found.entry(place).or_insert_with(|| Gateway {
        kind: GatewayKind::Helper {
            start: reader.statement.start_byte(),
            key: text_of(reader.key, text).to_owned(),
            reads: Vec::new(),
        },
        name: text_of(reader.name, text).to_owned(),
        span: place,
        declared: Vec::new(),
    });
    if let GatewayKind::Helper { reads, .. } = &mut gateway.kind {
        reads.push((ReadForm::Member, span_of(read)));
    }
}

/// Whether the expression at the end of `path` is neither written to, nor deleted, nor called.
fn is_read(path: &[Node<'_>]) -> bool {
    let index = unwrapped(path, path.len().saturating_sub(1));
    let (Some(node), Some(around)) = (path.get(index), parent(path, index)) else {
        return false;
    };
    match around.kind() {
        "assignment_expression" | "augmented_assignment_expression" | "assignment_pattern" => {
            !holds(around, "left", *node)
        }
        "call_expression" | "new_expression" => !holds(around, "function", *node),
        "update_expression" | "unary_expression" => around
            .child_by_field_name("operator")
            .is_some_and(|it| it.kind() == "!"),
        "array_pattern" | "pair_pattern" | "rest_pattern" | "for_in_statement" => false,
        _ => true,
    }
}

/// The function of the module around the end of `path` whose first parameter is `key`.
fn function_around<'t>(path: &[Node<'t>], key: Node<'t>, text: &str) -> Option<Reader<'t>> {
    let key = operand(key);
    let index = path.iter().rposition(|it| is_function(*it))?;
    let function = *path.get(index)?;
    let statement = *path.get(1)?;
    let exported = usize::from(statement.kind() == "export_statement");
    let (name, depth) = if function.kind() == "function_declaration" {
        (function.child_by_field_name("name")?, 1)
    } else {
        let declarator = parent(path, index).filter(|it| it.kind() == "variable_declarator")?;
        (declarator.child_by_field_name("name")?, 3)
    };
    let first = match function.child_by_field_name("parameter") {
        Some(only) => only,
        None => *parts(function.child_by_field_name("parameters")?).first()?,
    };
    let parameter = match first.kind() {
        "required_parameter" | "optional_parameter" => first.child_by_field_name("pattern")?,
        "assignment_pattern" => first.child_by_field_name("left")?,
        _ => first,
    };
    let same = parameter.kind() == "identifier"
        && key.kind() == "identifier"
        && text_of(parameter, text) == text_of(key, text);
    (same && index == depth + exported && name.kind() == "identifier").then_some(Reader {
        statement,
        name,
        key: parameter,
    })
}
