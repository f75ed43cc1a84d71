//! Holds every pattern file to what its examples and the format promise.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use shield::detect::Detector;
use shield::examples;
use shield::examples::{Case, Kind};
use shield::finding::{Finding, Subject};
use shield::pattern::syntax::Status;
use shield::pattern::{Matcher, Options, Pattern, PatternSet};
use shield::risk::FileClass;
use shield::source::SourceRef;
use walkdir::WalkDir;

/// The keys of a pattern file in the order of a reader's questions.
const KEYS: [&str; 17] = [
    "schema",
    "id",
    "formerly",
    "aliases",
    "title",
    "status",
    "severity",
    "confidence",
    "summary",
    "files",
    "detect",
    "risk_assessment",
    "fix",
    "remediation",
    "rotation",
    "references",
    "examples",
];

/// The keys that every built-in pattern has.
const NEEDED: [&str; 12] = [
    "schema",
    "id",
    "title",
    "status",
    "severity",
    "confidence",
    "summary",
    "detect",
    "risk_assessment",
    "remediation",
    "references",
    "examples",
];

/// Files larger than this are not read by the test of files on disk, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    // The patterns live as long as the program.
    let patterns: &'static PatternSet = Box::leak(Box::new(PatternSet::all(&Options::default())?));
    let detector = Arc::new(Detector::new(patterns, MAX_FILE)?);
    let mut trials = Vec::new();
    for case in examples::cases(patterns) {
        if case.pattern.file.status != Status::Retired {
            let detector = Arc::clone(&detector);
            let run = move || Ok(case.check(&detector)?);
            trials.push(Trial::test(case.name(), run));
        }
    }
    for pattern in patterns {
        let name = format!("{} is complete", pattern.id());
        trials.push(Trial::test(name, move || is_complete(pattern)));
        let title = format!("{} is found by its needles", pattern.id());
        trials.push(Trial::test(title, move || has_needles(pattern)));
    }
    let name = "pattern files hold no secret as they lie";
    trials.push(Trial::test(name, move || finds_nothing(&detector)));
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/patterns"))
}

/// The file has every key that a built-in pattern needs, in order, and examples of both kinds.
fn is_complete(pattern: &Pattern) -> Result<(), Failed> {
    let text = fs::read_to_string(folder().join(format!("{}.yaml", pattern.id())))?;
    let keys: Vec<&str> = text
        .lines()
        .filter(|it| it.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|it| it.split_once(':').map(|(key, _)| key))
        .collect();
    let place = |key: &str| KEYS.iter().position(|it| *it == key);
    if !keys.is_sorted_by_key(|it| place(it)) {
        return Err(format!("the keys belong in the order {KEYS:?}").into());
    }
    for key in NEEDED {
        if !keys.contains(&key) {
            return Err(format!("`{key}` is missing").into());
        }
    }
    let file = &pattern.file;
    let filled = [
        (
            "title",
            !file.title.is_empty() && !file.title.ends_with('.'),
        ),
        ("summary", file.summary.trim().ends_with('.')),
        ("remediation", pattern.remediation().trim().ends_with('.')),
        ("rotation.steps", !pattern.rotation().steps.is_empty()),
        ("references.cwe", !pattern.references().cwe.is_empty()),
        ("references.owasp", !pattern.references().owasp.is_empty()),
        ("risk labels", !pattern.risk.labels.is_empty()),
        ("attack vectors", !pattern.risk.attack_vectors.is_empty()),
        ("examples.match", !pattern.examples().matches.is_empty()),
        ("examples.no_match", !pattern.examples().no_match.is_empty()),
    ];
    for (what, is_filled) in filled {
        if !is_filled {
            return Err(format!("{what} says nothing").into());
        }
    }
    has_each_family(pattern)
}

/// A pattern with queries has a match for each family of languages.
fn has_each_family(pattern: &Pattern) -> Result<(), Failed> {
    let paths: Vec<&str> = pattern
        .examples()
        .matches
        .iter()
        .map(|it| it.path.as_str())
        .collect();
    for point in &pattern.points {
        let shapes = match &point.matcher {
            Matcher::Query { shapes, .. } => shapes,
            Matcher::Absence { anchor, .. } => anchor,
            Matcher::Literal { .. } | Matcher::Assignment { .. } | Matcher::EnvRead { .. } => {
                continue;
            }
        };
        for (family, _) in shapes {
            let in_family = |path: &&str| {
                let language = shield::lang::Language::of_path((*path).into());
                language.is_some_and(|it| it.family() == *family)
            };
            if !paths.iter().any(in_family) {
                return Err(format!("no match is written in {family:?}").into());
            }
        }
    }
    Ok(())
}

/// Every match holds a needle, or the prefilter would hide it.
fn has_needles(pattern: &Pattern) -> Result<(), Failed> {
    let needles = || pattern.points.iter().flat_map(|it| &it.needles);
    for (number, example) in (1..).zip(&pattern.examples().matches) {
        let case = Case {
            pattern,
            kind: Kind::Match(example),
            number,
        };
        let text = case.code().to_ascii_lowercase();
        let is_held = |needle: &[u8]| text.as_bytes().windows(needle.len()).any(|it| it == needle);
        if !needles().any(|it| is_held(&it.bytes)) {
            return Err(format!("match {number} holds no needle").into());
        }
    }
    Ok(())
}

/// No value is found in pattern files as they lie on disk, and none that an issuer's scanner would
/// take for its own in fixtures, which hold made-up passwords on purpose.
fn finds_nothing(detector: &Detector<'_>) -> Result<(), Failed> {
    let root = folder().parent().ok_or("no parent")?;
    for below in ["patterns", "fixtures"] {
        for entry in WalkDir::new(root.join(below)).into_iter().flatten() {
            if !entry.file_type().is_file() {
                continue;
            }
            let path = entry.path().strip_prefix(root)?.to_string_lossy();
            let at = SourceRef {
                path: path.replace('\\', "/").into(),
                file: entry.path().to_owned(),
                class: FileClass::Code,
                archives: Vec::new(),
            };
            let scan = detector.scan(&at, &mut Vec::new());
            let is_value = |it: &&Finding<'_>| {
                let made_up = below == "fixtures" && it.pattern.id().starts_with("generic/");
                matches!(it.subject, Subject::Value { .. }) && !made_up
            };
            if let Some(it) = scan.findings.iter().find(is_value) {
                let line = it.location.start.line;
                return Err(format!("{path}:{line}: {}", it.pattern.id()).into());
            }
        }
    }
    Ok(())
}
