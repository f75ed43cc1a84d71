//! Puts back one file after the other, byte for byte.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use super::Fate;
use super::Need;
use crate::fix::Archive;
use crate::fix::FixError;
use crate::fix::RunId;
use crate::fix::Step;
use crate::fix::archive::records;
use crate::fix::disk;
use crate::fix::disk::Alike;
use crate::fix::disk::Like;
use crate::fix::disk::Replaced;
use crate::fix::disk::Seen;
use crate::fix::journal::Before;
use crate::fix::journal::Entry;
use crate::fix::journal::EntryKind;
use crate::fix::journal::Log;
use crate::fix::journal::Record;
use crate::fix::journal::Writer;

/// Makes the file of an entry what it was before the run, if it is what the run has made of it.
pub(super) fn restore(
    archive: &Archive<'_>,
    writer: &mut Writer<'_>,
    index: usize,
    need: Need,
) -> Result<Fate, FixError> {
    let Some(entry) = writer.log.entries.get(index).cloned() else {
        return Ok(Fate::Untouched);
    };
    if writer.log.skipped.contains(&index) {
        return Ok(Fate::Untouched);
    }
    let path = &entry.path.0;
    let run = writer.log.run;
    let stuck = |source| failed(path, run, source);
    let seen = disk::look(path).map_err(stuck)?;
    if !disk::is_straight(path) {
        return Ok(Fate::Changed);
    }
    let before = entry.before.as_ref();
    if seen.hash() == Some(before.map(|it| it.hash)) {
        return Ok(Fate::Untouched);
    }
    if need == Need::Some {
        return Ok(Fate::Needed);
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
    put(writer, index, &seen, (before, &content))?;
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
    let is_store = entry.kind == EntryKind::Store;
    // A run that was stopped while it stored values could not write down what it had stored, and
    // one that was stopped while it wrote in place may have left half of it.
    let unknown = is_store && !log.noted.contains(&index);
    if unknown || log.in_place.contains(&index) {
        Standing::Doubtful
    } else if now != entry.after {
        Standing::Foreign
    } else if is_store {
        Standing::Doubtful
    } else {
        Standing::Ours
    }
}

/// Keeps the present content of a file with the run, so that no value is lost.
pub(in crate::fix) fn keep_last(
    archive: &Archive<'_>,
    log: &Log,
    index: usize,
    seen: &Seen,
) -> Result<(), FixError> {
    match seen.file() {
        Some(image) => archive.keep_last(&log.folder, index, &image.content),
        None => Ok(()),
    }
}

/// Puts the content that a file had before in its place.
fn put(
    writer: &mut Writer<'_>,
    index: usize,
    seen: &Seen,
    (before, content): (&Before, &[u8]),
) -> Result<(), FixError> {
    let Some(path) = writer.log.entries.get(index).map(|it| it.path.0.clone()) else {
        return Ok(());
    };
    let temp = writer.log.temp(index, &path);
    let like = Like {
        mode: before.mode,
        other: seen.file().map(|it| (&*path, &it.metadata)),
    };
    let exchanged = disk::stage(&temp, content, Some(like)).and_then(|alike| match alike {
        Alike::Yes => disk::replace(&temp, &path),
        Alike::No => Ok(Replaced::Refused),
    });
    let written = match exchanged {
        Ok(Replaced::Renamed) => Ok(()),
        Ok(Replaced::Refused) => {
            writer.add(Record::InPlace { index })?;
            disk::overwrite(&path, content)
        }
        Err(err) => Err(err),
    };
    let removed = disk::remove(&temp);
    let done = written.and(removed);
    done.and_then(|()| disk::sync_folder_of(&path))
        .map_err(|source| failed(&path, writer.log.run, source))
}

/// A failure to put back a file that `run` has changed.
fn failed(path: &Path, run: RunId, source: io::Error) -> FixError {
    FixError::PutBack {
        path: path.to_owned(),
        run,
        source,
    }
}

/// Removes what a crash has left next to the files.
pub(in crate::fix) fn remove_temporary_files(
    log: &Log,
    observer: &dyn Fn(Step),
) -> Result<(), FixError> {
    for (index, entry) in log.entries.iter().enumerate() {
        let temp = log.temp(index, &entry.path.0);
        if disk::is_straight(&temp) && fs::symlink_metadata(&temp).is_ok() {
            disk::remove(&temp).map_err(|err| records(&temp, err))?;
            observer(Step::Removed);
        }
        if entry.kind == EntryKind::Store {
            let store = &entry.path.0;
            remove_unfinished_stores(store).map_err(|err| records(store, err))?;
        }
    }
    Ok(())
}

/// Removes what a crash has left of a store that was being written; it is sealed.
fn remove_unfinished_stores(store: &Path) -> io::Result<()> {
    if !disk::is_straight(store) {
        return Ok(());
    }
    remove_files(store.parent().unwrap_or(Path::new("/")), |path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let random = name.strip_prefix(".shield-").unwrap_or_default();
        random.len() == 6 && random.bytes().all(|it| it.is_ascii_alphanumeric())
    })
}

/// Removes the files in `folder` for which `test` holds.
fn remove_files(folder: &Path, test: impl Fn(&Path) -> bool) -> io::Result<()> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|it| it.path()).filter(|it| test(it));
    paths.try_for_each(|it| disk::remove(&it))
}

/// Removes the folders that the run has made, as far as they are empty.
pub(super) fn remove_folders(archive: &Archive<'_>, log: &Log) -> Result<(), FixError> {
    for folder in log.folders.iter().rev() {
        if !disk::is_straight(&folder.join("any")) {
            continue;
        }
        remove_bytecode(&folder.join("__pycache__"))
            .and_then(|()| remove_folder(folder))
            .map_err(|source| failed(folder, log.run, source))?;
        (archive.observer)(Step::Removed);
    }
    Ok(())
}

/// Removes a folder, unless something is in it.
fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir(folder) {
        Err(err)
            if matches!(
                err.kind(),
                io::ErrorKind::DirectoryNotEmpty
                    | io::ErrorKind::NotADirectory
                    | io::ErrorKind::NotFound
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}

/// Removes what Python has made of the wrapper: without it the folder would still be a package.
fn remove_bytecode(folder: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(folder).is_ok_and(|it| it.is_dir()) {
        return Ok(());
    }
    remove_files(folder, |it| it.extension() == Some(OsStr::new("pyc")))?;
    remove_folder(folder)
}
