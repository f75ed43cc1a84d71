//! Which of several findings on the same bytes stays.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::candidate::Sighting;
use crate::finding::Subject;
use crate::pattern::Matcher;
use crate::text::LineIndex;

/// Keeps one sighting for each place, and names the patterns of the others in it.
///
/// The result is sorted by position. Reads of the environment stay beside the values of their
/// defaults: these are two things to repair. A missing thing is told only where nothing else is:
/// not on the line of another finding, nor in a text with another finding of its pattern.
pub(super) fn resolve<'p>(lines: &LineIndex, sightings: Vec<Sighting<'p>>) -> Vec<Sighting<'p>> {
    let (values, others): (Vec<_>, Vec<_>) = sightings.into_iter().partition(Sighting::is_value);
    let (reads, absences): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|it| matches!(it.subject, Subject::EnvRead { .. }));
    let mut kept = best_values(values);
    kept.extend(distinct_reads(reads));
    for absence in absences {
        let line = lines.line_at(absence.span.start);
        let mut known = kept.iter().map(|it| (it.pattern.id(), it.span.start));
        if !known.any(|(id, at)| id == absence.pattern.id() || lines.line_at(at) == line) {
            kept.push(absence);
        }
    }
    for it in &mut kept {
        let own = it.pattern.id();
        it.also.retain(|other| other.id() != own);
        it.also.sort_by_key(|other| other.id());
        it.also.dedup_by_key(|other| other.id());
    }
    kept.sort_by_key(|it| (it.span.start, Reverse(it.span.end), it.pattern.id()));
    kept
}

/// The highest-ranking values, none of which overlap.
fn best_values(mut values: Vec<Sighting<'_>>) -> Vec<Sighting<'_>> {
    values.sort_by_cached_key(|it| Reverse(rank(it)));
    let mut kept: BTreeMap<usize, Sighting<'_>> = BTreeMap::new();
    for value in values {
        let before = kept.range_mut(..value.span.end).next_back();
        match before {
            Some((_, winner)) if winner.span.overlaps(value.span) => note(winner, value),
            Some(_) | None => {
                kept.insert(value.span.start, value);
            }
        }
    }
    kept.into_values().collect()
}

/// The highest-ranking read of each span.
fn distinct_reads(mut reads: Vec<Sighting<'_>>) -> Vec<Sighting<'_>> {
    reads.sort_by_cached_key(|it| (it.span, Reverse(rank(it))));
    let mut kept: Vec<Sighting<'_>> = Vec::with_capacity(reads.len());
    for read in reads {
        match kept.last_mut() {
            Some(winner) if winner.span == read.span => note(winner, read),
            Some(_) | None => kept.push(read),
        }
    }
    kept
}

/// Records that the pattern of `loser` would have found the place of `winner`.
fn note<'p>(winner: &mut Sighting<'p>, loser: Sighting<'p>) {
    if loser.doubt.is_none() {
        winner.also.push(loser.pattern);
        winner.also.extend(loser.also);
    }
    if let (Subject::Value { name, .. }, Subject::Value { name: other, .. }) =
        (&mut winner.subject, loser.subject)
        && name.is_none()
    {
        *name = other;
    }
}

/// What is more specific, surer, worse and longer ranks higher.
fn rank(sighting: &Sighting<'_>) -> impl Ord + use<> {
    let kind = match sighting.point.matcher {
        Matcher::Literal { .. } => 4,
        Matcher::Query { .. } | Matcher::Argument { .. } => 3,
        Matcher::Assignment { .. } => 2,
        Matcher::EnvRead { .. } => 1,
        Matcher::Absence { .. } => 0,
    };
    (
        sighting.doubt.is_none(),
        kind,
        sighting.codings.is_empty(),
        // Who needs the model for an answer knows less of the issuer.
        sighting.likelihood.is_none(),
        sighting.confidence(),
        sighting.point.severity,
        sighting.span.len(),
        Reverse(sighting.pattern.id().to_owned()),
    )
}
