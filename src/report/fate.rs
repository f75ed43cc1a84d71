//! What the plan means for each finding, and how many findings share a fate.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::fix::Applicability;
use crate::fix::FileFix;
use crate::fix::Fix;
use crate::fix::FixPlan;
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
    Stays(&'a Skipped),
}

/// The fate of every finding that the plan speaks of.
pub(super) struct Fates<'a>(BTreeMap<Fingerprint, Fate<'a>>);

impl<'a> Fates<'a> {
    /// Reads the plan.
    pub(super) fn of(plan: &'a FixPlan) -> Self {
        let stays = plan.skipped.iter().map(|it| (it.finding, Fate::Stays(it)));
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
                Fate::Stays(skipped) if skipped.reason == SkipReason::Withheld => {
                    let trust = skipped.suggestion.as_ref().map(|it| it.applicability);
                    let trust = trust.unwrap_or(Applicability::Unsafe);
                    *tally.withheld.entry(trust).or_default() += 1;
                }
                Fate::Stays(skipped) => {
                    *tally.refused.entry(skipped.reason.code()).or_default() += 1;
                }
            }
        }
        tally
    }
}
