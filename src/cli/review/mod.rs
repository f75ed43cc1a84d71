//! `shield fix --review`: one change after the other, and a decision about each.

mod screen;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;

use self::screen::{Answer, Offer, Screen};
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::fix::Choices;
use crate::fix::FileFix;
use crate::fix::Fix;
use crate::fix::FixPlan;
use crate::fix::Selector;
use crate::fix::SkipReason;
use crate::fix::Skipped;
use crate::run::Proposal;
use crate::run::Reviewer;
use crate::run::RunError;

/// A person at a terminal.
pub(super) struct Person;

impl Reviewer for Person {
    fn review(&self, proposal: &Proposal<'_>) -> Result<Option<Choices>, RunError> {
        let screen = Screen::open().ok_or(RunError::NoTerminal)?;
        let mut session = Session::new(proposal, screen);
        session.go().map_err(RunError::Review)
    }
}

/// What a plan has in store for a finding.
enum Prospect<'s> {
    /// A change.
    Change(&'s FileFix, &'s Fix),
    /// No change.
    Stays(&'s Skipped),
}

/// What comes after a decision.
enum Next {
    /// The same change, which has changed.
    Again,
    /// The next one.
    On,
    /// Nothing more.
    Stop,
}

/// A review that goes on.
struct Session<'s> {
    proposal: &'s Proposal<'s>,
    screen: Screen,
    /// What would be done as things stand.
    plan: FixPlan,
    choices: Choices,
    findings: BTreeMap<Fingerprint, &'s Finding<'s>>,
    accepted: BTreeSet<Fingerprint>,
    /// Patterns all of whose changes are accepted.
    patterns: BTreeSet<String>,
}

impl<'s> Session<'s> {
    fn new(proposal: &'s Proposal<'s>, screen: Screen) -> Self {
        let all = proposal.findings.iter().flat_map(Finding::secret_parts);
        Self {
            plan: (proposal.replan)(proposal.choices),
            choices: proposal.choices.clone(),
            findings: all.map(|it| (it.fingerprint, it)).collect(),
            accepted: BTreeSet::new(),
            patterns: BTreeSet::new(),
            proposal,
            screen,
        }
    }

    /// Goes through all changes; tells what was decided, or nothing when nothing is to be done.
    fn go(&mut self) -> io::Result<Option<Choices>> {
        let order = self.order();
        if order.is_empty() {
            self.screen.say("There is nothing to decide about.")?;
            return Ok(None);
        }
        let mut number = 0;
        while let Some(fingerprint) = order.get(number) {
            let place = format!("{}/{}", number + 1, order.len());
            match self.decide(*fingerprint, &place)? {
                Next::Again => {}
                Next::On => number += 1,
                Next::Stop => return self.stop(),
            }
        }
        self.outcome()
    }

    /// The findings to decide about, one for each change, by position.
    fn order(&self) -> Vec<Fingerprint> {
        let fixes = self.plan.files.iter().flat_map(|it| &it.fixes);
        let changes = fixes.filter_map(|it| it.findings.first());
        let stays = self.plan.skipped.iter().filter(|it| is_open(it.reason));
        let mut all: Vec<Fingerprint> = changes
            .chain(stays.map(|it| &it.finding))
            .filter(|it| self.findings.contains_key(it))
            .copied()
            .collect();
        all.sort_by_key(|it| {
            let found = self.findings.get(it).copied();
            found.map(|finding| (finding.location.path.clone(), finding.location.span))
        });
        all.dedup();
        all
    }

    /// Shows what is in store for a finding, and asks what is to become of it.
    fn decide(&mut self, fingerprint: Fingerprint, place: &str) -> io::Result<Next> {
        let Some(finding) = self.findings.get(&fingerprint).copied() else {
            return Ok(Next::On);
        };
        let pattern = finding.pattern.id();
        let Some(prospect) = prospect(&self.plan, fingerprint) else {
            return Ok(Next::On);
        };
        let offer = match &prospect {
            Prospect::Change(..) => Offer::Change,
            Prospect::Stays(it) if is_conflict(it.reason) => Offer::Conflict,
            Prospect::Stays(_) => Offer::Stays,
        };
        if offer == Offer::Change && self.patterns.contains(pattern) {
            self.accepted.insert(fingerprint);
            return Ok(Next::On);
        }
        self.screen.head(finding, place)?;
        let name = match prospect {
            Prospect::Change(file, fix) => {
                self.screen.change(file, fix)?;
                fix.secret.to_string()
            }
            Prospect::Stays(skipped) => {
                self.screen.stays(skipped)?;
                String::new()
            }
        };
        match self.screen.ask(offer)? {
            Answer::Accept => {
                self.accepted.insert(fingerprint);
            }
            Answer::AcceptPattern => {
                self.accepted.insert(fingerprint);
                self.patterns.insert(pattern.to_owned());
            }
            Answer::Skip => {}
            Answer::Quit => return Ok(Next::Stop),
            Answer::Allow => {
                let Some(reason) = self.screen.reason()? else {
                    return Ok(Next::Again);
                };
                self.choices.allow.push((Selector::of(finding), reason));
            }
            Answer::Name => {
                if let Some(chosen) = self.screen.name(&name)? {
                    self.choices.names.push((Selector::of(finding), chosen));
                    self.plan = (self.proposal.replan)(&self.choices);
                }
                return Ok(Next::Again);
            }
        }
        Ok(Next::On)
    }

    /// Ends the review early: what was accepted so far is done or dropped.
    fn stop(&mut self) -> io::Result<Option<Choices>> {
        let number =
            self.accepted.len() + self.choices.allow.len() - self.proposal.choices.allow.len();
        if number == 0 || !self.screen.confirm(number)? {
            self.screen.say("Nothing was changed.")?;
            return Ok(None);
        }
        self.outcome()
    }

    /// What was decided: everything that was not accepted stays.
    fn outcome(&self) -> io::Result<Option<Choices>> {
        let mut choices = self.choices.clone();
        let fixes = self.plan.files.iter().flat_map(|it| &it.fixes);
        let first = fixes.filter_map(|it| it.findings.first());
        let left = first.filter(|it| !self.accepted.contains(it));
        let left = left.filter_map(|it| self.findings.get(it));
        choices.skip.extend(left.map(|it| Selector::of(it)));
        if self.accepted.is_empty() && choices.allow.is_empty() {
            return Ok(None);
        }
        // What works alone need not work together.
        for skipped in (self.proposal.replan)(&choices).skipped {
            let finding = self.findings.get(&skipped.finding).copied();
            let wanted =
                |it| self.accepted.contains(&skipped.finding) || choices.reason(it).is_some();
            if let Some(finding) = finding.filter(|it| wanted(it))
                && skipped.reason != SkipReason::Allowed
            {
                let (path, line) = (&finding.location.path, finding.location.start.line);
                self.screen
                    .say(&format!("{path}:{line} stays: {}", skipped.reason))?;
            }
        }
        Ok(Some(choices))
    }
}

/// What `plan` has in store for a finding.
fn prospect(plan: &FixPlan, wanted: Fingerprint) -> Option<Prospect<'_>> {
    let mut changes = plan
        .files
        .iter()
        .flat_map(|file| file.fixes.iter().map(move |it| (file, it)));
    let change = changes.find(|(_, it)| it.findings.contains(&wanted));
    let change = change.map(|(file, fix)| Prospect::Change(file, fix));
    let stays = || plan.skipped.iter().find(|it| it.finding == wanted);
    change.or_else(|| stays().map(Prospect::Stays))
}

/// Whether a name would settle it.
fn is_conflict(reason: SkipReason) -> bool {
    matches!(reason, SkipReason::NameConflict | SkipReason::StoreConflict)
}

/// Whether there is something to decide about a finding that stays.
fn is_open(reason: SkipReason) -> bool {
    match reason {
        SkipReason::TestCode
        | SkipReason::GeneratedFile
        | SkipReason::NoTemplate
        | SkipReason::Data(_)
        | SkipReason::InArchive
        | SkipReason::InNotebook
        | SkipReason::Encoded
        | SkipReason::NotUtf8
        | SkipReason::LeftOut
        | SkipReason::Allowed
        | SkipReason::NoComment
        | SkipReason::ChangedSinceScan
        | SkipReason::Uncommitted
        | SkipReason::OutsideRepo
        | SkipReason::HardLink
        | SkipReason::TooLarge => false,
        SkipReason::Code(_)
        | SkipReason::Placeholder
        | SkipReason::PartOfLiteral
        | SkipReason::AdviceOnly
        | SkipReason::NothingToReplace
        | SkipReason::SeamAvailable
        | SkipReason::ByNameReader
        | SkipReason::NameConflict
        | SkipReason::StoreConflict
        | SkipReason::LocalAddress
        | SkipReason::SentinelCompared
        | SkipReason::Overlap
        | SkipReason::Withheld
        | SkipReason::ModuleCollision
        | SkipReason::NotPackaged
        | SkipReason::Unverified => true,
    }
}
