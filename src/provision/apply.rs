//! Carries out a plan.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use super::journal::Begun;
use super::schedule;
use super::together::together;
use super::{Action, Journal, Plan, Presence, ProvisionError, Sources, Step, Store, Version};
use crate::manifest::Entry;
use crate::manifest::Manifest;
use crate::secret::Secret;
use crate::secret::SecretName;

/// What became of a step.
#[derive(Debug)]
pub struct Effect {
    /// The secret.
    pub name: SecretName,
    /// What was to be done.
    pub action: Action,
    /// What was done, or why not.
    pub result: Result<Made, ProvisionError>,
}

/// What was done for a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// What the plan says.
    Done,
    /// Nothing: the store has the value already.
    Unchanged,
    /// Nothing: another step failed before.
    NotBegun,
}

/// Makes the changes of `plan`, and tells for each what became of it.
///
/// After a failure no further call is made; what was done stays, and is not done twice by the
/// next run.
///
/// # Errors
///
/// Fails when the journal cannot be written; then nothing more has been changed.
pub fn apply(
    plan: &Plan,
    manifest: &Manifest,
    store: &dyn Store,
    sources: &Sources,
    journal: &Journal,
) -> Result<Vec<Effect>, ProvisionError> {
    let steps: Vec<&Step> = plan.changes().collect();
    if !steps.is_empty() {
        store.ready()?;
    }
    settle(plan, manifest, store, sources, journal)?;
    let stopped = AtomicBool::new(false);
    let effects = together(store.width(), &steps, |step| {
        let result = if stopped.load(Ordering::Relaxed) {
            Ok(Made::NotBegun)
        } else {
            carry_out(step, manifest, store, sources, journal)
        };
        if result.is_err() {
            stopped.store(true, Ordering::Relaxed);
        }
        Effect {
            name: step.at.name.clone(),
            action: step.action,
            result,
        }
    });
    if effects.iter().all(|it| it.result.is_ok()) {
        journal.close()?;
    }
    Ok(effects)
}

/// Notes what a part of the run that was stopped has done and not noted, so that it can be undone.
///
/// # Errors
///
/// Fails when the store does not tell, or the journal cannot be written.
pub fn settle(
    plan: &Plan,
    manifest: &Manifest,
    store: &dyn Store,
    sources: &Sources,
    journal: &Journal,
) -> Result<(), ProvisionError> {
    for begun in journal.open_calls() {
        let found = plan.steps.iter().find(|it| it.at == begun.at);
        let seen = found.and_then(|it| it.seen.clone());
        let Some(seen) = seen.filter(|it| Some(it) != begun.before.as_ref()) else {
            continue;
        };
        // Not every store knows tokens; then the value tells.
        let is_done = seen.0 == begun.token.0 || {
            let entry = manifest.secret(&begun.at.name);
            let value = entry.map(|it| sources.value(it)).transpose()?.flatten();
            match value {
                Some(value) => store.has(&begun.at, &value)?,
                None => false,
            }
        };
        if is_done {
            journal.done(&begun.at.name, Some(seen))?;
        }
    }
    Ok(())
}

/// Makes the change of one step.
fn carry_out(
    step: &Step,
    manifest: &Manifest,
    store: &dyn Store,
    sources: &Sources,
    journal: &Journal,
) -> Result<Made, ProvisionError> {
    let at = &step.at;
    let entry = manifest
        .secret(&at.name)
        .ok_or_else(|| ProvisionError::Unlisted(at.name.clone()))?;
    let takes_value = matches!(step.action, Action::Create | Action::AddVersion);
    let value = takes_value.then(|| value_of(entry, sources)).transpose()?;
    // Equal values are no change: a plan that is applied twice makes none.
    if let (Action::AddVersion, Some(_), Some(new)) = (step.action, &step.seen, &value)
        && store.has(at, new)?
    {
        return Ok(Made::Unchanged);
    }
    let about = match store.look(at)? {
        Presence::Present(held) => Some(held.about),
        Presence::Absent | Presence::Removed => None,
    };
    let action = journal.goes_on(step);
    let token = journal.token(at, action);
    journal.begin(Begun {
        at: at.clone(),
        action,
        token: token.clone(),
        before: step.seen.clone(),
        about,
    })?;
    let version = match (action, value) {
        (Action::Create, Some(value)) => {
            Some(schedule::create(store, at, &value, &step.about, &token)?)
        }
        (Action::AddVersion, Some(value)) => {
            let seen = step.seen.clone().unwrap_or_default();
            let version = store.replace(at, &value, &seen, &token)?;
            if !step.changes.is_empty() {
                store.describe(at, &step.about)?;
            }
            Some(version)
        }
        (Action::Turn, _) => {
            if !step.changes.is_empty() {
                store.describe(at, &step.about)?;
            }
            store.turn(at, &token)?;
            Some(Version(token.0))
        }
        (Action::Restore, _) => {
            store.restore(at)?;
            None
        }
        // Metadata: what is no change at all never comes here.
        (_, _) => {
            store.describe(at, &step.about)?;
            step.seen.clone()
        }
    };
    journal.done(&at.name, version)?;
    Ok(Made::Done)
}

/// The value that `entry` gets.
fn value_of(entry: &Entry, sources: &Sources) -> Result<Secret, ProvisionError> {
    let value = sources.value(entry)?;
    value.ok_or_else(|| ProvisionError::Stale {
        what: format!("there is no value for {} any more", entry.name),
    })
}
