//! Takes keys out of a destructuring pattern: each gets a statement of its own.

use crate::lang::EnvRead;
use crate::text::Edit;
use crate::text::Span;

/// A key that is taken out, and what its name is declared as instead.
#[derive(Debug)]
pub(super) struct Pick {
    pub(super) local: Span,
    /// The part of the pattern.
    pub(super) part: Span,
    /// The pattern and what it is given.
    pub(super) declarator: Span,
    /// The whole statement.
    pub(super) statement: Span,
    pub(super) call: String,
}

/// The edits that take `picks`, all of one statement of `text` with these `reads`, out of it.
pub(super) fn take_out(text: &str, reads: &[EnvRead], picks: &[Pick]) -> Option<Vec<Edit>> {
    let first = picks.first()?;
    let statement = first.statement;
    let parts = reads
        .iter()
        .filter(|it| it.form.picked_from() == Some(statement));
    let parts: Vec<Span> = parts.map(|it| it.expression).collect();
    let head = Span::new(statement.start, first.declarator.start).of(text)?;
    let rest = Span::new(first.declarator.end, statement.end).of(text)?;
    let end = if rest.starts_with(';') { ";" } else { "" };
    let before = text.get(..statement.start)?;
    let line = before.rsplit('\n').next().unwrap_or("");
    let indent = if line.trim().is_empty() { line } else { "" };
    let eol = eol(text);
    let declared = |it: &Pick| Some(format!("{} = {}", it.local.of(text)?, it.call));
    let mut edits = Vec::new();
    let mut following = picks.iter();
    if parts.iter().all(|it| is_picked(*it, picks)) {
        edits.push(Edit::replace(
            first.declarator,
            declared(following.next()?)?,
        ));
    } else {
        edits.extend(cuts(&parts, picks));
    }
    let added: Option<Vec<String>> = following
        .map(|it| Some(format!("{eol}{indent}{head}{}{end}", declared(it)?)))
        .collect();
    let added = added?.concat();
    if !added.is_empty() {
        edits.push(Edit::insert(statement.end, added));
    }
    Some(edits)
}

/// The edits that remove the picked ones of `parts`, each run of them with the comma and the
/// blanks between it and what stays.
fn cuts(parts: &[Span], picks: &[Pick]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut kept = None;
    let mut run: Option<Span> = None;
    for part in parts {
        if is_picked(*part, picks) {
            run = Some(Span::new(run.map_or(part.start, |it| it.start), part.end));
            continue;
        }
        if let Some(gone) = run.take() {
            edits.push(Edit::replace(Span::new(gone.start, part.start), ""));
        }
        kept = Some(*part);
    }
    if let (Some(gone), Some(kept)) = (run, kept) {
        edits.push(Edit::replace(Span::new(kept.end, gone.end), ""));
    }
    edits
}

fn is_picked(part: Span, picks: &[Pick]) -> bool {
    picks.iter().any(|it| it.part == part)
}

/// What ends most lines of `text`.
fn eol(text: &str) -> &'static str {
    let long = text.matches("\r\n").count();
    if long > text.matches('\n').count() / 2 {
        "\r\n"
    } else {
        "\n"
    }
}
