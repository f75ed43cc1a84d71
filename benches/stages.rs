//! How long each stage takes on texts made here, in bytes per second.
//!
//! `cargo bench` runs all of it, `cargo bench -- prefilter` one part. See benches/README.md for
//! comparisons with other programs.

use std::borrow::Cow;
use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::BytesCount;
use shield::detect::Detector;
use shield::detect::Document;
use shield::lang::Syntax;
use shield::pattern;
use shield::pattern::Matcher;
use shield::pattern::PatternSet;
use shield::risk::FileClass;
use shield::source;
use shield::source::Encoding;
use shield::source::Source;
use shield::source::SourceRef;

fn main() {
    divan::main();
}

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
             GITHUB_{number} = \"ghp_{}{}\"\n",
            "NotARealToken", "JustAnExample00011gfy10",
        );
        written.unwrap();
    }
    text
}

/// The built-in patterns that have a point of one kind, and all with `None`.
fn patterns(kind: Option<fn(&Matcher) -> bool>) -> PatternSet {
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
fn scan(bencher: Bencher<'_, '_>, kind: Option<fn(&Matcher) -> bool>, text: &str) {
    let patterns = patterns(kind);
    let detector = Detector::new(&patterns, source::MAX_FILE_SIZE).unwrap();
    let at = SourceRef {
        path: "shop/settings.py".into(),
        file: "shop/settings.py".into(),
        class: FileClass::Code,
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
