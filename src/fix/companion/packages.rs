//! Names the wrapper where a manifest names all packages that it ships.

use std::collections::BTreeMap;

use super::Desk;
use super::Fact;
use super::HintKind;
use super::Unedited;
use super::pyproject;
use crate::fix::distribution::Listing;

/// Adds the wrapper to the lists that have to have it.
pub(super) fn add(desk: &mut Desk<'_>) {
    let facts = desk.facts.iter();
    let wanted = facts.filter_map(|it| Some((it.listing.as_ref()?, it)));
    let wanted: BTreeMap<&Listing, &Fact> = wanted.collect();
    for (listing, fact) in wanted {
        if let Err(reason) = list(desk, listing, fact) {
            let lines = vec![format!("\"{}\"", listing.package)];
            let shown = fact.shown(&listing.manifest);
            desk.hint(shown, HintKind::ByHand { reason, lines });
        }
    }
}

fn list(desk: &mut Desk<'_>, listing: &Listing, fact: &Fact) -> Result<(), Unedited> {
    let shown = || fact.shown(&listing.manifest);
    let page = desk.pages.open(&listing.manifest, shown)?;
    let page = page.ok_or(Unedited::Form)?;
    if let Some(after) = pyproject::list(&page.text, &listing.package)? {
        page.set(after, format!("list `{}`", listing.package));
    }
    Ok(())
}
