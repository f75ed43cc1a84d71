//! Recovering from runs that were stopped, where somebody has touched the project since.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::symlink;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use shield::fix;
use shield::fix::End;
use shield::fix::Fate;
use shield::fix::FixPlan;
use shield::fix::Recovered;
use shield::fix::Step;
use shield::fix::Way;

use crate::place::{CODE, MADE, Place, assert_no_temporary_files, fates, put};

/// Carries out `plan` in `place` until so many files are in their places.
pub(crate) fn stop(place: &Place, plan: &FixPlan, files: usize) {
    let replaced = Cell::new(0);
    let observer = |step| {
        replaced.set(replaced.get() + usize::from(step == Step::Replaced));
        assert!(replaced.get() < files, "stopped");
    };
    let archive = place.archive().unwrap().observed(&observer);
    let run = || {
        let journal = fix::begin(plan, &[], &archive).unwrap();
        drop(fix::write(plan, journal));
    };
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
}

/// Puts a link in the place of a folder, which goes elsewhere.
fn link_away(place: &Place) -> PathBuf {
    let elsewhere = place.root.with_file_name("elsewhere");
    fs::rename(place.root.join("web"), &elsewhere).unwrap();
    symlink(&elsewhere, place.root.join("web")).unwrap();
    elsewhere
}

#[test]
fn a_folder_that_became_a_link_is_left_when_a_run_is_finished() {
    let place = Place::new().unwrap();
    stop(&place, &place.plan().unwrap(), MADE.len() + 1);
    let elsewhere = link_away(&place);
    let recovered = fix::recover(Way::Best, &place.archive().unwrap()).unwrap();
    let Some(Recovered::Finished(finished)) = recovered else {
        panic!("{recovered:?}");
    };
    let ends: Vec<End> = finished.files.iter().map(|it| it.end).collect();
    let [kept, written, changed] = [End::Kept, End::Written, End::Changed];
    assert_eq!(ends, [kept, kept, kept, written, changed, changed]);
    let cfg = fs::read_to_string(elsewhere.join("cfg.py")).unwrap();
    assert_eq!(cfg, CODE[2].1);
}

#[test]
fn a_folder_that_became_a_link_is_left_when_a_run_is_undone() {
    let place = Place::new().unwrap();
    stop(&place, &place.plan().unwrap(), MADE.len() + CODE.len());
    let elsewhere = link_away(&place);
    let recovered = fix::recover(Way::Undo, &place.archive().unwrap()).unwrap();
    let Some(Recovered::Undone(undone)) = recovered else {
        panic!("{recovered:?}");
    };
    let changed = |name: &str| (name.to_owned(), Fate::Changed);
    assert_eq!(fates(&undone)[4..], [changed("cfg.py"), changed("é.py")]);
    let cfg = fs::read_to_string(elsewhere.join("cfg.py")).unwrap();
    assert_eq!(cfg, CODE[2].2);
}

#[test]
fn a_file_that_the_run_had_left_alone_is_left_when_it_is_finished() {
    let place = Place::new().unwrap();
    let plan = place.plan().unwrap();
    put(&place.root.join(CODE[0].0), "mine\n").unwrap();
    stop(&place, &plan, MADE.len() + 1);
    let recovered = fix::recover(Way::Best, &place.archive().unwrap()).unwrap();
    assert!(matches!(recovered, Some(Recovered::Finished(_))));
    let left = fs::read_to_string(place.root.join(CODE[0].0)).unwrap();
    assert_eq!(left, "mine\n");
    let fixed = fs::read_to_string(place.root.join(CODE[2].0)).unwrap();
    assert_eq!(fixed, CODE[2].2);
    assert_no_temporary_files(&place);
}

#[test]
fn new_content_that_was_changed_is_not_put_in_place() {
    let place = Place::new().unwrap();
    let before = place.image().unwrap();
    stop(&place, &place.plan().unwrap(), MADE.len() + 1);
    for path in crate::place::temporary_files(&place) {
        put(&path, "spoilt\n").unwrap();
    }
    let archive = place.archive().unwrap();
    let err = fix::recover(Way::Finish, &archive).unwrap_err();
    assert!(err.to_string().contains("too early"), "{err}");
    let recovered = fix::recover(Way::Best, &archive).unwrap();
    assert!(matches!(recovered, Some(Recovered::Undone(_))));
    assert_eq!(place.image().unwrap(), before);
}
