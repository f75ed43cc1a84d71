//! The journal of a run: what it will change, written down before it changes anything.
//!
//! One line of JSON for each record; paths, hashes and modes, never a value. A line that a crash
//! has cut short is the last one and counts as not written.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::disk;
use super::{ContentHash, FixError, RunId, Step};

/// The name of the journal in the folder of a run.
const FILE: &str = "journal.jsonl";

/// The version of the records.
const VERSION: u32 = 1;

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Record {
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
    /// A file is written in place, because it cannot be exchanged.
    InPlace { index: usize },
    /// Every file is in its place.
    Done,
    /// The files are as they were before.
    Undone,
    /// Some files are as they were before; others were changed since.
    PartlyUndone,
}

/// A file that a run may change, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) path: JournalPath,
    pub(super) kind: EntryKind,
    /// The file before; absent when there was none.
    pub(super) before: Option<Before>,
    /// The hash after; absent for files whose content is not ours to decide.
    pub(super) after: Option<ContentHash>,
}

/// What a file is to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum EntryKind {
    /// The code needs it.
    Wrapper,
    /// It is rewritten.
    Code,
    /// It changes with the code, or is made with it.
    Companion,
    /// Values are stored in it.
    Store,
}

/// A file as it was before a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) hash: ContentHash,
    pub(super) mode: u32,
    /// The file in the folder of the run that holds the sealed content.
    pub(super) backup: String,
}

/// A path that need not be text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum PathText {
    Text(String),
    Bytes(Vec<u8>),
}

/// A path in a journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "PathText", into = "PathText")]
pub(super) struct JournalPath(pub(super) PathBuf);

impl From<JournalPath> for PathText {
    fn from(path: JournalPath) -> Self {
        match path.0.into_os_string().into_string() {
            Ok(text) => Self::Text(text),
            Err(other) => Self::Bytes(other.into_encoded_bytes()),
        }
    }
}

impl TryFrom<PathText> for JournalPath {
    type Error = &'static str;

    fn try_from(text: PathText) -> Result<Self, Self::Error> {
        match text {
            PathText::Text(text) => Ok(Self(text.into())),
            PathText::Bytes(bytes) => os_string(bytes)
                .map(|it| Self(it.into()))
                .ok_or("the path was written on another system"),
        }
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such names")]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt as _;

    Some(OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It was stopped before it had changed anything.
    NotBegun,
    /// It was stopped half-way, or is still going on.
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
pub(super) struct Log {
    pub(super) run: RunId,
    pub(super) started: String,
    pub(super) token: String,
    pub(super) state: RunState,
    pub(super) entries: Vec<Entry>,
    /// The folders that the run may have made, outermost first.
    pub(super) folders: Vec<PathBuf>,
    pub(super) names: Vec<String>,
    /// Entries that were left alone.
    pub(super) skipped: Vec<usize>,
    /// Entries that may be half-written.
    pub(super) in_place: Vec<usize>,
    /// Stores whose content after the run is known.
    pub(super) noted: Vec<usize>,
    /// The folder of the run.
    pub(super) folder: PathBuf,
}

impl Log {
    /// A run in `folder` that has just been opened.
    pub(super) fn new(run: RunId, folder: PathBuf, started: String, token: String) -> Self {
        Self {
            run,
            started,
            token,
            state: RunState::NotBegun,
            entries: Vec::new(),
            folders: Vec::new(),
            names: Vec::new(),
            skipped: Vec::new(),
            in_place: Vec::new(),
            noted: Vec::new(),
            folder,
        }
    }

    /// Reads the journal in `folder`, the folder of `run`.
    pub(super) fn read(run: RunId, folder: PathBuf) -> Result<Self, FixError> {
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
            Record::Staged => {}
            Record::InPlace { index } => self.in_place.push(index),
            Record::Done => self.state = RunState::Done,
            Record::Undone => self.state = RunState::Undone,
            Record::PartlyUndone => self.state = RunState::PartlyUndone,
        }
    }

    /// The entries of one kind.
    pub(super) fn indices(&self, kind: EntryKind) -> Vec<usize> {
        let entries = self.entries.iter().enumerate();
        entries
            .filter(|(_, it)| it.kind == kind)
            .map(|(index, _)| index)
            .collect()
    }

    /// Where the temporary file for `target` lies: next to it.
    pub(super) fn temp(&self, index: usize, target: &Path) -> PathBuf {
        target.with_file_name(format!(".shield-{}-{index}.tmp", self.token))
    }
}

/// A journal that is being written.
pub(super) struct Writer<'a> {
    file: File,
    path: PathBuf,
    observer: &'a dyn Fn(Step),
    pub(super) log: Log,
}

impl<'a> Writer<'a> {
    /// Opens the journal of `log`, to add to it.
    ///
    /// A record that a crash has cut short is taken out.
    pub(super) fn open(log: Log, observer: &'a dyn Fn(Step)) -> Result<Self, FixError> {
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
    pub(super) fn create(log: Log, observer: &'a dyn Fn(Step)) -> Result<Self, FixError> {
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

    /// Adds `record` and waits until it is on disk.
    pub(super) fn add(&mut self, record: Record) -> Result<(), FixError> {
        let mut write = || -> io::Result<()> {
            let mut line = serde_json::to_vec(&record)?;
            line.push(b'\n');
            self.file.write_all(&line)?;
            self.file.sync_data()
        };
        if let Err(source) = write() {
            let path = self.path.clone();
            return Err(FixError::Records { path, source });
        }
        self.log.take(record);
        (self.observer)(Step::Recorded);
        Ok(())
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

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_text_survives() {
        let path = JournalPath(os_string(vec![b'/', 0xff, b'a']).unwrap().into());
        let line = serde_json::to_string(&path).unwrap();
        assert_eq!(serde_json::from_str::<JournalPath>(&line).unwrap(), path);
    }
}
