//! What a scan makes of the snippets.

use std::fs;
use std::ops::Add;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use camino::Utf8Path;
use rayon::prelude::*;
use serde::Deserialize;
use shield::detect::Detector;
use shield::finding::{Finding, Subject};
use shield::pattern::{Options, PatternSet};
use shield::source;
use shield::source::{IgnoreFiles, MAX_FILE_SIZE, SourceRef};
use shield::text::Span;
use tempfile::TempDir;

use crate::Result;
use crate::corpus::Snippet;

/// How many secrets were found, how many not, and how many findings are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tally {
    /// Secrets that were found.
    pub(crate) found: u32,
    /// Secrets that were not.
    pub(crate) missed: u32,
    /// Findings that are no secrets.
    pub(crate) wrong: u32,
}

/// A snippet, and what became of it.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The snippet.
    pub(crate) snippet: &'static Snippet,
    /// The count.
    pub(crate) tally: Tally,
    /// What went wrong, a line for each secret missed and each finding that is none.
    pub(crate) faults: Vec<String>,
}

impl Tally {
    /// The share of findings that are secrets.
    pub(crate) fn precision(self) -> Option<f64> {
        share(self.found, self.wrong)
    }

    /// The share of secrets that are found.
    pub(crate) fn recall(self) -> Option<f64> {
        share(self.found, self.missed)
    }

    /// The harmonic mean of both.
    pub(crate) fn f1(self) -> Option<f64> {
        share(2 * self.found, self.missed + self.wrong)
    }
}

fn share(part: u32, rest: u32) -> Option<f64> {
    let all = part + rest;
    (all > 0).then(|| f64::from(part) / f64::from(all))
}

impl Add for Tally {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        Self {
            found: self.found + rhs.found,
            missed: self.missed + rhs.missed,
            wrong: self.wrong + rhs.wrong,
        }
    }
}

/// All patterns, made ready once.
fn detector() -> Result<&'static Detector<'static>> {
    static DETECTOR: OnceLock<std::result::Result<Detector<'static>, String>> = OnceLock::new();
    let make = || -> Result<Detector<'static>> {
        // The patterns live as long as the program.
        let patterns = Box::leak(Box::new(PatternSet::all(&Options::default())?));
        Ok(Detector::new(patterns, MAX_FILE_SIZE))
    };
    let detector = DETECTOR.get_or_init(|| make().map_err(|it| it.to_string()));
    Ok(detector.as_ref().map_err(Clone::clone)?)
}

/// Scans every snippet, each as the one file of a project.
pub(crate) fn all(snippets: &'static [Snippet]) -> Result<Vec<Judged>> {
    let detector = detector()?;
    let folder = TempDir::new()?;
    let judge = |(number, snippet): (usize, &'static Snippet)| {
        let root = folder.path().join(number.to_string());
        let file = root.join(&snippet.path);
        lay(&file, &snippet.code)?;
        Ok(judge(detector, snippet, listed(root)?))
    };
    let judged: std::result::Result<Vec<Judged>, String> = snippets
        .par_iter()
        .enumerate()
        .map(|it| judge(it).map_err(|err: Box<dyn std::error::Error>| err.to_string()))
        .collect();
    Ok(judged?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a file that is made for the test is nobody's to lose"
)]
fn lay(file: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(file.parent().ok_or("no folder")?)?;
    Ok(fs::write(file, text)?)
}

/// The file of a folder, if a scan of the folder looks at it.
fn listed(root: PathBuf) -> Result<Option<SourceRef>> {
    let listing = source::enumerate(&source::Options {
        paths: vec![root],
        ignore_files: IgnoreFiles::Disregard,
        exclude: Vec::new(),
        max_file_size: MAX_FILE_SIZE,
        archives: source::Archives::Skip,
    })?;
    Ok(listing.sources.into_iter().next())
}

/// Compares what is found with the labels. A finding counts for every secret that it holds in
/// full: an address counts for the password in it. Reads of the environment and absences do not
/// count.
fn judge(detector: &Detector<'_>, snippet: &'static Snippet, at: Option<SourceRef>) -> Judged {
    let at = at.map(|it| SourceRef {
        path: Utf8Path::new(&snippet.path).to_owned(),
        ..it
    });
    let scan = at.map(|it| detector.scan(&it, &mut Vec::new()));
    let findings: Vec<Finding<'_>> = scan.map(|it| it.findings).unwrap_or_default();
    let values: Vec<&Finding<'_>> = findings.iter().filter(|it| is_value(it)).collect();
    let secrets: Vec<Span> = snippet.secrets.iter().copied().flatten().collect();
    let mut tally = Tally::default();
    let mut faults = Vec::new();
    for secret in &secrets {
        if values.iter().any(|it| it.location.span.contains(*secret)) {
            tally.found += 1;
        } else {
            tally.missed += 1;
            faults.push(format!("misses line {}", snippet.line(*secret)));
        }
    }
    for finding in values {
        let place = finding.location.span;
        if !secrets.iter().any(|it| place.contains(*it)) {
            tally.wrong += 1;
            let is_part = secrets.iter().any(|it| place.overlaps(*it));
            let what = if is_part { "cuts short" } else { "takes" };
            let (line, pattern) = (snippet.line(place), finding.pattern.id());
            faults.push(format!("{what} line {line} ({pattern})"));
        }
    }
    Judged {
        snippet,
        tally,
        faults,
    }
}

fn is_value(finding: &Finding<'_>) -> bool {
    matches!(finding.subject, Subject::Value { .. })
}

/// Nothing is found in the files of the corpus as they lie on disk.
pub(crate) fn finds_nothing(folder: &Path) -> Result<()> {
    let detector = detector()?;
    let listing = source::enumerate(&source::Options {
        paths: vec![folder.to_owned()],
        ignore_files: IgnoreFiles::Disregard,
        exclude: Vec::new(),
        max_file_size: MAX_FILE_SIZE,
        archives: source::Archives::Skip,
    })?;
    let mut found = Vec::new();
    for at in &listing.sources {
        for finding in detector.scan(at, &mut Vec::new()).findings {
            let (line, pattern) = (finding.location.start.line, finding.pattern.id());
            found.push(format!("{}:{line}: {pattern}", at.path));
        }
    }
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("the joint is missing:\n{}", found.join("\n")).into())
    }
}
