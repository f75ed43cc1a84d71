//! `HashiCorp` Vault and `OpenBao`, with a KV store of version 2.
//!
//! Vault numbers versions and takes a write only for the number that is current. It knows no
//! token of a write: whether one that is made again was done is told by the number, which is one
//! more than it was, and by the value.

mod api;
mod client;
mod glance;
mod lease;
mod login;
mod settings;
mod state;
mod value;

pub use settings::VaultSettings;

use std::fmt;

use serde_json::Value;
use serde_json::json;

use super::About;
use super::Address;
use super::Glimpse;
use super::Presence;
use super::ProvisionError;
use super::Store;
use super::Token;
use super::Version;
use super::Whereabouts;
use crate::manifest::Days;
use crate::secret::Secret;
use crate::secret::StoreKind;
use client::Client;
use state::Fate;
use state::State;
use state::version;

/// What messages call it.
const STORE: &str = "Vault";

/// How many calls are made at once.
const WIDTH: usize = 8;

/// A KV store of version 2.
pub struct VaultStore {
    client: Client,
}

impl fmt::Debug for VaultStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultStore")
            .field("settings", self.client.settings())
            .finish_non_exhaustive()
    }
}

impl VaultStore {
    /// The store that `settings` mean; nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// Fails when the certificates to trust cannot be read.
    pub fn open(settings: VaultSettings) -> Result<Self, ProvisionError> {
        let client = Client::new(settings)?;
        Ok(Self { client })
    }

    /// What Vault tells of a secret that has to be there, and can be read.
    fn present(&self, at: &Address) -> Result<State, ProvisionError> {
        let state = self.state(at)?.ok_or_else(|| absent(at))?;
        if state.fate(state.current) == Fate::Deleted {
            return Err(ProvisionError::Removed {
                path: at.path.clone(),
            });
        }
        Ok(state)
    }

    /// Whether the newest version has these fields.
    fn has_fields(
        &self,
        at: &Address,
        state: &State,
        fields: &Value,
    ) -> Result<bool, ProvisionError> {
        let found = self.fields(at, state.current)?;
        Ok(found.is_some_and(|it| value::is_same(&it, fields)))
    }

    /// Writes fields as the version after `number`, or sees that this was done.
    fn put(&self, at: &Address, fields: &Value, number: u64) -> Result<Version, ProvisionError> {
        if let Some(made) = self.write(at, fields, number)? {
            return Ok(version(made));
        }
        let state = self.present(at)?;
        if state.current == number + 1 && self.has_fields(at, &state, fields)? {
            return Ok(version(state.current));
        }
        Err(changed(at))
    }

    /// Sets what is known of a secret beside its value.
    fn set(&self, at: &Address, state: &State, about: &About) -> Result<(), ProvisionError> {
        if state.held().about == *about {
            return Ok(());
        }
        let custom = state.custom(about);
        self.write_metadata(at, &json!({ "custom_metadata": custom }))
    }
}

impl Store for VaultStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Vault
    }

    fn width(&self) -> usize {
        WIDTH
    }

    fn whereabouts(&self) -> Result<Whereabouts, ProvisionError> {
        let told = self.lookup()?;
        let name = told.get("display_name").and_then(Value::as_str);
        Ok(Whereabouts {
            account: None,
            region: None,
            address: Some(self.client.settings().address.clone()),
            principal: name.map(str::to_owned),
        })
    }

    fn ready(&self) -> Result<(), ProvisionError> {
        self.check_mount()
    }

    fn concern(&self) -> Option<String> {
        self.client.concern()
    }

    fn look(&self, at: &Address) -> Result<Presence, ProvisionError> {
        Ok(match self.state(at)? {
            None => Presence::Absent,
            Some(state) if state.fate(state.current) == Fate::Deleted => Presence::Removed,
            Some(state) => Presence::Present(Box::new(state.held())),
        })
    }

    fn glance(&self, places: &[Address]) -> Result<Vec<Glimpse>, ProvisionError> {
        self.glimpses(places)
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, ProvisionError> {
        self.below(prefix)
    }

    fn read(&self, at: &Address) -> Result<Option<Secret>, ProvisionError> {
        Ok(self.newest(at)?.as_ref().and_then(value::value))
    }

    /// An object is the same in any order of its fields: Vault keeps none.
    fn has(&self, at: &Address, value: &Secret) -> Result<bool, ProvisionError> {
        let found = self.newest(at)?;
        Ok(found.is_some_and(|it| value::is_same(&it, &value::fields(value))))
    }

    fn create(
        &self,
        at: &Address,
        value: &Secret,
        about: &About,
        _token: &Token,
    ) -> Result<Version, ProvisionError> {
        self.check(at, about)?;
        let fields = value::fields(value);
        let exists = || ProvisionError::Exists {
            store: STORE,
            path: at.path.clone(),
        };
        let state = self.state(at)?.unwrap_or_default();
        if state.fate(state.current) == Fate::Deleted {
            return Err(ProvisionError::Removed {
                path: at.path.clone(),
            });
        }
        let is_done = state.current == 1 && self.has_fields(at, &state, &fields)?;
        if state.current != 0 && !is_done {
            return Err(exists());
        }
        // Before the value: who is stopped in between has left nothing that is nobody's.
        self.set(at, &state, about)?;
        if is_done || self.write(at, &fields, 0)?.is_some() {
            return Ok(version(1));
        }
        let newer = self.present(at)?;
        if newer.current == 1 && self.has_fields(at, &newer, &fields)? {
            return Ok(version(1));
        }
        Err(exists())
    }

    fn replace(
        &self,
        at: &Address,
        value: &Secret,
        current: &Version,
        _token: &Token,
    ) -> Result<Version, ProvisionError> {
        let state = self.present(at)?;
        let number = if current.0.is_empty() {
            // The newest version is gone for good, or there was none.
            let is_done = state.live().is_some();
            state.current.saturating_sub(u64::from(is_done))
        } else {
            current.0.parse().map_err(|_not| changed(at))?
        };
        if current.0.is_empty() && state.fate(number) != Fate::Gone {
            return Err(changed(at));
        }
        self.put(at, &value::fields(value), number)
    }

    fn describe(&self, at: &Address, about: &About) -> Result<(), ProvisionError> {
        self.check(at, about)?;
        self.set(at, &self.present(at)?, about)
    }

    fn revert(
        &self,
        at: &Address,
        from: &Version,
        to: &Version,
        _token: &Token,
    ) -> Result<Version, ProvisionError> {
        let number = |it: &Version| it.0.parse().map_err(|_not| changed(at));
        let (from, to): (u64, u64) = (number(from)?, number(to)?);
        let state = self.present(at)?;
        if state.current < from || state.current > from.saturating_add(1) {
            return Err(changed(at));
        }
        let fields = self.fields(at, to)?.ok_or_else(|| {
            let help = "Vault keeps ten versions, if it is not told otherwise";
            api::refused(&at.path, "the version before is gone", help)
        })?;
        self.put(at, &fields, from)
    }

    fn remove(&self, at: &Address, _recovery: Days) -> Result<(), ProvisionError> {
        let state = self.state(at)?;
        if state.is_none_or(|it| it.live().is_none()) {
            return Ok(());
        }
        self.delete(at)
    }

    fn restore(&self, at: &Address) -> Result<(), ProvisionError> {
        let state = self.state(at)?.ok_or_else(|| absent(at))?;
        match state.fate(state.current) {
            Fate::Live => Ok(()),
            Fate::Deleted => self.undelete(at, state.current),
            Fate::Gone => Err(absent(at)),
        }
    }
}

/// The error for a secret that is not there.
fn absent(at: &Address) -> ProvisionError {
    ProvisionError::Absent {
        store: STORE,
        path: at.path.clone(),
    }
}

/// The error for a version that is not current any more.
fn changed(at: &Address) -> ProvisionError {
    ProvisionError::Changed {
        path: at.path.clone(),
    }
}
