//! Every pattern of a run.

use camino::Utf8PathBuf;

use super::load;
use super::{Pattern, PatternError};

/// Where patterns come from.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folders of the user's own pattern files.
    pub folders: Vec<Utf8PathBuf>,
    /// Further pattern files, each with what errors call it and its text.
    pub inline: Vec<(String, String)>,
    /// Ids or aliases of experimental patterns that run.
    pub enabled: Vec<String>,
    /// Ids or aliases of patterns that do not run.
    pub disabled: Vec<String>,
}

/// Every pattern of a run, sorted by id.
#[derive(Debug)]
pub struct PatternSet {
    pub(super) patterns: Vec<Pattern>,
    /// A hash of the ids, and of the texts of those that are not built in.
    pub(super) digest: [u8; 32],
}

impl PatternSet {
    /// Reads the built-in patterns and those of the user, as far as they run.
    ///
    /// Retired patterns, experimental ones that are not enabled, and disabled ones are left out.
    ///
    /// # Errors
    ///
    /// Fails when a file cannot be read, is not a pattern file, or has the id of another.
    pub fn load(options: &Options) -> Result<Self, PatternError> {
        load::running(options)
    }

    /// Reads all patterns, whether they run or not.
    ///
    /// # Errors
    ///
    /// As [`PatternSet::load`].
    pub fn all(options: &Options) -> Result<Self, PatternError> {
        load::all(options)
    }

    /// Tells it from other sets of the same program.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The patterns, by id.
    pub fn iter(&self) -> std::slice::Iter<'_, Pattern> {
        self.patterns.iter()
    }

    /// The pattern with this id, former id or alias.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Pattern> {
        self.patterns.iter().find(|it| it.is_called(id))
    }
}

impl<'a> IntoIterator for &'a PatternSet {
    type Item = &'a Pattern;
    type IntoIter = std::slice::Iter<'a, Pattern>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
