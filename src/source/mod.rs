//! Where texts come from.

pub mod archive;
mod class;
mod decode;
mod error;
mod exclude;
pub mod git;
pub mod notebook;

mod read;
mod root;
mod selection;
mod shard;
mod shown;
mod walk;

pub use error::{Depth, SourceError};
pub use selection::{Added, Lines, Past, Selected, Selection, select};
pub use shard::{Shard, ShardError};

use std::borrow::Cow;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use git::{ObjectId, Store};

use crate::notice::Notice;
use crate::risk::FileClass;

/// The size above which files are not scanned, in bytes, unless the settings say otherwise.
pub const MAX_FILE_SIZE: u64 = 32 * 1024 * 1024;

/// Which texts to read.
#[derive(Debug, Clone)]
pub struct Options {
    /// Files and folders, the current one if there are none; files are read even where an ignore
    /// file names them.
    pub paths: Vec<PathBuf>,
    /// Whether ignore files count.
    pub ignore_files: IgnoreFiles,
    /// Globs of paths that are left out, written as in `.gitignore`, from the current folder or
    /// from the folder asked for; they count for files asked for, too.
    pub exclude: Vec<String>,
    /// The size above which files are not scanned, in bytes.
    pub max_file_size: u64,
    /// Whether archives are looked into.
    pub archives: Archives,
}

/// Whether archives are looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Archives {
    /// They are passed over like everything that is not text.
    Skip,
    /// The texts in them are scanned.
    Open,
}

/// Whether ignore files count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoreFiles {
    /// Files that `.gitignore`, `.ignore` or `.shieldignore` names are left out.
    Respect,
    /// They are scanned like others.
    Disregard,
}

/// Where a text can be read; no content yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceRef {
    /// How reports name it: relative to the current folder where it lies below that, with `/`;
    /// bytes that are not UTF-8, and control characters, are shown as `\xNN`.
    pub path: Utf8PathBuf,
    /// Where it is: the absolute path, symbolic links resolved.
    pub file: PathBuf,
    /// What kind of file it is, by the part of its path below the folder asked for.
    pub class: FileClass,
    /// The archives it lies in, the outermost first, as reports name them; none for a file of its
    /// own. [`SourceRef::file`] is the outermost.
    pub archives: Vec<Utf8PathBuf>,
    /// What keeps the content.
    pub origin: Origin,
}

/// What keeps the content of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The file.
    File,
    /// A repository of git; the file may have other content, or not be there.
    Git(Blob),
}

/// Content that git keeps.
#[derive(Debug, Clone)]
pub struct Blob {
    /// Its id.
    pub id: ObjectId,
    /// What holds it.
    pub store: Arc<Store>,
}

impl PartialEq for Blob {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Blob {}

impl PartialOrd for Blob {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Blob {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

impl SourceRef {
    /// The path in the innermost archive; the whole path where there is none.
    #[must_use]
    pub fn inner(&self) -> &Utf8Path {
        archive::inner(&self.path, self.archives.last())
    }
}

/// What lies below the paths asked for.
#[derive(Debug, Default)]
pub struct Listing {
    /// The texts, sorted by path, each once.
    pub sources: Vec<SourceRef>,
    /// What could not be listed, sorted by path.
    pub notices: Vec<Notice>,
    /// Which lines count; all of them when absent.
    pub added: Option<Added>,
}

/// A text that was read.
#[derive(Debug)]
pub struct Source<'b> {
    /// Where it was read.
    pub at: &'b SourceRef,
    /// The text in UTF-8; a byte order mark stays in it.
    pub text: Cow<'b, str>,
    /// How it was written in the file.
    pub encoding: Encoding,
}

/// How a text is written in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark: offsets in the text are offsets in the file.
    Utf8,
    /// UTF-16, either byte order.
    Utf16,
    /// Anything else, read as Windows-1252.
    Latin1,
}

/// Lists the texts below the paths of `options`.
///
/// # Errors
///
/// Fails when a path asked for does not exist, or a glob is wrong.
pub fn enumerate(options: &Options) -> Result<Listing, SourceError> {
    walk::enumerate(options, &root::Here::find())
}

/// What a text is called in the project whose root is `root`, wherever the program is run: its path
/// from there, as far as it lies below.
///
/// It is known by how it is shown and which file it lies in, `path` and `file`, and by the archives
/// around it.
#[must_use]
pub fn identity<'p>(
    (path, file): (&'p Utf8Path, &Path),
    archives: &[Utf8PathBuf],
    root: &Path,
) -> Cow<'p, str> {
    let below = file.strip_prefix(root).ok();
    let Some(below) = below.filter(|_| !root.as_os_str().is_empty()) else {
        return Cow::Borrowed(path.as_str());
    };
    let below = shown::shown(below);
    // What follows the name of the file tells a part of it.
    let name = below.file_name().unwrap_or_default();
    let rest = match archives.first() {
        Some(outermost) => path.as_str().strip_prefix(outermost.as_str()),
        None => path.file_name().and_then(|it| it.strip_prefix(name)),
    };
    let identity = format!("{below}{}", rest.unwrap_or_default());
    if identity == path.as_str() {
        Cow::Borrowed(path.as_str())
    } else {
        Cow::Owned(identity)
    }
}

/// The file at `path` below the folder `root`, if it is there.
#[must_use]
pub fn file(root: &Path, path: &str) -> Option<SourceRef> {
    let file = root.join(path).canonicalize().ok()?;
    let below = file.strip_prefix(root).ok().filter(|_| file.is_file())?;
    let shown = shown::shown(below);
    Some(SourceRef {
        class: class::of_path(&shown),
        path: shown,
        file,
        archives: Vec::new(),
        origin: Origin::File,
    })
}

/// The file at `path` in the repository at `root`, as the commit with the id `commit` has it, if it
/// has it.
#[must_use]
pub fn committed(root: &Path, commit: &str, path: &str, store: &Arc<Store>) -> Option<SourceRef> {
    let id = git::Repository::at(root, git::ALWAYS).object(&format!("{commit}:{path}"))?;
    let shown = shown::shown(Path::new(path));
    Some(SourceRef {
        class: class::of_path(&shown),
        path: shown,
        file: root.join(path),
        archives: Vec::new(),
        origin: Origin::Git(Blob {
            id,
            store: Arc::clone(store),
        }),
    })
}

/// Reads a text through `buffer`, which keeps its memory from one call to the next.
///
/// `None` for what is not text.
///
/// # Errors
///
/// Fails with a notice when the file cannot be read or is larger than `max_file_size` bytes.
pub fn load<'b>(
    at: &'b SourceRef,
    max_file_size: u64,
    buffer: &'b mut Vec<u8>,
) -> Result<Option<Source<'b>>, Notice> {
    bytes(at, max_file_size, buffer)?;
    Ok(text(at, buffer))
}

/// Reads the bytes that [`load`] reads: of a file that is not text, no more than shows that.
///
/// # Errors
///
/// As [`load`].
pub fn bytes(at: &SourceRef, max_file_size: u64, buffer: &mut Vec<u8>) -> Result<(), Notice> {
    read::read(at, max_file_size, buffer)
}

/// The text of `bytes`, which were read at `at`; `None` for what is not text.
#[must_use]
pub fn text<'b>(at: &'b SourceRef, bytes: &'b [u8]) -> Option<Source<'b>> {
    decode::decode(bytes).map(|(text, encoding)| Source { at, text, encoding })
}

#[cfg(test)]
mod tests;
