//! What of a file may be shown: everything but its secrets.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::detect::Document;
use crate::detect::checks;
use crate::finding::Finding;
use crate::finding::Subject;
use crate::pattern::Check;
use crate::secret::Secret;
use crate::text::Span;
use crate::text::mask;

/// Values shorter than this are masked where they were found, and not wherever else their letters
/// occur.
const SHORTEST: usize = 4;

/// The secrets of all files of a plan.
pub(super) struct Secrets {
    /// Finds them wherever they occur; nothing when there is none to look for.
    everywhere: Option<AhoCorasick>,
}

impl Secrets {
    /// Takes `values` as they are written, and as they are at run time.
    ///
    /// Words that stand in for a secret are none: code is full of `secret` and `password`.
    #[expect(
        clippy::disallowed_methods,
        reason = "what is masked is looked for in the text"
    )]
    #[expect(
        single_use_lifetimes,
        reason = "the item of an iterator cannot do without"
    )]
    pub(super) fn new<'v>(values: impl Iterator<Item = &'v Secret>) -> Self {
        let mut wanted: Vec<&str> = values
            .map(Secret::expose)
            .filter(|it| it.len() >= SHORTEST && checks::pass(&Check::NotPlaceholder, None, it))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let everywhere = (!wanted.is_empty()).then(|| AhoCorasick::new(&wanted));
        Self {
            everywhere: everywhere.and_then(Result::ok),
        }
    }

    /// `text` with the secrets masked, and what is at `spans` of it.
    pub(super) fn mask(&self, text: &str, spans: Vec<Span>) -> String {
        mask(text, &self.spans(text, spans))
    }

    /// Where the secrets are in `text`, besides `spans` of it.
    pub(super) fn spans(&self, text: &str, mut spans: Vec<Span>) -> Vec<Span> {
        spans.extend(self.occurrences(text));
        spans
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

/// The secrets of a file as they are written and as they are at run time, and where they are.
pub(super) fn values<'f>(
    text: &str,
    findings: impl Iterator<Item = &'f Finding<'f>>,
) -> Vec<(Span, Secret)> {
    let mut values = Vec::new();
    for finding in findings {
        if let Subject::Value { secret, .. } = &finding.subject {
            let span = finding.location.span;
            let written = span.of(text).unwrap_or_default();
            values.push((span, Secret::new(written.to_owned())));
            values.push((span, secret.clone()));
        }
    }
    values
}

/// Names of secrets.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "(?i)secret|token|passw|passphrase|pwd|credential|(?:api|auth|private|access|signing|encryption|master)[_-]?key",
    )
    .ok()
});

/// Literals with names of secrets, whether they are found to be secrets or not: a diff shows the
/// lines around a change, too, and a value that is none is no loss there.
pub(super) fn suspects(document: &Document<'_>) -> Vec<Span> {
    let (Some(_), Some(names)) = (document.tree(), NAMES.as_ref()) else {
        return Vec::new();
    };
    let bindings = document.bindings().iter();
    let suspicious = bindings.filter(|it| !it.value.is_empty() && names.is_match(&it.name));
    suspicious.map(|it| it.value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Syntax;

    fn masked(text: &str, values: &[&str], spans: Vec<Span>) -> String {
        let values: Vec<Secret> = values.iter().map(|it| Secret::new((*it).into())).collect();
        Secrets::new(values.iter()).mask(text, spans)
    }

    #[test]
    fn a_secret_is_masked_wherever_it_occurs() {
        let text = "a = 'rosebud'\n# rosebud, again\nb = 'xy'";
        assert_eq!(
            masked(text, &["rosebud", "xy"], Vec::new()),
            "a = '********'\n# ********, again\nb = 'xy'"
        );
    }

    #[test]
    fn a_short_secret_is_masked_where_it_was_found() {
        let text = "a = 'xy' # xylophone";
        assert_eq!(
            masked(text, &["xy"], vec![Span::new(5, 7)]),
            "a = '********' # xylophone"
        );
    }

    #[test]
    fn a_word_that_stands_in_for_a_secret_is_masked_where_it_was_found() {
        let text = "secretKey: env.KEY || 'secret', // shield-secrets";
        assert_eq!(
            masked(text, &["secret"], vec![Span::new(23, 29)]),
            "secretKey: env.KEY || '********', // shield-secrets"
        );
    }

    #[test]
    fn a_literal_with_the_name_of_a_secret_is_masked_whatever_it_is() {
        let text = "DB_PASSWORD = 'x1'\nPORT = '80'\nf(api_key='k', a={'clientSecret': 's'})\n";
        let document = Document::new(text, Syntax::of_path("a.py".into()));
        assert_eq!(
            masked(text, &[], suspects(&document)),
            "DB_PASSWORD = '********'\nPORT = '80'\nf(api_key='********', a={'clientSecret': \
             '********'})\n"
        );
    }

    #[test]
    fn a_secret_within_another_takes_nothing_of_its_mask() {
        let text = "u = 'db://app:rosebud@h' + 'rosebud'";
        assert_eq!(
            masked(text, &["rosebud", "db://app:rosebud@h"], Vec::new()),
            "u = '********' + '********'"
        );
    }
}
