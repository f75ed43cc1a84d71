//! What a run and its undoing leave alone, because somebody has touched it in between.

use std::fs;

use shield::fix;
use shield::fix::FixError;
use walkdir::WalkDir;

use crate::place::{CODE, Place, put};

#[test]
fn a_file_that_became_a_link_is_skipped() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    let plan = place.plan().unwrap();
    let journal = fix::begin(&plan, &[], &archive).unwrap();
    let (path, elsewhere) = (
        place.root.join(CODE[0].0),
        place.root.with_file_name("elsewhere.py"),
    );
    fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let written = fix::write(&plan, journal).unwrap();
    assert_eq!(written.skipped[0].reason.code(), "changed-since-scan");
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(elsewhere).unwrap(), CODE[0].1);
}

#[test]
fn a_copy_that_was_exchanged_is_not_put_back() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    place.fix(&archive).unwrap();
    let copies = WalkDir::new(&place.state).into_iter().flatten();
    let mut copies = copies.filter(|it| it.file_name() == "2.before");
    let other = place.identity.seal(b"other", &[]).unwrap();
    put(copies.next().unwrap().path(), other.as_str()).unwrap();
    let err = fix::rollback(None, &archive).unwrap_err();
    assert!(err.to_string().contains("damaged"), "{err}");
    let left = fs::read_to_string(place.root.join(CODE[0].0)).unwrap();
    assert_eq!(left, CODE[0].2);
}

#[test]
fn a_run_before_one_that_was_stopped_is_not_undone() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    let first = place.fix(&archive).unwrap().run;
    let mut plan = place.plan().unwrap();
    plan.wrappers.clear();
    let second = fix::begin(&plan, &[], &archive).unwrap().run();
    let err = fix::rollback(Some(first), &archive).unwrap_err();
    assert!(
        matches!(err, FixError::Unfinished { run } if run == second),
        "{err:?}"
    );
    assert_eq!(
        fs::read_to_string(place.root.join(CODE[0].0)).unwrap(),
        CODE[0].2
    );
}

#[test]
fn a_file_that_the_run_had_skipped_is_not_undone() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    let plan = place.plan().unwrap();
    let path = place.root.join(CODE[0].0);
    put(&path, "early\n").unwrap();
    let journal = fix::begin(&plan, &[], &archive).unwrap();
    fix::write(&plan, journal).unwrap();
    // By hand, to what the run would have made of it.
    put(&path, CODE[0].2).unwrap();
    fix::rollback(None, &archive).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), CODE[0].2);
}
