//! The words of which every match of an expression holds some.

use std::cmp::Reverse;

use regex_syntax::hir::Hir;
use serde::{Deserialize, Serialize};

use super::{has, shared, strand};

/// Shorter words are in every text, in bytes; but for signs that are rare.
const SHORTEST: usize = 2;

/// The commonness of a sign that is rare.
const RARE: u32 = 2;

/// More words than this to choose from say little.
const MOST: usize = 16;

/// Stands behind each word of a choice but the last.
const OR: u8 = 0;

/// Stands behind each choice.
const AND: u8 = 1;

/// Choices of words: a match holds one word of each, in any case of ASCII letters.
///
/// A look for words is cheaper than to compile the expression, which most texts never need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words(Vec<u8>);

impl Words {
    /// The words of an expression that works on bytes.
    pub(crate) fn of(hir: &Hir) -> Self {
        Self::joined(&choices(hir))
    }

    /// The words of an expression for names, with those that it shares with others.
    pub(crate) fn of_name(hir: &Hir) -> Self {
        let mut all = choices(hir);
        all.extend(shared::shared(hir).map(without_longer).filter(can_be_told));
        Self::joined(&all)
    }

    fn joined(choices: &[Choice]) -> Self {
        let lines = choices.iter().map(|it| [it.join(&OR), vec![AND]].concat());
        Self(lines.collect::<Vec<_>>().concat())
    }

    /// The choices, each with its words in lower case.
    pub(crate) fn choices(&self) -> impl Iterator<Item = impl Iterator<Item = &[u8]>> {
        let choices = self.0.split_inclusive(|it| *it == AND);
        choices.map(|choice| {
            let choice = choice.strip_suffix(&[AND]).unwrap_or(choice);
            choice.split(|it| *it == OR)
        })
    }

    /// Whether `text` holds one word of each choice.
    pub(crate) fn are_in(&self, text: &[u8]) -> bool {
        self.choices().all(|mut it| it.any(|it| is_in(it, text)))
    }
}

/// Words of which a match holds one.
type Choice = Vec<Vec<u8>>;

/// The choices that an expression demands, the rarest words first: the first that is missing ends the
/// look.
fn choices(hir: &Hir) -> Vec<Choice> {
    let demanded = strand::demanded(hir).into_iter().map(without_longer);
    let mut choices: Vec<Choice> = demanded
        .filter(|it| (1..=MOST).contains(&it.len()))
        .filter(can_be_told)
        .collect();
    choices.sort_unstable();
    choices.dedup();
    choices.sort_by_key(|it| Reverse(it.iter().map(|it| strand::telling(it)).min()));
    choices
}

/// Whether all words of a choice can be told.
fn can_be_told(choice: &Choice) -> bool {
    choice.iter().all(|it| is_usable(it))
}

/// The words of a choice but for those that hold another one.
fn without_longer(mut choice: Choice) -> Choice {
    choice.sort_by_key(Vec::len);
    let mut kept: Choice = Vec::with_capacity(choice.len());
    for word in choice {
        if !kept.iter().any(|it| has(&word, it)) {
            kept.push(word);
        }
    }
    kept
}

/// Whether a word can be told from others, and from what stands between them.
fn is_usable(word: &[u8]) -> bool {
    let is_rare = matches!(word, [only] if commonness(*only) <= RARE);
    (word.len() >= SHORTEST || is_rare) && !word.contains(&OR) && !word.contains(&AND)
}

/// How often a byte stands in code, as a logarithm; letters in lower case.
pub(crate) fn commonness(byte: u8) -> u32 {
    match byte {
        b' ' => 10,
        b'e' => 9,
        b't' | b'a' | b's' | b'i' | b'o' | b'n' | b'r' => 8,
        b'l' | b'c' | b'd' | b'u' | b'm' | b'p' => 7,
        b'f' | b'g' | b'h' | b'_' | b'.' | b'"' | b'\'' | b'(' | b')' | b',' => 6,
        b'b' | b'y' | b'v' | b'=' | b'-' | b'/' | b':' | b'0'..=b'9' => 5,
        b'k' | b'w' | b'x' | b'{' | b'}' | b'[' | b']' | b'<' | b'>' => 4,
        _ => 2,
    }
}

/// Whether `word`, which is in lower case, stands in `text` in any case.
fn is_in(word: &[u8], text: &[u8]) -> bool {
    let rarest = word.iter().enumerate();
    let Some((offset, byte)) = rarest.min_by_key(|(_, it)| commonness(**it)) else {
        return true;
    };
    let places = text.get(offset..).unwrap_or_default();
    memchr::memchr2_iter(*byte, byte.to_ascii_uppercase(), places).any(|at| {
        let written = text.get(at..at + word.len());
        written.is_some_and(|it| it.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::needle::parse;

    fn words(expression: &str) -> Words {
        Words::of(&parse(expression).unwrap())
    }

    #[test]
    fn one_word_of_each_choice_is_needed() {
        let name =
            words("(?i)(?:okx|okex)[_-]?(?:api[_-]?)*(?:pass(?:phrase|word)|pin)(?:_prod)?$");
        assert!(name.are_in(b"OKX_API_PASSWORD"));
        assert!(name.are_in(b"my okexPin"));
        assert!(!name.are_in(b"okx"));
        assert!(!name.are_in(b"password"));
        assert!(!name.are_in(b""));
    }

    #[test]
    fn what_need_not_be_there_is_not_asked_for() {
        assert_eq!(words("(?:acme)?[0-9]+|x"), Words::default());
        assert!(words("(?:acme)?(?:foo)*bar").are_in(b"bar"));
        assert!(words("").are_in(b""));
    }

    #[test]
    fn the_parts_of_a_token_are_asked_for() {
        let token =
            words(r"(?i:acme)[^\n]{0,60}?(?i:token)\s*=\s*(?<secret>eyJ[0-9a-z]{10,}\.[0-9a-z]+)");
        assert!(token.are_in(b"ACME token = eyJ0123456789.a"));
        assert!(!token.are_in(b"acme token = 0123456789"));
        assert!(!token.are_in(b"acme eyJ"));
    }

    proptest::proptest! {
        #[test]
        fn every_match_holds_the_words(parts in proptest::collection::vec(0_usize..12, 1..7)) {
            let pieces = ["ab", "[xy]", "(?:foo|bar)", "c?", "(d|e\\d)", "z+", "(?i)Q", "\\d{2}", "(?:mn){2,3}", "[a-z]*-", "(?:k(?:lm|no)|pq)", "(?:rs(?:tu)+)+"];
            let texts = ["ab", "y", "bar", "", "e7", "zzz", "q", "42", "mnmn", "k-", "kno", "rstutu"];
            let expression: String = parts.iter().map(|it| pieces[*it]).collect();
            let text: String = parts.iter().map(|it| texts[*it]).collect();
            proptest::prop_assert!(words(&expression).are_in(text.as_bytes()), "{expression} {text}");
        }
    }
}
