//! Brings a run that was stopped half-way to an end.

use std::path::PathBuf;

use super::archive::records;
use super::disk;
use super::journal::{EntryKind, Log, Record, RunState, Writer};
use super::rollback::{self, Need, Undone};
use super::write::place::{self, StagedFile, failed};
use super::{Archive, FixError, RunId};

/// How a run that was stopped half-way is brought to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What is left to do is done, when all new content was written before; else all is undone.
    Best,
    /// What is left to do is done.
    Finish,
    /// What was done is undone.
    Undo,
}

/// How a run was brought to an end.
#[derive(Debug)]
pub enum Recovered {
    /// What was left to do was done.
    Finished(Finished),
    /// What was done was undone.
    Undone(Undone),
}

/// A run that was finished.
#[derive(Debug)]
pub struct Finished {
    /// The run.
    pub run: RunId,
    /// Its files, except those of stores.
    pub files: Vec<FinishedFile>,
}

/// A file of a run that was finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedFile {
    /// Where it is.
    pub path: PathBuf,
    /// What became of it.
    pub end: End,
}

/// What became of a file when a run was finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It had its new content already.
    Kept,
    /// It has its new content now.
    Written,
    /// It was changed since, by something else, so it stays as it is.
    Changed,
}

/// What is left to do for the entries of a run, by their number.
type Rest = Vec<(usize, Work)>;

/// What is to be done for a file.
enum Work {
    /// Nothing.
    None,
    /// It was changed by something else: nothing.
    Conflict,
    /// Its new content lies next to it.
    Put(StagedFile),
    /// It has its old content, and the new one is lost.
    Lost,
}

/// Brings the run that was stopped half-way to an end; none when there is no such run.
///
/// Each file is judged by its hash: one with its new content is kept, one with its old content
/// was not done yet, and one with any other content stays as it is and is told.
///
/// # Errors
///
/// Fails when the run cannot be finished and `way` asks for that, or a file cannot be written.
pub fn recover(way: Way, archive: &Archive<'_>) -> Result<Option<Recovered>, FixError> {
    let _lock = archive.lock()?;
    let logs = archive.logs()?;
    let unfinished = |it: &Log| it.state == RunState::Unfinished;
    let Some(log) = logs.into_iter().find(unfinished) else {
        return Ok(None);
    };
    let writer = Writer::open(log, archive.observer)?;
    let work = rest(&writer.log)?;
    match (way, work) {
        (Way::Best | Way::Finish, Some(work)) => match finish(archive, writer, work) {
            Err(FixError::Write { path, source }) => Err(FixError::NotFinished { path, source }),
            finished => finished.map(Recovered::Finished),
        },
        (Way::Finish, None) => Err(FixError::CannotFinish {
            run: writer.log.run,
        }),
        (Way::Best, None) | (Way::Undo, _) => {
            rollback::undo(archive, writer, Need::None).map(Recovered::Undone)
        }
    }
    .map(Some)
}

/// What is left to do, by entry; none when not all of it can be done.
fn rest(log: &Log) -> Result<Option<Rest>, FixError> {
    if !log.staged || log.undoing {
        return Ok(None);
    }
    let mut all = Vec::new();
    for (index, entry) in log.entries.iter().enumerate() {
        if entry.kind == EntryKind::Store || log.skipped.contains(&index) {
            continue;
        }
        let work = work(log, index)?;
        if matches!(work, Work::Lost) {
            return Ok(None);
        }
        all.push((index, work));
    }
    Ok(Some(all))
}

/// What is to be done for an entry.
fn work(log: &Log, index: usize) -> Result<Work, FixError> {
    let Some(entry) = log.entries.get(index) else {
        return Ok(Work::None);
    };
    let target = entry.path.0.clone();
    let seen = disk::look(&target).map_err(|err| failed(&target, err))?;
    if !disk::is_straight(&target) {
        return Ok(Work::Conflict);
    }
    let now = seen.hash();
    if now == Some(entry.after) {
        return Ok(Work::None);
    }
    // The crash may have come while the file was written in place.
    let torn = log.in_place.contains(&index);
    if now != Some(entry.before.as_ref().map(|it| it.hash)) && !torn {
        return Ok(Work::Conflict);
    }
    let temp = log.temp(index, &target);
    let new = disk::look(&temp).map_err(|err| records(&temp, err))?;
    Ok(if new.hash() == Some(entry.after) {
        Work::Put(StagedFile {
            index,
            kind: entry.kind,
            target,
            temp,
        })
    } else {
        Work::Lost
    })
}

/// Does what is left to do.
fn finish(archive: &Archive<'_>, mut writer: Writer<'_>, rest: Rest) -> Result<Finished, FixError> {
    let mut files = Vec::new();
    let mut put = Vec::new();
    for (index, work) in rest {
        let end = match work {
            Work::None => End::Kept,
            Work::Conflict | Work::Lost => End::Changed,
            Work::Put(file) => {
                if writer.log.in_place.contains(&index) {
                    let held = disk::look(&file.target).map_err(|err| failed(&file.target, err))?;
                    rollback::keep_last(archive, &writer.log, index, &held)?;
                }
                place::put(&mut writer, &file)?;
                put.push(file);
                End::Written
            }
        };
        let path = writer.log.entries.get(index).map(|it| it.path.0.clone());
        files.extend(path.map(|path| FinishedFile { path, end }));
    }
    rollback::remove_temporary_files(&writer.log, writer.observer)?;
    place::settle(&writer, &put)?;
    writer.add(Record::Done)?;
    Ok(Finished {
        run: writer.log.run,
        files,
    })
}
