//! From an environment to its store.

use std::path::Path;

#[cfg(feature = "aws")]
use super::{AwsSettings, AwsStore};
use super::{LocalStore, ProvisionError, Store};
#[cfg(feature = "vault")]
use super::{VaultSettings, VaultStore};
use crate::manifest::Environment;
use crate::seal::Identity;
use crate::secret::Secret;
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
        return Err(no_roles(environment));
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

/// What AWS is asked by, by the variable that programs read it from.
pub type Credentials = Vec<(&'static str, Secret)>;

/// What a role of AWS is asked by, as the variables that programs read.
///
/// # Errors
///
/// Fails when the role may not be taken on, or the store of `environment` knows no roles.
#[cfg_attr(
    not(feature = "aws"),
    expect(unused_variables, reason = "without AWS there are no roles")
)]
pub fn credentials(environment: &Environment, role: &str) -> Result<Credentials, ProvisionError> {
    match environment.store {
        #[cfg(feature = "aws")]
        StoreKind::Aws => AwsStore::open(&AwsSettings {
            region: environment.region.clone(),
            role: Some(role.to_owned()),
        })?
        .credentials(),
        #[cfg(not(feature = "aws"))]
        StoreKind::Aws => Err(without(environment)),
        StoreKind::Local | StoreKind::Vault => Err(no_roles(environment)),
    }
}

/// The error for a store that knows no roles.
fn no_roles(environment: &Environment) -> ProvisionError {
    ProvisionError::Settings {
        store: environment.store.title(),
        reason: "it knows no roles of AWS".to_owned(),
        help: "leave --as-role out",
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
