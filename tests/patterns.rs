//! Holds every pattern file to what its examples and the format promise.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use shield::detect::Detector;
use shield::examples;
use shield::finding::{Finding, Subject};
use shield::pattern::syntax::Status;
use shield::pattern::{Options, Pattern, PatternSet};
use shield::risk::FileClass;
use shield::source::Origin;
use shield::source::SourceRef;
use walkdir::WalkDir;

/// Files larger than this are not read by the test of files on disk, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    // The patterns live as long as the program.
    let patterns: &'static PatternSet = Box::leak(Box::new(PatternSet::all(&Options::default())?));
    let detector = Arc::new(Detector::new(patterns, MAX_FILE));
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
    }
    let name = "pattern files hold no secret as they lie";
    trials.push(Trial::test(name, move || finds_nothing(&detector)));
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/patterns"))
}

/// The file has everything that a built-in pattern needs.
fn is_complete(pattern: &Pattern) -> Result<(), Failed> {
    let gaps: Vec<String> = examples::gaps(pattern)
        .iter()
        .map(ToString::to_string)
        .collect();
    if gaps.is_empty() {
        Ok(())
    } else {
        Err(gaps.join("\n").into())
    }
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
                origin: Origin::File,
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
