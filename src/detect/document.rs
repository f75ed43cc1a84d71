//! A text on its way through the detectors, parsed when first asked for a tree.

use std::cell::OnceCell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, Parser, Tree};

use crate::lang::Binding;
use crate::lang::EnvRead;
use crate::lang::Language;
use crate::lang::Syntax;
use crate::text::LineIndex;
use crate::text::Role;
use crate::text::Span;

/// Texts above this size are not parsed, in bytes: trees take forty times the memory.
const MAX_PARSED: usize = 1024 * 1024;

/// How long a parse may take.
const PARSE_TIME: Duration = Duration::from_secs(3);

/// A text on its way through the detectors; parsed when first asked for a tree.
#[derive(Debug)]
pub struct Document<'s> {
    /// The text.
    pub text: &'s str,
    /// How bindings are read from it.
    pub syntax: Syntax,
    lines: OnceCell<LineIndex>,
    tree: OnceCell<Result<Tree, &'static str>>,
    bindings: OnceCell<Vec<Binding>>,
    env_reads: OnceCell<Vec<EnvRead>>,
    roles: OnceCell<Vec<(Span, Role)>>,
    quote: OnceCell<char>,
}

impl<'s> Document<'s> {
    /// A document of `text`; nothing is read yet.
    #[must_use]
    pub fn new(text: &'s str, syntax: Syntax) -> Self {
        Self {
            text,
            syntax,
            lines: OnceCell::new(),
            tree: OnceCell::new(),
            bindings: OnceCell::new(),
            env_reads: OnceCell::new(),
            roles: OnceCell::new(),
            quote: OnceCell::new(),
        }
    }

    /// Where its lines start.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text))
    }

    /// Its language and tree; `None` without a grammar, or when the text was too much for it.
    pub fn tree(&self) -> Option<(Language, &Tree)> {
        let Syntax::Tree(language) = self.syntax else {
            return None;
        };
        let tree = self.tree.get_or_init(|| parse(self.text, language));
        tree.as_ref().ok().map(|it| (language, it))
    }

    /// Why there is no tree, when one was asked for and could not be made.
    pub fn tree_failure(&self) -> Option<&'static str> {
        self.tree.get()?.as_ref().err().copied()
    }

    /// Every name with a literal value, by the position of the value.
    pub fn bindings(&self) -> &[Binding] {
        self.bindings.get_or_init(|| match self.tree() {
            Some((language, tree)) => {
                language.bindings(tree.root_node(), self.text, self.env_reads())
            }
            None => self.syntax.bindings(self.text),
        })
    }

    /// The binding whose value holds `span`.
    pub(super) fn binding_around(&self, span: Span) -> Option<&Binding> {
        let bindings = self.bindings();
        let after = bindings.partition_point(|it| it.value.start <= span.start);
        let around = after.checked_sub(1).and_then(|it| bindings.get(it));
        around.filter(|it| it.value.contains(span))
    }

    /// Whether a value that begins at `start`, or right beside it, is bound to something.
    pub(super) fn binds_at(&self, start: usize) -> bool {
        let bindings = self.bindings();
        let near = bindings.partition_point(|it| it.value.start + 1 < start);
        let near = bindings.get(near);
        near.is_some_and(|it| it.value.start <= start + 1)
    }

    /// Every read of the environment, by position.
    pub fn env_reads(&self) -> &[EnvRead] {
        self.env_reads.get_or_init(|| {
            self.tree().map_or_else(Vec::new, |(language, tree)| {
                language.env_reads(tree.root_node(), self.text)
            })
        })
    }

    /// The quote that most string literals open with.
    pub fn quote(&self) -> char {
        *self.quote.get_or_init(|| {
            self.tree().map_or('"', |(language, tree)| {
                language.quote(tree.root_node(), self.text)
            })
        })
    }

    /// What the text under `span` is to its language; plain in data formats and prose.
    pub fn role(&self, span: Span) -> Role {
        if let Some((language, tree)) = self.tree() {
            return language.role(tree.root_node(), span);
        }
        let roles = self.roles.get_or_init(|| self.syntax.roles(self.text));
        let after = roles.partition_point(|(it, _)| it.start <= span.start);
        let around = after.checked_sub(1).and_then(|it| roles.get(it));
        around
            .filter(|(it, _)| it.contains(span))
            .map_or(Role::Plain, |(_, role)| *role)
    }
}

/// Parses `text`, within [`MAX_PARSED`] and [`PARSE_TIME`].
pub(super) fn parse(text: &str, language: Language) -> Result<Tree, &'static str> {
    if text.len() > MAX_PARSED {
        return Err("it is larger than 1 MiB");
    }
    let mut parser = Parser::new();
    if parser.set_language(&language.grammar()).is_err() {
        return Err("the grammar does not fit this program");
    }
    let deadline = Instant::now() + PARSE_TIME;
    let mut late = |_: &tree_sitter::ParseState| {
        if Instant::now() > deadline {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut late);
    let mut rest = |offset: usize, _| text.as_bytes().get(offset..).unwrap_or_default();
    parser
        .parse_with_options(&mut rest, None, Some(options))
        .ok_or("parsing took too long")
}
