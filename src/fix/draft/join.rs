//! Which findings make one fix: those in one expression, and those that only make sense together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Draft, Drafts, Piece, skipped};
use crate::fix::Applicability;
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
                    let known = outer.pieces.iter().any(|it| draft.reads_like(it));
                    if known || !draft.picks() && outer.does(&draft) {
                        outer.findings.extend(draft.findings);
                    } else {
                        outer.absorb(draft, Vec::new());
                    }
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
    /// take a branch that does not fit, and a type that the test has narrowed would be wide
    /// again; so where one of them stays, the others do.
    pub(super) fn tie(&mut self, reads: &[EnvRead]) {
        let mut missing: BTreeMap<&str, usize> = BTreeMap::new();
        let mut tied: BTreeMap<&str, Obstacle> = BTreeMap::new();
        for read in reads {
            *missing.entry(&read.variable).or_default() += 1;
            let obstacle = match read.form {
                ReadForm::Presence { .. } => Obstacle::PresenceGate,
                ReadForm::Guarded => Obstacle::Narrowing,
                ReadForm::Subscript { .. }
                | ReadForm::Call { .. }
                | ReadForm::Member
                | ReadForm::Destructured { .. }
                | ReadForm::Picked { .. } => continue,
            };
            tied.entry(&read.variable).or_insert(obstacle);
        }
        if tied.is_empty() {
            return;
        }
        let mut groups = Groups::new(self.made.len());
        let mut members: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, draft) in self.made.iter().enumerate() {
            for variable in draft.pieces.iter().filter_map(Piece::variable) {
                if let Some((variable, _)) = tied.get_key_value(variable) {
                    groups.unite(*members.entry(variable).or_insert(number), number);
                    missing
                        .entry(variable)
                        .and_modify(|it| *it = it.saturating_sub(1));
                }
            }
        }
        let mut lost: BTreeMap<usize, Obstacle> = BTreeMap::new();
        for (variable, member) in members {
            if missing.get(variable).is_some_and(|it| *it > 0) {
                let obstacle = tied.get(variable).copied();
                lost.extend(obstacle.map(|it| (groups.first_of(member), it)));
            }
        }
        let mut kept: BTreeMap<usize, Draft> = BTreeMap::new();
        for (number, draft) in std::mem::take(&mut self.made).into_iter().enumerate() {
            let group = groups.first_of(number);
            if let Some(obstacle) = lost.get(&group) {
                self.skip(draft, SkipReason::Code(*obstacle));
            } else if let Some(first) = kept.get_mut(&group) {
                let sites = draft.sites.clone();
                first.absorb(draft, sites);
            } else {
                kept.insert(group, draft);
            }
        }
        self.made = kept.into_values().collect();
    }

    /// Trusts a draft less that takes some keys out of a pattern and leaves others.
    pub(super) fn weigh_patterns(&mut self, reads: &[EnvRead]) {
        let mut keys: BTreeMap<Span, usize> = BTreeMap::new();
        for statement in reads.iter().filter_map(|it| it.form.picked_from()) {
            *keys.entry(statement).or_default() += 1;
        }
        for draft in &mut self.made {
            let mut left: BTreeMap<Span, usize> = BTreeMap::new();
            for piece in &draft.pieces {
                if let Some(statement) = piece.read().and_then(ReadForm::picked_from) {
                    let all = keys.get(&statement).copied().unwrap_or_default();
                    let left = left.entry(statement).or_insert(all);
                    *left = left.saturating_sub(1);
                }
            }
            if left.values().any(|it| *it > 0) {
                draft.applicability = draft.applicability.min(Applicability::Unsafe);
            }
        }
    }

    /// Skips the findings of a draft.
    fn skip(&mut self, draft: Draft, reason: SkipReason) {
        let lost = draft.findings.into_iter();
        self.skipped.extend(lost.map(|it| skipped(it, reason)));
    }
}

impl Draft {
    /// Whether it takes a key out of a pattern with others.
    fn picks(&self) -> bool {
        let mut forms = self.pieces.iter().filter_map(Piece::read);
        forms.any(|it| it.picked_from().is_some())
    }

    /// Whether its first piece is the same read as `piece`.
    fn reads_like(&self, piece: &Piece) -> bool {
        let own = self.pieces.first().and_then(Piece::read);
        own.is_some() && own == piece.read()
    }

    /// Whether all places that another draft changes are among its own.
    fn does(&self, other: &Self) -> bool {
        let mine = |it: &Piece| self.pieces.iter().any(|own| own.span == it.span);
        other.pieces.iter().all(mine)
    }

    /// Takes on what another draft would do, which changes `sites` besides its own.
    fn absorb(&mut self, other: Self, sites: Vec<Span>) {
        self.applicability = self.applicability.min(other.applicability);
        self.findings.extend(other.findings);
        self.pieces.extend(other.pieces);
        self.sites.extend(sites);
        self.sites.sort_unstable();
    }
}

/// Numbers in groups that are united one by one.
struct Groups {
    /// For each number another one of its group, and itself for the first one.
    above: Vec<usize>,
}

impl Groups {
    /// Each number up to `count` in a group of its own.
    fn new(count: usize) -> Self {
        Self {
            above: (0..count).collect(),
        }
    }

    /// The first number of the group of `number`.
    fn first_of(&mut self, number: usize) -> usize {
        let mut first = number;
        while let Some(above) = self.above.get(first).copied().filter(|it| *it != first) {
            let next = self.above.get(above).copied().unwrap_or(above);
            if let Some(it) = self.above.get_mut(first) {
                *it = next;
            }
            first = above;
        }
        first
    }

    /// Makes one group of those of two numbers.
    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first_of(one), self.first_of(other));
        if let Some(it) = self.above.get_mut(one.max(other)) {
            *it = one.min(other);
        }
    }
}
