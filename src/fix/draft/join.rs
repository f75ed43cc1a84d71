//! Which findings make one fix: those in one expression, and those that only make sense together.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Draft, Drafts, skipped};
use crate::fix::SkipReason;
use crate::lang::EnvRead;
use crate::lang::Obstacle;
use crate::lang::ReadForm;
use crate::text::Span;

impl Drafts {
    /// Joins what changes one expression, and drops what overlaps without lying inside.
    ///
    /// Every draft still has one site.
    pub(super) fn join(&mut self) {
        let place = |it: &Draft| it.sites.first().map(|it| (it.start, Reverse(it.end)));
        self.made.sort_by_key(place);
        let mut joined: Vec<Draft> = Vec::new();
        for draft in std::mem::take(&mut self.made) {
            let last = joined.last().and_then(|it| it.sites.first()).copied();
            let own = draft.sites.first().copied();
            match (joined.last_mut(), last.zip(own)) {
                (Some(outer), Some((around, site))) if around == site => {
                    outer.findings.extend(draft.findings);
                }
                (Some(outer), Some((around, site))) if around.contains(site) => {
                    outer.absorb(draft, Vec::new());
                }
                (Some(_), Some((around, site))) if around.overlaps(site) => {
                    self.skip(draft, SkipReason::Overlap);
                }
                (_, _) => joined.push(draft),
            }
        }
        self.made = joined;
    }

    /// Makes one draft of a test whether a variable is set and of all reads of that variable.
    ///
    /// When the test asked the environment and the value came from elsewhere, the program would
    /// take a branch that does not fit; so where one of them stays, the others do.
    pub(super) fn tie(&mut self, reads: &[EnvRead]) {
        let tests = reads
            .iter()
            .filter(|it| matches!(it.form, ReadForm::Presence { .. }));
        let tested: BTreeSet<&str> = tests.map(|it| &*it.variable).collect();
        for variable in tested {
            let belongs = |draft: &mut Draft| {
                let mut pieces = draft.pieces.iter();
                pieces.any(|it| it.variable() == Some(variable))
            };
            let mut group: Vec<Draft> = self.made.extract_if(.., belongs).collect();
            let all = reads.iter().filter(|it| it.variable == variable);
            let is_taken = |read: &EnvRead| {
                let mut pieces = group.iter().flat_map(|it| &it.pieces);
                pieces.any(|it| it.span.contains(read.expression))
            };
            if !all.clone().all(is_taken) {
                for draft in group {
                    self.skip(draft, SkipReason::Code(Obstacle::PresenceGate));
                }
                continue;
            }
            let rest = group.split_off(group.len().min(1));
            for mut first in group {
                for draft in &rest {
                    first.absorb(draft.clone(), draft.sites.clone());
                }
                self.made.push(first);
            }
        }
        self.made.sort_by_key(|it| it.sites.first().copied());
    }

    /// Skips the findings of a draft.
    fn skip(&mut self, draft: Draft, reason: SkipReason) {
        let lost = draft.findings.into_iter();
        self.skipped.extend(lost.map(|it| skipped(it, reason)));
    }
}

impl Draft {
    /// Takes on what another draft would do, which changes `sites` besides its own.
    fn absorb(&mut self, other: Self, sites: Vec<Span>) {
        self.applicability = self.applicability.min(other.applicability);
        self.findings.extend(other.findings);
        self.pieces.extend(other.pieces);
        self.sites.extend(sites);
        self.sites.sort_unstable();
    }
}
