//! Running the tools of other languages.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;
use libtest_mimic::Trial;

/// Where the packages of other languages are installed.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("templates")
}

/// Where the wrappers lie.
pub(crate) fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fix_templates")
}

/// What `program` says when it is asked for its version, or `None` when there is none.
pub(crate) fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command and returns what it has printed.
pub(crate) fn run(command: &mut Command) -> Result<String, Failed> {
    let shown = format!("{command:?}");
    let output = command
        .output()
        .map_err(|err| format!("cannot run {shown}: {err}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{shown}: {}\n{text}\n{errors}", output.status).into())
}

/// A test that needs `program`, which `version` says is there or not.
pub(crate) fn trial(
    name: &str,
    program: &str,
    version: Option<&str>,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    if version.is_some() {
        return Trial::test(name, test);
    }
    let missing = format!("{program} is not installed, so `{name}` was not run");
    if !on_build_server() {
        // Where it cannot be written, the list of tests still says that it was ignored.
        writeln!(io::stderr(), "{missing}").ok();
    }
    Trial::test(name, || Err(missing.into())).with_ignored_flag(!on_build_server())
}

/// Does `work` in a folder of that name once, until `inputs` change.
pub(crate) fn once(
    name: &str,
    inputs: &str,
    work: impl FnOnce(&Path) -> Result<(), Failed>,
) -> Result<PathBuf, Failed> {
    let folder = target().join(name);
    fs::create_dir_all(&folder)?;
    // Another run of the tests may be installing the same.
    let lock = File::create(folder.with_extension("lock"))?;
    lock.lock()?;
    let stamp = folder.join("inputs");
    if fs::read_to_string(&stamp).is_ok_and(|it| it == inputs) {
        return Ok(folder);
    }
    fs::remove_dir_all(&folder)?;
    fs::create_dir_all(&folder)?;
    work(&folder)?;
    File::create(&stamp)?.write_all(inputs.as_bytes())?;
    Ok(folder)
}

/// The interpreter of an environment of that name, which has what `requirements` lists; made by
/// `program`, which says that it is `version`.
pub(crate) fn environment(
    name: &str,
    (program, version): (&str, &str),
    requirements: &Path,
) -> Result<PathBuf, Failed> {
    let inputs = format!("{version}\n{}", fs::read_to_string(requirements)?);
    let within = |folder: &Path| {
        let programs = if cfg!(windows) { "Scripts" } else { "bin" };
        folder.join(programs).join("python")
    };
    let folder = once(name, &inputs, |folder| {
        run(Command::new(program).args(["-m", "venv"]).arg(folder))?;
        let mut install = Command::new(within(folder));
        install.args(["-m", "pip", "install", "--quiet", "--requirement"]);
        run(install.arg(requirements)).map(drop)
    })?;
    Ok(within(&folder))
}

/// Whether nobody would see that a test was ignored.
#[expect(
    clippy::disallowed_methods,
    reason = "build servers say so in the environment"
)]
fn on_build_server() -> bool {
    std::env::var_os("CI").is_some_and(|it| !it.is_empty())
}
