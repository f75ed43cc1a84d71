//! `shield rollback`.

use std::io::{self, Write};

use miette::IntoDiagnostic as _;

use super::Exit;
use super::args;
use super::scan::Pipe;
use super::scan::Trouble;
use super::tell;
use crate::fix;
use crate::fix::Archive;
use crate::fix::Fate;
use crate::fix::Run;
use crate::fix::RunState;
use crate::fix::Undone;
use crate::seal::Identity;
use crate::settings::Places;

/// Undoes a run, byte for byte, or lists the runs.
pub(super) fn run(args: &args::Rollback) -> Result<Exit, Trouble> {
    let places = Places::find(&args.project)?;
    let (identity, _) = Identity::load_or_make(&places.identity)?;
    let archive = Archive::new(&places.state, &places.root, &identity)?;
    if args.list {
        let runs = fix::runs(&archive)?;
        list(&runs, &mut Pipe(io::stdout().lock())).into_diagnostic()?;
        return Ok(Exit::Clean);
    }
    let undone = match args.run {
        Some(run) if args.with_later => fix::rollback_through(run, &archive)?,
        run => vec![fix::rollback(run, &archive)?],
    };
    for run in &undone {
        tell::undone(run, &places);
    }
    Ok(exit(&undone))
}

/// How undoing runs ends.
pub(super) fn exit(undone: &[Undone]) -> Exit {
    let left = |fate| match fate {
        Fate::Changed | Fate::ChangedBy(_) | Fate::Needed => true,
        Fate::Restored | Fate::Removed | Fate::Untouched => false,
    };
    if undone
        .iter()
        .flat_map(|it| &it.files)
        .any(|it| left(it.fate))
    {
        Exit::Undone
    } else {
        Exit::Clean
    }
}

/// Writes one line for each run, the newest first.
fn list(runs: &[Run], out: &mut dyn Write) -> io::Result<()> {
    for run in runs.iter().rev() {
        let state = match run.state {
            RunState::Done => "can be undone",
            RunState::PartlyUndone => "is undone in part",
            RunState::Undone => "is undone",
            RunState::Unfinished | RunState::NotBegun => "was stopped half-way: shield recover",
        };
        let files = run.files.len();
        let names = if run.names.is_empty() {
            String::new()
        } else {
            format!(", {}", run.names.join(", "))
        };
        let plural = if files == 1 { "" } else { "s" };
        writeln!(
            out,
            "{:>4}  {}  {state}  ({files} file{plural}{names})",
            run.id.to_string(),
            run.started
        )?;
    }
    Ok(())
}
