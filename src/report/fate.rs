//! What the plan means for each finding, and how many findings share a fate.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::fix::Advice;
use crate::fix::Applicability;
use crate::fix::FileFix;
use crate::fix::Fix;
use crate::fix::FixPlan;
use crate::fix::Seam;
use crate::fix::SkipReason;
use crate::fix::Skipped;

/// What the plan means for one finding.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate<'a> {
    /// It is fixed when the plan is carried out.
    Fixed {
        /// The file that changes.
        file: &'a FileFix,
        /// The fix.
        fix: &'a Fix,
    },
    /// It stays.
    Stays(Stay<'a>),
}

/// Why a finding stays, and what a person can do about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stay<'a> {
    /// The reason.
    pub(super) skipped: &'a Skipped,
    /// What to write in its place, in a data file.
    pub(super) advice: Option<&'a Advice>,
    /// The seam that it is read through.
    pub(super) seam: Option<&'a Seam>,
}

/// The fate of every finding that the plan speaks of.
pub(super) struct Fates<'a>(BTreeMap<Fingerprint, Fate<'a>>);

impl<'a> Fates<'a> {
    /// Reads the plan.
    pub(super) fn of(plan: &'a FixPlan) -> Self {
        let stays = plan.skipped.iter().map(|it| {
            let seam = plan.passing.get(&it.finding);
            let stay = Stay {
                skipped: it,
                advice: plan.advice.get(&it.finding),
                seam: seam.and_then(|number| plan.seams.get(*number)),
            };
            (it.finding, Fate::Stays(stay))
        });
        let fixed = plan.files.iter().flat_map(|file| {
            file.fixes.iter().flat_map(move |fix| {
                let fate = Fate::Fixed { file, fix };
                fix.findings.iter().map(move |it| (*it, fate))
            })
        });
        Self(stays.chain(fixed).collect())
    }

    /// The fate of a finding; none when the plan does not speak of it.
    pub(super) fn get(&self, finding: &Finding<'_>) -> Option<Fate<'a>> {
        self.0.get(&finding.fingerprint).copied()
    }
}

/// How many findings share a fate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Findings whose fix is planned, by how far it can be trusted.
    pub(super) fixable: BTreeMap<Applicability, usize>,
    /// Findings whose fix is held back, by how far it can be trusted.
    pub(super) withheld: BTreeMap<Applicability, usize>,
    /// Findings that stay for any other reason, by its code.
    pub(super) refused: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// Counts the fates of `findings`.
    pub(super) fn of(findings: &[Finding<'_>], fates: &Fates<'_>) -> Self {
        let mut tally = Self::default();
        for fate in findings.iter().filter_map(|it| fates.get(it)) {
            match fate {
                Fate::Fixed { fix, .. } => {
                    *tally.fixable.entry(fix.applicability).or_default() += 1;
                }
                Fate::Stays(stay) if stay.skipped.reason == SkipReason::Withheld => {
                    let trust = stay.skipped.suggestion.as_ref().map(|it| it.applicability);
                    let trust = trust.unwrap_or(Applicability::Unsafe);
                    *tally.withheld.entry(trust).or_default() += 1;
                }
                Fate::Stays(stay) => {
                    *tally.refused.entry(stay.skipped.reason.code()).or_default() += 1;
                }
            }
        }
        tally
    }
}
