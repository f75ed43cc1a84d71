//! Decides what to do about every finding, and does it in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::iter::ParallelIterator as _;
use rayon::iter::{IntoParallelRefIterator as _, IntoParallelRefMutIterator as _};

use super::allow::Allower;
use super::ambient::Ambient;
use super::asked::Asked;
use super::assemble::assemble;
use super::companion::{self, Fact, Hint, Reach};
use super::data;
use super::distribution::Listing;
use super::draft::{Draft, Piece, draft, skipped};
use super::gate::{self, Bounds};
use super::home::Home;
use super::import;
use super::naming;
use super::package::Package;
use super::plain;
use super::prepared::{Prepared, fixed};
use super::project::Project;
use super::python_folder::Folders;
use super::seam::Seams;
use super::sentinel;
use super::settle::settle;
use super::shown::{Secrets, suspects, values};
use super::tidy::Shared;
use super::trial::Trial;
use super::verify::Bench;
use super::{FileFix, FixPlan, Options, SkipReason, Skipped, Wrapper};
use crate::detect::Detector;
use crate::detect::Document;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::lang::Obstacle;
use crate::lang::Syntax;
use crate::secret::Deposit;
use crate::secret::SecretName;

/// Decides what to do about `findings`, and does it in memory.
///
/// Files are read again and nothing is written. Each finding ends up in one of the fixes of the
/// plan or among those that are skipped.
#[must_use]
pub fn plan(findings: &[Finding<'_>], detector: &Detector<'_>, options: &Options) -> FixPlan {
    plan_with(findings, detector, options, &Seams::default())
}

/// Does the same as [`plan`], and leaves to `seams` what belongs to them.
#[must_use]
pub fn plan_with(
    findings: &[Finding<'_>],
    detector: &Detector<'_>,
    options: &Options,
    seams: &Seams,
) -> FixPlan {
    let mut plan = FixPlan {
        seams: seams.list.clone(),
        ..FixPlan::default()
    };
    let Ok(root) = fs::canonicalize(&options.root) else {
        plan.skipped = outside(findings);
        return plan;
    };
    let project = Project::new(&root);
    let sorted = sorted(findings);
    let bounds = Bounds {
        root: &root,
        uncommitted: &options.uncommitted,
    };
    let asked = Asked::open_all(&sorted, bounds);
    let planner = Planner::new((detector, options, seams), (&project, bounds), &asked);
    let mut files = planner.prepare_all(&asked, &mut plan);
    let chosen = options.choices.names.iter().map(|(_, it)| it).collect();
    let drafts = files.iter_mut().flat_map(|it| &mut it.drafts);
    let conflicts = naming::settle(drafts.collect(), &chosen);
    let sentinels = sentinel::compared(planner.project, files.iter().flat_map(Prepared::pieces));
    let secrets = Secrets::new(files.iter().flat_map(|it| &it.values).map(|(_, it)| it));
    let mut wrappers: BTreeMap<PathBuf, Wrapper> = BTreeMap::new();
    let mut deposits: BTreeMap<SecretName, Deposit> = BTreeMap::new();
    let mut facts: Vec<Fact> = Vec::new();
    let mut hints: BTreeSet<Hint> = BTreeSet::new();
    let finished = files.par_iter_mut().map(|file| {
        file.refuse(&conflicts, SkipReason::NameConflict);
        file.refuse(&options.taken, SkipReason::StoreConflict);
        file.keep(&sentinels);
        planner.finish(file, &secrets)
    });
    let all: Vec<_> = finished.collect();
    for (mut file, result) in files.into_iter().zip(all) {
        plan.skipped.append(&mut file.skipped);
        let Some((fixed, kept)) = result else {
            continue;
        };
        plan.files.push(fixed);
        for wrapper in file.wrapper.files {
            wrappers.entry(wrapper.file.clone()).or_insert(wrapper);
        }
        hints.extend(file.wrapper.hints);
        for piece in kept.into_iter().flat_map(|it| it.pieces) {
            facts.extend(Fact::of(&piece, &file.opened.at, &file.home));
            deposit(&mut deposits, piece);
        }
    }
    plan.wrappers = wrappers.into_values().collect();
    plan.hints = hints.into_iter().collect();
    plan.deposits = deposits.into_values().collect();
    companion::add(&mut plan, &facts, options, (&root, detector, &secrets));
    let allower = Allower {
        detector,
        choices: &options.choices,
        bounds,
        secrets: &secrets,
    };
    allower.allow(&sorted, &mut plan);
    plan
}

/// The parts of findings, by file and position.
fn sorted<'f, 'p>(findings: &'f [Finding<'p>]) -> Vec<&'f Finding<'p>> {
    let mut sorted: Vec<&Finding<'_>> = findings.iter().flat_map(Finding::secret_parts).collect();
    sorted.sort_by_key(|it| (&it.location.path, &it.location.file, it.location.span));
    sorted
}

/// All findings, when their project is not there.
fn outside(findings: &[Finding<'_>]) -> Vec<Skipped> {
    let all = findings.iter().flat_map(Finding::secret_parts);
    all.map(|it| skipped(it.fingerprint, SkipReason::OutsideRepo))
        .collect()
}

/// Adds what a piece captures to what is to be stored.
fn deposit(deposits: &mut BTreeMap<SecretName, Deposit>, piece: Piece) {
    let Some(value) = piece.capture else {
        return;
    };
    let entry = deposits.entry(piece.name.clone());
    let deposit = entry.or_insert_with(|| Deposit {
        name: piece.name,
        value,
        labels: Vec::new(),
    });
    for label in piece.labels {
        if !deposit.labels.contains(&label) {
            deposit.labels.push(label);
        }
    }
}

/// What holds for the whole plan.
struct Planner<'a, 'p> {
    detector: &'a Detector<'p>,
    options: &'a Options,
    seams: &'a Seams,
    /// What the types of the project say.
    ambient: Ambient,
    /// The folders around its Python files.
    folders: Folders,
    /// What its modules give away.
    shared: Shared<'a>,
    project: &'a Project<'a>,
    /// Where files may be rewritten.
    bounds: Bounds<'a>,
}

impl<'a, 'p> Planner<'a, 'p> {
    fn new(
        (detector, options, seams): (&'a Detector<'p>, &'a Options, &'a Seams),
        (project, bounds): (&'a Project<'a>, Bounds<'a>),
        asked: &[Asked<'_, '_>],
    ) -> Self {
        Self {
            detector,
            options,
            seams,
            ambient: Ambient::of(project, asked),
            folders: Folders::of(asked.iter().filter_map(Asked::python), project.root),
            shared: Shared::new(project, options),
            project,
            bounds,
        }
    }

    /// Skips all findings of a file, with advice for values in data.
    fn leave(&self, group: &[&Finding<'_>], reason: SkipReason, plan: &mut FixPlan) {
        if reason == SkipReason::NoTemplate {
            plan.advice
                .extend(data::advise(group, self.detector, self.project.root));
        }
        plan.skipped.extend(group.iter().map(|it| {
            let advice = plan.advice.get(&it.fingerprint);
            let reason = advice.map_or(reason, |advice| SkipReason::Data(advice.kind));
            skipped(it.fingerprint, reason)
        }));
    }

    /// Prepares the files that were opened; tells `plan` what stays.
    fn prepare_all<'o>(
        &self,
        asked: &'o [Asked<'_, '_>],
        plan: &mut FixPlan,
    ) -> Vec<Prepared<'o, 'p>> {
        let mut files: Vec<Prepared<'_, '_>> = Vec::new();
        let mut taken: BTreeSet<&Path> = BTreeSet::new();
        let all: Vec<_> = asked.par_iter().map(|it| self.prepare(it)).collect();
        for (of, prepared) in asked.iter().zip(all) {
            let prepared = prepared.and_then(|it| {
                // Two paths may lead to one file.
                let first = taken.insert(&it.opened.at.file);
                first.then_some(it).ok_or(SkipReason::Overlap)
            });
            match prepared {
                Ok(mut file) => {
                    plan.passing.append(&mut file.passing);
                    plan.skipped.append(&mut file.skipped);
                    files.push(file);
                }
                Err(reason) => self.leave(of.findings, reason, plan),
            }
        }
        files
    }

    /// Scans the file of some findings again, and drafts what could be done.
    fn prepare<'o>(&self, asked: &'o Asked<'_, '_>) -> Result<Prepared<'o, 'p>, SkipReason> {
        let opened = asked.opened.as_ref().map_err(|it| *it)?;
        let package = Package::of(&opened.at.file, self.project.root);
        let best = gate::trust(opened, &package)?;
        let mut home = Home::of(opened, &package, &self.folders)?;
        self.check(home.listing.as_ref())?;
        home.tidy = self.shared.tidy(opened, home.tidy);
        home.is_plain = plain::is_wanted(self.project, opened.language);
        let wrapper = home.needed(
            self.options.wishes.backend,
            self.bounds,
            (&opened.at.file, &opened.at.path),
        )?;
        let document = Document::new(&opened.text, Syntax::of_path(&opened.at.path));
        let scan = self.detector.scan_document(&document, &opened.at);
        let suppressed = scan.suppressed.iter().map(|it| &it.finding);
        let values = values(
            &opened.text,
            scan.findings
                .iter()
                .chain(suppressed)
                .flat_map(Finding::parts),
        );

        document.tree().ok_or(SkipReason::TooLarge)?;
        let wanted = asked.findings.iter().map(|it| it.fingerprint);
        let wanted: BTreeSet<Fingerprint> = wanted.collect();
        let present = scan.findings.iter().flat_map(Finding::secret_parts);
        let present: Vec<&Finding<'_>> = present
            .filter(|it| wanted.contains(&it.fingerprint))
            .collect();
        let callee = import::callee(&document, &home);
        let mut drafts = draft(&document, &present, self.options.least, callee.as_deref());
        for draft in &mut drafts.made {
            draft.applicability = draft.applicability.min(best);
        }
        let refused = drafts.skipped.iter().map(|it| it.finding).collect();
        let known = self.ambient.known(opened, &package, &drafts.made);
        drafts.leave(|it| known.contradicts(it), Obstacle::Narrowing);
        home.texts = known.texts;
        let found: BTreeSet<Fingerprint> = present.iter().map(|it| it.fingerprint).collect();
        let gone = wanted.difference(&found);
        drafts
            .skipped
            .extend(gone.map(|it| skipped(*it, SkipReason::ChangedSinceScan)));
        let mut file = Prepared {
            home,
            wrapper,
            values,
            quiet: suspects(&document),
            drafts: drafts.made,
            skipped: drafts.skipped,
            passing: BTreeMap::new(),
            refused,
            findings: scan.findings,
            trial: None,
            opened,
        };
        file.leave_to(self.seams);
        file.heed(&self.options.choices);
        file.trial = self.try_all(&file, &document);
        Ok(file)
    }

    /// Fails where a manifest has to change, and must not.
    fn check(&self, listing: Option<&Listing>) -> Result<(), SkipReason> {
        let Some(listing) = listing else {
            return Ok(());
        };
        if self.options.uncommitted.contains(&listing.manifest) {
            return Err(SkipReason::Uncommitted);
        }
        match self.options.wishes.reach {
            Reach::All => Ok(()),
            Reach::CodeOnly => Err(SkipReason::NotPackaged),
        }
    }

    /// Applies everything that may be applied, as far as the file alone tells.
    fn try_all(&self, file: &Prepared<'_, 'p>, document: &Document<'_>) -> Option<Trial> {
        let least = self.options.least;
        let drafts = file.drafts.iter().filter(|it| it.applicability >= least);
        let drafts: Vec<&Draft> = drafts.collect();
        Trial::run(&self.bench(file), document, &drafts)
    }

    /// Applies and verifies what may be applied; tells what was.
    fn finish(
        &self,
        file: &mut Prepared<'_, 'p>,
        secrets: &Secrets,
    ) -> Option<(FileFix, Vec<Draft>)> {
        let opened = file.opened;
        let document = Document::new(&opened.text, Syntax::of_path(&opened.at.path));
        self.withhold(&document, file);
        let drafts = std::mem::take(&mut file.drafts);
        let trial = file.trial.take();
        if let Some(assembly) = trial.and_then(|it| it.of(&drafts.iter().collect::<Vec<_>>())) {
            return Some((fixed(file, &drafts, assembly, secrets), drafts));
        }
        let settled = settle(&self.bench(file), &document, drafts);
        for (draft, reason) in settled.refused {
            file.skip([draft], reason);
        }
        let (assembly, kept) = settled.done?;
        Some((fixed(file, &kept, assembly, secrets), kept))
    }

    /// Takes out the drafts that are less trusted than asked for, with a suggestion for each.
    fn withhold(&self, document: &Document<'_>, file: &mut Prepared<'_, 'p>) {
        let least = self.options.least;
        let lost: Vec<Draft> = file
            .drafts
            .extract_if(.., |it| it.applicability < least)
            .collect();
        for draft in lost {
            let assembly = assemble(document, &file.home, &[&draft]).ok();
            let suggestion = assembly.and_then(|it| it.fixes.into_iter().next());
            let all = draft.findings.into_iter();
            file.skipped.extend(all.map(|it| Skipped {
                finding: it,
                reason: SkipReason::Withheld,
                suggestion: suggestion.clone(),
            }));
        }
    }

    /// What a result for `file` is measured by.
    fn bench<'b>(&'b self, file: &'b Prepared<'_, 'p>) -> Bench<'b, 'p> {
        Bench {
            detector: self.detector,
            at: &file.opened.at,
            home: &file.home,
            least: self.options.least,
            findings: &file.findings,
            refused: &file.refused,
        }
    }
}
