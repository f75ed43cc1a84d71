//! One writer at a time.

use std::fs::File;
#[cfg(not(unix))]
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::provision::ProvisionError;
use crate::seal::private::FileError;

/// How often a store that another run has is tried.
const TIMES: u32 = 200;

/// How long in between.
const PAUSE: Duration = Duration::from_millis(50);

/// Keeps other runs from writing in `folder` until what is returned is dropped.
pub(super) fn take(folder: &Path) -> Result<File, ProvisionError> {
    let failed = |source| FileError::Io {
        action: "lock",
        path: folder.to_owned(),
        source,
    };
    let lock = open(folder).map_err(failed)?;
    for _ in 0..TIMES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(source)) => return Err(failed(source).into()),
        }
    }
    Err(ProvisionError::Busy {
        path: folder.to_owned(),
    })
}

/// What is locked: the folder itself, so that no other file lies about.
#[cfg(unix)]
fn open(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// What is locked: a file, since folders cannot be here.
#[cfg(not(unix))]
fn open(folder: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(".lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_had_once() {
        let folder = tempfile::tempdir().unwrap();
        let lock = take(folder.path()).unwrap();
        let other = open(folder.path()).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(lock);
        other.try_lock().unwrap();
    }
}
