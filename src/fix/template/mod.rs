//! What is written into a project: how the wrapper is called, and its files.
//!
//! The files lie in `fix_templates/`, where they are checked and tested as what they are. What
//! is written for a language is a handful of words, so they stand here and not in a file that
//! would have to be read and could be wrong.

mod ecmascript;
mod file;

pub use file::{MARK, Provenance, TemplateFile};

use crate::lang::Family;
use crate::secret::StoreKind;
use ecmascript::{COMMON_JS, COMMON_JS_CJS, MODULE, MODULE_MJS, TYPESCRIPT};

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
    /// The option of a call whose value must be a plain text; empty where every text is one.
    pub plain: &'static str,
    /// The default that says "it may be missing": `None`.
    pub absent: &'static str,
    /// What follows a call to ask whether there is a secret, and whether there is none: `is not
    /// None`, `is None`.
    pub presence: [&'static str; 2],
    /// The files, by path below the folder the wrapper goes to.
    pub files: &'static [TemplateFile],
    /// What a project has only if it reads such a store.
    pub adapters: &'static [Adapter],
    /// The file that lists the stores, for every set of them; none where nothing lists them.
    pub lists: &'static [(&'static [StoreKind], TemplateFile)],
    /// What goes with an adapter where the project depends on a package.
    pub extras: &'static [(&'static str, &'static [TemplateFile])],
    /// The package that the wrapper needs to open the local store, and for nothing else.
    pub package: &'static str,
    /// The versions of it that the wrapper was tested with, as the package's own index writes it.
    pub range: &'static str,
}

/// What reads a store besides the local one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adapter {
    /// The store.
    pub backend: StoreKind,
    /// The files, by path below the folder the wrapper goes to; the first is there for no other store.
    /// One takes the place of a file that every project has, if it has the same path.
    pub files: &'static [TemplateFile],
    /// The package that a program needs to read the store, and the versions that were tested.
    pub package: Option<(&'static str, &'static str)>,
}

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

/// A file of the Python package.
macro_rules! python {
    ($name:literal) => {
        TemplateFile {
            path: concat!("shield_secrets/", $name),
            body: include_str!(concat!(
                "../../../fix_templates/python/shield_secrets/",
                $name
            )),
        }
    };
}

/// The file of an adapter, and what comes with every one of them.
macro_rules! stores {
    ($name:literal, $tests:literal) => {
        &[
            python!($name),
            python!("stores.py"),
            python!("_adapter.py"),
            python!("_audit.py"),
            python!("_cache.py"),
            python!("_protect.py"),
            python!("tests/test_stores.py"),
            python!($tests),
        ]
    };
}

/// `shield_secrets/`.
static PYTHON: Template = Template {
    family: Family::Python,
    module: "shield_secrets",
    symbol: "get_secret",
    alias: "_shield_get_secret",
    default: "default=",
    plain: "plain=True",
    absent: "None",
    presence: ["is not None", "is None"],
    files: &[
        python!("__init__.py"),
        python!("_core.py"),
        python!("_errors.py"),
        python!("_local.py"),
        python!("tests/__init__.py"),
        python!("tests/conftest.py"),
        python!("tests/test_shield_secrets.py"),
    ],
    adapters: &[
        Adapter {
            backend: StoreKind::Aws,
            files: stores!("_aws.py", "tests/test_aws.py"),
            package: Some(("boto3", ">=1.28,<2")),
        },
        Adapter {
            backend: StoreKind::Vault,
            files: stores!("_vault.py", "tests/test_vault.py"),
            package: None,
        },
    ],
    lists: &[],
    extras: &[(
        "pydantic-settings",
        &[
            python!("pydantic_source.py"),
            python!("tests/test_pydantic_source.py"),
        ],
    )],
    package: "pyrage",
    range: ">=1.2,<2",
};

#[cfg(test)]
mod tests {
    use super::*;
    use file::{content_of, release};

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
            let template = Template::of(flavor);
            let adapters = template.adapters.iter().flat_map(|it| it.files);
            let extras = template.extras.iter().flat_map(|it| it.1);
            for file in template.files.iter().chain(adapters).chain(extras) {
                let content = file.content();
                assert!(TemplateFile::is_wrapper(content), "{}", file.path);
                assert!(!content.contains('\r'), "{}", file.path);
                assert!(content.ends_with('\n'), "{}", file.path);
                assert!(TemplateFile::is_installed(content), "{}", file.path);
                assert!(!TemplateFile::is_installed(file.body), "{}", file.path);
            }
        }
    }

    #[test]
    fn a_file_is_known_by_its_content_whatever_its_line_endings() {
        for flavor in ALL {
            let file = Template::of(flavor).files[0];
            let other = TemplateFile {
                body: "// Written by shield. Once.\nlet x;\n",
                ..file
            };
            for (text, wanted) in [
                (file.content().to_owned(), Provenance::Current),
                (content_of(other.body, "0.0.9"), Provenance::Older),
                (other.content().to_owned(), Provenance::Older),
                (content_of(other.body, "999.0.0-rc.1"), Provenance::Newer),
                (format!("{}x\n", file.content()), Provenance::Changed),
                (format!("{}x\n", other.content()), Provenance::Changed),
                (file.body.to_owned(), Provenance::Changed),
                ("function getSecret() {}\n".to_owned(), Provenance::Foreign),
            ] {
                assert_eq!(file.provenance(&text), wanted, "{text}");
                let windows = text.replace('\n', "\r\n");
                assert_eq!(file.provenance(&windows), wanted, "{text}");
            }
        }
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(release("0.10.0") > release("0.9.3"));
        assert!(release("1.0.0-rc.1") == release("1.0.0"));
        assert!(release("1.0") < release("1.0.1"));
    }

    #[test]
    fn every_wrapper_exports_the_symbol_that_is_called() {
        for flavor in ALL {
            let template = Template::of(flavor);
            let found = template
                .files
                .iter()
                .any(|it| it.body.contains(&format!("{}(", template.symbol)));
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
