//! What the project says of itself, and what was left half-way.

use std::path::Path;

use super::{Line, count, few};
use crate::fix;
use crate::fix::FixError;
use crate::fix::Ledger;
use crate::manifest;
use crate::manifest::Manifest;
use crate::manifest::ManifestError;
use crate::provision::Journals;
use crate::settings;
use crate::settings::Flags;
use crate::settings::Places;

/// The settings.
pub(super) fn settings(root: &Path) -> Line {
    const AREA: &str = "settings";
    let all = match settings::overview(root, &Flags::default()) {
        Ok(all) => all,
        Err(error) => return Line::of(AREA, &error, "put the file right"),
    };
    // A file without settings still says which version of the format it is.
    match settings::file_in(root) {
        Ok(Some(name)) => {
            let own = all.iter().filter(|it| it.origin != "default").count();
            Line::ok(
                AREA,
                format!("{name} is valid, and sets {own} of {}", all.len()),
            )
        }
        Ok(None) => Line::note(AREA, "no settings: the defaults hold", "shield init"),
        Err(error) => Line::of(AREA, &error, "put the file right"),
    }
}

/// The list of secrets.
pub(super) fn manifest(root: &Path) -> (Option<Manifest>, Line) {
    const AREA: &str = "manifest";
    match Manifest::load(root) {
        Ok(manifest) => {
            let told = format!(
                "{} is valid: {}, {}",
                manifest::FILE_NAME,
                count(manifest.secrets.len(), "secret"),
                count(manifest.environments.len(), "environment"),
            );
            (Some(manifest), Line::ok(AREA, told))
        }
        Err(ManifestError::Missing { .. }) => {
            let told = format!("no {}: there is nothing to provision", manifest::FILE_NAME);
            (None, Line::ok(AREA, told))
        }
        Err(error) => (None, Line::of(AREA, &error, "put the file right")),
    }
}

/// Runs of `shield fix`.
pub(super) fn runs(places: &Places) -> Line {
    const AREA: &str = "runs";
    match fix::ready(&places.state, &places.root) {
        Ok(()) => Line::ok(AREA, "no run was stopped half-way"),
        Err(FixError::Unfinished { run }) => Line::wrong(
            AREA,
            format!("run {run} was stopped half-way"),
            "shield recover",
        ),
        Err(FixError::Busy) => Line::note(AREA, "a run goes on right now", "wait for it to end"),
        Err(error) => Line::of(AREA, &error, "look at what it names"),
    }
}

/// Runs of `shield provision`; nothing where there were none.
pub(super) fn provisioning(places: &Places) -> Option<Line> {
    const AREA: &str = "runs";
    let runs = match Journals::new(&places.state, &places.root).runs() {
        Ok(runs) => runs,
        Err(error) => return Some(Line::of(AREA, &error, "look at what it names")),
    };
    let last = runs.first()?;
    let environment = &last.head.environment;
    Some(if last.closed || last.undone {
        Line::ok(
            AREA,
            format!("the last one in {environment} came to its end"),
        )
    } else {
        let told = format!("what was put into {environment} was stopped half-way");
        let next = format!("`shield provision apply --environment {environment}` goes on with it");
        Line::wrong(AREA, told, next)
    })
}

/// Secrets that have left the code and are still the old ones.
pub(super) fn rotation(root: &Path) -> Line {
    const AREA: &str = "rotation";
    let ledger = match Ledger::load(root) {
        Ok(ledger) => ledger,
        Err(error) => return Line::of(AREA, &error, "restore it from version control"),
    };
    let pending = ledger.pending();
    let names: Vec<String> = pending.iter().map(|(_, it)| it.name.clone()).collect();
    if names.is_empty() {
        return Line::ok(AREA, "no secret waits to be replaced");
    }
    let verb = if names.len() == 1 { "waits" } else { "wait" };
    let told = format!(
        "{} that left the code {verb} to be replaced: {}",
        count(names.len(), "secret"),
        few(&names)
    );
    Line::wrong(
        AREA,
        told,
        "replace each where it was issued, then `shield rotated NAME`",
    )
}
