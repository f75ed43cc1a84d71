//! Secrets that AWS replaces by itself, and those that a person replaces.

use std::fs;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use serde_json::json;
use shield::provision::Version;
use shield::secret::StoreKind;

use crate::bench::CANARY;
use crate::bench::same;
use crate::scene::Scene;
use crate::scene::Way;
use crate::scene::said;
use crate::servers::Double;

const FUNCTION: &str = "arn:aws:lambda:eu-central-1:123456789012:function:turn";

/// The tests of a store.
pub(crate) fn trials(kind: StoreKind, double: &Double) -> Vec<Trial> {
    type Test = fn(StoreKind, &Double) -> Result<(), Failed>;
    let mut all: Vec<(&str, Test)> = vec![("a_person_replaces_a_value_step_by_step", by_hand)];
    if kind == StoreKind::Aws {
        all.push((
            "a_function_replaces_a_value_as_often_as_is_said",
            by_function,
        ));
        all.push(("a_rotation_that_does_not_end_is_told_after_a_day", stuck));
    }
    let trial = |(name, test): (&str, Test)| {
        let double = double.clone();
        Trial::test(format!("{}/{name}", double.name), move || {
            test(kind, &double)
        })
    };
    all.into_iter().map(trial).collect()
}

/// Runs it, and has it end with a code and have said something.
fn ends(scene: &Scene, words: &str, input: &str, wanted: (i32, &str)) -> Result<(), Failed> {
    let ran = scene.shield(&format!("provision {words}"), input)?;
    let said = said(&ran);
    let is_said = said.contains(wanted.1);
    if ran.status.code() == Some(wanted.0) && is_said {
        return Ok(());
    }
    Err(format!("{words}: {}, wanted {wanted:?}\n{said}", ran.status).into())
}

fn by_hand(kind: StoreKind, double: &Double) -> Result<(), Failed> {
    let name = format!("hand-{}", kind.word());
    let scene = Scene::new(kind, double, &name, Way::Apply)?;
    scene.go(Way::Apply)?;
    double.fail(None, None)?;
    let new = format!("{CANARY}-newer");
    for (words, code, said) in [
        ("rotate replaced --now", 0, "next  1."),
        ("rotate replaced --revoked", 2, "still needed"),
        ("rotate replaced --from-stdin", 0, "next  2."),
        ("status", 0, "rotation: read the new value"),
        ("rotate replaced --revoked", 2, "still needed"),
        ("verify", 0, "replaced: the new value was read"),
        ("status", 0, "rotation: wait for programs"),
        ("rotate replaced --revoked", 2, "--seen"),
        ("rollback", 0, "current again"),
        ("rotate replaced", 0, "No rotation"),
        ("rotate replaced --from-stdin", 0, "next  2."),
        ("verify", 0, "was read"),
        ("rotate replaced --revoked --seen", 0, "at its end"),
        ("rotate replaced", 0, "No rotation"),
    ] {
        ends(&scene, words, &new, (code, said))?;
    }
    scene.search(Way::Rotate)
}

fn by_function(kind: StoreKind, double: &Double) -> Result<(), Failed> {
    let scene = Scene::new(kind, double, "turn", Way::Apply)?;
    scene.go(Way::Apply)?;
    double.fail(None, None)?;
    let secret = "    region: eu-central-1\nsecrets:\n  - name: replaced # this\n    \
                  description: signs the links\n    rotation: { method: 'lambda:turn' }\n";
    scene.say(secret)?;
    // Nobody knows by which function.
    for (words, code, said) in [
        ("rotate replaced --schedule 30d", 0, "functions: { turn:"),
        ("plan", 0, "the ARN of its function is missing"),
        ("status", 1, "the ARN of its function is missing"),
        ("rotate replaced --now", 2, "no function replaces it"),
    ] {
        ends(&scene, words, "", (code, said))?;
    }
    let text = fs::read_to_string(scene.manifest_file())?;
    same(&text.contains("- name: replaced # this\n"), &true)?;
    same(
        &text.contains("{ method: 'lambda:turn', every: 30d }"),
        &true,
    )?;

    scene.say(&format!(
        "    functions: {{ turn: '{FUNCTION}' }}\n{secret}"
    ))?;
    let before = scene.held("replaced")?;
    for (words, code, said) in [
        (
            "rotate replaced --schedule 30d",
            0,
            "apply --environment staging",
        ),
        ("plan", 1, "rotation every 30 days"),
        ("apply --yes", 0, "update metadata"),
        ("status", 0, "good"),
        ("rotate replaced --schedule 4w", 0, "every 28d"),
        ("drift", 1, "rotation every 28 days"),
        ("apply --yes", 0, "update metadata"),
        ("plan", 0, "in sync"),
    ] {
        ends(&scene, words, "", (code, said))?;
    }
    let after = scene.held("replaced")?;
    same(&after.version, &before.version)?;
    same(&after.rotation.and_then(|it| it.every), &Some(28))?;

    ends(&scene, "rotate replaced --now", "", (0, "has a new value"))?;
    let turned = scene.held("replaced")?;
    same(&(turned.version == before.version), &false)?;
    same(&turned.previous, &before.version)?;
    undone(&scene, turned.version.as_ref())
}

/// As before each change: a value that is in use stays, and in the end nothing is replaced any more.
fn undone(scene: &Scene, version: Option<&Version>) -> Result<(), Failed> {
    ends(scene, "rollback", "", (0, "stays: its new value is in use"))?;
    for every in [Some(30), None] {
        ends(scene, "rollback", "", (0, "described as before"))?;
        let held = scene.held("replaced")?;
        same(&held.rotation.and_then(|it| it.every), &every)?;
        same(&held.version.as_ref(), &version)?;
    }
    Ok(())
}

fn stuck(kind: StoreKind, double: &Double) -> Result<(), Failed> {
    let scene = Scene::new(kind, double, "stuck", Way::Apply)?;
    scene.go(Way::Apply)?;
    double.fail(None, None)?;
    // What a function leaves that was stopped half-way.
    let token = "0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f";
    double.act(
        "PutSecretValue",
        &json!({
            "SecretId": scene.at("replaced")?.path,
            "SecretString": CANARY,
            "ClientRequestToken": token,
            "VersionStages": ["AWSPENDING"],
        }),
    )?;
    let held = scene.held("replaced")?;
    same(&held.pending, &Some(Version(token.to_owned())))?;
    same(&held.pending_since.is_some(), &true)?;
    // It may still go on.
    ends(&scene, "status", "", (0, "good"))?;
    double.tell(&json!({ "kind": null, "age": 25 * 3600 }))?;
    ends(&scene, "status", "", (1, "did not end"))?;
    double.fail(None, None)
}
