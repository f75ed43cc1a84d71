//! What is known of files from one scan to the next, so that they need not be scanned again.
//!
//! Whether a file is known is all there is to read in a cache. A file is known by its content. Where
//! nothing was found in it, and its size, its times and its number on the disk are those of the last
//! scan, the content is taken to be the same, as git does it; else it is read and compared by hash.
//! What was found in a file is sealed with a key that is made of its content, so that only who has the
//! file learns it; it holds no value even then.

mod disk;
mod program;
mod sealed;
mod stamp;

pub use program::Program;
pub use stamp::Stamp;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::source;
use crate::source::{Origin, SourceRef};

use sealed::Seal;
use stamp::Clock;

/// A hash that nobody who has not seen the cache can aim at.
type Hash = [u8; 16];

/// What is known of the files of one view.
///
/// A view is all that decides what is found in a file beside the file: the program, its patterns,
/// and what was asked for.
#[derive(Debug)]
pub struct Cache {
    /// Where it is kept.
    file: PathBuf,
    /// The view.
    view: [u8; 32],
    /// Goes into every hash.
    salt: [u8; 16],
    known: HashMap<Hash, Entry>,
    clock: Clock,
    /// What this run has seen.
    seen: Mutex<Vec<(Hash, Entry)>>,
    /// The largest file that is read, in bytes.
    max_file_size: u64,
}

/// What is remembered of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Whether it is text.
    pub is_text: bool,
    /// How many bytes the text has.
    pub bytes: u64,
    /// Whether it may have a place through which settings pass.
    pub may_have_seam: bool,
}

/// A file of the last scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// What the disk said of it; nothing for a file that had just been changed.
    stamp: Option<Stamp>,
    content: Hash,
    traits: Traits,
    /// What was found in it, sealed.
    found: Option<Box<[u8]>>,
}

/// What is known of a file before it is scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recollection {
    /// It was scanned; with what was remembered of what was found, if anything was. Then its content
    /// is in the buffer.
    Known(Traits, Option<Vec<u8>>),
    /// It has to be scanned; what the disk said of it before.
    Unknown(Option<Stamp>),
}

impl Cache {
    /// Opens what `folder` has of a view; a cache that is not there, of other times or damaged is
    /// empty.
    ///
    /// `view` says what was asked for; the program is a part of every view, and files above
    /// `max_file_size` bytes are in none.
    #[must_use]
    pub fn open(folder: &Path, view: &[u8], max_file_size: u64) -> Self {
        let view: [u8; 32] = Sha256::digest(view).into();
        let file = disk::file(folder, &view);
        let disk::Content { salt, entries } = disk::read(&file, &view).unwrap_or_default();
        Self {
            file,
            view,
            salt,
            known: entries.into_iter().collect(),
            clock: Clock::start(),
            seen: Mutex::default(),
            max_file_size,
        }
    }

    /// What is known of the file at `at`, which may be read through `buffer`.
    #[must_use]
    pub fn recall(&self, at: &SourceRef, buffer: &mut Vec<u8>) -> Recollection {
        if at.origin != Origin::File {
            return Recollection::Unknown(None);
        }
        let stamp = Stamp::of(&at.file);
        let name = self.name(at);
        let Some(entry) = self.known.get(&name) else {
            return Recollection::Unknown(stamp);
        };
        let is_same = stamp.is_some() && stamp == entry.stamp && entry.found.is_none();
        if !is_same {
            let read = source::bytes(at, self.max_file_size, buffer);
            if read.is_err() || self.hash(&[buffer]) != entry.content {
                return Recollection::Unknown(stamp);
            }
        }
        let sealed = entry.found.as_ref();
        let found = sealed.map(|it| sealed::open(&self.key(&name, buffer), it));
        if found == Some(None) {
            return Recollection::Unknown(stamp);
        }
        let seen = Entry {
            stamp: self.clock.trusted(stamp),
            ..entry.clone()
        };
        self.see(name, seen);
        Recollection::Known(entry.traits, found.flatten())
    }

    /// Remembers a file: what the disk said of it before it was read, what was read, and what is to be
    /// remembered of what was found, if anything was.
    pub fn learn(
        &self,
        at: &SourceRef,
        (stamp, content): (Option<Stamp>, &[u8]),
        traits: Traits,
        found: Option<&[u8]>,
    ) {
        let name = self.name(at);
        let found = found.map(|it| sealed::seal(&self.key(&name, content), it));
        if found == Some(None) {
            // It is scanned again next time.
            return;
        }
        let entry = Entry {
            stamp: self.clock.trusted(stamp),
            content: self.hash(&[content]),
            traits,
            found: found.flatten(),
        };
        self.see(name, entry);
    }

    /// Keeps what this run has seen for the next; without a place to keep it, nothing is kept.
    pub fn save(self) {
        let mut seen = self
            .seen
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        seen.sort_unstable_by_key(|it| it.0);
        let is_same = seen.len() == self.known.len()
            && seen
                .iter()
                .all(|(name, it)| self.known.get(name) == Some(it));
        if is_same {
            return;
        }
        let content = disk::Content {
            salt: self.salt,
            entries: seen,
        };
        // The next scan takes longer, and that is all.
        let _kept = disk::write(&self.file, &self.view, &content);
    }

    fn see(&self, name: Hash, entry: Entry) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push((name, entry));
    }

    /// What a file is called: where it is, and how it is looked at.
    fn name(&self, at: &SourceRef) -> Hash {
        let file = at.file.as_os_str().as_encoded_bytes();
        let class = at.class.as_str().as_bytes();
        self.hash(&[file, at.path.as_str().as_bytes(), class])
    }

    /// What seals that which was found in the file with this name and content.
    fn key(&self, name: &Hash, content: &[u8]) -> Seal {
        self.digest(&[b"found", name, content]).into()
    }

    fn hash(&self, parts: &[&[u8]]) -> Hash {
        let mut short = Hash::default();
        for (to, from) in short.iter_mut().zip(self.digest(parts)) {
            *to = from;
        }
        short
    }

    fn digest(&self, parts: &[&[u8]]) -> sha2::digest::Output<Sha256> {
        let mut hash = Sha256::new_with_prefix(self.salt);
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        hash.finalize()
    }
}

#[cfg(test)]
mod tests;
