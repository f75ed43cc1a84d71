//! Fixed programs do what they did: Python itself is asked.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use shield::fix::Applicability;

use crate::generate::reading;
use crate::workshop::{Result, Workshop};

/// How many programs are run.
const PROGRAMS: usize = 160;

/// Runs pairs of programs in each state of the variables, and tells where they differ.
///
/// A name is worth what is equal to it; of an exception, only its family counts.
const JUDGE: &str = r"
import json, os, sys
sys.path.insert(0, sys.argv[1])
os.environ['SECRETS_BACKEND'] = 'env'
NAMES = ['A_SECRET', 'B_SECRET', 'mixed_Case_SECRET']

def run(text):
    space = {'__name__': 'program'}
    try:
        exec(compile(text, 'program', 'exec', dont_inherit=True), space)
        end = None
    except KeyError:
        end = 'KeyError'
    except Exception as error:
        end = type(error).__name__
    plain = (str, bytes, int, list, dict, type(None))
    shown = {k: v for k, v in space.items() if k[:1] in 'vwa' and isinstance(v, plain)}
    return end, shown

runs = 0
for number, (before, after) in enumerate(json.load(sys.stdin)):
    for state in [None, '', 'rosebud', ' é\n\'']:
        for name in NAMES:
            os.environ.pop(name, None)
            if state is not None:
                os.environ[name] = state
        first, second = run(before), run(after)
        runs += first[0] is None and bool(first[1])
        if first != second:
            print('differs', number, repr(state), first[0], second[0])
print('runs', runs)
";

/// What Python says about pairs of programs; `None` where there is no Python.
fn judge(root: &Path, pairs: &[(String, String)]) -> Result<Option<String>> {
    let python = Command::new("python3")
        .args(["-W", "ignore", "-c", JUDGE])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        return Ok(None);
    };
    let mut stdin = python.stdin.take().ok_or("no standard input")?;
    let text = serde_json::to_string(pairs)?;
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = python.wait_with_output()?;
    writer.join().map_err(|_panic| "the writer panicked")??;
    Ok(Some(String::from_utf8(output.stdout)?))
}

#[test]
fn i6_and_i8_safe_fixes_do_what_the_code_did_in_every_state() {
    let mut runner = TestRunner::deterministic();
    let all = prop::collection::vec(reading(), PROGRAMS);
    let programs = all.new_tree(&mut runner).expect("programs").current();
    let workshop = Workshop::of(&programs).unwrap();
    let plan = workshop.plan(&workshop.scan().unwrap(), Applicability::Safe);
    let pairs = plan.files.iter().map(|it| {
        let before = fs::read_to_string(&it.file).unwrap();
        (before, it.after.clone())
    });
    let pairs: Vec<(String, String)> = pairs.collect();
    assert!(pairs.len() > PROGRAMS * 2 / 3, "only {}", pairs.len());
    // The programs import what the fix has made.
    workshop.write(&plan).unwrap();
    let Some(verdict) = judge(&workshop.root, &pairs).unwrap() else {
        return;
    };
    let mut lines: Vec<&str> = verdict.lines().collect();
    let runs = lines.pop().and_then(|it| it.strip_prefix("runs ")).unwrap();
    assert_eq!(lines, Vec::<&str>::new());
    let runs: usize = runs.parse().unwrap();
    assert!(runs > PROGRAMS, "only {runs} runs came to something");
}
