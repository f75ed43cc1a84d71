//! Texts of a scan and its patterns, made fit to be shown.

use std::borrow::Cow;

use crate::finding::Cause;
use crate::finding::Explanation;
use crate::finding::Finding;
use crate::finding::Introduction;
use crate::finding::Likelihood;
use crate::finding::Presence;
use crate::finding::Subject;
use crate::finding::Suppressed;
use crate::text::Excerpt;

/// Names longer than this are cut, in characters.
const MAX_NAME: usize = 80;

/// Stands for what was cut.
pub(super) const ELLIPSIS: &str = "...";

/// Stands for a character that a terminal would act on.
const STAND_IN: char = '\u{fffd}';

/// `text` without characters that move a cursor, change colours or reorder what is read.
///
/// Line feeds are such characters too; tabs are not.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(acts) {
        Cow::Owned(text.replace(acts, STAND_IN.encode_utf8(&mut [0; 4])))
    } else {
        Cow::Borrowed(text)
    }
}

/// What a terminal shows in the place of `c`.
pub(super) fn plain_char(c: char) -> char {
    if acts(c) { STAND_IN } else { c }
}

/// Whether a terminal acts on `c` where it should show something.
fn acts(c: char) -> bool {
    let control = c.is_control() && c != '\t';
    let invisible = matches!(
        c,
        '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    control || invisible
}

/// What the point that matched says beyond the title of its pattern, as a sentence.
pub(super) fn description(finding: &Finding<'_>) -> Option<String> {
    finding.point.description.as_deref().map(sentence)
}

/// `text` with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// The name that a value is bound to, or the variable that is read.
///
/// A name can itself be a secret, as the key of a table of tokens. Excerpts have every secret
/// masked, so a name is told only where the excerpt shows it.
pub(super) fn name<'a>(finding: &'a Finding<'_>) -> Option<&'a str> {
    let name = match &finding.subject {
        Subject::Value { name, .. } => name.as_deref()?,
        Subject::EnvRead { variable } => variable,
        Subject::Absence => return None,
    };
    shown(name, &finding.excerpt)
}

/// What was found, with the name of it between quotes of this kind, on one line that no terminal
/// acts on: ``GitHub personal access token: `TOKEN` ``.
pub(super) fn headline(finding: &Finding<'_>, quote: char) -> String {
    let title = finding.pattern.file.title.trim();
    let mut headline = match name(finding) {
        Some(name) => format!("{title}: {quote}{}{quote}", cut(name)),
        None => title.to_owned(),
    };
    let layers: Vec<String> = [coded(finding), cell(finding)]
        .into_iter()
        .flatten()
        .collect();
    if !layers.is_empty() {
        headline = format!("{headline} ({})", layers.join(", "));
    }
    plain(&headline).into_owned()
}

/// How the value is written in the file, the outermost coding first.
pub(super) fn codings(finding: &Finding<'_>) -> Vec<&'static str> {
    let codings = finding.location.layers.codings.iter();
    codings.map(|it| it.as_str()).collect()
}

/// `base64 in hex`, where the value does not stand in the file as it is.
pub(super) fn coded(finding: &Finding<'_>) -> Option<String> {
    let mut codings = codings(finding);
    codings.reverse();
    (!codings.is_empty()).then(|| codings.join(" in "))
}

/// `cell 3`, for code in a notebook.
pub(super) fn cell(finding: &Finding<'_>) -> Option<String> {
    finding.location.layers.cell.map(|it| format!("cell {it}"))
}

/// `name`, cut to a length that does not drown the rest of a sentence.
pub(super) fn cut(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => Cow::Owned(format!("{}{ELLIPSIS}", name.get(..end).unwrap_or(""))),
        None => Cow::Borrowed(name),
    }
}

/// Why a finding does not count: the reason that the author of the code gives, where the excerpt
/// shows it, or our own.
pub(super) fn reason<'a>(suppressed: &'a Suppressed<'_>) -> Option<Cow<'a, str>> {
    match suppressed.cause.explanation()? {
        Explanation::Quoted(text) => shown(text, &suppressed.finding.excerpt).map(Cow::Borrowed),
        Explanation::Own(text) => Some(Cow::Owned(text)),
    }
}

/// What became of a finding and why: `allowed by a comment: no such token`.
pub(super) fn cause(suppressed: &Suppressed<'_>) -> String {
    let cause = suppressed.cause.cause().one;
    match reason(suppressed) {
        Some(reason) => format!("{cause}: {reason}"),
        None => cause.to_owned(),
    }
}

/// How many findings each kind of cause has, in the order in which they come up.
pub(super) fn causes(suppressed: &[Suppressed<'_>]) -> Vec<(Cause, usize)> {
    let mut counts: Vec<(Cause, usize)> = Vec::new();
    for it in suppressed {
        let cause = it.cause.cause();
        match counts.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, count)) => *count += 1,
            None => counts.push((cause, 1)),
        }
    }
    counts
}

/// `text`, if it stands in the excerpt as it is.
fn shown<'a>(text: &'a str, excerpt: &Excerpt) -> Option<&'a str> {
    excerpt.text.contains(text).then_some(text)
}

/// The first sentence of a text in Markdown, on one line.
pub(super) fn first_sentence(text: &str) -> String {
    let paragraph = text.trim().split("\n\n").next().unwrap_or("");
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.find(". ") {
        Some(end) => line.get(..=end).unwrap_or("").to_owned(),
        None => line,
    }
}

/// `1 file`, `1,288 files`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// `1288` as `1,288`.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut result = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            result.push(',');
        }
        result.push(digit);
    }
    result
}

/// Who brought a finding in, where the history was looked at.
pub(super) fn introduction(finding: &Finding<'_>) -> Option<String> {
    let Introduction { commit, presence } = finding.introduction.as_ref()?;
    let id = commit.id.get(..12).unwrap_or(&commit.id);
    let day = commit.date.get(..10).unwrap_or(&commit.date);
    let author = cut(&commit.author);
    let now = match presence {
        Presence::InHead => "the last commit still has it",
        Presence::Past => "the last commit does not have it here, but whoever clones gets it",
    };
    let text = format!("since {id}, {day}, by {author}; {now}");
    Some(plain(&text).into_owned())
}

/// How sure it is, and why.
pub(super) fn likelihood(likelihood: &Likelihood) -> String {
    let percent = (likelihood.probability * 100.0).round();
    let reasons = likelihood.reasons.join("; ");
    format!("{percent} % sure: {reasons}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_not_shown() {
        assert_eq!(plain("a\u{1b}[2Jb\rc\u{202e}d"), "a�[2Jb�c�d");
        assert_eq!(plain("tab\tété 鍵"), "tab\tété 鍵");
    }

    #[test]
    fn the_first_sentence_is_put_on_one_line() {
        let text = "Revoke the token\nbefore anything else. Then store it.\n\nMore.";
        assert_eq!(
            first_sentence(text),
            "Revoke the token before anything else."
        );
        assert_eq!(
            first_sentence("Read https://a.example/b"),
            "Read https://a.example/b"
        );
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(0, "file"), "0 files");
        assert_eq!(count(1_234_567, "file"), "1,234,567 files");
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let cut = cut(&"é".repeat(200)).into_owned();
        assert_eq!(cut.chars().count(), MAX_NAME + ELLIPSIS.len());
    }
}
