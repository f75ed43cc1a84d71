//! How long planning takes, measured by the scan of the same tree in the same run.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use shield::detect::Detector;
use shield::fix;
use shield::fix::Applicability;
use shield::fix::Choices;
use shield::fix::Wishes;
use shield::pattern;
use shield::pattern::PatternSet;
use shield::source;
use shield::source::Archives;
use shield::source::IgnoreFiles;

use crate::project::{Project, put};

/// Code without anything to find: some forty lines.
fn filler(number: usize) -> String {
    let mut text = String::new();
    for line in 0..12 {
        let written = write!(
            text,
            "def area_{number}_{line}(radius, scale={line}):\n    \
             return math.pi * radius ** 2 * scale + len(\"circle {line}\")\n\n"
        );
        written.unwrap();
    }
    text
}

/// The same in the language of browsers.
fn script(number: usize) -> String {
    let mut text = String::new();
    for line in 0..12 {
        let written = write!(
            text,
            "function area{number}_{line}(radius, scale = {line}) {{\n  \
             return Math.PI * radius ** 2 * scale + \"circle {line}\".length;\n}}\n\n"
        );
        written.unwrap();
    }
    text
}

/// A tree of so many files, one in twenty with something to fix.
fn tree(files: usize) -> Project {
    let project = Project::of(&[("package.json", "{}"), ("manage.py", "")]).unwrap();
    for number in 0..files {
        let folder = number % 97;
        let (path, text) = match (number % 20, number % 3) {
            (0, 0) => (
                format!("web/f{folder}/m{number}.ts"),
                format!(
                    "const k = process.env.K{number}_SECRET;\nuse(k);\n{}",
                    script(number)
                ),
            ),
            (0, _) => (
                format!("shop/f{folder}/m{number}.py"),
                format!(
                    "import math\nimport os\n\nK = os.environ[\"K{number}_SECRET\"]\n\n{}",
                    filler(number)
                ),
            ),
            (_, 0) => (format!("web/f{folder}/m{number}.ts"), script(number)),
            (_, _) => (
                format!("shop/f{folder}/m{number}.py"),
                format!("import math\n\n{}", filler(number)),
            ),
        };
        put(&project.root.join(path), &text).unwrap();
    }
    project
}

/// How long the scan of so many files takes, and the planning and verifying of their fixes.
fn times(files: usize) -> (Duration, Duration) {
    let project = tree(files);
    let patterns = PatternSet::load(&pattern::Options::default()).unwrap();
    let detector = Detector::new(&patterns, source::MAX_FILE_SIZE);
    let listing = source::enumerate(&source::Options {
        paths: vec![project.root.clone()],
        ignore_files: IgnoreFiles::Respect,
        exclude: Vec::new(),
        max_file_size: source::MAX_FILE_SIZE,
        archives: Archives::Skip,
    });
    let sources = listing.unwrap().sources;
    assert!(sources.len() >= files);
    let options = fix::Options {
        least: Applicability::Safe,
        root: project.root.clone(),
        wishes: Wishes::default(),
        choices: Choices::default(),
        taken: BTreeSet::new(),
        uncommitted: BTreeSet::new(),
    };
    let start = Instant::now();
    let scan = detector.scan_all(&sources, || {});
    let scanned = start.elapsed();
    assert_eq!(scan.findings.len(), files / 20);
    let end = Instant::now();
    let plan = fix::plan(&scan.findings, &detector, &options);
    let planned = end.elapsed();
    assert_eq!(plan.files.len(), files / 20);
    (scanned, planned)
}

#[test]
#[ignore = "it measures, so it wants an optimized build and a machine of its own"]
#[expect(clippy::print_stderr, reason = "a measurement is told")]
fn planning_ten_thousand_files_takes_less_than_twice_the_scan() {
    let (scanned, planned) = times(10_000);
    let [scan, plan] = [scanned, planned].map(|it| it.as_secs_f64());
    eprintln!("10,000 files with 500 findings: scan {scan:.2} s, plan {plan:.2} s");
    assert!(planned < 2 * scanned, "{planned:?} and {scanned:?}");
}
