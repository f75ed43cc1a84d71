//! Tokens of Vault that do not last for ever, of Vault itself as well.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;
use std::time::Instant;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use serde_json::Value;
use serde_json::json;
use shield::provision::Address;
use shield::provision::ProvisionError;
use shield::provision::Store as _;
use shield::provision::VaultStore;
use shield::secret::StoreKind;

use crate::bench;
use crate::bench::Bench;
use crate::bench::fails;
use crate::bench::same;
use crate::bench::value;
use crate::servers::Double;

/// A test, of a Vault.
type Test = fn(&Double) -> Result<(), Failed>;

/// The tests of tokens that end.
pub(crate) fn trials(double: &Double) -> Vec<Trial> {
    let tests: [(&str, Test); 4] = [
        ("a_token_is_renewed_before_it_ends", renewed),
        ("a_token_that_cannot_be_renewed_is_told", ending),
        ("a_token_at_its_longest_runs_out", longest),
        ("the_next_token_of_a_file_is_taken", next),
    ];
    let trial = |(name, test): (&str, Test)| {
        let (own, name) = (double.clone(), format!("{}/{name}", double.name));
        Trial::test(name, move || test(&own))
    };
    tests.into_iter().map(trial).collect()
}

fn renewed(double: &Double) -> Result<(), Failed> {
    let at = made(double, "renewed")?;
    let token = token(double, &json!({ "ttl": "3s" }))?;
    let store = bench::vault(&double.address, &[("VAULT_TOKEN", &token)])?;
    store.whereabouts()?;
    same(&store.concern(), &None)?;
    if double.is_double() {
        double.tell(&json!({}))?;
    }
    reads_for(Duration::from_secs(6), &store, &at)?;
    if double.is_double() {
        let calls = double.calls()?;
        let renewals = calls.get("POST auth/token/renew-self").copied();
        // Once for each two thirds of its life, and not with every call.
        same(&matches!(renewals, Some(1..=4)), &true)?;
    }
    Ok(())
}

fn ending(double: &Double) -> Result<(), Failed> {
    let at = made(double, "ending")?;
    let token = token(double, &json!({ "ttl": "3s", "renewable": false }))?;
    let store = bench::vault(&double.address, &[("VAULT_TOKEN", &token)])?;
    store.whereabouts()?;
    let concern = store.concern().unwrap_or_default();
    same(&concern.contains("cannot be renewed"), &true)?;
    same(&concern.contains(&token), &false)?;
    reads_for(Duration::from_secs(2), &store, &at)?;
    sleep(Duration::from_secs(2));
    fails(store.read(&at), has_run_out)
}

fn longest(double: &Double) -> Result<(), Failed> {
    let at = made(double, "longest")?;
    let token = token(double, &json!({ "ttl": "3s", "explicit_max_ttl": "5s" }))?;
    let store = bench::vault(&double.address, &[("VAULT_TOKEN", &token)])?;
    store.whereabouts()?;
    reads_for(Duration::from_millis(3_800), &store, &at)?;
    sleep(Duration::from_millis(2_200));
    fails(store.read(&at), has_run_out)
}

fn next(double: &Double) -> Result<(), Failed> {
    let at = made(double, "next")?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("token");
    let first = token(double, &json!({ "ttl": "3s", "renewable": false }))?;
    put(&path, &first)?;
    let file = path.to_string_lossy();
    let store = bench::vault(&double.address, &[("VAULT_TOKEN_FILE", &file)])?;
    store.whereabouts()?;
    put(&path, &token(double, &json!({ "ttl": "60s" }))?)?;
    reads_for(Duration::from_secs(4), &store, &at)?;
    // The next one is renewed, so that there is nothing to be told.
    same(&store.concern(), &None)
}

/// Whether it is told that the token is over, and not just wrong.
fn has_run_out(error: &ProvisionError) -> bool {
    matches!(error, ProvisionError::Unauthenticated { reason, .. } if reason.contains("run out"))
}

/// A secret that everybody may read.
fn made(double: &Double, place: &str) -> Result<Address, Failed> {
    let bench = Bench::new(StoreKind::Vault, double, place)?;
    Ok(bench.made("key", "a")?.0)
}

/// Reads until the time is over.
fn reads_for(time: Duration, store: &VaultStore, at: &Address) -> Result<(), Failed> {
    let start = Instant::now();
    while start.elapsed() < time {
        same(&store.read(at)?, &Some(value("a")))?;
        sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// A new token that lives as `wanted`.
fn token(double: &Double, wanted: &Value) -> Result<String, Failed> {
    let told: Value = ureq::post(format!("{}/v1/auth/token/create", double.address))
        .header("X-Vault-Token", &double.token)
        .send_json(wanted)?
        .body_mut()
        .read_json()?;
    let token = told.pointer("/auth/client_token").and_then(Value::as_str);
    Ok(token.ok_or("no token was made")?.to_owned())
}

fn put(path: &Path, token: &str) -> Result<(), Failed> {
    Ok(File::create(path)?.write_all(token.as_bytes())?)
}
