//! A folder with files, and the program run in it with nothing else around.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// The joint that keeps tokens in this repository from being tokens: it is taken out.
const JOINT: &str = "<|>";

/// A project in a temporary folder, and a home for its user.
pub(crate) struct Project {
    root: TempDir,
    home: TempDir,
}

/// What a run of the program left behind.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// An empty project.
    pub(crate) fn new() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// The same with a file in it.
    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        self.with_bytes(path, text.replace(JOINT, "").as_bytes())
    }

    /// The same with a file of any bytes in it.
    pub(crate) fn with_bytes(self, path: &str, bytes: &[u8]) -> Self {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        put(&file, bytes);
        self
    }

    /// Its folder.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// The home folder of its user.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The text of one of its files.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    /// The program, ready to run in the project with an empty environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shield"));
        command
            .current_dir(self.root())
            .env_clear()
            .env("HOME", self.home())
            .env("LC_ALL", "C.UTF-8")
            .env("COLUMNS", "100");
        command
    }

    /// Runs the program.
    pub(crate) fn shield<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ran {
        self.ran(self.command().args(args).output().unwrap())
    }

    /// What a command came to, without what differs between machines.
    pub(crate) fn ran(&self, output: Output) -> Ran {
        let clean = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let real = fs::canonicalize(self.root()).unwrap();
            text.replace(&*real.to_string_lossy(), "[PROJECT]")
                .replace(&*self.root().to_string_lossy(), "[PROJECT]")
                .replace(&*self.home().to_string_lossy(), "[HOME]")
        };
        Ran {
            code: output.status.code().unwrap(),
            stdout: clean(output.stdout),
            stderr: clean(output.stderr),
        }
    }
}

impl Ran {
    /// All of it, for a snapshot.
    pub(crate) fn all(&self) -> String {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        format!("exit code {code}\n-- stdout\n{stdout}\n-- stderr\n{stderr}")
    }
}

/// Writes a file.
#[expect(
    clippy::disallowed_methods,
    reason = "a test makes its files without a journal"
)]
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

/// Takes a snapshot of what a run said.
#[macro_export]
macro_rules! snapshot {
    ($ran:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"\d+\.\d\d s\b", "[TIME]");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($ran.all()));
    }};
}
