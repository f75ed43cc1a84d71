//! What has to be done so that a store has what the manifest asks for; changes nothing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use super::schedule::{keep, scheduled};
use super::survey::survey;
use super::{
    About, Address, Held, MANAGED_BY, Presence, ProvisionError, Sources, Store, Version,
    Whereabouts,
};
use crate::manifest::Entry;
use crate::manifest::Environment;
use crate::manifest::Manifest;
use crate::manifest::label;
use crate::secret::SecretName;
use crate::secret::StoreKind;

/// The version of the form of plans in files.
const SCHEMA: u32 = 1;

/// What has to be done in an environment; names and places, never a value.
///
/// Two plans are equal when the manifest asks for the same, the store has the same versions and
/// values come from the same places: so a plan that is made again tells whether one is stale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    schema: u32,
    /// The environment, in full: `production`.
    pub environment: String,
    /// The kind of its store.
    pub store: StoreKind,
    /// Where the store is, and as whom it was asked.
    pub at: Whereabouts,
    /// What was asked for beside the manifest.
    pub wishes: Wishes,
    /// One step for each secret, in the order of the manifest.
    pub steps: Vec<Step>,
}

/// What may be done to secrets that are there; nothing is, if nobody asks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    /// These get a new value.
    #[serde(with = "names")]
    pub update: BTreeSet<SecretName>,
    /// These are looked after from now on, whoever has made them.
    #[serde(with = "names")]
    pub adopt: BTreeSet<SecretName>,
    /// These are had back.
    #[serde(with = "names")]
    pub restore: BTreeSet<SecretName>,
    /// The store replaces the values of these by itself, now.
    #[serde(with = "names", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub turn: BTreeSet<SecretName>,
}

/// What has to be done for a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The secret.
    pub at: Address,
    /// What is done.
    pub action: Action,
    /// Where its value comes from: `.env:14`.
    pub origin: Option<String>,
    /// The version that was current when the plan was made.
    pub seen: Option<Version>,
    /// What the store shall know of it.
    pub about: About,
    /// What of that it does not know yet, in words.
    pub changes: Vec<String>,
}

/// What is done for a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Nothing: all is as it should be.
    InSync,
    /// It is made.
    Create,
    /// It gets a new value.
    AddVersion,
    /// Its description, labels, key or copies are set.
    UpdateMetadata,
    /// The store replaces its value by itself.
    Turn,
    /// It gets the label of shield.
    Adopt,
    /// It is had back.
    Restore,
    /// Nothing can be done: there is no value for it.
    NoValue,
    /// Nothing may be done: somebody else has made it.
    Foreign,
    /// Nothing may be done: it is marked for deletion.
    Removed,
}

impl Action {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::InSync => "in sync",
            Self::Create => "create",
            Self::AddVersion => "add version",
            Self::UpdateMetadata => "update metadata",
            Self::Turn => "rotate",
            Self::Adopt => "adopt",
            Self::Restore => "restore",
            Self::NoValue | Self::Foreign | Self::Removed => "blocked",
        }
    }

    /// What keeps it from being done, and what to do about that.
    #[must_use]
    pub fn obstacle(self) -> Option<&'static str> {
        match self {
            Self::NoValue => {
                Some("there is no value for it; name a source, such as --from-env-file")
            }
            Self::Foreign => Some("it was made by somebody else; --adopt NAME takes it over"),
            Self::Removed => Some("it is marked for deletion; --restore NAME has it back"),
            Self::InSync
            | Self::Create
            | Self::AddVersion
            | Self::UpdateMetadata
            | Self::Turn
            | Self::Adopt
            | Self::Restore => None,
        }
    }

    /// Whether something is done.
    #[must_use]
    pub fn is_change(self) -> bool {
        self != Self::InSync && self.obstacle().is_none()
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Plan {
    /// The steps that change something.
    pub fn changes(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|it| it.action.is_change())
    }

    /// The steps that something keeps from being done.
    pub fn blocked(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|it| it.action.obstacle().is_some())
    }
}

/// Compares the store with the manifest.
///
/// # Errors
///
/// Fails when the store is not the one that the manifest means, or does not tell what it has.
pub fn plan(
    manifest: &Manifest,
    environment: &Environment,
    store: &dyn Store,
    sources: &Sources,
    wishes: &Wishes,
) -> Result<Plan, ProvisionError> {
    let whereabouts = store.whereabouts()?;
    guard(environment, &whereabouts)?;
    unknown(manifest, wishes)?;
    let entries = manifest.secrets.iter().map(|entry| {
        let path = manifest.path_of(&environment.name, &entry.name);
        let name = entry.name.clone();
        (Address { name, path }, entry)
    });
    let entries: Vec<_> = entries.collect();
    let place = (manifest, environment);
    let steps = survey(
        store,
        &entries,
        |(at, entry), presence| Ok(step(place, (entry, at.clone()), presence, sources, wishes)),
        |step| step.action == Action::InSync,
    )?;
    Ok(Plan {
        schema: SCHEMA,
        environment: environment.name.clone(),
        store: store.kind(),
        at: whereabouts,
        wishes: wishes.clone(),
        steps,
    })
}

/// Fails when the store is in another account or region than the manifest says.
///
/// # Errors
///
/// See above; nothing has been changed then.
pub fn guard(environment: &Environment, at: &Whereabouts) -> Result<(), ProvisionError> {
    let pairs = [
        ("account", &environment.account, &at.account),
        ("region", &environment.region, &at.region),
    ];
    for (what, wanted, found) in pairs {
        let Some(wanted) = wanted else { continue };
        if found.as_ref() != Some(wanted) {
            return Err(ProvisionError::WrongPlace {
                what,
                environment: environment.name.clone(),
                wanted: wanted.clone(),
                found: found.clone().unwrap_or_else(|| "none".to_owned()),
            });
        }
    }
    Ok(())
}

/// Fails when a wish is for a secret that the manifest does not have.
fn unknown(manifest: &Manifest, wishes: &Wishes) -> Result<(), ProvisionError> {
    let all = wishes
        .update
        .iter()
        .chain(&wishes.adopt)
        .chain(&wishes.restore)
        .chain(&wishes.turn);
    let mut all = all.filter(|it| manifest.secret(it).is_none());
    all.next()
        .map_or(Ok(()), |it| Err(ProvisionError::Unlisted(it.clone())))
}

/// What has to be done for one secret.
fn step(
    place: (&Manifest, &Environment),
    (entry, at): (&Entry, Address),
    presence: Presence,
    sources: &Sources,
    wishes: &Wishes,
) -> Step {
    let mut about = wanted(place, entry);
    let origin = sources.origin(entry);
    let with_value = |action| match origin {
        Some(_) => action,
        None => Action::NoValue,
    };
    let mut changes = Vec::new();
    let mut seen = None;
    let action = match presence {
        Presence::Absent => with_value(Action::Create),
        Presence::Removed if wishes.restore.contains(&at.name) => Action::Restore,
        Presence::Removed => Action::Removed,
        Presence::Present(held) => {
            let is_local = place.1.store == StoreKind::Local;
            keep(&mut about, &held.about, entry);
            if !is_local {
                changes = differences(&held.about, &about);
            }
            seen.clone_from(&held.version);
            let is_managed = held.about.is_managed();
            if !is_managed && !wishes.adopt.contains(&at.name) {
                Action::Foreign
            } else if wishes.turn.contains(&at.name) {
                Action::Turn
            } else if held.version.is_none() || wishes.update.contains(&at.name) {
                with_value(Action::AddVersion)
            } else if !is_managed {
                Action::Adopt
            } else if changes.is_empty() {
                Action::InSync
            } else {
                Action::UpdateMetadata
            }
        }
    };
    let takes_value = matches!(action, Action::Create | Action::AddVersion);
    Step {
        at,
        action,
        origin: origin.filter(|_| takes_value),
        seen,
        about,
        changes,
    }
}

/// What the store of `environment` shall know of the secret `name`; nothing of one that the manifest
/// does not have.
#[must_use]
pub fn about(manifest: &Manifest, environment: &Environment, name: &SecretName) -> Option<About> {
    let entry = manifest.secret(name)?;
    Some(wanted((manifest, environment), entry))
}

/// What the store shall know of a secret.
fn wanted((manifest, environment): (&Manifest, &Environment), entry: &Entry) -> About {
    let (key, value) = MANAGED_BY;
    let mut tags: BTreeMap<String, String> = environment.tags.clone();
    tags.insert(key.to_owned(), value.to_owned());
    tags.insert("App".to_owned(), manifest.app.clone());
    tags.insert("Environment".to_owned(), environment.name.clone());
    tags.insert(
        "Sensitivity".to_owned(),
        entry.sensitivity.as_str().to_owned(),
    );
    if let Some(owner) = &entry.owner {
        tags.insert("Owner".to_owned(), label(owner));
    }
    let mut replicas = environment.replicas.clone();
    replicas.sort();
    About {
        description: entry.description.clone(),
        tags,
        key: environment.kms_key.clone(),
        replicas,
        schedule: scheduled(environment, entry),
    }
}

/// What a store has to be told, in words; labels of others are none of it.
fn differences(has: &About, wanted: &About) -> Vec<String> {
    let mut changes = Vec::new();
    if has.description != wanted.description {
        changes.push("description".to_owned());
    }
    for (key, value) in &wanted.tags {
        if has.tags.get(key) != Some(value) {
            changes.push(format!("label {key}={value}"));
        }
    }
    if wanted.key.as_deref().is_some_and(|it| !has.has_key(it)) {
        changes.push("key".to_owned());
    }
    let missing = wanted
        .replicas
        .iter()
        .filter(|it| !has.replicas.contains(it));
    changes.extend(missing.map(|it| format!("copy in {it}")));
    if let Some(schedule) = &wanted.schedule
        && has.schedule.as_ref() != Some(schedule)
    {
        let days = schedule
            .every
            .map_or(String::new(), |it| format!(" every {it} days"));
        changes.push(format!("rotation{days}"));
    }
    changes
}

/// Whether a secret is as the manifest says, beside its value; in words what is not.
#[must_use]
pub(super) fn drift(
    manifest: &Manifest,
    environment: &Environment,
    entry: &Entry,
    held: &Held,
) -> Vec<String> {
    let mut about = wanted((manifest, environment), entry);
    keep(&mut about, &held.about, entry);
    differences(&held.about, &about)
}

/// Names as texts.
mod names {
    use std::collections::BTreeSet;

    use serde::Deserialize as _;
    use serde::Deserializer;
    use serde::Serializer;
    use serde::de::Error as _;

    use crate::secret::SecretName;

    pub(super) fn serialize<S: Serializer>(
        names: &BTreeSet<SecretName>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(names.iter().map(SecretName::as_str))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeSet<SecretName>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let names = texts.iter().map(|it| SecretName::of(it));
        names
            .collect::<Option<_>>()
            .ok_or_else(|| D::Error::custom("not a name"))
    }
}
