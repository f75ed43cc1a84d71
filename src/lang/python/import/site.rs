//! Where a new import goes.

use tree_sitter::Node;

use super::order::{self, Source, Spot};
use super::{Edit, ImportRequest, Obstacle, is_string, line_ending};
use crate::text::Span;

/// The byte order mark, which stays first.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A place for an import on a line of its own.
pub(super) struct Site<'s> {
    text: &'s str,
    /// The start of the line that the import will push down.
    pub(super) offset: usize,
    /// Whether other imports stand right before it.
    company: Company,
    /// Whether an empty line is put before it.
    apart: bool,
}

/// What stands right before a new import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Company {
    Imports,
    Other,
}

/// A line of statements, which may span several lines of text.
pub(super) struct Line<'s> {
    pub(super) span: Span,
    /// What it starts with.
    first: Kind,
    /// Whether there is an import on it.
    imports: bool,
    /// What is imported on it, when it is nothing but one import of names.
    pub(super) source: Option<Source<'s>>,
}

/// What a statement is to a new import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A docstring or a `__future__` import: the new import comes after it.
    Prologue,
    Import,
    Other,
}

/// The place for an import that comes before the statement of the module at `limit`.
pub(super) fn find<'s>(
    root: Node<'_>,
    text: &'s str,
    limit: usize,
    request: &ImportRequest<'_>,
) -> Result<Site<'s>, Obstacle> {
    let mut lines = lines(root, text, limit);
    // The line of the use itself may start with other statements.
    let shared = lines.pop_if(|it| it.span.end > limit);
    if shared.as_ref().is_some_and(|it| it.first == Kind::Prologue) {
        return Err(Obstacle::ImportAfterUse);
    }
    if let Some(last) = lines.iter().rposition(|it| it.imports) {
        return Ok(beside(
            lines.get(..=last).unwrap_or_default(),
            text,
            request,
        ));
    }
    let prologue = lines.iter().rfind(|it| it.first == Kind::Prologue);
    let first = lines.first().or(shared.as_ref());
    let first = first.map_or(limit, |it| it.span.start);
    let start = match prologue {
        Some(line) => line.span.end,
        None => header_end(text, first),
    };
    let blank = text.get(start..).map_or(0, blank_line);
    let top = start == 0 || start == BYTE_ORDER_MARK.len_utf8();
    Ok(Site {
        text,
        offset: if top { start } else { start + blank },
        company: Company::Other,
        apart: false,
    })
}

/// The place next to imports, of which the last line is one.
fn beside<'s>(lines: &[Line<'_>], text: &'s str, request: &ImportRequest<'_>) -> Site<'s> {
    let block = lines.iter().rposition(|it| it.first != Kind::Import);
    let block = lines.get(block.map_or(0, |it| it + 1)..);
    let end = lines.last().map_or(0, |it| it.span.end);
    let spot = order::spot(block.unwrap_or_default(), text, request).unwrap_or(Spot {
        offset: end,
        apart_before: false,
        apart_after: false,
    });
    Site {
        text,
        offset: spot.offset,
        company: if spot.apart_after {
            Company::Other
        } else {
            Company::Imports
        },
        apart: spot.apart_before,
    }
}

impl Site<'_> {
    /// Puts `statement` there.
    pub(super) fn insert(&self, statement: &str) -> Edit {
        let before = self.text.get(..self.offset).unwrap_or("");
        let after = self.text.get(self.offset..).unwrap_or("");
        let line_ending = line_ending(self.text, self.offset);
        let open = !before.is_empty() && !before.ends_with(['\n', BYTE_ORDER_MARK]);
        let opening = match (open, self.apart) {
            (true, true) => line_ending.repeat(2),
            (true, false) | (false, true) => line_ending.to_owned(),
            (false, false) => String::new(),
        };
        let apart = self.company == Company::Other && !after.is_empty() && blank_line(after) == 0;
        let closing = if apart { line_ending } else { "" };
        Edit::insert(
            self.offset,
            format!("{opening}{statement}{line_ending}{closing}"),
        )
    }
}

/// The lines of statements up to the one with the statement at `limit`.
fn lines<'s>(root: Node<'_>, text: &'s str, limit: usize) -> Vec<Line<'s>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut cursor = root.walk();
    for node in root.children(&mut cursor) {
        if node.start_byte() > limit {
            break;
        }
        if matches!(node.kind(), "comment" | "line_continuation" | ";") {
            continue;
        }
        let end = line_end(text, node.end_byte());
        let kind = if lines.is_empty() && is_docstring(node) {
            Kind::Prologue
        } else {
            kind_of(node)
        };
        match lines.last_mut() {
            Some(line) if node.start_byte() < line.span.end => {
                line.span.end = end;
                line.imports |= kind == Kind::Import;
                line.source = None;
            }
            Some(_) | None => lines.push(Line {
                span: Span::new(line_start(text, node.start_byte()), end),
                first: kind,
                imports: kind == Kind::Import,
                source: order::source(node, text).filter(|_| kind == Kind::Import),
            }),
        }
    }
    lines
}

fn kind_of(statement: Node<'_>) -> Kind {
    match statement.kind() {
        "future_import_statement" => Kind::Prologue,
        "import_statement" | "import_from_statement" => Kind::Import,
        _ => Kind::Other,
    }
}

/// Whether a statement is a docstring, if it is the first.
fn is_docstring(statement: Node<'_>) -> bool {
    let alone = statement.kind() == "expression_statement" && statement.named_child_count() == 1;
    let mut value = statement.named_child(0).filter(|_| alone);
    while let Some(inner) = value.filter(|it| it.kind() == "parenthesized_expression") {
        value = inner.named_child(0);
    }
    value.is_some_and(is_string)
}

/// Where the comments end that open a file whose first statement is on the line at `code`.
///
/// Comments on the first lines say how the file is run, read and licensed. Others belong to the
/// header when a blank line parts them from the code.
fn header_end(text: &str, code: usize) -> usize {
    let start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    let (mut end, mut at) = (start, start);
    let mut block: Option<usize> = None;
    let lines = text.get(start..code).unwrap_or("").split_inclusive('\n');
    for (number, line) in lines.enumerate() {
        at += line.len();
        if line.trim_start().starts_with('#') {
            let opens = *block.get_or_insert(number) < 2;
            end = if opens { at } else { end };
        } else if line.trim().is_empty() {
            end = block.map_or(end, |_| at - line.len());
            block = None;
        }
    }
    end
}

/// The start of the line of text that `offset` is on.
fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let mark = start == 0 && text.starts_with(BYTE_ORDER_MARK);
    if mark {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        start
    }
}

/// The end of the line of text that a statement ends on at `offset`, with its line ending.
fn line_end(text: &str, offset: usize) -> usize {
    let mut end = offset;
    for line in text.get(offset..).unwrap_or("").split_inclusive('\n') {
        end += line.len();
        let content = line.trim_end_matches(['\r', '\n']);
        // A backslash makes one line of two, but not in a comment.
        if !content.ends_with('\\') || content.contains('#') {
            break;
        }
    }
    end
}

/// The length of the first line of `text`, when nothing is on it.
fn blank_line(text: &str) -> usize {
    let line = text.split_inclusive('\n').next().unwrap_or("");
    if line.ends_with('\n') && line.trim().is_empty() {
        line.len()
    } else {
        0
    }
}
