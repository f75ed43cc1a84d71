//! Bindings in languages without a grammar.
//!
//! One pass over words, signs and texts in quotes, with a short memory: what a text is bound to
//! stands close before it in every language.

mod bind;
mod called;
mod calls;
mod dialect;
mod quotes;
#[cfg(test)]
mod tests;
mod token;

use self::bind::Binder;
use self::called::Caller;
use self::token::{Kind, Tokens};
use super::cursor::Cursor;
use super::gather::Gather;
use super::{Binding, Call, Dialect, Format, data};
use crate::text::Role;
use crate::text::Span;

/// Every name with a text next to it, in order.
pub(super) fn bindings(dialect: Dialect, text: &str) -> Vec<Binding> {
    match dialect {
        // Commands, as in other shells.
        Dialect::Batch => data::bindings(Format::Shell, text),
        // Scripts in elements, as in HTML.
        Dialect::Component => data::bindings(Format::Xml, text),
        Dialect::C
        | Dialect::CSharp
        | Dialect::Java
        | Dialect::Kotlin
        | Dialect::Groovy
        | Dialect::Go
        | Dialect::Rust
        | Dialect::Swift
        | Dialect::Dart
        | Dialect::Php
        | Dialect::Ruby
        | Dialect::Perl
        | Dialect::Lua
        | Dialect::Hash
        | Dialect::Starlark
        | Dialect::Sql
        | Dialect::PowerShell
        | Dialect::Elixir
        | Dialect::Basic
        | Dialect::Script
        | Dialect::Other => {
            let mut gather = Gather::new(text);
            read(dialect, Cursor::new(text), &mut gather);
            gather.finish()
        }
    }
}

/// The texts in quotes and the comments, in order.
pub(super) fn roles(dialect: Dialect, text: &str) -> Vec<(Span, Role)> {
    let mut tokens = Tokens::new(Cursor::new(text), dialect);
    tokens.comments = Some(Vec::new());
    let mut roles = Vec::new();
    while let Some(token) = tokens.next() {
        if token.kind == Kind::Text {
            roles.push((token.span, Role::String));
        }
    }
    let comments = tokens.comments.into_iter().flatten();
    roles.extend(comments.map(|it| (it, Role::Comment)));
    roles.sort_unstable_by_key(|(span, _)| *span);
    roles
}

/// Every call of a function with a `wanted` name, in the order in which they end.
pub(super) fn calls_in(dialect: Dialect, text: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<Call> {
    let mut tokens = Tokens::new(Cursor::new(text), dialect);
    let mut caller = Caller::new(dialect, text, wanted);
    while let Some(token) = tokens.next() {
        caller.take(token);
    }
    caller.finish()
}

/// Reads the script in an element of HTML.
pub(super) fn read_script(script: Span, gather: &mut Gather<'_>) {
    let cursor = Cursor::within(gather.text(), script);
    read(Dialect::Script, cursor, gather);
}

fn read<'t>(dialect: Dialect, cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    let mut tokens = Tokens::new(cursor, dialect);
    let mut binder = Binder::new(dialect, gather);
    while let Some(token) = tokens.next() {
        binder.take(token);
    }
}
