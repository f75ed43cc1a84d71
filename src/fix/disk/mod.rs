//! Replaces files in one step, and tells what is on disk.

mod alike;

pub(super) use alike::{Alike, Like};

use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::fix::ContentHash;
use crate::seal::private;

/// A file as it is on disk.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) content: Vec<u8>,
    pub(super) metadata: Metadata,
}

/// How a file took the place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Replaced {
    /// In one step.
    Renamed,
    /// Not at all: the system does not let the file be exchanged, only written to.
    Refused,
}

/// What is at a path.
#[derive(Debug)]
pub(super) enum Seen {
    /// Nothing.
    Nothing,
    /// A regular file.
    File(Box<Image>),
    /// A folder, a link, or something stranger.
    Other,
}

impl Seen {
    /// The file, if it is one.
    pub(super) fn file(&self) -> Option<&Image> {
        match self {
            Self::File(image) => Some(image),
            Self::Nothing | Self::Other => None,
        }
    }

    /// The hash of the file, none for nothing; no answer for what is not a file.
    #[expect(
        clippy::option_option,
        reason = "no file and no answer are different things"
    )]
    pub(super) fn hash(&self) -> Option<Option<ContentHash>> {
        match self {
            Self::Nothing => Some(None),
            Self::File(image) => Some(Some(ContentHash::of(&image.content))),
            Self::Other => None,
        }
    }
}

/// What is at `path`.
pub(super) fn look(path: &Path) -> io::Result<Seen> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Seen::Nothing),
        Err(err) => return Err(err),
    };
    if !metadata.is_file() {
        return Ok(Seen::Other);
    }
    let content = fs::read(path)?;
    Ok(Seen::File(Box::new(Image { content, metadata })))
}

/// Whether `path` leads where it says, through no link that was put there since.
pub(super) fn is_straight(path: &Path) -> bool {
    path.parent()
        .into_iter()
        .flat_map(Path::ancestors)
        .find_map(|it| fs::canonicalize(it).ok().map(|real| real == it))
        .unwrap_or(false)
}

/// Writes `content` to the new file `temp`, which is to take the place of another.
///
/// Without a file to be like, it gets the permissions that new files get. Tells whether the two
/// are alike.
pub(super) fn stage(temp: &Path, content: &[u8], like: Option<Like<'_>>) -> io::Result<Alike> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    if like.is_some() {
        for_user_alone(&mut options);
    }
    let mut file = options.open(temp)?;
    file.write_all(content)?;
    let alike = like.map_or(Ok(Alike::Yes), |it| alike::make_alike(&file, &it))?;
    file.sync_all()?;
    Ok(alike)
}

/// Writes `content` to the new file at `path`, for the user alone.
pub(super) fn create_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    for_user_alone(&mut options);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Puts `temp` in the place of `target`.
pub(super) fn replace(temp: &Path, target: &Path) -> io::Result<Replaced> {
    match fs::rename(temp, target) {
        Ok(()) => Ok(Replaced::Renamed),
        Err(err)
            if matches!(
                err.kind(),
                io::ErrorKind::CrossesDevices | io::ErrorKind::ResourceBusy
            ) =>
        {
            Ok(Replaced::Refused)
        }
        Err(err) => Err(err),
    }
}

/// Writes `content` into the file at `target`, which may be half-written after a crash.
pub(super) fn overwrite(target: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).truncate(true).open(target)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Fails when the file at `target` cannot be written to.
pub(super) fn check_writable(target: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(target).map(drop)
}

/// The content of the file at `path`.
pub(super) fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    fs::read(path).map(Zeroizing::new)
}

/// Removes a file that may be gone already.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Makes what happened to the entries of the folder of `path` last; it may be gone itself.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match private::sync_folder_of(path) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// The permission bits of a file.
#[cfg(unix)]
pub(super) fn mode(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;

    metadata.permissions().mode() & 0o7777
}

/// Whether a file may be written, as far as permissions tell here.
#[cfg(not(unix))]
pub(super) fn mode(metadata: &Metadata) -> u32 {
    if metadata.permissions().readonly() {
        0o444
    } else {
        0o644
    }
}

/// How many names a file has.
#[cfg(unix)]
pub(super) fn links(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;

    metadata.nlink()
}

/// Names are not counted here.
#[cfg(not(unix))]
pub(super) fn links(_metadata: &Metadata) -> u64 {
    1
}

/// Makes files opened with `options` readable by the user alone.
#[cfg(unix)]
pub(super) fn for_user_alone(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;

    options.mode(0o600);
}

/// Folders of the user are private here.
#[cfg(not(unix))]
pub(super) fn private(_options: &mut OpenOptions) {}
