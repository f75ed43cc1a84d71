//! String literals as they are written.

use tree_sitter::Node;

use super::trail::{Trail, Walk};
use super::{parts, text_of};
use crate::text::Role;
use crate::text::Span;

/// One string of a literal; an implicit concatenation has several.
pub(super) struct Part<'s> {
    /// Between the quotes.
    pub(super) inner: &'s str,
    /// The letters before the quotes, in lower case.
    prefix: String,
    quotes: &'s str,
    interpolated: bool,
}

impl<'s> Part<'s> {
    /// Reads a `string` node; `None` when its quotes or its prefix are not Python's.
    pub(super) fn of(node: Node<'_>, text: &'s str) -> Option<Self> {
        let opening = text_of(node.child(0)?, text);
        let quotes = quotes(opening);
        let prefix = opening.strip_suffix(quotes)?.to_ascii_lowercase();
        let known = matches!(
            &*prefix,
            "" | "u" | "r" | "b" | "br" | "rb" | "f" | "fr" | "rf" | "t" | "tr" | "rt"
        );
        if !known || !matches!(quotes, "'" | "\"" | "'''" | "\"\"\"") {
            return None;
        }
        Some(Self {
            inner: inner(node, text)?.of(text)?,
            prefix,
            quotes,
            interpolated: is_interpolated(node),
        })
    }

    /// Whether backslashes are kept.
    pub(super) fn is_raw(&self) -> bool {
        self.prefix.contains('r')
    }

    /// Whether the value is bytes.
    pub(super) fn is_bytes(&self) -> bool {
        self.prefix.contains('b')
    }

    /// Whether braces are doubled.
    pub(super) fn is_format(&self) -> bool {
        self.prefix.contains(['f', 't'])
    }

    /// The character that ends it, once or three times.
    pub(super) fn quote(&self) -> char {
        self.quotes.chars().next().unwrap_or('"')
    }

    /// Whether it may go over several lines.
    pub(super) fn is_triple(&self) -> bool {
        self.quotes.len() == 3
    }

    /// Whether there are parts to fill in, or the value is a template and not a string.
    pub(super) fn is_template(&self) -> bool {
        self.interpolated || self.prefix.contains('t')
    }
}

/// Whether a node is a string literal, or several that are written one after the other.
pub(super) fn is_string(node: Node<'_>) -> bool {
    matches!(node.kind(), "string" | "concatenated_string")
}

/// The strings of a literal.
pub(super) fn strings(literal: Node<'_>) -> Vec<Node<'_>> {
    match literal.kind() {
        "concatenated_string" => parts(literal)
            .into_iter()
            .filter(|it| it.kind() == "string")
            .collect(),
        _ => vec![literal],
    }
}

/// The parts of a literal; `None` when one is not Python's.
pub(super) fn parts_of<'s>(literal: Node<'_>, text: &'s str) -> Option<Vec<Part<'s>>> {
    strings(literal)
        .into_iter()
        .map(|it| Part::of(it, text))
        .collect()
}

/// What is written between the quotes; between the first and the last of a concatenation.
pub(super) fn inner(literal: Node<'_>, text: &str) -> Option<Span> {
    let all = strings(literal);
    let (first, last) = (all.first()?, all.last()?);
    let closing = last.child(last.child_count().checked_sub(1)?)?;
    let start = first.child(0).filter(|it| it.kind() == "string_start")?;
    // The grammar takes backslashes at the end of a raw string for a part of its closing quotes.
    let quotes = quotes(text_of(last.child(0)?, text)).len();
    let end = closing.end_byte().checked_sub(quotes)?;
    (closing.kind() == "string_end").then(|| Span::new(start.end_byte(), end))
}

/// The quotes that a string opens with, without its prefix.
fn quotes(opening: &str) -> &str {
    opening.trim_start_matches(|it: char| it.is_ascii_alphabetic())
}

/// What is written between the quotes, when nothing is to be filled in.
pub(super) fn plain(literal: Node<'_>, text: &str) -> Option<Span> {
    let plain = is_string(literal) && !strings(literal).into_iter().any(is_interpolated);
    plain.then(|| inner(literal, text)).flatten()
}

/// The name that a literal without escapes and prefixes spells.
pub(super) fn spelled<'s>(literal: Node<'_>, text: &'s str) -> Option<&'s str> {
    if literal.kind() != "string" {
        return None;
    }
    let part = Part::of(literal, text)?;
    let odd = part.is_bytes() || part.is_format() || part.inner.contains(['\\', '\n']);
    (!odd && !part.inner.is_empty()).then_some(part.inner)
}

/// Whether a `string` node has parts to fill in.
fn is_interpolated(string: Node<'_>) -> bool {
    let mut cursor = string.walk();
    string
        .named_children(&mut cursor)
        .any(|it| it.kind() == "interpolation")
}

/// Whether the literal that `path` ends with is a statement of its own: a docstring, or code that
/// was taken out of use.
pub(super) fn is_remark(path: &[Node<'_>]) -> bool {
    let outside = path.iter().rev().skip(1);
    let mut outside = outside.skip_while(|it| it.kind() == "parenthesized_expression");
    outside
        .next()
        .is_some_and(|it| it.kind() == "expression_statement" && it.named_child_count() == 1)
}

pub(in crate::lang) fn role(root: Node<'_>, target: Span) -> Role {
    let trail = Trail::to(root, target);
    let path = trail.nodes();
    for (index, node) in path.iter().enumerate().rev() {
        match node.kind() {
            "comment" => return Role::Comment,
            "interpolation" => return Role::Plain,
            "string" | "concatenated_string" => {
                let literal = literal_path(path, index);
                return if strings(*node).into_iter().any(is_interpolated) {
                    Role::Template
                } else if is_remark(literal) {
                    Role::Comment
                } else {
                    Role::String
                };
            }
            "format_specifier" => return Role::Template,
            _ => {}
        }
    }
    Role::Plain
}

/// The part of `path` that ends with the literal that the string at `index` belongs to.
pub(super) fn literal_path<'a, 't>(path: &'a [Node<'t>], index: usize) -> &'a [Node<'t>] {
    let concatenated = index
        .checked_sub(1)
        .and_then(|it| path.get(it))
        .is_some_and(|it| it.kind() == "concatenated_string");
    let length = if concatenated { index } else { index + 1 };
    path.get(..length).unwrap_or(path)
}

pub(in crate::lang) fn quote(root: Node<'_>, text: &str) -> char {
    let (mut single, mut double) = (0_usize, 0_usize);
    let mut walk = Walk::new(root);
    loop {
        let node = walk.node();
        let opening = (node.kind() == "string_start").then(|| text_of(node, text));
        match opening.map(quotes) {
            Some("'") => single += 1,
            Some("\"") => double += 1,
            // Three quotes are a docstring's, in files of either habit.
            Some(_) | None => {}
        }
        if !walk.enter() {
            break;
        }
    }
    if single > double { '\'' } else { '"' }
}
