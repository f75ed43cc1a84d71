//! How much of an archive is read before it is given up.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};
use std::time::{Duration, Instant};

/// What an archive on disk may come to, with all that lies in it.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// Archives within archives.
    pub(super) depth: usize,
    /// Files in it.
    pub(super) entries: u64,
    /// Bytes that are unpacked.
    pub(super) bytes: u64,
    /// So many bytes may be unpacked whatever the archive's own size.
    pub(super) free: u64,
    /// Beyond them, so many for each byte of the archive.
    pub(super) ratio: u64,
    /// Bytes of an archive within another one that has to be held in memory.
    pub(super) held: u64,
    /// The time it takes.
    pub(super) time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 4,
            entries: 500_000,
            bytes: 16 << 30,
            free: 256 << 20,
            ratio: 200,
            held: 64 << 20,
            time: Duration::from_mins(5),
        }
    }
}

/// Why an archive was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Entries(u64),
    Bytes(u64),
    Ratio(u64),
    Time(Duration),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entries(limit) => write!(f, "it has more than {limit} files"),
            Self::Bytes(limit) => write!(f, "it unpacks to more than {limit} bytes"),
            Self::Ratio(limit) => write!(f, "it unpacks to more than {limit} times its size"),
            Self::Time(limit) => write!(f, "it took more than {} seconds", limit.as_secs()),
        }
    }
}

/// Counts what an archive on disk comes to.
#[derive(Debug)]
pub(super) struct Meter {
    limits: Limits,
    /// What may be unpacked, and what it means to be above.
    most: (u64, Stop),
    unpacked: Cell<u64>,
    entries: Cell<u64>,
    deadline: Instant,
    stopped: Cell<Option<Stop>>,
}

impl Meter {
    /// For an archive of `size` bytes on disk.
    pub(super) fn new(limits: Limits, size: u64) -> Self {
        let by_ratio = size.saturating_mul(limits.ratio).max(limits.free);
        let most = if by_ratio < limits.bytes {
            (by_ratio, Stop::Ratio(limits.ratio))
        } else {
            (limits.bytes, Stop::Bytes(limits.bytes))
        };
        Self {
            most,
            unpacked: Cell::new(0),
            entries: Cell::new(0),
            deadline: Instant::now() + limits.time,
            stopped: Cell::new(None),
            limits,
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Why the archive was given up, if it was.
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stopped.get()
    }

    /// Counts a file; `false` when it is one too many.
    pub(super) fn takes_entry(&self) -> bool {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > self.limits.entries {
            self.stopped.set(Some(Stop::Entries(self.limits.entries)));
        }
        self.stopped().is_none()
    }

    /// What `reader` gives, counted.
    pub(super) fn count<R: Read>(&self, reader: R) -> Counted<'_, R> {
        Counted {
            meter: self,
            reader,
        }
    }

    fn unpack(&self, bytes: usize) {
        let unpacked = self.unpacked.get().saturating_add(bytes as u64);
        self.unpacked.set(unpacked);
        let (most, stop) = self.most;
        if unpacked > most {
            self.stopped.set(Some(stop));
        } else if Instant::now() > self.deadline {
            self.stopped.set(Some(Stop::Time(self.limits.time)));
        }
    }
}

/// A reader that fails when its archive is given up.
#[derive(Debug)]
pub(super) struct Counted<'m, R> {
    meter: &'m Meter,
    reader: R,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buf)?;
        self.meter.unpack(read);
        match self.meter.stopped() {
            Some(stop) => Err(io::Error::other(stop.to_string())),
            None => Ok(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(limits: Limits, size: u64) -> Option<Stop> {
        let meter = Meter::new(limits, size);
        let mut sink = Vec::new();
        let read = meter
            .count(io::repeat(b'x').take(1_000))
            .read_to_end(&mut sink);
        assert_eq!(read.is_err(), meter.stopped().is_some());
        meter.stopped()
    }

    #[test]
    fn an_archive_is_given_up_beyond_its_limits() {
        let limits = Limits::default();
        assert_eq!(stop(limits.clone(), 1), None);
        let few = Limits {
            bytes: 999,
            ..limits.clone()
        };
        assert_eq!(stop(few, 10), Some(Stop::Bytes(999)));
        let dense = Limits {
            free: 500,
            ratio: 50,
            ..limits.clone()
        };
        assert_eq!(stop(dense.clone(), 19), Some(Stop::Ratio(50)));
        assert_eq!(stop(dense, 20), None);
        let late = Limits {
            time: Duration::ZERO,
            ..limits
        };
        assert_eq!(stop(late, 1), Some(Stop::Time(Duration::ZERO)));
    }

    #[test]
    fn files_are_counted() {
        let limits = Limits {
            entries: 2,
            ..Limits::default()
        };
        let meter = Meter::new(limits, 1);
        assert!(meter.takes_entry() && meter.takes_entry());
        assert!(!meter.takes_entry());
        assert_eq!(meter.stopped(), Some(Stop::Entries(2)));
    }
}
