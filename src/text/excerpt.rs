//! A few lines of a text with every secret in it masked.

use serde::{Deserialize, Serialize};

use super::{LineIndex, Span};

/// What stands in the place of a secret; it tells neither value nor length.
pub const MASK: &str = "********";

/// How many lines are kept before and after the finding.
const CONTEXT: usize = 1;

/// More bytes than this on one side of the finding are too many to show.
const LONG: usize = 480;

/// Of too many bytes this many are kept.
const MARGIN: usize = 120;

/// A few lines of a text, with every secret of the text masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The number of the first line, from one.
    pub first_line: usize,
    /// The lines, joined by `\n`.
    pub text: String,
    /// What to point at, in bytes of [`Excerpt::text`].
    pub highlight: Span,
}

impl Excerpt {
    /// Cuts the lines around `target` out of `text` and masks `secrets` in them.
    ///
    /// The secrets may be in any order, overlap, and span lines; a masked secret of several
    /// lines becomes one.
    #[must_use]
    pub fn cut(text: &str, lines: &LineIndex, target: Span, secrets: &[Span]) -> Self {
        let last_byte = target.end.max(target.start + 1) - 1;
        let first_line = lines.line_at(target.start).saturating_sub(CONTEXT).max(1);
        let last_line = (lines.line_at(last_byte) + CONTEXT).min(lines.count());
        let start = lines.span(text, first_line).map_or(0, |it| it.start);
        let end = lines.span(text, last_line).map_or(text.len(), |it| it.end);
        let window = clip(text, Span::new(start, end), target);
        let (masked, highlight) = mask_within(text, window, secrets, target);
        Self {
            first_line: lines.line_at(window.start),
            text: masked,
            highlight,
        }
    }
}

/// The whole of `text` with `secrets` masked, each replaced by [`MASK`].
#[must_use]
pub fn mask(text: &str, secrets: &[Span]) -> String {
    mask_within(text, Span::new(0, text.len()), secrets, Span::new(0, 0)).0
}

/// Shortens `window` so that no very long line surrounds `target`.
fn clip(text: &str, window: Span, target: Span) -> Span {
    let start = if target.start - window.start > LONG {
        boundary(text, target.start - MARGIN)
    } else {
        window.start
    };
    let end = if window.end.saturating_sub(target.end) > LONG {
        boundary(text, target.end + MARGIN)
    } else {
        window.end
    };
    Span::new(start, end)
}

/// The first character boundary at or after `offset`.
fn boundary(text: &str, offset: usize) -> usize {
    (offset..text.len())
        .find(|it| text.is_char_boundary(*it))
        .unwrap_or(text.len())
}

/// The text of `window` with secrets masked, and where `target` is in it.
fn mask_within(text: &str, window: Span, secrets: &[Span], target: Span) -> (String, Span) {
    let mut sorted: Vec<Span> = secrets.to_vec();
    sorted.sort_unstable();
    let mut masked = String::new();
    let mut highlight = Span::new(usize::MAX, 0);
    let mut done = window.start;
    let mut copy = |out: &mut String, part: Span| {
        let from = out.len();
        out.push_str(part.of(text).unwrap_or(""));
        let shared = Span::new(part.start.max(target.start), part.end.min(target.end));
        if shared.start < shared.end {
            let offset = from + shared.start - part.start;
            highlight.start = highlight.start.min(offset);
            highlight.end = highlight.end.max(offset + shared.len());
        }
    };
    let mut hidden = Vec::new();
    for secret in sorted {
        if secret.end <= done || secret.start >= window.end || secret.is_empty() {
            continue;
        }
        if secret.start >= done && (secret.start > done || !masked.ends_with(MASK)) {
            copy(&mut masked, Span::new(done, secret.start));
            hidden.push((masked.len(), secret));
            masked.push_str(MASK);
        }
        done = secret.end.min(window.end);
    }
    copy(&mut masked, Span::new(done, window.end));
    for (offset, secret) in hidden {
        if secret.overlaps(target) {
            highlight.start = highlight.start.min(offset);
            highlight.end = highlight.end.max(offset + MASK.len());
        }
    }
    if highlight.start > highlight.end {
        highlight = Span::new(0, 0);
    }
    let shown = |offset: usize| offset - masked.get(..offset).map_or(0, returns);
    let highlight = Span::new(shown(highlight.start), shown(highlight.end));
    (masked.replace('\r', ""), highlight)
}

/// How many carriage returns `text` has, which no excerpt shows.
fn returns(text: &str) -> usize {
    memchr::memchr_iter(b'\r', text.as_bytes()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, target: &str, secrets: &[&str]) -> Excerpt {
        let span = |part: &str| {
            let start = text.find(part).unwrap();
            Span::new(start, start + part.len())
        };
        let secrets: Vec<Span> = secrets.iter().map(|it| span(it)).collect();
        Excerpt::cut(text, &LineIndex::new(text), span(target), &secrets)
    }

    #[test]
    fn every_secret_of_the_text_is_masked() {
        let excerpt = cut("a = 'one'\nb = 'two'\nc = 3\nd = 4", "one", &["two", "one"]);
        assert_eq!(excerpt.text, "a = '********'\nb = '********'");
        assert_eq!(excerpt.highlight.of(&excerpt.text), Some(MASK));
        assert_eq!(excerpt.first_line, 1);
    }

    #[test]
    fn a_secret_of_several_lines_becomes_one() {
        let excerpt = cut("k = '''x\ny\nz'''\nend", "x\ny\nz", &["x\ny\nz"]);
        assert_eq!(excerpt.text, "k = '''********'''\nend");
    }

    #[test]
    fn carriage_returns_before_the_finding_do_not_move_the_highlight() {
        let excerpt = cut("a = 1\r\nb = 'one'\r\nc = 3", "one", &["one"]);
        assert_eq!(excerpt.text, "a = 1\nb = '********'\nc = 3");
        assert_eq!(excerpt.highlight.of(&excerpt.text), Some(MASK));
    }

    #[test]
    fn overlapping_secrets_are_masked_once() {
        let text = "u = 'postgres://app:s3cret@h'"; // shield: allow made up
        let whole = "postgres://app:s3cret@h"; // shield: allow made up
        let excerpt = cut(text, "s3cret", &[whole, "s3cret"]);
        assert_eq!(excerpt.text, "u = '********'");
        assert_eq!(excerpt.highlight.of(&excerpt.text), Some(MASK));
    }

    #[test]
    fn a_long_line_is_cut_around_the_finding() {
        let text = format!("{}token = 'abc'{}", "x".repeat(900), "y".repeat(900));
        let excerpt = cut(&text, "abc", &["abc"]);
        assert!(excerpt.text.len() < 300);
        assert_eq!(excerpt.highlight.of(&excerpt.text), Some(MASK));
    }

    #[test]
    fn a_long_line_is_cut_wherever_its_characters_end() {
        for shift in 0..3 {
            let (before, after) = ("é".repeat(9_000), "鍵".repeat(9_000));
            let shift = "x".repeat(shift);
            let text = format!("first\n{before}{shift}token = 'abc'{shift}{after}\nlast");
            let excerpt = cut(&text, "abc", &["abc"]);
            assert!(excerpt.text.len() < 300, "{}", excerpt.text.len());
            assert_eq!(excerpt.first_line, 2);
            assert_eq!(excerpt.highlight.of(&excerpt.text), Some(MASK));
        }
    }

    #[test]
    fn a_target_without_a_secret_is_highlighted_as_it_is() {
        let excerpt = cut("x = os.environ['K']", "os.environ['K']", &[]);
        assert_eq!(excerpt.highlight.of(&excerpt.text), Some("os.environ['K']"));
    }
}
