//! Languages: their grammars, and what a stretch of their text is.
//!
//! The only place that knows node kinds. Everything else asks here for bindings, environment
//! reads, literals and imports.

mod binding;
mod call;
mod compare;
mod cursor;
mod data;
mod ecmascript;
mod env_type;
mod gateway;
mod gather;
mod import;
mod lexer;
mod literal;
mod passage;
mod python;
mod read;
mod syntax;
mod unused;

pub use binding::{Binding, Context};
pub use call::{Argument, Call};
pub use env_type::EnvType;
pub use gateway::{Gateway, GatewayKind, ImportedName, KeyedCall, NestPlace};
pub use import::{Import, ImportRequest, ModuleKind, Owner};
pub use literal::{Literal, Obstacle, Standing};
pub use passage::{Factory, Passage};
pub use read::{EnvRead, Fallback, ReadDefault, ReadForm};
pub use syntax::{Dialect, Format, Syntax};
pub use unused::Unused;

use camino::Utf8Path;
use memchr::memmem;
use tree_sitter::Node;

use crate::text::Edit;
use crate::text::Role;
use crate::text::Span;

/// A programming language with a grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Python 3.
    Python,
    /// JavaScript, with JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
}

/// One language, or several that share the shape of their trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Python.
    Python,
    /// JavaScript, TypeScript, TSX.
    EcmaScript,
}

impl Language {
    /// The language of a file, by its name.
    #[must_use]
    pub fn of_path(path: &Utf8Path) -> Option<Self> {
        match path.extension()? {
            "py" | "pyw" => Some(Self::Python),
            "js" | "jsx" | "mjs" | "cjs" => Some(Self::JavaScript),
            "ts" | "mts" | "cts" => Some(Self::TypeScript),
            "tsx" => Some(Self::Tsx),
            _ => None,
        }
    }

    /// The family of languages it belongs to.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::Python => Family::Python,
            Self::JavaScript | Self::TypeScript | Self::Tsx => Family::EcmaScript,
        }
    }

    /// Whether its compiler checks types.
    #[must_use]
    pub fn is_typed(self) -> bool {
        match self {
            Self::TypeScript | Self::Tsx => true,
            Self::Python | Self::JavaScript => false,
        }
    }

    /// How a lexer reads it, where there is no tree.
    fn dialect(self) -> Dialect {
        match self.family() {
            Family::Python => Dialect::Starlark,
            Family::EcmaScript => Dialect::Script,
        }
    }

    /// The grammar of its trees.
    #[must_use]
    pub fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        }
    }

    /// What the text under `span` is.
    #[must_use]
    pub fn role(self, root: Node<'_>, span: Span) -> Role {
        match self.family() {
            Family::Python => python::role(root, span),
            Family::EcmaScript => ecmascript::role(root, span),
        }
    }

    /// The smallest string literal that contains `span`.
    ///
    /// Parts of an implicit concatenation count as one literal.
    #[must_use]
    pub fn literal(self, root: Node<'_>, text: &str, span: Span) -> Option<Literal> {
        match self.family() {
            Family::Python => python::literal(root, text, span),
            Family::EcmaScript => ecmascript::literal(root, text, span),
        }
    }

    /// The stretch at `span` of a string with parts to fill in, where one more part may stand.
    #[must_use]
    pub fn passage(self, root: Node<'_>, text: &str, span: Span) -> Option<Passage> {
        match self.family() {
            Family::Python => python::passage(root, text, span),
            Family::EcmaScript => None,
        }
    }

    /// Every name with a string literal bound to it, in the order of the values.
    ///
    /// `reads` are all that the text has of [`Language::env_reads`].
    #[must_use]
    pub fn bindings(self, root: Node<'_>, text: &str, reads: &[EnvRead]) -> Vec<Binding> {
        match self.family() {
            Family::Python => python::bindings(root, text, reads),
            Family::EcmaScript => ecmascript::bindings(root, text, reads),
        }
    }

    /// Every read of an environment variable by a name written in the code, in order.
    #[must_use]
    pub fn env_reads(self, root: Node<'_>, text: &str) -> Vec<EnvRead> {
        // `environ`, `getenv`, `process.env`: whatever reads the environment names it.
        if memmem::find(text.as_bytes(), b"env").is_none() {
            return Vec::new();
        }
        match self.family() {
            Family::Python => python::env_reads(root, text),
            Family::EcmaScript => ecmascript::env_reads(root, text),
        }
    }

    /// Every place of a file through which its project reads settings, in order.
    #[must_use]
    pub fn gateways(self, root: Node<'_>, text: &str) -> Vec<Gateway> {
        match self.family() {
            Family::Python => python::gateways(root, text),
            Family::EcmaScript => ecmascript::gateways(root, text),
        }
    }

    /// Every call of one of these functions, or of a method of one of these objects, in order.
    #[must_use]
    pub fn keyed_calls(self, root: Node<'_>, text: &str, wanted: &[&str]) -> Vec<KeyedCall> {
        match self.family() {
            Family::Python => python::keyed_calls(root, text, wanted),
            Family::EcmaScript => ecmascript::keyed_calls(root, text, wanted),
        }
    }

    /// The names that a file imports at its top, in order.
    #[must_use]
    pub fn imported_names(self, root: Node<'_>, text: &str) -> Vec<ImportedName> {
        match self.family() {
            Family::Python => python::imported_names(root, text),
            Family::EcmaScript => ecmascript::imported_names(root, text),
        }
    }

    /// Makes the wrapper known to a file.
    ///
    /// # Errors
    ///
    /// Fails when no import can be placed before every use, or no name is free for it.
    pub fn import(
        self,
        root: Node<'_>,
        text: &str,
        request: &ImportRequest<'_>,
    ) -> Result<Import, Obstacle> {
        match self.family() {
            Family::Python => python::import(root, text, request),
            Family::EcmaScript => ecmascript::import(root, text, request),
        }
    }

    /// Whether the call at `site` reaches the symbol of `request`: the name it calls is bound by
    /// an import of that module and by nothing nearer, and the import runs before it.
    #[must_use]
    pub fn reaches_import(
        self,
        root: Node<'_>,
        text: &str,
        site: Span,
        request: &ImportRequest<'_>,
    ) -> bool {
        match self.family() {
            Family::Python => python::reaches_import(root, text, site, request),
            Family::EcmaScript => ecmascript::reaches_import(root, text, site, request),
        }
    }

    /// The names that a file declares for reads of its environment and that `edits` leave without
    /// a use, as far as the file itself tells.
    #[must_use]
    pub fn unused(self, root: Node<'_>, text: &str, edits: &[Edit]) -> Vec<Unused> {
        match self.family() {
            Family::Python => python::unused(root, text, edits),
            Family::EcmaScript => ecmascript::unused(root, text, edits),
        }
    }

    /// What the types of a file say of the environment: `interface ProcessEnv`.
    #[must_use]
    pub fn env_types(self, root: Node<'_>, text: &str) -> Vec<EnvType> {
        match self.family() {
            Family::Python => Vec::new(),
            Family::EcmaScript => ecmascript::env_types(root, text),
        }
    }

    /// The quote that most string literals of a file open with.
    #[must_use]
    pub fn quote(self, root: Node<'_>, text: &str) -> char {
        match self.family() {
            Family::Python => python::quote(root, text),
            Family::EcmaScript => ecmascript::quote(root, text),
        }
    }
}
