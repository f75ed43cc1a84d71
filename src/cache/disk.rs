//! The file that a cache is kept in.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Entry, Hash};

/// What the file begins with; other versions of the form are not read.
const HEAD: &[u8; 16] = b"shield cache 2\n\0";

/// The ending of its name.
const EXTENSION: &str = "scan";

/// Caches of views that nobody has looked at for so long are removed.
const FORGOTTEN: Duration = Duration::from_hours(30 * 24);

/// A cache above this size is not read, in bytes: some million files.
const LIMIT: u64 = 1 << 30;

/// Says to programs that make backups that the folder can be left out (<https://bford.info/cachedir/>).
const TAG: (&str, &str) = (
    "CACHEDIR.TAG",
    concat!(
        "Signature: ",
        "8a477f597d28d172789f06886806bc55\n# What shield knows of files that it has scanned.\n"
    ),
);

/// What the file has.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) salt: [u8; 16],
    /// By name.
    pub(super) entries: Vec<(Hash, Entry)>,
}

impl Default for Content {
    /// Nothing, with a salt that nobody knows.
    fn default() -> Self {
        Self {
            salt: uuid::Uuid::new_v4().into_bytes(),
            entries: Vec::new(),
        }
    }
}

/// Where the cache of a view is.
pub(super) fn file(folder: &Path, view: &[u8; 32]) -> PathBuf {
    let digits = view.iter().take(16).map(|it| format!("{it:02x}"));
    let name: String = digits.collect();
    folder.join(name).with_extension(EXTENSION)
}

/// Reads the cache of a view; nothing when it is none, or is damaged.
pub(super) fn read(path: &Path, view: &[u8; 32]) -> Option<Content> {
    let size = fs::metadata(path).ok()?.len();
    let bytes = (size <= LIMIT).then(|| fs::read(path).ok())??;
    let rest = bytes.strip_prefix(HEAD)?.strip_prefix(view)?;
    let (sum, body) = rest.split_first_chunk::<4>()?;
    if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
        return None;
    }
    postcard::from_bytes(body).ok()
}

/// Puts the cache of a view in the place of the former one, and removes forgotten ones.
pub(super) fn write(path: &Path, view: &[u8; 32], content: &Content) -> io::Result<()> {
    let body = postcard::to_allocvec(content).map_err(io::Error::other)?;
    let sum = crc32fast::hash(&body).to_le_bytes();
    replace(path, &[HEAD, view, &sum, &body])?;
    forget(path.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// Puts a file that only its owner can read in the place of the one at `path`, in one step.
pub(super) fn replace(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let tag = folder.join(TAG.0);
    if !tag.exists() {
        File::create(tag)?.write_all(TAG.1.as_bytes())?;
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.persist(path)?;
    Ok(())
}

/// Removes the caches of views that nobody looks at any more.
fn forget(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let age = entry.metadata().and_then(|it| it.modified());
        let age = age.ok().and_then(|it| it.elapsed().ok());
        let is_old = age.is_some_and(|it| it > FORGOTTEN);
        if is_old && path.extension().is_some_and(|it| it == EXTENSION) {
            // Another run may have removed it.
            let _removed = fs::remove_file(path);
        }
    }
}
