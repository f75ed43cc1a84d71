//! Languages: their grammars, and what a stretch of their text is.
//!
//! The only place that knows node kinds. Everything else asks here for bindings, environment
//! reads, literals and imports.

mod call;
mod cursor;
mod data;
mod ecmascript;
mod gather;
mod lexer;
mod python;

pub use call::{Argument, Call};

use camino::Utf8Path;
use tree_sitter::Node;

use crate::secret::Secret;
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

/// A name and the literal bound to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The name as written, without quotes and without what it is a part of.
    pub name: String,
    /// What encloses the name, outermost first: targets, keys, classes, the function called.
    pub path: Vec<String>,
    /// The value as written, between its quotes.
    pub value: Span,
    /// How the two are bound.
    pub context: Context,
}

/// How a name and a literal are bound to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// An assignment or declaration.
    Variable,
    /// A field of a class or an attribute of an object.
    Attribute,
    /// A pair of a dictionary, an object or a data file.
    Entry,
    /// A keyword argument, or an attribute of an element.
    Argument,
    /// The default of a parameter.
    Parameter,
    /// The other side of a comparison.
    Comparison,
    /// The default of a read from the environment, bound to the variable's name.
    EnvDefault,
    /// What stands after `or`, `||` or `??`, bound to the target of the whole.
    Fallback,
}

/// A string literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// With prefix and quotes; all parts of an implicit concatenation.
    pub outer: Span,
    /// Between the quotes; between the first and the last quote of a concatenation.
    pub inner: Span,
    /// What the literal is at run time; absent when it has parts to fill in, or is not text.
    pub value: Option<Secret>,
    /// Whether a call may stand in its place.
    pub standing: Standing,
}

/// A read of one environment variable whose name is written in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvRead {
    /// The variable.
    pub variable: String,
    /// The whole expression: `os.environ.get("X", "")`, `process.env.X`.
    pub expression: Span,
    /// How it is written.
    pub form: ReadForm,
    /// What stands after `or`, `||` or `??` on its right, where that is a string literal.
    pub fallback: Option<Fallback>,
    /// Whether a call may stand in its place.
    pub standing: Standing,
}

/// How a read of the environment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadForm {
    /// `os.environ["X"]`: fails when the variable is not set.
    Subscript {
        /// The name with its quotes.
        key: Span,
    },
    /// `os.environ.get("X")`, `os.getenv("X", "d")`.
    Call {
        /// The function: `os.environ.get`.
        callee: Span,
        /// The name with its quotes.
        key: Span,
        /// The default, if there is one.
        default: ReadDefault,
    },
    /// `process.env.X`, `process.env["X"]`: undefined when the variable is not set.
    Member,
    /// `const { X: name = "d" } = process.env;` with this one key: the whole declarator goes.
    Destructured {
        /// The name that is declared.
        local: Span,
        /// The default, if there is one.
        default: Option<Span>,
        /// The pattern and the value, `{ X } = process.env`.
        declarator: Span,
    },
    /// `"X" in os.environ`, `"X" in process.env`.
    Presence {
        /// The name with its quotes.
        key: Span,
    },
}

/// The default of a read that is written as a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadDefault {
    /// None is given.
    Absent,
    /// The second argument.
    Positional(Span),
    /// `default=…`, the value only.
    Keyword(Span),
}

/// A literal that a read falls back to when the variable is not set or empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback {
    /// The whole expression, read and literal: `os.environ.get("X") or "d"`.
    pub expression: Span,
    /// The literal with its quotes.
    pub literal: Span,
}

/// Whether a call may stand in the place of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It may.
    Free,
    /// The code runs, its behaviour may differ.
    Caution(Obstacle),
    /// It may not.
    Barred(Obstacle),
}

/// What stands against replacing an expression by a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Obstacle {
    /// Types, patterns and enumerations need a constant.
    #[error("a constant is required here")]
    ConstantRequired,
    /// The literal is one part of a value that the program puts together.
    #[error("the value is put together from several parts")]
    Concatenated,
    /// The literal has parts to fill in.
    #[error("the literal has parts that are filled in at run time")]
    Interpolated,
    /// The value is bytes that are not text.
    #[error("the value is not UTF-8 text")]
    NonUtf8Value,
    /// A comment or a docstring.
    #[error("the value stands in a comment or a docstring; take it out by hand")]
    Comment,
    /// The default of a parameter is made once, when the function is defined.
    #[error("the default of a parameter is evaluated once, when the function is defined")]
    DefaultParameter,
    /// A field of a dataclass or a model is declared, not assigned.
    #[error("a declared field keeps one value for all instances")]
    DeclaredField,
    /// The file also writes the variable, so the order matters.
    #[error("the file also writes this variable")]
    WriteInFile,
    /// A test whether the variable is set decides what the code does.
    #[error("the code tests whether the variable is set")]
    PresenceGate,
    /// A rest element or several keys in one destructuring.
    #[error("the destructuring takes other variables too")]
    Destructured,
    /// TypeScript has narrowed the type of a property that is read again.
    #[error("the type of a later read was narrowed by this one")]
    Narrowing,
    /// The code runs in a browser.
    #[error("the code runs in a browser, where no secret can be kept")]
    ClientCode,
    /// The variable is handed to browsers by its prefix.
    #[error("the variable is public by its prefix")]
    PublicPrefix,
    /// The code runs where there is no Node.
    #[error("the code runs in an edge runtime")]
    EdgeRuntime,
    /// The value is put into the bundle when the project is built.
    #[error("the value is inlined when the project is built")]
    BuildTimeConfig,
    /// The file has a syntax error close by.
    #[error("the file has a syntax error at or next to this place")]
    ErrorNodeNear,
    /// The name of the wrapper means something else here and no other can be used.
    #[error("the name of the wrapper is used for something else here")]
    ImportConflict,
    /// No place for the import comes before the use.
    #[error("no place for an import comes before the use")]
    ImportAfterUse,
    /// The language form is known and not supported.
    #[error("this form is not rewritten")]
    UnsupportedForm,
}

impl Obstacle {
    /// The stable reason code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ConstantRequired => "constant-required",
            Self::Concatenated => "concatenated",
            Self::Interpolated => "interpolated",
            Self::NonUtf8Value => "non-utf8-value",
            Self::Comment => "comment",
            Self::DefaultParameter => "default-parameter",
            Self::DeclaredField => "declared-field",
            Self::WriteInFile => "write-in-file",
            Self::PresenceGate => "presence-gate",
            Self::Destructured => "destructured",
            Self::Narrowing => "narrowing",
            Self::ClientCode => "client-code",
            Self::PublicPrefix => "public-prefix",
            Self::EdgeRuntime => "edge-runtime",
            Self::BuildTimeConfig => "build-time-config",
            Self::ErrorNodeNear => "error-node-near",
            Self::ImportConflict => "import-conflict",
            Self::ImportAfterUse => "import-after-use",
            Self::UnsupportedForm => "unsupported-form",
        }
    }
}

/// What to import, and where it will be used.
#[derive(Debug, Clone)]
pub struct ImportRequest<'a> {
    /// What follows `from`: `shield_secrets`, `./shield-secrets.js`.
    pub module: &'a str,
    /// What is imported: `get_secret`.
    pub symbol: &'a str,
    /// The name to use where `symbol` means something else: `_shield_get_secret`.
    pub alias: &'a str,
    /// The kind of module that the file is, as far as its path and its package tell.
    pub module_kind: ModuleKind,
    /// The expressions that will call it.
    pub uses: &'a [Span],
}

/// How a file of JavaScript or TypeScript is loaded, as its path and its package tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleKind {
    /// `.mjs`, `.mts`, or `"type": "module"`.
    EcmaScript,
    /// `.cjs`, `.cts`.
    CommonJs,
    /// Only the syntax of the file tells; `CommonJS` where it does not.
    Unknown,
}

/// How a file comes to know the wrapper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What calls are written with: `get_secret`, `gs`, `shield_secrets.get_secret`.
    pub callee: String,
    /// The edits that make it known; none when it is known already.
    pub edits: Vec<Edit>,
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

    /// Every name with a string literal bound to it, in the order of the values.
    #[must_use]
    pub fn bindings(self, root: Node<'_>, text: &str) -> Vec<Binding> {
        match self.family() {
            Family::Python => python::bindings(root, text),
            Family::EcmaScript => ecmascript::bindings(root, text),
        }
    }

    /// Every read of an environment variable by a name written in the code, in order.
    #[must_use]
    pub fn env_reads(self, root: Node<'_>, text: &str) -> Vec<EnvRead> {
        match self.family() {
            Family::Python => python::env_reads(root, text),
            Family::EcmaScript => ecmascript::env_reads(root, text),
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

    /// The quote that most string literals of a file open with.
    #[must_use]
    pub fn quote(self, root: Node<'_>, text: &str) -> char {
        match self.family() {
            Family::Python => python::quote(root, text),
            Family::EcmaScript => ecmascript::quote(root, text),
        }
    }
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

    /// Every call of a function whose name is `wanted`, as far as that can be seen without a tree.
    #[must_use]
    pub fn calls(self, text: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<Call> {
        match self {
            Self::Lexed(Dialect::Batch | Dialect::Component) | Self::Data(_) | Self::Plain => {
                Vec::new()
            }
            Self::Lexed(dialect) => lexer::calls_in(dialect, text, wanted),
            Self::Tree(language) => lexer::calls_in(language.dialect(), text, wanted),
        }
    }

    /// Where a text has texts in quotes and comments, as far as that can be seen without a tree,
    /// in order; nothing for data formats and prose.
    #[must_use]
    pub fn roles(self, text: &str) -> Vec<(Span, Role)> {
        match self {
            Self::Lexed(Dialect::Batch | Dialect::Component) | Self::Data(_) | Self::Plain => {
                Vec::new()
            }
            Self::Lexed(dialect) => lexer::roles(dialect, text),
            Self::Tree(language) => lexer::roles(language.dialect(), text),
        }
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
