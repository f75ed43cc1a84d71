//! What is written into a project: how the wrapper is called, and its files.
//!
//! The files lie in `fix_templates/`, where they are checked and tested as what they are. What
//! is written for a language is a handful of words, so they stand here and not in a file that
//! would have to be read and could be wrong.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::ContentHash;
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

/// The store that the code of a project can be told to read its secrets from.
///
/// Whichever it is, values that leave the code go into the local store, and nothing is made
/// anywhere else.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    clap::ValueEnum,
    serde::Deserialize,
    serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// The environment, and the encrypted file on the machines of developers.
    #[default]
    Local,
    /// AWS Secrets Manager as well.
    Aws,
    /// `HashiCorp` Vault or `OpenBao` as well.
    Vault,
}

impl Backend {
    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Local => "the local store",
            Self::Aws => "AWS Secrets Manager",
            Self::Vault => "Vault",
        }
    }

    /// What `SECRETS_BACKEND` calls it, and the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Aws => "aws",
            Self::Vault => "vault",
        }
    }
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
    /// What a project has only if it reads such a store.
    pub adapters: &'static [Adapter],
    /// The package that the wrapper needs to open the local store, and for nothing else.
    pub package: &'static str,
    /// The versions of it that the wrapper was tested with, as the package's own index writes it.
    pub range: &'static str,
}

/// What reads a store besides the local one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adapter {
    /// The store.
    pub backend: Backend,
    /// The files, by path below the folder the wrapper goes to; the first is there for no other store.
    pub files: &'static [TemplateFile],
    /// The package that a program needs to read the store, and the versions that were tested.
    pub package: Option<(&'static str, &'static str)>,
}

/// A file of a wrapper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateFile {
    /// Where it goes, relative to the folder of the wrapper, with `/`.
    pub path: &'static str,
    /// What it holds besides the line that [`TemplateFile::content`] adds; lines end in LF.
    pub body: &'static str,
}

/// What a file in the place of a wrapper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// What this shield would write.
    Current,
    /// What an older shield, or another build of this one, wrote and nobody has changed.
    Older,
    /// What a newer shield wrote and nobody has changed.
    Newer,
    /// What a shield wrote and a person has changed since.
    Changed,
    /// Something else.
    Foreign,
}

/// What the first comment of every wrapper begins with.
///
/// A file without it is somebody else's.
pub const MARK: &str = "Written by shield.";

/// What stands before the version and the hash in the line after it, behind the same sign.
const MADE: &str = "Made by shield ";

/// What stands after them.
const PROMISE: &str = ": a later one replaces it unless it was changed.";

/// The version of this shield.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How many digits of the hash are written; it tells changes and protects nothing.
const DIGITS: usize = 16;

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
        marked(text).is_some()
    }

    /// What is written: the body, and below the line that says who wrote it the version of shield and a hash of
    /// the body, by which a later shield knows its own work.
    #[must_use]
    pub fn content(&self) -> Cow<'static, str> {
        match CONTENTS.get(self.body) {
            Some(known) => Cow::Borrowed(known),
            None => Cow::Owned(self.content_of(VERSION)),
        }
    }

    /// What a shield of that `version` writes.
    fn content_of(&self, version: &str) -> String {
        let hash = digits(self.body);
        let mut content = String::with_capacity(self.body.len() + 128);
        for (number, line) in self.body.lines().enumerate() {
            content.push_str(line);
            content.push('\n');
            if Some(number) == marked(self.body) {
                let sign = line.split(MARK).next().unwrap_or_default();
                for part in [sign, MADE, version, ", ", &*hash, PROMISE, "\n"] {
                    content.push_str(part);
                }
            }
        }
        content
    }

    /// What `text`, found in the place of this file, is; line endings do not count.
    #[must_use]
    pub fn provenance(&self, text: &str) -> Provenance {
        if !Self::is_wrapper(text) {
            return Provenance::Foreign;
        }
        if text.lines().eq(self.content().lines()) {
            return Provenance::Current;
        }
        match stamp(text) {
            Some((version, hash)) if hash == digits(&unstamped(text)) => {
                if release(version) > release(VERSION) {
                    Provenance::Newer
                } else {
                    Provenance::Older
                }
            }
            Some(_) | None => Provenance::Changed,
        }
    }
}

/// What is written for each body: every file of a project asks for the same few.
static CONTENTS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let all = [&PYTHON, &TYPESCRIPT, &MODULE, &COMMON_JS].into_iter();
    let adapters = |it: &'static Template| it.adapters.iter().flat_map(|it| it.files);
    all.flat_map(|it| it.files.iter().chain(adapters(it)))
        .map(|it| (it.body, it.content_of(VERSION)))
        .collect()
});

/// The number of the line that says who wrote a file; only a directive may stand before it.
fn marked(text: &str) -> Option<usize> {
    text.lines().take(2).position(|it| it.contains(MARK))
}

/// The version and the hash in a wrapper.
fn stamp(text: &str) -> Option<(&str, &str)> {
    let (_, made) = text.lines().nth(marked(text)? + 1)?.split_once(MADE)?;
    made.strip_suffix(PROMISE)?.split_once(", ")
}

/// A wrapper without its version and hash, with plain line endings.
fn unstamped(text: &str) -> String {
    let stamped = marked(text).map(|it| it + 1);
    let mut body = String::with_capacity(text.len());
    for (number, line) in text.lines().enumerate() {
        if Some(number) != stamped {
            body.push_str(line);
            body.push('\n');
        }
    }
    body
}

/// The first digits of the hash of a body.
fn digits(body: &str) -> String {
    let hash = ContentHash::of(body.as_bytes()).to_string();
    hash.chars().take(DIGITS).collect()
}

/// The numbers of a version, without what may follow them.
fn release(version: &str) -> Vec<u64> {
    let plain = version.split(['-', '+']).next().unwrap_or_default();
    let numbers = plain.split('.').map(|it| it.parse().unwrap_or(0));
    numbers.collect()
}

/// A file of the Python package.
macro_rules! python {
    ($name:literal) => {
        TemplateFile {
            path: concat!("shield_secrets/", $name),
            body: include_str!(concat!("../../fix_templates/python/shield_secrets/", $name)),
        }
    };
}

/// The file of an adapter, and what comes with every one of them.
macro_rules! stores {
    ($name:literal, $tests:literal) => {
        &[
            python!($name),
            python!("stores.py"),
            python!("_audit.py"),
            python!("_cache.py"),
            python!("_failures.py"),
            python!("_http.py"),
            python!("_protect.py"),
            python!("_settings.py"),
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
            backend: Backend::Aws,
            files: stores!("_aws.py", "tests/test_aws.py"),
            package: Some(("boto3", ">=1.28,<2")),
        },
        Adapter {
            backend: Backend::Vault,
            files: stores!("_vault.py", "tests/test_vault.py"),
            package: None,
        },
    ],
    package: "pyrage",
    range: ">=1.2,<2",
};

/// `shield-secrets.ts`.
static TYPESCRIPT: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.ts",
    body: include_str!("../../fix_templates/typescript/shield-secrets.ts"),
}]);

/// `shield-secrets.js`, a module.
static MODULE: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.js",
    body: ESM,
}]);

/// `shield-secrets.mjs`.
static MODULE_MJS: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.mjs",
    body: ESM,
}]);

/// `shield-secrets.js`, `CommonJS`.
static COMMON_JS: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.js",
    body: CJS,
}]);

/// `shield-secrets.cjs`.
static COMMON_JS_CJS: Template = ecmascript(&[TemplateFile {
    path: "shield-secrets.cjs",
    body: CJS,
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
        adapters: &[],
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
            let template = Template::of(flavor);
            let adapters = template.adapters.iter().flat_map(|it| it.files);
            for file in template.files.iter().chain(adapters) {
                let content = file.content();
                assert!(TemplateFile::is_wrapper(&content), "{}", file.path);
                assert!(!content.contains('\r'), "{}", file.path);
                assert!(content.ends_with('\n'), "{}", file.path);
                assert!(stamp(&content).is_some(), "{}", file.path);
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
                (file.content().into_owned(), Provenance::Current),
                (other.content_of("0.0.9"), Provenance::Older),
                (other.content().into_owned(), Provenance::Older),
                (other.content_of("999.0.0-rc.1"), Provenance::Newer),
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
