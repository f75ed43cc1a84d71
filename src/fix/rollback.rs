//! Undoes a run from its journal, byte for byte.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::archive::records;
use super::disk::{self, Like, Replaced, Seen};
use super::journal::{Before, Entry, EntryKind, Log, Record, RunState, Writer};
use super::{Archive, FixError, RunId, Step};

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
    /// It stays, because code that could not be put back may need it.
    Needed,
}

/// Whether code that stays as it is may need what a run has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Some does.
    Some,
    /// None does.
    None,
}

/// Undoes `run`, or the newest run that has not been undone.
///
/// A file that was changed after the run stays as it is, and with it what it may need: the
/// wrapper and the stores. The last content of a store that goes back is kept with the run.
///
/// # Errors
///
/// Fails when there is no such run, a later one builds on it, or a file cannot be put back.
pub fn rollback(run: Option<RunId>, archive: &Archive<'_>) -> Result<Undone, FixError> {
    let _lock = archive.lock()?;
    let mut logs = archive.logs()?;
    logs.retain(|it| it.state != RunState::NotBegun);
    let open = |it: &&Log| it.state != RunState::Undone;
    let position = match run {
        Some(run) => {
            let found = logs.iter().position(|it| it.run == run);
            found.ok_or(FixError::UnknownRun { run })?
        }
        None => logs
            .iter()
            .rposition(|it| it.state != RunState::Undone)
            .ok_or(FixError::NoRun)?,
    };
    let later = logs.split_off(position + 1);
    let Some(log) = logs.pop() else {
        return Err(FixError::NoRun);
    };
    if log.state == RunState::Undone {
        return Err(FixError::AlreadyUndone { run: log.run });
    }
    let mut need = Need::None;
    for newer in later.iter().rev().filter(open) {
        if newer.state != RunState::PartlyUndone {
            return Err(FixError::NotNewest {
                run: log.run,
                newer: newer.run,
            });
        }
        need = Need::Some;
    }
    undo(archive, Writer::open(log, archive.observer)?, need)
}

/// Puts back the code first, then what it needed, and removes the folders that were made.
fn undo(archive: &Archive<'_>, mut writer: Writer<'_>, need: Need) -> Result<Undone, FixError> {
    remove_temporary_files(archive, &writer.log)?;
    let mut fates: Vec<(usize, Fate)> = Vec::new();
    for index in writer.log.indices(EntryKind::Code) {
        fates.push((index, restore(archive, &mut writer, index)?));
    }
    let stuck = fates.iter().any(|(_, fate)| *fate == Fate::Changed);
    // No code needs these, so the others do not wait for them.
    for index in writer.log.indices(EntryKind::Companion) {
        fates.push((index, restore(archive, &mut writer, index)?));
    }
    for kind in [EntryKind::Wrapper, EntryKind::Store] {
        for index in writer.log.indices(kind) {
            let fate = if stuck || need == Need::Some {
                Fate::Needed
            } else {
                restore(archive, &mut writer, index)?
            };
            fates.push((index, fate));
        }
    }
    remove_folders(archive, &writer.log);
    let (state, record) = if stuck {
        (RunState::PartlyUndone, Record::PartlyUndone)
    } else {
        (RunState::Undone, Record::Undone)
    };
    writer.add(record)?;
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

/// Puts back what a run that failed has written; its values stay in their stores.
pub(super) fn put_back(archive: &Archive<'_>, writer: &mut Writer<'_>) -> Result<(), FixError> {
    remove_temporary_files(archive, &writer.log)?;
    let mut record = Record::Undone;
    for kind in [EntryKind::Code, EntryKind::Companion, EntryKind::Wrapper] {
        for index in writer.log.indices(kind) {
            if restore(archive, writer, index)? == Fate::Changed {
                record = Record::PartlyUndone;
            }
        }
    }
    remove_folders(archive, &writer.log);
    writer.add(record)
}

/// Makes the file of an entry what it was before the run, if it is what the run has made of it.
fn restore(archive: &Archive<'_>, writer: &mut Writer<'_>, index: usize) -> Result<Fate, FixError> {
    let Some(entry) = writer.log.entries.get(index).cloned() else {
        return Ok(Fate::Untouched);
    };
    if writer.log.skipped.contains(&index) {
        return Ok(Fate::Untouched);
    }
    let path = &entry.path.0;
    let run = writer.log.run;
    let stuck = |source| FixError::PutBack {
        path: path.clone(),
        run,
        source,
    };
    let seen = disk::look(path).map_err(stuck)?;
    if !disk::is_straight(path) {
        return Ok(Fate::Changed);
    }
    let before = entry.before.as_ref();
    if seen.hash() == Some(before.map(|it| it.hash)) {
        return Ok(Fate::Untouched);
    }
    match standing(&writer.log, index, &entry, &seen) {
        Standing::Foreign => return Ok(Fate::Changed),
        Standing::Ours => {}
        Standing::Doubtful => keep_last(archive, &writer.log, index, &seen)?,
    }
    let Some(before) = before else {
        disk::remove(path).map_err(stuck)?;
        disk::sync_folder_of(path).map_err(stuck)?;
        (archive.observer)(Step::Removed);
        return Ok(Fate::Removed);
    };
    let content = archive.kept(&writer.log.folder, &before.backup, before.hash)?;
    put(writer, index, &seen, (before, &content))?.map_err(stuck)?;
    (archive.observer)(Step::Replaced);
    Ok(Fate::Restored)
}

/// Whose content a file has.
enum Standing {
    /// That of the run.
    Ours,
    /// Someone else's.
    Foreign,
    /// Perhaps that of the run: it is kept before it goes.
    Doubtful,
}

/// Whose content the file of `entry` has, when it is not what it was before.
fn standing(log: &Log, index: usize, entry: &Entry, seen: &Seen) -> Standing {
    let Some(now) = seen.hash() else {
        return Standing::Foreign;
    };
    let known = entry.kind != EntryKind::Store || log.noted.contains(&index);
    if entry.kind == EntryKind::Store {
        // A run that was stopped while it stored values could not write down what it had stored.
        return if !known || now == entry.after {
            Standing::Doubtful
        } else {
            Standing::Foreign
        };
    }
    if now == entry.after {
        Standing::Ours
    } else if log.in_place.contains(&index) {
        // The crash may have come while the file was written in place.
        Standing::Doubtful
    } else {
        Standing::Foreign
    }
}

/// Keeps the present content of a file with the run, so that no value is lost.
fn keep_last(archive: &Archive<'_>, log: &Log, index: usize, seen: &Seen) -> Result<(), FixError> {
    match seen.file() {
        Some(image) => archive.keep(&log.folder, &format!("{index}.last"), &image.content),
        None => Ok(()),
    }
}

/// Puts the content that a file had before in its place.
///
/// The outer result is about the journal, the inner one about the file.
fn put(
    writer: &mut Writer<'_>,
    index: usize,
    seen: &Seen,
    (before, content): (&Before, &[u8]),
) -> Result<io::Result<()>, FixError> {
    let Some(path) = writer.log.entries.get(index).map(|it| it.path.0.clone()) else {
        return Ok(Ok(()));
    };
    let temp = writer.log.temp(index, &path);
    let like = Like {
        mode: before.mode,
        owner: seen.file().map(|it| &it.metadata),
    };
    let exchanged =
        disk::stage(&temp, content, Some(like)).and_then(|()| disk::replace(&temp, &path));
    let result = match exchanged {
        Ok(Replaced::Renamed) => Ok(()),
        Ok(Replaced::Refused) => {
            writer.add(Record::InPlace { index })?;
            disk::overwrite(&path, content)
        }
        Err(err) => Err(err),
    };
    let removed = disk::remove(&temp);
    Ok(result
        .and(removed)
        .and_then(|()| disk::sync_folder_of(&path)))
}

/// Removes what a crash has left next to the files.
fn remove_temporary_files(archive: &Archive<'_>, log: &Log) -> Result<(), FixError> {
    for (index, entry) in log.entries.iter().enumerate() {
        let temp = log.temp(index, &entry.path.0);
        if disk::is_straight(&temp) && fs::symlink_metadata(&temp).is_ok() {
            disk::remove(&temp).map_err(|err| records(&temp, err))?;
            (archive.observer)(Step::Removed);
        }
    }
    Ok(())
}

/// Removes the folders that the run has made, as far as they are empty.
fn remove_folders(archive: &Archive<'_>, log: &Log) {
    for folder in log.folders.iter().rev() {
        if !disk::is_straight(&folder.join("any")) {
            continue;
        }
        remove_bytecode(&folder.join("__pycache__"));
        if fs::remove_dir(folder).is_ok() {
            (archive.observer)(Step::Removed);
        }
    }
}

/// Removes what Python has made of the wrapper: without it the folder would still be a package.
fn remove_bytecode(folder: &Path) {
    let is_real = fs::symlink_metadata(folder).is_ok_and(|it| it.is_dir());
    let Some(entries) = is_real.then(|| fs::read_dir(folder).ok()).flatten() else {
        return;
    };
    for path in entries.flatten().map(|it| it.path()) {
        if path.extension() == Some(OsStr::new("pyc")) {
            // What cannot be removed keeps its folder, which is no harm.
            let _kept = fs::remove_file(path).is_err();
        }
    }
    let _kept = fs::remove_dir(folder).is_err();
}
