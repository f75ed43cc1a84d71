//! What detectors hand over: a place that a point of a pattern matched.

use std::collections::BTreeMap;

use super::document::Document;
use super::names::Names;
use crate::finding::Coding;
use crate::finding::Doubt;
use crate::finding::Likelihood;
use crate::finding::Subject;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::risk::Level;
use crate::source::SourceRef;
use crate::text::Span;

/// A text, where it comes from, and how much is to be told of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) names: &'a Names<'a>,
    pub(super) at: &'a SourceRef,
    /// Whether values that are not taken for secrets are told too.
    pub(super) explain: bool,
}

/// A place that a point matched.
#[derive(Debug, Clone)]
pub(super) struct Sighting<'p> {
    pub(super) pattern: &'p Pattern,
    pub(super) point: &'p Point,
    /// Other patterns that matched the same place.
    pub(super) also: Vec<&'p Pattern>,
    /// The value, the read or the anchor.
    pub(super) span: Span,
    pub(super) subject: Subject,
    /// What the model makes of it, where the point asks.
    pub(super) likelihood: Option<Likelihood>,
    /// Why it is not taken for a secret, if it is not.
    pub(super) doubt: Option<Doubt>,
    pub(super) captures: BTreeMap<String, String>,
    /// How the text it stands in is written in the document, the outermost coding first.
    pub(super) codings: Vec<Coding>,
}

impl Sighting<'_> {
    /// How likely it is a real secret.
    pub(super) fn confidence(&self) -> Level {
        let judged = self.likelihood.as_ref();
        judged.map_or(self.point.confidence, Likelihood::level)
    }

    /// Whether its span is a secret that must be masked.
    pub(super) fn is_value(&self) -> bool {
        matches!(self.subject, Subject::Value { .. })
    }
}
