//! Which drafts of a file are at fault when they cannot be applied together.

use std::collections::BTreeMap;

use super::SkipReason;
use super::draft::Draft;
use super::home::Home;
use super::import;
use crate::detect::Document;
use crate::lang::Obstacle;
use crate::text::Span;

/// How many fixes of a file are tried one by one when they do not work together.
pub(super) const MAX_TRIALS: usize = 64;

/// The drafts that the wrapper cannot be imported for; all of them when it can for each alone.
pub(super) fn importless(
    home: &Home,
    document: &Document<'_>,
    drafts: &[&Draft],
    obstacle: Obstacle,
) -> BTreeMap<usize, SkipReason> {
    let all = blame(0..drafts.len(), SkipReason::Code(obstacle));
    if drafts.len() > MAX_TRIALS {
        return all;
    }
    let alone = drafts.iter().enumerate().filter_map(|(number, it)| {
        let uses: Vec<Span> = it.pieces.iter().map(|it| it.span).collect();
        let failure = import::wrapper(document, home, &uses).err()?;
        Some((number, SkipReason::Code(failure)))
    });
    let alone: BTreeMap<usize, SkipReason> = alone.collect();
    if alone.is_empty() { all } else { alone }
}

/// Some drafts, by number, and why they are not applied.
pub(super) fn blame(
    numbers: impl IntoIterator<Item = usize>,
    reason: SkipReason,
) -> BTreeMap<usize, SkipReason> {
    numbers.into_iter().map(|it| (it, reason)).collect()
}
