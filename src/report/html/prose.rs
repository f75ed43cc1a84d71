//! Texts of patterns, cut into what is code and what is not.

use serde::Serialize;

use crate::report::words;

/// A part of a text.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Run {
    code: bool,
    text: String,
}

/// The paragraphs of a text in Markdown.
pub(super) fn paragraphs(text: &str) -> Vec<Vec<Run>> {
    let paragraphs = text.trim().split("\n\n").map(runs);
    paragraphs.filter(|it| !it.is_empty()).collect()
}

/// A paragraph; what stands between ticks is code.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = line.split('`').enumerate();
    let run = |(number, part): (usize, &str)| Run {
        code: number % 2 == 1,
        text: words::plain(part).into_owned(),
    };
    parts.map(run).filter(|it| !it.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_around_code() {
        let told: Vec<(bool, String)> = runs("Use\n`get_secret` here.")
            .into_iter()
            .map(|it| (it.code, it.text))
            .collect();
        let expected = [(false, "Use "), (true, "get_secret"), (false, " here.")];
        assert_eq!(told, expected.map(|(code, text)| (code, text.to_owned())));
        assert_eq!(paragraphs("One.\n\nTwo\nlines.\n").len(), 2);
        assert!(paragraphs("").is_empty());
    }
}
