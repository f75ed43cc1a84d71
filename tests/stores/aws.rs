//! What AWS alone has.

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::provision::About;
use shield::provision::AwsSettings;
use shield::provision::AwsStore;
use shield::provision::ProvisionError;
use shield::provision::Store as _;
use shield::provision::Token;
use shield::secret::StoreKind;

use crate::bench;
use crate::bench::Bench;
use crate::bench::about;
use crate::bench::fails;
use crate::bench::same;
use crate::bench::value;
#[cfg(unix)]
use crate::scene::Scene;
#[cfg(unix)]
use crate::scene::Way;
use crate::servers::Double;

/// The tests of AWS.
pub(crate) fn trials(double: &Double) -> Vec<Trial> {
    let double = double.clone();
    vec![
        Trial::test("aws/the_guard_sees_account_and_region", whereabouts),
        Trial::test("aws/a_role_can_be_taken_on", role),
        #[cfg(unix)]
        verified_as(&double),
        Trial::test("aws/copies_and_keys_are_set", move || {
            copies(&Bench::new(StoreKind::Aws, &double, "copies")?)
        }),
    ]
}

fn whereabouts() -> Result<(), Failed> {
    let at = bench::aws()?.whereabouts()?;
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

/// The trial of `verify --as-role`.
#[cfg(unix)]
fn verified_as(double: &Double) -> Trial {
    let double = double.clone();
    Trial::test("aws/verify_reads_as_the_role_that_is_named", move || {
        let scene = Scene::new(StoreKind::Aws, &double, "as-role", Way::Apply)?;
        scene.go(Way::Apply)?;
        double.fail(None, None)?;
        let role = "arn:aws:iam::123456789012:role/shop-api";
        let ran = scene.shield(&format!("provision verify --as-role {role}"), "")?;
        same(&ran.status.code(), &Some(0))?;
        let calls = double.calls()?;
        same(&calls.get("AssumeRole").is_some_and(|it| *it > 0), &true)?;
        same(&calls.get("GetSecretValue").copied(), &Some(5))
    })
}

fn copies(bench: &Bench) -> Result<(), Failed> {
    let at = bench.at("key")?;
    let mut wanted = About {
        key: Some("alias/shop".to_owned()),
        replicas: vec!["eu-west-1".to_owned()],
        ..about()
    };
    bench
        .store
        .create(&at, &value("a"), &wanted, &Token::random())?;
    let held = bench.held(&at)?;
    same(&held.about, &wanted)?;
    let version = held.version;
    wanted.replicas.push("eu-west-2".to_owned());
    bench.store.describe(&at, &wanted)?;
    same(&bench.held(&at)?.about, &wanted)?;
    // Who reads a copy goes on reading it.
    wanted.replicas.remove(0);
    bench.store.describe(&at, &wanted)?;
    same(&bench.held(&at)?.about.replicas.len(), &2)?;
    same(&bench.held(&at)?.version, &version)?;
    wanted.key = Some("arn:aws:kms:eu-central-1:123456789012:key/0f".to_owned());
    let other = bench.at("other")?;
    let made = bench
        .store
        .create(&other, &value("a"), &wanted, &Token::random());
    fails(made, |it| matches!(it, ProvisionError::Refused { .. }))?;
    bench.store.remove(&at, shield::manifest::Days(30))?;
    bench.store.restore(&at)?;
    same(&bench.held(&at)?.about.replicas, &Vec::new())
}
