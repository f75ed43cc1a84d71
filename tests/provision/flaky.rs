//! A store whose connection is lost at one call.

use std::sync::atomic::{AtomicUsize, Ordering};

use shield::manifest::Days;
use shield::provision::About;
use shield::provision::Address;
use shield::provision::LocalStore;
use shield::provision::Presence;
use shield::provision::ProvisionError;
use shield::provision::Store;
use shield::provision::Token;
use shield::provision::Version;
use shield::provision::Whereabouts;
use shield::secret::Secret;
use shield::secret::StoreKind;

/// When the connection is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before the call has arrived.
    Before,
    /// After it was carried out, before the answer.
    After,
    /// Never: what it is told to keep is cut short on the way.
    Garbled,
}

/// A store whose connection is lost at one call, and stays lost.
pub(crate) struct Flaky<'i> {
    inner: LocalStore<'i>,
    calls: AtomicUsize,
    last: usize,
    moment: Moment,
}

impl<'i> Flaky<'i> {
    pub(crate) fn new(inner: LocalStore<'i>, last: usize, moment: Moment) -> Self {
        Self {
            inner,
            calls: AtomicUsize::new(0),
            last,
            moment,
        }
    }

    /// Whether the connection was lost.
    pub(crate) fn has_failed(&self) -> bool {
        self.calls.load(Ordering::Relaxed) > self.last
    }

    fn call<T>(
        &self,
        make: impl FnOnce(&LocalStore<'i>) -> Result<T, ProvisionError>,
    ) -> Result<T, ProvisionError> {
        let lost = || ProvisionError::Unavailable {
            store: "the store",
            reason: "the connection was lost".to_owned(),
        };
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        if number > self.last || number == self.last && self.moment == Moment::Before {
            return Err(lost());
        }
        let result = make(&self.inner)?;
        if number == self.last {
            return Err(lost());
        }
        Ok(result)
    }
}

impl Store for Flaky<'_> {
    fn kind(&self) -> StoreKind {
        self.inner.kind()
    }

    fn width(&self) -> usize {
        1
    }

    fn whereabouts(&self) -> Result<Whereabouts, ProvisionError> {
        self.call(Store::whereabouts)
    }

    fn ready(&self) -> Result<(), ProvisionError> {
        self.call(Store::ready)
    }

    fn look(&self, at: &Address) -> Result<Presence, ProvisionError> {
        self.call(|it| it.look(at))
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, ProvisionError> {
        self.call(|it| it.list(prefix))
    }

    fn read(&self, at: &Address) -> Result<Option<Secret>, ProvisionError> {
        self.call(|it| it.read(at))
    }

    fn create(
        &self,
        at: &Address,
        value: &Secret,
        about: &About,
        token: &Token,
    ) -> Result<Version, ProvisionError> {
        let cut = Secret::new("cut short".to_owned());
        let kept = match self.moment {
            Moment::Before | Moment::After => value,
            Moment::Garbled => &cut,
        };
        self.call(|it| it.create(at, kept, about, token))
    }

    fn replace(
        &self,
        at: &Address,
        value: &Secret,
        current: &Version,
        token: &Token,
    ) -> Result<Version, ProvisionError> {
        self.call(|it| it.replace(at, value, current, token))
    }

    fn describe(&self, at: &Address, about: &About) -> Result<(), ProvisionError> {
        self.call(|it| it.describe(at, about))
    }

    fn revert(
        &self,
        at: &Address,
        from: &Version,
        to: &Version,
        token: &Token,
    ) -> Result<Version, ProvisionError> {
        self.call(|it| it.revert(at, from, to, token))
    }

    fn remove(&self, at: &Address, recovery: Days) -> Result<(), ProvisionError> {
        self.call(|it| it.remove(at, recovery))
    }

    fn restore(&self, at: &Address) -> Result<(), ProvisionError> {
        self.call(|it| it.restore(at))
    }
}
