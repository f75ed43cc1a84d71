//! The journal of a run: what it will change, written down before it changes anything.
//!
//! One line of JSON for each record; paths, hashes and modes, never a value. A line that a crash
//! has cut short is the last one and counts as not written.

mod path;

pub(super) use path::JournalPath;

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::fix::ContentHash;
use crate::fix::FixError;
use crate::fix::RunId;
use crate::fix::Step;
use crate::fix::disk;

/// The name of the journal in the folder of a run.
pub(in crate::fix) const FILE: &str = "journal.jsonl";

/// The version of the records.
const VERSION: u32 = 1;

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::fix) enum Record {
    /// The run has a folder; nothing is known of what it will do.
    Opened {
        version: u32,
        run: RunId,
        started: String,
        /// What the names of temporary files end in.
        token: String,
    },
    /// A file that the run may change.
    File(Entry),
    /// A folder that is not there yet and may be made.
    Folder { path: JournalPath },
    /// The names under which values are stored.
    Secrets { names: Vec<String> },
    /// Everything above is complete: from here on things change.
    Begun,
    /// A store file as it was when the values were stored.
    Stored {
        index: usize,
        after: Option<ContentHash>,
    },
    /// Someone else has changed the file, so it is left alone.
    Skipped { index: usize },
    /// Every temporary file is written.
    Staged,
    /// The new file could not be given the owner or the attributes of the old one.
    Unlike { index: usize },
    /// A file is written in place, because it cannot be exchanged.
    InPlace { index: usize },
    /// Every file is in its place.
    Done,
    /// The files are being put back.
    Undoing,
    /// The files are as they were before.
    Undone,
    /// Some files are as they were before; others were changed since.
    PartlyUndone,
}

/// A file that a run may change, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::fix) struct Entry {
    pub(in crate::fix) path: JournalPath,
    pub(in crate::fix) kind: EntryKind,
    /// The file before; absent when there was none.
    pub(in crate::fix) before: Option<Before>,
    /// The hash after; absent for files whose content is not ours to decide.
    pub(in crate::fix) after: Option<ContentHash>,
}

/// What a file is to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::fix) enum EntryKind {
    /// The code needs it.
    Wrapper,
    /// It names the packages that the code needs.
    Dependencies,
    /// It is rewritten.
    Code,
    /// It changes with the code, or is made with it.
    Companion,
    /// Values are stored in it.
    Store,
}

/// A file as it was before a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::fix) struct Before {
    pub(in crate::fix) hash: ContentHash,
    pub(in crate::fix) mode: u32,
    /// The file in the folder of the run that holds the sealed content.
    pub(in crate::fix) backup: String,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It was stopped before it had changed anything.
    NotBegun,
    /// It, or its undoing, was stopped half-way or is still going on.
    Unfinished,
    /// It has changed files.
    Done,
    /// Some of its files were put back; others had been changed since.
    PartlyUndone,
    /// All of its files were put back.
    Undone,
}

/// A run, as its journal tells.
#[derive(Debug, Clone)]
pub(in crate::fix) struct Log {
    pub(in crate::fix) run: RunId,
    pub(in crate::fix) started: String,
    pub(in crate::fix) token: String,
    pub(in crate::fix) state: RunState,
    pub(in crate::fix) entries: Vec<Entry>,
    /// The folders that the run may have made, outermost first.
    pub(in crate::fix) folders: Vec<PathBuf>,
    pub(in crate::fix) names: Vec<String>,
    /// Entries that were left alone.
    pub(in crate::fix) skipped: Vec<usize>,
    /// Entries whose new file is not like the old one.
    pub(in crate::fix) unlike: Vec<usize>,
    /// Entries that may be half-written.
    pub(in crate::fix) in_place: Vec<usize>,
    /// Whether every temporary file was written.
    pub(in crate::fix) staged: bool,
    /// Whether the files are being put back, or were.
    pub(in crate::fix) undoing: bool,
    /// Stores whose content after the run is known.
    pub(in crate::fix) noted: Vec<usize>,
    /// The folder of the run.
    pub(in crate::fix) folder: PathBuf,
}

impl Log {
    /// A run in `folder` that has just been opened.
    pub(in crate::fix) fn new(run: RunId, folder: PathBuf, started: String, token: String) -> Self {
        Self {
            run,
            started,
            token,
            state: RunState::NotBegun,
            entries: Vec::new(),
            folders: Vec::new(),
            names: Vec::new(),
            skipped: Vec::new(),
            unlike: Vec::new(),
            in_place: Vec::new(),
            staged: false,
            undoing: false,
            noted: Vec::new(),
            folder,
        }
    }

    /// Reads the journal in `folder`, the folder of `run`.
    pub(in crate::fix) fn read(run: RunId, folder: PathBuf) -> Result<Self, FixError> {
        let path = folder.join(FILE);
        let mut log = Self::new(run, folder, String::new(), String::new());
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(log),
            Err(source) => return Err(FixError::Records { path, source }),
        };
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let Some(line_text) = line.strip_suffix('\n') else {
                break;
            };
            let damaged = |_| FixError::Damaged {
                path: path.clone(),
                line: number + 1,
            };
            let record = serde_json::from_str(line_text).map_err(damaged)?;
            log.take(record);
        }
        Ok(log)
    }

    /// The same after one more record.
    fn take(&mut self, record: Record) {
        match record {
            Record::Opened { started, token, .. } => {
                self.started = started;
                self.token = token;
            }
            Record::File(entry) => self.entries.push(entry),
            Record::Folder { path } => self.folders.push(path.0),
            Record::Secrets { names } => self.names = names,
            Record::Begun => self.state = RunState::Unfinished,
            Record::Stored { index, after } => {
                if let Some(entry) = self.entries.get_mut(index) {
                    entry.after = after;
                    self.noted.push(index);
                }
            }
            Record::Skipped { index } => self.skipped.push(index),
            Record::Staged => self.staged = true,
            Record::Unlike { index } => self.unlike.push(index),
            Record::InPlace { index } => self.in_place.push(index),
            Record::Done => self.state = RunState::Done,
            Record::Undoing => {
                self.undoing = true;
                self.state = RunState::Unfinished;
            }
            Record::Undone => self.state = RunState::Undone,
            Record::PartlyUndone => self.state = RunState::PartlyUndone,
        }
    }

    /// The entries of one kind.
    pub(in crate::fix) fn indices(&self, kind: EntryKind) -> Vec<usize> {
        let entries = self.entries.iter().enumerate();
        entries
            .filter(|(_, it)| it.kind == kind)
            .map(|(index, _)| index)
            .collect()
    }

    /// The files that the run may have changed: all but those that were left as they were.
    pub(in crate::fix) fn changed(&self) -> impl Iterator<Item = &Path> {
        let entries = self.entries.iter().enumerate();
        let changed = entries.filter(|(index, it)| {
            let before = it.before.as_ref().map(|it| it.hash);
            before != it.after && !self.skipped.contains(index)
        });
        changed.map(|(_, it)| &*it.path.0)
    }

    /// Where the temporary file for `target` lies: next to it.
    pub(in crate::fix) fn temp(&self, index: usize, target: &Path) -> PathBuf {
        target.with_file_name(format!(".shield-{}-{index}.tmp", self.token))
    }
}

/// A journal that is being written.
pub(in crate::fix) struct Writer<'a> {
    file: File,
    path: PathBuf,
    pub(in crate::fix) observer: &'a dyn Fn(Step),
    pub(in crate::fix) log: Log,
}

impl<'a> Writer<'a> {
    /// Opens the journal of `log`, to add to it.
    ///
    /// A record that a crash has cut short is taken out.
    pub(in crate::fix) fn open(log: Log, observer: &'a dyn Fn(Step)) -> Result<Self, FixError> {
        let path = log.folder.join(FILE);
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        disk::private(&mut options);
        let open = || -> io::Result<File> {
            let file = options.open(&path)?;
            let text = std::fs::read(&path)?;
            let whole = memchr::memrchr(b'\n', &text).map_or(0, |it| it + 1);
            file.set_len(u64::try_from(whole).map_err(io::Error::other)?)?;
            Ok(file)
        };
        match open() {
            Ok(file) => Ok(Self {
                file,
                path,
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
        let written = self.file.write_all(&line);
        written.map_err(|source| self.failed(source))?;
        self.log.take(record);
        (self.observer)(Step::Recorded);
        Ok(())
    }

    /// A failure to write the journal.
    fn failed(&self, source: io::Error) -> FixError {
        let path = self.path.clone();
        FixError::Records { path, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Record {
        Record::File(Entry {
            path: JournalPath("/p/a.py".into()),
            kind: EntryKind::Code,
            before: None,
            after: Some(ContentHash::of(b"x")),
        })
    }

    #[test]
    fn a_record_that_was_cut_short_counts_as_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::new(
            RunId(1),
            folder.path().to_owned(),
            String::new(),
            String::new(),
        );
        let mut writer = Writer::create(log, &|_| {}).unwrap();
        writer.add(entry()).unwrap();
        writer.add(Record::Begun).unwrap();
        let path = folder.path().join(FILE);
        let whole = std::fs::read(&path).unwrap();
        OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(whole.len() as u64 - 3)
            .unwrap();
        let read = Log::read(RunId(1), folder.path().to_owned()).unwrap();
        assert_eq!((read.entries.len(), read.state), (1, RunState::NotBegun));
        let mut again = Writer::open(read, &|_| {}).unwrap();
        again.add(Record::Begun).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }

    #[test]
    fn a_journal_that_is_not_one_is_an_error_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::new(
            RunId(1),
            folder.path().to_owned(),
            String::new(),
            String::new(),
        );
        let mut writer = Writer::create(log, &|_| {}).unwrap();
        writer.file.write_all(b"what?\n").unwrap();
        let err = Log::read(RunId(1), folder.path().to_owned()).unwrap_err();
        assert!(matches!(err, FixError::Damaged { line: 2, .. }), "{err:?}");
    }
}
