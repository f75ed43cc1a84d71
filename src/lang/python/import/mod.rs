//! How a file comes to know the wrapper.

mod extend;
mod order;
mod scene;
mod site;

use tree_sitter::Node;

use self::scene::Scene;
use super::names::{Bound, Names, What, mentions_of};
use super::string::is_string;
use super::trail::{Trail, Walk};
use super::{Import, ImportRequest, Obstacle};
use super::{is_field, parts, text_of};
use crate::text::Edit;
use crate::text::Span;

pub(in crate::lang) fn import(
    root: Node<'_>,
    text: &str,
    request: &ImportRequest<'_>,
) -> Result<Import, Obstacle> {
    if root.is_error() {
        return Err(Obstacle::ErrorNodeNear);
    }
    if is_python_2(root) {
        return Err(Obstacle::UnsupportedForm);
    }
    let scene = Scene::new(root, text, request, request.uses);
    if let Some(callee) = scene.known() {
        return Ok(Import {
            callee,
            edits: Vec::new(),
        });
    }
    let extended = scene.extensible();
    let site = match extended {
        Some(_) => None,
        None => Some(site::find(root, text, scene.limit, request)?),
    };
    let start = extended
        .map(|it| it.start_byte())
        .or(site.as_ref().map(|it| it.offset));
    let local = [request.symbol, request.alias]
        .into_iter()
        .find(|it| scene.is_free(it, start.unwrap_or(0)))
        .ok_or(Obstacle::ImportConflict)?;
    let imported = if local == request.symbol {
        local.to_owned()
    } else {
        format!("{} as {local}", request.symbol)
    };
    let edit = match (extended, site) {
        (Some(statement), _) => extend::extend(statement, text, &imported),
        (None, Some(site)) => {
            Some(site.insert(&format!("from {} import {imported}", request.module)))
        }
        (None, None) => None,
    };
    Ok(Import {
        callee: local.to_owned(),
        edits: vec![edit.ok_or(Obstacle::ImportConflict)?],
    })
}

pub(in crate::lang) fn reaches_import(
    root: Node<'_>,
    text: &str,
    site: Span,
    request: &ImportRequest<'_>,
) -> bool {
    let mut callee = Trail::to(root, site).nodes().last().copied();
    while let Some(node) = callee.filter(|it| !matches!(it.kind(), "identifier" | "attribute")) {
        callee = node.named_child(0);
    }
    let Some(callee) = callee else {
        return false;
    };
    Scene::new(root, text, request, &[site]).reaches(callee)
}

/// Whether the file has statements that only Python 2 knows.
fn is_python_2(root: Node<'_>) -> bool {
    let mut walk = Walk::new(root);
    loop {
        let node = walk.node();
        if matches!(node.kind(), "print_statement" | "exec_statement") && !node.has_error() {
            return true;
        }
        // Statements do not lie in expressions.
        let more = match node.kind() {
            "expression_statement" | "return_statement" | "import_from_statement" => walk.pass(),
            _ => walk.enter(),
        };
        if !more {
            return false;
        }
    }
}

/// The line ending that the text has at `offset`, or else anywhere.
fn line_ending(text: &str, offset: usize) -> &'static str {
    let before = text
        .get(..offset)
        .unwrap_or("")
        .trim_end_matches([' ', '\t']);
    let near = match before.rfind('\n') {
        Some(end) => before.get(..=end).unwrap_or(""),
        None => text.get(..=text.find('\n').unwrap_or(0)).unwrap_or(""),
    };
    if near.ends_with("\r\n") { "\r\n" } else { "\n" }
}
