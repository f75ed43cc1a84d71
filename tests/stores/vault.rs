//! What Vault alone has.

use std::fs::File;
use std::io::Write as _;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use serde_json::Value;
use serde_json::json;
use shield::provision::About;
use shield::provision::ProvisionError;
use shield::provision::Store as _;
use shield::provision::Token;
use shield::secret::Secret;
use shield::secret::StoreKind;

use crate::bench;
use crate::bench::Bench;
use crate::bench::TOKEN;
use crate::bench::about;
use crate::bench::fails;
use crate::bench::same;
use crate::bench::value;
use crate::servers::Double;

/// A test, of the server that stands in for Vault.
type Test = fn(&Double) -> Result<(), Failed>;

/// The tests of Vault.
pub(crate) fn trials(double: &Double) -> Vec<Trial> {
    let tests: [(&str, Test); 6] = [
        ("an_object_is_the_same_in_any_order", order),
        ("a_sealed_vault_says_so", sealed),
        ("a_token_that_has_ended_is_no_policy", ended),
        ("a_role_logs_in_again", role),
        ("labels_are_as_the_wrappers_know_them", labels),
        ("what_vault_does_not_take_is_not_written", long),
    ];
    let trial = |(name, test): (&str, Test)| {
        let double = double.clone();
        Trial::test(format!("vault/{name}"), move || test(&double))
    };
    tests.into_iter().map(trial).collect()
}

fn sealed(double: &Double) -> Result<(), Failed> {
    let bench = Bench::new(StoreKind::Vault, double, "sealed")?;
    double.tell(&json!({ "sealed": true }))?;
    let ready = bench.store.ready();
    double.tell(&json!({}))?;
    fails(
        ready,
        |it| matches!(it, ProvisionError::Unavailable { reason, .. } if reason.contains("sealed")),
    )?;
    Ok(bench.store.ready()?)
}

fn ended(double: &Double) -> Result<(), Failed> {
    let store = bench::vault(&double.address, &[("VAULT_TOKEN", "ended")])?;
    let is_unknown = |it: &ProvisionError| matches!(it, ProvisionError::Unauthenticated { .. });
    fails(store.ready(), is_unknown)?;
    fails(store.whereabouts(), is_unknown)
}

fn role(double: &Double) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let proof = folder.path().join("proof");
    File::create(&proof)?.write_all(b"shop-secret-id\n")?;
    let proof = proof.to_string_lossy();
    let role = ("VAULT_ROLE_ID", "shop-role");
    let store = bench::vault(&double.address, &[role, ("VAULT_SECRET_ID_FILE", &proof)])?;
    let bench = Bench::new(StoreKind::Vault, double, "role")?;
    let (at, _) = bench.made("key", "a")?;
    same(&store.read(&at)?, &Some(value("a")))?;
    double.tell(&json!({ "revoke": "all" }))?;
    same(&store.read(&at)?, &Some(value("a")))?;
    // It may read and no more.
    let made = store.create(&bench.at("b")?, &value("b"), &about(), &Token::random());
    fails(made, |it| {
        matches!(it, ProvisionError::Denied { action: "read", path, .. }
            if path == "secret/metadata/shop/role/b")
    })?;
    let wrong = bench::vault(
        &double.address,
        &[("VAULT_ROLE_ID", "other"), ("VAULT_SECRET_ID_FILE", &proof)],
    )?;
    fails(wrong.read(&at), |it| {
        matches!(it, ProvisionError::Unauthenticated { .. })
    })
}

fn order(double: &Double) -> Result<(), Failed> {
    let bench = Bench::new(StoreKind::Vault, double, "order")?;
    let object = |text: &str| Secret::new(text.to_owned());
    let at = bench.at("key")?;
    let made = object(r#"{"user":"shop","port":5432}"#);
    bench.store.create(&at, &made, &about(), &Token::random())?;
    for text in [
        r#"{"port":5432,"user":"shop"}"#,
        r#"{ "user": "shop", "port": 5432 }"#,
    ] {
        same(&bench.store.has(&at, &object(text))?, &true)?;
    }
    let other = object(r#"{"user":"shop","port":5433}"#);
    same(&bench.store.has(&at, &other)?, &false)
}

fn labels(double: &Double) -> Result<(), Failed> {
    let bench = Bench::new(StoreKind::Vault, double, "labels")?;
    let (at, _) = bench.made("key", "a")?;
    let metadata = format!("{}/v1/secret/metadata{}", double.address, at.path);
    let told: Value = ureq::get(metadata)
        .header("X-Vault-Token", TOKEN.1)
        .call()?
        .body_mut()
        .read_json()?;
    same(
        &told.pointer("/data/custom_metadata"),
        &Some(&json!({ "managed_by": "shield", "description": "for tests" })),
    )
}

fn long(double: &Double) -> Result<(), Failed> {
    let bench = Bench::new(StoreKind::Vault, double, "long")?;
    let at = bench.at("key")?;
    let long = About {
        description: "d".repeat(513),
        ..about()
    };
    let made = bench
        .store
        .create(&at, &value("a"), &long, &Token::random());
    fails(made, |it| matches!(it, ProvisionError::Refused { .. }))?;
    same(&bench.store.read(&at)?, &None)
}
