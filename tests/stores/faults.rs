//! What goes wrong is told apart, and what is done again is done once.

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::provision::ProvisionError;
use shield::provision::Token;
use shield::secret::StoreKind;

use crate::bench::Bench;
use crate::bench::Check;
use crate::bench::about;
use crate::bench::fails;
use crate::bench::same;
use crate::bench::value;
use crate::servers::Double;

/// A fault, and the error that it is.
type Fault = (&'static str, Check);

/// What stays wrong, however often it is tried.
const AWS_LASTING: [Fault; 9] = [
    (
        "denied",
        |it| matches!(it, ProvisionError::Denied { action, .. } if action.starts_with("secretsmanager:")),
    ),
    (
        "key-denied",
        |it| matches!(it, ProvisionError::Denied { action, .. } if action.starts_with("kms:")),
    ),
    ("key-disabled", |it| {
        matches!(it, ProvisionError::Refused { .. })
    }),
    ("unauthenticated", |it| {
        matches!(it, ProvisionError::Unauthenticated { .. })
    }),
    ("expired", |it| {
        matches!(it, ProvisionError::Unauthenticated { .. })
    }),
    ("throttled", |it| {
        matches!(it, ProvisionError::Throttled { .. })
    }),
    ("unavailable", |it| {
        matches!(it, ProvisionError::Unavailable { .. })
    }),
    ("half-closed", |it| {
        matches!(it, ProvisionError::Unavailable { .. })
    }),
    ("reset", |it| {
        matches!(it, ProvisionError::Unavailable { .. })
    }),
];

/// What passes when it is tried again, which the store does by itself.
const AWS_PASSING: [&str; 6] = [
    "throttled",
    "unavailable",
    "broken",
    "half-closed",
    "reset",
    "slow",
];

const VAULT_LASTING: [Fault; 6] = [
    ("denied", |it| matches!(it, ProvisionError::Denied { .. })),
    ("400", |it| matches!(it, ProvisionError::Refused { .. })),
    ("429", |it| matches!(it, ProvisionError::Throttled { .. })),
    ("503", |it| matches!(it, ProvisionError::Unavailable { .. })),
    ("half-closed", |it| {
        matches!(it, ProvisionError::Unavailable { .. })
    }),
    ("reset", |it| {
        matches!(it, ProvisionError::Unavailable { .. })
    }),
];

const VAULT_PASSING: [&str; 6] = ["429", "412", "503", "half-closed", "reset", "slow"];

/// The tests of failures.
pub(crate) fn trials(kind: StoreKind, double: &Double) -> Vec<Trial> {
    let (lasting, passing): (&[Fault], &[&str]) = match kind {
        StoreKind::Aws => (&AWS_LASTING, &AWS_PASSING),
        StoreKind::Vault => (&VAULT_LASTING, &VAULT_PASSING),
        StoreKind::Local => (&[], &[]),
    };
    let mut trials = Vec::new();
    for &(fault, is_right) in lasting {
        let double = double.clone();
        let name = format!("{}/fault_{fault}", kind.word());
        trials.push(Trial::test(name, move || {
            let bench = Bench::new(kind, &double, &format!("lasting-{fault}"))?;
            lasts(&bench, &double, fault, is_right)
        }));
    }
    for &fault in passing {
        let double = double.clone();
        let name = format!("{}/fault_{fault}_passes", kind.word());
        trials.push(Trial::test(name, move || {
            let bench = Bench::new(kind, &double, &format!("passing-{fault}"))?;
            passes(&bench, &double, fault)
        }));
    }
    trials
}

/// A fault that stays is told as what it is; when it is over, the same write is done once.
fn lasts(
    bench: &Bench,
    double: &Double,
    kind: &'static str,
    is_right: Check,
) -> Result<(), Failed> {
    let at = bench.at("key")?;
    let token = Token::random();
    let failing = |work: &dyn Fn() -> Result<(), ProvisionError>| {
        double.fail(Some(kind), None)?;
        let result = work();
        double.fail(None, None)?;
        fails(result, is_right)
    };
    failing(&|| {
        bench
            .store
            .create(&at, &value("a"), &about(), &token)
            .map(drop)
    })?;
    let first = bench.store.create(&at, &value("a"), &about(), &token)?;
    same(&bench.held(&at)?.version, &Some(first.clone()))?;
    let other = Token::random();
    failing(&|| {
        bench
            .store
            .replace(&at, &value("b"), &first, &other)
            .map(drop)
    })?;
    let second = bench.store.replace(&at, &value("b"), &first, &other)?;
    let held = bench.held(&at)?;
    same(&held.version, &Some(second))?;
    same(&held.previous, &Some(first))?;
    same(&bench.store.read(&at)?, &Some(value("b")))
}

/// A fault that passes is not seen.
fn passes(bench: &Bench, double: &Double, kind: &'static str) -> Result<(), Failed> {
    let at = bench.at("key")?;
    double.fail(Some(kind), Some(1))?;
    let first = bench
        .store
        .create(&at, &value("a"), &about(), &Token::random())?;
    double.fail(Some(kind), Some(1))?;
    let second = bench
        .store
        .replace(&at, &value("b"), &first, &Token::random())?;
    double.fail(None, None)?;
    let held = bench.held(&at)?;
    same(&held.version, &Some(second))?;
    same(&held.previous, &Some(first))
}
