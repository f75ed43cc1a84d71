//! A file that findings ask to be rewritten.

use std::path::Path;

use rayon::prelude::*;

use super::SkipReason;
use super::gate::{self, Bounds, Opened};
use crate::finding::Finding;
use crate::finding::Subject;
use crate::lang::Family;

/// The findings of one file, and the file as it is now, unless it is never rewritten.
pub(super) struct Asked<'f, 'p> {
    pub(super) findings: &'f [&'f Finding<'p>],
    pub(super) opened: Result<Opened, SkipReason>,
}

impl<'f, 'p> Asked<'f, 'p> {
    /// Opens the files of `findings`, which come sorted.
    pub(super) fn open_all(findings: &'f [&'f Finding<'p>], bounds: Bounds<'_>) -> Vec<Self> {
        let groups = findings.chunk_by(|a, b| a.location.file == b.location.file);
        let groups: Vec<_> = groups.collect();
        let open = |group: &'f [&'f Finding<'p>]| {
            let location = group.first().map(|it| &it.location);
            let opened = location.ok_or(SkipReason::NothingToReplace);
            Self {
                findings: group,
                opened: opened.and_then(|it| gate::open(it, bounds)),
            }
        };
        groups.into_par_iter().map(open).collect()
    }

    /// Where the file is, when it is one of Python.
    pub(super) fn python(&self) -> Option<&Path> {
        let opened = self.opened.as_ref().ok()?;
        match opened.language.family() {
            Family::Python => Some(&opened.at.file),
            Family::EcmaScript => None,
        }
    }

    /// Whether a finding is a read of the environment, in code that has types.
    pub(super) fn has_typed_reads(&self) -> bool {
        let typed = self.opened.as_ref().is_ok_and(|it| it.language.is_typed());
        let reads = |it: &&Finding<'_>| matches!(it.subject, Subject::EnvRead { .. });
        typed && self.findings.iter().any(reads)
    }
}
