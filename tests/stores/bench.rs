//! What the tests of one store have at hand.

use std::fmt::Debug;

use libtest_mimic::Failed;
use shield::manifest::Manifest;
use shield::provision::About;
use shield::provision::Address;
use shield::provision::AwsSettings;
use shield::provision::AwsStore;
use shield::provision::Held;
use shield::provision::LocalStore;
use shield::provision::MANAGED_BY;
use shield::provision::Presence;
use shield::provision::ProvisionError;
use shield::provision::Store;
use shield::provision::Token;
use shield::provision::VaultSettings;
use shield::provision::VaultStore;
use shield::seal::Identity;
use shield::secret::Secret;
use shield::secret::SecretName;
use shield::secret::StoreKind;

use crate::servers::Double;

/// What every value has in it, and nothing that is printed.
pub(crate) const CANARY: &str = concat!("plum-harbor", "-canary");

/// A store, and what its tests have to know of it.
pub(crate) struct Bench {
    /// The store.
    pub(crate) store: Box<dyn Store>,
    /// Part of the paths, so that no test sees what another one has made.
    pub(crate) place: String,
    /// The most bytes that it takes, where there is a limit.
    pub(crate) limit: Option<usize>,
    /// The server that stands in for it, where it is on one.
    pub(crate) double: Option<Double>,
    /// Where it lies, where it is a file.
    _folder: Option<tempfile::TempDir>,
}

impl Bench {
    /// A store, for the test of that name.
    pub(crate) fn new(kind: StoreKind, double: &Double, place: &str) -> Result<Self, Failed> {
        let mut folder = None;
        let (store, limit): (Box<dyn Store>, _) = match kind {
            StoreKind::Aws => (Box::new(aws()?), Some(65_536)),
            StoreKind::Vault => {
                let token = (TOKEN.0, double.token.as_str());
                (Box::new(vault(&double.address, &[token])?), None)
            }
            StoreKind::Local => {
                let own = folder.insert(tempfile::tempdir()?);
                // A store does not outlive its identity, and this one lives as long as the test.
                let identity = Box::leak(Box::new(Identity::generate()));
                (Box::new(LocalStore::new(own.path(), identity)), None)
            }
        };
        Ok(Self {
            store,
            place: place.replace('_', "-"),
            limit,
            double: double.is_double().then(|| double.clone()),
            _folder: folder,
        })
    }

    /// A place in the store for the secret of that name.
    pub(crate) fn at(&self, name: &str) -> Result<Address, Failed> {
        let name = SecretName::of(name).ok_or("no name")?;
        let path = format!("/shop/{}/{name}", self.place);
        Ok(Address { name, path })
    }

    /// What is there, which has to be something.
    pub(crate) fn held(&self, at: &Address) -> Result<Held, Failed> {
        match self.store.look(at)? {
            Presence::Present(held) => Ok(*held),
            other @ (Presence::Absent | Presence::Removed) => Err(format!("{other:?}").into()),
        }
    }

    /// A secret that was made just now, and its version.
    pub(crate) fn made(&self, name: &str, text: &str) -> Result<(Address, Held), Failed> {
        let at = self.at(name)?;
        self.store
            .create(&at, &value(text), &about(), &Token::random())?;
        let held = self.held(&at)?;
        Ok((at, held))
    }
}

/// AWS in the region of the tests.
pub(crate) fn aws() -> Result<AwsStore, Failed> {
    Ok(AwsStore::open(&AwsSettings {
        region: Some("eu-central-1".to_owned()),
        role: None,
    })?)
}

/// The token that may do everything.
pub(crate) const TOKEN: (&str, &str) = ("VAULT_TOKEN", "root");

/// Vault at an address, with more of what its settings read.
pub(crate) fn vault(address: &str, more: &[(&str, &str)]) -> Result<VaultStore, Failed> {
    let text = "schema: 1\napp: shop\nenvironments:\n  production:\n    backend: vault\n";
    let manifest = Manifest::parse("shield.secrets.yaml", text)?;
    let variable = |name: &str| {
        let set = [&[("VAULT_ADDR", address)], more].concat();
        let mut found = set.into_iter().filter(|it| it.0 == name);
        found.next().map(|it| it.1.to_owned())
    };
    let settings = VaultSettings::of(manifest.environment("production")?, &variable)?;
    Ok(VaultStore::open(settings)?)
}

/// A value like no other.
pub(crate) fn value(text: &str) -> Secret {
    Secret::new(format!("{CANARY}-{text}"))
}

/// What a secret of shield has beside its value.
pub(crate) fn about() -> About {
    let (key, label) = MANAGED_BY;
    About {
        description: "for tests".to_owned(),
        tags: [(key.to_owned(), label.to_owned())].into(),
        ..About::default()
    }
}

/// What is thought of an error.
pub(crate) type Check = fn(&ProvisionError) -> bool;

/// The error that was to come, and has nothing of a value in any of its forms.
pub(crate) fn fails<T: Debug>(
    result: Result<T, ProvisionError>,
    is_right: Check,
) -> Result<(), Failed> {
    let error = match result {
        Ok(done) => return Err(format!("done: {done:?}").into()),
        Err(error) => error,
    };
    let plain = format!("{error} {error:?}");
    let right = is_right(&error);
    let shown = format!("{plain} {:?}", miette::Report::new(error));
    if shown.contains(CANARY) {
        return Err("a value in an error".into());
    }
    if right { Ok(()) } else { Err(plain.into()) }
}

/// Whether two things are equal.
pub(crate) fn same<T: PartialEq + Debug>(found: &T, wanted: &T) -> Result<(), Failed> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{found:?} instead of {wanted:?}").into())
    }
}
