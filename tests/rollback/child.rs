//! Processes that are stopped in the middle of a run.

use std::cell::Cell;
use std::path::Path;
use std::process::Command;

use shield::fix;
use shield::fix::FixError;
use shield::fix::RunState;

use crate::place::{Place, Result};

/// The name of the test that is the child.
const TEST: &str = "child::a_child_process_does_what_it_is_told";

/// What a child process does in the place it is given.
const WRITE: &str = "write";
const UNDO: &str = "undo";
const PLACE: &str = "SHIELD_TEST_PLACE";
const TASK: &str = "SHIELD_TEST_TASK";
const STOP: &str = "SHIELD_TEST_STOP";

#[expect(
    clippy::disallowed_methods,
    reason = "a test tells its child what to do"
)]
pub(crate) fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[test]
fn a_child_process_does_what_it_is_told() {
    let (Some(folder), Some(task)) = (told(PLACE), told(TASK)) else {
        return;
    };
    let stop = told(STOP).map_or(usize::MAX, |it| it.parse().unwrap());
    let steps = Cell::new(0);
    let observer = |_| {
        steps.set(steps.get() + 1);
        if steps.get() == stop {
            // No destructor runs and nothing is flushed, as with a kill.
            std::process::abort();
        }
    };
    let place = Place::at(Path::new(&folder)).unwrap();
    let archive = place.archive().unwrap().observed(&observer);
    match task.as_str() {
        WRITE => drop(place.fix(&archive).unwrap()),
        UNDO => drop(fix::rollback(None, &archive).unwrap()),
        "full" => crate::disk::full(&place).unwrap(),
        "stuck" => crate::disk::stuck(&place).unwrap(),
        "fails" => crate::disk::fails(&place).unwrap(),
        other => panic!("{other}?"),
    }
}

/// Adds to `command` this program, and what it is to do in `place` up to the step `stop`.
pub(crate) fn tell(command: &mut Command, place: &Place, task: &str, stop: usize) -> Result<()> {
    command
        .args(["--exact", TEST])
        .env(PLACE, place.root.parent().ok_or("no folder")?)
        .env(TASK, task)
        .env(STOP, stop.to_string());
    Ok(())
}

/// Runs `task` in `place` in a child that stops at the step `stop`; whether it came to the end.
fn child(place: &Place, task: &str, stop: usize) -> Result<bool> {
    let mut command = Command::new(std::env::current_exe()?);
    tell(&mut command, place, task, stop)?;
    Ok(command.output()?.status.success())
}

#[test]
fn a_run_killed_at_any_step_leaves_whole_files_and_can_be_undone() {
    let mut begun = 0;
    for step in 1.. {
        let place = Place::new().unwrap();
        let before = place.image().unwrap();
        let finished = child(&place, WRITE, step).unwrap();
        assert!(place.is_whole().unwrap(), "after step {step}");
        let archive = place.archive().unwrap();
        if finished {
            assert!(step > 20, "only {step} steps");
            break;
        }
        if fix::runs(&archive).unwrap().is_empty() {
            // Nothing had begun: the next run simply starts anew.
            assert_eq!(place.image().unwrap(), before, "after step {step}");
            place.fix(&archive).unwrap();
        } else {
            begun += 1;
            let done = fix::runs(&archive).unwrap()[0].state == RunState::Done;
            let next = fix::begin(&place.plan().unwrap(), &[], &archive).err();
            assert!(done || matches!(next, Some(FixError::Unfinished { .. })));
        }
        fix::rollback(None, &archive).unwrap();
        assert_eq!(place.image().unwrap(), before, "after step {step}");
    }
    assert!(begun > 10);
}

#[test]
fn a_rollback_killed_at_any_step_can_be_repeated() {
    for step in 1.. {
        let place = Place::new().unwrap();
        let before = place.image().unwrap();
        let archive = place.archive().unwrap();
        place.fix(&archive).unwrap();
        let finished = child(&place, UNDO, step).unwrap();
        assert!(place.is_whole().unwrap(), "after step {step}");
        if finished {
            assert!(step > 5, "only {step} steps");
            break;
        }
        match fix::rollback(None, &archive) {
            Ok(_) | Err(FixError::NoRun) => {}
            Err(err) => panic!("after step {step}: {err}"),
        }
        assert_eq!(place.image().unwrap(), before, "after step {step}");
    }
}
