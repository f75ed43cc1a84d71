//! From a text to its findings.

pub mod checks;
mod document;

pub use document::Document;

use crate::finding::Finding;
use crate::finding::Suppressed;
use crate::notice::Notice;
use crate::pattern::PatternSet;
use crate::source::Source;
use crate::source::SourceRef;

/// Finds secrets in texts; made once for a set of patterns, shared by all threads.
#[derive(Debug)]
pub struct Detector<'p> {
    patterns: &'p PatternSet,
}

/// What became of one source.
#[derive(Debug, Default)]
pub struct Scan<'p> {
    /// What was found, by position.
    pub findings: Vec<Finding<'p>>,
    /// What was found and does not count, by position.
    pub suppressed: Vec<Suppressed<'p>>,
    /// What went wrong.
    pub notices: Vec<Notice>,
    /// How many bytes were looked at.
    pub bytes: u64,
}

impl<'p> Detector<'p> {
    /// Makes ready to run `patterns`.
    #[must_use]
    pub fn new(patterns: &'p PatternSet) -> Self {
        Self { patterns }
    }

    /// Reads a source through `buffer`, which keeps its memory, and scans it.
    #[must_use]
    pub fn scan(&self, _at: &SourceRef, _buffer: &mut Vec<u8>) -> Scan<'p> {
        let _ = self.patterns.iter();
        Scan::default()
    }

    /// Scans a text that is in memory.
    #[must_use]
    pub fn scan_text(&self, _source: &Source<'_>) -> Scan<'p> {
        Scan::default()
    }
}
