//! What a program gets of a store, read through its own module.

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::secret::StoreKind;

use crate::bench::same;
use crate::scene::Scene;
use crate::scene::Way;
use crate::scene::said;
use crate::servers::Double;

const DEEP: &str = "provision verify --deep";

/// The tests of a store.
pub(crate) fn trials(kind: StoreKind, double: &Double) -> Vec<Trial> {
    let double = double.clone();
    let name = format!("{}/a_program_is_asked_what_it_gets", double.name);
    vec![Trial::test(name, move || asked(kind, &double))]
}

fn asked(kind: StoreKind, double: &Double) -> Result<(), Failed> {
    let scene = Scene::new(kind, double, &format!("deep-{}", kind.word()), Way::Fix)?;
    scene.go(Way::Fix)?;
    scene.shield("rotated app-token db-password", "")?;
    // The labels that the manifest asks for, which a fix does not know.
    scene.shield("provision apply --yes", "")?;
    double.fail(None, None)?;
    let ran = scene.shield(DEEP, "")?;
    same(
        &(ran.status.code(), said(&ran).contains("2 of 2")),
        &(Some(0), true),
    )
    .map_err(|it| format!("{}: {}", it.message().unwrap_or(""), said(&ran)))?;
    // The program reads each value once, and shield none.
    same(&double.values_read()?, &2)?;
    if kind == StoreKind::Aws {
        let role = "arn:aws:iam::123456789012:role/shop-api";
        let as_role = scene.shield(&format!("{DEEP} --as-role {role}"), "")?;
        same(&as_role.status.code(), &Some(0))?;
        let taken = double.calls()?.get("AssumeRole").copied();
        same(&taken.is_some_and(|it| it > 0), &true)?;
    }
    scene.remove("app-token")?;
    let fewer = scene.shield(DEEP, "")?;
    same(
        &(fewer.status.code(), said(&fewer).contains("1 of 2")),
        &(Some(1), true),
    )
}
