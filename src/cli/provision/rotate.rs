//! `shield provision rotate`: a new value in the place of an old one, now or every so often.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use miette::IntoDiagnostic as _;

use super::answer;
use super::args;
use super::args::Place;
use super::change;
use super::desk::Desk;
use super::sources;
use super::steps;
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::cli::terminal::say;
use crate::manifest;
use crate::manifest::Days;
use crate::manifest::Entry;
use crate::manifest::Manifest;
use crate::provision;
use crate::provision::About;
use crate::provision::Address;
use crate::provision::Held;
use crate::provision::Presence;
use crate::provision::ProvisionError;
use crate::provision::Sources;
use crate::provision::Store;
use crate::provision::Wishes;
use crate::secret::SecretName;
use crate::secret::StoreKind;
use crate::settings::Places;

/// How often, and with which pauses, it is looked whether the store is done.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(1_500);

/// Does what the flags say: one step of the rotation of a secret.
pub(super) fn run(args: &args::Rotate) -> Result<Exit, Trouble> {
    let name = &args.name;
    if let Some(days) = args.step.schedule {
        return schedule(name, &args.place, days);
    }
    if args.step.revoked {
        return steps::revoked(args);
    }
    if args.step.fresh.is_any() {
        return replace(args);
    }
    let desk = Desk::open(&args.place)?;
    let entry = listed(&desk.manifest, name)?;
    let method = entry.rotation.as_ref().map(|it| &it.method);
    if args.step.now && method.is_some_and(manifest::Method::is_by_store) {
        turn(args)
    } else if args.step.now {
        steps::begin(&desk, entry)
    } else {
        steps::guide(&desk, entry)
    }
}

pub(super) fn listed<'m>(
    manifest: &'m Manifest,
    name: &SecretName,
) -> Result<&'m Entry, ProvisionError> {
    let unlisted = || ProvisionError::Unlisted(name.clone());
    manifest.secret(name).ok_or_else(unlisted)
}

/// Sets in the manifest how often a secret is replaced.
fn schedule(name: &SecretName, place: &Place, days: Days) -> Result<Exit, Trouble> {
    let places = Places::find(&place.project)?;
    let (before, text) = Manifest::load_with_text(&places.root)?;
    listed(&before, name)?;
    let path = places.root.join(manifest::FILE_NAME);
    match manifest::set_interval(&text, name, days)? {
        None => say(&format!("{name} is to be replaced every {days} already.")),
        Some(text) => {
            answer::replace(&path, &text)?;
            let file = manifest::FILE_NAME;
            say(&format!("{name} is to be replaced every {days}: {file}"));
        }
    }
    let manifest = Manifest::load(&places.root)?;
    let entry = listed(&manifest, name)?;
    let rotation = entry.rotation.as_ref();
    if rotation.is_some_and(|it| it.method.is_by_store()) {
        for environment in manifest.environments.values() {
            if environment.store != StoreKind::Aws {
                continue;
            }
            let called = &environment.name;
            say(&format!(
                "AWS is told by `shield provision apply --environment {called}`"
            ));
            let missing = provision::unscheduled(environment, entry, &About::default());
            if let Some(missing) = missing {
                say(&format!(
                    "note     {called}, unless AWS knows it: {missing}"
                ));
            }
        }
    }
    Ok(Exit::Clean)
}

/// Stores a new value.
fn replace(args: &args::Rotate) -> Result<Exit, Trouble> {
    let name = &args.name;
    let desk = Desk::open_to_write(&args.place)?;
    let entry = listed(&desk.manifest, name)?;
    let wishes = Wishes {
        update: BTreeSet::from([name.clone()]),
        ..Wishes::default()
    };
    let store = desk.store()?;
    let all = vec![sources::fresh(&args.step.fresh, entry)?];
    let (exit, is_done) = change_one((&desk, &*store), name, &wishes, &Sources { all })?;
    if !is_done {
        return Ok(exit);
    }
    let held = held(&desk, &*store, name)?;
    if let Some(version) = held.and_then(|it| it.version) {
        steps::replaced(&desk, entry, &version)?;
    }
    Ok(exit)
}

/// Has the store replace the value by itself.
fn turn(args: &args::Rotate) -> Result<Exit, Trouble> {
    let name = &args.name;
    let desk = Desk::open_to_write(&args.place)?;
    let entry = listed(&desk.manifest, name)?;
    let wishes = Wishes {
        turn: BTreeSet::from([name.clone()]),
        ..Wishes::default()
    };
    let store = desk.store()?;
    let before = held(&desk, &*store, name)?.and_then(|it| it.version);
    let (exit, is_done) = change_one((&desk, &*store), name, &wishes, &Sources::default())?;
    if !is_done {
        return Ok(exit);
    }
    for _ in 0..LOOKS {
        let found = held(&desk, &*store, name)?;
        let Some(held) = found.filter(|it| it.version != before && it.version.is_some()) else {
            thread::sleep(PAUSE);
            continue;
        };
        say(&format!(
            "{name} has a new value, where it is used as well."
        ));
        // Whether the old one is good for nothing any more is for a person to say.
        if let (true, Some(version)) = (desk.exposed()?.contains(name), held.version) {
            steps::replaced(&desk, entry, &version)?;
        }
        return Ok(exit);
    }
    say("The store is still at it; `shield provision status` tells when it stands still.");
    Ok(Exit::Undone)
}

/// Makes one change; tells whether it was made.
fn change_one(
    (desk, store): (&Desk, &dyn Store),
    name: &SecretName,
    wishes: &Wishes,
    sources: &Sources,
) -> Result<(Exit, bool), Trouble> {
    let mut manifest = desk.manifest.clone();
    manifest.secrets.retain(|it| it.name == *name);
    let plan = provision::plan(&manifest, &desk.environment, store, sources, wishes)?;
    if plan.changes().next().is_none() {
        answer::plan(&plan, args::TableFormat::Text).into_diagnostic()?;
        return Ok((Exit::Undone, false));
    }
    Ok((change::carry_out((desk, store), &plan, sources)?, true))
}

/// What the store tells of a secret.
pub(super) fn held(
    desk: &Desk,
    store: &dyn Store,
    name: &SecretName,
) -> Result<Option<Box<Held>>, ProvisionError> {
    let at = Address {
        name: name.clone(),
        path: desk.manifest.path_of(&desk.environment.name, name),
    };
    Ok(match store.look(&at)? {
        Presence::Present(held) => Some(held),
        Presence::Absent | Presence::Removed => None,
    })
}
