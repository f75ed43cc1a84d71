//! Where an import goes.

use std::cmp::Reverse;

use tree_sitter::Node;

use super::known::only_requires;
use super::style::Style;
use super::style::end;
use crate::lang::ecmascript::surroundings::is_directive;
use crate::lang::ecmascript::tree::inner_text;
use crate::lang::ecmascript::tree::span_of;
use crate::lang::ecmascript::tree::text_of;
use crate::text::Edit;
use crate::text::Span;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Words of comments that are about the file and not about the code below them.
const FILE_WORDS: [&str; 18] = [
    "licen",
    "copyright",
    "spdx-",
    "/*!",
    "@preserve",
    "@file",
    "@module",
    "@packagedocumentation",
    "@ts-check",
    "@ts-nocheck",
    "@jsx",
    "@flow",
    "@format",
    "@jest-environment",
    "@vitest-environment",
    "eslint-env",
    "eslint-disable",
    "jshint ",
];

/// The edit that puts `line`, which imports `module`, among the imports of a file or before its
/// code.
///
/// It comes after all of them, but before relative ones that are sorted and follow it.
pub(super) fn of_import(
    root: Node<'_>,
    text: &str,
    line: &str,
    (module, style): (&str, Style),
) -> Edit {
    let mut cursor = root.walk();
    let imports: Vec<Node<'_>> = root
        .named_children(&mut cursor)
        .filter(|it| it.kind() == "import_statement")
        .collect();
    let Some(last) = imports.last() else {
        return before_code(root, text, line, style);
    };
    match next(&imports, text, module) {
        Some(next) => Edit::insert(
            next.start_byte(),
            format!("{line}{}{}", style.end, style.eol),
        ),
        None => after(*last, root, text, line, style),
    }
}

/// The first of the relative imports at the end of `imports` that sorts after `module`.
fn next<'t>(imports: &[Node<'t>], text: &str, module: &str) -> Option<Node<'t>> {
    let keys = imports.iter().map(|it| {
        let source = it.child_by_field_name("source")?;
        // What is imported for what it does stays where it is.
        let named = it
            .named_child(0)
            .is_some_and(|it| it.kind() == "import_clause");
        let own_line = line_start(text, it.start_byte());
        Rank::of(inner_text(source, text)).filter(|_| named && own_line)
    });
    let keys: Vec<Option<Rank>> = keys.collect();
    let relative = keys
        .iter()
        .rposition(Option::is_none)
        .map_or(0, |it| it + 1);
    let tail = keys.get(relative..)?;
    let rank = Rank::of(module)?;
    if !tail.is_sorted() {
        return None;
    }
    let place = relative + tail.iter().position(|it| it.as_ref() > Some(&rank))?;
    let next = *imports.get(place)?;
    // A comment above an import is about that one.
    let above = next.prev_sibling().is_some_and(|it| it.kind() == "comment");
    (!above).then_some(next)
}

/// Where a relative import stands among others: those from further away come first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    steps_up: Reverse<usize>,
    module: String,
}

impl Rank {
    /// `None` for what is not relative.
    fn of(module: &str) -> Option<Self> {
        let steps_up = module.split('/').take_while(|it| *it == "..").count();
        (module.starts_with("./") || steps_up > 0).then(|| Self {
            steps_up: Reverse(steps_up),
            module: module.to_lowercase(),
        })
    }
}

/// Whether a line starts at `offset`.
fn line_start(text: &str, offset: usize) -> bool {
    text.get(..offset)
        .is_some_and(|it| it.is_empty() || it.ends_with('\n'))
}

/// The edit that puts `line` after the leading `require` statements, or before the code.
///
/// A statement with one of `uses` in it is code.
pub(super) fn of_require(
    root: Node<'_>,
    text: &str,
    line: &str,
    style: Style,
    uses: &[Span],
) -> Edit {
    let mut cursor = root.walk();
    let last = root
        .named_children(&mut cursor)
        .filter(|it| !is_prologue(*it))
        .take_while(|it| {
            let statement = span_of(*it);
            only_requires(*it, text) && !uses.iter().any(|using| statement.contains(*using))
        })
        .last();
    last.map_or_else(
        || before_code(root, text, line, style),
        |it| after(it, root, text, line, style),
    )
}

/// Whether `node` may stand before the first statement.
fn is_prologue(node: Node<'_>) -> bool {
    matches!(node.kind(), "comment" | "hash_bang_line") || is_directive(node)
}

/// Puts `line` on a line of its own after `statement`.
fn after(statement: Node<'_>, root: Node<'_>, text: &str, line: &str, style: Style) -> Edit {
    let end = end(statement, text);
    let rest = text.get(end..).and_then(|it| it.lines().next());
    let rest = rest.unwrap_or("");
    if is_end_of_line(rest) {
        let offset = end + rest.len();
        let semicolon = semicolon(root, text, offset, style);
        Edit::insert(offset, format!("{}{line}{semicolon}", style.eol))
    } else {
        Edit::insert(end, format!("{}{line};", style.eol))
    }
}

/// Whether the rest of a line is nothing but space and a comment that ends with it.
pub(in crate::lang::ecmascript) fn is_end_of_line(rest: &str) -> bool {
    let rest = rest.trim();
    let block = || {
        let inside = rest.strip_prefix("/*").and_then(|it| it.strip_suffix("*/"));
        inside.is_some_and(|it| !it.contains("*/"))
    };
    rest.is_empty() || rest.starts_with("//") || block()
}

/// What ends a statement before `offset`: a semicolon where the next one might go on with it.
fn semicolon(root: Node<'_>, text: &str, offset: usize, style: Style) -> &'static str {
    let mut cursor = root.walk();
    let next = root
        .named_children(&mut cursor)
        .find(|it| it.start_byte() >= offset && it.kind() != "comment");
    let next = next.map_or("", |it| text_of(it, text));
    let ended = text
        .get(offset..)
        .is_some_and(|it| it.trim_start().starts_with(';'));
    if !ended && next.starts_with(['(', '[', '`', '/', '+', '-']) {
        ";"
    } else {
        style.end
    }
}

/// Puts `line` before the first statement, below what is about the file as a whole.
fn before_code(root: Node<'_>, text: &str, line: &str, style: Style) -> Edit {
    let eol = style.eol;
    let Some(anchor) = anchor(root, text) else {
        let open = !text.is_empty() && text != BYTE_ORDER_MARK && !text.ends_with('\n');
        let start = if open { eol } else { "" };
        return Edit::insert(text.len(), format!("{start}{line}{}{eol}", style.end));
    };
    let line = format!("{line}{}", semicolon(root, text, anchor, style));
    let before = text.get(..anchor).unwrap_or("");
    let indented = before.trim_end_matches([' ', '\t', '\u{c}']);
    if indented.is_empty() || indented.ends_with(['\n', '\u{feff}']) {
        Edit::insert(indented.len(), format!("{line}{eol}{eol}"))
    } else {
        Edit::insert(anchor, format!("{eol}{line}{eol}{eol}"))
    }
}

/// Where the code of a file starts, with the comments that are about its first statement.
fn anchor(root: Node<'_>, text: &str) -> Option<usize> {
    let mut cursor = root.walk();
    let mut comments: Vec<Node<'_>> = Vec::new();
    let mut done = 0;
    let mut code = None;
    for node in root.named_children(&mut cursor) {
        if node.kind() == "comment" {
            let beside = done > 0 && !has_line_end(text, done, node.start_byte());
            if beside {
                comments.clear();
            } else {
                comments.push(node);
            }
        } else if is_prologue(node) {
            comments.clear();
        } else {
            code = Some(node.start_byte());
            break;
        }
        done = node.end_byte();
    }
    let code = code?;
    let mut anchor = code;
    let mut about_file = false;
    for comment in comments.iter().rev() {
        let between = Span::new(comment.end_byte(), anchor).of(text).unwrap_or("");
        if between.matches('\n').count() > 1 {
            return Some(if about_file { code } else { anchor });
        }
        anchor = comment.start_byte();
        about_file |= is_about_file(text_of(*comment, text));
    }
    Some(if about_file { code } else { anchor })
}

/// Whether a line ends between two offsets.
fn has_line_end(text: &str, start: usize, end: usize) -> bool {
    Span::new(start, end)
        .of(text)
        .is_some_and(|it| it.contains('\n'))
}

/// Whether a comment is about the file as a whole.
fn is_about_file(comment: &str) -> bool {
    let comment = comment.to_lowercase();
    let next_only = comment.contains("eslint-disable-next-line");
    !next_only && FILE_WORDS.iter().any(|it| comment.contains(it))
}
