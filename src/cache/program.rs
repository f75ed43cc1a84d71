//! Which program this is: another one may find more.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::disk;
use super::stamp::{Clock, Stamp};

/// The name of the file that remembers it.
const FILE: &str = "program";

/// The program by its content: versions do not tell builds of the same version apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    stamp: Option<Stamp>,
    hash: [u8; 32],
}

impl Program {
    /// The running program. `folder` remembers it, since to read all of it takes longer than to scan
    /// a small project.
    ///
    /// # Errors
    ///
    /// Fails when the system does not tell where the program is, or it cannot be read.
    pub fn running(folder: &Path) -> io::Result<Self> {
        Self::at(&std::env::current_exe()?, folder)
    }

    /// The program at `path`.
    pub(super) fn at(path: &Path, folder: &Path) -> io::Result<Self> {
        let stamp = Stamp::of(path);
        let memory = folder.join(FILE);
        let known = std::fs::read(&memory).ok();
        let known = known.and_then(|it| postcard::from_bytes::<Self>(&it).ok());
        if let Some(known) = known.filter(|it| it.stamp.is_some() && it.stamp == stamp) {
            return Ok(known);
        }
        let program = Self {
            stamp: Clock::start().trusted(stamp),
            hash: hash(path)?,
        };
        if let Ok(bytes) = postcard::to_allocvec(&program) {
            // It is read again next time.
            let _kept = disk::replace(&memory, &[&bytes]);
        }
        Ok(program)
    }

    /// What tells it apart.
    #[must_use]
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }
}

/// The hash of the file at `path`.
fn hash(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut hash = Sha256::new();
    loop {
        let part = file.fill_buf()?;
        if part.is_empty() {
            return Ok(hash.finalize().into());
        }
        hash.update(part);
        let length = part.len();
        file.consume(length);
    }
}
