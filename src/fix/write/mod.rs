//! Carries out a plan: journal first, then every file in one step.

mod change;
pub(super) mod place;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;

use crate::fix::Archive;
use crate::fix::ContentHash;
use crate::fix::FixError;
use crate::fix::FixPlan;
use crate::fix::RunId;
use crate::fix::SkipReason;
use crate::fix::Skipped;
use crate::fix::archive::Lock;
use crate::fix::archive::real;
use crate::fix::archive::records;
use crate::fix::disk;
use crate::fix::disk::Seen;
use crate::fix::journal;
use crate::fix::journal::Before;
use crate::fix::journal::Entry;
use crate::fix::journal::EntryKind;
use crate::fix::journal::JournalPath;
use crate::fix::journal::Log;
use crate::fix::journal::Record;
use crate::fix::journal::RunState;
use crate::fix::journal::Writer;
use crate::fix::prune;
use crate::fix::rollback;
use crate::fix::rollback::NEEDED;
use crate::seal::private;

use change::changes;
use place::StagedFile;
use place::failed;

/// A run that has begun: every file it may change is kept, and other runs are kept out.
pub struct Journal<'a> {
    archive: &'a Archive<'a>,
    writer: Writer<'a>,
    /// Kept for its lock.
    _lock: Lock,
}

/// What became of a plan.
#[derive(Debug)]
pub struct Written {
    /// The run, for `shield rollback`.
    pub run: RunId,
    /// The files that were rewritten, by path.
    pub rewritten: Vec<Utf8PathBuf>,
    /// The files that were made.
    pub made: Vec<Utf8PathBuf>,
    /// The findings that stay because their file has changed since the plan was made.
    pub skipped: Vec<Skipped>,
    /// The files beside the code that stay as they are, for the same reason.
    pub left: Vec<Utf8PathBuf>,
}

/// Begins a run: keeps every file that `plan` changes, and the files of the stores.
///
/// `stores` need not exist yet. Nothing in the project is changed.
///
/// # Errors
///
/// Fails when another run goes on or was stopped half-way, or a file cannot be kept.
pub fn begin<'a>(
    plan: &FixPlan,
    stores: &[PathBuf],
    archive: &'a Archive<'a>,
) -> Result<Journal<'a>, FixError> {
    let lock = archive.lock()?;
    let mut last = RunId(0);
    let mut logs = archive.logs()?;
    for log in &logs {
        match log.state {
            RunState::Unfinished => return Err(FixError::Unfinished { run: log.run }),
            RunState::NotBegun => {
                fs::remove_dir_all(&log.folder).map_err(|err| records(&log.folder, err))?;
            }
            RunState::Done | RunState::PartlyUndone | RunState::Undone => last = log.run,
        }
    }
    logs.retain(|it| it.state != RunState::NotBegun);
    let now = jiff::Timestamp::now();
    prune::prune(&logs, now);
    let run = RunId(last.0.saturating_add(1));
    let folder = archive.folder_of(run);
    private::make_lasting_folder(&folder).map_err(|err| records(&folder, err))?;
    let started = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let token = token(&folder);
    let log = Log::new(run, folder, started, token);
    let mut journal = Journal {
        archive,
        writer: Writer::create(log, archive.observer)?,
        _lock: lock,
    };
    match journal.prepare(plan, stores) {
        Ok(()) => Ok(journal),
        Err(err) => {
            let made = &journal.writer.log.folder;
            fs::remove_dir_all(made).map_err(|io| records(made, io))?;
            Err(err)
        }
    }
}

/// Writes the files of `plan`, those that the code needs first.
///
/// # Errors
///
/// Fails when a file cannot be written; what had been written is put back before.
pub fn write(plan: &FixPlan, mut journal: Journal<'_>) -> Result<Written, FixError> {
    match journal.carry_out(plan) {
        Ok(()) => Ok(journal.outcome(plan)),
        Err(err) => {
            rollback::give_up(journal.archive, &mut journal.writer)?;
            Err(err)
        }
    }
}

impl Journal<'_> {
    /// The number of the run.
    #[must_use]
    pub fn run(&self) -> RunId {
        self.writer.log.run
    }

    /// Ends the run without writing anything: the values could not be stored.
    ///
    /// Values that were stored before the failure stay in their store.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be written.
    pub fn abandon(mut self) -> Result<(), FixError> {
        self.writer.add(Record::Undone)
    }

    /// Keeps every file, and writes down what will change.
    fn prepare(&mut self, plan: &FixPlan, stores: &[PathBuf]) -> Result<(), FixError> {
        let mut missing = BTreeSet::new();
        for change in changes(plan) {
            let after = Some(ContentHash::of(change.after.as_bytes()));
            let before = self.enter(change.file, change.kind, after)?;
            if before != change.before {
                if change.kind == EntryKind::Wrapper {
                    let path = change.file.to_owned();
                    return Err(FixError::WrapperChanged { path });
                }
                let index = self.writer.log.entries.len().saturating_sub(1);
                self.writer.note(Record::Skipped { index })?;
            }
            if change.before.is_none() {
                missing.extend(missing_folders(change.file));
            }
        }
        for store in stores {
            let path = real(store).map_err(|err| records(store, err))?;
            self.enter(&path, EntryKind::Store, None)?;
            missing.extend(missing_folders(&path));
        }
        for folder in missing {
            let path = JournalPath(folder);
            self.writer.note(Record::Folder { path })?;
        }
        let names = plan.deposits.iter().map(|it| it.name.to_string());
        self.writer.note(Record::Secrets {
            names: names.collect(),
        })?;
        let folder = &self.writer.log.folder;
        disk::sync_folder_of(&folder.join(journal::FILE)).map_err(|err| records(folder, err))?;
        self.writer.add(Record::Begun)
    }

    /// Keeps the file at `path` and writes it down; tells the hash it has now.
    fn enter(
        &mut self,
        path: &Path,
        kind: EntryKind,
        after: Option<ContentHash>,
    ) -> Result<Option<ContentHash>, FixError> {
        if !journal::lies_in(path, &self.archive.root) {
            let path = path.to_owned();
            return Err(FixError::Outside { path });
        }
        let index = self.writer.log.entries.len();
        let before = match disk::look(path).map_err(|err| failed(path, err))? {
            Seen::Nothing => None,
            Seen::File(image) => {
                let backup = journal::backup_of(index);
                self.archive
                    .keep(&self.writer.log.folder, &backup, &image.content)?;
                Some(Before {
                    hash: ContentHash::of(&image.content),
                    mode: disk::mode(&image.metadata),
                    backup,
                })
            }
            Seen::Other => return Err(failed(path, io::Error::other("it is not a file"))),
        };
        let hash = before.as_ref().map(|it| it.hash);
        self.writer.note(Record::File(Entry {
            path: JournalPath(path.to_owned()),
            kind,
            before,
            after,
        }))?;
        Ok(hash)
    }

    /// Stages every file, then puts one after the other in its place.
    fn carry_out(&mut self, plan: &FixPlan) -> Result<(), FixError> {
        self.note_stores()?;
        make_folders(plan)?;
        let mut staged = Vec::new();
        for (index, change) in changes(plan).iter().enumerate() {
            staged.extend(place::stage(&mut self.writer, index, change.after)?);
        }
        self.writer.add(Record::Staged)?;
        let is_needed = |it: &StagedFile| NEEDED.contains(&it.kind);
        let (needed, rest) = staged.split_at(staged.partition_point(is_needed));
        for files in [needed, rest] {
            for file in files {
                place::exchange(&mut self.writer, file)?;
            }
            // What the code needs outlasts a power cut before any code does.
            place::settle(&self.writer, files)?;
        }
        self.writer.add(Record::Done)
    }

    /// Writes down what the stores hold now, to tell later whether they have changed since.
    fn note_stores(&mut self) -> Result<(), FixError> {
        for index in 0..self.writer.log.entries.len() {
            let Some(entry) = self.writer.log.entries.get(index) else {
                continue;
            };
            if entry.kind == EntryKind::Store {
                let path = &entry.path.0;
                let after = disk::look(path)
                    .map_err(|err| failed(path, err))?
                    .hash()
                    .flatten();
                self.writer.add(Record::Stored { index, after })?;
            }
        }
        Ok(())
    }

    /// What became of `plan`.
    fn outcome(&self, plan: &FixPlan) -> Written {
        let log = &self.writer.log;
        let mut written = Written {
            run: log.run,
            rewritten: Vec::new(),
            made: Vec::new(),
            skipped: Vec::new(),
            left: Vec::new(),
        };
        for (index, change) in changes(plan).iter().enumerate() {
            let path = change.path.to_owned();
            if !log.skipped.contains(&index) {
                match change.before {
                    Some(_) if change.kind != EntryKind::Wrapper => written.rewritten.push(path),
                    Some(_) | None => written.made.push(path),
                }
            } else if change.kind == EntryKind::Code {
                let findings = change.fixes.iter().flat_map(|it| &it.findings);
                written.skipped.extend(findings.map(|it| Skipped {
                    finding: *it,
                    reason: SkipReason::ChangedSinceScan,
                    suggestion: None,
                }));
            } else {
                written.left.push(path);
            }
        }
        written
    }
}

/// Makes the folders that new files need.
fn make_folders(plan: &FixPlan) -> Result<(), FixError> {
    for change in changes(plan).iter().filter(|it| it.before.is_none()) {
        let folder = change.file.parent().unwrap_or(Path::new("/"));
        match change.kind {
            _ if disk::is_straight(change.file) => {}
            EntryKind::Wrapper => {
                let path = change.file.to_owned();
                return Err(FixError::WrapperChanged { path });
            }
            // It is left alone when its turn comes.
            EntryKind::Dependencies | EntryKind::Code | EntryKind::Companion | EntryKind::Store => {
                continue;
            }
        }
        fs::create_dir_all(folder).map_err(|err| failed(folder, err))?;
    }
    Ok(())
}

/// The folders above `path` that are not there, outermost first.
fn missing_folders(path: &Path) -> Vec<PathBuf> {
    let above = path.ancestors().skip(1);
    let mut missing: Vec<PathBuf> = above
        .take_while(|it| fs::symlink_metadata(it).is_err())
        .map(Path::to_owned)
        .collect();
    missing.reverse();
    missing
}

/// What tells the temporary files of a run from those of others.
fn token(folder: &Path) -> String {
    let now = jiff::Timestamp::now().as_nanosecond();
    let seed = format!("{} {now} {}", folder.display(), std::process::id());
    let hash = ContentHash::of(seed.as_bytes()).to_string();
    hash.chars().take(8).collect()
}
