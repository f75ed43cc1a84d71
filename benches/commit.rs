//! How long a person waits who commits one small file, in a repository of Django's size.
//!
//! The whole program is run, as a hook runs it, beside git's own look at what is staged.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot start has nobody to tell"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use divan::Bencher;
use tempfile::TempDir;

/// Folders of Django's tree, more or less, and how many files each has.
const FOLDERS: usize = 350;
const FILES: usize = 20;

fn main() {
    divan::main();
}

/// A repository with 7,000 files and 23 MB, one of which is changed and staged.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("import math\n\n");
    for number in 0..28 {
        let line = "def area_{n}(radius, scale={n}):\n    \"\"\"The area, scaled.\"\"\"\n    \
                    return math.pi * radius ** 2 * scale\n\n";
        text.push_str(&line.replace("{n}", &number.to_string()));
    }
    for number in 0..FOLDERS {
        let below = folder.path().join(format!("app_{number}"));
        fs::create_dir(&below).unwrap();
        for file in 0..FILES {
            writeln!(text, "# {number} {file}").unwrap();
            put(&below.join(format!("module_{file}.py")), &text);
            text.truncate(text.rfind("# ").unwrap());
        }
    }
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    let who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
    let commit = ["-c", "gc.auto=0", "commit", "--quiet", "--message", "all"];
    git(folder.path(), &[&who[..], &commit].concat());
    let changed = folder.path().join("app_7/module_7.py");
    put(&changed, &format!("{text}TIMEOUT = 30\n"));
    git(folder.path(), &["add", "app_7/module_7.py"]);
    folder
}

fn put(path: &Path, text: &str) {
    let mut file = fs::File::create(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn git(folder: &Path, arguments: &[&str]) {
    run(Command::new("git").current_dir(folder).args(arguments));
}

fn run(command: &mut Command) {
    let ended = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(ended.unwrap().success(), "{command:?}");
}

/// What the hook runs.
#[divan::bench(sample_count = 40)]
fn scan_staged(bencher: Bencher<'_, '_>) {
    let folder = repository();
    bencher.bench_local(|| {
        let mut shield = Command::new(env!("CARGO_BIN_EXE_shield"));
        run(shield.current_dir(folder.path()).args(["scan", "--staged"]));
    });
}

/// The program without anything to scan: what starting it costs.
#[divan::bench(sample_count = 40)]
fn start_up(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| run(Command::new(env!("CARGO_BIN_EXE_shield")).arg("--version")));
}

/// The least that any hook waits for: git's own answer to what is staged.
#[divan::bench(sample_count = 40)]
fn git_staged(bencher: Bencher<'_, '_>) {
    let folder = repository();
    bencher.bench_local(|| git(folder.path(), &["diff-index", "--cached", "HEAD"]));
}
