//! `shield rollback`.

use super::Exit;
use super::args;
use super::scan::Trouble;
use super::tell;
use crate::fix;
use crate::fix::Archive;
use crate::fix::RunState;
use crate::seal::Identity;
use crate::settings::Places;

/// Undoes a run, byte for byte.
pub(super) fn run(args: &args::Rollback) -> Result<Exit, Trouble> {
    let places = Places::find(&args.project)?;
    let (identity, _) = Identity::load_or_make(&places.identity)?;
    let archive = Archive::new(&places.state, &places.root, &identity)?;
    let undone = fix::rollback(args.run, &archive)?;
    tell::undone(&undone, &places);
    Ok(match undone.state {
        RunState::Undone => Exit::Clean,
        RunState::PartlyUndone | RunState::Done | RunState::NotBegun | RunState::Unfinished => {
            Exit::Undone
        }
    })
}
