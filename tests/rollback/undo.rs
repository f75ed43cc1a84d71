//! What a run writes, and what undoing it brings back.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use shield::fix;
use shield::fix::Archive;
use shield::fix::ContentHash;
use shield::fix::Fate;
use shield::fix::FixError;
use shield::fix::RunId;
use shield::fix::RunState;
use shield::fix::Step;
use walkdir::WalkDir;

use crate::place::{
    CODE, MADE, Place, VALUE, assert_no_temporary_files, fates, put, temporary_files,
};

#[test]
fn a_run_changes_what_its_plan_says_and_keeps_modes() {
    let place = Place::new().unwrap();
    let written = place.fix(&place.archive().unwrap()).unwrap();
    assert_eq!(written.rewritten, CODE.map(|it| it.0));
    assert_eq!(written.made, MADE.map(|it| it.0));
    for (name, _, after, mode) in CODE {
        let path = place.root.join(name);
        assert_eq!(fs::read_to_string(&path).unwrap(), after);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
            mode
        );
    }
    for (name, content) in MADE {
        assert_eq!(fs::read_to_string(place.root.join(name)).unwrap(), content);
    }
    assert_no_temporary_files(&place);
}

#[test]
fn rollback_restores_every_byte_and_mode() {
    let place = Place::new().unwrap();
    let before = place.image().unwrap();
    let archive = place.archive().unwrap();
    place.fix(&archive).unwrap();
    put(
        &place
            .root
            .join("shield_secrets/__pycache__/core.cpython-313.pyc"),
        "",
    )
    .unwrap();
    let undone = fix::rollback(None, &archive).unwrap();
    assert_eq!(undone.state, RunState::Undone);
    assert_eq!(undone.names.len(), CODE.len());
    assert_eq!(place.image().unwrap(), before);
    let again = fix::rollback(None, &archive).unwrap_err();
    assert!(matches!(again, FixError::NoRun), "{again:?}");
}

#[test]
fn the_last_content_of_a_store_is_kept() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    place.fix(&archive).unwrap();
    fix::rollback(None, &archive).unwrap();
    assert!(!place.store().exists());
    let kept = WalkDir::new(&place.state).into_iter().flatten();
    let kept: Vec<_> = kept
        .filter(|it| it.path().extension().is_some_and(|it| it == "last"))
        .collect();
    let sealed = fs::read_to_string(kept[0].path()).unwrap();
    assert_eq!(place.identity.open(&sealed).unwrap().as_slice(), b"sealed");
}

#[test]
fn a_file_edited_after_the_run_stays_with_what_it_needs() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    place.fix(&archive).unwrap();
    let edited = place.root.join("run.py");
    put(&edited, "print('mine')\n").unwrap();
    let undone = fix::rollback(None, &archive).unwrap();
    assert_eq!(undone.state, RunState::PartlyUndone);
    let expected = [
        ("__init__.py", Fate::Needed),
        ("core.py", Fate::Needed),
        ("app.py", Fate::Restored),
        ("run.py", Fate::Changed),
        ("cfg.py", Fate::Restored),
        ("é.py", Fate::Restored),
        ("store.age", Fate::Needed),
    ];
    let expected = expected.map(|(name, fate)| (name.to_owned(), fate));
    assert_eq!(fates(&undone), expected);
    assert_eq!(fs::read_to_string(&edited).unwrap(), "print('mine')\n");
    assert!(place.store().exists());

    put(&edited, CODE[1].2).unwrap();
    let again = fix::rollback(None, &archive).unwrap();
    assert_eq!(again.state, RunState::Undone);
    assert_eq!(fs::read_to_string(&edited).unwrap(), CODE[1].1);
    assert!(!place.store().exists());
}

#[test]
fn a_wrapper_or_store_that_was_changed_stays() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    place.fix(&archive).unwrap();
    put(&place.root.join(MADE[1].0), "# mine\n").unwrap();
    put(&place.store(), "sealed, and one more").unwrap();
    let undone = fix::rollback(None, &archive).unwrap();
    assert_eq!(undone.state, RunState::Undone);
    assert_eq!(
        fates(&undone)[..2],
        [
            ("__init__.py".to_owned(), Fate::Removed),
            ("core.py".to_owned(), Fate::Changed),
        ]
    );
    assert_eq!(fates(&undone)[6], ("store.age".to_owned(), Fate::Changed));
}

#[test]
fn a_file_changed_since_the_plan_is_skipped_and_others_are_written() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    let plan = place.plan().unwrap();
    put(&place.root.join("app.py"), "early\n").unwrap();
    let journal = fix::begin(&plan, &[], &archive).unwrap();
    put(&place.root.join("run.py"), "late\n").unwrap();
    let written = fix::write(&plan, journal).unwrap();
    assert_eq!(written.rewritten, ["web/cfg.py", "web/é.py"]);
    assert_eq!(written.skipped.len(), 2);
    assert_eq!(written.skipped[0].reason.code(), "changed-since-scan");
    fix::rollback(None, &archive).unwrap();
    for (name, content) in [
        ("app.py", "early\n"),
        ("run.py", "late\n"),
        (CODE[2].0, CODE[2].1),
    ] {
        assert_eq!(fs::read_to_string(place.root.join(name)).unwrap(), content);
    }
    assert_no_temporary_files(&place);
}

#[test]
fn a_file_reached_through_a_link_made_later_is_skipped() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    let plan = place.plan().unwrap();
    let journal = fix::begin(&plan, &[], &archive).unwrap();
    let outside = place.root.with_file_name("elsewhere");
    fs::rename(place.root.join("web"), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, place.root.join("web")).unwrap();
    let written = fix::write(&plan, journal).unwrap();
    assert_eq!(written.rewritten, ["app.py", "run.py"]);
    assert_eq!(
        fs::read_to_string(outside.join("cfg.py")).unwrap(),
        CODE[2].1
    );
}

#[test]
fn two_runs_exclude_each_other() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    let journal = fix::begin(&place.plan().unwrap(), &[], &archive).unwrap();
    let second = fix::begin(&place.plan().unwrap(), &[], &archive)
        .err()
        .unwrap();
    assert!(matches!(second, FixError::Busy), "{second:?}");
    let undo = fix::rollback(None, &archive).unwrap_err();
    assert!(matches!(undo, FixError::Busy), "{undo:?}");
    drop(journal);
    let third = fix::begin(&place.plan().unwrap(), &[], &archive)
        .err()
        .unwrap();
    assert!(matches!(third, FixError::Unfinished { .. }), "{third:?}");
    fix::rollback(None, &archive).unwrap();
    fix::begin(&place.plan().unwrap(), &[], &archive)
        .unwrap()
        .abandon()
        .unwrap();
    fix::begin(&place.plan().unwrap(), &[], &archive).unwrap();
}

/// A second run over the first file, after the first one.
fn second(place: &Place, archive: &Archive<'_>) -> RunId {
    let mut plan = place.plan().unwrap();
    plan.wrappers.clear();
    plan.files.truncate(1);
    plan.files[0].before = ContentHash::of(CODE[0].2.as_bytes());
    "second\n".clone_into(&mut plan.files[0].after);
    let journal = fix::begin(&plan, &[], archive).unwrap();
    fix::write(&plan, journal).unwrap().run
}

#[test]
fn runs_are_undone_newest_first() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    let first = place.fix(&archive).unwrap().run;
    let second = second(&place, &archive);
    let states: Vec<_> = fix::runs(&archive)
        .unwrap()
        .iter()
        .map(|it| it.state)
        .collect();
    assert_eq!(states, [RunState::Done, RunState::Done]);
    assert_eq!(fix::rollback(None, &archive).unwrap().run, second);
    assert_eq!(fix::rollback(None, &archive).unwrap().run, first);
    let twice = fix::rollback(Some(first), &archive).unwrap_err();
    assert!(matches!(twice, FixError::AlreadyUndone { .. }), "{twice:?}");
    let unknown = fix::rollback("9".parse().ok(), &archive).unwrap_err();
    assert!(
        matches!(unknown, FixError::UnknownRun { .. }),
        "{unknown:?}"
    );
}

#[test]
fn an_older_run_is_undone_but_for_what_later_runs_build_on() {
    let place = Place::new().unwrap();
    let before = place.image().unwrap();
    let archive = place.archive().unwrap();
    let first = place.fix(&archive).unwrap().run;
    let second = second(&place, &archive);
    let early = fix::rollback(Some(first), &archive).unwrap();
    assert_eq!(early.state, RunState::PartlyUndone);
    let expected = [
        ("__init__.py", Fate::Needed),
        ("core.py", Fate::Needed),
        ("app.py", Fate::ChangedBy(second)),
        ("run.py", Fate::Restored),
        ("cfg.py", Fate::Restored),
        ("é.py", Fate::Restored),
        ("store.age", Fate::Needed),
    ];
    let expected = expected.map(|(name, fate)| (name.to_owned(), fate));
    assert_eq!(fates(&early), expected);
    assert_eq!(fix::rollback(None, &archive).unwrap().run, second);
    assert_eq!(fix::rollback(None, &archive).unwrap().run, first);
    assert_eq!(place.image().unwrap(), before);
}

#[test]
fn a_run_is_undone_together_with_those_after_it() {
    let place = Place::new().unwrap();
    let before = place.image().unwrap();
    let archive = place.archive().unwrap();
    let first = place.fix(&archive).unwrap().run;
    let second = second(&place, &archive);
    let undone = fix::rollback_through(first, &archive).unwrap();
    let runs: Vec<_> = undone.iter().map(|it| (it.run, it.state)).collect();
    assert_eq!(
        runs,
        [(second, RunState::Undone), (first, RunState::Undone)]
    );
    assert_eq!(place.image().unwrap(), before);
    let again = fix::rollback_through(first, &archive).unwrap_err();
    assert!(matches!(again, FixError::AlreadyUndone { .. }), "{again:?}");
}

#[test]
fn a_failure_half_way_puts_everything_back() {
    let place = Place::new().unwrap();
    let before = place.image().unwrap();
    let replaced = Cell::new(0);
    let observer = |step| {
        if step != Step::Replaced {
            return;
        }
        replaced.set(replaced.get() + 1);
        if replaced.get() == 4 {
            // The next file can then not be put in its place.
            for path in temporary_files(&place) {
                fs::remove_file(path).unwrap();
            }
        }
    };
    let archive = place.archive().unwrap().observed(&observer);
    let plan = place.plan().unwrap();
    let journal = fix::begin(&plan, &[], &archive).unwrap();
    let err = fix::write(&plan, journal).unwrap_err();
    assert!(err.to_string().contains("web/cfg.py"), "{err}");
    assert_eq!(place.image().unwrap(), before);
    let runs = fix::runs(&archive).unwrap();
    assert_eq!(runs[0].state, RunState::Undone);
}

#[test]
fn a_file_changed_after_its_new_content_was_staged_is_skipped() {
    let place = Place::new().unwrap();
    let replaced = Cell::new(0);
    let observer = |step| {
        if step == Step::Replaced && replaced.replace(replaced.get() + 1) == 0 {
            put(&place.root.join(CODE[1].0), "late\n").unwrap();
        }
    };
    let archive = place.archive().unwrap().observed(&observer);
    let written = place.fix(&archive).unwrap();
    assert_eq!(written.rewritten.len(), CODE.len() - 1);
    assert_eq!(written.skipped[0].reason.code(), "changed-since-scan");
    let left = fs::read_to_string(place.root.join(CODE[1].0)).unwrap();
    assert_eq!(left, "late\n");
    assert_no_temporary_files(&place);
}

#[test]
fn a_wrapper_that_appeared_after_the_run_began_stops_it() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    let plan = place.plan().unwrap();
    let journal = fix::begin(&plan, &[], &archive).unwrap();
    put(&place.root.join(MADE[1].0), "# mine\n").unwrap();
    let before = place.image().unwrap();
    let err = fix::write(&plan, journal).unwrap_err();
    assert!(matches!(err, FixError::WrapperChanged { .. }), "{err:?}");
    assert_eq!(place.image().unwrap(), before);
}

#[test]
fn a_wrapper_that_appeared_since_the_plan_is_left_alone() {
    let place = Place::new().unwrap();
    put(&place.root.join(MADE[1].0), "# mine\n").unwrap();
    let before = place.image().unwrap();
    let archive = place.archive().unwrap();
    let err = fix::begin(&place.plan().unwrap(), &[], &archive)
        .err()
        .unwrap();
    assert!(matches!(err, FixError::WrapperChanged { .. }), "{err:?}");
    assert_eq!(place.image().unwrap(), before);
    assert!(fix::runs(&archive).unwrap().is_empty());
}

#[test]
fn a_plan_for_a_file_outside_the_project_is_refused() {
    let place = Place::new().unwrap();
    let outside = place.root.with_file_name("outside.py");
    put(&outside, CODE[0].1).unwrap();
    let before = place.image().unwrap();
    let archive = place.archive().unwrap();
    for path in [outside.clone(), place.root.join("../outside.py")] {
        let mut plan = place.plan().unwrap();
        plan.files[0].file = path;
        let err = fix::begin(&plan, &[], &archive).err().unwrap();
        assert!(matches!(err, FixError::Outside { .. }), "{err:?}");
    }
    let store = [place.root.with_file_name("store.age")];
    let err = fix::begin(&place.plan().unwrap(), &store, &archive).err();
    assert!(matches!(err, Some(FixError::Outside { .. })), "{err:?}");
    assert!(fix::runs(&archive).unwrap().is_empty());
    assert_eq!(place.image().unwrap(), before);
    assert_eq!(fs::read_to_string(outside).unwrap(), CODE[0].1);
}

#[test]
fn records_are_private_and_show_no_value() {
    let place = Place::new().unwrap();
    place.fix(&place.archive().unwrap()).unwrap();
    for entry in WalkDir::new(&place.state) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        if entry.file_type().is_dir() {
            assert_eq!(mode, 0o700, "{}", entry.path().display());
            continue;
        }
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        let content = fs::read(entry.path()).unwrap();
        let mut windows = content.windows(VALUE.len());
        assert!(
            !windows.any(|it| it == VALUE.as_bytes()),
            "{}",
            entry.path().display()
        );
    }
}

#[test]
fn records_inside_the_project_are_refused() {
    let place = Place::new().unwrap();
    let state = place.root.join("not/yet/there");
    let err = Archive::new(&state, &place.root, &place.identity)
        .err()
        .unwrap();
    assert!(matches!(err, FixError::StateInside { .. }), "{err:?}");
}
