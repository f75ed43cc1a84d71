//! Everything in a text that the model can be asked about, for training it.

use camino::Utf8Path;

use super::view;
use super::{Candidate, Form, is_credential_name};
use crate::detect::Document;
use crate::detect::mention;
use crate::risk::FileClass;
use crate::text::Role;
use crate::text::Span;

/// Shorter and longer values are left out, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=512;

/// The values with a name under which secrets are kept, bound to it or written next to it, by
/// position.
#[must_use]
pub fn candidates<'a>(
    document: &'a Document<'a>,
    class: FileClass,
    path: &'a Utf8Path,
) -> Vec<(Span, Candidate<'a>)> {
    let text = document.text;
    let of = |name: &'a str, span: Span, form| {
        let value = span.of(text).filter(|it| LENGTHS.contains(&it.len()))?;
        let (before, after) = view::around(text, span);
        let syntax = document.syntax;
        let candidate = Candidate {
            name,
            value,
            form,
            class,
            syntax,
            before,
            after,
            path,
        };
        Some((span, candidate))
    };
    let bindings = document.bindings().iter();
    let bound = bindings.filter(|it| is_credential_name(&it.name));
    let bound = bound.filter_map(|it| of(&it.name, it.value, Form::Bound));
    let mut found: Vec<(Span, Candidate<'a>)> = bound.collect();
    for name in identifiers(text) {
        let name = mention::identifier(text.as_bytes(), name);
        let Some(mention) = name.and_then(|it| mention::beside(text, it)) else {
            continue;
        };
        let form = form(document, Span::new(mention.name.start, mention.value.end));
        let written = mention.name.of(text).unwrap_or_default();
        // In code itself, what stands without quotes is a name or a type.
        let is_text = mention.quoted || form != Form::Argument;
        if is_text && is_credential_name(written) && !document.binds_at(mention.value.start) {
            found.extend(of(written, mention.value, form));
        }
    }
    found.sort_by_key(|(span, _)| *span);
    found.dedup_by_key(|(span, _)| *span);
    found
}

/// How a name and a value that no language binds are connected.
fn form(document: &Document<'_>, whole: Span) -> Form {
    if document.syntax.is_code() && document.role(whole) == Role::Plain {
        Form::Argument
    } else {
        Form::Mentioned
    }
}

/// The names in a text.
fn identifiers(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|it| mention::is_part(**it)).count();
        if length > 0 {
            found.push(Span::new(at, at + length));
        }
        at += length + 1;
    }
    found
}
