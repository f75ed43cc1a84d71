//! What the plan means for each finding, and how many findings share a fate.

use std::collections::BTreeMap;
use std::fmt;

use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::fix::Applicability;
use crate::fix::FileFix;
use crate::fix::Fix;
use crate::fix::Seam;
use crate::fix::SkipReason;
use crate::report::Report;

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

/// A finding that stays, as a report that was written before tells it.
#[derive(Debug)]
pub struct Kept {
    /// The finding.
    pub(super) finding: Fingerprint,
    /// The code of the reason.
    pub(super) code: String,
    /// The reason as a sentence.
    pub(super) message: String,
    /// What a person could do instead.
    pub(super) suggestion: Option<Fix>,
    /// What to do about a value in a data file, and what to write in the place of its line.
    pub(super) advice: Option<(String, Option<String>)>,
    /// The number of the seam that it is read through.
    pub(super) seam: Option<usize>,
}

/// Why a finding stays.
#[derive(Debug, Clone, Copy)]
pub(super) enum Why<'a> {
    /// As the plan has it.
    Planned(SkipReason),
    /// As a report tells it: the code, and the sentence.
    Told(&'a str, &'a str),
}

impl<'a> Why<'a> {
    /// The stable reason code.
    pub(super) fn code(self) -> &'a str {
        match self {
            Self::Planned(reason) => reason.code(),
            Self::Told(code, _) => code,
        }
    }

    /// Whether its fix is less trusted than was asked for.
    pub(super) fn is_withheld(self) -> bool {
        self.code() == SkipReason::Withheld.code()
    }
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Planned(reason) => reason.fmt(f),
            Self::Told(_, message) => f.write_str(message),
        }
    }
}

/// What to do about a value in a data file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counsel<'a> {
    /// What to do.
    pub(super) text: &'a str,
    /// What to write in the place of its line.
    pub(super) line: Option<&'a str>,
}

/// Why a finding stays, and what a person can do about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stay<'a> {
    /// The reason.
    pub(super) why: Why<'a>,
    /// What a person could do instead.
    pub(super) suggestion: Option<&'a Fix>,
    /// What to write in its place, in a data file.
    pub(super) advice: Option<Counsel<'a>>,
    /// The seam that it is read through.
    pub(super) seam: Option<&'a Seam>,
}

/// The fate of every finding that the plan speaks of.
pub(super) struct Fates<'a>(BTreeMap<Fingerprint, Fate<'a>>);

impl<'a> Fates<'a> {
    /// Reads the plan of a report, and what it tells beside it.
    pub(super) fn of(report: &Report<'a>) -> Self {
        let plan = report.plan;
        let stays = plan.skipped.iter().map(|it| {
            let seam = plan.passing.get(&it.finding);
            let advice = plan.advice.get(&it.finding);
            let stay = Stay {
                why: Why::Planned(it.reason),
                suggestion: it.suggestion.as_ref(),
                advice: advice.map(|known| Counsel {
                    text: &known.text,
                    line: known.line.as_deref(),
                }),
                seam: seam.and_then(|number| plan.seams.get(*number)),
            };
            (it.finding, Fate::Stays(stay))
        });
        let told = report.kept.iter().map(|it| {
            let stay = Stay {
                why: Why::Told(&it.code, &it.message),
                suggestion: it.suggestion.as_ref(),
                advice: it.advice.as_ref().map(|(text, line)| Counsel {
                    text,
                    line: line.as_deref(),
                }),
                seam: it.seam.and_then(|number| plan.seams.get(number)),
            };
            (it.finding, Fate::Stays(stay))
        });
        let stays = stays.chain(told);
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
pub(super) struct Tally<'a> {
    /// Findings whose fix is planned, by how far it can be trusted.
    pub(super) fixable: BTreeMap<Applicability, usize>,
    /// Findings whose fix is held back, by how far it can be trusted.
    pub(super) withheld: BTreeMap<Applicability, usize>,
    /// Findings that stay for any other reason, by its code.
    pub(super) refused: BTreeMap<&'a str, usize>,
}

impl<'a> Tally<'a> {
    /// Counts the fates of `findings`.
    pub(super) fn of(findings: &[Finding<'_>], fates: &Fates<'a>) -> Self {
        let mut tally = Self::default();
        for fate in findings.iter().filter_map(|it| fates.get(it)) {
            match fate {
                Fate::Fixed { fix, .. } => {
                    *tally.fixable.entry(fix.applicability).or_default() += 1;
                }
                Fate::Stays(stay) if stay.why.is_withheld() => {
                    let trust = stay.suggestion.map(|it| it.applicability);
                    let trust = trust.unwrap_or(Applicability::Unsafe);
                    *tally.withheld.entry(trust).or_default() += 1;
                }
                Fate::Stays(stay) => {
                    *tally.refused.entry(stay.why.code()).or_default() += 1;
                }
            }
        }
        tally
    }
}
