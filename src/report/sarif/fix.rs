//! Planned fixes as SARIF writes them down: what to delete by its place, what to insert as text.

use std::collections::BTreeMap;

use serde_sarif::sarif;

use super::message;
use super::place;
use crate::fix::FileFix;
use crate::fix::Fix;
use crate::fix::Seam;
use crate::text::Edit;
use crate::text::Position;

/// The fix of one finding, complete with the import and with the edits that `parts`, the other
/// parts of its credential, ask for; none when their places are not known.
pub(super) fn of(file: &FileFix, fix: &Fix, parts: &[&Fix]) -> Option<sarif::Fix> {
    let mut edits: Vec<&Edit> = parts.iter().flat_map(|it| &it.edits).collect();
    edits.extend(&fix.edits);
    edits.sort();
    // One expression may hold several parts.
    edits.dedup();
    let replacements = file
        .imports
        .iter()
        .chain(edits)
        .map(|it| replacement(&file.places, it))
        .collect::<Option<Vec<_>>>()?;
    let change = sarif::ArtifactChange::builder()
        .artifact_location(place::artifact(&file.path))
        .replacements(replacements)
        .build();
    let fix = sarif::Fix::builder()
        .description(message(&fix.title))
        .artifact_changes(vec![change])
        .build();
    Some(fix)
}

/// What is proposed for a seam, which no run of ours applies.
pub(super) fn proposed(seam: &Seam) -> Option<sarif::Fix> {
    let proposal = seam.proposal.as_ref()?;
    let edits = proposal.edits.iter();
    let replacements = edits.map(|it| replacement(&proposal.places, it));
    let change = sarif::ArtifactChange::builder()
        .artifact_location(place::artifact(&seam.path))
        .replacements(replacements.collect::<Option<Vec<_>>>()?)
        .build();
    let fix = sarif::Fix::builder()
        .description(message(&proposal.title))
        .artifact_changes(vec![change])
        .build();
    Some(fix)
}

fn replacement(places: &BTreeMap<usize, Position>, edit: &Edit) -> Option<sarif::Replacement> {
    let start = *places.get(&edit.span.start)?;
    let end = *places.get(&edit.span.end)?;
    let mut replacement = sarif::Replacement::builder()
        .deleted_region(place::region(start, end))
        .build();
    let content = &edit.content;
    replacement.inserted_content = (!content.is_empty()).then(|| place::content(content));
    Some(replacement)
}
