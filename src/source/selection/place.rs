//! Where the files of a repository lie, and which of them are scanned.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use super::ignored::Ignored;
use crate::notice::Notice;
use crate::source::Blob;
use crate::source::IgnoreFiles;
use crate::source::Listing;
use crate::source::Options;
use crate::source::Origin;
use crate::source::SourceError;
use crate::source::SourceRef;
use crate::source::exclude::Exclude;
use crate::source::git::Change;
use crate::source::git::GitError;
use crate::source::git::Kept;
use crate::source::git::ObjectId;
use crate::source::git::Repository;
use crate::source::git::Store;
use crate::source::root::Here;
use crate::source::root::Kind;
use crate::source::root::Root;
use crate::source::walk;

/// A state of a repository whose ignore files count.
pub(super) enum State {
    Index,
    Commit(String),
}

/// Where the files of a repository lie, and which of them are scanned.
pub(super) struct Place {
    top: PathBuf,
    store: Arc<Store>,
    roots: Vec<Root>,
    exclude: Exclude,
    ignored: Ignored,
    notices: Vec<Notice>,
}

impl Place {
    pub(super) fn new(
        repository: &Repository<'_>,
        options: &Options,
        here: &Here,
        state: &State,
    ) -> Result<Self, SourceError> {
        let mut notices = Vec::new();
        let roots = walk::roots(&options.paths, here, &mut notices)?;
        let folder = roots.iter().find(|it| it.kind == Kind::Folder);
        let top = match (repository.top()?, folder) {
            (Some(top), _) => top,
            (None, Some(root)) => root.real.clone(),
            (None, None) => return Err(GitError::Refused.into()),
        };
        let store = Arc::new(Store::new(top.clone()));
        let ignored = match options.ignore_files {
            IgnoreFiles::Disregard => Ignored::default(),
            IgnoreFiles::Respect => Ignored::new(&ignore_files(&top, state)?, &store)?,
        };
        Ok(Self {
            exclude: Exclude::new(&options.exclude)?,
            top,
            store,
            roots,
            ignored,
            notices,
        })
    }

    /// The top of the work tree.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// What holds the contents.
    pub(super) fn store(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    /// What was learned on the way.
    pub(super) fn notices(&self) -> Vec<Notice> {
        self.notices.clone()
    }

    /// Whether the file at `path` is to be scanned.
    pub(super) fn takes(&self, path: &Path) -> bool {
        self.named(path).is_some()
    }

    /// The sources that `changes` have left.
    pub(super) fn listing(self, changes: Vec<Change>) -> Listing {
        let left = changes
            .into_iter()
            .filter_map(|it| Some((it.path, it.after?)));
        let mut sources: Vec<SourceRef> = left
            .filter_map(|(path, id)| self.source(&path, id))
            .collect();
        sources.sort_by(|it, other| it.path.as_str().cmp(other.path.as_str()));
        Listing {
            sources,
            notices: self.notices,
            added: None,
        }
    }

    /// The content `id` at `path`, if it is to be scanned.
    pub(super) fn source(&self, path: &Path, id: ObjectId) -> Option<SourceRef> {
        let mut source = self.named(path)?;
        source.origin = Origin::Git(Blob {
            id,
            store: self.store(),
        });
        Some(source)
    }

    /// The file at `path`, if it is to be scanned.
    fn named(&self, path: &Path) -> Option<SourceRef> {
        let is_private = path.iter().any(walk::is_private);
        if is_private || walk::has_binary_extension(path) || self.ignored.covers(path) {
            return None;
        }
        let file = self.top.join(path);
        let source = self.roots.iter().find_map(|it| match it.kind {
            Kind::File => (it.real == file).then(|| it.source()),
            Kind::Folder if file.starts_with(&it.real) => {
                let below = it.below(&file);
                let named = self.exclude.covers(&below);
                (!named).then(|| it.source_below(file.clone()))
            }
            Kind::Folder | Kind::Special => None,
        })?;
        (!self.exclude.covers(&source.path)).then_some(source)
    }
}

/// The ignore files of a repository.
fn ignore_files(top: &Path, state: &State) -> Result<Vec<Kept>, SourceError> {
    let repository = Repository::at(top, crate::source::git::ALWAYS);
    let mut kept = match state {
        State::Index => {
            let globs = Ignored::FILES.map(|it| format!(":(top,glob)**/{it}"));
            let globs: Vec<&str> = globs.iter().map(String::as_str).collect();
            repository.index(&globs)?
        }
        State::Commit(id) => repository.tree(id)?,
    };
    kept.retain(|it| Ignored::FILES.iter().any(|name| it.path.ends_with(name)));
    Ok(kept)
}
