//! Stores that secrets are moved to.

mod error;
pub mod local;
mod store;

pub use error::ProvisionError;
pub use local::LocalStore;
pub use store::{
    About, Address, Held, MANAGED_BY, Presence, Store, Token, Turning, Version, Whereabouts,
};

use std::collections::BTreeSet;

use crate::secret::Deposit;
use crate::secret::SecretName;
use crate::secret::StoreKind;

/// A store that secrets are moved to.
pub trait Provisioner {
    /// Checks that the store can be written to, before anything is changed.
    ///
    /// # Errors
    ///
    /// Fails when the store is locked, or cannot be reached or written.
    fn ready(&self) -> Result<(), ProvisionError>;

    /// The names among `deposits` that the store has with another value.
    ///
    /// # Errors
    ///
    /// Fails when the store cannot be read.
    fn conflicts(&self, deposits: &[Deposit]) -> Result<BTreeSet<SecretName>, ProvisionError>;

    /// Stores a secret and reads it back; storing the same value again changes nothing.
    ///
    /// # Errors
    ///
    /// Fails when another value has the name: it is never overwritten.
    fn put(&self, deposit: &Deposit) -> Result<Receipt, ProvisionError>;
}

/// What became of a deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The store that has it now.
    pub store: StoreKind,
    /// The name it has there.
    pub name: SecretName,
    /// Whether it was new.
    pub outcome: Outcome,
}

/// Whether a deposit was new to its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was stored.
    Created,
    /// It was there already, with the same value.
    Unchanged,
}

/// Stores `deposits` one after the other.
///
/// # Errors
///
/// Fails at the first that cannot be stored; those before it stay stored.
pub fn store(
    deposits: &[Deposit],
    provisioner: &dyn Provisioner,
) -> Result<Vec<Receipt>, ProvisionError> {
    if deposits.is_empty() {
        return Ok(Vec::new());
    }
    provisioner.ready()?;
    deposits.iter().map(|it| provisioner.put(it)).collect()
}
