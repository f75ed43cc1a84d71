//! The program pre-commit, with a real repository.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use libtest_mimic::Failed;
use tempfile::TempDir;

use crate::installed;
use crate::program;
use crate::root;
use crate::tool;
use crate::wheel;

/// A token with a right checksum that nobody has issued.
const TOKEN: &str = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");

/// A password that nobody has.
const PASSWORD: &str = concat!("kX9-vTq7", "mRw2LpZd4");

/// The hooks of this repository refuse a commit that brings in a secret, and let others pass.
pub(crate) fn own() -> Result<(), Failed> {
    // Pre-commit clones what it is pointed to; the hooks are all it needs of it.
    let source = Repository::new()?;
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml"))?;
    source.put(".pre-commit-hooks.yaml", &hooks)?;
    source.git(&["add", "."])?;
    source.git(&["commit", "--quiet", "-m", "hooks"])?;
    let commit = source.git(&["rev-parse", "HEAD"])?;
    let config = format!(
        "repos:\n  - repo: {}\n    rev: {}\n    hooks:\n      - id: shield-system\n",
        source.folder.path().display(),
        commit.trim()
    );
    refuses_a_secret(&Repository::with_hook(&config)?)
}

/// The wheel is all that the hook needs.
pub(crate) fn from_wheel() -> Result<(), Failed> {
    refuses_a_secret(&Repository::with_hook(&local(
        "shield scan --staged",
        "false",
    )?)?)
}

/// The hook that fixes leaves code that asks for the secret, and refuses the commit once.
pub(crate) fn fixing() -> Result<(), Failed> {
    let repository = Repository::with_hook(&local("shield fix", "true")?)?;
    let code = format!("DB_PASSWORD = \"{PASSWORD}\"\nprint(len(DB_PASSWORD))\n");
    repository.put("app.py", &code)?;
    let refused = repository.commit("a secret")?;
    let told = text(&refused);
    if refused.status.success() || told.contains(PASSWORD) {
        return Err(told.into());
    }
    let fixed = fs::read_to_string(repository.folder.path().join("app.py"))?;
    if fixed.contains(PASSWORD) || !fixed.contains("get_secret(") {
        return Err(format!("{told}\n{fixed}").into());
    }
    passes(&repository.commit("none")?)
}

/// A configuration with the wheel and a hook that is given files or not.
fn local(entry: &str, with_files: &str) -> Result<String, Failed> {
    let wheel = wheel::built()?;
    Ok(format!(
        "repos:\n  - repo: local\n    hooks:\n      - id: shield\n        name: shield\n        \
         entry: {entry}\n        language: python\n        additional_dependencies: ['{}']\n        \
         pass_filenames: {with_files}\n        require_serial: true\n        always_run: {}\n",
        wheel.display(),
        with_files != "true"
    ))
}

fn refuses_a_secret(repository: &Repository) -> Result<(), Failed> {
    repository.put("app.py", "print('hello')\n")?;
    passes(&repository.commit("nothing")?)?;
    repository.put("config.py", &format!("TOKEN = \"{TOKEN}\"\n"))?;
    let refused = repository.commit("a secret")?;
    let told = text(&refused);
    if refused.status.success() || !told.contains("config.py:1") || told.contains(TOKEN) {
        return Err(told.into());
    }
    repository.put("config.py", "import os\n\nTOKEN = os.getcwd()\n")?;
    passes(&repository.commit("none")?)
}

fn passes(output: &Output) -> Result<(), Failed> {
    if output.status.success() {
        Ok(())
    } else {
        Err(text(output).into())
    }
}

fn text(output: &Output) -> String {
    let both = [&*output.stdout, &*output.stderr].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// A repository of git.
struct Repository {
    folder: TempDir,
    /// The home of who works in it, with what pre-commit keeps.
    home: TempDir,
}

impl Repository {
    fn new() -> Result<Self, Failed> {
        let repository = Self {
            folder: tempfile::tempdir()?,
            home: tempfile::tempdir()?,
        };
        repository.git(&["init", "--quiet", "--initial-branch=main"])?;
        Ok(repository)
    }

    /// One whose commits pass through pre-commit.
    fn with_hook(config: &str) -> Result<Self, Failed> {
        let repository = Self::new()?;
        repository.put(".pre-commit-config.yaml", config)?;
        let mut install = Command::new(installed("pre-commit")?);
        tool::run(repository.within(install.arg("install")))?;
        Ok(repository)
    }

    fn put(&self, path: &str, text: &str) -> Result<(), Failed> {
        let mut file = fs::File::create(self.folder.path().join(path))?;
        Ok(file.write_all(text.as_bytes())?)
    }

    /// Stages everything and commits it.
    fn commit(&self, message: &str) -> Result<Output, Failed> {
        self.git(&["add", "--all"])?;
        let mut git = Command::new("git");
        let git = self.within(git.args(["commit", "--quiet", "-m", message]));
        Ok(git.output()?)
    }

    fn git(&self, arguments: &[&str]) -> Result<String, Failed> {
        tool::run(self.within(Command::new("git").args(arguments)))
    }

    /// The same command, run in the repository, where the program that was built is installed.
    #[expect(clippy::disallowed_methods, reason = "what else is installed stays so")]
    fn within<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let programs = program().parent().map(Path::to_owned);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = programs.into_iter().chain(std::env::split_paths(&path));
        command
            .current_dir(self.folder.path())
            .env("PATH", std::env::join_paths(path).unwrap_or_default())
            .env("HOME", self.home.path())
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("PRE_COMMIT_HOME", self.home.path().join("pre-commit"))
            .env("GIT_CONFIG_GLOBAL", self.home.path().join("gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ann")
            .env("GIT_AUTHOR_EMAIL", "ann@example.com")
            .env("GIT_COMMITTER_NAME", "Ann")
            .env("GIT_COMMITTER_EMAIL", "ann@example.com")
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "protocol.file.allow")
            .env("GIT_CONFIG_VALUE_0", "always")
    }
}
