//! What detectors hand over: a place that a point of a pattern matched.

use std::collections::BTreeMap;

use crate::finding::Coding;
use crate::finding::Subject;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::text::Span;

/// A place that a point matched, with its checks passed.
#[derive(Debug, Clone)]
pub(super) struct Sighting<'p> {
    pub(super) pattern: &'p Pattern,
    pub(super) point: &'p Point,
    /// Other patterns that matched the same place.
    pub(super) also: Vec<&'p Pattern>,
    /// The value, the read or the anchor.
    pub(super) span: Span,
    pub(super) subject: Subject,
    pub(super) captures: BTreeMap<String, String>,
    /// How the text it stands in is written in the document, the outermost coding first.
    pub(super) codings: Vec<Coding>,
}

impl Sighting<'_> {
    /// Whether its span is a secret that must be masked.
    pub(super) fn is_value(&self) -> bool {
        matches!(self.subject, Subject::Value { .. })
    }
}
