//! Infrastructure code is what it was, and is checked and run as what it is: by the linters of
//! AWS, shells, Compose and SQL, by Terraform and the CDK, against a server that answers as AWS
//! does, and against a real `PostgreSQL`.
//!
//! `check.py`, `weak.py`, `script.py`, `deploy.py` and `rotate.py` do it, with packages that are installed below
//! `target/templates/`, once.

#[path = "../templates/tool.rs"]
#[expect(dead_code, reason = "the tests of wrappers need more of it")]
mod tool;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitCode;
use std::sync::LazyLock;

use libtest_mimic::Arguments;
use libtest_mimic::Failed;
use libtest_mimic::Trial;
use walkdir::WalkDir;

/// What code is made for, the environment, and further arguments.
type Made = (&'static str, &'static str, &'static [&'static str]);

/// All that is made.
const MADE: [Made; 12] = [
    ("iam", "production", &[]),
    ("terraform", "production", &[]),
    (
        "terraform",
        "production",
        &["--terraform-values", "wo", "--import"],
    ),
    ("cloudformation", "production", &[]),
    ("cdk", "production", &[]),
    ("cli", "production", &[]),
    ("k8s", "production", &[]),
    ("k8s", "staging", &[]),
    ("compose", "development", &[]),
    ("alarms", "production", &[]),
    ("audit", "production", &[]),
    ("rotation-lambda", "production", &[]),
];

static PYTHON: LazyLock<Option<String>> = LazyLock::new(|| tool::version("python3"));

static NODE: LazyLock<Option<String>> = LazyLock::new(|| tool::version("node"));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (target, environment, more) in MADE {
        let name = [&[target, environment], more].concat().join(" ");
        let label = name.replace(" --", "-").replace(' ', "-");
        trials.push(Trial::test(format!("{name} is as it was"), move || {
            snapshot(&label, target, environment, more)
        }));
        let checked = format!("{name} passes its linters");
        trials.push(python(&checked, "check.py", target, environment, more));
    }
    let once = "the script makes every secret once and shows no value";
    trials.push(python(once, "script.py", "cli", "production", &[]));
    for target in ["terraform", "cloudformation", "alarms"] {
        let name = format!("{target} has no weak settings");
        trials.push(tool::trial(
            &name,
            "python3",
            PYTHON.as_deref(),
            move || weak(target),
        ));
    }
    let deployed = "a stack has every secret, without a value, and lets its readers read";
    let target = "cloudformation";
    trials.push(python(deployed, "deploy.py", target, "production", &[]));
    trials.push(rotation());
    let own = "the construct of the CDK passes its own test, and its template makes every secret";
    trials.push(tool::trial(own, "node", NODE.as_deref(), construct));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The trial of the function, which is left out where there is nothing to rotate.
fn rotation() -> Trial {
    let name = "a password of a real PostgreSQL is rotated, step by step and again";
    if has_postgres() {
        return python(name, "rotate.py", "rotation-lambda", "production", &[]);
    }
    let missing = format!("PostgreSQL is not installed, so `{name}` was not run");
    Trial::test(missing, || Ok(())).with_ignored_flag(true)
}

/// A trial that makes code and lets a script of Python try it.
fn python(
    name: &str,
    script: &'static str,
    target: &'static str,
    environment: &'static str,
    more: &'static [&'static str],
) -> Trial {
    tool::trial(name, "python3", PYTHON.as_deref(), move || {
        let place = tempfile::tempdir()?;
        let made = make(place.path(), target, environment, more)?;
        let mut command = Command::new(interpreter()?);
        command.arg(here().join(script)).arg(target).arg(made);
        tool::run(&mut command).map(drop)
    })
}

/// Looks for weak settings, with a Python that has nothing but what does that.
fn weak(target: &str) -> Result<(), Failed> {
    let place = tempfile::tempdir()?;
    let made = make(place.path(), target, "production", &[])?;
    let version = PYTHON.as_deref().unwrap_or_default();
    let requirements = here().join("checkov.txt");
    let python = tool::environment("emit-checkov", ("python3", version), &requirements)?;
    let mut command = Command::new(python);
    command.arg(here().join("weak.py")).arg(target).arg(made);
    tool::run(&mut command).map(drop)
}

/// Makes code below a folder, which is returned.
fn make(place: &Path, target: &str, environment: &str, more: &[&str]) -> Result<PathBuf, Failed> {
    let project = place.join("project");
    let made = place.join("made");
    fs::create_dir(&project)?;
    let manifest = "shield.secrets.yaml";
    fs::copy(here().join(manifest), project.join(manifest))?;
    // The root of a project has such a file.
    fs::copy(here().join(manifest), project.join("shield.yaml"))?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_shield"));
    command
        .args(["provision", "emit", target, "--environment", environment])
        .args(more)
        .arg("--project")
        .arg(&project)
        .arg("--out")
        .arg(&made);
    tool::run(&mut command)?;
    Ok(made)
}

/// Whether the code is what it was.
fn snapshot(label: &str, target: &str, environment: &str, more: &[&str]) -> Result<(), Failed> {
    let place = tempfile::tempdir()?;
    let made = make(place.path(), target, environment, more)?;
    let mut text = String::new();
    for entry in WalkDir::new(&made).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(&made)?.display();
            let content = fs::read_to_string(entry.path())?;
            write!(text, "=== {name}\n{content}")?;
        }
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(label, text);
    });
    Ok(())
}

/// Compiles the construct strictly and runs its test, which makes templates; deploys one, where
/// there is a Python.
fn construct() -> Result<(), Failed> {
    let packages = packages()?;
    let place = tempfile::tempdir()?;
    let made = make(place.path(), "cdk", "production", &[])?;
    for file in ["package.json", "tsconfig.json"] {
        fs::copy(here().join(file), made.join(file))?;
    }
    for file in ["runner.cjs", "synth.ts"] {
        fs::copy(here().join(file), made.join(file))?;
    }
    link(&packages.join("node_modules"), &made.join("node_modules"))?;
    let test = "test/secrets-manager-construct.test.ts";
    for arguments in [
        [
            "node_modules/typescript/bin/tsc",
            "-p",
            ".",
            "--pretty",
            "false",
        ]
        .as_slice(),
        &[
            "--import",
            "tsx",
            "--require",
            "./runner.cjs",
            "--test",
            test,
        ],
        &["--import", "tsx", "synth.ts"],
    ] {
        tool::run(Command::new("node").args(arguments).current_dir(&made))?;
    }
    if PYTHON.is_none() {
        return Ok(());
    }
    let mut command = Command::new(interpreter()?);
    command.arg(here().join("deploy.py")).arg("cdk").arg(&made);
    tool::run(&mut command).map(drop)
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_dir(from, to)
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emit")
}

/// Whether there is a `PostgreSQL` that can be started.
fn has_postgres() -> bool {
    fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut it| it.next().is_some())
}

/// A Python that has the linters, and the servers.
fn interpreter() -> Result<PathBuf, Failed> {
    let version = PYTHON.as_deref().unwrap_or_default();
    let requirements = here().join("requirements.txt");
    tool::environment("emit-python", ("python3", version), &requirements)
}

/// The folder with the packages of the CDK.
fn packages() -> Result<PathBuf, Failed> {
    let about = here().join("package.json");
    let version = NODE.as_deref().unwrap_or_default();
    let inputs = format!("{version}\n{}", fs::read_to_string(&about)?);
    tool::once("emit-node", &inputs, |folder| {
        fs::copy(&about, folder.join("package.json"))?;
        let mut install = Command::new("npm");
        install
            .args(["install", "--no-audit", "--no-fund", "--no-package-lock"])
            .current_dir(folder);
        tool::run(&mut install).map(drop)
    })
}
