//! The order of the stages, and nothing else.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::Instant;

use miette::Diagnostic;

use crate::detect::Detector;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::fix;
use crate::fix::Archive;
use crate::fix::FileFix;
use crate::fix::FixError;
use crate::fix::FixPlan;
use crate::fix::Requires;
use crate::fix::Selector;
use crate::fix::Written;
use crate::fix::template::Flavor;
use crate::fix::template::Template;
use crate::lang::Family;
use crate::lang::Language;
use crate::pattern::PatternError;
use crate::pattern::PatternSet;
use crate::provision;
use crate::provision::LocalStore;
use crate::provision::ProvisionError;
use crate::provision::Provisioner as _;
use crate::provision::Receipt;
use crate::report;
use crate::report::Report;
use crate::report::ShowSuppressed;
use crate::report::Totals;
use crate::risk::Level;
use crate::seal::Identity;
use crate::seal::Origin;
use crate::seal::SealError;
use crate::secret::SecretName;
use crate::settings::Mode;
use crate::settings::Settings;
use crate::settings::Uncommitted;
use crate::source;
use crate::source::SourceError;
use crate::source::archive::Opener;

/// Why a run could not go on.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum RunError {
    /// The patterns are wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Pattern(#[from] PatternError),
    /// The paths are wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Source(#[from] SourceError),
    /// The user's identity cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Seal(#[from] SealError),
    /// A secret could not be stored.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Provision(#[from] ProvisionError),
    /// A fix could not be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Fix(#[from] FixError),
    /// Something was chosen that was not found.
    #[error("nothing was found that `{what}` names")]
    #[diagnostic(
        code(shield::fix::choice),
        help(
            "--only, --skip, --allow and --name take what a report shows: a fingerprint or its \
             first 8 digits or more, the id of a pattern, a path, or PATH:LINE"
        )
    )]
    Unmatched {
        /// What was given.
        what: Selector,
    },
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
    /// What a fix did, when one was asked for.
    pub applied: Option<Applied>,
    /// Whether the store has other values under names that the fix wanted.
    pub conflicts: bool,
    /// The files that a fix has left because git does not have them as they are.
    pub uncommitted: BTreeSet<PathBuf>,
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
    /// The packages that the code needs to read the store.
    pub packages: BTreeSet<&'static str>,
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
    if settings.mode == Mode::Fix {
        fix::ready(&settings.places.state, &settings.places.root)?;
    }
    let patterns = PatternSet::load(&settings.patterns)?;
    let mut detector = Detector::new(&patterns, settings.sources.max_file_size);
    if settings.report.suppressed == ShowSuppressed::Yes {
        detector = detector.explaining();
    }
    if let Some(opener) = Opener::new(&settings.sources)? {
        detector = detector.opening(opener);
    }
    let listing = source::enumerate(&settings.sources)?;

    progress.start(listing.sources.len());
    let mut scan = detector.scan_all(&listing.sources, || progress.step());
    progress.finish();
    scan.notices.extend(listing.notices);
    scan.notices.sort();
    if let Some(what) = settings.fix.choices.unmatched(&scan.findings).first() {
        let what = (*what).clone();
        return Err(RunError::Unmatched { what });
    }
    let (plan, options) = planned(&scan.findings, &detector, settings);

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

    let applied = match settings.mode {
        Mode::Fix if !plan.files.is_empty() => Some(apply(&plan, settings)?),
        Mode::Fix | Mode::Report | Mode::Diff => None,
    };
    let worst = match &applied {
        Some(applied) => worst(&scan.findings, &fixed(&plan, &applied.written)),
        None => worst(&scan.findings, &BTreeSet::new()),
    };
    Ok(Outcome {
        worst,
        applied,
        conflicts: !options.taken.is_empty(),
        uncommitted: options.uncommitted,
    })
}

/// The plan, and what it was made with: what can be written is known once there is a plan.
fn planned(
    findings: &[Finding<'_>],
    detector: &Detector<'_>,
    settings: &Settings,
) -> (FixPlan, fix::Options) {
    let mut options = settings.fix.clone();
    let plan = fix::plan(findings, detector, &options);
    if settings.mode != Mode::Fix {
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
    (fix::plan(findings, detector, &options), options)
}

/// The names of the plan that the store has for other values.
///
/// A store that cannot be opened says so when it is to be written, which comes before any code.
fn taken(plan: &FixPlan, settings: &Settings) -> BTreeSet<SecretName> {
    let places = &settings.places;
    // Without an identity there is no store that it opens, and none is made for a look.
    if !places.identity.exists() {
        return BTreeSet::new();
    }
    let identity = Identity::load_or_make(&places.identity);
    let taken = identity.map(|(identity, _)| {
        let store = LocalStore::new(&places.root, &identity);
        store.conflicts(&plan.deposits).unwrap_or_default()
    });
    taken.unwrap_or_default()
}

/// Stores the secrets of the plan, then writes its files.
fn apply(plan: &FixPlan, settings: &Settings) -> Result<Applied, RunError> {
    let places = &settings.places;
    let (identity, origin) = Identity::load_or_make(&places.identity)?;
    let store = LocalStore::new(&places.root, &identity);
    let archive = Archive::new(&places.state, &places.root, &identity)?;
    let journal = fix::begin(plan, &store.paths(), &archive)?;
    let receipts = match provision::store(&plan.deposits, &store) {
        Ok(receipts) => receipts,
        Err(error) => {
            journal.abandon()?;
            return Err(error.into());
        }
    };
    let written = fix::write(plan, journal)?;
    let others = store.others()?.iter().map(ToString::to_string).collect();
    Ok(Applied {
        receipts,
        written,
        identity: origin,
        others,
        packages: packages(plan),
    })
}

/// The packages that code needs to read the values that were taken out of it.
fn packages(plan: &FixPlan) -> BTreeSet<&'static str> {
    let captures = |it: &&FileFix| it.fixes.iter().any(|it| it.requires == Requires::Capture);
    plan.files
        .iter()
        .filter(captures)
        .filter_map(|it| Language::of_path(&it.path))
        .map(|it| match it.family() {
            Family::Python => Template::of(Flavor::Python).package,
            Family::EcmaScript => Template::of(Flavor::TypeScript).package,
        })
        .collect()
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
