//! A second scan takes over what the first has seen, and finds exactly what a scan of all finds.

use std::fs;
use std::fs::File;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::project::Project;
use crate::project::put;

/// More files than are scanned without a cache.
const FILES: usize = 240;

/// What is secret in one of them.
const CANARY: &str = "rosebud-1941-canary";

/// What is secret in a notebook, in base64 and behind escapes.
const HIDDEN: &str = "magnolia-1958-canary";

/// What comes into others.
const NEW: &str = "tulip-orchard-1955";

/// A project with many files that have nothing to find, and one that has.
fn forest() -> Project {
    let secret = format!("DB_PASSWORD = \"{CANARY}\"\n");
    let escaped = format!("MAIL_PASSWORD = \"\\x72{HIDDEN}\"\n");
    let cell = format!("API_PASSWORD = '{HIDDEN}'");
    let notebook = format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"source\": [\"{cell}\"]}}], \"nbformat\": 4}}"
    );
    let mut project = Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("src/secret.py", &secret)
        .with("src/reads.py", "import os\nkey = os.environ[\"API_KEY\"]\n")
        .with("src/label.py", "label = \"acme_20f7c1e5\"\n")
        .with("src/escaped.py", &escaped)
        .with(
            "src/allowed.py",
            &format!("{} # shield: allow\n", secret.trim_end()),
        )
        .with("src/book.ipynb", &notebook)
        .with_bytes("src/image.png", b"\x89PNG\r\n\x1a\n\0\0\0");
    for number in 0..FILES {
        let text = format!("def area_{number:03}(radius):\n    return 3 * radius ** 2\n");
        project = project.with(&format!("src/area_{number:03}.py"), &text);
    }
    project
}

/// The report of a scan, and the same of a scan without a cache.
fn both(project: &Project) -> (String, String) {
    let scan = |more: &[&str]| {
        let args = ["scan", "--format", "json", "--fail-on", "never"];
        let ran = project.shield(args.iter().chain(more));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    (scan(&[]), scan(&["--no-cache"]))
}

fn assert_alike(project: &Project, what: &str) {
    let (cached, whole) = both(project);
    assert_eq!(cached, whole, "{what}");
}

/// Where the caches of the project's user are.
fn caches(project: &Project) -> PathBuf {
    project.home().join(".cache/shield")
}

fn area(project: &Project, number: usize) -> PathBuf {
    project.root().join(format!("src/area_{number:03}.py"))
}

/// Makes a secret of a file, which keeps its size, and its time if that can be.
fn spoil(path: &Path) {
    let before = fs::metadata(path).unwrap();
    let size = usize::try_from(before.len()).unwrap();
    let mut text = format!("DB_PASSWORD = \"{NEW}\"\n");
    while text.len() + 1 < size {
        text.push('#');
    }
    text.push('\n');
    put(path, text.as_bytes());
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    assert_eq!(fs::metadata(path).unwrap().len(), before.len());
}

#[test]
fn whatever_changes_between_two_scans_is_found() {
    let project = forest();
    assert_alike(&project, "the first scan");
    assert!(caches(&project).is_dir());
    assert_alike(&project, "nothing has changed");
    spoil(&area(&project, 3));
    let (cached, whole) = both(&project);
    assert!(cached.contains("src/area_003.py"));
    assert_eq!(cached, whole, "same size, same time");
    put(&area(&project, 3), b"radius = 3\n");
    assert_alike(&project, "a secret is gone");
    fs::rename(area(&project, 4), project.root().join("src/moved.py")).unwrap();
    assert_alike(&project, "a file is moved");
    let moved = project.root().join("src/secret.py");
    fs::rename(moved, area(&project, 5)).unwrap();
    assert_alike(&project, "a secret comes in the place of a file");
    fs::remove_file(area(&project, 6)).unwrap();
    assert_alike(&project, "a file is gone");
    put(
        &project.root().join("src/new.py"),
        format!("API_TOKEN = \"{NEW}\"\n").as_bytes(),
    );
    assert_alike(&project, "a file is new");
    put(
        &project.root().join("src/image.png"),
        format!("API_TOKEN = \"{NEW}\"\n").as_bytes(),
    );
    assert_alike(&project, "what was no text is text");
}

#[test]
fn what_was_found_before_can_be_fixed() {
    let project = forest();
    both(&project);
    let fixed = |more: &[&str]| {
        let args = ["scan", "--diff", "--fail-on", "never"];
        let told = project.shield(args.iter().chain(more)).stdout;
        // What follows tells how long it took.
        let (diff, _) = told.split_once("\n4 findings: ").unwrap();
        diff.to_owned()
    };
    let diff = fixed(&[]);
    assert!(diff.contains("get_secret(\"db-password\")"), "{diff}");
    assert_eq!(diff, fixed(&["--no-cache"]));
}

#[test]
fn what_decides_what_is_found_decides_what_is_known() {
    let project = forest();
    assert_alike(&project, "the first scan");
    let pattern = "schema: 1\nid: acme/label\ntitle: Label of Acme\nseverity: high\ndetect:\n  \
                   - literal:\n      regex: '\\b(?<secret>acme_[0-9a-f]{8})\\b'\n";
    let project = project.with("rules/acme/label.yaml", pattern);
    let ran = project.shield(["scan", "--patterns", "rules", "--fail-on", "never"]);
    assert!(ran.stdout.contains("src/label.py"), "{}", ran.stdout);
    let settings = project.with("shield.yaml", "schema: 1\npatterns: [rules]\n");
    let (cached, whole) = both(&settings);
    assert!(cached.contains("src/label.py"));
    assert_eq!(cached, whole, "a pattern is new");
}

#[test]
fn a_cache_has_nothing_of_what_was_scanned_and_can_be_left_out() {
    let project = forest();
    let ran = project.shield(["scan", "--no-cache", "--fail-on", "never"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!caches(&project).exists());
    both(&project);
    let files = WalkDir::new(caches(&project)).into_iter();
    for file in files
        .map(Result::unwrap)
        .filter(|it| it.file_type().is_file())
    {
        let bytes = fs::read(file.path()).unwrap();
        for text in [
            CANARY,
            HIDDEN,
            "rosebud",
            "secret.py",
            "radius",
            "PASSWORD",
            "API_KEY",
        ] {
            let found = memchr::memmem::find(&bytes, text.as_bytes());
            assert!(found.is_none(), "{text} in {}", file.path().display());
        }
    }
}

#[test]
fn a_broken_cache_is_no_trouble() {
    let project = forest();
    let (whole, _) = both(&project);
    let files = WalkDir::new(caches(&project)).into_iter();
    for file in files
        .map(Result::unwrap)
        .filter(|it| it.file_type().is_file())
    {
        put(
            file.path(),
            b"shield cache 1\n\0 and then nothing of the kind",
        );
    }
    let (cached, _) = both(&project);
    assert_eq!(cached, whole);
}
