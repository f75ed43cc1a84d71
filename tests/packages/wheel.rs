//! The wheel.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use libtest_mimic::Failed;

use crate::installed;
use crate::own_version;
use crate::root;
use crate::tool;
use crate::version_of;

/// What cargo tells a test of its own package, and scripts of other packages look at.
const TOLD: [&str; 8] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
    "OUT_DIR",
];

/// It installs without a compiler, and brings the program.
pub(crate) fn installs() -> Result<(), Failed> {
    let wheel = built()?;
    let folder = tempfile::tempdir()?;
    tool::run(
        Command::new("python3")
            .args(["-m", "venv"])
            .arg(folder.path()),
    )?;
    let programs = folder
        .path()
        .join(if cfg!(windows) { "Scripts" } else { "bin" });
    let mut install = Command::new(programs.join("python"));
    install.args(["-m", "pip", "install", "--quiet", "--no-index"]);
    tool::run(install.arg(wheel))?;
    let version = version_of(&mut Command::new(programs.join("shield")))?;
    if version == own_version() {
        Ok(())
    } else {
        Err(version.into())
    }
}

/// The wheel of the program that was built for the tests.
pub(crate) fn built() -> Result<PathBuf, Failed> {
    static BUILT: LazyLock<Result<PathBuf, String>> =
        LazyLock::new(|| build().map_err(|err| format!("{err:?}")));
    BUILT.clone().map_err(Failed::from)
}

fn build() -> Result<PathBuf, Failed> {
    let folder = tool::target().join("wheels");
    fs::create_dir_all(&folder)?;
    let mut maturin = Command::new(installed("maturin")?);
    maturin
        .args(["build", "--quiet", "--profile", "dev", "--locked"])
        .args(["--compatibility", "linux", "--auditwheel", "skip", "--out"])
        .arg(&folder)
        .current_dir(root().join("packaging/python"));
    // What cargo tells this test would have it build everything anew.
    for name in TOLD {
        maturin.env_remove(name);
    }
    tool::run(&mut maturin)?;
    let name = format!("shield_scan-{}-", env!("CARGO_PKG_VERSION"));
    let mut files = fs::read_dir(&folder)?.flatten().map(|it| it.path());
    let wheel = files.find(|file| {
        let stem = file.file_stem().and_then(|it| it.to_str());
        let is_own = stem.is_some_and(|it| it.starts_with(&name));
        is_own && file.extension().is_some_and(|it| it == "whl")
    });
    wheel.ok_or_else(|| "there is no wheel".into())
}
