//! Fixed reads of the environment do what they did, whether the variable is unset, empty or set.
//!
//! Each program is run before and after the fix, with the wrapper that the fix makes.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::project::{Project, Result};

/// Reads of secrets in Python.
const PYTHON: [&str; 12] = [
    r#"os.environ["A_SECRET"]"#,
    r#"os.environ.get("A_SECRET")"#,
    r#"os.getenv("A_SECRET")"#,
    r#"os.environ.get("A_SECRET", None)"#,
    r#"os.environ.get("A_SECRET", "")"#,
    r#"os.getenv("A_SECRET", default="d")"#,
    r#"os.environ.get("A_SECRET") or "d""#,
    r#"os.environ.get("A_SECRET", os.environ.get("B_SECRET"))"#,
    r#"f"x{os.environ['A_SECRET']}y""#,
    r#"os.environ["A_SECRET"].encode().decode()"#,
    r#"os.environ . get ( "A_SECRET", "d" ,)"#,
    r#"os.environ.get("mixed_Case_SECRET")"#,
];

/// Reads of secrets in JavaScript.
const JAVASCRIPT: [&str; 9] = [
    "process.env.A_SECRET",
    "process.env['A_SECRET']",
    "process.env.A_SECRET ?? 'd'",
    "process.env.A_SECRET || 'd'",
    "process.env.A_SECRET || process.env.B_SECRET",
    "`Bearer ${process.env.A_SECRET}`",
    "process.env.A_SECRET?.trim()",
    "!!process.env.A_SECRET",
    "process.env.mixed_Case_SECRET",
];

/// What the variables are set to, one after the other.
const STATES: [Option<&str>; 4] = [None, Some(""), Some("rosebud"), Some(" é\n'\"")];

fn python() -> String {
    let mut text = String::from(
        "import json\nimport os\n\n\ndef show(read):\n    try:\n        print(json.dumps(read()))\n    \
         except KeyError:\n        print(\"KeyError\")\n\n\n",
    );
    for read in PYTHON {
        text.push_str("show(lambda: ");
        text.push_str(read);
        text.push_str(")\n");
    }
    text
}

fn javascript(head: &str) -> String {
    let mut text = format!("{head}\n\nconst show = (it) => console.log(JSON.stringify(it));\n");
    for read in JAVASCRIPT {
        text.push_str("show(");
        text.push_str(read);
        text.push_str(");\n");
    }
    text
}

/// What `program` prints in each state; `None` when it is not installed.
fn outputs(program: &str, file: &Path) -> Result<Option<Vec<String>>> {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !found.is_ok_and(|it| it.success()) {
        return Ok(None);
    }
    let mut outputs = Vec::new();
    for state in STATES {
        let mut command = Command::new(program);
        command.arg(file).env("SECRETS_BACKEND", "env");
        for variable in ["A_SECRET", "B_SECRET", "mixed_Case_SECRET"] {
            match state {
                Some(value) => command.env(variable, value),
                None => command.env_remove(variable),
            };
        }
        let output = command.output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        outputs.push(String::from_utf8(output.stdout)?);
    }
    Ok(Some(outputs))
}

#[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
fn assert_same(program: &str, path: &str, text: &str, other: &[(&str, &str)], reads: usize) {
    let mut files = vec![(path, text)];
    files.extend(other);
    let project = Project::of(&files).unwrap_or_else(|err| panic!("{err}"));
    let file = project.root.join(path);
    let run = || outputs(program, &file).unwrap_or_else(|err| panic!("{err}"));
    let Some(before) = run() else {
        eprintln!("skipped: {program} is not installed");
        return;
    };
    let plan = project.plan().unwrap_or_else(|err| panic!("{err}"));
    let planned: usize = plan.files.iter().map(|it| it.fixes.len()).sum();
    assert_eq!(planned, reads, "{:?}", plan.skipped);
    project.write(&plan).unwrap_or_else(|err| panic!("{err}"));
    assert_eq!(run(), Some(before));
}

#[test]
fn python_does_what_it_did() {
    assert_same("python3", "app.py", &python(), &[], PYTHON.len());
}

#[test]
fn a_python_package_does_what_it_did() {
    let files = [("shop/__init__.py", ""), ("shop/settings/__init__.py", "")];
    let main = "import runpy\nrunpy.run_module('shop.settings.base')\n";
    let project = Project::of(&[
        files[0],
        files[1],
        ("shop/settings/base.py", &python()),
        ("manage.py", main),
    ]);
    let project = project.unwrap();
    let file = project.root.join("manage.py");
    let Some(before) = outputs("python3", &file).unwrap() else {
        return;
    };
    let plan = project.plan().unwrap();
    project.write(&plan).unwrap();
    assert_eq!(outputs("python3", &file).unwrap(), Some(before));
}

#[test]
fn common_js_does_what_it_did() {
    let text = javascript("'use strict';\nconst path = require('path');\nvoid path;");
    // Both operands of one expression are fixes of their own.
    let reads = JAVASCRIPT.len() + 1;
    assert_same(
        "node",
        "src/app.js",
        &text,
        &[("package.json", "{}")],
        reads,
    );
}

#[test]
fn modules_do_what_they_did() {
    let text = javascript("import path from 'node:path';\nvoid path;");
    let package = ("package.json", r#"{"type": "module"}"#);
    let reads = JAVASCRIPT.len() + 1;
    assert_same(
        "node",
        "lib/app.js",
        &text,
        &[package, ("src/a.js", "")],
        reads,
    );
}

#[test]
fn modules_in_a_common_js_package_do_what_they_did() {
    let text = javascript("import path from 'node:path';\nvoid path;");
    let reads = JAVASCRIPT.len() + 1;
    assert_same("node", "app.mjs", &text, &[("package.json", "{}")], reads);
}

#[test]
fn common_js_in_a_package_of_modules_does_what_it_did() {
    let text = javascript("const path = require('path');\nvoid path;");
    let package = ("package.json", r#"{"type": "module"}"#);
    let reads = JAVASCRIPT.len() + 1;
    assert_same("node", "app.cjs", &text, &[package], reads);
}
