//! Sample projects are fixed, run with every store, given a new key while they run, and put back.
//!
//! `run.py` does it, for one project and one store at a time; packages are installed below
//! `target/templates/`, once.

#[path = "../templates/tool.rs"]
#[expect(dead_code, reason = "the tests of wrappers need more of it")]
mod tool;

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitCode;
use std::sync::LazyLock;

use libtest_mimic::Arguments;
use libtest_mimic::Failed;

/// The folders of `fixtures/projects`, and what they run on.
const PROJECTS: [(&str, Kind); 5] = [
    ("django-notes", Kind::Python),
    ("flask-notes", Kind::Python),
    ("fastapi-notes", Kind::Python),
    ("express-notes", Kind::Node),
    ("next-notes", Kind::Node),
];

/// What each is tried with.
const STORES: [&str; 4] = ["env", "local", "aws", "vault"];

/// What a project runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Python,
    Node,
}

static PYTHON: LazyLock<Option<String>> = LazyLock::new(|| tool::version("python3"));

static NODE: LazyLock<Option<String>> = LazyLock::new(|| tool::version("node"));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (project, kind) in PROJECTS {
        // `run.py` needs Python for all of them.
        let (program, version) = match kind {
            Kind::Python => ("python3", &*PYTHON),
            Kind::Node => ("node", if PYTHON.is_some() { &*NODE } else { &None }),
        };
        for store in STORES {
            let name = format!("{project}/{store}");
            let test = move || run(project, kind, store);
            trials.push(tool::trial(&name, program, version.as_deref(), test));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Runs a project with a store.
fn run(project: &str, kind: Kind, store: &str) -> Result<(), Failed> {
    let mut command = Command::new(interpreter()?);
    command
        .arg(here().join("run.py"))
        .arg(env!("CARGO_BIN_EXE_shield"))
        .args([project, store]);
    if kind == Kind::Node {
        command.arg(packages()?);
    }
    tool::run(&mut command).map(drop)
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/projects")
}

/// A Python that has what the projects and the servers beside them need.
fn interpreter() -> Result<PathBuf, Failed> {
    let version = PYTHON.as_deref().unwrap_or_default();
    let requirements = here().join("requirements.txt");
    tool::environment("projects-python", ("python3", version), &requirements)
}

/// The folder with the packages of the projects on Node.
///
/// Without a lock file: npm cannot install the program for one platform, which Next is made of,
/// by one that does not say where packages come from.
fn packages() -> Result<PathBuf, Failed> {
    let about = here().join("package.json");
    let version = NODE.as_deref().unwrap_or_default();
    let inputs = format!("{version}\n{}", fs::read_to_string(&about)?);
    tool::once("projects-node", &inputs, |folder| {
        fs::copy(&about, folder.join("package.json"))?;
        let mut install = Command::new("npm");
        install
            .args(["install", "--no-audit", "--no-fund", "--no-package-lock"])
            .current_dir(folder);
        tool::run(&mut install).map(drop)
    })
}
