//! What every command of `shield provision` needs: the project, its manifest, its store.

use std::collections::BTreeSet;

use miette::Diagnostic;

use super::args::Place;
use crate::cli::scan::Trouble;
use crate::fix::Ledger;
use crate::manifest::Environment;
use crate::manifest::Manifest;
use crate::provision;
use crate::provision::Journals;
use crate::provision::Store;
use crate::seal::Identity;
use crate::secret::SecretName;
use crate::settings::Places;

/// Why a command cannot be carried out.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum DeskError {
    /// Nobody has said which environment is meant.
    #[error("which environment is meant?")]
    #[diagnostic(
        code(shield::provision::which),
        help("say --environment NAME; shield.secrets.yaml has {known}")
    )]
    Which {
        /// What there is.
        known: String,
    },
}

/// The project, its manifest and the user.
pub(super) struct Desk {
    pub(super) places: Places,
    pub(super) manifest: Manifest,
    pub(super) environment: Environment,
    pub(super) identity: Identity,
}

impl Desk {
    /// What `place` names.
    pub(super) fn open(place: &Place) -> Result<Self, Trouble> {
        let places = Places::find(&place.project)?;
        let manifest = Manifest::load(&places.root)?;
        let environment = match &place.environment {
            Some(name) => manifest.environment(name)?.clone(),
            None => only(&manifest)?,
        };
        // Who has no identity has no store that it opens; one is made when something is written.
        let identity = Identity::load(&places.identity)?.unwrap_or_else(Identity::generate);
        Ok(Self {
            places,
            manifest,
            environment,
            identity,
        })
    }

    /// Like [`Self::open`], for a command that writes: the user has an identity from now on.
    pub(super) fn open_to_write(place: &Place) -> Result<Self, Trouble> {
        let mut desk = Self::open(place)?;
        (desk.identity, _) = Identity::load_or_make(&desk.places.identity)?;
        Ok(desk)
    }

    /// The store of the environment.
    pub(super) fn store(&self) -> Result<Box<dyn Store + '_>, Trouble> {
        self.store_as(None)
    }

    /// The store of the environment, asked as a role of AWS.
    pub(super) fn store_as(&self, role: Option<&str>) -> Result<Box<dyn Store + '_>, Trouble> {
        let (environment, root) = (&self.environment, &self.places.root);
        Ok(provision::open(environment, root, &self.identity, role)?)
    }

    /// The journals of the project.
    pub(super) fn journals(&self) -> Journals {
        Journals::new(&self.places.state, &self.places.root)
    }

    /// The names whose values were in the code and are not replaced.
    pub(super) fn exposed(&self) -> Result<BTreeSet<SecretName>, Trouble> {
        let ledger = Ledger::load(&self.places.root)?;
        let names = ledger.pending();
        Ok(names
            .iter()
            .filter_map(|(_, it)| SecretName::of(&it.name))
            .collect())
    }
}

/// The only environment of a manifest.
fn only(manifest: &Manifest) -> Result<Environment, DeskError> {
    let mut all = manifest.environments.values();
    if let (Some(environment), None) = (all.next(), all.next()) {
        return Ok(environment.clone());
    }
    let known: Vec<&str> = manifest.environments.keys().map(String::as_str).collect();
    let known = if known.is_empty() {
        "none yet".to_owned()
    } else {
        known.join(", ")
    };
    Err(DeskError::Which { known })
}
