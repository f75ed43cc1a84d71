//! How a store is to replace values by itself, as the manifest says.

use super::{About, Address, ProvisionError, Schedule, Store, Token, Version};
use crate::manifest::Entry;
use crate::manifest::Environment;
use crate::manifest::Method;
use crate::secret::Secret;
use crate::secret::StoreKind;

/// Makes a secret, and has the store replace it by itself where `about` says so.
///
/// # Errors
///
/// Fails as [`Store::create`] and [`Store::describe`] do; after the latter the secret is there.
pub(super) fn create(
    store: &dyn Store,
    at: &Address,
    value: &Secret,
    about: &About,
    token: &Token,
) -> Result<Version, ProvisionError> {
    let version = store.create(at, value, about, token)?;
    if about.schedule.is_some() {
        store.describe(at, about)?;
    }
    Ok(version)
}

/// How AWS replaces it, where the manifest says by which function.
pub(super) fn scheduled(environment: &Environment, entry: &Entry) -> Option<Schedule> {
    let rotation = entry.rotation.as_ref()?;
    let (Method::Lambda(name) | Method::Hosted(name)) = &rotation.method else {
        return None;
    };
    let function = environment.functions.get(name)?;
    Some(Schedule {
        every: Some(rotation.every?.0),
        function: Some(function.clone()),
    })
}

/// Takes over what the store does already: the function that nobody has named here, and all of it
/// where the manifest leaves it to others.
pub(super) fn keep(about: &mut About, has: &About, entry: &Entry) {
    if about.schedule.is_some() {
        return;
    }
    about.schedule.clone_from(&has.schedule);
    let by_store = entry.rotation.as_ref();
    let by_store = by_store.filter(|it| it.method.is_by_store());
    if let (Some(schedule), Some(rotation)) = (&mut about.schedule, by_store) {
        schedule.every = rotation.every.map(|it| it.0).or(schedule.every);
    }
}

/// What is missing for the store to replace `entry` by itself, where the manifest asks for it.
#[must_use]
pub fn unscheduled(environment: &Environment, entry: &Entry, about: &About) -> Option<String> {
    let rotation = entry.rotation.as_ref()?;
    let is_known = about.schedule.is_some() || scheduled(environment, entry).is_some();
    if environment.store != StoreKind::Aws || is_known {
        return None;
    }
    match &rotation.method {
        Method::Lambda(name) | Method::Hosted(name) => Some(if rotation.every.is_none() {
            format!("AWS does not replace it: say how often, `every: 30d` beside {name}")
        } else {
            format!(
                "AWS does not replace it: the ARN of its function is missing; write \
                 `functions: {{ {name}: 'arn:aws:lambda:…' }}` below {}",
                environment.name
            )
        }),
        Method::ManagedExternal(partner) => Some(format!(
            "AWS does not replace it: turn its rotation on in AWS, with the role for {partner}"
        )),
        Method::Manual | Method::ProviderApi => None,
    }
}
