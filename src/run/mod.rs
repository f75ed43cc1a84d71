//! The order of the stages, and nothing else.

mod apply;
mod target;

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::Instant;

use miette::Diagnostic;

use target::Vessel;

use crate::detect::Detector;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::fix;
use crate::fix::Choices;
use crate::fix::Due;
use crate::fix::FixError;
use crate::fix::FixPlan;
use crate::fix::Hint;
use crate::fix::Ledger;
use crate::fix::LedgerError;
use crate::fix::Seams;
use crate::fix::Selector;
use crate::fix::Written;
use crate::manifest::ManifestError;
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::pattern::PatternError;
use crate::pattern::PatternSet;
use crate::provision;
use crate::provision::ProvisionError;
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
use crate::settings::Target;
use crate::settings::Uncommitted;
use crate::source;
use crate::source::SourceError;
use crate::source::archive::Opener;

/// The list of secrets that have left the code, as reports name it.
const LEDGER: &str = ".shield/exposed.jsonl";

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
    /// The manifest is wrong, or does not know the environment.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Manifest(#[from] ManifestError),
    /// The list of secrets that have left the code cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Ledger(#[from] LedgerError),
    /// A fix could not be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Fix(#[from] FixError),
    /// There is nobody to ask.
    #[error("a review needs a terminal to ask questions on")]
    #[diagnostic(
        code(shield::review::terminal),
        help(
            "without one, say what is to be done with --only, --skip, --allow WHAT=REASON and \
             --name PATH:LINE=NAME; --diff shows what would change"
        )
    )]
    NoTerminal,
    /// The terminal went away.
    #[error("the review was cut short; nothing was changed")]
    #[diagnostic(code(shield::review::cut_short))]
    Review(#[source] io::Error),
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
    let listing = source::enumerate(&settings.sources)?;

    progress.start(listing.sources.len());
    let mut scan = detector.scan_all(&listing.sources, || progress.step());
    progress.finish();
    scan.notices.extend(listing.notices);
    scan.notices.sort();
    let seams = fix::seams(&listing.sources, &detector, &settings.fix.root);
    let found = (&*scan.findings, &seams);
    let Some((plan, options)) = settle(found, &detector, settings, reviewer)? else {
        return Ok(Outcome::untouched(&scan.findings));
    };
    let mut exposures = fix::exposures(&plan, &scan.findings, &settings.places.root);
    if settings.mode != Mode::Report {
        fix::trace(&mut exposures, &plan, &settings.places.root);
    }
    let ledger = ledger(settings, &mut scan.notices);
    let pending = ledger.pending();

    let report = Report {
        findings: &scan.findings,
        suppressed: &scan.suppressed,
        plan: &plan,
        exposures: &exposures,
        pending: &pending,
        notices: &scan.notices,
        patterns: &patterns,
        totals: Totals {
            files: scan.files,
            bytes: scan.bytes,
            elapsed: started.elapsed(),
        },
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

/// The detector that the settings ask for.
fn detector<'p>(patterns: &'p PatternSet, settings: &Settings) -> Result<Detector<'p>, RunError> {
    let mut detector = Detector::new(patterns, settings.sources.max_file_size);
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
