//! Each table is a list of shapes and what is made of them.

mod bindings;
mod import;
mod literals;
mod placement;
mod reads;
mod reuse;

use tree_sitter::{Parser, Tree};

use crate::lang::Language;
use crate::text::Span;

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&Language::Python.grammar()).unwrap();
    parser.parse(text, None).unwrap()
}

/// Where `part` first stands in `text`.
fn find(text: &str, part: &str) -> Span {
    let start = text.find(part).expect(part);
    Span::new(start, start + part.len())
}
