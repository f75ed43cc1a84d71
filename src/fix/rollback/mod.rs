//! Undoes a run from its journal, byte for byte.

mod restore;

use std::path::PathBuf;

use crate::fix::Archive;
use crate::fix::FixError;
use crate::fix::RunId;
use crate::fix::journal::EntryKind;
use crate::fix::journal::Log;
use crate::fix::journal::Record;
use crate::fix::journal::RunState;
use crate::fix::journal::Writer;

pub(super) use restore::keep_last;
pub(super) use restore::remove_temporary_files;

use restore::remove_folders;
use restore::restore;

/// What became of entries, by their number.
type Fates = Vec<(usize, Fate)>;

/// What became of the files of a run that was undone.
#[derive(Debug)]
pub struct Undone {
    /// The run.
    pub run: RunId,
    /// Whether all of its code is as it was before.
    pub state: RunState,
    /// Its files.
    pub files: Vec<UndoneFile>,
    /// The names under which it had stored values.
    pub names: Vec<String>,
}

/// A file of a run that was undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoneFile {
    /// Where it is.
    pub path: PathBuf,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a file when a run was undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is as it was before the run.
    Restored,
    /// The run had made it; it is gone.
    Removed,
    /// It was as before already.
    Untouched,
    /// It was changed after the run, so it stays as it is.
    Changed,
    /// A later run has changed it, so it stays as it is until that run is undone.
    ChangedBy(RunId),
    /// It stays, because code that was not put back may need it: of this run or of a later one.
    Needed,
}

/// Whether code that stays as it is may need what a run has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fix) enum Need {
    /// Some does.
    Some,
    /// None does.
    None,
}

/// Undoes `run`, or the newest run that has not been undone.
///
/// A file that was changed after the run stays as it is, and with it what it may need: the
/// wrapper, the packages and the stores. These stay too as long as a later run may need them.
/// The last content of a store that goes back is kept with the run.
///
/// # Errors
///
/// Fails when there is no such run, a later one was stopped half-way, or a file cannot be put
/// back.
pub fn rollback(run: Option<RunId>, archive: &Archive<'_>) -> Result<Undone, FixError> {
    let _lock = archive.lock()?;
    let logs = begun(archive)?;
    let log = match run {
        Some(run) => find(&logs, run)?,
        None => logs.iter().rfind(|it| is_open(it)).ok_or(FixError::NoRun)?,
    };
    if !is_open(log) {
        return Err(FixError::AlreadyUndone { run: log.run });
    }
    undo_one(archive, &logs, log)
}

/// Undoes `run` and every later run, the newest first; tells of each in that order.
///
/// # Errors
///
/// Fails when there is no such run, all are undone already, or a file cannot be put back.
pub fn rollback_through(run: RunId, archive: &Archive<'_>) -> Result<Vec<Undone>, FixError> {
    let _lock = archive.lock()?;
    find(&begun(archive)?, run)?;
    let mut all = Vec::new();
    let mut next = RunId(u32::MAX);
    loop {
        // Each run changes what the records say of those before it.
        let logs = begun(archive)?;
        let newest = logs.iter().rfind(|it| it.run < next && is_open(it));
        let Some(log) = newest.filter(|it| it.run >= run) else {
            break;
        };
        next = log.run;
        all.push(undo_one(archive, &logs, log)?);
    }
    if all.is_empty() {
        return Err(FixError::AlreadyUndone { run });
    }
    Ok(all)
}

/// The runs that have begun, oldest first.
fn begun(archive: &Archive<'_>) -> Result<Vec<Log>, FixError> {
    let mut logs = archive.logs()?;
    logs.retain(|it| it.state != RunState::NotBegun);
    Ok(logs)
}

/// The records of `run`.
fn find(logs: &[Log], run: RunId) -> Result<&Log, FixError> {
    let found = logs.iter().find(|it| it.run == run);
    found.ok_or(FixError::UnknownRun { run })
}

/// Whether something of a run is still there.
fn is_open(log: &Log) -> bool {
    log.state != RunState::Undone
}

/// Undoes the run of `log`, one of `logs`.
fn undo_one(archive: &Archive<'_>, logs: &[Log], log: &Log) -> Result<Undone, FixError> {
    let later: Vec<&Log> = logs
        .iter()
        .filter(|it| it.run > log.run && is_open(it))
        .collect();
    if let Some(unfinished) = later.iter().find(|it| it.state == RunState::Unfinished) {
        return Err(FixError::Unfinished {
            run: unfinished.run,
        });
    }
    let need = if later.is_empty() {
        Need::None
    } else {
        Need::Some
    };
    let mut undone = undo(archive, Writer::open(log.clone(), archive.observer)?, need)?;
    for file in &mut undone.files {
        let by = later
            .iter()
            .find(|it| it.changed().any(|path| path == file.path));
        if let (Fate::Changed, Some(by)) = (file.fate, by) {
            file.fate = Fate::ChangedBy(by.run);
        }
    }
    Ok(undone)
}

/// Puts back the files of a run, and writes down what came of it.
pub(in crate::fix) fn undo(
    archive: &Archive<'_>,
    mut writer: Writer<'_>,
    need: Need,
) -> Result<Undone, FixError> {
    writer.add(Record::Undoing)?;
    let mut fates = put_back(archive, &mut writer, need, &NEEDED)?;
    let state = conclude(&mut writer, &fates)?;
    fates.sort_unstable_by_key(|(index, _)| *index);
    let files = fates.into_iter().filter_map(|(index, fate)| {
        let path = writer.log.entries.get(index)?.path.0.clone();
        Some(UndoneFile { path, fate })
    });
    Ok(Undone {
        run: writer.log.run,
        state,
        files: files.collect(),
        names: writer.log.names.clone(),
    })
}

/// Undoes what a run that failed has written; its values stay in their stores.
pub(in crate::fix) fn give_up(
    archive: &Archive<'_>,
    writer: &mut Writer<'_>,
) -> Result<(), FixError> {
    // Files go back even where that cannot be written down: recovery judges them by their hashes.
    let _unwritten = writer.add(Record::Undoing).is_err();
    let [packages, wrapper, _store] = NEEDED;
    let fates = put_back(archive, writer, Need::None, &[packages, wrapper])?;
    conclude(writer, &fates)?;
    Ok(())
}

/// Writes down whether the code is as it was before, and nothing stays that it needed.
fn conclude(writer: &mut Writer<'_>, fates: &[(usize, Fate)]) -> Result<RunState, FixError> {
    let part = fates
        .iter()
        .any(|it| is_stuck(&writer.log, it) || it.1 == Fate::Needed);
    let (state, record) = if part {
        (RunState::PartlyUndone, Record::PartlyUndone)
    } else {
        (RunState::Undone, Record::Undone)
    };
    writer.add(record)?;
    Ok(state)
}

/// Whether a file is code that stays as it is.
fn is_stuck(log: &Log, (index, fate): &(usize, Fate)) -> bool {
    let entry = log.entries.get(*index);
    *fate == Fate::Changed && entry.is_some_and(|it| it.kind == EntryKind::Code)
}

/// What code may need, the last written first.
pub(in crate::fix) const NEEDED: [EntryKind; 3] = [
    EntryKind::Dependencies,
    EntryKind::Wrapper,
    EntryKind::Store,
];

/// Puts back the code first, then what it needed, and removes the folders that were made.
fn put_back(
    archive: &Archive<'_>,
    writer: &mut Writer<'_>,
    need: Need,
    needed: &[EntryKind],
) -> Result<Fates, FixError> {
    remove_temporary_files(&writer.log, archive.observer)?;
    let mut fates = Fates::new();
    for kind in [EntryKind::Companion, EntryKind::Code] {
        for index in writer.log.indices(kind) {
            fates.push((index, restore(archive, writer, index, Need::None)?));
        }
    }
    let stuck = fates.iter().any(|it| is_stuck(&writer.log, it));
    let need = if stuck { Need::Some } else { need };
    for kind in needed {
        for index in writer.log.indices(*kind) {
            fates.push((index, restore(archive, writer, index, need)?));
        }
    }
    remove_folders(archive, &writer.log)?;
    Ok(fates)
}
