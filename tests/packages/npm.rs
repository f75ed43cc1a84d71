//! The packages of npm.

use std::process::Command;

use libtest_mimic::Failed;

use crate::own_version;
use crate::program;
use crate::root;
use crate::tool;
use crate::version_of;

/// They install, start the program, and hand on how it ended.
pub(crate) fn installs() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let made = folder.path().join("made");
    let system =
        tool::run(Command::new("node").args(["-p", "`${process.platform}-${process.arch}`"]))?;
    let system = system.trim();
    let mut build = Command::new("node");
    build
        .arg(root().join("packaging/npm/build.mjs"))
        .arg("--out")
        .arg(&made);
    tool::run(build.arg(format!("{system}={}", program().display())))?;
    let mut install = Command::new("npm");
    install
        .args([
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--install-links",
            "--prefix",
        ])
        .arg(folder.path())
        .arg(made.join(format!("shield-scan-{system}")))
        .arg(made.join("shield-scan"));
    tool::run(&mut install)?;
    let started = || Command::new(folder.path().join("node_modules/.bin/shield"));
    let version = version_of(&mut started())?;
    if version != own_version() {
        return Err(version.into());
    }
    let ended = started().arg("no-such-command").output()?.status.code();
    if ended == Some(2) {
        Ok(())
    } else {
        Err(format!("{ended:?}").into())
    }
}
