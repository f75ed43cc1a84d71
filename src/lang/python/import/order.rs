//! Where an import goes among others that stand in sections, as isort and Ruff keep them.
//!
//! What belongs to the project comes after what does not, and before what is relative; sections
//! are parted by an empty line. A file that is not kept like that gets the import at the end.

use tree_sitter::Node;

use super::site::Line;
use super::{ImportRequest, text_of};
use crate::lang::Owner;
use crate::text::Span;

/// What stands in one of the sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    /// The language, and what is installed.
    Foreign,
    /// The project.
    Own,
    /// The package of the file.
    Relative,
}

/// A place among imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// The start of the line that the import will push down.
    pub(super) offset: usize,
    /// Whether an empty line parts it from what comes before.
    pub(super) apart_before: bool,
    /// Whether an empty line parts it from what comes after.
    pub(super) apart_after: bool,
}

/// What a plain import takes its names from; `None` when it may bring any name.
pub(super) fn source<'t>(statement: Node<'_>, text: &'t str) -> Option<Source<'t>> {
    let module = statement.child_by_field_name("module_name");
    let named = statement.child_by_field_name("name");
    let node = match (module, named) {
        (Some(module), Some(_)) => module,
        (None, Some(name)) => name.child_by_field_name("name").unwrap_or(name),
        (_, None) => return None,
    };
    Some(Source {
        module: text_of(node, text),
        from: module.is_some(),
    })
}

/// What a plain import takes its names from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'t> {
    module: &'t str,
    /// Whether it is written `from … import`.
    from: bool,
}

impl Source<'_> {
    fn section(self, request: &ImportRequest<'_>) -> Section {
        let head = super::scene::head(self.module);
        if self.module.starts_with('.') {
            Section::Relative
        } else if head == super::scene::head(request.module)
            || request.beside.iter().any(|it| it == head)
        {
            Section::Own
        } else {
            Section::Foreign
        }
    }
}

/// The place among `lines`, all of them imports, when they stand in sections.
pub(super) fn spot(lines: &[Line<'_>], text: &str, request: &ImportRequest<'_>) -> Option<Spot> {
    let sources: Option<Vec<_>> = lines.iter().map(|it| Some((it.span, it.source?))).collect();
    let sources = sources?;
    let sections = sources.iter().map(|(_, it)| it.section(request));
    let sections: Vec<Section> = sections.collect();
    if !sections.is_sorted() {
        return None;
    }
    let own = sections.partition_point(|it| *it < Section::Own);
    let relative = sections.partition_point(|it| *it < Section::Relative);
    let (foreign, rest) = sources.split_at_checked(own)?;
    let (own, relative) = rest.split_at_checked(relative - own)?;
    let last = foreign.last().map(|(span, _)| *span);
    if request.owner == Owner::Others {
        return last.map(|it| Spot {
            offset: it.end,
            apart_before: false,
            apart_after: false,
        });
    }
    if !own.is_empty() {
        return among(own, text, request.module);
    }
    match (last, relative.first()) {
        (Some(last), Some((next, _))) => Some(Spot {
            offset: last.end,
            apart_before: is_apart(last, *next, text),
            apart_after: false,
        }),
        (None, Some((next, _))) => Some(Spot {
            offset: next.start,
            apart_before: false,
            apart_after: true,
        }),
        (Some(last), None) => Some(Spot {
            offset: last.end,
            apart_before: true,
            apart_after: false,
        }),
        (None, None) => None,
    }
}

/// The place of `from module import …` among imports of one section.
fn among(lines: &[(Span, Source<'_>)], text: &str, module: &str) -> Option<Spot> {
    let key = |it: &Source<'_>| it.module.to_ascii_lowercase();
    let froms = lines.iter().filter(|(_, it)| it.from);
    let sorted = froms.clone().is_sorted_by_key(|(_, it)| key(it));
    let mut later = froms.filter(|(_, it)| sorted && *key(it) > *module);
    let (last, _) = lines.last()?;
    let next = later.next().map(|(span, _)| span.start);
    // What stands right above an import may be said of it.
    let next = next.filter(|it| !follows_comment(*it, text));
    Some(Spot {
        offset: next.unwrap_or(last.end),
        apart_before: false,
        apart_after: false,
    })
}

/// Whether nothing but empty lines, and at least one, lies between two imports.
fn is_apart(one: Span, two: Span, text: &str) -> bool {
    let between = Span::new(one.end, two.start).of(text).unwrap_or_default();
    between
        .lines()
        .next()
        .is_some_and(|it| it.trim().is_empty())
}

/// Whether the line above `offset` is a comment.
fn follows_comment(offset: usize, text: &str) -> bool {
    let above = text.get(..offset).unwrap_or_default();
    let line = above.lines().next_back().unwrap_or_default();
    line.trim_start().starts_with('#')
}
