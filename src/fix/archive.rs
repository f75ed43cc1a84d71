//! Where runs are recorded: a folder for each project, outside of it, for the user alone.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::num::ParseIntError;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::journal::{Log, RunState};
use super::{ContentHash, FixError, disk};
use crate::seal::Identity;
use crate::seal::private;

/// The name of the lock in the folder of a project.
const LOCK: &str = "lock";

/// What the names of files end in that hold content which a rollback has replaced.
pub(super) const LAST: &str = "last";

/// How often a lock that another run has is tried.
const TIMES: u32 = 20;

/// How long in between.
const PAUSE: Duration = Duration::from_millis(50);

/// Where the runs of a project are recorded, and who can read what they keep.
pub struct Archive<'a> {
    /// The project, without links in its path.
    pub(super) root: PathBuf,
    /// The folder of this project's runs.
    folder: PathBuf,
    /// Whoever may read the backups.
    pub(super) identity: &'a Identity,
    /// Who is told of every step.
    pub(super) observer: &'a dyn Fn(Step),
}

/// The number of a run: the first in a project is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub(super) u32);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RunId {
    type Err = ParseIntError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse().map(Self)
    }
}

/// What a run has just done; a run may be stopped after any of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A file as it was before is kept.
    Kept,
    /// A record is in the journal.
    Recorded,
    /// A temporary file is written.
    Staged,
    /// A file has its new content.
    Replaced,
    /// A file or folder is removed.
    Removed,
}

/// Keeps other runs of a project out.
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file would not do while a process that is just being started has it too.
        let _gone = self.0.unlock().is_err();
    }
}

/// A run, as lists of runs tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// When it began, in UTC.
    pub started: String,
    /// How far it came.
    pub state: RunState,
    /// The files that it changed or made.
    pub files: Vec<PathBuf>,
    /// The names under which it stored values.
    pub names: Vec<String>,
}

impl<'a> Archive<'a> {
    /// The runs of the project at `root`, in `state`, the folder of the runs of all projects.
    ///
    /// # Errors
    ///
    /// Fails when `root` cannot be read, or `state` lies inside the project.
    pub fn new(state: &Path, root: &Path, identity: &'a Identity) -> Result<Self, FixError> {
        let root = fs::canonicalize(root).map_err(|err| records(root, err))?;
        Ok(Self {
            folder: folder_in(state, &root)?,
            root,
            identity,
            observer: &|_| {},
        })
    }

    /// The same, with `observer` told of every step.
    #[must_use]
    pub fn observed(self, observer: &'a dyn Fn(Step)) -> Self {
        Self { observer, ..self }
    }

    /// Keeps other runs of this project out for as long as the result lives.
    pub(super) fn lock(&self) -> Result<Lock, FixError> {
        private::make_lasting_folder(&self.folder).map_err(|err| records(&self.folder, err))?;
        let path = self.folder.join(LOCK);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        disk::for_user_alone(&mut options);
        let file = options.open(&path).map_err(|err| records(&path, err))?;
        hold(file, &path)
    }

    /// Every run, oldest first.
    pub(super) fn logs(&self) -> Result<Vec<Log>, FixError> {
        logs_in(&self.folder, &self.root)
    }

    /// The folder of a run.
    pub(super) fn folder_of(&self, run: RunId) -> PathBuf {
        self.folder.join(run.to_string())
    }

    /// Seals `content` into the new file `name` in the folder of a run.
    pub(super) fn keep(&self, folder: &Path, name: &str, content: &[u8]) -> Result<(), FixError> {
        let sealed = self.identity.seal(content, &[])?;
        let path = folder.join(name);
        disk::create_private(&path, sealed.as_bytes()).map_err(|err| records(&path, err))?;
        (self.observer)(Step::Kept);
        Ok(())
    }

    /// Seals what the file of an entry holds into a new file in the folder of a run.
    ///
    /// What was kept before stays: another try may have come upon a file that is half-written.
    pub(super) fn keep_last(
        &self,
        folder: &Path,
        index: usize,
        content: &[u8],
    ) -> Result<(), FixError> {
        let sealed = self.identity.seal(content, &[])?;
        let mut path = folder.join(format!("{index}.{LAST}"));
        for number in 2_u32.. {
            match disk::create_private(&path, sealed.as_bytes()) {
                Ok(()) => break,
                Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {
                    path = folder.join(format!("{index}.{number}.{LAST}"));
                }
                Err(err) => return Err(records(&path, err)),
            }
        }
        (self.observer)(Step::Kept);
        Ok(())
    }

    /// What was sealed into the file `name`, if it still has the hash it had then.
    pub(super) fn kept(
        &self,
        folder: &Path,
        name: &str,
        hash: ContentHash,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, FixError> {
        let path = folder.join(name);
        let sealed = fs::read_to_string(&path).map_err(|err| records(&path, err))?;
        let content = self.identity.open(&sealed)?;
        if ContentHash::of(&content) == hash {
            Ok(content)
        } else {
            let err = io::Error::other("the backup is damaged");
            Err(records(&path, err))
        }
    }
}

/// The folder in `state` for the runs of the project at `root`, a path without links.
fn folder_in(state: &Path, root: &Path) -> Result<PathBuf, FixError> {
    let real = real(state).map_err(|err| records(state, err))?;
    if real.starts_with(root) {
        return Err(FixError::StateInside { path: real });
    }
    let hash = ContentHash::of(root.as_os_str().as_encoded_bytes()).to_string();
    let name: String = hash.chars().take(16).collect();
    Ok(real.join(name))
}

/// Every run in `folder` of the project at `root`, oldest first.
fn logs_in(folder: &Path, root: &Path) -> Result<Vec<Log>, FixError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(err) => return Err(records(folder, err)),
    };
    let mut ids = Vec::new();
    for entry in entries {
        let name = entry.map_err(|err| records(folder, err))?.file_name();
        ids.extend(name.to_str().and_then(|it| it.parse::<RunId>().ok()));
    }
    ids.sort_unstable();
    ids.into_iter()
        .map(|it| Log::read(it, folder.join(it.to_string()), root))
        .collect()
}

/// Fails when a run of the project at `root` goes on, or was stopped half-way.
///
/// Nothing is written: this is for telling early what [`begin`](super::begin) would refuse.
///
/// # Errors
///
/// That, and when the records of a run cannot be read.
pub fn ready(state: &Path, root: &Path) -> Result<(), FixError> {
    let root = fs::canonicalize(root).map_err(|err| records(root, err))?;
    let folder = folder_in(state, &root)?;
    let path = folder.join(LOCK);
    let lock = match OpenOptions::new().write(true).open(&path) {
        Ok(file) => file,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(err) => return Err(records(&path, err)),
    };
    let _held = hold(lock, &path)?;
    match logs_in(&folder, &root)?
        .iter()
        .find(|it| it.state == RunState::Unfinished)
    {
        Some(log) => Err(FixError::Unfinished { run: log.run }),
        None => Ok(()),
    }
}

/// Holds the lock at `path`, once whoever has it for a moment is done.
fn hold(file: File, path: &Path) -> Result<Lock, FixError> {
    for _ in 0..TIMES {
        match file.try_lock() {
            Ok(()) => return Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(source)) => return Err(records(path, source)),
        }
    }
    Err(FixError::Busy)
}

/// Every run of the project, oldest first.
///
/// # Errors
///
/// Fails when the records of a run cannot be read.
pub fn runs(archive: &Archive<'_>) -> Result<Vec<Run>, FixError> {
    let run = |log: Log| Run {
        files: log.changed().map(Path::to_owned).collect(),
        id: log.run,
        started: log.started,
        state: log.state,
        names: log.names,
    };
    let begun = |it: &Log| it.state != RunState::NotBegun;
    Ok(archive.logs()?.into_iter().filter(begun).map(run).collect())
}

/// `path` without links; the part of it that is not there yet stays as it is.
pub(super) fn real(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    for known in path.ancestors() {
        if let Ok(found) = fs::canonicalize(known) {
            let rest = path.strip_prefix(known).unwrap_or(Path::new(""));
            return Ok(if rest.as_os_str().is_empty() {
                found
            } else {
                found.join(rest)
            });
        }
    }
    Ok(path)
}

/// A failure to read or write what belongs to a run.
pub(super) fn records(path: &Path, source: io::Error) -> FixError {
    FixError::Records {
        path: path.to_owned(),
        source,
    }
}
