//! What of a file may be shown: everything but its secrets.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::text::Span;
use crate::text::mask;

/// Values shorter than this are masked where they were found, and not wherever else their letters
/// occur.
const SHORTEST: usize = 4;

/// The secrets of a file as they are written in it.
#[derive(Debug)]
pub(super) struct Secrets {
    /// Where they were found.
    spans: Vec<Span>,
    /// Finds them wherever they occur; nothing when there is none to look for.
    everywhere: Option<AhoCorasick>,
}

impl Secrets {
    /// The secrets at `spans` of `text`, and `values`, which may be written otherwise there.
    pub(super) fn new<'v>(
        text: &'v str,
        spans: Vec<Span>,
        values: impl Iterator<Item = &'v str>,
    ) -> Self {
        let written = spans.iter().filter_map(|it| it.of(text));
        let mut wanted: Vec<&str> = written
            .chain(values)
            .filter(|it| it.len() >= SHORTEST)
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let everywhere = (!wanted.is_empty()).then(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(&wanted)
        });
        Self {
            everywhere: everywhere.and_then(Result::ok),
            spans,
        }
    }

    /// `text`, the one the secrets were found in, with all of them masked.
    pub(super) fn mask_before(&self, text: &str) -> String {
        let mut spans = self.spans.clone();
        spans.extend(self.occurrences(text));
        mask(text, &spans)
    }

    /// Another text with all occurrences of the secrets masked, and what is at `spans` of it.
    pub(super) fn mask_after(&self, text: &str, mut spans: Vec<Span>) -> String {
        spans.extend(self.occurrences(text));
        mask(text, &spans)
    }

    /// Where a secret occurs in `text`.
    fn occurrences(&self, text: &str) -> Vec<Span> {
        let Some(everywhere) = &self.everywhere else {
            return Vec::new();
        };
        let mut spans: Vec<Span> = Vec::new();
        for found in everywhere.find_overlapping_iter(text) {
            let span = Span::from(found.range());
            match spans.last_mut() {
                // Of what starts before or at the same place, only the ends matter.
                Some(last) if last.start >= span.start => *last = span,
                Some(last) if last.contains(span) => {}
                Some(_) | None => spans.push(span),
            }
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_wherever_it_occurs() {
        let text = "a = 'rosebud'\n# rosebud, again\nb = 'xy'";
        let secrets = Secrets::new(text, vec![Span::new(5, 12)], std::iter::empty());
        assert_eq!(
            secrets.mask_before(text),
            "a = '********'\n# ********, again\nb = 'xy'"
        );
        assert_eq!(
            secrets.mask_after("# rosebud, again", Vec::new()),
            "# ********, again"
        );
    }

    #[test]
    fn a_short_secret_is_masked_where_it_was_found() {
        let text = "a = 'xy' # xylophone";
        let secrets = Secrets::new(text, vec![Span::new(5, 7)], std::iter::empty());
        assert_eq!(secrets.mask_before(text), "a = '********' # xylophone");
    }

    #[test]
    fn a_secret_within_another_takes_nothing_of_its_mask() {
        let text = "u = 'db://app:rosebud@h' + 'rosebud'";
        let spans = vec![Span::new(5, 23), Span::new(28, 35)];
        let secrets = Secrets::new(text, spans, std::iter::empty());
        assert_eq!(secrets.mask_before(text), "u = '********' + '********'");
    }
}
