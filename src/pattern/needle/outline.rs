//! What the first bytes of a match are at each place, taken from the expression.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use serde::{Deserialize, Serialize};

/// More bytes are not looked at.
const MOST: usize = 48;

/// What the first bytes of every match of an expression are, place by place.
///
/// Most places that hold a needle are no match, and looking at a few bytes is enough to see it:
/// the expression need not be run, nor even be compiled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline(Vec<(u8, Ranges)>);

/// Ranges of bytes, both ends included.
type Ranges = Vec<(u8, u8)>;

impl Outline {
    /// The outline of an expression that works on bytes.
    pub(crate) fn of(hir: &Hir) -> Self {
        let mut runs: Vec<(u8, Ranges)> = Vec::new();
        for place in opening(hir).places {
            match runs.last_mut() {
                Some((count, last)) if *last == place => *count = count.saturating_add(1),
                Some(_) | None => runs.push((1, place)),
            }
        }
        Self(runs)
    }

    /// Whether a match may start at `start`.
    #[must_use]
    pub fn fits(&self, text: &[u8], start: usize) -> bool {
        let mut rest = text.get(start..).unwrap_or_default();
        self.0.iter().all(|(count, ranges)| {
            let Some((places, behind)) = rest.split_at_checked(usize::from(*count)) else {
                return false;
            };
            rest = behind;
            let is_in = |it: &u8| ranges.iter().any(|(from, to)| (from..=to).contains(&it));
            places.iter().all(is_in)
        })
    }
}

/// What a part of an expression opens with.
struct Opening {
    places: Vec<Ranges>,
    /// Whether that is all of it.
    is_whole: bool,
}

impl Opening {
    fn whole(places: Vec<Ranges>) -> Self {
        Self {
            places,
            is_whole: true,
        }
    }

    fn unknown() -> Self {
        Self {
            places: Vec::new(),
            is_whole: false,
        }
    }

    /// Puts what follows behind it.
    fn then(&mut self, next: Self) {
        if !self.is_whole {
            return;
        }
        let room = MOST.saturating_sub(self.places.len());
        self.is_whole = next.is_whole && next.places.len() <= room;
        self.places.extend(next.places.into_iter().take(room));
    }
}

/// What `hir` opens with; its depth is limited by the parser that made it.
fn opening(hir: &Hir) -> Opening {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Opening::whole(Vec::new()),
        HirKind::Literal(literal) => {
            let places = literal.0.iter().map(|it| vec![(*it, *it)]);
            let mut whole = Opening::whole(Vec::new());
            whole.then(Opening::whole(places.collect()));
            whole
        }
        HirKind::Class(Class::Bytes(class)) => {
            let ranges = class.ranges().iter().map(|it| (it.start(), it.end()));
            Opening::whole(vec![ranges.collect()])
        }
        HirKind::Class(Class::Unicode(_)) => Opening::unknown(),
        HirKind::Capture(capture) => opening(&capture.sub),
        HirKind::Repetition(repetition) => repeat(repetition),
        HirKind::Concat(parts) => {
            let mut all = Opening::whole(Vec::new());
            for part in parts {
                if !all.is_whole {
                    break;
                }
                all.then(opening(part));
            }
            all
        }
        HirKind::Alternation(branches) => alternate(branches),
    }
}

fn repeat(repetition: &Repetition) -> Opening {
    let mut all = Opening::whole(Vec::new());
    for _ in 0..repetition.min {
        if !all.is_whole || all.places.len() >= MOST {
            break;
        }
        let next = opening(&repetition.sub);
        if next.is_whole && next.places.is_empty() {
            break;
        }
        all.then(next);
    }
    all.is_whole &= repetition.max == Some(repetition.min) && all.places.len() < MOST;
    all
}

/// What either of the branches opens with, as far as all are known.
fn alternate(branches: &[Hir]) -> Opening {
    let mut branches = branches.iter().map(opening);
    let Some(mut all) = branches.next() else {
        return Opening::unknown();
    };
    for branch in branches {
        let is_alike = all.places.len() == branch.places.len();
        all.is_whole = all.is_whole && branch.is_whole && is_alike;
        all.places.truncate(branch.places.len());
        for (place, other) in all.places.iter_mut().zip(branch.places) {
            place.extend(other);
            place.sort_unstable();
            place.dedup();
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::needle::parse;

    fn outline(expression: &str) -> Outline {
        Outline::of(&parse(expression).unwrap())
    }

    #[test]
    fn the_places_of_a_token_are_known() {
        let token = outline(r"\b(?<secret>acme_[0-9a-f]{8}(?:x|[yz]{2}))\b");
        let fits = |it: &str| token.fits(it.as_bytes(), 0);
        assert!(fits("acme_0123abcdx"));
        assert!(fits("acme_0123abcdzz"));
        assert!(!fits("acme_0123abcd"));
        assert!(!fits("acme_0123abcda"));
        assert!(!fits("acme_token"));
        assert!(token.fits(b"see acme_0123abcdx", 4));
    }

    #[test]
    fn what_may_be_longer_or_shorter_ends_what_is_known() {
        assert!(outline("ab?c").fits(b"ax", 0));
        assert!(!outline("ab+c").fits(b"ac", 0));
        assert!(outline("ab{2,}c").fits(b"abbx", 0));
        assert!(outline("(?:ab|c)d").fits(b"cx", 0));
        assert!(outline("(?:){5}a{1000}").fits("a".repeat(MOST).as_bytes(), 0));
        assert!(outline("").fits(b"", 0));
    }

    proptest::proptest! {
        #[test]
        fn every_match_fits(parts in proptest::collection::vec(0_usize..10, 1..7)) {
            let pieces = ["ab", "[xy]", "(?:foo|bar)", "c?", "(d|e\\d)", "z+", "(?i)Q", "\\d{2}", "(?:mn){2,3}", "[a-z]*-"];
            let texts = ["ab", "y", "bar", "", "e7", "zzz", "q", "42", "mnmn", "k-"];
            let expression: String = parts.iter().map(|it| pieces[*it]).collect();
            let text: String = parts.iter().map(|it| texts[*it]).collect();
            proptest::prop_assert!(outline(&expression).fits(text.as_bytes(), 0), "{expression} {text}");
        }
    }
}
