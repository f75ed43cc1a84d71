//! Patterns: what to look for, read from YAML and compiled.

mod builtin;
mod call;
mod compile;
mod error;
mod expression;
mod globs;
mod load;
mod needle;
mod packed;
mod query;
mod schema;
mod set;
mod skeleton;
pub mod syntax;
mod tail;
mod together;

pub use call::CallShape;
pub use error::PatternError;
pub use expression::Expression;
pub(crate) use needle::commonness;
pub use needle::{Needle, Outline, Reach};
pub use schema::SCHEMA;
pub use set::{Options, PatternSet};
pub use skeleton::skeleton;
pub use syntax::{Charset, Checksum};
pub use together::Together;

use camino::Utf8Path;

use self::globs::Globs;
use self::tail::Tail;
use crate::lang::Family;
use crate::risk::Level;
use crate::risk::RiskAssessment;
use crate::text::Role;
use crate::yaml::Script;

/// The advice for a pattern file where nothing better is known.
const SEE_DOCS: &str = "see docs/patterns.md for every field";

/// The text of a pattern file.
fn script(name: impl Into<String>, text: &str) -> Script {
    Script::new(name, text, SEE_DOCS)
}

/// A pattern that is ready to run.
#[derive(Debug)]
pub struct Pattern {
    /// The file it came from, for everything that is not matching.
    pub file: syntax::PatternFile,
    /// The ways in which it shows itself.
    pub points: Vec<Point>,
    /// Which of them find parts of one credential.
    pub together: Vec<Together>,
    /// What a finding means: what the file says, or what follows from its severity.
    pub risk: RiskAssessment,
    include: Globs,
    exclude: Globs,
    tail: Tail,
}

impl Pattern {
    /// What a person should do, in Markdown.
    #[must_use]
    pub fn remediation(&self) -> &str {
        &self.tail.prose().remediation
    }

    /// How the secret is replaced by a new one.
    #[must_use]
    pub fn rotation(&self) -> &syntax::Rotation {
        &self.tail.prose().rotation
    }

    /// What has been written about it.
    #[must_use]
    pub fn references(&self) -> &syntax::References {
        &self.tail.prose().references
    }

    /// Texts that say what is found and what is not.
    #[must_use]
    pub fn examples(&self) -> &syntax::Examples {
        &self.tail.prose().examples
    }

    /// The file as it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        self.tail.text()
    }

    /// Whether it is a part of the program.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.tail.is_builtin()
    }

    /// The id of the pattern: `github/personal-access-token`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.file.id.value
    }

    /// Its id, its former ids and its aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let others = self.file.formerly.iter().chain(&self.file.aliases);
        std::iter::once(self.id()).chain(others.map(String::as_str))
    }

    /// Whether this is its id, a former id or an alias.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.names().any(|it| it == name)
    }

    /// Whether files with this path are looked at.
    #[must_use]
    pub fn looks_at(&self, path: &Utf8Path) -> bool {
        (self.include.is_empty() || self.include.is_match(path)) && !self.exclude.is_match(path)
    }

    /// The id of one of its points: the id of the pattern, `#` and the point's name, if it has one.
    #[must_use]
    pub fn point_id(&self, point: &Point) -> String {
        match &point.name {
            Some(name) => format!("{}#{name}", self.id()),
            None => self.id().to_owned(),
        }
    }
}

/// One way in which a pattern shows itself.
#[derive(Debug)]
pub struct Point {
    /// What it is called, unless it is the only one.
    pub name: Option<String>,
    /// What it finds, where that is more than the pattern's title says.
    pub description: Option<String>,
    /// How bad a finding is, before anything is known of the place.
    pub severity: Level,
    /// How likely a finding is a real secret.
    pub confidence: Level,
    /// Whether it finds nothing unless another part of the credential is near.
    pub only_together: bool,
    /// Whether the value is no secret: it is never told alone, and stays where it is.
    pub public: bool,
    /// How it matches.
    pub matcher: Matcher,
    /// What a value must also pass, in order.
    pub checks: Vec<Check>,
    /// Byte strings of which a text must hold one, and how far around each to look.
    pub needles: Vec<Needle>,
    include: Globs,
}

impl Point {
    /// Whether files with this path are looked at, beyond what its pattern says.
    #[must_use]
    pub fn looks_at(&self, path: &Utf8Path) -> bool {
        self.include.is_empty() || self.include.is_match(path)
    }
}

/// How a point matches.
#[derive(Debug)]
pub enum Matcher {
    /// A value by its looks; the expression has a group `secret`.
    Literal {
        /// What the value and what is around it look like.
        regex: Expression,
        /// What a match opens with.
        outline: Outline,
        /// What the value must be to its language; any role when empty.
        roles: Vec<Role>,
    },
    /// A literal by the name it is bound to.
    Assignment {
        /// What the name looks like.
        name: Expression,
        /// What the name must not look like.
        except: Option<Expression>,
        /// What the whole value looks like.
        value: Option<Expression>,
        /// Whether a value counts that only stands next to the name.
        mentions: bool,
    },
    /// A read from the environment, by the variable.
    EnvRead {
        /// What the variable looks like.
        name: Expression,
        /// What the variable must not look like.
        except: Option<Expression>,
        /// The languages it is for; all when empty.
        families: Vec<Family>,
    },
    /// A literal by the function that takes it.
    Argument {
        /// The functions, and where the value stands among what they take.
        calls: Vec<CallShape>,
        /// Whether the words that it is looked for by may stand apart from the calls.
        apart: bool,
    },
    /// A value by the code around it.
    Query {
        /// A query with a capture `@secret` for each family.
        shapes: Vec<(Family, String)>,
        /// What the text under a capture must look like.
        conditions: Vec<(String, Expression)>,
    },
    /// A file without something.
    Absence {
        /// A query with a capture `@anchor` for each family: what makes the thing necessary.
        anchor: Vec<(Family, String)>,
        /// A query for each family: the thing.
        require: Vec<(Family, String)>,
        /// What the text under a capture of either must look like.
        conditions: Vec<(String, Expression)>,
    },
}

/// A condition on the value of a secret.
#[derive(Debug)]
pub enum Check {
    /// At least so many bits of Shannon entropy for each character, in hundredths.
    Entropy(u16),
    /// A length in characters.
    Length {
        /// The least.
        min: usize,
        /// The most.
        max: usize,
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
    Reject(Expression),
    /// The model takes the value for a secret.
    Likely {
        /// The least probability, in hundredths.
        percent: u16,
        /// The name to judge it by, where nothing in the text names it; may be empty.
        name: String,
    },
}
