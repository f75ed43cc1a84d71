//! Runs over many files that are killed, at each of their steps and at any time.

use std::cell::Cell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use shield::fix;
use shield::fix::FixError;
use shield::fix::Recovered;
use shield::fix::Way;

use crate::child::told;
use crate::forest::{Forest, Image, LARGE};
use crate::place::Result;

/// The name of the test that is the child.
const TEST: &str = "kill::a_child_process_works_until_it_is_killed";

const FOREST: &str = "SHIELD_TEST_FOREST";
const TASK: &str = "SHIELD_TEST_TASK";
const STOP: &str = "SHIELD_TEST_STOP";

/// What the child says once it waits to be killed.
const WAITS: &str = "waits to be killed";

/// How many runs are killed at a time that nobody has chosen.
const RANDOM: usize = 120;

#[test]
fn a_child_process_works_until_it_is_killed() {
    let (Some(folder), Some(task)) = (told(FOREST), told(TASK)) else {
        return;
    };
    let stop: usize = told(STOP).unwrap().parse().unwrap();
    let steps = Cell::new(0);
    let count = || {
        steps.set(steps.get() + 1);
        if steps.get() == stop {
            writeln!(std::io::stdout(), "\n{WAITS}").unwrap();
            thread::sleep(Duration::from_mins(1));
        }
    };
    let observer = |_| count();
    let forest = Forest::at(Path::new(&folder)).unwrap();
    let archive = forest.archive().unwrap().observed(&observer);
    match task.as_str() {
        "fix" => forest.fix(&archive, &count).unwrap(),
        "recover" => drop(fix::recover(Way::Best, &archive).unwrap()),
        "rollback" => drop(fix::rollback(None, &archive).unwrap()),
        "undo" => drop(fix::recover(Way::Undo, &archive).unwrap()),
        other => panic!("{other}?"),
    }
}

/// Adds to `command` what this program is to do in `forest` up to the step `stop`.
pub(crate) fn tell(command: &mut Command, forest: &Forest, task: &str, stop: usize) {
    command
        .args(["--exact", TEST, "--nocapture"])
        .env(FOREST, &forest.folder)
        .env(TASK, task)
        .env(STOP, stop.to_string())
        // Where a child fails is known, and finding the names of its functions takes long.
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
}

/// Starts a child that does `task` in `forest` up to the step `stop`.
fn start(forest: &Forest, task: &str, stop: usize) -> Result<(Child, BufReader<ChildStdout>)> {
    let mut command = Command::new(std::env::current_exe()?);
    tell(&mut command, forest, task, stop);
    let mut child = command.stderr(Stdio::inherit()).spawn()?;
    let out = child.stdout.take().ok_or("no output")?;
    Ok((child, BufReader::new(out)))
}

/// Kills `task` in `forest` after the step `stop`; false when it came to its end before.
pub(crate) fn kill_at(forest: &Forest, task: &str, stop: usize) -> Result<bool> {
    let (mut child, out) = start(forest, task, stop)?;
    for line in out.lines() {
        if line? == WAITS {
            child.kill()?;
            child.wait()?;
            return Ok(true);
        }
    }
    assert!(child.wait()?.success());
    Ok(false)
}

/// Kills a run in `forest` after some time; false when it came to its end before.
fn kill_after(forest: &Forest, time: Duration) -> Result<bool> {
    let (mut child, _out) = start(forest, "fix", usize::MAX)?;
    thread::sleep(time);
    child.kill()?;
    Ok(!child.wait()?.success())
}

/// The project before and after a run, how long a run takes, and how many were recovered how.
struct Bounds {
    before: Image,
    after: Image,
    time: Duration,
    finished: AtomicUsize,
    undone: AtomicUsize,
}

impl Bounds {
    fn new() -> Result<Self> {
        let forest = Forest::new(LARGE)?;
        let before = forest.image()?;
        let begin = Instant::now();
        assert!(!kill_at(&forest, "fix", usize::MAX)?);
        let time = begin.elapsed();
        forest.check_files()?;
        forest.check_leaks()?;
        Ok(Self {
            before,
            after: forest.image()?,
            time,
            finished: AtomicUsize::new(0),
            undone: AtomicUsize::new(0),
        })
    }
}

/// Looks at what a killed run has left, and recovers from it, also when that is killed first.
fn recover(forest: &Forest, bounds: &Bounds, number: usize) -> Result<()> {
    forest.check_files()?;
    forest.check_leaks()?;
    let archive = forest.archive()?;
    if fix::runs(&archive)?.is_empty() {
        // Nothing had begun: the next run starts anew.
        forest.ready()?;
        assert!(forest.image()? == bounds.before && !forest.has_store());
        return Ok(());
    }
    match forest.ready() {
        Ok(()) => assert!(
            forest.image()? == bounds.after,
            "done, and not all is after"
        ),
        Err(FixError::Unfinished { .. }) => {
            let next = fix::begin(&forest.plan()?, &[], &archive).err();
            assert!(
                matches!(next, Some(FixError::Unfinished { .. })),
                "{next:?}"
            );
            end(forest, bounds, number)?;
        }
        Err(err) => return Err(err.into()),
    }
    forest.ready()?;
    if forest.image()? == bounds.after {
        forest.check_files()?;
        fix::rollback(None, &archive)?;
    }
    assert!(forest.image()? == bounds.before && !forest.has_store());
    forest.check_leaks()
}

/// Recovers in the way that `number` says, sometimes killed once more.
fn end(forest: &Forest, bounds: &Bounds, number: usize) -> Result<()> {
    let (task, way) = match number % 3 {
        0 => ("undo", Way::Undo),
        _ => ("recover", Way::Best),
    };
    if number % 4 == 1 && kill_at(forest, task, 1 + number % 90)? {
        forest.check_files()?;
        forest.check_leaks()?;
    }
    let recovered = fix::recover(way, &forest.archive()?)?;
    let image = forest.image()?;
    match recovered {
        Some(Recovered::Finished(_)) => {
            bounds.finished.fetch_add(1, Ordering::Relaxed);
            assert!(image == bounds.after, "not all is after");
        }
        Some(Recovered::Undone(_)) => {
            bounds.undone.fetch_add(1, Ordering::Relaxed);
            assert!(image == bounds.before, "not all is before");
        }
        // The one that was killed had come to its end.
        None => assert!(image == bounds.after || image == bounds.before),
    }
    Ok(())
}

#[test]
fn a_run_over_fifty_files_killed_at_any_step_or_time_is_recovered() {
    let bounds = Bounds::new().unwrap();
    assert!(bounds.before.values().filter(|it| it.is_file()).count() >= 49);
    let next = AtomicUsize::new(1);
    let last = AtomicUsize::new(usize::MAX);
    let killed = AtomicUsize::new(0);
    let work = || loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let steps = last.load(Ordering::Relaxed);
        let forest = Forest::new(LARGE).unwrap();
        let stopped = if number < steps {
            let stopped = kill_at(&forest, "fix", number).unwrap();
            if !stopped {
                last.fetch_min(number, Ordering::Relaxed);
            }
            stopped
        } else if number < steps.saturating_add(RANDOM) {
            // Spread over the run and beyond, in no order.
            let share = u32::try_from(number * 37 % RANDOM).unwrap();
            let time = bounds.time * share / u32::try_from(RANDOM).unwrap();
            kill_after(&forest, time).unwrap()
        } else {
            break;
        };
        killed.fetch_add(usize::from(stopped), Ordering::Relaxed);
        recover(&forest, &bounds, number).unwrap_or_else(|err| panic!("kill {number}: {err}"));
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(work);
        }
    });
    let [killed, finished, undone] =
        [killed, bounds.finished, bounds.undone].map(AtomicUsize::into_inner);
    assert!(
        killed >= 300 && finished >= 20 && undone >= 60,
        "only {killed} kills, {finished} finished and {undone} undone"
    );
}
