//! The words that an expression for names shares with others: what its names are for.
//!
//! `acme_api_key` is one issuer's name for what many have: a text is searched for `key` once for all
//! of them.

use regex_syntax::hir::{Hir, HirKind};

use super::LEAST;
use super::strand;

/// The words of which every match of `hir` holds one, chosen to be those of many names; none where
/// there are no such words of [`LEAST`] bytes.
pub(super) fn shared(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Literal(_) => word(strand::only(hir)?),
        HirKind::Capture(capture) => shared(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => shared(&repetition.sub),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) | HirKind::Repetition(_) => None,
        HirKind::Concat(parts) => {
            let mut flat = Vec::new();
            strand::flatten(parts, &mut flat);
            concat(&flat)
        }
        HirKind::Alternation(branches) => {
            let all: Option<Vec<_>> = branches.iter().map(shared).collect();
            Some(all?.concat())
        }
    }
}

/// The words of one of `parts`, which follow each other, or of neighbours that make one word.
fn concat(parts: &[&Hir]) -> Option<Vec<Vec<u8>>> {
    let mut choices = Vec::new();
    let mut written = Vec::new();
    for part in parts {
        if let Some(only) = strand::only(part) {
            written.extend(only);
        } else {
            choices.extend(word(std::mem::take(&mut written)));
            choices.extend(shared(part));
        }
    }
    choices.extend(word(written));
    // A common word tells little, and what a name is for comes last.
    let told = |it: &Vec<Vec<u8>>| it.iter().map(|it| strand::telling(it)).max();
    let last_first = choices.into_iter().rev();
    last_first.min_by_key(|it| (told(it), it.len()))
}

/// A choice of this word alone, if it is long enough to be looked for.
fn word(word: Vec<u8>) -> Option<Vec<Vec<u8>>> {
    (word.len() >= LEAST).then(|| vec![word])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::needle::parse;

    fn words(expression: &str) -> String {
        let found = shared(&parse(expression).unwrap()).unwrap_or_default();
        let text = |it: Vec<u8>| String::from_utf8(it).unwrap();
        found.into_iter().map(text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_names_are_for_is_shared_and_not_whose_they_are() {
        assert_eq!(
            words("(?i:(?:api|app|write|maps?)[_-]?key)(?:$|[_0-9])"),
            "key"
        );
        assert_eq!(
            words("(?i)acme[a-z_]{0,16}(?:secret|token)(?:_prod)?$"),
            "secret token"
        );
        assert_eq!(words("[a-z0-9]K(?:ey|EY)$"), "key");
    }

    #[test]
    fn each_branch_gives_its_words() {
        assert_eq!(
            words("(?i:api[_-]?key)$|^(?:(?i)db|my)(?:pass|pwd)$|token"),
            "key pass pwd token"
        );
        assert_eq!(words("(?i:api[_-]?key)|[0-9]+"), "");
    }

    #[test]
    fn what_need_not_be_there_is_not_shared() {
        assert_eq!(words("umbrella(?:key)?"), "umbrella");
        assert_eq!(words("(?:key){2}|(?:id|token)"), "");
        assert_eq!(words("(?:key){2}"), "key");
    }

    proptest::proptest! {
        #[test]
        fn every_match_holds_a_word(parts in proptest::collection::vec(0_usize..10, 1..7)) {
            let pieces = ["abc", "[xy]", "(?:foo|bar)", "c?", "(dxx|e\\d)", "z+", "(?i)Qrs", "(?:mno){2}", "(?:abc|foo)?", "[a-z]*-"];
            let texts = ["abc", "y", "bar", "", "dxx", "zzz", "qrs", "mnomno", "", "k-"];
            let expression: String = parts.iter().map(|it| pieces[*it]).collect();
            let text: String = parts.iter().map(|it| texts[*it]).collect();
            if let Some(found) = shared(&parse(&expression).unwrap()) {
                let has = |it: &Vec<u8>| memchr::memmem::find(text.as_bytes(), it).is_some();
                proptest::prop_assert!(found.iter().any(has), "{expression} {text} {found:?}");
            }
        }
    }
}
