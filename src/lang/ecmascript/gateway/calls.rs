//! Calls of helpers by name, and where names come from.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use tree_sitter::Node;

use super::shape::arguments;
use super::shape::parts;
use super::shape::statements;
use crate::lang::ecmascript::scope::Effect;
use crate::lang::ecmascript::scope::effect;
use crate::lang::ecmascript::tree::Walk;
use crate::lang::ecmascript::tree::inner_text;
use crate::lang::ecmascript::tree::is_constant;
use crate::lang::ecmascript::tree::is_string;
use crate::lang::ecmascript::tree::operand;
use crate::lang::ecmascript::tree::span_of;
use crate::lang::ecmascript::tree::text_of;
use crate::lang::gateway::ImportedName;
use crate::lang::gateway::KeyedCall;

/// Methods that read what they are given the name of.
const READERS: [&str; 2] = ["get", "getOrThrow"];

/// Every call of one of the functions `wanted`, and every read through a parameter whose type is
/// one of them.
pub(in crate::lang) fn keyed_calls(root: Node<'_>, text: &str, wanted: &[&str]) -> Vec<KeyedCall> {
    let mut declared: BTreeMap<&str, usize> = BTreeMap::new();
    let mut typed: BTreeMap<&str, &str> = BTreeMap::new();
    let mut walk = Walk::new(root);
    while let Some(path) = walk.step() {
        let Some(node) = path.last() else {
            continue;
        };
        if node.kind() == "identifier" && wanted.contains(&text_of(*node, text)) {
            let binds = effect(path).is_some_and(|it| it != Effect::Assigned);
            *declared.entry(text_of(*node, text)).or_default() += usize::from(binds);
        }
        typed.extend(parameter(*node, text).filter(|(_, it)| wanted.contains(it)));
    }
    // A name that something else has, too, is not followed.
    let plain: BTreeSet<&str> = declared
        .into_iter()
        .filter_map(|(name, times)| (times == 1).then_some(name))
        .collect();
    let mut found = Vec::new();
    let mut calls = Walk::new(root);
    while let Some(path) = calls.step() {
        let call = path.last().filter(|it| it.kind() == "call_expression");
        found.extend(call.and_then(|it| keyed_call(*it, text, &plain, &typed)));
    }
    found
}

/// The name of a parameter and the name of its type.
fn parameter<'s>(node: Node<'_>, text: &'s str) -> Option<(&'s str, &'s str)> {
    if node.kind() != "required_parameter" {
        return None;
    }
    let name = node.child_by_field_name("pattern")?;
    let kind = node.child_by_field_name("type")?.named_child(0)?;
    let kind = match kind.kind() {
        "generic_type" => kind.child_by_field_name("name")?,
        _ => kind,
    };
    Some((text_of(name, text), text_of(kind, text)))
}

fn keyed_call(
    call: Node<'_>,
    text: &str,
    plain: &BTreeSet<&str>,
    typed: &BTreeMap<&str, &str>,
) -> Option<KeyedCall> {
    let function = operand(call.child_by_field_name("function")?);
    let callee = match function.kind() {
        "identifier" => *plain.get(text_of(function, text))?,
        "member_expression" => {
            let method = text_of(function.child_by_field_name("property")?, text);
            let object = operand(function.child_by_field_name("object")?);
            let name = match object.kind() {
                "member_expression" => object.child_by_field_name("property")?,
                _ => object,
            };
            let class = typed.get(text_of(name, text))?;
            READERS.contains(&method).then_some(*class)?
        }
        _ => return None,
    };
    let first = *arguments(call).first()?;
    let written = is_constant(first).then(|| inner_text(first, text));
    let variable = written.filter(|it| !it.contains('\\'));
    Some(KeyedCall {
        callee: callee.to_owned(),
        variable: variable.map(str::to_owned),
        span: span_of(call),
    })
}

/// The names that the statements of the module import or require.
pub(in crate::lang) fn imported_names(root: Node<'_>, text: &str) -> Vec<ImportedName> {
    let mut found = Vec::new();
    for (statement, _) in statements(root) {
        match statement.kind() {
            "import_statement" => {
                imported(statement, text, &mut found);
            }
            "lexical_declaration" | "variable_declaration" => {
                for declarator in parts(statement) {
                    required(declarator, text, &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

/// Adds what an import binds.
fn imported(statement: Node<'_>, text: &str, found: &mut Vec<ImportedName>) -> Option<()> {
    let module = inner_text(statement.child_by_field_name("source")?, text);
    let mut add = |local: Node<'_>, symbol: &str| {
        found.push(ImportedName {
            local: text_of(local, text).to_owned(),
            module: module.to_owned(),
            symbol: symbol.to_owned(),
        });
    };
    for clause in parts(statement) {
        if clause.kind() != "import_clause" {
            continue;
        }
        for part in parts(clause) {
            match part.kind() {
                "identifier" => add(part, "default"),
                "namespace_import" => add(part.named_child(0)?, ""),
                "named_imports" => {
                    for specifier in parts(part) {
                        let name = specifier.child_by_field_name("name")?;
                        let alias = specifier.child_by_field_name("alias");
                        add(alias.unwrap_or(name), text_of(name, text));
                    }
                }
                _ => {}
            }
        }
    }
    Some(())
}

/// Adds what `const … = require("…")` binds.
fn required(declarator: Node<'_>, text: &str, found: &mut Vec<ImportedName>) -> Option<()> {
    let target = declarator.child_by_field_name("name")?;
    let call = operand(declarator.child_by_field_name("value")?);
    let function = call.child_by_field_name("function")?;
    let module = *arguments(call).first().filter(|it| is_string(**it))?;
    if text_of(function, text) != "require" {
        return None;
    }
    let mut add = |local: Node<'_>, symbol: &str| {
        found.push(ImportedName {
            local: text_of(local, text).to_owned(),
            module: inner_text(module, text).to_owned(),
            symbol: symbol.to_owned(),
        });
    };
    match target.kind() {
        "identifier" => add(target, "default"),
        "object_pattern" => {
            for part in parts(target) {
                match part.kind() {
                    "shorthand_property_identifier_pattern" => add(part, text_of(part, text)),
                    "pair_pattern" => {
                        let key = part.child_by_field_name("key")?;
                        add(part.child_by_field_name("value")?, text_of(key, text));
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
    Some(())
}
