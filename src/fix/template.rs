//! What is written into a project: how the wrapper is called, and its files.
//!
//! The files lie in `fix_templates/`, where they are checked and tested as what they are. What
//! is written for a language is a handful of words, so they stand here and not in a file that
//! would have to be read and could be wrong.

use crate::lang::Family;

/// The form of a wrapper, which its surroundings decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavor {
    /// `shield_secrets/`, a package without dependencies, for Python 3.9 and later.
    Python,
    /// `shield-secrets.ts`, which compiles to either kind of module.
    TypeScript,
    /// `shield-secrets.js` in a package of `"type": "module"`.
    Module,
    /// `shield-secrets.mjs`, for modules in a package of `CommonJS`.
    ModuleMjs,
    /// `shield-secrets.js` in a package of `CommonJS`.
    CommonJs,
    /// `shield-secrets.cjs` in a package of `"type": "module"`; modules can import it too.
    CommonJsCjs,
}

/// What is written for one flavor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// The languages whose files can call it.
    pub family: Family,
    /// What it is called, without a path: `shield_secrets`, `shield-secrets`.
    pub module: &'static str,
    /// The function: `get_secret`.
    pub symbol: &'static str,
    /// What the function is imported as where its name means something else.
    pub alias: &'static str,
    /// What stands before a default: `default=`, or nothing.
    pub default: &'static str,
    /// The default that says "it may be missing": `None`.
    pub absent: &'static str,
    /// What follows a call to ask whether there is a secret, and whether there is none: `is not
    /// None`, `is None`.
    pub presence: [&'static str; 2],
    /// The files, by path below the folder the wrapper goes to.
    pub files: &'static [TemplateFile],
    /// The package that the wrapper needs to open the local store, and for nothing else.
    pub package: &'static str,
    /// The versions of it that the wrapper was tested with, as the package's own index writes it.
    pub range: &'static str,
}

/// A file of a wrapper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateFile {
    /// Where it goes, relative to the folder of the wrapper, with `/`.
    pub path: &'static str,
    /// What it holds; lines end in LF.
    pub content: &'static str,
}

/// What the first line of every wrapper begins with, behind the sign of a comment.
///
/// A file without it is somebody else's; one with it that is not the current content is an
/// older wrapper, or one that a person has changed.
pub const MARK: &str = "Written by shield.";

impl Template {
    /// The template of a flavor.
    #[must_use]
    pub fn of(flavor: Flavor) -> &'static Self {
        match flavor {
            Flavor::Python => &PYTHON,
            Flavor::TypeScript => &TYPESCRIPT,
            Flavor::Module => &MODULE,
            Flavor::ModuleMjs => &MODULE_MJS,
            Flavor::CommonJs => &COMMON_JS,
            Flavor::CommonJsCjs => &COMMON_JS_CJS,
        }
    }

    /// The argument that names a variable which does not follow from the secret's name.
    ///
    /// `quote` is the sign around strings in the file: `env="VAR"`, `{ env: "VAR" }`.
    #[must_use]
    pub fn variable(&self, variable: &str, quote: char) -> String {
        match self.family {
            Family::Python => format!("env={quote}{variable}{quote}"),
            Family::EcmaScript => format!("{{ env: {quote}{variable}{quote} }}"),
        }
    }
}

impl TemplateFile {
    /// Whether `text` was written by shield, in this version or another, and changed or not.
    #[must_use]
    pub fn is_wrapper(text: &str) -> bool {
        text.lines().take(2).any(|it| it.contains(MARK))
    }

    /// Whether `text` is this file, with whatever line endings.
    #[must_use]
    pub fn is_unchanged(&self, text: &str) -> bool {
        text.lines().eq(self.content.lines())
    }
}

/// A file of the Python package.
macro_rules! python {
    ($name:literal) => {
        TemplateFile {
            path: concat!("shield_secrets/", $name),
            content: include_str!(concat!("../../fix_templates/python/shield_secrets/", $name)),
        }
    };
}

/// `shield_secrets/`.
static PYTHON: Template = Template {
    family: Family::Python,
    module: "shield_secrets",
    symbol: "get_secret",
    alias: "_shield_get_secret",
    default: "default=",
    absent: "None",
    presence: ["is not None", "is None"],
    files: &[
        python!("__init__.py"),
        python!("_api.py"),
        python!("_audit.py"),
        python!("_cache.py"),
        python!("_config.py"),
        python!("_core.py"),
        python!("_env.py"),
        python!("_errors.py"),
        python!("_local.py"),
        python!("_protect.py"),
        python!("_rotation.py"),
        python!("_types.py"),
    ],
    package: "pyrage",
    range: ">=1.2,<2",
};

/// `shield-secrets.ts`.
static TYPESCRIPT: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.ts",
    content: include_str!("../../fix_templates/typescript/shield-secrets.ts"),
}]);

/// `shield-secrets.js`, a module.
static MODULE: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.js",
    content: ESM,
}]);

/// `shield-secrets.mjs`.
static MODULE_MJS: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.mjs",
    content: ESM,
}]);

/// `shield-secrets.js`, `CommonJS`.
static COMMON_JS: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.js",
    content: CJS,
}]);

/// `shield-secrets.cjs`.
static COMMON_JS_CJS: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.cjs",
    content: CJS,
}]);

/// The form that is imported.
const ESM: &str = include_str!("../../fix_templates/typescript/javascript/shield-secrets.mjs");

/// The form that is required.
const CJS: &str = include_str!("../../fix_templates/typescript/javascript/shield-secrets.cjs");

/// What all wrappers of JavaScript and TypeScript have in common.
const fn ecmascript(files: &'static [TemplateFile]) -> Template {
    Template {
        family: Family::EcmaScript,
        module: "shield-secrets",
        symbol: "getSecret",
        alias: "shieldGetSecret",
        default: "",
        absent: "undefined",
        presence: ["!== undefined", "=== undefined"],
        files,
        package: "age-encryption",
        range: "^0.3.1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Flavor; 6] = [
        Flavor::Python,
        Flavor::TypeScript,
        Flavor::Module,
        Flavor::ModuleMjs,
        Flavor::CommonJs,
        Flavor::CommonJsCjs,
    ];

    #[test]
    fn every_file_says_who_wrote_it_and_has_plain_lines() {
        for flavor in ALL {
            for file in Template::of(flavor).files {
                assert!(TemplateFile::is_wrapper(file.content), "{}", file.path);
                assert!(!file.content.contains('\r'), "{}", file.path);
                assert!(file.content.ends_with('\n'), "{}", file.path);
            }
        }
    }

    #[test]
    fn a_file_is_known_by_its_content_whatever_its_line_endings() {
        let file = Template::of(Flavor::Python).files[0];
        assert!(file.is_unchanged(&file.content.replace('\n', "\r\n")));
        assert!(!file.is_unchanged(&format!("{}x = 1\n", file.content)));
        assert!(!TemplateFile::is_wrapper("def get_secret(): ..."));
    }

    #[test]
    fn every_wrapper_exports_the_symbol_that_is_called() {
        for flavor in ALL {
            let template = Template::of(flavor);
            let found = template
                .files
                .iter()
                .any(|it| it.content.contains(&format!("{}(", template.symbol)));
            assert!(found, "{flavor:?}");
        }
    }

    #[test]
    fn a_variable_is_named_as_the_language_names_arguments() {
        let named = |flavor, quote| Template::of(flavor).variable("A_KEY", quote);
        assert_eq!(named(Flavor::Python, '\''), "env='A_KEY'");
        assert_eq!(named(Flavor::CommonJs, '"'), "{ env: \"A_KEY\" }");
    }
}
