//! Whether a record is one that the run could have written.
//!
//! A journal says which files are written and removed, so one that was damaged, or made by somebody
//! else, must lead to nothing outside of the project and of the folder of the run.

use std::path::{Component, Path};

use super::Log;
use super::VERSION;
use super::backup_of;
use super::record::{Entry, EntryKind, Record};

/// Whether `record` can come next in the journal of a run of the project at `root`.
pub(super) fn is_sound(record: &Record, log: &Log, root: &Path) -> bool {
    let known = |index: &usize| *index < log.entries.len();
    let opened = !log.token.is_empty();
    match record {
        Record::Opened {
            version,
            run,
            token,
            ..
        } => !opened && *version == VERSION && *run == log.run && is_token(token),
        Record::File(entry) => opened && is_sound_entry(entry, log, root),
        Record::Folder { path } => opened && lies_in(&path.0, root),
        Record::Stored { index, .. } => {
            let entry = log.entries.get(*index);
            opened && entry.is_some_and(|it| it.kind == EntryKind::Store)
        }
        Record::Skipped { index } | Record::Unlike { index } | Record::InPlace { index } => {
            opened && known(index)
        }
        Record::Secrets { .. }
        | Record::Begun
        | Record::Staged
        | Record::Done
        | Record::Undoing
        | Record::Undone
        | Record::PartlyUndone => opened,
    }
}

/// Whether `token` is one that we have made: it is part of the names of files.
fn is_token(token: &str) -> bool {
    token.len() == 8 && token.bytes().all(|it| it.is_ascii_hexdigit())
}

fn is_sound_entry(entry: &Entry, log: &Log, root: &Path) -> bool {
    let backup = backup_of(log.entries.len());
    let kept = entry.before.as_ref().is_none_or(|it| it.backup == backup);
    kept && lies_in(&entry.path.0, root)
}

/// Whether `path` leads to something below `root`, as far as its words tell.
pub(in crate::fix) fn lies_in(path: &Path, root: &Path) -> bool {
    path.strip_prefix(root).is_ok_and(|it| {
        let mut parts = it.components().peekable();
        parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
    })
}
