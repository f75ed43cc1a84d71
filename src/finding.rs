//! What a scan finds.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::risk::FileClass;
use crate::risk::Level;
use crate::risk::Risk;
use crate::secret::Secret;
use crate::source::archive;
use crate::source::git::Commit;
use crate::text::Excerpt;
use crate::text::Position;
use crate::text::Role;
use crate::text::Span;

/// One secret, one read of a secret from the environment, or one thing that should be there and
/// is not.
#[derive(Debug, Clone)]
pub struct Finding<'p> {
    /// The pattern that found it.
    pub pattern: &'p Pattern,
    /// The point of the pattern that found it.
    pub point: &'p Point,
    /// Other patterns that would have found it.
    pub also: Vec<&'p Pattern>,
    /// Where it is.
    pub location: Location,
    /// What was found there.
    pub subject: Subject,
    /// Captures other than the value, by name.
    pub captures: BTreeMap<String, String>,
    /// The lines around it.
    pub excerpt: Excerpt,
    /// How likely it is a real secret.
    pub confidence: Level,
    /// What the model makes of the value, where it was asked.
    pub likelihood: Option<Likelihood>,
    /// How bad it is.
    pub risk: Risk,
    /// What makes it the same from one run to the next.
    pub fingerprint: Fingerprint,
    /// The commit that brought it in, where the history was looked at.
    pub introduction: Option<Introduction>,
    /// The other parts of the same credential, which have no parts of their own.
    pub related: Vec<Self>,
}

impl<'p> Finding<'p> {
    /// Itself and the other parts of its credential.
    pub fn parts(&self) -> impl Iterator<Item = &Finding<'p>> {
        std::iter::once(self).chain(&self.related)
    }

    /// Itself and the other parts of its credential that are secrets: what a fix takes out.
    pub fn secret_parts(&self) -> impl Iterator<Item = &Finding<'p>> {
        self.parts().filter(|it| !it.point.public)
    }
}

/// The commit that brought a secret in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction {
    /// The first commit that has the value, in whatever file.
    pub commit: Commit,
    /// Whether the last commit still has it where it was found.
    pub presence: Presence,
}

/// Whether the last commit still has a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It has.
    InHead,
    /// It is in the history only.
    Past,
}

/// What a finding is about.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A value that stands in the text.
    Value {
        /// The value as it is at run time, where the literal could be decoded; else as written.
        secret: Secret,
        /// The name it is bound to, if any.
        name: Option<String>,
        /// What the value is to its language.
        role: Role,
    },
    /// A read of an environment variable.
    EnvRead {
        /// The variable.
        variable: String,
    },
    /// A file without something.
    Absence,
}

impl Subject {
    /// The name that the value is bound to, or the variable that is read.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Value { name, .. } => name.as_deref(),
            Self::EnvRead { variable } => Some(variable),
            Self::Absence => None,
        }
    }
}

/// How likely a value is a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Likelihood {
    /// From 0 to 1; of all values with 0.9, nine in ten are secrets.
    pub probability: f32,
    /// What speaks for it and against it, in words, the strongest first.
    pub reasons: Vec<String>,
}

impl Likelihood {
    /// From this probability on, a finding has high confidence.
    const HIGH: f32 = 0.9;

    /// From this probability on, a finding has medium confidence.
    const MEDIUM: f32 = 0.6;

    /// The degree of confidence that it stands for.
    #[must_use]
    pub fn level(&self) -> Level {
        if self.probability >= Self::HIGH {
            Level::High
        } else if self.probability >= Self::MEDIUM {
            Level::Medium
        } else {
            Level::Low
        }
    }
}

/// Where a finding is.
#[derive(Debug, Clone)]
pub struct Location {
    /// The file, as reports name it.
    pub path: Utf8PathBuf,
    /// Where the file is.
    pub file: PathBuf,
    /// What kind of file it is.
    pub class: FileClass,
    /// The value, the read or the anchor, in bytes of the decoded text.
    pub span: Span,
    /// Where the span starts.
    pub start: Position,
    /// Where the span ends.
    pub end: Position,
    /// What lies around the text that the finding stands in.
    pub layers: Layers,
}

impl Location {
    /// The path in the innermost archive; the whole path where there is none.
    #[must_use]
    pub fn inner(&self) -> &Utf8Path {
        archive::inner(&self.path, self.layers.archives.last())
    }
}

/// What lies around a text that does not stand in a file as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layers {
    /// The archives around it, the outermost first, as reports name them; none for a file of its
    /// own.
    pub archives: Vec<Utf8PathBuf>,
    /// The cell of a notebook, from one.
    pub cell: Option<usize>,
    /// How it is written in the file, the outermost coding first.
    pub codings: Vec<Coding>,
}

/// How a text is written within another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coding {
    /// Base64, of either alphabet.
    Base64,
    /// Hexadecimal digits.
    Hex,
    /// Bytes after per cent signs, as in addresses.
    Percent,
    /// Escapes after backslashes, as in strings of JSON, YAML and most languages.
    Escapes,
    /// UTF-16.
    Utf16,
}

impl Coding {
    /// Every coding.
    pub const ALL: [Self; 5] = [
        Self::Base64,
        Self::Hex,
        Self::Percent,
        Self::Escapes,
        Self::Utf16,
    ];

    /// The word for it in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Percent => "percent",
            Self::Escapes => "escapes",
            Self::Utf16 => "utf-16",
        }
    }
}

/// A finding that is not reported, and why.
#[derive(Debug, Clone)]
pub struct Suppressed<'p> {
    /// What was found.
    pub finding: Finding<'p>,
    /// Who says that it does not count.
    pub cause: Suppression,
}

/// Why a finding is not reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suppression {
    /// A `shield: allow` comment, with the reason it gives.
    Comment {
        /// What follows the comment's marker and ids.
        reason: Option<String>,
    },
    /// Somebody has looked at it and lets it be, as the baseline says.
    Known {
        /// Why, who answers for that, and until when.
        note: Option<String>,
    },
    /// The value is not taken for a secret.
    NoSecret(Doubt),
}

/// Why a value is not taken for a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It is one of the words that stand in for a secret: `changeme`, `xxxx`.
    #[error("it stands in for a secret")]
    StandIn,
    /// It is filled in, or says where the secret is: `${PASSWORD}`, `vault:db#password`.
    #[error("it is filled in at run time, or says where the secret is")]
    Reference,
    /// It is meant to be read: `Enter your password`.
    #[error("it is a text for people")]
    Prose,
    /// It is an address or a path.
    #[error("it is an address or a path without a secret")]
    Place,
    /// It is a name, such as `auth.password.reset`, or repeats its own.
    #[error("it is a name")]
    Identifier,
    /// It is a word of a format or a language, such as `null`.
    #[error("it is a word of a language or a format")]
    Keyword,
    /// An issuer has printed it in its documentation.
    #[error("it is printed in public documentation")]
    Published,
    /// It is too short or too long.
    #[error("its length is wrong")]
    Length,
    /// It is too regular, has characters that it cannot have, or is made of words.
    #[error("it does not look like what it would have to be")]
    Shape,
    /// Its checksum or its structure is wrong.
    #[error("its checksum or its structure is wrong")]
    Checksum,
    /// What reads it from the environment is generated or comes from elsewhere.
    #[error("code that is generated or comes from elsewhere reads it")]
    OtherCode,
    /// The model does not take it for a secret.
    #[error("it is unlikely: {0}")]
    Unlikely(String),
}

impl Doubt {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::StandIn => "stand-in",
            Self::Reference => "reference",
            Self::Prose => "prose",
            Self::Place => "place",
            Self::Identifier => "identifier",
            Self::Keyword => "keyword",
            Self::Published => "published",
            Self::Length => "length",
            Self::Shape => "shape",
            Self::Checksum => "checksum",
            Self::OtherCode => "other-code",
            Self::Unlikely(_) => "unlikely",
        }
    }
}

/// What every finding with one kind of cause has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// What became of one finding: "allowed by a comment".
    pub one: &'static str,
    /// What became of a number of findings: "suppressed by comments".
    pub many: &'static str,
    /// Whether the source itself says so.
    pub in_source: bool,
}

/// What a cause says beyond its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explanation<'a> {
    /// Words out of the source, which may quote a secret.
    Quoted(&'a str),
    /// Our own words.
    Own(String),
}

impl Suppression {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Comment { .. } => "comment",
            Self::Known { .. } => "baseline",
            Self::NoSecret(doubt) => doubt.code(),
        }
    }

    /// The kind of cause; this, the code and the explanation are all that reports know of it.
    #[must_use]
    pub fn cause(&self) -> Cause {
        match self {
            Self::Comment { .. } => Cause {
                one: "allowed by a comment",
                many: "suppressed by comments",
                in_source: true,
            },
            Self::Known { .. } => Cause {
                one: "known to the baseline",
                many: "known to the baseline",
                in_source: false,
            },
            Self::NoSecret(_) => Cause {
                one: "not taken for a secret",
                many: "not taken for secrets",
                in_source: false,
            },
        }
    }

    /// What it says beyond its kind.
    #[must_use]
    pub fn explanation(&self) -> Option<Explanation<'_>> {
        match self {
            Self::Comment { reason } => reason.as_deref().map(Explanation::Quoted),
            Self::Known { note } => note.clone().map(Explanation::Own),
            Self::NoSecret(doubt) => Some(Explanation::Own(doubt.to_string())),
        }
    }
}

/// What makes a finding the same from one run to the next.
///
/// Made of the pattern's id, the path in the project, the name that the value is bound to, eight
/// bits of a hash of the value, and the number of findings before it that have all of these in
/// common. Neither lines nor what else stands in them play a part, so moving and formatting code
/// keeps a fingerprint valid. Eight bits notice 255 of 256 secrets that are exchanged for another
/// one, and shorten the list of someone who guesses at the value by a factor of 256 only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Hashes what identifies a finding.
    ///
    /// `name` is no secret; `trace` is [`Fingerprint::trace`] of the value; `occurrence` counts
    /// findings of equal id, path, name and trace before this one.
    #[must_use]
    pub fn of(id: &str, path: &str, name: Option<&str>, trace: u8, occurrence: usize) -> Self {
        let mut hash = Sha256::new();
        for part in [id, path, name.unwrap_or_default()] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        hash.update(occurrence.to_le_bytes());
        hash.update([trace]);
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
            *to = from;
        }
        Self(bytes)
    }

    /// Eight bits of a hash of `value`.
    #[must_use]
    pub fn trace(value: Option<&Secret>) -> u8 {
        #[expect(
            clippy::disallowed_methods,
            reason = "eight bits of a hash of the value notice an exchanged secret"
        )]
        let bits = value.map(|it| Sha256::digest(it.expose()));
        bits.and_then(|it| it.first().copied()).unwrap_or(0)
    }
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let mut bytes = [0; 16];
        if text.len() != 2 * bytes.len() || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(NoFingerprint);
        }
        for (number, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * number..2 * number + 2).ok_or(NoFingerprint)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_wrong| NoFingerprint)?;
        }
        Ok(Self(bytes))
    }
}

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 32 hexadecimal digits")]
pub struct NoFingerprint;

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|it| write!(f, "{it:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
