//! Undoes a run, newest step first.

use std::collections::BTreeSet;

use super::journal::Begun;
use super::{Action, Address, Journal, Presence, ProvisionError, Run, Store, Token, Version};
use crate::manifest::Environment;
use crate::secret::SecretName;

/// Whether values may be used again that were in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exposed {
    /// They may not; these are the names.
    Refuse(BTreeSet<SecretName>),
    /// They may.
    Accept,
}

/// What undoing a step came to.
#[derive(Debug)]
pub struct Undone {
    /// The secret.
    pub at: Address,
    /// What was done about it, or why nothing was.
    pub result: Result<&'static str, ProvisionError>,
}

/// Undoes the steps of `run`; what somebody else has changed since stays, and is told.
///
/// A value that was brought back when a run of `later` was undone counts as what it was.
///
/// # Errors
///
/// Fails before anything is changed when a value would be used again that was in the code.
pub fn undo(
    (run, later): (&Run, &[Run]),
    environment: &Environment,
    store: &dyn Store,
    exposed: &Exposed,
    journal: &Journal,
) -> Result<Vec<Undone>, ProvisionError> {
    if let Exposed::Refuse(names) = exposed {
        let brings_back = |it: &&(Begun, Option<Version>)| {
            it.0.action == Action::AddVersion && it.0.before.is_some()
        };
        let mut back = run.steps.iter().filter(brings_back);
        if let Some((begun, _)) = back.find(|(it, _)| names.contains(&it.at.name)) {
            return Err(ProvisionError::Exposed(begun.at.name.clone()));
        }
    }
    store.ready()?;
    let mut all = Vec::new();
    for (begun, made) in run.steps.iter().rev() {
        let result = step(begun, (made.as_ref(), later), environment, store);
        let back = result.as_ref().map(|(_, back)| back.clone());
        if let Ok(back) = back {
            journal.undone(&begun.at.name, back)?;
        }
        let result = result.map(|(what, _)| what);
        all.push(Undone {
            at: begun.at.clone(),
            result,
        });
    }
    Ok(all)
}

/// What was done about a step, and the version that was brought back with what it is called now.
type Step = (&'static str, Option<(Version, Version)>);

/// Undoes a step, if the store still has what it has made.
fn step(
    begun: &Begun,
    (made, later): (Option<&Version>, &[Run]),
    environment: &Environment,
    store: &dyn Store,
) -> Result<Step, ProvisionError> {
    let at = &begun.at;
    let Presence::Present(held) = store.look(at)? else {
        return Ok(("is not there any more", None));
    };
    let there = held.version.unwrap_or_default();
    let current = origin(at, &there, later);
    // A step that was cut short may have been done all the same: the store knows its token.
    let own = made.map_or(&begun.token.0, |it| &it.0);
    let is_ours = current.0 == *own || current.0 == begun.token.0;
    let changed = || ProvisionError::Changed {
        path: at.path.clone(),
    };
    let what = match begun.action {
        Action::Create if is_ours => {
            store.remove(at, environment.recovery)?;
            "taken away; it can be had back"
        }
        Action::Create => return Err(changed()),
        Action::AddVersion => match (&begun.before, made) {
            (None, _) => "stays: there was no value before",
            (Some(before), _) if current == *before => "was not changed",
            // It may have been brought back by a part of this that was stopped: the store knows.
            (Some(before), Some(made)) if !is_ours => {
                let now = store.revert(at, made, before, &Token::random())?;
                return Ok(back(now, before));
            }
            (Some(before), _) if is_ours => {
                let now = store.revert(at, &there, before, &Token::random())?;
                return Ok(back(now, before));
            }
            (Some(_), _) => return Err(changed()),
        },
        Action::UpdateMetadata | Action::Adopt => {
            let about = begun.about.clone().unwrap_or_default();
            store.describe(at, &about)?;
            "described as before"
        }
        Action::Turn => "stays: its new value is in use where the store has set it",
        Action::Restore => {
            store.remove(at, environment.recovery)?;
            "marked for deletion again"
        }
        Action::InSync | Action::NoValue | Action::Foreign | Action::Removed => "was not changed",
    };
    Ok((what, None))
}

/// That `before` is current again, and is called `now`.
fn back(now: Version, before: &Version) -> Step {
    let back = (before.clone(), now);
    ("the value before is current again", Some(back))
}

/// The version that `there` was before it was brought back under another name.
fn origin(at: &Address, there: &Version, later: &[Run]) -> Version {
    let back = later.iter().flat_map(|it| &it.back);
    let mut same = back.filter(|(name, _, is)| name == at.name.as_str() && is == there);
    same.next_back()
        .map_or_else(|| there.clone(), |(_, was, _)| was.clone())
}
