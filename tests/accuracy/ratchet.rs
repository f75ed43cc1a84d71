//! What was reached, and must not be lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use shield::yaml::Script;

use crate::Result;
use crate::corpus::Snippet;
use crate::judge::{Judged, Tally};

const HEAD: &str = "\
# What `cargo test --test accuracy` holds the corpus to; docs/accuracy.md says more.
# `SHIELD_ACCEPT=1 cargo test --test accuracy` writes this file.
";

/// The figures and the snippets that are known to go wrong.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ratchet {
    /// The counts, over all and by group.
    #[serde(default)]
    reached: BTreeMap<String, Tally>,
    /// What goes wrong, by the id of the snippet.
    #[serde(default)]
    faulty: BTreeMap<String, Fault>,
}

/// How a snippet goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Fault {
    /// Secrets that are not found.
    missed: u32,
    /// Findings that are no secrets.
    wrong: u32,
}

impl From<Tally> for Fault {
    fn from(tally: Tally) -> Self {
        Self {
            missed: tally.missed,
            wrong: tally.wrong,
        }
    }
}

impl Fault {
    fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl Ratchet {
    /// Reads the file; where there is none, nothing was reached.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = path(folder);
        if !path.exists() {
            return Ok(Self::default());
        }
        let script = Script::new(
            "ratchet.yaml",
            &fs::read_to_string(path)?,
            "SHIELD_ACCEPT=1",
        );
        Ok(script.parse().map_err(|it| it.to_string())?)
    }

    /// How a snippet goes another way than the file says, if it does.
    pub(crate) fn change(&self, judged: &Judged) -> Option<String> {
        let before = self.faulty.get(&judged.snippet.id).copied();
        let before = before.unwrap_or_default();
        let now = Fault::from(judged.tally);
        if now == before {
            return None;
        }
        let id = &judged.snippet.id;
        if now.is_none() {
            return Some(format!(
                "{id} has become right: take it off the list of the ratchet, with SHIELD_ACCEPT=1"
            ));
        }
        let change = if before.is_none() {
            "is on no list and goes wrong".to_owned()
        } else {
            format!("had {} missed and {} wrong", before.missed, before.wrong)
        };
        let faults = judged.faults.join(", ");
        Some(format!(
            "{id} {change}: {faults} ({})",
            judged.snippet.because
        ))
    }

    /// Ids that no snippet has.
    pub(crate) fn strangers(&self, snippets: &[Snippet]) -> Vec<String> {
        let known: BTreeSet<&str> = snippets.iter().map(|it| it.id.as_str()).collect();
        let ids = self.faulty.keys().filter(|it| !known.contains(it.as_str()));
        ids.map(|it| format!("{it} is on the list, and there is no such snippet"))
            .collect()
    }

    /// Figures that are lower than they were.
    pub(crate) fn losses(&self, judged: &[Judged]) -> Vec<String> {
        let tallies = reached(judged);
        let mut losses = Vec::new();
        for (group, old) in &self.reached {
            let new = tallies.get(group.as_str()).copied().unwrap_or_default();
            let figures = [
                ("precision", old.precision(), new.precision()),
                ("recall", old.recall(), new.recall()),
            ];
            for (what, before, now) in figures {
                let (before, now) = (before.unwrap_or(0.0), now.unwrap_or(0.0));
                if now < before {
                    losses.push(format!(
                        "{what} of {group} fell from {before:.4} to {now:.4}"
                    ));
                }
            }
        }
        losses
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("ratchet.yaml")
}

/// The counts over all and by group.
fn reached(judged: &[Judged]) -> BTreeMap<&str, Tally> {
    let mut reached: BTreeMap<&str, Tally> = BTreeMap::new();
    for it in judged {
        for group in ["all", it.snippet.group()] {
            let tally = reached.entry(group).or_default();
            *tally = *tally + it.tally;
        }
    }
    reached
}

/// Writes the file as the snippets go now.
#[expect(
    clippy::disallowed_methods,
    reason = "a file of the repository, written on demand and kept by git"
)]
pub(crate) fn write(folder: &Path, judged: &[Judged]) -> Result<()> {
    let mut text = format!("{HEAD}reached:\n");
    for (group, it) in reached(judged) {
        let (found, missed, wrong) = (it.found, it.missed, it.wrong);
        writeln!(
            text,
            "  {group}: {{ found: {found}, missed: {missed}, wrong: {wrong} }}"
        )?;
    }
    text.push_str("faulty:");
    let faulty = judged.iter().filter(|it| !Fault::from(it.tally).is_none());
    let mut faulty: Vec<&Judged> = faulty.collect();
    faulty.sort_by_key(|it| &it.snippet.id);
    text.push_str(if faulty.is_empty() { " {}\n" } else { "\n" });
    for it in faulty {
        let (id, fault) = (&it.snippet.id, Fault::from(it.tally));
        let (missed, wrong) = (fault.missed, fault.wrong);
        writeln!(text, "  {id}: {{ missed: {missed}, wrong: {wrong} }}")?;
    }
    Ok(fs::write(path(folder), text)?)
}
