//! `shield rotated`.

use jiff::Timestamp;

use super::Exit;
use super::args;
use super::scan::Trouble;
use super::terminal::say;
use crate::fix;
use crate::fix::Ledger;
use crate::provision::Rotations;
use crate::report::plain;
use crate::settings::Places;

/// Notes that secrets were replaced, or tells which wait for it.
pub(super) fn run(args: &args::Rotated) -> Result<Exit, Trouble> {
    let places = Places::find(&args.project)?;
    let mut ledger = Ledger::load(&places.root)?;
    let mut unknown = Vec::new();
    for name in &args.names {
        if !ledger.rotated(name, &fix::today()) {
            unknown.push(name);
        }
    }
    if !unknown.is_empty() {
        for name in unknown {
            say(&format!(
                "{name} does not wait to be rotated; nothing was changed"
            ));
        }
        return Ok(Exit::Trouble);
    }
    if !args.names.is_empty() {
        ledger.save()?;
        let mut rotations = Rotations::load(&places.root)?;
        let now = Timestamp::now();
        let ended = args.names.iter();
        // Whoever says so has gone through the steps, in every environment.
        let ended = ended.filter(|it| rotations.recorded(it, None, now)).count();
        if ended > 0 {
            rotations.save()?;
        }
    }
    let pending = ledger.pending();
    for (_, entry) in &pending {
        let (moved, history) = (&entry.moved, entry.history());
        let line = format!("{}  moved {moved}, in history: {history}", entry.name);
        say(&plain(&line));
    }
    if pending.is_empty() {
        say("No secret waits to be rotated.");
    }
    Ok(Exit::Clean)
}
