//! How a file comes to know the wrapper.

use crate::text::Edit;
use crate::text::Span;

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
    /// The names of the packages and modules that lie where it lies: what a Python file of the
    /// project imports of the project starts with one of them.
    pub beside: &'a [String],
    /// Whose the module is.
    pub owner: Owner,
}

/// Whose a module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// It is part of the project.
    Project,
    /// It comes with the language, or is installed.
    Others,
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
