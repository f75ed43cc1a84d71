//! The paths a user asks for.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};

use super::shown::shown;
use super::{Origin, SourceError, SourceRef, class};
use crate::notice::Notice;
use crate::notice::NoticeKind;

/// A path that was asked for, and exists.
#[derive(Debug, Clone)]
pub(super) struct Root {
    /// How reports name it; `.` for the current folder.
    pub(super) shown: PathBuf,
    /// Where it is, symbolic links resolved.
    pub(super) real: PathBuf,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A pipe, a socket, a device: never opened, since that can wait for ever.
    Special,
}

/// The current folder.
#[derive(Debug, Clone)]
pub(super) struct Here {
    given: PathBuf,
    real: PathBuf,
}

impl Here {
    /// The current folder, or the root where there is none any more.
    pub(super) fn find() -> Self {
        Self::at(std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")))
    }

    /// As if `folder` were the current one.
    pub(super) fn at(folder: PathBuf) -> Self {
        Self {
            real: fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone()),
            given: folder,
        }
    }

    /// Where it is, symbolic links resolved.
    pub(super) fn real(&self) -> &Path {
        &self.real
    }

    /// `path` from here, or as it is where it does not lie below.
    fn relative(&self, path: &Path, real: &Path) -> PathBuf {
        if stays_below(path) {
            return path.to_path_buf();
        }
        path.strip_prefix(&self.given)
            .or_else(|_| path.strip_prefix(&self.real))
            .or_else(|_| real.strip_prefix(&self.real))
            .unwrap_or(path)
            .to_path_buf()
    }
}

impl Root {
    /// Looks for `path`; a notice when it is there and out of reach.
    pub(super) fn find(path: &Path, here: &Here) -> Result<Result<Self, Notice>, SourceError> {
        let found = fs::canonicalize(here.given.join(path))
            .and_then(|real| Ok((fs::metadata(&real)?.file_type(), real)));
        match found {
            Ok((kind, real)) => Ok(Ok(Self {
                shown: here.relative(path, &real),
                kind: Kind::of(kind),
                real,
            })),
            Err(error) if is_missing(&error) => Err(SourceError::Missing {
                path: shown(path).into_string(),
            }),
            Err(error) => Ok(Err(Notice {
                path: shown(path),
                kind: NoticeKind::Unreadable(error.to_string()),
            })),
        }
    }

    /// The source of a root that is a file.
    ///
    /// Below the current folder its whole path tells its class, so that a file asked for by name
    /// is judged as it is in a scan of everything; elsewhere only its name does.
    pub(super) fn source(&self) -> SourceRef {
        let path = shown(&self.shown);
        let telling = if stays_below(&self.shown) {
            path.as_path()
        } else {
            Utf8Path::new(path.file_name().unwrap_or_default())
        };
        SourceRef {
            class: class::of_path(telling),
            file: self.real.clone(),
            path,
            archives: Vec::new(),
            origin: Origin::File,
        }
    }

    /// The source of a file below a root that is a folder.
    pub(super) fn source_below(&self, file: PathBuf) -> SourceRef {
        SourceRef {
            path: self.path_of(&file),
            class: class::of_path(&self.below(&file)),
            file,
            archives: Vec::new(),
            origin: Origin::File,
        }
    }

    /// The path of a file from the root.
    pub(super) fn below(&self, file: &Path) -> Utf8PathBuf {
        shown(file.strip_prefix(&self.real).unwrap_or(file))
    }

    /// How reports name a file below the root.
    pub(super) fn path_of(&self, file: &Path) -> Utf8PathBuf {
        match file.strip_prefix(&self.real) {
            Ok(below) if below.as_os_str() == OsStr::new("") => shown(&self.shown),
            Ok(below) => shown(&self.shown.join(below)),
            Err(_) => shown(file),
        }
    }
}

impl Kind {
    pub(super) fn of(kind: fs::FileType) -> Self {
        if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder
        } else {
            Self::Special
        }
    }
}

/// Whether a path leads down from where it starts, and starts in the current folder.
fn stays_below(path: &Path) -> bool {
    path.components()
        .all(|it| matches!(it, Component::CurDir | Component::Normal(_)))
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `path` is called, seen from `folder`.
    fn shown_from(folder: &Path, path: &Path) -> Utf8PathBuf {
        let here = Here::at(folder.to_path_buf());
        let root = Root::find(path, &here).unwrap().unwrap();
        shown(&root.shown)
    }

    #[test]
    fn a_path_below_the_current_folder_is_shown_from_there() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        fs::create_dir_all(here.join("a/b")).unwrap();
        assert_eq!(shown_from(here, Path::new("./a/b/")), "a/b");
        assert_eq!(shown_from(here, &here.join("a")), "a");
        assert_eq!(shown_from(here, here), ".");
        assert_eq!(shown_from(&here.join("a"), Path::new("../a/b")), "b");
    }

    #[test]
    fn a_path_elsewhere_is_shown_as_it_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().join("a");
        fs::create_dir_all(&here).unwrap();
        fs::create_dir_all(folder.path().join("b")).unwrap();
        assert_eq!(shown_from(&here, Path::new("../b")), "../b");
        let absolute = folder.path().join("b");
        assert_eq!(
            shown_from(&here, &absolute).as_str(),
            absolute.to_str().unwrap()
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_keeps_its_name() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("target")).unwrap();
        std::os::unix::fs::symlink("target", folder.path().join("link")).unwrap();
        assert_eq!(shown_from(folder.path(), Path::new("link")), "link");
    }
}
