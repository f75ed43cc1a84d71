//! A journal that is being written.

use std::fs;
use std::fs::{File, OpenOptions};
use std::io;
use std::io::Write as _;
use std::path::PathBuf;

use super::FILE;
use super::Log;
use super::VERSION;
use super::record::Record;
use crate::fix::FixError;
use crate::fix::Step;
use crate::fix::disk;

/// A journal that is being written.
pub(in crate::fix) struct Writer<'a> {
    file: File,
    path: PathBuf,
    /// How many bytes the whole records have.
    length: u64,
    /// Whether part of a record may lie behind them.
    torn: bool,
    pub(in crate::fix) observer: &'a dyn Fn(Step),
    pub(in crate::fix) log: Log,
}

impl<'a> Writer<'a> {
    /// Opens the journal of `log`, to add to it.
    ///
    /// A record that a crash has cut short goes when the next one is added.
    pub(in crate::fix) fn open(log: Log, observer: &'a dyn Fn(Step)) -> Result<Self, FixError> {
        let path = log.folder.join(FILE);
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        disk::for_user_alone(&mut options);
        let open = || -> io::Result<(File, u64)> {
            let file = options.open(&path)?;
            let bytes = fs::read(&path)?;
            let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |it| it + 1);
            Ok((file, u64::try_from(whole).map_err(io::Error::other)?))
        };
        match open() {
            Ok((file, length)) => Ok(Self {
                file,
                path,
                length,
                torn: true,
                observer,
                log,
            }),
            Err(source) => Err(FixError::Records { path, source }),
        }
    }

    /// Opens the journal of a run that begins.
    pub(in crate::fix) fn create(log: Log, observer: &'a dyn Fn(Step)) -> Result<Self, FixError> {
        let opened = Record::Opened {
            version: VERSION,
            run: log.run,
            started: log.started.clone(),
            token: log.token.clone(),
        };
        let mut writer = Self::open(log, observer)?;
        writer.add(opened)?;
        Ok(writer)
    }

    /// Adds `record` and waits until it is on disk, and with it all before it.
    pub(in crate::fix) fn add(&mut self, record: Record) -> Result<(), FixError> {
        self.note(record)?;
        self.file.sync_data().map_err(|source| self.failed(source))
    }

    /// Adds `record`, which need not last before the next one that is waited for.
    pub(in crate::fix) fn note(&mut self, record: Record) -> Result<(), FixError> {
        let mut line = serde_json::to_vec(&record).map_err(|err| self.failed(err.into()))?;
        line.push(b'\n');
        let written = self.append(&line);
        written.map_err(|source| self.failed(source))?;
        self.log.take(record);
        (self.observer)(Step::Recorded);
        Ok(())
    }

    /// Adds a line behind the whole records, in the place of one that was written in part.
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.torn {
            self.file.set_len(self.length)?;
        }
        self.torn = true;
        self.file.write_all(line)?;
        self.torn = false;
        self.length = self.length.saturating_add(line.len() as u64);
        Ok(())
    }

    /// Writes a part of a record, as on a full disk.
    #[cfg(test)]
    pub(super) fn spoil(&mut self, part: &[u8]) -> io::Result<()> {
        self.torn = true;
        self.file.write_all(part)
    }

    /// A failure to write the journal.
    fn failed(&self, source: io::Error) -> FixError {
        let path = self.path.clone();
        FixError::Records { path, source }
    }
}
