//! Puts new content next to files, and then in their place.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::fix::FixError;
use crate::fix::Step;
use crate::fix::disk;
use crate::fix::disk::Alike;
use crate::fix::disk::Like;
use crate::fix::disk::Replaced;
use crate::fix::disk::Seen;
use crate::fix::journal::Entry;
use crate::fix::journal::EntryKind;
use crate::fix::journal::Record;
use crate::fix::journal::Writer;

/// A file whose new content lies next to it.
pub(in crate::fix) struct StagedFile {
    pub(in crate::fix) index: usize,
    pub(in crate::fix) kind: EntryKind,
    pub(in crate::fix) target: PathBuf,
    pub(in crate::fix) temp: PathBuf,
}

/// Writes the new content of an entry next to it, unless the entry is left alone.
pub(super) fn stage(
    writer: &mut Writer<'_>,
    index: usize,
    content: &str,
) -> Result<Option<StagedFile>, FixError> {
    let Some(entry) = writer.log.entries.get(index).cloned() else {
        return Ok(None);
    };
    if writer.log.skipped.contains(&index) {
        return Ok(None);
    }
    let target = entry.path.0.clone();
    let temp = writer.log.temp(index, &target);
    let Some(now) = unchanged(writer, index, &entry)? else {
        return Ok(None);
    };
    let like = now.file().map(|it| Like {
        mode: disk::mode(&it.metadata),
        other: Some((&*target, &it.metadata)),
    });
    let fail = |err| failed(&target, err);
    let alike = disk::stage(&temp, content.as_bytes(), like).map_err(fail)?;
    if alike == Alike::No {
        disk::check_writable(&target).map_err(fail)?;
        writer.add(Record::Unlike { index })?;
    }
    (writer.observer)(Step::Staged);
    Ok(Some(StagedFile {
        index,
        kind: entry.kind,
        target,
        temp,
    }))
}

/// What is at the place of `entry`, if it is still what was kept; else it is left alone.
fn unchanged(
    writer: &mut Writer<'_>,
    index: usize,
    entry: &Entry,
) -> Result<Option<Seen>, FixError> {
    let path = &entry.path.0;
    let seen = disk::look(path).map_err(|err| failed(path, err))?;
    let before = entry.before.as_ref().map(|it| it.hash);
    let alone = seen.file().is_none_or(|it| disk::links(&it.metadata) <= 1);
    if seen.hash() == Some(before) && disk::is_straight(path) && alone {
        return Ok(Some(seen));
    }
    if entry.kind == EntryKind::Wrapper {
        let path = path.clone();
        return Err(FixError::WrapperChanged { path });
    }
    writer.add(Record::Skipped { index })?;
    Ok(None)
}

/// Puts a staged file in its place, after a last look at what is there.
pub(super) fn exchange(writer: &mut Writer<'_>, file: &StagedFile) -> Result<(), FixError> {
    let Some(entry) = writer.log.entries.get(file.index).cloned() else {
        return Ok(());
    };
    if unchanged(writer, file.index, &entry)?.is_none() {
        return disk::remove(&file.temp).map_err(|err| failed(&file.target, err));
    }
    put(writer, file)
}

/// Puts a staged file in its place, in one step where the system allows that.
pub(in crate::fix) fn put(writer: &mut Writer<'_>, file: &StagedFile) -> Result<(), FixError> {
    let fail = |err| failed(&file.target, err);
    let index = file.index;
    let replaced = if writer.log.unlike.contains(&index) {
        Replaced::Refused
    } else {
        disk::replace(&file.temp, &file.target).map_err(fail)?
    };
    match replaced {
        Replaced::Renamed => {}
        Replaced::Refused => {
            let content = disk::read(&file.temp).map_err(fail)?;
            writer.add(Record::InPlace { index })?;
            disk::overwrite(&file.target, &content).map_err(fail)?;
            disk::remove(&file.temp).map_err(fail)?;
        }
    }
    (writer.observer)(Step::Replaced);
    Ok(())
}

/// Makes the new names in the folders of `files` last, and those of the folders that were made.
pub(in crate::fix) fn settle(writer: &Writer<'_>, files: &[StagedFile]) -> Result<(), FixError> {
    let made = writer.log.folders.iter();
    let paths = files.iter().map(|it| &it.target).chain(made);
    let folders: BTreeMap<Option<&Path>, &PathBuf> = paths.map(|it| (it.parent(), it)).collect();
    for path in folders.into_values() {
        disk::sync_folder_of(path).map_err(|err| failed(path, err))?;
    }
    Ok(())
}

/// A failure to write a file of the project.
pub(in crate::fix) fn failed(path: &Path, source: io::Error) -> FixError {
    FixError::Write {
        path: path.to_owned(),
        source,
    }
}
