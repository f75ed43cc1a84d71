//! How shield reaches people: workflows pass their linters, packages are built, installed and run,
//! and the program pre-commit runs the hooks.

#[path = "../templates/tool.rs"]
#[expect(dead_code, reason = "the tests of wrappers need more of it")]
mod tool;

mod book;
mod hooks;
mod npm;
mod wheel;
mod workflows;

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitCode;
use std::sync::LazyLock;

use libtest_mimic::Arguments;
use libtest_mimic::Failed;
use libtest_mimic::Trial;

static PYTHON: LazyLock<Option<String>> = LazyLock::new(|| tool::version("python3"));

static NODE: LazyLock<Option<String>> = LazyLock::new(|| tool::version("node"));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let python = |name, test: fn() -> Result<(), Failed>| {
        tool::trial(name, "Python", PYTHON.as_deref(), test)
    };
    let node =
        |name, test: fn() -> Result<(), Failed>| tool::trial(name, "Node", NODE.as_deref(), test);
    let trials = vec![
        Trial::test("documents link to each other", book::links),
        python("workflows have their schema", workflows::schemas),
        python("workflows give nothing away", workflows::security),
        node("workflows do what they say", workflows::mistakes),
        python("a wheel brings the program along", wheel::installs),
        node("a package of npm brings the program along", npm::installs),
        python("pre-commit runs the hooks of this repository", hooks::own),
        python(
            "pre-commit runs the wheel without a compiler",
            hooks::from_wheel,
        ),
        python("pre-commit takes secrets out", hooks::fixing),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The top of this repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program that was built for the tests.
fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_shield"))
}

/// A program of Python's packages that the tests use.
fn installed(name: &str) -> Result<PathBuf, Failed> {
    let version = PYTHON.as_deref().ok_or("python3 is not installed")?;
    let requirements = root().join("tests/packages/requirements.txt");
    let python = tool::environment("packages", ("python3", version), &requirements)?;
    Ok(python.with_file_name(name))
}

/// What the program says of its version.
fn version_of(program: &mut Command) -> Result<String, Failed> {
    tool::run(program.arg("--version")).map(|it| it.trim().to_owned())
}

/// What shield says of its version.
fn own_version() -> String {
    format!("shield {}", env!("CARGO_PKG_VERSION"))
}
