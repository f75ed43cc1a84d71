//! `shield recover`.

use super::Exit;
use super::args;
use super::rollback;
use super::scan::Trouble;
use super::tell;
use super::terminal::say;
use crate::fix;
use crate::fix::Archive;
use crate::fix::End;
use crate::fix::Recovered;
use crate::fix::Way;
use crate::seal::Identity;
use crate::settings::Places;

/// Brings a run that was stopped half-way to an end.
pub(super) fn run(args: &args::Recover) -> Result<Exit, Trouble> {
    let places = Places::find(&args.project)?;
    let (identity, _) = Identity::load_or_make(&places.identity)?;
    let archive = Archive::new(&places.state, &places.root, &identity)?;
    let way = match (args.finish, args.undo) {
        (true, _) => Way::Finish,
        (false, true) => Way::Undo,
        (false, false) => Way::Best,
    };
    Ok(match fix::recover(way, &archive)? {
        None => {
            say("No run was stopped half-way; there is nothing to recover.");
            Exit::Clean
        }
        Some(Recovered::Finished(finished)) => {
            tell::finished(&finished, &places);
            let left = finished.files.iter().any(|it| it.end == End::Changed);
            if left { Exit::Undone } else { Exit::Clean }
        }
        Some(Recovered::Undone(undone)) => {
            tell::undone(&undone, &places);
            rollback::exit(&[undone])
        }
    })
}
