//! What goes wrong is told apart, and what is done again is done once.

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::provision::AwsSettings;
use shield::provision::AwsStore;
use shield::provision::ProvisionError;
use shield::provision::Store as _;
use shield::provision::Token;

use crate::bench::Bench;
use crate::bench::about;
use crate::bench::fails;
use crate::bench::same;
use crate::bench::value;
use crate::servers;

/// A fault, and the error that it is.
type Fault = (&'static str, fn(&ProvisionError) -> bool);

/// What stays wrong, however often it is tried.
const LASTING: [Fault; 9] = [
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
const PASSING: [&str; 6] = [
    "throttled",
    "unavailable",
    "broken",
    "half-closed",
    "reset",
    "slow",
];

/// The tests of failures.
pub(crate) fn trials(proxy: &str) -> Vec<Trial> {
    let lasting = LASTING.map(|(kind, is_right)| {
        let proxy = proxy.to_owned();
        Trial::test(format!("aws/fault_{kind}"), move || {
            lasts(&proxy, kind, is_right)
        })
    });
    let passing = PASSING.map(|kind| {
        let proxy = proxy.to_owned();
        Trial::test(format!("aws/fault_{kind}_passes"), move || {
            passes(&proxy, kind)
        })
    });
    let mut trials = Vec::from(lasting);
    trials.extend(passing);
    trials.push(Trial::test(
        "aws/the_guard_sees_account_and_region",
        whereabouts,
    ));
    trials.push(Trial::test("aws/a_role_can_be_taken_on", role));
    trials
}

/// A fault that stays is told as what it is; when it is over, the same write is done once.
fn lasts(
    proxy: &str,
    kind: &'static str,
    is_right: fn(&ProvisionError) -> bool,
) -> Result<(), Failed> {
    let bench = Bench::aws(proxy, &format!("lasting-{kind}"))?;
    let at = bench.at("key")?;
    let token = Token::random();
    let failing = |work: &dyn Fn() -> Result<(), ProvisionError>| {
        servers::fail(proxy, Some(kind), None)?;
        let result = work();
        servers::fail(proxy, None, None)?;
        fails(result, is_right)
    };
    failing(&|| bench.store.look(&at).map(drop))?;
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
    failing(&|| bench.store.read(&at).map(drop))?;
    let second = bench.store.replace(&at, &value("b"), &first, &other)?;
    let held = bench.held(&at)?;
    same(&held.version, &Some(second))?;
    same(&held.previous, &Some(first))?;
    same(&bench.store.read(&at)?, &Some(value("b")))
}

/// A fault that passes is not seen.
fn passes(proxy: &str, kind: &'static str) -> Result<(), Failed> {
    let bench = Bench::aws(proxy, &format!("passing-{kind}"))?;
    let at = bench.at("key")?;
    servers::fail(proxy, Some(kind), Some(1))?;
    let first = bench
        .store
        .create(&at, &value("a"), &about(), &Token::random())?;
    servers::fail(proxy, Some(kind), Some(1))?;
    let second = bench
        .store
        .replace(&at, &value("b"), &first, &Token::random())?;
    servers::fail(proxy, None, None)?;
    let held = bench.held(&at)?;
    same(&held.version, &Some(second))?;
    same(&held.previous, &Some(first))
}

fn whereabouts() -> Result<(), Failed> {
    let at = crate::bench::aws()?.whereabouts()?;
    same(&at.account.as_deref(), &Some("123456789012"))?;
    same(&at.region.as_deref(), &Some("eu-central-1"))?;
    same(&at.principal.is_some(), &true)
}

fn role() -> Result<(), Failed> {
    let store = AwsStore::open(&AwsSettings {
        region: Some("eu-central-1".to_owned()),
        role: Some("arn:aws:iam::123456789012:role/shop-api".to_owned()),
    })?;
    let principal = store.whereabouts()?.principal.unwrap_or_default();
    same(&principal.contains("assumed-role/shop-api/shield"), &true)
}
