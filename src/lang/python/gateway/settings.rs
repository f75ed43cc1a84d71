//! Classes of `pydantic-settings`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use tree_sitter::Node;

use super::calls::imported_names;
use super::part;
use super::statements;
use crate::lang::gateway::Gateway;
use crate::lang::gateway::GatewayKind;
use crate::lang::gateway::ImportedName;
use crate::lang::python::parts;
use crate::lang::python::span;
use crate::lang::python::string::spelled;
use crate::lang::python::text_of;
use crate::text::Span;

/// Words in a type that a text cannot be taken for.
const OTHER_TYPES: [&str; 12] = [
    "int", "bool", "float", "list", "List", "dict", "Dict", "set", "bytes", "Path", "ClassVar",
    "tuple",
];

/// Every class of the module that takes its fields from the environment.
pub(super) fn classes(root: Node<'_>, text: &str) -> Vec<Gateway> {
    let imported = imported_names(root, text);
    let mut known: BTreeSet<&str> = imported
        .iter()
        .filter(|it| it.module == "pydantic_settings" && it.symbol == "BaseSettings")
        .map(|it| it.local.as_str())
        .collect();
    let mut customised: BTreeSet<&str> = BTreeSet::new();
    let mut prefixes: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for statement in statements(root) {
        let class = match statement.kind() {
            "decorated_definition" => statement.child_by_field_name("definition"),
            _ => Some(statement),
        };
        let Some(class) = class.filter(|it| it.kind() == "class_definition") else {
            continue;
        };
        let bases = part(class, "superclasses", "argument_list").map_or_else(Vec::new, parts);
        let names = bases.iter().map(|it| text_of(*it, text));
        let own: Vec<&str> = names.filter(|it| is_known(it, &known, &imported)).collect();
        let (Some(name), Some(body)) = (
            class.child_by_field_name("name"),
            part(class, "body", "block").filter(|_| !own.is_empty()),
        ) else {
            continue;
        };
        known.insert(text_of(name, text));
        let inherited = own.iter().find_map(|it| prefixes.get(it).copied());
        let prefix = match prefix(&parts(body), text) {
            Prefix::Said(prefix) => Some(prefix),
            Prefix::Inherited => Some(inherited.unwrap_or("")),
            Prefix::Computed => None,
        };
        prefixes.extend(prefix.map(|it| (text_of(name, text), it)));
        let is_own = own.iter().any(|it| customised.contains(it))
            || customises(body, text)
            || prefix.is_none();
        if is_own {
            customised.insert(text_of(name, text));
        }
        let source = Source {
            prefix,
            is_customised: is_own,
        };
        found.extend(settings(class, body, source, text));
    }
    found
}

/// Whether a base is one of the classes that are `known`.
fn is_known(base: &str, known: &BTreeSet<&str>, imported: &[ImportedName]) -> bool {
    let qualified = || {
        let module = base.strip_suffix(".BaseSettings")?;
        let mut modules = imported.iter().filter(|it| it.symbol.is_empty());
        modules.find(|it| it.local == module && it.module == "pydantic_settings")
    };
    known.contains(base) || qualified().is_some()
}

/// Whether the body of a class says where its values come from, or names variables in a way of
/// its own.
fn customises(body: Node<'_>, text: &str) -> bool {
    let inside = text_of(body, text);
    ["settings_customise_sources", "case_sensitive", "env_nested"]
        .iter()
        .any(|it| inside.contains(it))
}

/// Where the values of a class come from.
#[derive(Clone, Copy)]
struct Source<'s> {
    /// What its variables begin with, if the code says it.
    prefix: Option<&'s str>,
    /// Whether it has ways of its own.
    is_customised: bool,
}

fn settings(class: Node<'_>, body: Node<'_>, source: Source<'_>, text: &str) -> Option<Gateway> {
    let fields = parts(body);
    let indent = " ".repeat(body.start_position().column);
    let written = Span::new(
        body.start_byte().saturating_sub(indent.len()),
        body.start_byte(),
    );
    let declared = fields.iter().filter_map(|it| field(*it, text));
    let declared = declared.map(|(name, at)| {
        let variable = format!("{}{name}", source.prefix.unwrap_or("")).to_ascii_uppercase();
        (variable, at)
    });
    Some(Gateway {
        name: text_of(class.child_by_field_name("name")?, text).to_owned(),
        span: span(class),
        declared: declared.collect(),
        kind: GatewayKind::Settings {
            end: body.end_byte(),
            is_customised: source.is_customised
                // Tabs, or a body on the line of the class.
                || written.of(text) != Some(&indent),
            indent,
        },
    })
}

/// What the variables of a class begin with.
enum Prefix<'s> {
    /// What the class says.
    Said(&'s str),
    /// What the classes above it say.
    Inherited,
    /// Only the running code knows.
    Computed,
}

fn prefix<'s>(fields: &[Node<'_>], text: &'s str) -> Prefix<'s> {
    for field in fields {
        if let Some(at) = text_of(*field, text).find("env_prefix") {
            let start = field.start_byte() + at + "env_prefix".len();
            let rest = Span::new(start, field.end_byte()).of(text).unwrap_or("");
            return quoted(rest).map_or(Prefix::Computed, Prefix::Said);
        }
    }
    Prefix::Inherited
}

/// What stands between quotes after `=` or `:`, and the quote of a key.
fn quoted(rest: &str) -> Option<&str> {
    let value = rest.trim_start_matches(['"', '\'', ' ', '=', ':']);
    let opening = rest.get(..rest.len() - value.len())?;
    let end = value.find(['"', '\''])?;
    opening.ends_with(['"', '\'']).then(|| value.get(..end))?
}

/// The name of an annotated field that holds a text and follows its own name.
fn field<'s>(statement: Node<'_>, text: &'s str) -> Option<(&'s str, Span)> {
    let assignment = statement
        .named_child(0)
        .filter(|_| statement.kind() == "expression_statement")?;
    let name = part(assignment, "left", "identifier")?;
    let kind = text_of(assignment.child_by_field_name("type")?, text);
    let mut words = kind.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    let other = words.any(|it| OTHER_TYPES.contains(&it));
    let value = assignment.child_by_field_name("right");
    let renamed =
        value.is_some_and(|it| it.kind() == "call" && text_of(it, text).contains("alias"));
    let constant = value.is_some_and(|it| spelled(it, text).is_some());
    let plain = value.is_none() || constant || !renamed;
    let written = text_of(name, text);
    (!other && plain && !written.starts_with('_')).then_some((written, span(assignment)))
}
