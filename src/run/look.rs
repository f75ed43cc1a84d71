//! What there is, as far as it counts.

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::Progress;
use super::RunError;
use super::change;
use super::memory::Memory;
use super::past;
use crate::baseline;
use crate::baseline::Baseline;
use crate::baseline::BaselineError;
use crate::baseline::Wanted;
use crate::detect::Brief;
use crate::detect::Detector;
use crate::detect::Scan;
use crate::finding::Suppressed;
use crate::fix;
use crate::pattern::PatternSet;
use crate::settings::Known;
use crate::settings::Settings;
use crate::source;
use crate::source::Selected;
use crate::source::Selection;
use crate::source::SourceRef;
use crate::source::git;

/// What is found, and where it was looked for.
pub(super) struct Looked<'p> {
    pub(super) scan: Scan<'p>,
    /// The texts, as far as they lie on the disk or in git's index.
    pub(super) sources: Vec<SourceRef>,
    /// Of each whether it may have a seam.
    pub(super) may_have_seam: Vec<bool>,
}

impl<'p> From<Scan<'p>> for Looked<'p> {
    fn from(scan: Scan<'p>) -> Self {
        Self {
            scan,
            sources: Vec::new(),
            may_have_seam: Vec::new(),
        }
    }
}

/// Finds what `settings` ask for.
pub(super) fn look<'p>(
    settings: &Settings,
    (patterns, detector): (&'p PatternSet, &Detector<'p>),
    progress: &dyn Progress,
) -> Result<Looked<'p>, RunError> {
    let mut listing = match source::select(&settings.selection, &settings.sources)? {
        Selected::Texts(listing) => listing,
        Selected::Past(past) => {
            let mut scan = past::scan(&past, detector, progress);
            triage(&mut scan, settings)?;
            scan.notices.extend(settings.notices.iter().cloned());
            scan.notices.sort();
            return Ok(scan.into());
        }
    };
    if let Some(shard) = settings.shard {
        listing.sources = shard.of(listing.sources);
    }
    let memory = Memory::open(settings, patterns, listing.sources.len());
    progress.start(listing.sources.len());
    let scans = listing.sources.par_iter().map_init(Vec::new, |buffer, at| {
        let (scan, may_have_seam) = memory.scan(at, detector, buffer);
        progress.step();
        (Brief::from(scan), may_have_seam)
    });
    let (scans, may_have_seam): (Vec<_>, Vec<_>) = scans.unzip();
    progress.finish();
    memory.save();
    let mut scan = Scan::gather(scans);
    if let Some(added) = &listing.added {
        change::keep_added(&mut scan, added, &listing.sources, &settings.sources);
    }
    triage(&mut scan, settings)?;
    scan.notices.extend(listing.notices);
    scan.notices.extend(settings.notices.iter().cloned());
    scan.notices.sort();
    Ok(Looked {
        scan,
        sources: listing.sources,
        may_have_seam,
    })
}

/// Sets aside what is known.
fn triage(scan: &mut Scan<'_>, settings: &Settings) -> Result<(), BaselineError> {
    let baseline = known(settings)?;
    if baseline.is_empty() {
        return Ok(());
    }
    let today = fix::today();
    scan.notices
        .extend(baseline.expired(&scan.findings, &today));
    let findings = std::mem::take(&mut scan.findings);
    for finding in findings {
        match baseline.excuse(&finding, &today) {
            Some(cause) => scan.suppressed.push(Suppressed { finding, cause }),
            None => scan.findings.push(finding),
        }
    }
    scan.suppressed.sort_by(|one, other| {
        let (one, other) = (&one.finding.location, &other.finding.location);
        (one.path.as_str(), one.span.start).cmp(&(other.path.as_str(), other.span.start))
    });
    Ok(())
}

/// The baseline that counts; before a commit, that of the project as it will be committed.
fn known(settings: &Settings) -> Result<Baseline, BaselineError> {
    let root = &settings.places.root;
    match &settings.known {
        Known::Nothing => Ok(Baseline::default()),
        Known::File(path) => Baseline::load(path, Wanted::Surely),
        Known::Project => {
            let path = baseline::path_in(root);
            let staged = match settings.selection {
                Selection::Staged => git::staged_text(root, baseline::FILE, baseline::LIMIT),
                Selection::Files
                | Selection::Since(_)
                | Selection::Range(_)
                | Selection::History(_) => None,
            };
            match staged {
                Some(text) => Baseline::of_text(&text, &path),
                None => Baseline::load(&path, Wanted::Maybe),
            }
        }
    }
}
