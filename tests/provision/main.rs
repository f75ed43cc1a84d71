//! A run that is stopped at any call goes on to the same end.

mod flaky;

use std::error::Error;
use std::fmt::Write as _;

use flaky::{Flaky, Moment};
use shield::manifest::Manifest;
use shield::provision;
use shield::provision::Address;
use shield::provision::EnvFile;
use shield::provision::Journals;
use shield::provision::LocalStore;
use shield::provision::Made;
use shield::provision::ProvisionError;
use shield::provision::Source;
use shield::provision::Sources;
use shield::provision::Store;
use shield::provision::Wishes;
use shield::seal::Identity;
use shield::secret::Deposit;
use shield::secret::Secret;
use shield::secret::SecretName;

/// What no journal may have.
const CANARY: &str = "rosebud-1941";

/// How many secrets a run makes.
const SECRETS: usize = 14;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A project with a store, on disk.
struct Bench {
    folder: tempfile::TempDir,
    identity: Identity,
    manifest: Manifest,
    sources: Sources,
}

impl Bench {
    fn new() -> Result<Self> {
        let mut manifest =
            "schema: 1\napp: shop\nenvironments:\n  development: { backend: local }\nsecrets:\n"
                .to_owned();
        let mut values = String::new();
        for number in 0..SECRETS {
            writeln!(manifest, "  - name: key-{number}")?;
            writeln!(values, "KEY_{number}={CANARY}-{number}")?;
        }
        Ok(Self {
            folder: tempfile::tempdir()?,
            identity: Identity::generate(),
            manifest: Manifest::parse("it", &manifest)?,
            sources: Sources {
                all: vec![Source::EnvFile(EnvFile::parse("it", &values)?)],
            },
        })
    }

    fn store(&self) -> LocalStore<'_> {
        LocalStore::new(self.folder.path(), &self.identity)
    }

    fn journals(&self) -> Journals {
        Journals::new(&self.folder.path().join("state"), self.folder.path())
    }

    /// Plans and applies; tells whether all was done.
    fn apply(&self, store: &dyn Store, wishes: &Wishes) -> Result<bool> {
        let environment = self.manifest.environment("development")?;
        let plan = provision::plan(&self.manifest, environment, store, &self.sources, wishes)?;
        if plan.changes().next().is_none() {
            return Ok(true);
        }
        let journal = self.journals().begin(&plan)?;
        let effects = provision::apply(&plan, &self.manifest, store, &self.sources, &journal)?;
        let done = |it: &provision::Effect| matches!(it.result, Ok(Made::Done | Made::Unchanged));
        Ok(effects.iter().all(done))
    }

    /// Every value as it should be, and nothing else.
    fn check(&self) -> Result<()> {
        let store = self.store();
        assert_eq!(store.names()?.len(), SECRETS);
        for number in 0..SECRETS {
            let name = SecretName::of(&format!("key-{number}")).ok_or("no name")?;
            let wanted = Secret::new(format!("{CANARY}-{number}"));
            assert_eq!(store.read(&Address::of_name(&name))?, Some(wanted));
        }
        Ok(())
    }

    /// No journal has a value in it.
    fn search(&self) -> Result<()> {
        for entry in walkdir::WalkDir::new(self.folder.path()) {
            let entry = entry?;
            if entry.file_type().is_file() {
                let text = String::from_utf8_lossy(&std::fs::read(entry.path())?).into_owned();
                assert!(!text.contains(CANARY), "{}", entry.path().display());
            }
        }
        Ok(())
    }
}

/// All names, to be given new values.
fn all() -> Wishes {
    let names = (0..SECRETS).filter_map(|it| SecretName::of(&format!("key-{it}")));
    Wishes {
        update: names.collect(),
        ..Wishes::default()
    }
}

#[test]
fn a_store_that_keeps_something_else_is_found_out() -> Result<()> {
    let bench = Bench::new()?;
    let name = SecretName::of("key-0").ok_or("no name")?;
    let at = Address::of_name(&name);
    let deposit = Deposit {
        name,
        value: Secret::new(CANARY.to_owned()),
        labels: Vec::new(),
    };
    let store = Flaky::new(bench.store(), usize::MAX, Moment::Garbled);
    let kept = provision::put(&deposit, &store, &at, None);
    assert!(matches!(kept, Err(ProvisionError::Unverified(_))));
    Ok(())
}

#[test]
fn a_run_that_is_stopped_at_any_call_goes_on_to_the_same_end() -> Result<()> {
    let mut stops = 0;
    for moment in [Moment::Before, Moment::After] {
        for call in 0.. {
            let bench = Bench::new()?;
            let flaky = Flaky::new(bench.store(), call, moment);
            let whole = bench.apply(&flaky, &Wishes::default()).unwrap_or(false);
            if !flaky.has_failed() {
                assert!(whole);
                break;
            }
            stops += 1;
            // The same command again; then once more, which changes nothing.
            assert!(bench.apply(&bench.store(), &Wishes::default())?);
            bench.check()?;
            let runs = bench.journals().runs()?.len();
            assert!(bench.apply(&bench.store(), &Wishes::default())?);
            assert_eq!(bench.journals().runs()?.len(), runs);
            bench.search()?;
        }
    }
    assert!(stops >= 85, "only {stops} calls");
    Ok(())
}

#[test]
fn new_values_that_were_stopped_half_way_are_all_new_in_the_end() -> Result<()> {
    let mut stops = 0;
    for moment in [Moment::Before, Moment::After] {
        for call in 0.. {
            let bench = Bench::new()?;
            let store = bench.store();
            for name in &all().update {
                let token = provision::Token::random();
                let about = provision::About {
                    tags: [("ManagedBy".to_owned(), "shield".to_owned())].into(),
                    ..provision::About::default()
                };
                let old = Secret::new("old".to_owned());
                store.create(&Address::of_name(name), &old, &about, &token)?;
            }
            let flaky = Flaky::new(bench.store(), call, moment);
            let whole = bench.apply(&flaky, &all()).unwrap_or(false);
            if !flaky.has_failed() {
                assert!(whole);
                break;
            }
            stops += 1;
            assert!(bench.apply(&bench.store(), &all())?);
            bench.check()?;
            // Everything that the run has done can be undone, whoever was stopped when.
            let run = bench
                .journals()
                .runs()?
                .into_iter()
                .next()
                .ok_or("no run")?;
            let environment = bench.manifest.environment("development")?;
            let journal = bench.journals().reopen(&run)?;
            let accept = provision::Exposed::Accept;
            let undone = provision::undo((&run, &[]), environment, &store, &accept, &journal)?;
            assert!(undone.iter().all(|it| it.result.is_ok()), "{undone:?}");
            for name in &all().update {
                let value = store.read(&Address::of_name(name))?;
                assert_eq!(
                    value,
                    Some(Secret::new("old".to_owned())),
                    "{name} at {call}"
                );
            }
        }
    }
    assert!(stops >= 100, "only {stops} calls");
    Ok(())
}
