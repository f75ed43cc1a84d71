//! Calls of helpers by name, and where names come from.

use tree_sitter::Node;

use super::statements;
use crate::lang::gateway::ImportedName;
use crate::lang::gateway::KeyedCall;
use crate::lang::python::names::Names;
use crate::lang::python::parts;
use crate::lang::python::span;
use crate::lang::python::string::is_string;
use crate::lang::python::string::spelled;
use crate::lang::python::text_of;
use crate::lang::python::trail::Trail;
use crate::lang::python::trail::Walk;

/// Every call of one of `wanted`, or of a method of it, where the module's name is meant.
pub(in crate::lang) fn keyed_calls(root: Node<'_>, text: &str, wanted: &[&str]) -> Vec<KeyedCall> {
    let known: Vec<(&str, Names<'_>)> = wanted
        .iter()
        .filter_map(|name| Some((*name, Names::of(root, text, name)?)))
        .collect();
    let mut found = Vec::new();
    let mut walk = Walk::new(root);
    loop {
        found.extend(keyed_call(walk.trail(), text, &known));
        if !walk.enter() {
            return found;
        }
    }
}

/// The call at the end of `trail`, if it is one of a known name.
fn keyed_call(trail: &Trail<'_>, text: &str, known: &[(&str, Names<'_>)]) -> Option<KeyedCall> {
    let call = *trail.nodes().last()?;
    if call.kind() != "call" {
        return None;
    }
    let function = call.child_by_field_name("function")?;
    let object = match function.kind() {
        "attribute" => function.child_by_field_name("object")?,
        _ => function,
    };
    if object.kind() != "identifier" {
        return None;
    }
    let callee = text_of(object, text);
    let (_, names) = known.iter().find(|(name, _)| *name == callee)?;
    let depth = trail.nodes().len().saturating_sub(1);
    if names.is_hidden(trail.scopes_at(depth)) {
        return None;
    }
    let first = *parts(call.child_by_field_name("arguments")?).first()?;
    let variable = spelled(first, text).filter(|_| is_string(first));
    Some(KeyedCall {
        callee: callee.to_owned(),
        variable: variable.map(str::to_owned),
        span: span(call),
    })
}

/// The names that the statements of the module import.
pub(in crate::lang) fn imported_names(root: Node<'_>, text: &str) -> Vec<ImportedName> {
    let mut found = Vec::new();
    for statement in statements(root) {
        let module = match statement.kind() {
            "import_from_statement" => statement.child_by_field_name("module_name"),
            "import_statement" => None,
            _ => continue,
        };
        for name in parts(statement) {
            if Some(name) == module {
                continue;
            }
            let (original, local) = match name.kind() {
                "dotted_name" => (name, name),
                "aliased_import" => {
                    let part = |field| name.child_by_field_name(field);
                    let (Some(original), Some(alias)) = (part("name"), part("alias")) else {
                        continue;
                    };
                    (original, alias)
                }
                _ => continue,
            };
            let original = text_of(original, text);
            found.push(ImportedName {
                local: text_of(local, text).to_owned(),
                module: module.map_or(original, |it| text_of(it, text)).to_owned(),
                symbol: module.map_or("", |_| original).to_owned(),
            });
        }
    }
    found
}
