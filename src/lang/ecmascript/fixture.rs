//! Parsed texts for the tests of this folder.

use tree_sitter::Node;
use tree_sitter::Parser;
use tree_sitter::Tree;

use crate::lang::Language;
use crate::text::Span;

/// A text and its tree.
pub(super) struct Parsed {
    pub(super) text: String,
    tree: Tree,
}

impl Parsed {
    pub(super) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// Where `part` stands first.
    pub(super) fn span(&self, part: &str) -> Span {
        let start = self.text.find(part).expect("the part is in the text");
        Span::new(start, start + part.len())
    }

    /// The text under `span`.
    pub(super) fn under(&self, span: Span) -> &str {
        span.of(&self.text).expect("the span fits the text")
    }
}

pub(super) fn parse(language: Language, text: &str) -> Parsed {
    let mut parser = Parser::new();
    parser
        .set_language(&language.grammar())
        .expect("the grammar fits the library");
    Parsed {
        text: text.to_owned(),
        tree: parser.parse(text, None).expect("parsing is not cancelled"),
    }
}

pub(super) fn js(text: &str) -> Parsed {
    parse(Language::JavaScript, text)
}

pub(super) fn ts(text: &str) -> Parsed {
    parse(Language::TypeScript, text)
}

pub(super) fn tsx(text: &str) -> Parsed {
    parse(Language::Tsx, text)
}
