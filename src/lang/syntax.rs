//! What tells how a file is read.

use camino::Utf8Path;

use super::Language;
use super::binding::Binding;
use super::call::Call;
use super::data;
use super::lexer;
use crate::text::Role;
use crate::text::Span;

/// A data format whose bindings are read without a grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `.env` files.
    Dotenv,
    /// INI files and their relatives.
    Ini,
    /// Java properties.
    Properties,
    /// YAML.
    Yaml,
    /// JSON, also with comments.
    Json,
    /// TOML.
    Toml,
    /// XML and HTML.
    Xml,
    /// Terraform and other HCL.
    Hcl,
    /// Dockerfiles.
    Dockerfile,
    /// POSIX shells and their relatives.
    Shell,
}

/// A programming language, or several that are written alike, whose bindings a lexer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// C, C++, Objective-C.
    C,
    /// C#.
    CSharp,
    /// Java.
    Java,
    /// Kotlin, Scala, F#.
    Kotlin,
    /// Groovy, also as Gradle and Jenkins have it.
    Groovy,
    /// Go.
    Go,
    /// Rust, Zig, Solidity.
    Rust,
    /// Swift.
    Swift,
    /// Dart.
    Dart,
    /// PHP.
    Php,
    /// Ruby, Crystal.
    Ruby,
    /// Perl.
    Perl,
    /// Lua.
    Lua,
    /// R, Julia and others whose comments open with a number sign.
    Hash,
    /// Languages made after Python.
    Starlark,
    /// SQL.
    Sql,
    /// PowerShell.
    PowerShell,
    /// Batch files of Windows.
    Batch,
    /// Elixir.
    Elixir,
    /// Visual Basic.
    Basic,
    /// What is written like JavaScript.
    Script,
    /// Vue, Svelte and Astro: scripts in elements.
    Component,
    /// Haskell and others whose comments open with two dashes.
    Other,
}

/// How bindings are read from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// From its syntax tree.
    Tree(Language),
    /// By the rules of a data format.
    Data(Format),
    /// By a lexer that knows strings, comments and `name = "value"` in most languages.
    Lexed(Dialect),
    /// Not at all: prose and what is not known.
    Plain,
}

impl Syntax {
    /// How to read a file, by its name.
    #[must_use]
    pub fn of_path(path: &Utf8Path) -> Self {
        if let Some(language) = Language::of_path(path) {
            return Self::Tree(language);
        }
        if let Some(format) = Format::of_path(path) {
            return Self::Data(format);
        }
        Dialect::of_path(path).map_or(Self::Plain, Self::Lexed)
    }

    /// Every name with a value bound to it, as far as that can be seen without a tree, in order.
    ///
    /// [`Language::bindings`] reads more out of a tree, where there is one.
    #[must_use]
    pub fn bindings(self, text: &str) -> Vec<Binding> {
        match self {
            Self::Data(format) => data::bindings(format, text),
            Self::Lexed(dialect) => lexer::bindings(dialect, text),
            Self::Tree(language) => lexer::bindings(language.dialect(), text),
            Self::Plain => Vec::new(),
        }
    }

    /// How its words and texts in quotes are read; nothing for data formats and prose.
    #[must_use]
    pub fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Lexed(Dialect::Batch | Dialect::Component) | Self::Data(_) | Self::Plain => None,
            Self::Lexed(dialect) => Some(dialect),
            Self::Tree(language) => Some(language.dialect()),
        }
    }

    /// Every call of a function whose name is `wanted`, as far as that can be seen without a tree.
    #[must_use]
    pub fn calls(self, text: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<Call> {
        let calls = self.dialect().map(|it| lexer::calls_in(it, text, wanted));
        calls.unwrap_or_default()
    }

    /// Where a text has texts in quotes and comments, as far as that can be seen without a tree,
    /// in order; nothing for data formats and prose.
    #[must_use]
    pub fn roles(self, text: &str) -> Vec<(Span, Role)> {
        let roles = self.dialect().map(|it| lexer::roles(it, text));
        roles.unwrap_or_default()
    }

    /// Whether code stands between its texts in quotes and its comments.
    #[must_use]
    pub fn is_code(self) -> bool {
        match self {
            Self::Lexed(Dialect::Batch | Dialect::Component) | Self::Data(_) | Self::Plain => false,
            Self::Lexed(_) | Self::Tree(_) => true,
        }
    }
}

impl Format {
    /// The data format of a file, by its name.
    #[must_use]
    pub fn of_path(path: &Utf8Path) -> Option<Self> {
        data::format_of(path)
    }
}
