//! Values that the project compares something with.
//!
//! Such a value tells states apart, "was this ever set?", and a program that finds another value
//! in its place takes another branch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::draft::Piece;
use super::naming::digest;
use super::project::Project;
use super::{ContentHash, gate};
use crate::detect::Document;
use crate::lang::Language;
use crate::lang::Syntax;
use crate::secret::Secret;
use crate::source;
use crate::source::SourceRef;
use crate::text::Span;

/// How many mentions of values are looked at in one file; with more, all of them count.
const MAX_MENTIONS: usize = 1_000;

/// The literals that are taken out, by file.
type Taken = BTreeMap<PathBuf, BTreeSet<Span>>;

/// Those of the values that `pieces` capture that some file of `project` compares
/// something with, and goes on comparing with when the pieces are gone, by the hash of the value.
pub(super) fn compared<'d>(
    project: &Project<'_>,
    pieces: impl Iterator<Item = (&'d Path, &'d Piece)>,
) -> BTreeSet<ContentHash> {
    let mut taken = Taken::new();
    let mut values = Vec::new();
    for (file, piece) in pieces {
        if let Some(value) = &piece.capture {
            let spans = taken.entry(file.to_owned()).or_default();
            spans.insert(piece.span);
            values.push(value);
        }
    }
    let Some(search) = Search::new(&values, &taken) else {
        return BTreeSet::new();
    };
    project
        .sources()
        .par_iter()
        .filter(|it| Language::of_path(&it.path).is_some())
        .map_init(Vec::new, |buffer, at| search.file(at, buffer))
        .reduce(BTreeSet::new, |mut all, more| {
            all.extend(more);
            all
        })
}

/// What is looked for.
struct Search<'s> {
    values: &'s [&'s Secret],
    mentions: AhoCorasick,
    taken: &'s Taken,
}

impl<'s> Search<'s> {
    #[expect(
        clippy::disallowed_methods,
        reason = "what is compared is looked for in the text"
    )]
    fn new(values: &'s [&'s Secret], taken: &'s Taken) -> Option<Self> {
        let wanted = values.iter().map(|it| it.expose());
        let mentions = (!values.is_empty()).then(|| AhoCorasick::new(wanted));
        Some(Self {
            values,
            mentions: mentions?.ok()?,
            taken,
        })
    }

    /// The values that one file compares something with.
    fn file(&self, at: &SourceRef, buffer: &mut Vec<u8>) -> BTreeSet<ContentHash> {
        let mut found = BTreeSet::new();
        let Ok(Some(source)) = source::load(at, gate::MAX_SIZE, buffer) else {
            return found;
        };
        let document = Document::new(&source.text, Syntax::of_path(&at.path));
        let taken = self.taken.get(&at.file);
        let mentions = self.mentions.find_overlapping_iter(&*source.text);
        let quoted = mentions.filter(|it| is_quoted(source.text.as_bytes(), it.range().into()));
        for (count, mention) in quoted.enumerate() {
            let Some(value) = self.values.get(mention.pattern().as_usize()) else {
                continue;
            };
            let hash = digest(value);
            let span = Span::from(mention.range());
            let compared = || is_compared(&document, span, value, taken);
            if !found.contains(&hash) && (count >= MAX_MENTIONS || compared()) {
                found.insert(hash);
            }
        }
        found
    }
}

/// Whether what stands at `span` is all that stands between two quotes, as a literal does: most
/// mentions of a value that is a common word are none, and need no tree to tell.
fn is_quoted(text: &[u8], span: Span) -> bool {
    let before = span.start.checked_sub(1).and_then(|it| text.get(it));
    matches!(before, Some(b'"' | b'\'' | b'`')) && before == text.get(span.end)
}

/// Whether the text at `span` is a literal of this value that something is compared with.
fn is_compared(
    document: &Document<'_>,
    span: Span,
    value: &Secret,
    taken: Option<&BTreeSet<Span>>,
) -> bool {
    let Some((language, tree)) = document.tree() else {
        return false;
    };
    let root = tree.root_node();
    let literal = language.literal(root, document.text, span);
    literal.is_some_and(|it| {
        it.value.as_ref() == Some(value)
            && !taken.is_some_and(|taken| taken.contains(&it.outer))
            && language.is_compared(root, document.text, it.outer)
    })
}
