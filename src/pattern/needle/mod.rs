//! The byte strings that a text must hold for an expression to match, taken from the expression.

mod outline;
mod shared;
mod strand;
mod words;

pub use outline::Outline;
pub(crate) use words::{Words, commonness};

use regex_syntax::hir::Hir;
use serde::{Deserialize, Serialize};

use self::strand::Strand;

/// The least that a needle or a keyword may have, in bytes: shorter ones are in every file.
pub(super) const LEAST: usize = 3;

/// From this length on a needle is rare enough to need no keywords beside it.
const ENOUGH: usize = 4;

/// How far before a needle a match is looked for at most, in bytes.
pub(super) const MAX_REACH: usize = 256;

/// A byte string of which a text must hold one, in any case of ASCII letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Needle {
    /// The bytes, in lower case.
    pub bytes: Vec<u8>,
    /// Where a match may start, seen from the needle.
    pub reach: Reach,
}

impl Needle {
    /// A word that may stand anywhere near a match.
    pub(crate) fn keyword(word: &str) -> Self {
        Self {
            bytes: word.to_ascii_lowercase().into_bytes(),
            reach: Reach::Within(MAX_REACH),
        }
    }
}

impl From<Strand> for Needle {
    fn from(strand: Strand) -> Self {
        let most = strand.before.most;
        let reach = if most == Some(strand.before.least) {
            Reach::Exactly(strand.before.least)
        } else {
            Reach::Within(most.unwrap_or(MAX_REACH).min(MAX_REACH))
        };
        Self {
            bytes: strand.bytes,
            reach,
        }
    }
}

/// Where a match may start, seen from a needle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reach {
    /// Exactly so many bytes before the needle.
    Exactly(usize),
    /// At most so many bytes before the needle.
    Within(usize),
}

impl Reach {
    /// Whether the needle is sure to be a part of the match: a keyword need not be, it may stand
    /// anywhere near.
    #[must_use]
    pub fn is_inside(self) -> bool {
        match self {
            Self::Exactly(_) => true,
            Self::Within(most) => most < MAX_REACH,
        }
    }
}

/// The needles of an expression: each match holds one of them; none when no set of strings of
/// at least `least` bytes is sure to be met.
fn of(hir: &Hir, least: usize) -> Option<Vec<Needle>> {
    let strands = strand::required(hir)?;
    let mut needles: Vec<Needle> = strands.into_iter().map(Needle::from).collect();
    if needles.iter().any(|it| it.bytes.len() < least) {
        return None;
    }
    needles.sort_unstable();
    needles.dedup();
    Some(without_prefixed(needles))
}

/// Takes an expression apart that works on bytes, without Unicode classes.
pub(crate) fn parse(expression: &str) -> Result<Hir, Box<regex_syntax::Error>> {
    regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(expression)
        .map_err(Box::new)
}

/// The needles of an expression for values: those of [`of`], or instead of short ones the
/// keywords that are given beside it, unless the short ones hold these.
pub(crate) fn of_value(hir: &Hir, keywords: Vec<Needle>) -> Option<Vec<Needle>> {
    of(hir, ENOUGH).or_else(|| {
        let short = of(hir, LEAST);
        let has_keyword = |it: &Needle| keywords.iter().any(|word| has(&it.bytes, &word.bytes));
        let is_as_good = |it: &Vec<Needle>| it.iter().all(has_keyword);
        if keywords.is_empty() || short.as_ref().is_some_and(is_as_good) {
            short
        } else {
            Some(keywords)
        }
    })
}

/// The needles of an expression for names, where it does not matter how far away a match is.
pub(crate) fn of_name(hir: &Hir) -> Option<Vec<Needle>> {
    let needles = of(hir, LEAST)?;
    let holds =
        |long: &Needle, short: &Needle| long.bytes != short.bytes && has(&long.bytes, &short.bytes);
    let mut kept: Vec<Needle> = needles
        .iter()
        .filter(|it| !needles.iter().any(|short| holds(it, short)))
        .map(|it| Needle {
            bytes: it.bytes.clone(),
            reach: Reach::Within(MAX_REACH),
        })
        .collect();
    kept.dedup();
    Some(kept)
}

/// Whether `short` stands in `long`.
fn has(long: &[u8], short: &[u8]) -> bool {
    memchr::memmem::find(long, short).is_some()
}

/// Leaves out needles that open with another one of the same reach.
fn without_prefixed(needles: Vec<Needle>) -> Vec<Needle> {
    let mut kept: Vec<Needle> = Vec::with_capacity(needles.len());
    for needle in needles {
        let covered = |it: &Needle| it.reach == needle.reach && needle.bytes.starts_with(&it.bytes);
        if !kept.iter().any(covered) {
            kept.push(needle);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hir(expression: &str) -> Hir {
        parse(expression).unwrap()
    }

    fn needles(expression: &str) -> Vec<(String, Reach)> {
        let text = |it: Needle| (String::from_utf8(it.bytes).unwrap(), it.reach);
        let found = of(&hir(expression), 3).unwrap_or_default();
        found.into_iter().map(text).collect()
    }

    fn words(expression: &str) -> String {
        let text = |it: Needle| String::from_utf8(it.bytes).unwrap();
        let found = of_name(&hir(expression)).unwrap_or_default();
        found.into_iter().map(text).collect::<Vec<_>>().join(" ")
    }

    fn at(distance: usize, text: &str) -> (String, Reach) {
        (text.to_owned(), Reach::Exactly(distance))
    }

    #[test]
    fn the_prefix_of_a_token_is_its_needle() {
        assert_eq!(
            needles(r"\b(?<secret>ghp_[0-9A-Za-z]{36})\b"),
            [at(0, "ghp_")]
        );
        assert_eq!(needles(r"\bAKIA[0-9A-Z]{16}\b"), [at(0, "akia")]);
    }

    #[test]
    fn a_small_class_is_spelled_out_where_that_makes_needles_longer() {
        let found = needles("gh[pousr]_[0-9A-Za-z]{36}");
        assert_eq!(found.len(), 5);
        assert!(found.contains(&at(0, "gho_")));
        assert_eq!(needles("sk-proj-[0-9][a-z]"), [at(0, "sk-proj-")]);
    }

    #[test]
    fn what_branches_open_with_is_read_with_what_comes_before_them() {
        assert_eq!(
            needles("gl(?:sa_[a-z]{32}|c_[a-z]{40})"),
            [at(0, "glc_"), at(0, "glsa_")]
        );
        assert_eq!(needles(r"ab(?:\w+|cd[0-9])x"), []);
    }

    #[test]
    fn case_folds_into_one_needle() {
        assert_eq!(
            needles(r"(?i)authorization:\s*basic "),
            [at(0, "authorization:")]
        );
    }

    #[test]
    fn a_needle_further_in_tells_how_far() {
        assert_eq!(needles(r"[0-9]{8}:AAF[\w-]{32}"), [at(8, ":aaf")]);
        assert_eq!(
            needles(r"[0-9]{8,10}:AAF[\w-]{32}"),
            [(":aaf".to_owned(), Reach::Within(10))]
        );
        assert_eq!(
            needles(r"\w+@example"),
            [("@example".to_owned(), Reach::Within(256))]
        );
    }

    #[test]
    fn each_branch_gives_needles_and_keeps_its_distance() {
        let found = needles("(?:pat-[a-z]{30}|[a-z]{30}-key)");
        assert_eq!(found, [at(30, "-key"), at(0, "pat-")]);
    }

    #[test]
    fn an_optional_part_is_spelled_out_or_left_out() {
        assert_eq!(words("(?i)api[_-]?key"), "api-key api_key apikey");
        assert_eq!(
            needles(r"(?:https?://)?hooks\.example"),
            [
                at(0, "hooks.example"),
                at(0, "http://hooks.example"),
                at(0, "https://hooks.example")
            ]
        );
        assert_eq!(
            needles("[a-z]*_key"),
            [("_key".to_owned(), Reach::Within(256))]
        );
    }

    #[test]
    fn an_issuer_is_rarer_than_what_is_issued() {
        assert_eq!(
            words("(?i)(?:acme|umbrella)[a-z_]{0,16}(?:secret|password)(?:_prod)?$"),
            "acme umbrella"
        );
    }

    #[test]
    fn a_name_that_holds_another_is_left_out() {
        assert_eq!(
            words("(?i)(^|_|[a-z])(pass(word|wd|phrase)?|pwd)$"),
            "pass pwd"
        );
    }

    #[test]
    fn an_expression_without_a_string_has_no_needle() {
        assert_eq!(needles("[0-9a-f]{32}"), []);
        assert_eq!(needles("(?:token)?[0-9a-f]{32}"), []);
        assert_eq!(needles("a[0-9]{3}b"), []);
    }

    #[test]
    fn keywords_stand_in_for_short_needles_that_do_not_hold_them() {
        let found = |expression: &str, words: &[&str]| {
            let keywords = words.iter().map(|it| Needle::keyword(it)).collect();
            let needles = of_value(&hir(expression), keywords).unwrap_or_default();
            let text = |it: Needle| (String::from_utf8(it.bytes).unwrap(), it.reach.is_inside());
            needles.into_iter().map(text).collect::<Vec<_>>()
        };
        let key = |it: &str, is_inside| [(it.to_owned(), is_inside)];
        assert_eq!(found("acme_[0-9]{8}", &["vpn"]), key("acme_", true));
        assert_eq!(found("A3-[0-9]{8}", &["vpn"]), key("vpn", false));
        assert_eq!(found("psk=?[0-9]{8}", &["psk"]), key("psk", true));
        assert_eq!(found("A3-[0-9]{8}", &[]), key("a3-", true));
        assert_eq!(found("[0-9]{8}", &[]), []);
    }

    #[test]
    fn a_repeated_string_is_met_once_at_least() {
        assert_eq!(needles("(?:abcd[0-9]+)+"), [at(0, "abcd")]);
        assert_eq!(needles("(?:abcd[0-9]+)*"), []);
    }

    #[test]
    fn nested_repetitions_stay_small() {
        assert_eq!(needles("(?:(?:(?:[a-p]{8}){8}){8}){8}"), []);
        assert_eq!(needles("(?:(?:x{1000}){1000}){1000}"), []);
    }

    proptest::proptest! {
        #[test]
        fn every_match_holds_a_needle_in_reach(parts in proptest::collection::vec(0_usize..10, 1..7)) {
            let pieces = ["ab", "[xy]", "(?:foo|bar)", "c?", "(d|e\\d)", "z+", "(?i)Q", "\\d{2}", "(?:mn){2}", "[a-z]*-"];
            let texts = ["ab", "y", "bar", "", "e7", "zzz", "q", "42", "mnmn", "k-"];
            let expression: String = parts.iter().map(|it| pieces[*it]).collect();
            let text: String = parts.iter().map(|it| texts[*it]).collect();
            if let Some(found) = of(&hir(&expression), 1) {
                let in_reach = |it: &Needle| match it.reach {
                    Reach::Exactly(at) => text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(&it.bytes)),
                    Reach::Within(most) => memchr::memmem::find(text.as_bytes(), &it.bytes).is_some_and(|at| at <= most),
                };
                proptest::prop_assert!(found.iter().any(in_reach), "{expression} {text} {found:?}");
            }
        }
    }
}
