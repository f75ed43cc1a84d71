//! A project under git.

use std::path::Path;
use std::process::Command;

use crate::project::Project;
use crate::project::Ran;
use crate::project::put;

/// Tokens with a right checksum that nobody has issued.
pub(crate) const TOKEN: &str = "ghp_NotARealToken<|>JustAnExample00011gfy10";

/// A project under git.
pub(crate) struct Repository(pub(crate) Project);

impl Repository {
    /// One without a commit.
    pub(crate) fn new() -> Self {
        let repository = Self(Project::new());
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// The top of its work tree.
    pub(crate) fn root(&self) -> &Path {
        self.0.root()
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        put(&file, text.replace("<|>", "").as_bytes());
    }

    /// Runs git in it, and tells what it says.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.git_command().args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Git, ready to run in it.
    pub(crate) fn git_command(&self) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(self.root())
            .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.com"])
            .args(["-c", "protocol.file.allow=always"])
            .env("HOME", self.0.home())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "2024-02-03T04:05:06Z")
            .env("GIT_COMMITTER_DATE", "2024-02-03T04:05:06Z");
        command
    }

    /// Commits everything.
    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
    }

    /// The program, ready to run in a folder of it.
    #[expect(
        clippy::disallowed_methods,
        reason = "a test finds git where the user has it"
    )]
    pub(crate) fn command(&self, folder: &str) -> Command {
        let mut command = self.0.command();
        command
            .current_dir(self.root().join(folder))
            .env("PATH", std::env::var("PATH").unwrap_or_default());
        command
    }

    /// Runs the program at the top.
    pub(crate) fn shield(&self, arguments: &[&str]) -> Ran {
        self.0
            .ran(self.command("").args(arguments).output().unwrap())
    }

    /// The places of what the program finds, run in a folder with these arguments.
    pub(crate) fn found_in(&self, folder: &str, arguments: &[&str]) -> Vec<String> {
        let mut command = self.command(folder);
        command.args(["scan", "--format=json", "--fail-on=never"]);
        let ran = self.0.ran(command.args(arguments).output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.all());
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let place = |it: &serde_json::Value| {
            let path = it["path"].as_str().unwrap();
            format!("{path}:{}", it["start"]["line"])
        };
        findings.map(place).collect()
    }

    /// The places of what the program finds at the top.
    pub(crate) fn found(&self, arguments: &[&str]) -> Vec<String> {
        self.found_in("", arguments)
    }
}
