//! Files that belong to the user alone: read with care, written in one step.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
#[cfg(unix)]
use std::os::unix::fs::DirBuilderExt as _;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt as _;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::path::PathBuf;

use miette::Diagnostic;
use tempfile::NamedTempFile;
use zeroize::Zeroize as _;
use zeroize::Zeroizing;

/// Why a private file could not be read or written.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum FileError {
    /// It is a symbolic link: what lies behind it may be anywhere.
    #[error("{} is a symbolic link", path.display())]
    #[diagnostic(
        code(shield::file::link),
        help("put the file itself there, or name the file behind the link")
    )]
    Link {
        /// The file.
        path: PathBuf,
    },
    /// It is a folder, a device or a pipe.
    #[error("{} is not a regular file", path.display())]
    #[diagnostic(code(shield::file::kind), help("move it out of the way"))]
    Kind {
        /// The file.
        path: PathBuf,
    },
    /// It is not a folder.
    #[error("{} is not a folder", path.display())]
    #[diagnostic(code(shield::file::folder), help("move it out of the way"))]
    Folder {
        /// What should be a folder.
        path: PathBuf,
    },
    /// Other users can read it.
    #[error("other users can read {}", path.display())]
    #[diagnostic(
        code(shield::file::exposed),
        help(
            "if nobody else had access to this machine, `chmod 600 {}`; otherwise make a new \
             identity and replace the secrets that were sealed for this one",
            path.display()
        )
    )]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// It is larger than anything that belongs there.
    #[error("{} is larger than {limit} bytes", path.display())]
    #[diagnostic(code(shield::file::size), help("check that this is the right file"))]
    Size {
        /// The file.
        path: PathBuf,
        /// What it may have.
        limit: u64,
    },
    /// It is not text.
    #[error("{} is not text in UTF-8", path.display())]
    #[diagnostic(code(shield::file::text), help("check that this is the right file"))]
    Text {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {action} {}", path.display())]
    #[diagnostic(
        code(shield::file::io),
        help("check the permissions and the free space there")
    )]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Who may read a file besides the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Nobody: a file that others can read is refused.
    Nobody,
    /// Anybody: what it holds is sealed or public.
    Anybody,
}

/// Reads `path`, which is no link and has at most `limit` bytes; `None` when it is not there.
///
/// # Errors
///
/// Fails when the file is not what it should be, or cannot be read.
pub fn read(
    path: &Path,
    limit: u64,
    readers: Readers,
) -> Result<Option<Zeroizing<String>>, FileError> {
    let Some(before) = look(path)? else {
        return Ok(None);
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(err) => return Err(FileError::io("open", path, err)),
    };
    let opened = file
        .metadata()
        .map_err(|err| FileError::io("read", path, err))?;
    // What was opened is what was looked at, and not a link put there in between.
    if !is_same(&before, &opened) {
        return Err(FileError::Link {
            path: path.to_owned(),
        });
    }
    if readers == Readers::Nobody && is_exposed(&opened) {
        return Err(FileError::Exposed {
            path: path.to_owned(),
        });
    }
    let mut bytes = Zeroizing::new(Vec::new());
    // Room for all of it at once: a buffer that grows leaves copies behind.
    bytes.reserve_exact(usize::try_from(opened.len().min(limit)).unwrap_or(0) + 2);
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|err| FileError::io("read", path, err))?;
    if bytes.len() as u64 > limit {
        return Err(FileError::Size {
            path: path.to_owned(),
            limit,
        });
    }
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(err) => {
            err.into_bytes().zeroize();
            Err(FileError::Text {
                path: path.to_owned(),
            })
        }
    }
}

/// What is at `path`: a regular file, or nothing.
///
/// # Errors
///
/// Fails when it is a link or anything else.
pub fn look(path: &Path) -> Result<Option<fs::Metadata>, FileError> {
    match fs::symlink_metadata(path) {
        Ok(it) if it.is_symlink() => Err(FileError::Link {
            path: path.to_owned(),
        }),
        Ok(it) if it.is_file() => Ok(Some(it)),
        Ok(_) => Err(FileError::Kind {
            path: path.to_owned(),
        }),
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(err) => Err(FileError::io("look at", path, err)),
    }
}

/// Makes the file `path`, which only the user can read, and says whether it was made.
///
/// It appears with all its content or not at all; a file that is there stays as it is.
///
/// # Errors
///
/// Fails when the file cannot be written.
pub fn create(path: &Path, content: &[u8]) -> Result<bool, FileError> {
    match staged(path, content)?.persist_noclobber(path) {
        Ok(_) => sync_folder(path).map(|()| true),
        Err(err) if err.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(err) => Err(FileError::io("make", path, err.error)),
    }
}

/// Replaces the file `path`, or makes it, in one step; only the user can read it after.
///
/// # Errors
///
/// Fails when there is something else than a regular file, or it cannot be written; the file
/// is then as it was.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), FileError> {
    look(path)?;
    staged(path, content)?
        .persist(path)
        .map_err(|err| FileError::io("replace", path, err.error))?;
    sync_folder(path)
}

/// Makes the folder `path` and those above it, which only the user can enter.
///
/// # Errors
///
/// Fails when a folder cannot be made.
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    make_lasting_folder(path).map_err(|err| FileError::io("make the folder", path, err))
}

/// Does the same as [`make_folder`]: the new folders survive a power cut.
///
/// # Errors
///
/// Fails with what the system said.
pub fn make_lasting_folder(path: &Path) -> io::Result<()> {
    let is_missing = |it: &&Path| !it.as_os_str().is_empty() && fs::symlink_metadata(it).is_err();
    let missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(path)?;
    missing.into_iter().try_for_each(sync_folder_of)
}

/// Whether there is a folder at `path`.
///
/// # Errors
///
/// Fails when it is a link, even one to a folder, or anything else.
pub fn has_folder(path: &Path) -> Result<bool, FileError> {
    match fs::symlink_metadata(path) {
        Ok(it) if it.is_dir() => Ok(true),
        Ok(it) if it.is_symlink() => Err(FileError::Link {
            path: path.to_owned(),
        }),
        Ok(_) => Err(FileError::Folder {
            path: path.to_owned(),
        }),
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(err) => Err(FileError::io("look at", path, err)),
    }
}

/// Makes sure that files can be made in the folder `path`, and leaves none there.
///
/// # Errors
///
/// Fails when no file can be made.
pub fn check_writable(path: &Path) -> Result<(), FileError> {
    tempfile::Builder::new()
        .prefix(".shield-")
        .tempfile_in(path)
        .and_then(NamedTempFile::close)
        .map_err(|err| FileError::io("make a file in", path, err))
}

/// Makes sure that the folder `path`, which is not there, can be made, and leaves none there.
///
/// # Errors
///
/// Fails when the folder cannot be made.
pub fn check_makable(path: &Path) -> Result<(), FileError> {
    make_folder(path)?;
    // Another run may have put something in it by now, and then it stays.
    let _used = fs::remove_dir(path).is_err();
    Ok(())
}

impl FileError {
    /// What the system said when `action` was tried with `path`.
    fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

/// A complete file beside `path`, readable by the user alone, that waits for its name.
fn staged(path: &Path, content: &[u8]) -> Result<NamedTempFile, FileError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".shield-");
    #[cfg(unix)]
    builder.permissions(fs::Permissions::from_mode(0o600));
    let mut file = builder
        .tempfile_in(folder(path))
        .map_err(|err| FileError::io("make a file beside", path, err))?;
    file.write_all(content)
        .and_then(|()| file.as_file().sync_all())
        .map_err(|err| FileError::io("write", path, err))?;
    Ok(file)
}

/// The folder `path` lies in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(it) if !it.as_os_str().is_empty() => it,
        Some(_) | None => Path::new("."),
    }
}

/// Makes sure that a new name survives a power cut.
fn sync_folder(path: &Path) -> Result<(), FileError> {
    sync_folder_of(path).map_err(|err| FileError::io("write the folder of", path, err))
}

/// Makes what happened to the names in the folder of `path` survive a power cut.
///
/// # Errors
///
/// Fails with what the system said.
#[cfg(unix)]
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    match File::open(folder(path))?.sync_all() {
        // Some file systems of networks do this by themselves, and cannot be asked to.
        Err(err) if err.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}

/// Names are written with their files here.
///
/// # Errors
///
/// Never fails.
#[cfg(not(unix))]
pub fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether others than the owner can do anything with the file.
#[cfg(unix)]
fn is_exposed(metadata: &fs::Metadata) -> bool {
    metadata.permissions().mode() & 0o077 != 0
}

/// A user's folder is private to begin with here.
#[cfg(not(unix))]
fn is_exposed(_metadata: &fs::Metadata) -> bool {
    false
}

/// Whether both describe one file.
#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Files have no number that the standard library tells here.
#[cfg(not(unix))]
fn is_same(_one: &fs::Metadata, other: &fs::Metadata) -> bool {
    other.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_is_not_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it");
        assert!(create(&path, b"one").unwrap());
        assert!(!create(&path, b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        replace(&path, b"three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_too_large_or_no_text_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it");
        replace(&path, b"12345").unwrap();
        let text = |limit| read(&path, limit, Readers::Nobody);
        assert_eq!(text(5).unwrap().unwrap().as_str(), "12345");
        assert!(matches!(text(4), Err(FileError::Size { limit: 4, .. })));
        replace(&path, b"\xff").unwrap();
        assert!(matches!(text(5), Err(FileError::Text { .. })));
        assert!(matches!(
            read(folder.path(), 5, Readers::Nobody),
            Err(FileError::Kind { .. })
        ));
        assert!(matches!(
            read(&folder.path().join("no"), 5, Readers::Nobody),
            Ok(None)
        ));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_open_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it");
        replace(&path, b"x").unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );

        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(
            read(&link, 9, Readers::Anybody),
            Err(FileError::Link { .. })
        ));
        assert!(matches!(replace(&link, b"y"), Err(FileError::Link { .. })));

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            read(&path, 9, Readers::Nobody),
            Err(FileError::Exposed { .. })
        ));
        assert!(read(&path, 9, Readers::Anybody).unwrap().is_some());
    }
}
