//! What no report shows of a text.

use std::collections::BTreeSet;

use super::candidate::Sighting;
use super::checks::pass;
use super::document::Document;
use crate::pattern::Check;
use crate::text::Span;

/// More bytes on each side of a finding than an excerpt shows.
const EXCERPT_MARGIN: usize = 2048;

/// Copies of shorter values are letters of other words.
const SHORTEST_COPY: usize = 6;

/// So many values are looked for near the findings of a text.
const MAX_VALUES: usize = 64;

/// So many bytes near the findings of a text are searched for copies.
const MAX_SHOWN: usize = 1024 * 1024;

/// What is masked near the findings of a text: the values that were found, and what else stands
/// under the name of a secret, found or not.
#[derive(Debug)]
pub(super) struct Masking<'d> {
    document: &'d Document<'d>,
    /// Sorted, without overlaps.
    secrets: Vec<Span>,
}

impl<'d> Masking<'d> {
    /// What is masked around `sightings`, which are sorted by position.
    ///
    /// `named` tells the names under which secrets are kept; it is asked about few.
    pub(super) fn of(
        document: &'d Document<'d>,
        named: &dyn Fn(&str) -> bool,
        sightings: &[Sighting<'_>],
    ) -> Self {
        let shown = sightings.iter().map(|it| excerpt(document, it.span));
        let shown = joined(shown.collect());
        let bound = document.bindings().iter();
        let bound = bound.filter(|it| !within(&shown, it.value).is_empty() && named(&it.name));
        let values = sightings.iter().filter(|it| it.is_value());
        let found: Vec<Span> = values.map(|it| it.span).collect();
        let copies = copies(document.text, &found, &shown);
        let secrets = found
            .into_iter()
            .chain(copies)
            .chain(bound.map(|it| it.value))
            .filter(|it| !it.is_empty());
        Self {
            document,
            secrets: joined(secrets.collect()),
        }
    }

    /// The secrets that an excerpt around `span` may show.
    pub(super) fn around(&self, span: Span) -> &[Span] {
        within(&self.secrets, excerpt(self.document, span))
    }

    /// Whether `name` is, or holds, one of the secrets around `span`.
    pub(super) fn tells(&self, name: &str, span: Span) -> bool {
        let near = self.around(span).iter();
        let mut values = near.filter_map(|it| it.of(self.document.text));
        values.any(|it| name.contains(it))
    }
}

/// Where else in `shown` the values at `found` stand: in a comment, in an address.
///
/// Words that stand in for a secret are left out: code is full of `secret` and `password`.
/// Of many values and long texts, the first are looked for.
fn copies(text: &str, found: &[Span], shown: &[Span]) -> Vec<Span> {
    let values = found.iter().filter_map(|it| it.of(text));
    let values: BTreeSet<&str> = values
        .filter(|it| it.len() >= SHORTEST_COPY && pass(&Check::NotPlaceholder, None, it))
        .take(MAX_VALUES)
        .collect();
    let mut left = MAX_SHOWN;
    let mut copies = Vec::new();
    for window in shown {
        left = left.saturating_sub(window.len());
        let Some(part) = window.of(text).filter(|_| left > 0) else {
            break;
        };
        for value in &values {
            let starts = memchr::memmem::find_iter(part.as_bytes(), value.as_bytes());
            let starts = starts.map(|it| window.start + it);
            copies.extend(starts.map(|it| Span::new(it, it + value.len())));
        }
    }
    copies
}

/// What an excerpt around `span` may show.
fn excerpt(document: &Document<'_>, span: Span) -> Span {
    let whole = Span::new(0, document.text.len());
    near(document.text, whole, span, EXCERPT_MARGIN)
}

/// The part of `window` that is at most `margin` bytes away from `span`.
fn near(text: &str, window: Span, span: Span, margin: usize) -> Span {
    let start = window.start.max(span.start.saturating_sub(margin));
    let end = window.end.min(span.end.saturating_add(margin));
    Span::new(
        text.ceil_char_boundary(start),
        text.floor_char_boundary(end),
    )
}

/// The same bytes, sorted and without overlaps.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup_by(|later, earlier| {
        let joined = later.start < earlier.end;
        if joined {
            earlier.end = earlier.end.max(later.end);
        }
        joined
    });
    spans
}

/// The part of `spans`, sorted and without overlaps, that shares bytes with `window`.
fn within(spans: &[Span], window: Span) -> &[Span] {
    let first = spans.partition_point(|it| it.end <= window.start);
    let after = spans.partition_point(|it| it.start < window.end);
    spans.get(first..after).unwrap_or_default()
}
