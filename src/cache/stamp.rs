//! What a disk says of a file, which changes when the file does.

use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The coarsest that disks tell times.
const GRAIN: Duration = Duration::from_secs(2);

/// What a disk says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// In bytes.
    size: u64,
    /// When its content changed, in nanoseconds since 1970; programs can set this.
    modified: i64,
    /// When anything of it changed, in nanoseconds since 1970; nobody can set this.
    changed: i64,
    /// Its number on the disk.
    number: u64,
}

impl Stamp {
    /// What is said of the file at `path`; nothing where a change could go unnoticed.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        metadata.is_file().then(|| Self::read(&metadata)).flatten()
    }

    #[cfg(unix)]
    pub(super) fn read(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;

        let time = |seconds: i64, nanoseconds: i64| {
            seconds
                .checked_mul(1_000_000_000)
                .and_then(|it| it.checked_add(nanoseconds))
        };
        Some(Self {
            size: metadata.size(),
            modified: time(metadata.mtime(), metadata.mtime_nsec())?,
            changed: time(metadata.ctime(), metadata.ctime_nsec())?,
            number: metadata.ino(),
        })
    }

    /// Elsewhere every program can set all times.
    #[cfg(not(unix))]
    pub(super) fn read(_metadata: &Metadata) -> Option<Self> {
        None
    }
}

/// When a scan began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// Nanoseconds since 1970.
    pub(super) began: i64,
}

impl Clock {
    /// Now.
    pub(super) fn start() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let since = since.unwrap_or_default().saturating_sub(GRAIN);
        Self {
            began: i64::try_from(since.as_nanos()).unwrap_or(i64::MIN),
        }
    }

    /// The stamp of a file that has been left alone for a while: a change after the scan shows in
    /// it. One in the same tick as the last would not.
    pub(super) fn trusted(self, stamp: Option<Stamp>) -> Option<Stamp> {
        stamp.filter(|it| it.modified < self.began && it.changed < self.began)
    }
}
