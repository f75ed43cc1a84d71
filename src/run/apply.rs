//! Carries out a plan: first the store, then the list of what has left the code, then the code.

use std::collections::BTreeSet;

use super::target::Vessel;
use super::{Applied, RunError};
use crate::fix;
use crate::fix::Archive;
use crate::fix::Exposure;
use crate::fix::FileFix;
use crate::fix::FixPlan;
use crate::fix::Ledger;
use crate::fix::Requires;
use crate::fix::template::Flavor;
use crate::fix::template::Template;
use crate::lang::Family;
use crate::lang::Language;
use crate::provision;
use crate::provision::LocalStore;
use crate::provision::ProvisionError;
use crate::provision::Receipt;
use crate::seal::Identity;
use crate::settings::Settings;

/// Stores the secrets of the plan, then writes its files.
pub(super) fn apply(
    plan: &FixPlan,
    exposures: &[Exposure<'_>],
    settings: &Settings,
) -> Result<Applied, RunError> {
    let places = &settings.places;
    let (identity, origin) = Identity::load_or_make(&places.identity)?;
    let vessel = Vessel::new(plan, settings, &identity)?;
    let archive = Archive::new(&places.state, &places.root, &identity)?;
    let mut ledger = Ledger::load(&places.root)?;
    let mut kept = vessel.files.clone();
    kept.push(Ledger::path_in(&places.root));
    let journal = fix::begin(plan, &kept, &archive)?;
    let stored = deposit(plan, &vessel).map_err(RunError::from);
    let stored = stored.and_then(|receipts| {
        ledger.add(exposures, &fix::today());
        ledger.save()?;
        Ok(receipts)
    });
    let receipts = match stored {
        Ok(receipts) => receipts,
        Err(error) => {
            journal.abandon()?;
            return Err(error);
        }
    };
    let written = fix::write(plan, journal)?;
    let local = LocalStore::new(&places.root, &identity);
    let others = local.others()?.iter().map(ToString::to_string).collect();
    Ok(Applied {
        receipts,
        written,
        identity: origin,
        others,
        hints: plan.hints.clone(),
        packages: packages(plan),
        due: exposures.iter().map(Exposure::due).collect(),
    })
}

/// Stores the secrets of the plan, one after the other; those before a failure stay stored.
fn deposit(plan: &FixPlan, vessel: &Vessel<'_>) -> Result<Vec<Receipt>, ProvisionError> {
    if plan.deposits.is_empty() {
        return Ok(Vec::new());
    }
    vessel.store.ready()?;
    let deposits = plan.deposits.iter();
    deposits
        .map(|it| {
            let (at, about) = (vessel.address(&it.name), vessel.about(&it.name));
            provision::put(it, &*vessel.store, &at, about)
        })
        .collect()
}

/// The packages that code needs to read the values that were taken out of it.
fn packages(plan: &FixPlan) -> BTreeSet<&'static str> {
    let captures = |it: &&FileFix| it.fixes.iter().any(|it| it.requires == Requires::Capture);
    plan.files
        .iter()
        .filter(captures)
        .filter_map(|it| Language::of_path(&it.path))
        .map(|it| match it.family() {
            Family::Python => Template::of(Flavor::Python).package,
            Family::EcmaScript => Template::of(Flavor::TypeScript).package,
        })
        .collect()
}
