//! A file of a wrapper, and what one is that is there already.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::fix::ContentHash;

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

/// What imports of a file beside another may end in.
const ENDINGS: [&str; 5] = [".js", "", ".ts", ".mjs", ".cjs"];

/// How many digits of the hash are written; it tells changes and protects nothing.
const DIGITS: usize = 16;

impl TemplateFile {
    /// Whether it tests the wrapper.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/")
    }

    /// Whether `text` was written by shield, in this version or another, and changed or not.
    #[must_use]
    pub fn is_wrapper(text: &str) -> bool {
        marked(text).is_some()
    }

    /// Whether `text` was written into a project: what wrappers are made from has the mark of shield, and no stamp.
    #[must_use]
    pub fn is_installed(text: &str) -> bool {
        Self::is_wrapper(text) && stamp(text).is_some()
    }

    /// What is written: the body, and below the line that says who wrote it the version of shield and a hash of
    /// the body, by which a later shield knows its own work.
    #[must_use]
    pub fn content(&self) -> &'static str {
        self.content_with(".js")
    }

    /// The same, where the files of a wrapper import each other by names that end in `ending`: `.js`, or nothing.
    #[must_use]
    pub fn content_with(&self, ending: &str) -> &'static str {
        let mut contents = CONTENTS.lock().unwrap_or_else(PoisonError::into_inner);
        contents
            .entry((self.body, ending.to_owned()))
            .or_insert_with(|| content_of(&respelled(self.body, ending), VERSION).leak())
    }

    /// What `text`, found in the place of this file, is; line endings do not count.
    #[must_use]
    pub fn provenance(&self, text: &str) -> Provenance {
        if !Self::is_wrapper(text) {
            return Provenance::Foreign;
        }
        let mut contents = ENDINGS.iter().map(|it| self.content_with(it));
        if contents.any(|it| text.lines().eq(it.lines())) {
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

/// `body` with the line that a shield of that `version` adds.
pub(super) fn content_of(body: &str, version: &str) -> String {
    let hash = digits(body);
    let mut content = String::with_capacity(body.len() + 128);
    for (number, line) in body.lines().enumerate() {
        content.push_str(line);
        content.push('\n');
        if Some(number) == marked(body) {
            let sign = line.split(MARK).next().unwrap_or_default();
            for part in [sign, MADE, version, ", ", &*hash, PROMISE, "\n"] {
                content.push_str(part);
            }
        }
    }
    content
}

/// `body` with every import of a file beside it ending in `ending`.
fn respelled<'b>(body: &'b str, ending: &str) -> Cow<'b, str> {
    let mut respelled = String::new();
    let mut done = 0;
    for (start, quote) in body.match_indices('"') {
        let before = body.get(done..start).unwrap_or_default();
        let path = body.get(start + quote.len()..).unwrap_or_default();
        let is_import = ["from ", "require("].iter().any(|it| before.ends_with(it));
        let Some((path, _)) = path.split_once('"').filter(|_| is_import) else {
            continue;
        };
        let Some(dot) = path
            .rfind('.')
            .filter(|it| *it > 1 && path.starts_with('.'))
        else {
            continue;
        };
        let own = start + quote.len() + dot;
        respelled.push_str(body.get(done..own).unwrap_or_default());
        respelled.push_str(ending);
        done = start + quote.len() + path.len();
    }
    if done == 0 {
        return Cow::Borrowed(body);
    }
    respelled.push_str(body.get(done..).unwrap_or_default());
    Cow::Owned(respelled)
}

/// What is written for each body and ending. There are few, they are kept for good, and every file of a project
/// asks for the same.
static CONTENTS: LazyLock<Mutex<Contents>> = LazyLock::new(Mutex::default);

type Contents = BTreeMap<(&'static str, String), &'static str>;

/// The number of the line that says who wrote a file; only a directive may stand before it.
fn marked(text: &str) -> Option<usize> {
    text.lines().take(2).position(|it| it.contains(MARK))
}

/// The version and the hash in a wrapper.
pub(super) fn stamp(text: &str) -> Option<(&str, &str)> {
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
pub(super) fn release(version: &str) -> Vec<u64> {
    let plain = version.split(['-', '+']).next().unwrap_or_default();
    let numbers = plain.split('.').map(|it| it.parse().unwrap_or(0));
    numbers.collect()
}
