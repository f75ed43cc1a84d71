//! Carries out a plan: journal first, then every file in one step.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;

use super::archive::{Lock, real, records};
use super::disk::{self, Like, Replaced, Seen};
use super::journal::{Before, Entry, EntryKind, JournalPath, Log, Record, RunState, Writer};
use super::rollback;
use super::{Archive, ContentHash, FixError, FixPlan, RunId, SkipReason, Skipped, Step};

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
    /// The files beside the code that stay, because they have changed since the plan was made.
    pub left: Vec<Utf8PathBuf>,
    /// The findings that stay because their file has changed since the plan was made.
    pub skipped: Vec<Skipped>,
}

/// A file whose new content lies next to it.
struct StagedFile {
    index: usize,
    target: PathBuf,
    temp: PathBuf,
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
    for log in archive.logs()? {
        match log.state {
            RunState::Unfinished => return Err(FixError::Unfinished { run: log.run }),
            RunState::NotBegun => {
                fs::remove_dir_all(&log.folder).map_err(|err| records(&log.folder, err))?;
            }
            RunState::Done | RunState::PartlyUndone | RunState::Undone => last = log.run,
        }
    }
    let run = RunId(last.0.saturating_add(1));
    let folder = archive.folder_of(run);
    disk::make_private_folder(&folder).map_err(|err| records(&folder, err))?;
    let started = jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
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
            rollback::put_back(journal.archive, &mut journal.writer)?;
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
        for wrapper in &plan.wrappers {
            let after = Some(ContentHash::of(wrapper.content.as_bytes()));
            let before = self.enter(&wrapper.file, EntryKind::Wrapper, after)?;
            if before != wrapper.before {
                let path = wrapper.file.clone();
                return Err(FixError::WrapperChanged { path });
            }
            missing.extend(missing_folders(&wrapper.file));
        }
        for file in &plan.files {
            let after = Some(ContentHash::of(file.after.as_bytes()));
            let before = self.enter(&file.file, EntryKind::Code, after)?;
            if before != Some(file.before) {
                self.skip_last()?;
            }
        }
        for file in &plan.companions {
            let after = Some(ContentHash::of(file.after.as_bytes()));
            let before = self.enter(&file.file, EntryKind::Companion, after)?;
            if before != file.before {
                self.skip_last()?;
            }
        }
        for store in stores {
            let path = real(store).map_err(|err| records(store, err))?;
            self.enter(&path, EntryKind::Store, None)?;
            missing.extend(missing_folders(&path));
        }
        for folder in missing {
            let path = JournalPath(folder);
            self.writer.add(Record::Folder { path })?;
        }
        let names = plan.deposits.iter().map(|it| it.name.to_string());
        self.writer.add(Record::Secrets {
            names: names.collect(),
        })?;
        let folder = &self.writer.log.folder;
        disk::sync_folder_of(&folder.join("journal"))
            .and_then(|()| disk::sync_folder_of(folder))
            .map_err(|err| records(folder, err))?;
        self.writer.add(Record::Begun)
    }

    /// Leaves the last entry alone: it is not what the plan was made for.
    fn skip_last(&mut self) -> Result<(), FixError> {
        let index = self.writer.log.entries.len().saturating_sub(1);
        self.writer.add(Record::Skipped { index })
    }

    /// Keeps the file at `path` and writes it down; tells the hash it has now.
    fn enter(
        &mut self,
        path: &Path,
        kind: EntryKind,
        after: Option<ContentHash>,
    ) -> Result<Option<ContentHash>, FixError> {
        let index = self.writer.log.entries.len();
        let before = match disk::look(path).map_err(|err| failed(path, err))? {
            Seen::Nothing => None,
            Seen::File(image) => {
                let backup = format!("{index}.before");
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
        self.writer.add(Record::File(Entry {
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
        let wrappers = plan.wrappers.iter().map(|it| it.content);
        let files = plan.files.iter().map(|it| it.after.as_str());
        let companions = plan.companions.iter().map(|it| it.after.as_str());
        let contents: Vec<&str> = wrappers.chain(files).chain(companions).collect();
        make_folders(plan)?;
        let mut staged = Vec::new();
        for (index, content) in contents.iter().enumerate() {
            staged.extend(self.stage(index, content)?);
        }
        self.writer.add(Record::Staged)?;
        for file in &staged {
            let content = contents.get(file.index).copied().unwrap_or_default();
            self.exchange(file, content)?;
        }
        for file in &staged {
            disk::sync_folder_of(&file.target).map_err(|err| failed(&file.target, err))?;
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

    /// Writes the new content of an entry next to it, unless the entry is left alone.
    fn stage(&mut self, index: usize, content: &str) -> Result<Option<StagedFile>, FixError> {
        let log = &self.writer.log;
        let Some(entry) = log.entries.get(index).cloned() else {
            return Ok(None);
        };
        if log.skipped.contains(&index) {
            return Ok(None);
        }
        let target = entry.path.0.clone();
        let temp = log.temp(index, &target);
        let Some(now) = self.unchanged(index, &entry)? else {
            return Ok(None);
        };
        let metadata = now.file().map(|it| &it.metadata);
        let like = metadata.map(|it| Like {
            mode: disk::mode(it),
            owner: Some(it),
        });
        disk::stage(&temp, content.as_bytes(), like).map_err(|err| failed(&target, err))?;
        (self.archive.observer)(Step::Staged);
        Ok(Some(StagedFile {
            index,
            target,
            temp,
        }))
    }

    /// What is at the place of `entry`, if it is still what was kept; else it is left alone.
    fn unchanged(&mut self, index: usize, entry: &Entry) -> Result<Option<Seen>, FixError> {
        let path = &entry.path.0;
        let seen = disk::look(path).map_err(|err| failed(path, err))?;
        let before = entry.before.as_ref().map(|it| it.hash);
        if seen.hash() == Some(before) && disk::is_straight(path) {
            return Ok(Some(seen));
        }
        if entry.kind == EntryKind::Wrapper {
            let path = path.clone();
            return Err(FixError::WrapperChanged { path });
        }
        self.writer.add(Record::Skipped { index })?;
        Ok(None)
    }

    /// Puts a staged file in its place, after a last look at what is there.
    fn exchange(&mut self, file: &StagedFile, content: &str) -> Result<(), FixError> {
        let fail = |err| failed(&file.target, err);
        let Some(entry) = self.writer.log.entries.get(file.index).cloned() else {
            return Ok(());
        };
        if self.unchanged(file.index, &entry)?.is_none() {
            return disk::remove(&file.temp).map_err(fail);
        }
        match disk::replace(&file.temp, &file.target).map_err(fail)? {
            Replaced::Renamed => {}
            Replaced::Refused => {
                let index = file.index;
                self.writer.add(Record::InPlace { index })?;
                disk::overwrite(&file.target, content.as_bytes()).map_err(fail)?;
                disk::remove(&file.temp).map_err(fail)?;
            }
        }
        (self.archive.observer)(Step::Replaced);
        Ok(())
    }

    /// What became of `plan`.
    fn outcome(&self, plan: &FixPlan) -> Written {
        let log = &self.writer.log;
        let mut written = Written {
            run: log.run,
            rewritten: Vec::new(),
            made: plan.wrappers.iter().map(|it| it.path.clone()).collect(),
            left: Vec::new(),
            skipped: Vec::new(),
        };
        let companions = log.indices(EntryKind::Companion).into_iter();
        for (index, file) in companions.zip(&plan.companions) {
            let path = file.path.clone();
            match file.before {
                _ if log.skipped.contains(&index) => written.left.push(path),
                Some(_) => written.rewritten.push(path),
                None => written.made.push(path),
            }
        }
        for (number, file) in plan.files.iter().enumerate() {
            if !log.skipped.contains(&(plan.wrappers.len() + number)) {
                written.rewritten.push(file.path.clone());
                continue;
            }
            let findings = file.fixes.iter().flat_map(|it| &it.findings);
            written.skipped.extend(findings.map(|it| Skipped {
                finding: *it,
                reason: SkipReason::ChangedSinceScan,
                suggestion: None,
            }));
        }
        written
    }
}

/// Makes the folders that the wrapper needs.
fn make_folders(plan: &FixPlan) -> Result<(), FixError> {
    for wrapper in &plan.wrappers {
        let folder = wrapper.file.parent().unwrap_or(Path::new("/"));
        if !disk::is_straight(&wrapper.file) {
            let path = wrapper.file.clone();
            return Err(FixError::WrapperChanged { path });
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

/// A failure to write a file of the project.
fn failed(path: &Path, source: io::Error) -> FixError {
    FixError::Write {
        path: path.to_owned(),
        source,
    }
}
