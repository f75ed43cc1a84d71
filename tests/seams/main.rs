//! Runs the programs of `fixtures/fixes/seam` as they are and as the proposals for their seams
//! make them, with the libraries themselves.
//!
//! A proposal is right when nothing changes whether the variables are unset, empty or set, and
//! when the program gets what only the store has.

#[expect(
    dead_code,
    reason = "the seams need no environment of Python of their own"
)]
#[path = "../templates/tool.rs"]
mod tool;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::LazyLock;

use libtest_mimic::{Arguments, Failed};
use tempfile::TempDir;
use walkdir::WalkDir;

/// What is said by a store that has everything.
const STORED: &str = "stored-";

/// A value that is good for everything: a text, a list of one, an address.
const VALUE: &str = "postgres://app:sesame@db.example/shop";

/// What Python says about its version.
static PYTHON: LazyLock<Option<String>> = LazyLock::new(|| tool::version("python3"));

/// What Node says about its version.
static NODE: LazyLock<Option<String>> = LazyLock::new(|| tool::version("node"));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fixes/seam");
    let mut trials = Vec::new();
    for entry in WalkDir::new(root).sort_by_file_name().into_iter().flatten() {
        let path = entry.path().to_owned();
        if path.file_stem().is_none_or(|it| it != "run") {
            continue;
        }
        let name = path.parent().and_then(Path::file_name).unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let python = path.extension().is_some_and(|it| it == "py");
        let (program, version) = if python {
            ("python3", PYTHON.as_deref())
        } else {
            ("node", NODE.as_deref())
        };
        trials.push(tool::trial(&name, program, version, move || check(&path)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// How the wrapper of a program works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    /// As it is.
    Real,
    /// Everything is in the store.
    Stub,
}

/// The variables of a program.
#[derive(Debug, Clone, Copy)]
enum State<'v> {
    Unset,
    Set(&'v str),
}

/// The program behaves as before with every proposal, and gets what only the store has.
fn check(run: &Path) -> Result<(), Failed> {
    let folder = run.parent().ok_or("no folder")?;
    let variables = variables(folder)?;
    let texts = texts(folder)?;
    let (before, proposals) = texts.split_first().ok_or("no text")?;
    let plain = Program::of(before, run, Wrapper::Real)?;
    for proposal in proposals {
        let shown = proposal.display();
        let changed = Program::of(proposal, run, Wrapper::Real)?;
        for state in [State::Unset, State::Set(""), State::Set(VALUE)] {
            let (old, new) = (
                plain.run(&variables, state)?,
                changed.run(&variables, state)?,
            );
            if old != new {
                return Err(format!("{shown}, {state:?}\nbefore: {old:?}\n after: {new:?}").into());
            }
        }
        let stored = Program::of(proposal, run, Wrapper::Stub)?;
        let (told, said) = stored.run(&variables, State::Unset)?;
        if !told || !said.contains(STORED) {
            return Err(format!("{shown} does not get what is stored: {said}").into());
        }
    }
    if proposals.is_empty() {
        return Err("no proposal".into());
    }
    Ok(())
}

/// The variables that the case says pass through its seams.
fn variables(folder: &Path) -> Result<Vec<String>, Failed> {
    let case = fs::read_to_string(folder.join("case.yaml"))?;
    let seams = case.lines().filter(|it| it.starts_with("- app."));
    let words = seams.flat_map(|it| it.split(' ').skip(3));
    Ok(words.map(str::to_owned).collect())
}

/// The text of the case, and what is proposed for it.
fn texts(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if stem == "before" || stem.starts_with("seam") {
            texts.push(path);
        }
    }
    texts.sort();
    Ok(texts)
}

/// A program on disk.
struct Program {
    folder: TempDir,
    start: PathBuf,
}

impl Program {
    /// The program whose module is `text`.
    fn of(text: &Path, run: &Path, wrapper: Wrapper) -> Result<Self, Failed> {
        let extension = text.extension().unwrap_or_default().to_string_lossy();
        let python = extension == "py";
        let place = if python { python_home()? } else { node_home()? };
        // Node looks for packages in the folders above.
        let folder = tempfile::Builder::new().prefix("seam").tempdir_in(place)?;
        let at = folder.path();
        put(&at.join(format!("app.{extension}")), &fs::read(text)?)?;
        let start = at.join(run.file_name().ok_or("no name")?);
        put(&start, &fs::read(run)?)?;
        match (python, wrapper) {
            (true, Wrapper::Real) => copy_python(&at.join("shield_secrets"))?,
            (true, Wrapper::Stub) => {
                put(&at.join("shield_secrets.py"), include_bytes!("stub.py"))?;
            }
            (false, _) => write_node(at, &extension, wrapper)?,
        }
        if extension == "ts" {
            compile(at)?;
        }
        Ok(Self { folder, start })
    }

    /// Whether it ended well, and what it printed.
    fn run(&self, variables: &[String], state: State<'_>) -> Result<(bool, String), Failed> {
        let python = self.start.extension().is_some_and(|it| it == "py");
        let mut command = if python {
            Command::new(interpreter(&python_home()?))
        } else {
            Command::new("node")
        };
        command.arg(&self.start).current_dir(self.folder.path());
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        for name in ["SECRETS_BACKEND", "ENVIRONMENT", "PORT", "DEBUG"] {
            command.env_remove(name);
        }
        for variable in variables {
            match state {
                State::Unset => command.env_remove(variable),
                State::Set(value) => command.env(variable, value),
            };
        }
        let output = command.output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok((true, said));
        }
        // The same error, whatever line it comes from.
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let kind = errors.lines().filter(|it| it.contains("rror"));
        let mut kind = kind.filter(|it| !it.starts_with(' '));
        Ok((false, said + kind.next_back().unwrap_or(&errors)))
    }
}

/// The folder with the environment of Python.
fn python_home() -> Result<PathBuf, Failed> {
    let version = PYTHON.as_deref().unwrap_or_default();
    let wanted = include_str!("requirements.txt");
    tool::once("seams-python", &format!("{version}\n{wanted}"), |folder| {
        tool::run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let list = folder.join("requirements.txt");
        put(&list, wanted.as_bytes())?;
        let mut install = Command::new(interpreter(folder));
        install.args(["-m", "pip", "install", "--quiet", "--requirement"]);
        tool::run(install.arg(list)).map(drop)
    })
}

fn interpreter(folder: &Path) -> PathBuf {
    let programs = if cfg!(windows) { "Scripts" } else { "bin" };
    folder.join(programs).join("python")
}

/// The folder with the packages of Node.
fn node_home() -> Result<PathBuf, Failed> {
    let version = NODE.as_deref().unwrap_or_default();
    let wanted = include_str!("package.json");
    tool::once("seams-node", &format!("{version}\n{wanted}"), |folder| {
        put(&folder.join("package.json"), wanted.as_bytes())?;
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let mut install = Command::new(npm);
        install.args(["install", "--no-audit", "--no-fund", "--no-package-lock"]);
        tool::run(install.current_dir(folder)).map(drop)
    })
}

/// Copies the wrapper for Python.
fn copy_python(to: &Path) -> Result<(), Failed> {
    let from = tool::templates().join("python/shield_secrets");
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "py") {
            put(
                &to.join(path.file_name().unwrap_or_default()),
                &fs::read(&path)?,
            )?;
        }
    }
    Ok(())
}

/// Writes the wrapper that a module with this extension asks for.
fn write_node(folder: &Path, extension: &str, wrapper: Wrapper) -> Result<(), Failed> {
    let source = tool::templates().join("typescript");
    let stub = include_str!("stub.js");
    let (name, path, stub) = match extension {
        "ts" => {
            let typed = stub.replace(
                "(name, fallback, options)",
                "(name: string, fallback?: string, options?: { env?: string }): string | undefined",
            );
            ("shield-secrets.ts", "shield-secrets.ts", typed)
        }
        "mjs" => (
            "shield-secrets.mjs",
            "javascript/shield-secrets.mjs",
            stub.to_owned(),
        ),
        _ => (
            "shield-secrets.js",
            "javascript/shield-secrets.cjs",
            stub.replace("export function", "exports.getSecret = function"),
        ),
    };
    let content = match wrapper {
        Wrapper::Real => fs::read_to_string(source.join(path))?,
        Wrapper::Stub => stub,
    };
    put(&folder.join(name), content.as_bytes())?;
    put(&folder.join("package.json"), b"{}\n")
}

/// Compiles `app.ts`, strictly; what it imports, too.
fn compile(folder: &Path) -> Result<(), Failed> {
    let mut tsc = Command::new("node");
    tsc.arg(node_home()?.join("node_modules/typescript/bin/tsc"));
    tsc.args(["--strict", "--target", "es2022", "--module", "commonjs"]);
    tsc.args([
        "--types",
        "node",
        "--skipLibCheck",
        "--noUncheckedIndexedAccess",
    ]);
    tsc.args([
        "--experimentalDecorators",
        "--emitDecoratorMetadata",
        "app.ts",
    ]);
    tool::run(tsc.current_dir(folder)).map(drop)
}

/// Writes a file and makes the folder above it.
fn put(path: &Path, content: &[u8]) -> Result<(), Failed> {
    fs::create_dir_all(path.parent().ok_or("no folder")?)?;
    shield::seal::private::replace(path, content)?;
    Ok(())
}
