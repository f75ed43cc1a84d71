//! All that was ever committed.

use std::collections::BTreeSet;
use std::ops::Range;

use super::commit;
use super::folder;
use super::place::Place;
use super::place::State;
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::source::Options;
use crate::source::SourceError;
use crate::source::SourceRef;
use crate::source::git;
use crate::source::git::Brought;
use crate::source::git::Commit;
use crate::source::git::ObjectId;
use crate::source::git::Record;
use crate::source::git::Repository;
use crate::source::root::Here;

/// All that was ever committed, each content once, with the first commit that has it.
pub struct Past {
    place: Place,
    record: Record,
    /// What the last commit has.
    head: BTreeSet<ObjectId>,
    /// What was learned about the repository.
    pub notices: Vec<Notice>,
}

impl Past {
    /// Lists what the commits of `range` have brought in, or all commits.
    pub(super) fn new(
        range: Option<&str>,
        options: &Options,
        here: &Here,
    ) -> Result<Self, SourceError> {
        let folder = folder(options, here);
        let repository = Repository::open(&folder, git::ALWAYS)?;
        let head = repository.commit("HEAD");
        let state = head.clone().map_or(State::Index, State::Commit);
        let place = Place::new(&repository, options, here, &state)?;
        if let Some(range) = range {
            known(&repository, range)?;
        }
        let mut record = repository.record(range)?;
        settle(&mut record, &place);
        let kept = match head {
            Some(head) => repository.tree(&head)?,
            None => Vec::new(),
        };
        let mut notices = place.notices();
        if repository.is_shallow()? {
            notices.push(Notice {
                path: ".".into(),
                kind: NoticeKind::Shallow,
            });
        }
        Ok(Self {
            place,
            record,
            head: kept.into_iter().map(|it| it.id).collect(),
            notices,
        })
    }

    /// How many contents there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.record.brought.len()
    }

    /// Whether nothing was ever committed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.record.brought.is_empty()
    }

    /// How many commits were looked at.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.record.commits.len()
    }

    /// Some of the contents: those of one file follow each other.
    #[must_use]
    pub fn sources(&self, numbers: Range<usize>) -> Vec<SourceRef> {
        let all = self.record.brought.get(numbers).unwrap_or_default().iter();
        let sources = all.filter_map(|it| {
            let path = self.record.paths.get(usize::try_from(it.path).ok()?)?;
            self.place.source(path, it.id)
        });
        sources.collect()
    }

    /// The number of the first commit that has the content `number`; older commits have lower ones.
    #[must_use]
    pub fn commit_of(&self, number: usize) -> Option<usize> {
        let brought = self.record.brought.get(number)?;
        usize::try_from(brought.commit).ok()
    }

    /// Whether the last commit has the content `number`, wherever.
    #[must_use]
    pub fn is_in_head(&self, number: usize) -> bool {
        let brought = self.record.brought.get(number);
        brought.is_some_and(|it| self.head.contains(&it.id))
    }

    /// What is known of the commit `number`.
    #[must_use]
    pub fn commit(&self, number: usize) -> Option<Commit> {
        let id = self.record.commits.get(number)?;
        self.place.store().commit(*id)
    }
}

/// Makes sure that a range names commits.
fn known(repository: &Repository<'_>, range: &str) -> Result<(), SourceError> {
    let ends: Vec<&str> = match range.split_once("...") {
        Some((one, other)) => vec![one, other],
        None => range.split("..").collect(),
    };
    for end in ends.into_iter().filter(|it| !it.is_empty()) {
        commit(repository, end)?;
    }
    Ok(())
}

/// Keeps each content once, by path, and of paths that count.
fn settle(record: &mut Record, place: &Place) {
    let paths = &record.paths;
    let counts: Vec<bool> = paths.iter().map(|it| place.takes(it)).collect();
    let is_wanted = |it: &Brought| {
        let path = usize::try_from(it.path).unwrap_or(usize::MAX);
        counts.get(path) == Some(&true)
    };
    let brought = &mut record.brought;
    brought.retain(is_wanted);
    brought.sort_unstable_by_key(|it| (it.id, it.commit, it.path));
    brought.dedup_by_key(|it| it.id);
    // Git keeps versions of a file as differences to each other.
    let path = |it: &Brought| paths.get(usize::try_from(it.path).unwrap_or(usize::MAX));
    brought.sort_unstable_by(|one, other| {
        (path(one), one.commit, one.id).cmp(&(path(other), other.commit, other.id))
    });
    brought.shrink_to_fit();
}
