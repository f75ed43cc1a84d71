//! The journal of a run: what it will change, written down before it changes anything.
//!
//! One line of JSON for each record; paths, hashes and modes, never a value. A line that a crash
//! has cut short is the last one and counts as not written.

mod path;
mod record;
mod sound;
mod writer;

pub(super) use path::JournalPath;
pub(super) use record::Before;
pub(super) use record::Entry;
pub(super) use record::EntryKind;
pub(super) use record::Record;
pub(super) use sound::lies_in;
pub(super) use writer::Writer;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::fix::FixError;
use crate::fix::RunId;
use sound::is_sound;

/// The name of the journal in the folder of a run.
pub(in crate::fix) const FILE: &str = "journal.jsonl";

/// The file in the folder of a run that holds what an entry was before, sealed.
pub(in crate::fix) fn backup_of(index: usize) -> String {
    format!("{index}.before")
}

/// The version of the records.
const VERSION: u32 = 1;

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

    /// Reads the journal in `folder`, the folder of `run`, a run of the project at `root`.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be read, or a record is none that the run could have written.
    pub(in crate::fix) fn read(run: RunId, folder: PathBuf, root: &Path) -> Result<Self, FixError> {
        let path = folder.join(FILE);
        let mut log = Self::new(run, folder, String::new(), String::new());
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(log),
            Err(source) => return Err(FixError::Records { path, source }),
        };
        for (number, line) in bytes.split_inclusive(|it| *it == b'\n').enumerate() {
            // The last record may have been cut short, even within a letter.
            let Some(whole) = line.strip_suffix(b"\n") else {
                break;
            };
            let record = serde_json::from_slice(whole).ok();
            let Some(record) = record.filter(|it| is_sound(it, &log, root)) else {
                return Err(FixError::Damaged {
                    path,
                    line: number + 1,
                });
            };
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
            Record::Done => self.end(RunState::Done),
            Record::Undoing => {
                self.undoing = true;
                self.state = RunState::Unfinished;
            }
            Record::Undone => self.end(RunState::Undone),
            Record::PartlyUndone => self.end(RunState::PartlyUndone),
        }
    }

    /// Notes that the run, or its undoing, has come to its end: no file is half-written.
    fn end(&mut self, state: RunState) {
        self.state = state;
        self.in_place.clear();
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::fix::ContentHash;

    const TOKEN: &str = "0a1b2c3d"; // shield: allow made up

    fn entry(path: &str) -> Record {
        Record::File(Entry {
            path: JournalPath(path.into()),
            kind: EntryKind::Code,
            before: None,
            after: Some(ContentHash::of(b"x")),
        })
    }

    fn read(folder: &Path) -> Result<Log, FixError> {
        Log::read(RunId(1), folder.to_owned(), Path::new("/p"))
    }

    fn created(folder: &Path) -> Writer<'static> {
        let log = Log::new(RunId(1), folder.to_owned(), String::new(), TOKEN.to_owned());
        Writer::create(log, &|_| {}).unwrap()
    }

    /// Cuts bytes off the end of a file; gives what it held.
    fn cut(path: &Path, bytes: u64) -> Vec<u8> {
        let whole = fs::read(path).unwrap();
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        file.set_len(whole.len() as u64 - bytes).unwrap();
        whole
    }

    #[test]
    fn a_record_that_was_cut_short_counts_as_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = created(folder.path());
        writer.add(entry("/p/a.py")).unwrap();
        writer.add(Record::Begun).unwrap();
        let path = folder.path().join(FILE);
        let whole = cut(&path, 3);
        let log = read(folder.path()).unwrap();
        assert_eq!((log.entries.len(), log.state), (1, RunState::NotBegun));
        let mut again = Writer::open(log, &|_| {}).unwrap();
        again.add(Record::Begun).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole);
    }

    #[test]
    fn a_record_that_was_cut_within_a_letter_counts_as_not_written() {
        let folder = tempfile::tempdir().unwrap();
        created(folder.path()).add(entry("/p/é.py")).unwrap();
        let path = folder.path().join(FILE);
        let text = fs::read_to_string(&path).unwrap();
        cut(&path, (text.len() - text.find('é').unwrap() - 1) as u64);
        assert!(read(folder.path()).unwrap().entries.is_empty());
    }

    #[test]
    fn a_record_that_could_not_be_written_whole_does_not_spoil_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = created(folder.path());
        writer.spoil(b"{\"begun").unwrap();
        writer.add(entry("/p/a.py")).unwrap();
        assert_eq!(read(folder.path()).unwrap().entries.len(), 1);
    }

    #[test]
    fn a_journal_that_is_not_one_is_an_error_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        drop(created(folder.path()));
        let path = folder.path().join(FILE);
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(b"what?\n").unwrap();
        let err = read(folder.path()).unwrap_err();
        assert!(matches!(err, FixError::Damaged { line: 2, .. }), "{err:?}");
    }

    #[test]
    fn records_that_lead_elsewhere_are_not_believed() {
        let backup = |backup: &str| {
            Record::File(Entry {
                path: JournalPath("/p/a.py".into()),
                kind: EntryKind::Code,
                before: Some(Before {
                    hash: ContentHash::of(b"x"),
                    mode: 0o644,
                    backup: backup.to_owned(),
                }),
                after: None,
            })
        };
        let folder = |path: &str| Record::Folder {
            path: JournalPath(path.into()),
        };
        for (record, sound) in [
            (entry("/p/a.py"), true),
            (entry("/p/a/b.py"), true),
            (entry("/p"), false),
            (entry("/q/a.py"), false),
            (entry("/p/../q/a.py"), false),
            (entry("a.py"), false),
            (backup("0.before"), true),
            (backup("1.before"), false),
            (backup("/etc/passwd"), false),
            (backup("../0.before"), false),
            (folder("/p/a"), true),
            (folder("/p"), false),
            (folder("/p/a/../.."), false),
            (Record::Skipped { index: 0 }, false),
            (Record::Begun, true),
        ] {
            let place = tempfile::tempdir().unwrap();
            created(place.path()).add(record.clone()).unwrap();
            assert_eq!(read(place.path()).is_ok(), sound, "{record:?}");
        }
    }

    #[test]
    fn a_beginning_that_is_not_of_this_run_is_not_believed() {
        let opened = |version: u32, run: u32, token: &str| Record::Opened {
            version,
            run: RunId(run),
            started: String::new(),
            token: token.to_owned(),
        };
        for (record, sound) in [
            (opened(VERSION, 1, TOKEN), true),
            (opened(VERSION + 1, 1, TOKEN), false),
            (opened(VERSION, 2, TOKEN), false),
            (opened(VERSION, 1, "../0a1b2"), false),
            (Record::Begun, false),
        ] {
            let place = tempfile::tempdir().unwrap();
            let log = Log::new(
                RunId(1),
                place.path().to_owned(),
                String::new(),
                String::new(),
            );
            let mut writer = Writer::open(log, &|_| {}).unwrap();
            writer.add(record.clone()).unwrap();
            assert_eq!(read(place.path()).is_ok(), sound, "{record:?}");
        }
    }
}
