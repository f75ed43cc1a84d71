//! Secrets on their way from the code to a store.

use std::collections::BTreeSet;

use super::schedule;
use super::{About, Address, Held, MANAGED_BY, Presence, ProvisionError, Store, Token, Version};
use crate::secret::Deposit;
use crate::secret::SecretName;
use crate::secret::StoreKind;

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

/// The names among `deposits` that the store has with another value.
///
/// `place` says where each is kept.
///
/// # Errors
///
/// Fails when the store cannot be read.
pub fn conflicts(
    deposits: &[Deposit],
    store: &dyn Store,
    place: &dyn Fn(&SecretName) -> Address,
) -> Result<BTreeSet<SecretName>, ProvisionError> {
    let mut names = BTreeSet::new();
    for deposit in deposits {
        let at = place(&deposit.name);
        match store.look(&at)? {
            Presence::Absent => {}
            Presence::Present(held) if is_open(&held) => {}
            Presence::Present(_) if store.has(&at, &deposit.value)? => {}
            Presence::Present(_) | Presence::Removed => {
                names.insert(deposit.name.clone());
            }
        }
    }
    Ok(names)
}

/// Stores a secret and reads it back; storing the same value again changes nothing.
///
/// A new one is told `about` itself; where that is nothing, what is known of the deposit.
///
/// # Errors
///
/// Fails when another value has the name: it is never overwritten.
pub fn put(
    deposit: &Deposit,
    store: &dyn Store,
    at: &Address,
    about: Option<About>,
) -> Result<Receipt, ProvisionError> {
    let receipt = |outcome| Receipt {
        store: store.kind(),
        name: deposit.name.clone(),
        outcome,
    };
    let conflict = || ProvisionError::Conflict(deposit.name.clone());
    let token = Token::random();
    let made = match store.look(at)? {
        Presence::Absent => {
            let (key, value) = MANAGED_BY;
            let about = about.unwrap_or_else(|| About {
                description: deposit.labels.join(", "),
                tags: [(key.to_owned(), value.to_owned())].into(),
                ..About::default()
            });
            schedule::create(store, at, &deposit.value, &about, &token)
        }
        Presence::Present(held) if is_open(&held) => {
            store.replace(at, &deposit.value, &Version::default(), &token)
        }
        Presence::Present(_) if store.has(at, &deposit.value)? => {
            return Ok(receipt(Outcome::Unchanged));
        }
        Presence::Present(_) => return Err(conflict()),
        Presence::Removed => {
            let path = at.path.clone();
            return Err(ProvisionError::Removed { path });
        }
    };
    match made {
        Err(ProvisionError::Exists { .. } | ProvisionError::Changed { .. }) => {
            return Err(conflict());
        }
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    if store.has(at, &deposit.value)? {
        Ok(receipt(Outcome::Created))
    } else {
        Err(ProvisionError::Unverified(deposit.name.clone()))
    }
}

/// Whether a secret waits for its first value, and is shield's.
fn is_open(held: &Held) -> bool {
    held.version.is_none() && held.about.is_managed()
}
