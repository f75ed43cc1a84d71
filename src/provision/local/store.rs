//! The encrypted file as a store like the others.

use super::content::Content;
use super::content::Record;
use super::{Changed, FOLDER, LocalStore, STORE};
use crate::manifest::Days;
use crate::provision::About;
use crate::provision::Address;
use crate::provision::Held;
use crate::provision::MANAGED_BY;
use crate::provision::Presence;
use crate::provision::ProvisionError;
use crate::provision::Store;
use crate::provision::Token;
use crate::provision::Version;
use crate::provision::Whereabouts;
use crate::seal::private;
use crate::secret::Secret;
use crate::secret::StoreKind;

impl Store for LocalStore<'_> {
    fn kind(&self) -> StoreKind {
        StoreKind::Local
    }

    fn width(&self) -> usize {
        1
    }

    fn whereabouts(&self) -> Result<Whereabouts, ProvisionError> {
        Ok(Whereabouts {
            account: None,
            region: None,
            address: Some(format!("{FOLDER}/{STORE}")),
            // Whoever opens the file: colleagues make the same plan of it.
            principal: None,
        })
    }

    fn ready(&self) -> Result<(), ProvisionError> {
        // The folder has a name that a run writes down, so a kill in between leaves nothing behind.
        if private::has_folder(&self.folder)? {
            private::check_writable(&self.folder)?;
        } else {
            private::check_makable(&self.folder)?;
        }
        self.listed()?;
        self.load()?;
        Ok(())
    }

    fn look(&self, at: &Address) -> Result<Presence, ProvisionError> {
        let content = self.load()?.unwrap_or_else(Content::empty);
        let name = at.name.as_str();
        let record = content.record(name);
        let Some(version) = content.version(name) else {
            let was_there = record.is_some_and(|it| it.removed.is_some());
            return Ok(if was_there {
                Presence::Removed
            } else {
                Presence::Absent
            });
        };
        let record = record.cloned().unwrap_or_default();
        let mut about = record.about;
        // Everything in the file is shield's.
        let (key, value) = MANAGED_BY;
        about.tags.insert(key.to_owned(), value.to_owned());
        Ok(Presence::Present(Box::new(Held {
            version: Some(version),
            previous: record.previous.map(|it| it.version),
            about,
            changed: record.changed,
            ..Held::default()
        })))
    }

    /// The names: the file has no paths.
    fn list(&self, _prefix: &str) -> Result<Vec<String>, ProvisionError> {
        self.names()
    }

    fn read(&self, at: &Address) -> Result<Option<Secret>, ProvisionError> {
        self.get(&at.name)
    }

    fn create(
        &self,
        at: &Address,
        value: &Secret,
        about: &About,
        token: &Token,
    ) -> Result<Version, ProvisionError> {
        let (name, version) = (at.name.as_str(), Version(token.0.clone()));
        self.change(|content| {
            let removed = |it: &Record| it.removed.is_some();
            match content.version(name) {
                Some(there) if there == version => return Ok(Changed::No),
                Some(_) => return Err(exists(at)),
                None if content.record(name).is_some_and(removed) => {
                    let path = at.path.clone();
                    return Err(ProvisionError::Removed { path });
                }
                None => {}
            }
            content.set(name, value, version.clone(), today());
            content.describe(name, about);
            Ok(Changed::Yes)
        })?;
        self.check(at, value)?;
        Ok(version)
    }

    fn replace(
        &self,
        at: &Address,
        value: &Secret,
        current: &Version,
        token: &Token,
    ) -> Result<Version, ProvisionError> {
        let (name, version) = (at.name.as_str(), Version(token.0.clone()));
        self.change(|content| match content.version(name) {
            Some(there) if there == version => Ok(Changed::No),
            Some(there) if there == *current => {
                content.set(name, value, version.clone(), today());
                Ok(Changed::Yes)
            }
            Some(_) => Err(changed(at)),
            None => Err(gone(content, at)),
        })?;
        self.check(at, value)?;
        Ok(version)
    }

    fn describe(&self, at: &Address, about: &About) -> Result<(), ProvisionError> {
        let name = at.name.as_str();
        self.change(|content| {
            if content.version(name).is_none() {
                return Err(gone(content, at));
            }
            content.describe(name, about);
            Ok(Changed::Yes)
        })
    }

    fn revert(
        &self,
        at: &Address,
        from: &Version,
        to: &Version,
        _token: &Token,
    ) -> Result<Version, ProvisionError> {
        let name = at.name.as_str();
        self.change(|content| match content.version(name) {
            Some(there) if there == *to => Ok(Changed::No),
            Some(there) if there == *from && content.revert(name, to, today()) => Ok(Changed::Yes),
            Some(_) => Err(changed(at)),
            None => Err(absent(at)),
        })?;
        Ok(to.clone())
    }

    /// For good only when it is taken out of the file: `recovery` has no end here.
    fn remove(&self, at: &Address, _recovery: Days) -> Result<(), ProvisionError> {
        self.change(|content| {
            content.remove(at.name.as_str());
            Ok(Changed::Yes)
        })
    }

    fn restore(&self, at: &Address) -> Result<(), ProvisionError> {
        let name = at.name.as_str();
        self.change(|content| {
            if content.version(name).is_some() {
                Ok(Changed::No)
            } else if content.restore(name) {
                Ok(Changed::Yes)
            } else {
                Err(absent(at))
            }
        })
    }
}

/// Somebody else was quicker.
fn changed(at: &Address) -> ProvisionError {
    ProvisionError::Changed {
        path: at.path.clone(),
    }
}

/// There is another one already.
fn exists(at: &Address) -> ProvisionError {
    ProvisionError::Exists {
        store: StoreKind::Local.title(),
        path: at.name.to_string(),
    }
}

/// There is none, or it was taken away.
fn gone(content: &Content, at: &Address) -> ProvisionError {
    let record = content.record(at.name.as_str());
    if record.is_some_and(|it| it.removed.is_some()) {
        let path = at.path.clone();
        return ProvisionError::Removed { path };
    }
    absent(at)
}

/// There is none.
fn absent(at: &Address) -> ProvisionError {
    ProvisionError::Absent {
        store: StoreKind::Local.title(),
        path: at.name.to_string(),
    }
}

/// The day it is.
pub(super) fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}
