//! Forgets runs that nobody will want to undo any more.
//!
//! A run that may be the only one to have a value is none of them.

use std::ffi::OsStr;
use std::fs;

use jiff::{SignedDuration, Timestamp};

use super::archive::LAST;
use super::journal::{self, Entry, EntryKind, Log, RunState};

/// How long a run can be undone, in days.
const MAX_DAYS: i64 = 90;

/// How many runs of a project can be undone.
const MAX_RUNS: usize = 100;

/// Removes the records of runs, oldest first in `logs`, that are too old or too many.
///
/// A run that was stopped half-way stays, one that may be the only one to have a value, and the
/// newest, whose number the next one needs.
/// What cannot be removed stays too, which is no harm.
pub(super) fn prune(logs: &[Log], now: Timestamp) {
    let oldest = now - SignedDuration::from_hours(24 * MAX_DAYS);
    let many = logs.len().saturating_sub(MAX_RUNS);
    let last = logs.len().saturating_sub(1);
    for (number, log) in logs.iter().enumerate().take(last) {
        let ended = match log.state {
            RunState::Done | RunState::PartlyUndone | RunState::Undone => true,
            RunState::NotBegun | RunState::Unfinished => false,
        };
        let started: Option<Timestamp> = log.started.parse().ok();
        let old = started.is_some_and(|it| it < oldest);
        if ended && (old || number < many) && !may_hold_values(log) {
            // Without its journal, what is left of a run counts as one that never began.
            let _kept = fs::remove_file(log.folder.join(journal::FILE))
                .and_then(|()| fs::remove_dir_all(&log.folder))
                .is_err();
        }
    }
}

/// Whether a value may be nowhere but in what a run keeps: it holds what a rollback has replaced,
/// or the store that its values went to is gone.
fn may_hold_values(log: &Log) -> bool {
    let has_last = fs::read_dir(&log.folder).is_ok_and(|entries| {
        let mut paths = entries.flatten().map(|it| it.path());
        paths.any(|it| it.extension() == Some(OsStr::new(LAST)))
    });
    let stores = log.indices(EntryKind::Store).into_iter();
    let mut stores = stores.filter_map(|it| log.entries.get(it));
    let lost = |it: &Entry| it.after.is_some() && !it.path.0.exists();
    let has_put = log.state != RunState::Undone && !log.names.is_empty();
    has_last || has_put && stores.any(lost)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::fix::ContentHash;
    use crate::fix::RunId;
    use crate::fix::journal::JournalPath;

    const NOW: &str = "2030-06-01T00:00:00Z";

    fn log(folder: &Path, run: u32, started: &str, state: RunState) -> Log {
        let folder = folder.join(run.to_string());
        fs::create_dir(&folder).unwrap();
        fs::File::create(folder.join(journal::FILE)).unwrap();
        let mut log = Log::new(RunId(run), folder, started.to_owned(), String::new());
        log.state = state;
        log
    }

    fn left(logs: &[Log]) -> Vec<u32> {
        prune(logs, NOW.parse().unwrap());
        let left = logs.iter().filter(|it| it.folder.exists());
        left.map(|it| it.run.0).collect()
    }

    #[test]
    fn old_runs_are_forgotten_unless_they_are_unfinished_or_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let log = |run, started, state| log(folder.path(), run, started, state);
        let old = "2030-03-02T23:59:59Z";
        let logs = [
            log(1, old, RunState::Done),
            log(2, old, RunState::Unfinished),
            log(3, old, RunState::Undone),
            log(4, old, RunState::PartlyUndone),
            log(5, "2030-03-03T00:00:01Z", RunState::Done),
            log(6, "what?", RunState::Done),
            log(7, old, RunState::Done),
        ];
        assert_eq!(left(&logs), [2, 5, 6, 7]);
    }

    #[test]
    fn a_run_that_may_be_the_only_one_to_have_a_value_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let old = "2030-01-01T00:00:00Z";
        let store = |path: PathBuf| Entry {
            path: JournalPath(path),
            kind: EntryKind::Store,
            before: None,
            after: Some(ContentHash::of(b"sealed")),
        };
        let there = folder.path().join("there");
        fs::File::create(&there).unwrap();
        let stored = |run, state, path: PathBuf| {
            let mut log = log(folder.path(), run, old, state);
            log.names.push("key".to_owned());
            log.entries.push(store(path));
            log
        };
        let gone = folder.path().join("gone");
        let logs = [
            stored(1, RunState::Done, there.clone()),
            stored(2, RunState::Done, gone.clone()),
            stored(3, RunState::PartlyUndone, gone.clone()),
            stored(4, RunState::Undone, gone),
            stored(5, RunState::Undone, there),
            log(folder.path(), 6, old, RunState::Done),
        ];
        fs::File::create(logs[4].folder.join("3.last")).unwrap();
        assert_eq!(left(&logs), [2, 3, 5, 6]);
    }

    #[test]
    fn only_so_many_runs_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let most = u32::try_from(MAX_RUNS).unwrap();
        let runs = 1..=most + 3;
        let logs: Vec<Log> = runs
            .map(|it| log(folder.path(), it, NOW, RunState::Done))
            .collect();
        assert_eq!(left(&logs), (4..=most + 3).collect::<Vec<_>>());
    }
}
