//! Content that git keeps, chosen by what has changed.

mod added;
mod ignored;
mod past;
mod place;

pub use added::{Added, Lines};
pub use past::Past;

use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use super::git;
use super::git::Change;
use super::git::GitError;
use super::git::Repository;
use super::git::Store;
use super::root::Here;
use super::walk;
use super::{Depth, Listing, Options, SourceError};

use place::Place;
use place::State;

/// Which content is scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// What lies on the disk.
    Files,
    /// What the next commit would hold: the files that the last one does not have alike.
    Staged,
    /// What lies on the disk, as far as it was added since the work left this commit.
    Since(String),
    /// What one commit has added to another, `A..B`, or since the two parted, `A...B`.
    Range(String),
    /// All that was ever committed, or by the commits of a range.
    History(Option<String>),
}

/// What a selection comes to.
pub enum Selected {
    /// Texts.
    Texts(Listing),
    /// All that was ever committed.
    Past(Box<Past>),
}

impl Selection {
    /// Whether the texts are files that could be changed.
    #[must_use]
    pub fn is_on_disk(&self) -> bool {
        match self {
            Self::Files | Self::Since(_) => true,
            Self::Staged | Self::Range(_) | Self::History(_) => false,
        }
    }
}

/// Lists the texts below the paths of `options` that `selection` asks for.
///
/// # Errors
///
/// Fails when a path asked for does not exist, a glob is wrong, git does not answer, or there is no
/// such commit.
pub fn select(selection: &Selection, options: &Options) -> Result<Selected, SourceError> {
    let here = Here::find();
    let listing = match selection {
        Selection::Files => walk::enumerate(options, &here),
        Selection::Staged => staged(options, &here),
        Selection::Since(revision) => since(revision, options, &here),
        Selection::Range(range) => between(range, options, &here),
        Selection::History(range) => {
            let past = Past::new(range.as_deref(), options, &here)?;
            return Ok(Selected::Past(Box::new(past)));
        }
    };
    listing.map(Selected::Texts)
}

/// The folder in which git is asked: that of the first path.
fn folder(options: &Options, here: &Here) -> PathBuf {
    let first = options.paths.first().map_or(Path::new("."), |it| it);
    let path = here.real().join(first);
    let path = path.canonicalize().unwrap_or(path);
    let above = path.parent().filter(|_| !path.is_dir());
    above.map_or(path.clone(), Path::to_path_buf)
}

fn staged(options: &Options, here: &Here) -> Result<Listing, SourceError> {
    let folder = folder(options, here);
    let repository = Repository::open(&folder, git::ALWAYS)?;
    let place = Place::new(&repository, options, here, &State::Index)?;
    let changes = repository.staged()?;
    Ok(place.listing(changes))
}

fn between(range: &str, options: &Options, here: &Here) -> Result<Listing, SourceError> {
    let folder = folder(options, here);
    let repository = Repository::open(&folder, git::ALWAYS)?;
    let (before, after) = ends(&repository, range)?;
    let place = Place::new(&repository, options, here, &State::Commit(after.clone()))?;
    let changes = repository.between(&before, &after)?;
    let added = Added::new(place.store(), place.top(), &changes);
    let mut listing = place.listing(changes);
    listing.added = Some(added);
    Ok(listing)
}

fn since(revision: &str, options: &Options, here: &Here) -> Result<Listing, SourceError> {
    let folder = folder(options, here);
    let repository = Repository::open(&folder, git::ALWAYS)?;
    let before = parting(&repository, revision, "HEAD")?;
    let top = repository.top()?.ok_or(GitError::Refused)?;
    // From its top, git lists all there is.
    let whole = Repository::at(&top, git::ALWAYS);
    let mut changes = whole.changed_since(&before)?;
    let untracked = whole.untracked()?.into_iter().map(|path| Change {
        path,
        before: None,
        after: None,
        is_gone: false,
    });
    changes.extend(untracked);
    let files: BTreeSet<PathBuf> = changes.iter().map(|it| top.join(&it.path)).collect();
    let store = Arc::new(Store::new(top.clone()));
    let mut listing = walk::enumerate(options, here)?;
    listing.sources.retain(|it| files.contains(&it.file));
    listing.added = Some(Added::new(store, &top, &changes));
    Ok(listing)
}

/// The ids of the commits that `A..B` or `A...B` leads from and to.
fn ends(repository: &Repository<'_>, range: &str) -> Result<(String, String), SourceError> {
    let or_head = |it: &str| {
        if it.is_empty() {
            "HEAD".to_owned()
        } else {
            it.to_owned()
        }
    };
    if let Some((one, other)) = range.split_once("...") {
        let after = commit(repository, &or_head(other))?;
        return Ok((parting(repository, &or_head(one), &after)?, after));
    }
    let Some((one, other)) = range.split_once("..") else {
        let range = range.to_owned();
        return Err(SourceError::Range { range });
    };
    let before = commit(repository, &or_head(one))?;
    Ok((before, commit(repository, &or_head(other))?))
}

/// The commit that both have grown from.
fn parting(repository: &Repository<'_>, one: &str, other: &str) -> Result<String, SourceError> {
    let (before, after) = (commit(repository, one)?, commit(repository, other)?);
    let base = repository.merge_base(&before, &after);
    base.ok_or_else(|| SourceError::Unrelated {
        one: one.to_owned(),
        other: other.to_owned(),
        depth: depth(repository),
    })
}

/// The id of the commit that `revision` names.
fn commit(repository: &Repository<'_>, revision: &str) -> Result<String, SourceError> {
    repository
        .commit(revision)
        .ok_or_else(|| SourceError::Revision {
            revision: revision.to_owned(),
            depth: depth(repository),
        })
}

fn depth(repository: &Repository<'_>) -> Depth {
    match repository.is_shallow() {
        Ok(true) => Depth::Shallow,
        Ok(false) | Err(_) => Depth::Full,
    }
}
