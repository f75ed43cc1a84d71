//! The files of a project.

use std::path::Path;
use std::sync::OnceLock;

use super::gate::MAX_SIZE;
use crate::source;
use crate::source::Archives;
use crate::source::IgnoreFiles;
use crate::source::SourceRef;

/// A project whose files are listed once, when they are first asked for.
pub(super) struct Project<'p> {
    /// Where it is, without links in the path.
    pub(super) root: &'p Path,
    listed: OnceLock<Vec<SourceRef>>,
    /// Whether one of its packages takes plain texts only, once that was asked for.
    pub(super) plain: OnceLock<bool>,
}

impl<'p> Project<'p> {
    pub(super) fn new(root: &'p Path) -> Self {
        Self {
            root,
            listed: OnceLock::new(),
            plain: OnceLock::new(),
        }
    }

    /// Its files that are not ignored; none when they cannot be listed.
    pub(super) fn sources(&self) -> &[SourceRef] {
        self.listed.get_or_init(|| {
            let listing = source::enumerate(&source::Options {
                paths: vec![self.root.to_owned()],
                ignore_files: IgnoreFiles::Respect,
                exclude: Vec::new(),
                max_file_size: MAX_SIZE,
                archives: Archives::Skip,
            });
            listing.map_or_else(|_| Vec::new(), |it| it.sources)
        })
    }
}
