//! The order of the stages, and nothing else.

mod apply;
mod change;
mod error;
mod import;
mod look;
mod memory;
mod past;
mod target;

pub use error::RunError;
pub use import::{Visit, recognize, reread};

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::Instant;

use target::Vessel;

use crate::detect::Detector;
use crate::detect::Scan;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::fix;
use crate::fix::Choices;
use crate::fix::Due;
use crate::fix::Entry;
use crate::fix::FixPlan;
use crate::fix::Hint;
use crate::fix::Ledger;
use crate::fix::Seams;
use crate::fix::Written;
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::pattern::PatternSet;
use crate::provision;
use crate::provision::Receipt;
use crate::report;
use crate::report::Format;
use crate::report::Report;
use crate::report::ShowSuppressed;
use crate::report::Totals;
use crate::risk::Level;
use crate::seal::Identity;
use crate::seal::Origin;
use crate::secret::SecretName;
use crate::settings::Mode;
use crate::settings::Settings;
use crate::settings::Target;
use crate::settings::Uncommitted;
use crate::source::Selection;
use crate::source::archive::Opener;
use crate::source::git::Provenance;

/// The list of secrets that have left the code, as reports name it.
const LEDGER: &str = ".shield/exposed.jsonl";

/// Is told how far a scan has come; from many threads.
pub trait Progress: Sync {
    /// So many sources are to be scanned.
    fn start(&self, sources: usize);
    /// One more has been scanned.
    fn step(&self);
    /// All have been scanned.
    fn finish(&self);
}

/// Decides about changes before they are made.
pub trait Reviewer {
    /// Goes through what could be changed; tells what was decided, or nothing when nothing shall
    /// be changed.
    ///
    /// # Errors
    ///
    /// Fails when there is nobody to ask, or no answer.
    fn review(&self, proposal: &Proposal<'_>) -> Result<Option<Choices>, RunError>;
}

/// What could be changed.
pub struct Proposal<'a> {
    /// What was found.
    pub findings: &'a [Finding<'a>],
    /// What was decided before.
    pub choices: &'a Choices,
    /// What would be done after other decisions.
    pub replan: &'a dyn Fn(&Choices) -> FixPlan,
}

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// The worst finding that is still there.
    pub worst: Option<Level>,
    /// What a fix did, when one was asked for.
    pub applied: Option<Applied>,
    /// Whether the store has other values under names that the fix wanted.
    pub conflicts: bool,
    /// The files that a fix has left because git does not have them as they are.
    pub uncommitted: BTreeSet<PathBuf>,
}

impl Outcome {
    /// What a run came to that changed nothing.
    fn untouched(findings: &[Finding<'_>]) -> Self {
        Self {
            worst: worst(findings, &BTreeSet::new()),
            applied: None,
            conflicts: false,
            uncommitted: BTreeSet::new(),
        }
    }
}

/// What a fix did.
#[derive(Debug)]
pub struct Applied {
    /// What became of the secrets.
    pub receipts: Vec<Receipt>,
    /// What became of the files.
    pub written: Written,
    /// Whether the user's identity was made for this.
    pub identity: Origin,
    /// Who else can open the store, as `age1…`.
    pub others: Vec<String>,
    /// What a person should know or do beside the code.
    pub hints: Vec<Hint>,
    /// The packages that the code needs to read the store.
    pub packages: BTreeSet<&'static str>,
    /// What is due for the secrets that have left the code.
    pub due: Vec<Due>,
}

/// Scans, reports, and fixes if asked to.
///
/// # Errors
///
/// Fails when the run cannot go on; nothing has been changed then, or all of it was undone.
pub fn scan(
    settings: &Settings,
    progress: &dyn Progress,
    reviewer: &dyn Reviewer,
    out: &mut dyn io::Write,
) -> Result<Outcome, RunError> {
    let started = Instant::now();
    if settings.mode.writes() {
        fix::ready(&settings.places.state, &settings.places.root)?;
    }
    let patterns = PatternSet::load(&settings.patterns)?;
    let detector = detector(&patterns, settings)?;
    let looked = look::look(settings, (&patterns, &detector), progress)?;
    let mut scan = looked.scan;
    let decided = if settings.plans() {
        let sources = (&*looked.sources, &*looked.may_have_seam);
        let seams = fix::seams(sources, &detector, &settings.fix.root);
        let found = (&*scan.findings, &seams);
        settle(found, &detector, settings, reviewer)?
    } else {
        // Nothing of it can be changed, or nothing shall be.
        Some((FixPlan::default(), settings.fix.clone()))
    };
    let Some((plan, options)) = decided else {
        return Ok(Outcome::untouched(&scan.findings));
    };
    let mut exposures = fix::exposures(&plan, &scan.findings, &settings.places.root);
    if !matches!(settings.mode, Mode::Find | Mode::Report) {
        fix::trace(&mut exposures, &plan, &settings.places.root);
    }
    let ledger = ledger(settings, &mut scan.notices);
    let pending = pending(&ledger, &settings.selection);

    let origin = origin(settings);
    let report = Report {
        findings: &scan.findings,
        suppressed: &scan.suppressed,
        plan: &plan,
        kept: &[],
        exposures: &exposures,
        pending: &pending,
        notices: &scan.notices,
        patterns: &patterns,
        origin: origin.as_ref(),
        totals: totals(&scan, started),
    };
    // Whoever has gone through it has seen it.
    if settings.mode != Mode::Review {
        report::write(&report, &settings.report, out).map_err(|error| RunError::Report {
            path: settings.output.clone(),
            error,
        })?;
    }

    let applied = if settings.mode.writes() && !plan.files.is_empty() {
        Some(apply::apply(&plan, &exposures, settings)?)
    } else {
        None
    };
    let fixed = applied.as_ref().map(|it| fixed(&plan, &it.written));
    let mut worst = worst(&scan.findings, &fixed.unwrap_or_default());
    // A fix that went through is a success; a project with secrets to rotate is not clean.
    if !settings.mode.writes() {
        worst = worst.max(pending.iter().map(|(_, it)| it.level).max());
    }
    Ok(Outcome {
        worst,
        applied,
        conflicts: !options.taken.is_empty(),
        uncommitted: options.uncommitted,
    })
}

/// Finds what `settings` ask for, and hands it to `visit`.
///
/// # Errors
///
/// Fails when the run cannot go on.
pub fn survey<T>(
    settings: &Settings,
    progress: &dyn Progress,
    visit: impl FnOnce(&Scan<'_>) -> T,
) -> Result<T, RunError> {
    let patterns = PatternSet::load(&settings.patterns)?;
    let detector = detector(&patterns, settings)?;
    let looked = look::look(settings, (&patterns, &detector), progress)?;
    Ok(visit(&looked.scan))
}

/// What a run amounted to that began then.
fn totals(scan: &Scan<'_>, started: Instant) -> Totals {
    Totals {
        files: scan.files,
        bytes: scan.bytes,
        elapsed: started.elapsed(),
    }
}

/// Where the code comes from, for the one form of a report that tells it.
fn origin(settings: &Settings) -> Option<Provenance> {
    (settings.report.format == Format::Sarif)
        .then(|| Provenance::of(&settings.places.root))
        .flatten()
}

/// The detector that the settings ask for.
fn detector<'p>(patterns: &'p PatternSet, settings: &Settings) -> Result<Detector<'p>, RunError> {
    let mut detector = Detector::new(patterns, settings.sources.max_file_size);
    detector = detector.rooted(&settings.places.root);
    if settings.report.suppressed == ShowSuppressed::Yes {
        detector = detector.explaining();
    }
    if let Some(opener) = Opener::new(&settings.sources)? {
        detector = detector.opening(opener);
    }
    Ok(detector)
}

/// A plan, and what it was made with.
type Planned = (FixPlan, fix::Options);

/// What is to be done about `findings`, once everybody who is asked has decided; nothing when
/// nothing shall be changed.
fn settle(
    (findings, seams): (&[Finding<'_>], &Seams),
    detector: &Detector<'_>,
    settings: &Settings,
    reviewer: &dyn Reviewer,
) -> Result<Option<Planned>, RunError> {
    let choices = &settings.fix.choices;
    if let Some(what) = choices.unmatched(findings).first() {
        let what = (*what).clone();
        return Err(RunError::Unmatched { what });
    }
    let replan = |it: &Choices| planned((findings, seams), detector, settings, it);
    if settings.mode != Mode::Review {
        return Ok(Some(replan(choices)));
    }
    let proposal = Proposal {
        findings,
        choices,
        replan: &|it| replan(it).0,
    };
    let decided = reviewer.review(&proposal)?;
    Ok(decided.as_ref().map(replan))
}

/// The plan, and what it was made with: what can be written is known once there is a plan.
fn planned(
    (findings, seams): (&[Finding<'_>], &Seams),
    detector: &Detector<'_>,
    settings: &Settings,
    choices: &Choices,
) -> Planned {
    let mut options = settings.fix.clone();
    options.choices = choices.clone();
    let plan = fix::plan_with(findings, detector, &options, seams);
    if !settings.mode.writes() {
        return (plan, options);
    }
    if settings.uncommitted == Uncommitted::Leave {
        options.uncommitted = fix::uncommitted(&plan);
    }
    if !plan.deposits.is_empty() {
        options.taken = taken(&plan, settings);
    }
    if options.taken.is_empty() && options.uncommitted.is_empty() {
        return (plan, options);
    }
    (fix::plan_with(findings, detector, &options, seams), options)
}

/// The secrets that have left the code; a list that cannot be read is told.
fn ledger(settings: &Settings, notices: &mut Vec<Notice>) -> Ledger {
    Ledger::load(&settings.places.root).unwrap_or_else(|error| {
        notices.push(Notice {
            path: LEDGER.into(),
            kind: NoticeKind::Unreadable(error.to_string()),
        });
        Ledger::default()
    })
}

/// The secrets that wait to be replaced; a change is judged by what it brings.
fn pending<'l>(ledger: &'l Ledger, selection: &Selection) -> Vec<(usize, &'l Entry)> {
    match selection {
        Selection::Files => ledger.pending(),
        Selection::Staged | Selection::Since(_) | Selection::Range(_) | Selection::History(_) => {
            Vec::new()
        }
    }
}

/// The names of the plan that the store has for other values.
///
/// A store that cannot be opened says so when it is to be written, which comes before any code.
fn taken(plan: &FixPlan, settings: &Settings) -> BTreeSet<SecretName> {
    // Without an identity there is no store that it opens, and none is made for a look.
    let known = Identity::load(&settings.places.identity).ok().flatten();
    let is_local = settings.target == Target::Local;
    let Some(identity) = known.or_else(|| (!is_local).then(Identity::generate)) else {
        return BTreeSet::new();
    };
    let taken = Vessel::new(plan, settings, &identity).and_then(|vessel| {
        let place = |it: &SecretName| vessel.address(it);
        Ok(provision::conflicts(
            &plan.deposits,
            &*vessel.store,
            &place,
        )?)
    });
    taken.unwrap_or_default()
}

/// The findings that are no longer there.
fn fixed(plan: &FixPlan, written: &Written) -> BTreeSet<Fingerprint> {
    let stays: BTreeSet<Fingerprint> = written.skipped.iter().map(|it| it.finding).collect();
    let files = plan.files.iter();
    let gone = files.flat_map(|it| {
        let fixed = it.fixes.iter().flat_map(|it| &it.findings);
        fixed.chain(&it.allowed).copied()
    });
    gone.filter(|it| !stays.contains(it)).collect()
}

/// The level of the worst finding that is not `fixed`.
fn worst(findings: &[Finding<'_>], fixed: &BTreeSet<Fingerprint>) -> Option<Level> {
    findings
        .iter()
        .flat_map(Finding::secret_parts)
        .filter(|it| !fixed.contains(&it.fingerprint))
        .map(|it| it.risk.level)
        .max()
}
