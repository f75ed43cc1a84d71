//! Generated programs do after the fix what they did before, in every state of the environment.

use std::fmt::Write as _;
use std::process::Command;

use shield::fix::Applicability;

use crate::project::{Project, Result, put};
use crate::shapes;

/// How many programs of each kind of module are made.
const PROGRAMS: usize = 150;

/// Runs every program of the folder in each state of the environment, and prints what its
/// functions return or throw.
const RUNNER: &str = r"
import fs from 'node:fs';
import { inspect } from 'node:util';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const files = fs.readdirSync('.').filter((it) => /^p\d+\./.test(it)).sort();
const variables = ['A_SECRET', 'B_SECRET', 'mixed_Case_SECRET', 'PORT'];
const states = [undefined, '', 'rosebud', ' é\n'];
const told = (run) => {
  try {
    return inspect(run(), { depth: 8 });
  } catch (error) {
    return `threw ${error?.name}`;
  }
};
for (const file of files) {
  for (const [number, state] of states.entries()) {
    const reset = () => {
      for (const it of variables) {
        if (state === undefined) delete process.env[it];
        else process.env[it] = state + (it === 'PORT' ? 80 : '');
      }
    };
    reset();
    let functions;
    try {
      if (file.endsWith('.cjs')) {
        delete require.cache[require.resolve('./' + file)];
        functions = require('./' + file);
      } else {
        functions = (await import(`./${file}?${number}`)).default;
      }
    } catch (error) {
      console.log(file, number, 'not loaded', error?.name);
      continue;
    }
    for (const it of functions) {
      reset();
      console.log(JSON.stringify([file, number, told(it)]));
    }
  }
}
";

/// What the runner prints, or nothing where Node is not installed.
#[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
fn outputs(project: &Project) -> Result<Option<Vec<String>>> {
    let mut node = Command::new("node");
    node.arg("run.mjs").current_dir(&project.root);
    let Ok(output) = node.env("SECRETS_BACKEND", "env").output() else {
        eprintln!("skipped: node is not installed");
        return Ok(None);
    };
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(Some(text.lines().map(str::to_owned).collect()))
}

/// Fixes programs made of `seed`, and tells how many findings were fixed and how many were not.
fn hold_to_what_they_did(seed: u8) -> Result<(usize, usize)> {
    let project = Project::of(&[("package.json", "{}"), ("run.mjs", RUNNER)])?;
    let (required, imported) = shapes::programs(PROGRAMS, seed);
    for (programs, extension) in [(required, "cjs"), (imported, "mjs")] {
        for (number, program) in programs.iter().enumerate() {
            put(
                &project.root.join(format!("p{number:03}.{extension}")),
                program,
            )?;
        }
    }
    let Some(before) = outputs(&project)? else {
        return Ok((usize::MAX, 0));
    };
    let plan = project.plan_at(Applicability::Unsafe)?;
    let broken = project.texts_with(&plan, "unverified")?.join(
        "
",
    );
    assert_eq!(
        broken, "",
        "seed {seed}: fixes that did not pass their checks"
    );
    project.write(&plan)?;
    let after = outputs(&project)?.unwrap_or_default();
    let mut differences = String::new();
    for (old, new) in before
        .iter()
        .zip(&after)
        .filter(|(old, new)| old != new)
        .take(3)
    {
        writeln!(differences, "before {old}\nafter  {new}")?;
        for file in &plan.files {
            if old.contains(file.path.as_str()) {
                writeln!(differences, "{}", file.after)?;
            }
        }
    }
    assert_eq!(
        (differences.as_str(), before.len()),
        ("", after.len()),
        "seed {seed}"
    );
    let fixed: usize = plan
        .files
        .iter()
        .flat_map(|it| &it.fixes)
        .map(|it| it.findings.len())
        .sum();
    Ok((fixed, plan.skipped.len()))
}

#[test]
fn generated_programs_do_what_they_did() {
    let (fixed, kept) = hold_to_what_they_did(41).unwrap_or_else(|err| panic!("{err}"));
    assert!(fixed > 2 * PROGRAMS, "{fixed} fixed, {kept} kept");
    assert!(fixed > kept, "{fixed} fixed, {kept} kept");
}
