//! Patterns: what to look for, read from YAML and compiled.

mod builtin;
mod call;
mod compile;
mod error;
mod globs;
mod load;
mod needle;
mod query;
mod schema;
mod set;
mod skeleton;
pub mod syntax;
mod tail;
mod together;

pub use call::CallShape;
pub use error::PatternError;
pub use needle::{Needle, Reach};
pub use schema::SCHEMA;
pub use set::{Options, PatternSet};
pub use skeleton::skeleton;
pub use together::Together;

use std::sync::OnceLock;

use camino::Utf8Path;
use regex_automata::meta::Regex;

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
        &self.whole().remediation
    }

    /// How the secret is replaced by a new one.
    #[must_use]
    pub fn rotation(&self) -> &syntax::Rotation {
        &self.whole().rotation
    }

    /// What has been written about it.
    #[must_use]
    pub fn references(&self) -> &syntax::References {
        &self.whole().references
    }

    /// Texts that say what is found and what is not.
    #[must_use]
    pub fn examples(&self) -> &syntax::Examples {
        &self.whole().examples
    }

    /// The file with its tail.
    fn whole(&self) -> &syntax::PatternFile {
        self.tail.whole().unwrap_or(&self.file)
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

/// A regular expression that is compiled when it is first used.
///
/// It works on bytes: classes such as `\w` mean ASCII, `.` may match a part of a character.
#[derive(Debug)]
pub struct Expression {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Expression {
    /// An expression that is known to be well-formed.
    fn new(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            compiled: OnceLock::new(),
        }
    }

    /// The expression as it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The compiled expression; `None` when it is too large to compile, which
    /// [`PatternSet::load`] excludes for the patterns of a user and a test for the others.
    #[must_use]
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| compile::regex(&self.source).ok())
            .as_ref()
    }

    /// Whether it matches anywhere in `text`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|it| it.is_match(text))
    }
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

/// An alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// `0-9a-fA-F`.
    Hex,
    /// `0-9A-Za-z+/=`.
    Base64,
    /// `0-9A-Za-z_=-`.
    Base64url,
    /// `0-9A-Za-z`.
    Base62,
}

/// What in a value proves that it was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Checksum {
    /// CRC-32 of the body in six base62 characters at the end, as GitHub and npm write it.
    Github,
    /// Three base64url parts, of which the first two are JSON objects.
    Jwt,
    /// An AWS access key id: base32 that decodes to an account number.
    AwsAccessKeyId,
    /// A `PyPI` macaroon: base64url that opens with the location.
    PypiMacaroon,
    /// A JSON object of a Google service account with a private key.
    GoogleServiceAccount,
    /// Base64 that decodes to so many bytes as an Azure storage key has.
    AzureStorageKey,
    /// A PEM, OpenSSH or PGP block whose body is base64, with the checksum of its armor if any.
    PrivateKey,
    /// A bot token of Discord: it opens with the number of an account.
    DiscordBotToken,
    /// Base64 of a name and a password that is not a stand-in, as HTTP's basic scheme has it.
    BasicCredentials,
    /// An address with a password that is not a stand-in.
    UrlPassword,
    /// A macaroon of either binary format, in base64 or hexadecimal digits.
    Macaroon,
    /// A token of Grafana: CRC-32 of the rest in hexadecimal digits at the end.
    GrafanaToken,
    /// A random UUID.
    UuidV4,
    /// A shared access signature of Azure, whose `sig` is 32 bytes in base64.
    AzureSas,
    /// A key file of `PuTTY` with the lines that it announces.
    PuttyKey,
    /// Base64 of a store that can hold a private key: PKCS #12, JKS or JCEKS.
    KeyStore,
    /// A JSON web key with its private part, as text or in base64.
    JwkPrivate,
    /// A private key of `WireGuard`: 32 bytes in base64 with the bits its curve asks for.
    WireguardKey,
    /// A seed of NATS: base 32 with its role and a CRC-16.
    NatsNkey,
    /// A seed of Stellar: base 32 with a CRC-16.
    StellarSeed,
    /// Base 58 with the double SHA-256 of the rest at the end, as wallets of Bitcoin write keys.
    Base58check,
    /// Bech32 with its checksum, as age and Nostr write keys.
    Bech32,
    /// Both halves of a key pair of Solana: 64 bytes as a list or in base 58.
    SolanaKeypair,
    /// Words of BIP 39 with their checksum, other than those that everybody knows.
    Mnemonic,
}
