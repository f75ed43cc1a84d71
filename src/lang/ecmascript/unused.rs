//! Names for the process and its environment that nothing uses any more.

use tree_sitter::Node;

use super::scope::{Occurrence, Which, occurrences};
use super::tree::{inner_text, operand, span_of};
use crate::lang::Unused;
use crate::lang::unused::{is_gone, line_of, part_of, words_of};
use crate::text::Edit;
use crate::text::Span;

/// A name that stands in a file more often than this is taken to be used.
const MAX_OCCURRENCES: usize = 1_000;

/// What would go on with the statement before, if the one between were not there.
const OPENING: [char; 6] = ['(', '[', '`', '/', '+', '-'];

/// The names of the process and the environment that `edits` leave without a use.
pub(in crate::lang) fn unused(root: Node<'_>, text: &str, edits: &[Edit]) -> Vec<Unused> {
    let mut edits = edits.to_vec();
    let mut found = Vec::new();
    // What a declaration that goes was made of may be needed no more, either.
    loop {
        let more: Vec<Unused> = words_of(text, &edits)
            .into_iter()
            .filter_map(|it| look_at(root, text, it, &edits))
            .collect();
        let removals = more.iter().filter_map(|it| it.removal.clone());
        let removals: Vec<Edit> = removals.collect();
        found.extend(more);
        if removals.is_empty() {
            return found;
        }
        edits.extend(removals);
    }
}

/// The name, when it stands for the process or the environment and has no use left.
fn look_at(root: Node<'_>, text: &str, name: &str, edits: &[Edit]) -> Option<Unused> {
    let mut declaration: Option<Occurrence<'_>> = None;
    let mut was_used = false;
    for (count, it) in occurrences(root, text, name, Which::All).enumerate() {
        let span = it.path.last().map(|it| span_of(*it))?;
        if count == MAX_OCCURRENCES {
            return None;
        }
        if is_gone(edits, span, name) {
            was_used = true;
            continue;
        }
        if !it.is_global() || declaration.is_some() {
            return None;
        }
        declaration = Some(it);
    }
    let path = declaration.filter(|_| was_used)?.path;
    let (statement, own) = (*path.get(1)?, *path.last()?);
    let removal = match statement.kind() {
        "import_statement" => imported(statement, own, text),
        "lexical_declaration" | "variable_declaration" => declared(statement, own, text),
        _ => return None,
    };
    Some(Unused {
        removal: removal.map(|it| Edit::replace(it, "")),
    })
}

/// What to take out so that `statement` does not import the name `own` from `process`.
fn imported(statement: Node<'_>, own: Node<'_>, text: &str) -> Option<Span> {
    let source = statement.child_by_field_name("source")?;
    if !matches!(inner_text(source, text), "process" | "node:process") {
        return None;
    }
    let clause = named(statement.named_child(0)?);
    let list = clause.iter().find(|it| it.kind() == "named_imports");
    let list = list.map_or_else(Vec::new, |it| named(*it));
    let others = clause.iter().filter(|it| it.kind() != "named_imports");
    if others.count() + list.len() == 1 {
        return whole(text, span_of(statement));
    }
    listed(text, &list, own)
}

/// What to take out so that `statement` does not declare the name `own`.
fn declared(statement: Node<'_>, own: Node<'_>, text: &str) -> Option<Span> {
    let [declarator] = named(statement)[..] else {
        return None;
    };
    if !is_plain(operand(declarator.child_by_field_name("value")?)) {
        return None;
    }
    let name = declarator.child_by_field_name("name")?;
    let list = match name.kind() {
        "identifier" => return whole(text, span_of(statement)),
        "object_pattern" => named(name),
        _ => return None,
    };
    match list[..] {
        [_] => whole(text, span_of(statement)),
        _ => listed(text, &list, own),
    }
}

/// The part of a list that holds the name `own`.
fn listed(text: &str, list: &[Node<'_>], own: Node<'_>) -> Option<Span> {
    let parts: Vec<Span> = list.iter().map(|it| span_of(*it)).collect();
    let which = parts.iter().position(|it| it.contains(span_of(own)))?;
    part_of(text, &parts, which)
}

/// Whether an expression does nothing but name something.
fn is_plain(value: Node<'_>) -> bool {
    let mut node = value;
    while node.kind() == "member_expression" {
        let Some(object) = node.child_by_field_name("object") else {
            return false;
        };
        node = operand(object);
    }
    node.kind() == "identifier"
}

/// The line of a statement, where what follows does not rely on its end.
fn whole(text: &str, statement: Span) -> Option<Span> {
    let line = line_of(text, statement)?;
    let next = text.get(line.end..)?.trim_start().chars().next();
    (!next.is_some_and(|it| OPENING.contains(&it))).then_some(line)
}

/// The named children of a node, without remarks.
fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let all = node.named_children(&mut cursor);
    all.filter(|it| it.kind() != "comment").collect()
}
