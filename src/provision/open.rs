//! From an environment to its store.

use std::path::Path;

#[cfg(feature = "aws")]
use super::{AwsSettings, AwsStore};
use super::{LocalStore, ProvisionError, Store};
#[cfg(feature = "vault")]
use super::{VaultSettings, VaultStore};
use crate::manifest::Environment;
use crate::seal::Identity;
use crate::secret::StoreKind;

/// The store of `environment`, for the project whose root is `root`; nothing is asked of it yet.
///
/// With a `role`, it is asked as who may do what that role of AWS may.
///
/// # Errors
///
/// Fails when the settings of the store do not go together, or this program was built without it.
pub fn open<'i>(
    environment: &Environment,
    root: &Path,
    identity: &'i Identity,
    role: Option<&str>,
) -> Result<Box<dyn Store + 'i>, ProvisionError> {
    if role.is_some() && environment.store != StoreKind::Aws {
        return Err(ProvisionError::Settings {
            store: environment.store.title(),
            reason: "it knows no roles of AWS".to_owned(),
            help: "leave --as-role out",
        });
    }
    match environment.store {
        StoreKind::Local => Ok(Box::new(LocalStore::new(root, identity))),
        #[cfg(feature = "aws")]
        StoreKind::Aws => Ok(Box::new(AwsStore::open(&AwsSettings {
            region: environment.region.clone(),
            role: role.map(str::to_owned),
        })?)),
        #[cfg(not(feature = "aws"))]
        StoreKind::Aws => Err(without(environment)),
        #[cfg(feature = "vault")]
        StoreKind::Vault => {
            let settings = VaultSettings::load(environment)?;
            Ok(Box::new(VaultStore::open(settings)?))
        }
        #[cfg(not(feature = "vault"))]
        StoreKind::Vault => Err(without(environment)),
    }
}

/// The error for a store that was left out.
#[cfg(not(all(feature = "aws", feature = "vault")))]
fn without(environment: &Environment) -> ProvisionError {
    ProvisionError::Settings {
        store: environment.store.title(),
        reason: "this shield was built without it".to_owned(),
        help: "build it with the feature `aws` or `vault`, which are on by default",
    }
}
