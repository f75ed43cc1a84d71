//! A run that is killed in the middle of any call goes on to the same end.
//!
//! `SHIELD_TEST_CRASHES=all` kills before and after each call; without it a few of them are picked.

use std::io;
use std::io::Write as _;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::secret::StoreKind;

use crate::bench::same;
use crate::scene::Blow;
use crate::scene::Scene;
use crate::scene::Way;
use crate::servers::Double;

/// How many crashes there are of each command where not all are asked for.
const FEW: usize = 4;

/// The tests of crashes.
pub(crate) fn trials(kind: StoreKind, double: &Double) -> Vec<Trial> {
    let ways: [(&'static str, Way); 4] = [
        ("apply", Way::Apply),
        ("rotate", Way::Rotate),
        ("rollback", Way::Rollback),
        ("fix", Way::Fix),
    ];
    let trial = |(name, way): (&'static str, Way)| {
        let double = double.clone();
        let title = format!(
            "{}/{name}_that_is_killed_goes_on_to_the_same_end",
            kind.word()
        );
        Trial::test(title, move || crashes(kind, &double, (name, way)))
    };
    ways.into_iter().map(trial).collect()
}

/// Kills a command at its calls, each time in a project of its own.
fn crashes(kind: StoreKind, double: &Double, (name, way): (&str, Way)) -> Result<(), Failed> {
    let whole = Scene::new(kind, double, &format!("{name}-whole"), way)?;
    double.fail(None, None)?;
    whole.go(way)?;
    let calls: u64 = double.calls()?.values().sum();
    whole.check(way)?;
    let blows =
        (1..=calls).flat_map(|call| ["before", "after"].map(|moment| Blow { call, moment }));
    let blows: Vec<Blow> = blows.collect();
    let step = if all() { 1 } else { blows.len().div_ceil(FEW) };
    let mut killed = 0;
    for (number, blow) in blows.into_iter().enumerate().skip(step / 2).step_by(step) {
        let scene = Scene::new(kind, double, &format!("{name}-{number}"), way)?;
        let told = |error: Failed| {
            let message = error.message().unwrap_or_default().to_owned();
            Failed::from(format!("{} call {}: {message}", blow.moment, blow.call))
        };
        // Calls at once make no order: a run may have fewer of them than the first one.
        killed += u64::from(scene.killed(way, blow).map_err(told)?);
        if way == Way::Fix {
            scene.is_nothing_lost().map_err(told)?;
            scene.recover().map_err(told)?;
        }
        scene.go(way).map_err(told)?;
        scene.check(way).map_err(told)?;
        scene.go_once_more(way).map_err(told)?;
        scene.check(way).map_err(told)?;
        if way == Way::Apply {
            // Whoever was stopped when: all of it can be undone.
            scene.go(Way::Rollback).map_err(told)?;
            scene.check(Way::Rollback).map_err(told)?;
        }
    }
    writeln!(
        io::stderr(),
        "{}/{name}: {calls} calls, {killed} crashes",
        kind.word()
    )?;
    same(&(killed >= calls.min(3)), &true)
}

#[expect(clippy::disallowed_methods, reason = "asked for by a variable")]
fn all() -> bool {
    std::env::var("SHIELD_TEST_CRASHES").is_ok_and(|it| it == "all")
}
