//! The store that a run puts values into.

use std::path::PathBuf;

use super::RunError;
use crate::fix::FixPlan;
use crate::manifest;
use crate::manifest::Environment;
use crate::manifest::Manifest;
use crate::provision;
use crate::provision::About;
use crate::provision::Address;
use crate::provision::LocalStore;
use crate::provision::ProvisionError;
use crate::provision::Store;
use crate::seal::Identity;
use crate::secret::SecretName;
use crate::secret::StoreKind;
use crate::settings::Settings;
use crate::settings::Target;

/// The environment that has its name when nothing else is said.
const DEVELOPMENT: &str = "development";

/// A store, and where it keeps what.
pub(super) struct Vessel<'i> {
    pub(super) store: Box<dyn Store + 'i>,
    /// Files that storing a secret makes or changes.
    pub(super) files: Vec<PathBuf>,
    place: Option<(Manifest, Environment)>,
}

impl<'i> Vessel<'i> {
    /// The store that `settings` name, once `plan` is carried out.
    pub(super) fn new(
        plan: &FixPlan,
        settings: &Settings,
        identity: &'i Identity,
    ) -> Result<Self, RunError> {
        let root = &settings.places.root;
        let Target::Environment { store: kind, name } = &settings.target else {
            let local = LocalStore::new(root, identity);
            return Ok(Self {
                files: local.paths().to_vec(),
                store: Box::new(local),
                place: None,
            });
        };
        let manifest = planned(plan, settings)?;
        let environment = environment(&manifest, name.as_deref())?;
        if environment.store != *kind {
            return Err(ProvisionError::Settings {
                store: kind.title(),
                reason: format!("{} has {}", environment.name, environment.store.title()),
                help: "name another environment of shield.secrets.yaml with --environment",
            }
            .into());
        }
        let files = match kind {
            StoreKind::Local => LocalStore::new(root, identity).paths().to_vec(),
            StoreKind::Aws | StoreKind::Vault => Vec::new(),
        };
        let store = provision::open(&environment, root, identity, None)?;
        provision::guard(&environment, &store.whereabouts()?)?;
        Ok(Self {
            store,
            files,
            place: Some((manifest, environment)),
        })
    }

    /// What the store shall know of the secret `name`, where the manifest says it.
    pub(super) fn about(&self, name: &SecretName) -> Option<About> {
        let (manifest, environment) = self.place.as_ref()?;
        provision::about(manifest, environment, name)
    }

    /// Where the secret `name` is kept.
    pub(super) fn address(&self, name: &SecretName) -> Address {
        match &self.place {
            None => Address::of_name(name),
            Some((manifest, environment)) => Address {
                name: name.clone(),
                path: manifest.path_of(&environment.name, name),
            },
        }
    }
}

/// The manifest as it is once `plan` is carried out.
fn planned(plan: &FixPlan, settings: &Settings) -> Result<Manifest, RunError> {
    let path = settings.places.root.join(manifest::FILE_NAME);
    let is_manifest = |it: &std::path::Path| it.ends_with(manifest::FILE_NAME);
    let made = plan.companions.iter().find(|it| is_manifest(&it.file));
    Ok(match made {
        Some(made) => Manifest::parse(&path.display().to_string(), &made.after)?,
        None => Manifest::load(&settings.places.root)?,
    })
}

/// The environment of that name; without one, the only one, or development.
fn environment(manifest: &Manifest, name: Option<&str>) -> Result<Environment, RunError> {
    let mut all = manifest.environments.values();
    let only = match (name, all.next(), all.next()) {
        (None, Some(only), None) => Some(only),
        _ => None,
    };
    Ok(match only {
        Some(only) => only.clone(),
        None => manifest.environment(name.unwrap_or(DEVELOPMENT))?.clone(),
    })
}
