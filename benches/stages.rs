//! How long each stage takes on texts made here, in bytes per second.
//!
//! `cargo bench` runs all of it, `cargo bench -- prefilter` one part. See benches/README.md for
//! comparisons with other programs.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot start has nobody to tell"
)]

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use shield::detect::Detector;
use shield::detect::Document;
use shield::detect::Scan;
use shield::detect::classifier;
use shield::detect::classifier::{Candidate, Form};
use shield::fix;
use shield::fix::Applicability;
use shield::fix::Choices;
use shield::fix::Wishes;
use shield::lang::Syntax;
use shield::pattern;
use shield::pattern::Matcher;
use shield::pattern::PatternSet;
use shield::risk::FileClass;
use shield::source;
use shield::source::Archives;
use shield::source::Encoding;
use shield::source::IgnoreFiles;
use shield::source::Listing;
use shield::source::Origin;
use shield::source::Source;
use shield::source::SourceRef;

fn main() {
    divan::main();
}

/// Whether a matcher is of one kind.
type Kind = fn(&Matcher) -> bool;

/// A token with a right checksum that nobody has issued.
const TOKEN: &str = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");

/// Code without anything to find, and with few words that could begin a secret.
fn clean() -> String {
    let mut text = String::from("import math\n\n");
    for number in 0..6_000 {
        let line = "def area_{n}(radius, scale={n}):\n    \"\"\"The area, scaled.\"\"\"\n    \
                    return math.pi * radius ** 2 * scale + len(\"circle {n}\")\n\n";
        text.push_str(&line.replace("{n}", &number.to_string()));
    }
    text
}

/// Settings with something to find every few lines.
fn settings() -> String {
    let mut text = String::from("import os\n\nimport jwt\n\n");
    for number in 0..400 {
        let written = writeln!(
            text,
            "DB_PASSWORD_{number} = os.environ.get(\"DB_PASSWORD_{number}\", \"\")\n\
             SERVICE_{number} = {{\"user\": \"shop\", \"password\": \"rosebud-19{number}\"}}\n\
             LABEL_{number} = \"A line of text that is not a secret at all\"\n\
             header_{number} = jwt.encode({{\"sub\": {number}}}, \"tulip-orchard-{number}\")\n\
             GITHUB_{number} = \"{TOKEN}\"\n",
        );
        written.unwrap();
    }
    text
}

/// The built-in patterns that have a point of one kind, and all with `None`.
fn patterns(kind: Option<Kind>) -> PatternSet {
    let all = PatternSet::all(&pattern::Options::default()).unwrap();
    let disabled = all
        .iter()
        .filter(|it| kind.is_some_and(|kind| !it.points.iter().any(|it| kind(&it.matcher))))
        .map(|it| it.id().to_owned())
        .collect();
    let options = pattern::Options {
        disabled,
        ..pattern::Options::default()
    };
    PatternSet::load(&options).unwrap()
}

/// A text as if it were read from a file.
fn scan(bencher: Bencher<'_, '_>, kind: Option<Kind>, text: &str) {
    let patterns = patterns(kind);
    let detector = Detector::new(&patterns, source::MAX_FILE_SIZE);
    let at = SourceRef {
        path: "shop/settings.py".into(),
        file: "shop/settings.py".into(),
        class: FileClass::Code,
        archives: Vec::new(),
        origin: Origin::File,
    };
    bencher.counter(BytesCount::of_str(text)).bench(|| {
        detector.scan_text(&Source {
            at: &at,
            text: Cow::Borrowed(divan::black_box(text)),
            encoding: Encoding::Utf8,
        })
    });
}

#[divan::bench]
fn load_patterns(bencher: Bencher<'_, '_>) {
    bencher.bench(|| PatternSet::load(&pattern::Options::default()).unwrap());
}

/// All that comes before the first byte of a text, and a small text.
#[divan::bench]
fn start_up(bencher: Bencher<'_, '_>) {
    let at = SourceRef {
        path: "shop/settings.py".into(),
        file: "shop/settings.py".into(),
        class: FileClass::Code,
        archives: Vec::new(),
        origin: Origin::File,
    };
    bencher.bench(|| {
        let patterns = PatternSet::load(&pattern::Options::default()).unwrap();
        let detector = Detector::new(&patterns, source::MAX_FILE_SIZE);
        let source = Source {
            at: &at,
            text: Cow::Borrowed(divan::black_box("DEBUG = True\n")),
            encoding: Encoding::Utf8,
        };
        detector.scan_text(&source).findings.len()
    });
}

#[divan::bench]
fn prefilter(bencher: Bencher<'_, '_>) {
    scan(bencher, None, &clean());
}

#[divan::bench]
fn literal(bencher: Bencher<'_, '_>) {
    scan(
        bencher,
        Some(|it| matches!(it, Matcher::Literal { .. })),
        &settings(),
    );
}

#[divan::bench]
fn assignment(bencher: Bencher<'_, '_>) {
    scan(
        bencher,
        Some(|it| matches!(it, Matcher::Assignment { .. })),
        &settings(),
    );
}

#[divan::bench]
fn env_read(bencher: Bencher<'_, '_>) {
    scan(
        bencher,
        Some(|it| matches!(it, Matcher::EnvRead { .. })),
        &settings(),
    );
}

#[divan::bench]
fn query(bencher: Bencher<'_, '_>) {
    scan(
        bencher,
        Some(|it| matches!(it, Matcher::Query { .. })),
        &settings(),
    );
}

#[divan::bench]
fn absence(bencher: Bencher<'_, '_>) {
    scan(
        bencher,
        Some(|it| matches!(it, Matcher::Absence { .. })),
        &settings(),
    );
}

#[divan::bench]
fn all_kinds(bencher: Bencher<'_, '_>) {
    scan(bencher, None, &settings());
}

#[divan::bench(args = ["a.py", "a.js", "a.ts", "a.tsx"])]
fn parse(bencher: Bencher<'_, '_>, path: &str) {
    let text = settings();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        Document::new(&text, Syntax::of_path(path.into()))
            .tree()
            .is_some()
    });
}

#[divan::bench(args = [
    "rosebud-1941",
    concat!("9f86d081884c7d65", "9a2feaa0c55ad015"),
    "Enter your password",
    "a-secret-word-of-the-documentation",
])]
fn classify(bencher: Bencher<'_, '_>, value: &str) {
    let candidate = Candidate {
        name: "DB_PASSWORD",
        value,
        form: Form::Bound,
        class: FileClass::Code,
        syntax: Syntax::of_path("shop/settings.py".into()),
        before: "    DB_PASSWORD = \"",
        after: "\"",
        path: "shop/settings.py".into(),
    };
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| classifier::probability(divan::black_box(&candidate)));
}

/// A folder with code that has nothing in it and a few settings.
fn folder() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for number in 0..50 {
        let (name, text) = if number % 10 == 0 {
            (format!("settings_{number}.py"), settings())
        } else {
            (format!("area_{number}.py"), clean())
        };
        let mut file = fs::File::create(root.path().join(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
    root
}

/// Everything below a folder.
fn listing(root: &Path) -> Listing {
    let options = source::Options {
        paths: vec![root.to_owned()],
        ignore_files: IgnoreFiles::Disregard,
        exclude: Vec::new(),
        max_file_size: source::MAX_FILE_SIZE,
        archives: Archives::Skip,
    };
    source::enumerate(&options).unwrap()
}

/// The scan of a folder, one file after the other.
fn scanned<'p>(detector: &Detector<'p>, listing: &Listing) -> Scan<'p> {
    let mut buffer = Vec::new();
    let scans = listing.sources.iter();
    Scan::gather(scans.map(|it| detector.scan(it, &mut buffer)))
}

#[divan::bench(sample_count = 10)]
fn whole_scan(bencher: Bencher<'_, '_>) {
    let root = folder();
    let patterns = patterns(None);
    let detector = Detector::new(&patterns, source::MAX_FILE_SIZE);
    let bytes = scanned(&detector, &listing(root.path())).bytes;
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| scanned(&detector, &listing(root.path())).findings.len());
}

#[divan::bench(sample_count = 10)]
fn plan_fixes(bencher: Bencher<'_, '_>) {
    let root = folder();
    let patterns = patterns(None);
    let detector = Detector::new(&patterns, source::MAX_FILE_SIZE);
    let scan = scanned(&detector, &listing(root.path()));
    let options = fix::Options {
        least: Applicability::Safe,
        root: root.path().to_owned(),
        wishes: Wishes::default(),
        choices: Choices::default(),
        taken: BTreeSet::new(),
        uncommitted: BTreeSet::new(),
    };
    bencher.bench(|| fix::plan(&scan.findings, &detector, &options).files.len());
}
