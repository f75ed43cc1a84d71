//! Runs that are killed at each call to the system that changes something, or in which it fails.
//!
//! Between two steps of a run lie many calls, so this is finer than killing it at its steps.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use shield::fix;
use shield::fix::FixError;
use shield::fix::Way;

use crate::forest::{Forest, Image, SMALL};
use crate::kill::{kill_at, tell};
use crate::place::Result;

/// The calls that change something, or make a change last.
const CALLS: &str = "/^(write|f(data)?sync|ftruncate|rename.*|link(at)?|unlink.*|mkdir.*|rmdir|\
                     fchmod|fchown|flock|f(set|remove)xattr)$";

/// One call of a run: its name, and the how many-th of that name it is in its thread.
type Call = (String, usize);

/// Does `task` in `forest` under a watch that does what `options` say; whether it ended well.
fn watched(forest: &Forest, task: &str, options: &[&str]) -> Result<bool> {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(options);
    command.arg(std::env::current_exe()?);
    tell(&mut command, forest, task, usize::MAX);
    Ok(command.output()?.status.success())
}

/// Every call of `task` that changes something.
fn calls(forest: &Forest, task: &str) -> Result<Vec<Call>> {
    let list = forest.folder.join("calls");
    let path = list.to_string_lossy();
    let trace = format!("trace={CALLS}");
    let options = ["-o", &path, "-e", &trace, "-e", "signal=none"];
    assert!(watched(forest, task, &options)?);
    let text = fs::read_to_string(&list)?;
    fs::remove_file(list)?;
    let mut most: BTreeMap<String, usize> = BTreeMap::new();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for line in text.lines() {
        // `12345 rename("a", "b") = 0`, and the end of a call that was interrupted.
        let Some((thread, call)) = line.split_once(' ') else {
            continue;
        };
        let Some((name, _)) = call.trim_start().split_once('(') else {
            continue;
        };
        let count = counts.entry((thread, name)).or_default();
        *count += 1;
        let known = most.entry(name.to_owned()).or_default();
        *known = (*known).max(*count);
    }
    let all = most.into_iter();
    Ok(all
        .flat_map(|(name, count)| (1..=count).map(move |it| (name.clone(), it)))
        .collect())
}

/// Whether calls can be watched here.
fn is_allowed() -> bool {
    let plain = Command::new("strace").args(["-qq", "true"]).output();
    plain.is_ok_and(|it| it.status.success())
}

#[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
fn skipped() {
    eprintln!("skipped: strace is not here or may not trace");
}

/// The project before and after a run.
struct Ends {
    before: Image,
    after: Image,
}

impl Ends {
    fn new() -> Result<Self> {
        let forest = Forest::new(SMALL)?;
        let before = forest.image()?;
        assert!(!kill_at(&forest, "fix", usize::MAX)?);
        let after = forest.image()?;
        Ok(Self { before, after })
    }

    /// Looks at what a run has left, and brings it to an end.
    fn check(&self, forest: &Forest, left: Left) -> Result<()> {
        forest.check_files()?;
        forest.check_leaks()?;
        match left {
            Left::Part => forest.check_imports(),
            Left::Whole => self.check_whole(forest)?,
        }
        let archive = forest.archive()?;
        if let Err(err) = forest.ready() {
            assert!(matches!(err, FixError::Unfinished { .. }), "{err}");
            fix::recover(Way::Best, &archive)?;
        }
        forest.ready()?;
        self.check_whole(forest)?;
        match fix::rollback(None, &archive) {
            Ok(_) | Err(FixError::NoRun) => {}
            Err(err) => return Err(err.into()),
        }
        let undone = forest.image()?;
        assert!(undone == self.before, "{:?}", self.strange(&undone));
        forest.check_leaks()
    }

    /// Fails unless the project is as before or as after.
    fn check_whole(&self, forest: &Forest) -> Result<()> {
        let image = forest.image()?;
        let is_whole = image == self.before || image == self.after;
        if is_whole {
            Ok(())
        } else {
            Err(format!("{:?}", self.strange(&image)).into())
        }
    }

    /// The paths at which the project is not as before.
    fn strange(&self, image: &Image) -> Vec<String> {
        let paths = image
            .iter()
            .filter(|(path, node)| self.before.get(*path) != Some(node));
        paths.map(|(path, _)| path.display().to_string()).collect()
    }
}

/// What trouble may leave, until it is recovered from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Files as before and files as after.
    Part,
    /// All as before, or all as after.
    Whole,
}

/// Does `work` for each of `calls`, on some threads.
fn each(calls: &[Call], work: impl Fn(&Call) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(call) = calls.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(call);
                }
            });
        }
    });
}

/// A forest in which `task` is next: a run, undoing it, or recovering from one stopped half-way.
fn forest_for(task: &str) -> Result<Forest> {
    let forest = Forest::new(SMALL)?;
    match task {
        "rollback" => assert!(!kill_at(&forest, "fix", usize::MAX)?),
        "recover" | "undo" => assert!(kill_at(&forest, "fix", 50)?),
        _ => {}
    }
    Ok(forest)
}

/// Does `task` once for each of its calls, with `trouble` at the call; there are `least` or more.
fn at_each_call(task: &str, trouble: &str, left: Left, least: usize) {
    if !is_allowed() {
        return skipped();
    }
    let ends = Ends::new().unwrap();
    let calls = calls(&forest_for(task).unwrap(), task).unwrap();
    assert!(calls.len() >= least, "only {} calls", calls.len());
    // A watch that stops nothing would make every test here pass.
    let first = forest_for(task).unwrap();
    let inject = |name: &str, number: usize| {
        let number = number.to_string();
        format!("inject={name}:{}", trouble.replace('#', &number))
    };
    let second = inject("write", 2);
    assert!(!watched(&first, task, &["-o", "/dev/null", "-e", &second]).unwrap());
    each(&calls, |(name, number)| {
        let forest = forest_for(task).unwrap();
        let option = inject(name, *number);
        watched(&forest, task, &["-o", "/dev/null", "-e", &option]).unwrap();
        ends.check(&forest, left)
            .unwrap_or_else(|err| panic!("{task} with {option}: {err}"));
    });
}

#[test]
fn a_run_killed_at_any_call_is_recovered() {
    at_each_call("fix", "signal=KILL:when=#", Left::Part, 100);
}

#[test]
fn a_rollback_killed_at_any_call_can_be_repeated() {
    at_each_call("rollback", "signal=KILL:when=#", Left::Part, 50);
}

#[test]
fn a_recovery_killed_at_any_call_can_be_repeated() {
    at_each_call("recover", "signal=KILL:when=#", Left::Part, 20);
    at_each_call("undo", "signal=KILL:when=#", Left::Part, 40);
}

#[test]
fn a_recovery_in_which_any_call_fails_can_be_repeated() {
    at_each_call("recover", "error=EIO:when=#", Left::Part, 20);
    at_each_call("undo", "error=EIO:when=#", Left::Part, 40);
}

#[test]
fn a_run_in_which_any_call_fails_puts_everything_back() {
    at_each_call("fix", "error=ENOSPC:when=#", Left::Whole, 100);
}

#[test]
fn a_run_in_which_all_calls_of_a_kind_fail_from_some_time_on_is_recovered() {
    at_each_call("fix", "error=EIO:when=#+", Left::Part, 100);
}

/// The calls of `task` as they are traced, with the paths of open files.
fn traced(forest: &Forest, task: &str) -> Result<Vec<String>> {
    let list = forest.folder.join("calls");
    let path = list.to_string_lossy();
    let trace = format!("trace={CALLS}");
    watched(forest, task, &["-y", "-o", &path, "-e", &trace])?;
    let text = fs::read_to_string(&list)?;
    fs::remove_file(list)?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[test]
fn what_takes_the_place_of_a_file_is_on_disk_before() {
    if !is_allowed() {
        return skipped();
    }
    let forest = Forest::new(SMALL).unwrap();
    let calls = traced(&forest, "fix").unwrap();
    let first = |what: &[&str]| {
        let found = |it: &String| what.iter().all(|part| it.contains(part));
        calls
            .iter()
            .position(found)
            .unwrap_or_else(|| panic!("{what:?} in {calls:#?}"))
    };
    let mut renamed = 0;
    for (number, call) in calls.iter().enumerate() {
        if !call.contains(" rename") {
            continue;
        }
        renamed += 1;
        let temp = call.split('"').nth(1).unwrap();
        assert!(first(&["fsync(", temp]) < number, "{call}");
    }
    assert!(renamed > 8, "only {renamed}");
    // The journal, what the code needs, and the code last in this order.
    let code = first(&[" rename", "shop/00.py"]);
    let wrapper = first(&[" rename", "shield_secrets/core.py"]);
    let store = first(&[" rename", "secrets.dev.age"]);
    let folder = |name: &str| format!("{name}>)");
    assert!(first(&["fdatasync(", "journal.jsonl"]) < store);
    assert!(first(&["fsync(", &folder("project/.shield")]) < code);
    let synced = first(&["fsync(", &folder("project/shield_secrets")]);
    assert!(store < wrapper && wrapper < synced && synced < code);
}

#[test]
fn a_store_that_was_written_wrong_keeps_the_code_as_it_is() {
    if !is_allowed() {
        return skipped();
    }
    let calls = traced(&Forest::new(SMALL).unwrap(), "fix").unwrap();
    // Writes are counted for each thread, and the one that works writes most.
    let store = calls
        .iter()
        .find(|it| it.contains("project/.shield/.shield-"));
    let thread = store.and_then(|it| it.split(' ').next()).unwrap();
    let writes = calls
        .iter()
        .filter(|it| it.starts_with(thread) && it.contains(" write("));
    let of_stores = writes
        .enumerate()
        .filter(|(_, it)| it.contains("/.shield/.shield-"));
    let mut tried = 0;
    // The first is the list of recipients.
    for (number, _) in of_stores.skip(1) {
        let forest = Forest::new(SMALL).unwrap();
        let before = forest.image().unwrap();
        // The first byte is not written.
        let lost = format!("inject=write:retval=1:when={}", number + 1);
        let ended = watched(&forest, "fix", &["-o", "/dev/null", "-e", &lost]).unwrap();
        assert!(!ended, "{lost}");
        assert!(forest.image().unwrap() == before, "{lost}");
        tried += 1;
    }
    assert!(tried >= SMALL, "only {tried}");
}
