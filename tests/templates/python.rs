//! The Python wrapper: its tests on every version that is here, its types, its style.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::fix::template::Flavor;
use shield::fix::template::Template;
use shield::secret::StoreKind;

use crate::project::Project;
use crate::project::put;
use crate::tool;

/// The programs that may be there; the first decides about types and style.
const PROGRAMS: [&str; 6] = [
    "python3",
    "python3.9",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
];

/// What the first of the programs says about its version.
pub(crate) static VERSION: LazyLock<Option<String>> = LazyLock::new(|| tool::version("python3"));

/// The servers that stand in for stores, as modules of their own.
const SERVERS: [&str; 2] = ["quirk_proxy.py", "fake_vault.py"];

/// The tests of the Python wrapper.
pub(crate) fn trials() -> Vec<Trial> {
    let version = VERSION.as_deref();
    let mut trials = vec![
        tool::trial("python/types", "python3", version, types),
        tool::trial("python/style", "python3", version, style),
    ];
    // Minutes: `cargo test --test templates -- --ignored python/defects`.
    trials.push(Trial::test("python/defects", defects).with_ignored_flag(true));
    for backend in [StoreKind::Local, StoreKind::Aws, StoreKind::Vault] {
        let name = format!("python/generated/{}", backend.word());
        trials.push(tool::trial(&name, "python3", version, move || {
            generated(backend)
        }));
    }
    // One program for each version.
    let found: BTreeMap<String, &str> = PROGRAMS
        .iter()
        .rev()
        .filter_map(|it| Some((tool::version(it)?, *it)))
        .collect();
    if found.is_empty() {
        trials.push(tool::trial("python/tests", "python3", None, || Ok(())));
    }
    for (name, program) in found {
        let title = format!("python/tests/{}", name.replace(' ', "-").to_lowercase());
        trials.push(Trial::test(title, move || tests(program, &name)));
    }
    trials
}

/// Where the servers lie that stand in for stores.
fn servers() -> PathBuf {
    tool::templates().with_file_name("tests/servers")
}

/// The interpreter that the first of the programs has made, with every package.
pub(crate) fn interpreter() -> Result<PathBuf, Failed> {
    let version = VERSION.as_deref().ok_or("python3 is not installed")?;
    environment("python3", version)
}

/// A command of Python that leaves nothing behind, in the folder of the wrapper.
pub(crate) fn python(interpreter: &Path) -> Command {
    let mut command = Command::new(interpreter);
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(tool::templates().join("python"));
    command
}

/// Makes an environment with the packages of the tests.
fn environment(program: &str, version: &str) -> Result<PathBuf, Failed> {
    let requirements = tool::templates().join("python/requirements.txt");
    let name = version.replace(' ', "-").to_lowercase();
    tool::environment(&name, (program, version), &requirements)
}

/// The tests of the wrapper pass.
fn tests(program: &str, version: &str) -> Result<(), Failed> {
    let mut pytest = python(&environment(program, version)?);
    tool::run(pytest.args(["-m", "pytest"])).map(drop)
}

/// The wrapper is typed, and calls of it mean what they should; so are the servers of its tests.
fn types() -> Result<(), Failed> {
    let mut mypy = python(&interpreter()?);
    mypy.args(["-m", "mypy", "--strict", "--cache-dir"])
        .arg(tool::target().join("mypy"))
        .args(["shield_secrets", "tests/typed.py"])
        .args(SERVERS.map(|it| servers().join(it)));
    tool::run(&mut mypy).map(drop)
}

/// The wrapper is written as linters want it, though it asks those of projects to leave it alone.
fn style() -> Result<(), Failed> {
    let interpreter = interpreter()?;
    let servers = servers();
    let servers = servers.to_string_lossy();
    let runs: [&[&str]; 3] = [
        &["check", ".", &servers],
        &["check", "--ignore-noqa", "shield_secrets"],
        &["format", "--check", ".", &servers],
    ];
    let ruff = |arguments: &[&str]| {
        let mut ruff = python(&interpreter);
        ruff.args(["-m", "ruff"]).args(arguments);
        ruff.args(["--no-cache", "--config", "pyproject.toml"]);
        tool::run(&mut ruff)
    };
    for arguments in runs {
        ruff(arguments)?;
    }
    // Formatters of projects are told to leave the wrapper as it is; here, it has their form.
    let copies = tempfile::tempdir()?;
    for (number, file) in Template::of(Flavor::Python).files.iter().enumerate() {
        let text = file.body.replacen("# fmt: off\n", "", 1);
        put(&copies.path().join(format!("{number}.py")), &text)?;
    }
    ruff(&["format", "--check", &copies.path().to_string_lossy()]).map(drop)
}

/// Whatever was wrong with the samples that the wrapper replaces, a test would see it again.
fn defects() -> Result<(), Failed> {
    let mut mutate = python(&interpreter()?);
    tool::run(mutate.arg("tools/mutate.py")).map(drop)
}

/// What is written into a project is typed, and passes its own tests, which leave little of it out.
fn generated(backend: StoreKind) -> Result<(), Failed> {
    let mut project = Project::of(&[
        ("app.py", "import os\n\nKEY = os.environ[\"API_KEY\"]\n"),
        ("requirements.txt", "flask\npydantic-settings\n"),
    ])?;
    project.wishes.backend = backend;
    let plan = project.plan()?;
    project.write(&plan)?;
    let interpreter = interpreter()?;
    let run = |arguments: &[&str]| {
        let mut command = python(&interpreter);
        command.arg("-m").args(arguments);
        tool::run(command.current_dir(&project.root))
    };
    let tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider"];
    let source = ["--branch", "--source=shield_secrets", "--omit=*/tests/*"];
    run(&[
        &["coverage", "run"],
        &source[..],
        &tests,
        &["shield_secrets"],
    ]
    .concat())?;
    run(&["coverage", "report", "--show-missing", "--fail-under=95"])?;
    let cache = tool::target().join("mypy-generated");
    let cache = cache.to_string_lossy();
    run(&["mypy", "--strict", "--cache-dir", &cache, "shield_secrets"])?;
    let requirements = fs::read_to_string(project.root.join("requirements.txt"))?;
    assert_eq!(requirements.contains("boto3"), backend == StoreKind::Aws);
    Ok(())
}
