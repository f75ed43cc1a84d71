//! Results in as many runs as code scanning needs to show them.
//!
//! It shows 5,000 results of a run, takes 20 runs, and no more than 10 MB compressed. What is more is
//! split, the worst first, and what even that cannot hold is left out and said. A report that fits
//! stays in the order of files.

use std::cmp::Reverse;

use serde_sarif::sarif;

use super::message;
use super::text;
use crate::finding::Finding;
use crate::finding::Suppressed;
use crate::fix::Entry;
use crate::report::Options;
use crate::report::Report;
use crate::report::ShowSuppressed;
use crate::report::words;
use crate::risk::Level;

/// So many results of a run are shown.
pub(super) const SHOWN: usize = 5_000;

/// So many runs are taken.
pub(super) const RUNS: usize = 20;

/// So many bytes are taken once they are compressed: of the 10 MB, some are for what an upload adds.
pub(super) const PACKED: u64 = 9_500_000;

/// The id of the notification about what is left out.
const LEFT_OUT: &str = "results-left-out";

/// What a result is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Told<'a> {
    /// A finding that counts.
    Finding(&'a Finding<'a>),
    /// One that does not.
    Suppressed(&'a Suppressed<'a>),
    /// A secret that has left the code, and its line in the list of them.
    Pending(usize, &'a Entry),
}

impl<'a> Told<'a> {
    /// The finding, if it is one.
    pub(super) fn finding(self) -> Option<&'a Finding<'a>> {
        match self {
            Self::Finding(finding) => Some(finding),
            Self::Suppressed(it) => Some(&it.finding),
            Self::Pending(..) => None,
        }
    }

    /// The id of its pattern.
    pub(super) fn pattern(self) -> &'a str {
        match self {
            Self::Finding(finding) => finding.pattern.id(),
            Self::Suppressed(it) => it.finding.pattern.id(),
            Self::Pending(_, entry) => &entry.pattern,
        }
    }

    /// How much it matters: what does not count comes last.
    fn weight(self) -> (bool, Level, u8) {
        match self {
            Self::Finding(finding) => (true, finding.risk.level, finding.risk.score),
            Self::Suppressed(it) => (false, it.finding.risk.level, it.finding.risk.score),
            Self::Pending(_, entry) => (true, entry.level, u8::MAX),
        }
    }
}

/// The results of each run, of which there are at most so many, and how many are left out.
pub(super) fn split<'a>(
    report: &'a Report<'a>,
    options: &Options,
    most: usize,
) -> (Vec<Vec<Told<'a>>>, usize) {
    let findings = report.findings.iter().filter(|it| options.lists(it));
    let suppressed = match options.suppressed {
        ShowSuppressed::Yes => report.suppressed,
        ShowSuppressed::No => &[],
    };
    let pending = report.pending.iter();
    let all = findings
        .map(Told::Finding)
        .chain(suppressed.iter().map(Told::Suppressed))
        .chain(pending.map(|(line, entry)| Told::Pending(*line, entry)));
    let mut all: Vec<Told<'a>> = all.collect();
    if all.len() <= SHOWN.min(most) {
        return (vec![all], 0);
    }
    all.sort_by_key(|it| Reverse(it.weight()));
    let left_out = all.len().saturating_sub(most);
    all.truncate(most);
    let runs = all.chunks(SHOWN);
    (runs.map(<[Told<'a>]>::to_vec).collect(), left_out)
}

/// What is said where results are left out.
pub(super) fn notification(left_out: usize) -> sarif::Notification {
    let more = words::count(left_out, "result");
    let said = format!(
        "{more} of less weight left out, since code scanning takes no more; fix the worst, exclude \
         what needs no look, or let be what is known with a baseline."
    );
    let descriptor = sarif::ReportingDescriptorReference::builder()
        .id(LEFT_OUT)
        .build();
    sarif::Notification::builder()
        .descriptor(descriptor)
        .level("warning")
        .message(message(&said))
        .build()
}

/// The kind of that notification.
pub(super) fn descriptor() -> sarif::ReportingDescriptor {
    let what = "There are more results than code scanning takes.";
    sarif::ReportingDescriptor::builder()
        .id(LEFT_OUT)
        .name("ResultsLeftOut")
        .short_description(text(what))
        .full_description(text(what))
        .help(text("Fix the worst, or make a baseline of what is known."))
        .build()
}
