//! Why a fix could not be written or undone.

use std::io;
use std::path::PathBuf;

use miette::Diagnostic;

use super::RunId;
use crate::seal::SealError;

/// Why a fix could not be written or undone.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum FixError {
    /// Another run holds the lock of the project.
    #[error("another run of shield is changing this project")]
    #[diagnostic(
        code(shield::fix::busy),
        help("wait until it has ended, then run shield again")
    )]
    Busy,
    /// An earlier run was stopped half-way.
    #[error("run {run} was stopped before it had finished")]
    #[diagnostic(
        code(shield::fix::unfinished),
        help(
            "`shield recover` brings it to an end: it finishes the run, or puts every file back as it was"
        )
    )]
    Unfinished {
        /// The earlier run.
        run: RunId,
    },
    /// The run was stopped too early to be finished.
    #[error("run {run} was stopped too early to be finished")]
    #[diagnostic(
        code(shield::fix::cannot_finish),
        help("nothing was done; `shield recover --undo` puts every file back as it was")
    )]
    CannotFinish {
        /// The run.
        run: RunId,
    },
    /// Backups would lie where they can be committed.
    #[error("the folder for backups, {}, lies inside the project", .path.display())]
    #[diagnostic(
        code(shield::fix::state_inside),
        help("set XDG_STATE_HOME to a folder outside the project")
    )]
    StateInside {
        /// The folder.
        path: PathBuf,
    },
    /// A file that would be changed is not part of the project.
    #[error("{} lies outside the project", .path.display())]
    #[diagnostic(
        code(shield::fix::outside),
        help("nothing was changed; put the file itself there instead of a link to it")
    )]
    Outside {
        /// The file.
        path: PathBuf,
    },
    /// A file of the run's own records could not be read or written.
    #[error("{}: {source}", .path.display())]
    #[diagnostic(
        code(shield::fix::records),
        help("the records of a run must be readable and writable before it changes anything")
    )]
    Records {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The records of a run make no sense.
    #[error("line {line} of {} is not a record of a run", .path.display())]
    #[diagnostic(
        code(shield::fix::damaged),
        help(
            "the file was changed by something else; nothing was done. Moved away with its folder, \
             it stops no other run, and the run that it tells of can no longer be undone"
        )
    )]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The number of the line, from one.
        line: usize,
    },
    /// A file could not be written, and everything was put back.
    #[error("{} could not be written: {source}", .path.display())]
    #[diagnostic(
        code(shield::fix::write),
        help("no file was changed: what this run had already written was put back")
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the wrapper changed between plan and write, and everything was put back.
    #[error("{} has appeared or changed since the fix was planned", .path.display())]
    #[diagnostic(
        code(shield::fix::wrapper_changed),
        help("no file was changed; run shield again")
    )]
    WrapperChanged {
        /// The file.
        path: PathBuf,
    },
    /// A file could not be put back.
    #[error("{} could not be put back: {source}", .path.display())]
    #[diagnostic(
        code(shield::fix::put_back),
        help(
            "its former content is kept; free the file or the disk, then run `shield rollback {run}`"
        )
    )]
    PutBack {
        /// The file.
        path: PathBuf,
        /// The run that keeps its former content.
        run: RunId,
        /// What the system said.
        source: io::Error,
    },
    /// A file of a run that was stopped could not be written.
    #[error("{} could not be written: {source}", .path.display())]
    #[diagnostic(
        code(shield::fix::not_finished),
        help(
            "nothing is lost: free the file or the disk, then run `shield recover` again, or \
             `shield recover --undo`"
        )
    )]
    NotFinished {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no run to undo.
    #[error("there is no run to undo in this project")]
    #[diagnostic(code(shield::fix::no_run))]
    NoRun,
    /// The run asked for is not there.
    #[error("there is no run {run} in this project")]
    #[diagnostic(
        code(shield::fix::unknown_run),
        help("without a number, `shield rollback` undoes the last run")
    )]
    UnknownRun {
        /// The run asked for.
        run: RunId,
    },
    /// The run was undone before.
    #[error("run {run} has been undone already")]
    #[diagnostic(code(shield::fix::already_undone))]
    AlreadyUndone {
        /// The run asked for.
        run: RunId,
    },
    /// A backup could not be encrypted or decrypted.
    #[error("a backup could not be encrypted or decrypted")]
    #[diagnostic(code(shield::fix::seal))]
    Seal(#[from] SealError),
}
