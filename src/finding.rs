//! What a scan finds.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest as _, Sha256};

use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::risk::FileClass;
use crate::risk::Level;
use crate::risk::Risk;
use crate::secret::Secret;
use crate::source::archive;
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
    /// How bad it is.
    pub risk: Risk,
    /// What makes it the same from one run to the next.
    pub fingerprint: Fingerprint,
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
}

/// What makes a finding the same from one run to the next.
///
/// Made of the pattern's id, the path, the line with its secrets masked, the number of equal
/// lines before it, and eight bits of a hash of the value. Line numbers play no part, so moving
/// code keeps a fingerprint valid. Eight bits notice 255 of 256 secrets that are exchanged for
/// another one, and shorten the list of someone who guesses at the value by a factor of 256 only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Hashes what identifies a finding.
    ///
    /// `line` has its secrets masked; `occurrence` counts findings of equal id, path and line
    /// before this one.
    #[must_use]
    pub fn of(id: &str, path: &str, line: &str, occurrence: usize, value: Option<&Secret>) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "eight bits of a hash of the value notice an exchanged secret"
        )]
        let bits = value.map_or(0, |it| {
            Sha256::digest(it.expose()).first().copied().unwrap_or(0)
        });
        let mut hash = Sha256::new();
        for part in [id, path, line.trim()] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        hash.update(occurrence.to_le_bytes());
        hash.update([bits]);
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
            *to = from;
        }
        Self(bytes)
    }
}

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
