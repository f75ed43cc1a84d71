//! One change of a file, as if it were the only one, with every secret masked.

use std::fs;

use super::{ContentHash, FileFix, Fix};
use crate::text;
use crate::text::Edit;
use crate::text::MASK;
use crate::text::Span;

/// A file before and after one of its fixes, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The file before.
    pub before: String,
    /// The file after.
    pub after: String,
}

/// What `fix` alone does to `file`, with the import it needs; `None` when the file has changed
/// since the plan was made.
#[must_use]
pub fn preview(file: &FileFix, fix: &Fix) -> Option<Preview> {
    let text = fs::read_to_string(&file.file).ok()?;
    if ContentHash::of(text.as_bytes()) != file.before {
        return None;
    }
    let mut edits: Vec<Edit> = file.imports.iter().chain(&fix.edits).cloned().collect();
    edits.sort_by_key(|it| it.span);
    let mut all = edits.clone();
    for mask in merged(&file.masks) {
        let rest = outside(mask, &edits);
        all.extend(rest.into_iter().map(|it| Edit::replace(it, MASK)));
    }
    Some(Preview {
        before: text::mask(&text, &file.masks),
        after: text::apply(&text, &all).ok()?,
    })
}

/// The same spans without overlaps, by position.
fn merged(spans: &[Span]) -> Vec<Span> {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for span in sorted {
        match merged.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            Some(_) | None => merged.push(span),
        }
    }
    merged
}

/// What of `span` no edit replaces; `edits` come by position.
fn outside(span: Span, edits: &[Edit]) -> Vec<Span> {
    let mut rest = Vec::new();
    let mut start = span.start;
    for edit in edits.iter().filter(|it| it.span.overlaps(span)) {
        if start < edit.span.start {
            rest.push(Span::new(start, edit.span.start));
        }
        start = start.max(edit.span.end);
    }
    if start < span.end {
        rest.push(Span::new(start, span.end));
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_edits_leave_of_a_mask_stays_masked() {
        let edits = [
            Edit::insert(0, "x"),
            Edit::replace(Span::new(4, 6), ""),
            Edit::replace(Span::new(9, 20), ""),
        ];
        let rest = outside(Span::new(2, 12), &edits);
        assert_eq!(rest, [Span::new(2, 4), Span::new(6, 9)]);
        assert!(outside(Span::new(10, 20), &edits).is_empty());
        let spans = [Span::new(5, 9), Span::new(1, 3), Span::new(2, 4)];
        assert_eq!(merged(&spans), [Span::new(1, 4), Span::new(5, 9)]);
    }
}
