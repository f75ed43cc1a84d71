//! A pattern file as it is written, field by field.
//!
//! Knows nothing of matching; [`super::compile`] turns it into a pattern.

mod placed;
mod prose;
mod value;

pub use placed::Placed;
pub(crate) use prose::Prose;
pub use prose::{Applicability, Examples, Fix, Match, NoMatch, References, Rotation};
pub use value::{Charset, Checksum};

use std::collections::BTreeMap;
use std::mem;

use serde::{Deserialize, Serialize};

use crate::risk::Level;
use crate::risk::RiskAssessment;
use crate::text::Role;

/// The version of the format that this program reads.
pub const SCHEMA: u32 = 1;

/// One pattern file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatternFile {
    /// The version of the format, now 1.
    pub schema: Placed<u32>,
    /// The path below the folder of patterns, without the extension.
    pub id: Placed<String>,
    /// Earlier ids.
    #[serde(default)]
    pub formerly: Vec<String>,
    /// Names from elsewhere.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// A noun phrase for reports.
    pub title: String,
    /// Whether it runs.
    #[serde(default)]
    pub status: Status,
    /// How bad, before anything is known of the place.
    pub severity: Level,
    /// How likely a finding is a real secret.
    #[serde(default)]
    pub confidence: Confidence,
    /// What was found and why it matters.
    #[serde(default)]
    pub summary: String,
    /// Which files are looked at.
    #[serde(default)]
    pub files: Files,
    /// The ways in which the secret shows itself.
    pub detect: Vec<Placed<Point>>,
    /// Points that find parts of one credential.
    #[serde(default)]
    pub together: Vec<Placed<Together>>,
    /// What a finding means.
    pub risk_assessment: Option<RiskAssessment>,
    /// What a fix does.
    #[serde(default)]
    pub fix: Fix,
    // What follows is taken out and kept apart: `Pattern` has a method for each.
    /// What a person should do, in Markdown.
    #[serde(default)]
    remediation: String,
    /// How the secret is replaced by a new one.
    #[serde(default)]
    rotation: Rotation,
    /// What has been written about it.
    #[serde(default)]
    references: References,
    /// Texts that say what is found and what is not.
    #[serde(default)]
    examples: Examples,
}

impl PatternFile {
    /// Takes out what follows the fix.
    pub(crate) fn take_prose(&mut self) -> Prose {
        Prose {
            remediation: mem::take(&mut self.remediation),
            rotation: mem::take(&mut self.rotation),
            references: mem::take(&mut self.references),
            examples: mem::take(&mut self.examples),
        }
    }
}

/// Whether a pattern runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// When asked for.
    Experimental,
    /// By default.
    #[default]
    Stable,
    /// Never.
    Retired,
}

/// How likely a finding is a real secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// One in a few.
    Low,
    /// More often than not.
    #[default]
    Medium,
    /// Nearly always.
    High,
}

/// Which files are looked at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Paths looked at; all when empty.
    #[serde(default)]
    pub include: Vec<Placed<String>>,
    /// Paths left out.
    #[serde(default)]
    pub exclude: Vec<Placed<String>>,
}

/// One detection point; exactly one of the five kinds is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// What the point is called; needed when there are several.
    pub point: Option<String>,
    /// What it finds, where that is more than the title says.
    pub description: Option<String>,
    /// Instead of the pattern's severity.
    pub severity: Option<Level>,
    /// Instead of the pattern's confidence.
    pub confidence: Option<Confidence>,
    /// Paths looked at, beyond what the pattern says.
    #[serde(default)]
    pub include: Vec<Placed<String>>,
    /// Whether it finds nothing unless another part of the credential is near.
    #[serde(default)]
    pub only_together: bool,
    /// Whether the value is no secret: it is never told alone, and stays where it is.
    #[serde(default)]
    pub public: bool,
    /// A value by its looks.
    pub literal: Option<Literal>,
    /// A literal by the name it is bound to.
    pub assignment: Option<Assignment>,
    /// A read from the environment, by the variable.
    pub env_read: Option<EnvRead>,
    /// A literal by the function that takes it.
    pub argument: Option<Argument>,
    /// A value by the code around it.
    pub query: Option<Query>,
    /// A file without something.
    pub absence: Option<Absence>,
}

/// Points that find parts of one credential.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Together {
    /// Points that find the secret, which is what is told.
    pub main: Vec<Placed<String>>,
    /// Points that find what belongs to it; of each, one value.
    pub with: Vec<Placed<String>>,
    /// How many lines there may be from one to the other.
    pub within: Option<Placed<usize>>,
}

/// A value by its looks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Literal {
    /// Words of which a text must hold one; needed where the expression has no literal prefix.
    #[serde(default)]
    pub keywords: Vec<Placed<String>>,
    /// The expression, with a group `secret`.
    pub regex: Placed<String>,
    /// What the value must be to its language; any role when empty.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// What the value must also pass, in order.
    #[serde(default)]
    pub checks: Vec<Placed<Check>>,
}

/// A literal by the name it is bound to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// What the name looks like.
    pub name: Placed<String>,
    /// What the name must not look like.
    pub except: Option<Placed<String>>,
    /// What the whole value looks like.
    pub regex: Option<Placed<String>>,
    /// Whether a value counts that only stands next to the name, in a text, a comment or prose.
    #[serde(default = "Assignment::mentions")]
    pub mentions: bool,
    /// What the value must also pass, in order.
    #[serde(default)]
    pub checks: Vec<Placed<Check>>,
}

impl Assignment {
    /// Values that only stand next to a name count, unless the file says otherwise.
    fn mentions() -> bool {
        true
    }
}

/// A read from the environment, by the variable.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EnvRead {
    /// What the variable looks like.
    pub name: Placed<String>,
    /// What the variable must not look like.
    pub except: Option<Placed<String>>,
    /// The languages it is for; all when empty.
    #[serde(default)]
    pub languages: Vec<LanguageFamily>,
}

/// A family of languages, as pattern files name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum LanguageFamily {
    /// Python.
    Python,
    /// JavaScript, TypeScript, TSX.
    Ecmascript,
}

/// A literal by the function that takes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// Words of which a text must hold one; without them, the names of the functions.
    #[serde(default)]
    pub keywords: Vec<Placed<String>>,
    /// The functions, with `@` where the value stands: `DriverManager.getConnection(_, _, @)`.
    pub calls: Vec<Placed<String>>,
    /// What the value must also pass, in order.
    #[serde(default)]
    pub checks: Vec<Placed<Check>>,
}

/// A value by the code around it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Words of which a text must hold one.
    pub keywords: Vec<Placed<String>>,
    /// The code, with a capture `@secret`.
    pub shapes: Shapes,
    /// What the text under a capture must look like.
    #[serde(default, rename = "where")]
    pub conditions: BTreeMap<String, Placed<String>>,
    /// What the value must also pass, in order.
    #[serde(default)]
    pub checks: Vec<Placed<Check>>,
}

/// A file without something.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// Words of which a text must hold one.
    pub keywords: Vec<Placed<String>>,
    /// What makes the thing necessary, with a capture `@anchor`.
    pub anchor: Shapes,
    /// The thing.
    pub require: Shapes,
    /// What the text under a capture of either must look like.
    #[serde(default, rename = "where")]
    pub conditions: BTreeMap<String, Placed<String>>,
}

/// A tree-sitter query for each family of languages.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Shapes {
    /// For Python.
    pub python: Option<Placed<String>>,
    /// For JavaScript, TypeScript and TSX.
    pub ecmascript: Option<Placed<String>>,
}

/// A condition on a value: a word, or a mapping with one key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Check {
    /// At least so many bits of entropy for each character.
    Entropy {
        /// The least, in bits.
        min: f64,
    },
    /// A length in characters.
    Length {
        /// The least.
        min: Option<usize>,
        /// The most.
        max: Option<usize>,
    },
    /// Only characters of this alphabet.
    Charset(Charset),
    /// The value carries a checksum or a structure, and it is right.
    Checksum(Checksum),
    /// The value does not stand in for a real one.
    NotPlaceholder,
    /// The value stands in for a real one.
    Placeholder,
    /// The value looks random, not made of words.
    Random,
    /// The expression does not match.
    Reject(Placed<String>),
    /// The model takes the value for a secret.
    Likely {
        /// The least probability, from 0 to 1.
        min: f64,
        /// The name to judge it by, where nothing in the text names it.
        #[serde(rename = "as")]
        name: Option<String>,
    },
}

impl From<Confidence> for Level {
    fn from(confidence: Confidence) -> Self {
        match confidence {
            Confidence::Low => Self::Low,
            Confidence::Medium => Self::Medium,
            Confidence::High => Self::High,
        }
    }
}
