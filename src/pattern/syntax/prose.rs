//! What follows the ways of detection: fixes, advice, references, examples.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What follows the fix in a pattern file, which only findings and tests ask for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Prose {
    pub(crate) remediation: String,
    pub(crate) rotation: Rotation,
    pub(crate) references: References,
    pub(crate) examples: Examples,
}

/// What a fix does.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// A template in `fix_templates/<language>/`.
    pub template: Option<String>,
    /// The name to store a value under where the code gives none.
    pub secret_name: Option<String>,
    /// The best the fix can be.
    pub applicability: Option<Applicability>,
}

/// How far a rewrite can be trusted, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// Shown, never written.
    DisplayOnly,
    /// Written with `--unsafe-fixes`: the code runs, its behaviour may differ.
    Unsafe,
    /// Written with `--fix`.
    Safe,
}

/// How the secret is replaced by a new one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// The page where the secret is replaced.
    pub console: Option<String>,
    /// Whether a provisioner can do it.
    #[serde(default)]
    pub automatic: bool,
    /// What to do, in order.
    #[serde(default)]
    pub steps: Vec<String>,
}

/// What has been written about it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct References {
    /// Numbers of the Common Weakness Enumeration.
    #[serde(default)]
    pub cwe: Vec<u32>,
    /// Categories of the OWASP Top Ten, with the year.
    #[serde(default)]
    pub owasp: Vec<String>,
    /// Control numbers, by standard and version.
    #[serde(default)]
    pub compliance: BTreeMap<String, Vec<String>>,
    /// Further reading.
    #[serde(default)]
    pub links: Vec<String>,
}

/// Texts that say what is found and what is not.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Found exactly once.
    #[serde(default, rename = "match")]
    pub matches: Vec<Match>,
    /// Rightly not found.
    #[serde(default)]
    pub no_match: Vec<NoMatch>,
    /// Wrongly not found.
    #[serde(default)]
    pub known_miss: Vec<NoMatch>,
}

/// A text in which the pattern is found exactly once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The path of the file that holds it.
    #[serde(rename = "in")]
    pub path: String,
    /// The text.
    pub code: String,
    /// The value that is taken; none for reads and absences.
    pub secret: Option<String>,
    /// The text after a fix.
    pub fixed: Option<String>,
}

/// A text in which the pattern is not found.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NoMatch {
    /// The path of the file that holds it.
    #[serde(rename = "in")]
    pub path: String,
    /// Why it is not found.
    pub because: String,
    /// The text.
    pub code: String,
}
