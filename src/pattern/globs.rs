//! Globs of paths, compiled when they are first asked.

use std::sync::OnceLock;

use camino::Utf8Path;
use globset::{Error, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Globs of paths; most runs never ask most of them, so they are compiled when first asked.
#[derive(Debug)]
pub(super) struct Globs {
    written: Vec<String>,
    set: OnceLock<GlobSet>,
}

impl Globs {
    /// Globs that [`compile`] accepts.
    pub(super) fn new(written: Vec<String>) -> Self {
        Self {
            written,
            set: OnceLock::new(),
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// Whether one of them matches the path.
    pub(super) fn is_match(&self, path: &Utf8Path) -> bool {
        !self.is_empty() && self.set.get_or_init(|| self.build()).is_match(path)
    }

    fn build(&self) -> GlobSet {
        let mut set = GlobSetBuilder::new();
        for glob in self.written.iter().filter_map(|it| compile(it).ok()) {
            set.add(glob);
        }
        set.build().unwrap_or_default()
    }
}

/// Compiles one glob, in which `*` stays in its folder.
pub(super) fn compile(glob: &str) -> Result<Glob, Error> {
    GlobBuilder::new(glob).literal_separator(true).build()
}
