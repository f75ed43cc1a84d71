//! What the history of a project has.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use rayon::iter::IntoParallelRefIterator as _;
use rayon::iter::ParallelIterator as _;
use sha2::{Digest as _, Sha256};

use super::Progress;
use crate::detect::Detector;
use crate::detect::Scan;
use crate::detect::Versions;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Introduction;
use crate::finding::Presence;
use crate::finding::Subject;
use crate::finding::Suppressed;
use crate::notice::Notice;
use crate::source::Past;

/// So many contents are looked at before what was found is put together.
const BATCH: usize = 2048;

/// A finding of the history.
struct Seen<T> {
    what: T,
    /// The oldest commit that has it like this.
    commit: usize,
    presence: Presence,
}

/// What was found so far.
#[derive(Default)]
struct Found<'p> {
    findings: BTreeMap<Fingerprint, Seen<Finding<'p>>>,
    suppressed: BTreeMap<Fingerprint, Seen<Suppressed<'p>>>,
    /// The oldest commit that has a value, by pattern and hash.
    values: BTreeMap<Value, usize>,
    notices: BTreeSet<Notice>,
    files: usize,
    bytes: u64,
}

/// A value that a pattern has found, by hash.
type Value = (String, [u8; 32]);

/// Scans all that was ever committed. Of findings that are the same, the first is told.
pub(super) fn scan<'p>(past: &Past, detector: &Detector<'p>, progress: &dyn Progress) -> Scan<'p> {
    progress.start(past.len());
    let mut found = Found::default();
    for start in (0..past.len()).step_by(BATCH) {
        let sources = past.sources(start..past.len().min(start + BATCH));
        let empty = || (Vec::new(), Versions::default());
        let scans = sources
            .par_iter()
            .map_init(empty, |(buffer, versions), at| {
                let scan = detector.scan_version(at, buffer, versions);
                progress.step();
                scan
            });
        let scans: Vec<Scan<'p>> = scans.collect();
        for (number, scan) in scans.into_iter().enumerate() {
            found.add(scan, past, start + number);
        }
    }
    progress.finish();
    found.gather(past)
}

impl<'p> Found<'p> {
    /// Adds what was found in the content `number`.
    fn add(&mut self, scan: Scan<'p>, past: &Past, number: usize) {
        let commit = past.commit_of(number).unwrap_or(usize::MAX);
        let presence = if past.is_in_head(number) {
            Presence::InHead
        } else {
            Presence::Past
        };
        for finding in scan.findings {
            let parts = finding.parts().filter_map(value);
            for value in parts.collect::<Vec<_>>() {
                let first = self.values.entry(value).or_insert(commit);
                *first = commit.min(*first);
            }
            let seen = Seen {
                commit,
                presence,
                what: finding,
            };
            keep(&mut self.findings, seen.what.fingerprint, seen);
        }
        for it in scan.suppressed {
            let seen = Seen {
                commit,
                presence,
                what: it,
            };
            keep(&mut self.suppressed, seen.what.finding.fingerprint, seen);
        }
        self.notices.extend(scan.notices);
        self.files += scan.files;
        self.bytes += scan.bytes;
    }

    fn gather(mut self, past: &Past) -> Scan<'p> {
        // What counted in one version counts.
        let counting = &self.findings;
        self.suppressed.retain(|it, _| !counting.contains_key(it));
        let mut commits = BTreeMap::new();
        let values = &self.values;
        let mut introduction = |finding: &Finding<'_>, own, presence| {
            let first = value(finding).and_then(|it| values.get(&it).copied());
            let number = first.unwrap_or(own).min(own);
            let known = commits.entry(number);
            let commit = known.or_insert_with(|| past.commit(number)).clone()?;
            Some(Introduction { commit, presence })
        };
        let findings = self.findings.into_values().map(|it| {
            let mut finding = it.what;
            finding.introduction = introduction(&finding, it.commit, it.presence);
            finding
        });
        let mut all: Vec<Finding<'p>> = findings.collect();
        let place = |it: &Finding<'_>| (it.location.path.to_string(), it.location.span.start);
        all.sort_by_cached_key(place);
        let suppressed = self.suppressed.into_values().map(|it| {
            let mut excused = it.what;
            excused.finding.introduction = introduction(&excused.finding, it.commit, it.presence);
            excused
        });
        let mut excused: Vec<Suppressed<'p>> = suppressed.collect();
        excused.sort_by_cached_key(|it| place(&it.finding));
        self.notices.extend(past.notices.iter().cloned());
        Scan {
            findings: all,
            suppressed: excused,
            notices: self.notices.into_iter().collect(),
            files: self.files,
            bytes: self.bytes,
        }
    }
}

/// Keeps the oldest of what is the same; the last commit has it if it has any of it.
fn keep<T>(all: &mut BTreeMap<Fingerprint, Seen<T>>, key: Fingerprint, new: Seen<T>) {
    match all.get_mut(&key) {
        None => drop(all.insert(key, new)),
        Some(old) => {
            let is_there = [old.presence, new.presence].contains(&Presence::InHead);
            if new.commit < old.commit {
                *old = new;
            }
            if is_there {
                old.presence = Presence::InHead;
            }
        }
    }
}

/// The value of a finding that has one, by hash; it stays in here.
#[expect(
    clippy::disallowed_methods,
    reason = "the same value in two files has come with the first of them"
)]
fn value(finding: &Finding<'_>) -> Option<Value> {
    match &finding.subject {
        Subject::Value { secret, .. } => {
            let hash = Sha256::digest(secret.expose());
            Some((finding.pattern.id().to_owned(), hash.into()))
        }
        Subject::EnvRead { .. } | Subject::Absence => None,
    }
}
