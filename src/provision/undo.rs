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
/// # Errors
///
/// Fails before anything is changed when a value would be used again that was in the code.
pub fn undo(
    run: &Run,
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
        let result = step(begun, made.as_ref(), environment, store);
        if result.is_ok() {
            journal.undone(&begun.at.name)?;
        }
        all.push(Undone {
            at: begun.at.clone(),
            result,
        });
    }
    Ok(all)
}

/// Undoes a step, if the store still has what it has made.
fn step(
    begun: &Begun,
    made: Option<&Version>,
    environment: &Environment,
    store: &dyn Store,
) -> Result<&'static str, ProvisionError> {
    let at = &begun.at;
    let Presence::Present(held) = store.look(at)? else {
        return Ok("is not there any more");
    };
    let current = held.version.unwrap_or_default();
    // A step that was cut short may have been done all the same: the store knows its token.
    let own = made.map_or(&begun.token.0, |it| &it.0);
    let is_ours = current.0 == *own || current.0 == begun.token.0;
    let changed = || ProvisionError::Changed {
        path: at.path.clone(),
    };
    match begun.action {
        Action::Create if is_ours => {
            store.remove(at, environment.recovery)?;
            Ok("taken away; it can be had back")
        }
        Action::Create => Err(changed()),
        Action::AddVersion => match &begun.before {
            Some(before) if is_ours => {
                store.revert(at, &current, before, &Token::random())?;
                Ok("the value before is current again")
            }
            Some(before) if current == *before => Ok("was not changed"),
            Some(_) => Err(changed()),
            None => Ok("stays: there was no value before"),
        },
        Action::UpdateMetadata | Action::Adopt => {
            let about = begun.about.clone().unwrap_or_default();
            store.describe(at, &about)?;
            Ok("described as before")
        }
        Action::Restore => {
            store.remove(at, environment.recovery)?;
            Ok("marked for deletion again")
        }
        Action::InSync | Action::NoValue | Action::Foreign | Action::Removed => {
            Ok("was not changed")
        }
    }
}
