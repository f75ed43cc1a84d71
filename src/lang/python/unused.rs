//! Imports for the environment that nothing uses any more.

use tree_sitter::Node;

use super::names::{Bound, Names, What, mentions_of};
use super::trail::Trail;
use super::{parts, span};
use crate::lang::Unused;
use crate::lang::unused::{is_gone, line_of, part_of, words_of};
use crate::text::Edit;
use crate::text::Span;

/// What uses names without writing them.
const HIDDEN: [&str; 7] = [
    "__all__", "dir", "eval", "exec", "globals", "locals", "vars",
];

/// A name that is mentioned more often than this is taken to be used.
const MAX_MENTIONS: usize = 1_000;

/// The imports of `os`, and of what it has for the environment, that `edits` leave without a use.
pub(in crate::lang) fn unused(root: Node<'_>, text: &str, edits: &[Edit]) -> Vec<Unused> {
    let hidden = |it: &str| mentions_of(text, it).next().is_some();
    if HIDDEN.iter().any(|it| hidden(it)) {
        return Vec::new();
    }
    let names = words_of(text, edits).into_iter();
    let found = names.filter_map(|name| {
        let statement = declared(root, text, name)?;
        is_left(root, text, (name, statement), edits).then(|| Unused {
            removal: removal(root, text, name, statement).map(|it| Edit::replace(it, "")),
        })
    });
    found.collect()
}

/// The one statement of the module that imports `name`, for the environment.
fn declared(root: Node<'_>, text: &str, name: &str) -> Option<Span> {
    let names = Names::of(root, text, name)?;
    let bound = names.of_module();
    let [bound] = bound[..] else {
        return None;
    };
    let Bound { what, place, .. } = bound;
    let known = match what {
        What::Package(module) | What::Module(module) => *module == "os",
        What::Symbol(module, symbol) => *module == "os" && matches!(*symbol, "environ" | "getenv"),
        What::Nothing | What::Other | What::Global | What::Nonlocal => false,
    };
    (known && bound.top_level).then_some(*place)
}

/// Whether nothing but the import mentions the name when `edits` are made.
fn is_left(root: Node<'_>, text: &str, (name, statement): (&str, Span), edits: &[Edit]) -> bool {
    let is_remark = |mention: Span| {
        let trail = Trail::to(root, mention);
        trail
            .nodes()
            .last()
            .is_some_and(|it| it.kind() == "comment")
    };
    let mut mentions = mentions_of(text, name).filter(|it| !statement.contains(*it));
    let used = mentions
        .by_ref()
        .take(MAX_MENTIONS)
        .any(|it| !is_gone(edits, it, name) && !is_remark(it));
    !used && mentions.next().is_none()
}

/// What to take out so that `statement` imports `name` no more.
fn removal(root: Node<'_>, text: &str, name: &str, statement: Span) -> Option<Span> {
    let mention = mentions_of(text, name).find(|it| statement.contains(*it))?;
    let trail = Trail::to(root, mention);
    let import = *trail.nodes().get(1)?;
    let module = import.child_by_field_name("module_name");
    let all = parts(import).into_iter();
    let all: Vec<Span> = all.filter(|it| Some(*it) != module).map(span).collect();
    let bound = |it: &Span| {
        mentions_of(it.of(text).unwrap_or(""), name)
            .last()
            .is_some()
    };
    match all.iter().position(bound)? {
        0 if all.len() == 1 => line_of(text, span(import)),
        which => part_of(text, &all, which),
    }
}
