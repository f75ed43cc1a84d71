//! The order of the stages, and nothing else.

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use miette::Diagnostic;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::detect::Detector;
use crate::detect::DetectorError;
use crate::detect::Scan;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::fix::FixPlan;
use crate::pattern::PatternError;
use crate::pattern::PatternSet;
use crate::report;
use crate::report::Report;
use crate::report::Totals;
use crate::risk::Level;
use crate::settings::Settings;
use crate::source;
use crate::source::SourceError;

/// Why a run could not go on.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum RunError {
    /// The patterns are wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Pattern(#[from] PatternError),
    /// The patterns are too many.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Detector(#[from] DetectorError),
    /// The paths are wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Source(#[from] SourceError),
    /// The report could not be written.
    #[error("the report could not be written{}", shown(.path.as_ref()))]
    #[diagnostic(
        code(shield::report),
        help("nothing was changed; give `--output` a file that can be written")
    )]
    Report {
        /// Where it should have gone; standard output when absent.
        path: Option<PathBuf>,
        /// What went wrong.
        #[source]
        error: io::Error,
    },
}

fn shown(path: Option<&PathBuf>) -> String {
    path.map_or_else(String::new, |it| format!(" to {}", it.display()))
}

/// Is told how far a scan has come; from many threads.
pub trait Progress: Sync {
    /// So many sources are to be scanned.
    fn start(&self, sources: usize);
    /// One more has been scanned.
    fn step(&self);
    /// All have been scanned.
    fn finish(&self);
}

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// The worst finding that is still there.
    pub worst: Option<Level>,
}

/// Scans, reports, and fixes if asked to.
///
/// # Errors
///
/// Fails when the run cannot go on; nothing has been changed then, or all of it was undone.
pub fn scan(
    settings: &Settings,
    progress: &dyn Progress,
    out: &mut dyn io::Write,
) -> Result<Outcome, RunError> {
    let started = Instant::now();
    let patterns = PatternSet::load(&settings.patterns)?;
    let detector = Detector::new(&patterns, settings.sources.max_file_size)?;
    let listing = source::enumerate(&settings.sources)?;

    progress.start(listing.sources.len());
    let scans: Vec<Scan<'_>> = listing
        .sources
        .par_iter()
        .map_init(Vec::new, |buffer, source| {
            let scan = detector.scan(source, buffer);
            progress.step();
            scan
        })
        .collect();
    progress.finish();
    let mut scan = Scan::gather(scans);
    scan.notices.extend(listing.notices);
    scan.notices.sort();
    let plan = FixPlan::default();

    let report = Report {
        findings: &scan.findings,
        suppressed: &scan.suppressed,
        plan: &plan,
        notices: &scan.notices,
        patterns: &patterns,
        totals: Totals {
            files: scan.files,
            bytes: scan.bytes,
            elapsed: started.elapsed(),
        },
    };
    report::write(&report, &settings.report, out).map_err(|error| RunError::Report {
        path: settings.output.clone(),
        error,
    })?;

    Ok(Outcome {
        worst: worst(&scan.findings, &[]),
    })
}

/// The level of the worst finding that is not `fixed`.
fn worst(findings: &[Finding<'_>], fixed: &[Fingerprint]) -> Option<Level> {
    findings
        .iter()
        .filter(|it| !fixed.contains(&it.fingerprint))
        .map(|it| it.risk.level)
        .max()
}
