//! What the bytes of a match are, as far as a look at them tells, taken from the expression.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use serde::{Deserialize, Serialize};

/// More bytes are not looked at.
const MOST: usize = 48;

/// Shorter stretches of one kind are found in any text.
const SHORTEST: u8 = 8;

/// What every match of an expression holds.
///
/// Most places near a needle are no match, and looking at a few bytes is enough to see it: the
/// expression need not be run, nor even be compiled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// What a match opens with: so many bytes of a kind, then so many of another.
    opening: Vec<Stretch>,
    /// The longest stretch of one kind in a match.
    stretch: Option<Stretch>,
    /// How long a match is at most, in bytes.
    most: Option<usize>,
}

/// How many bytes there are in a row, and of which kind.
type Stretch = (u8, Ranges);

/// Ranges of bytes, both ends included.
type Ranges = Vec<(u8, u8)>;

impl Outline {
    /// The outline of an expression that works on bytes.
    pub(crate) fn of(hir: &Hir) -> Self {
        let mut stretches: Vec<Stretch> = Vec::new();
        for place in opening(hir).places {
            match stretches.last_mut() {
                Some((count, last)) if *last == place => *count = count.saturating_add(1),
                Some(_) | None => stretches.push((1, place)),
            }
        }
        Self {
            opening: stretches,
            stretch: longest(hir),
            most: hir.properties().maximum_len(),
        }
    }

    /// How long a match is at most, in bytes; `None` where there is no limit.
    #[must_use]
    pub fn most(&self) -> Option<usize> {
        self.most
    }

    /// Whether a match may stand anywhere in `text`.
    ///
    /// Looks at few bytes of a text without a long stretch: each holds every so manyth byte.
    #[must_use]
    pub fn may_be_in(&self, text: &[u8]) -> bool {
        let Some((least, ranges)) = &self.stretch else {
            return true;
        };
        let least = usize::from(*least);
        let mut at = 0;
        while let Some(stretch) = text.get(at..at + least) {
            let inside = stretch.iter().rev().take_while(|it| is_in(ranges, **it));
            let inside = inside.count();
            if inside == least {
                return true;
            }
            at += least - inside;
        }
        false
    }

    /// Whether a match may start at `start`.
    #[must_use]
    pub fn fits(&self, text: &[u8], start: usize) -> bool {
        let mut rest = text.get(start..).unwrap_or_default();
        self.opening.iter().all(|(count, ranges)| {
            let Some((places, behind)) = rest.split_at_checked(usize::from(*count)) else {
                return false;
            };
            rest = behind;
            places.iter().all(|it| is_in(ranges, *it))
        })
    }
}

/// Whether `byte` lies in one of `ranges`.
fn is_in(ranges: &Ranges, byte: u8) -> bool {
    let mut ranges = ranges.iter();
    ranges.any(|(from, to)| (*from..=*to).contains(&byte))
}

/// The longest stretch of one kind that every match of `hir` holds.
fn longest(hir: &Hir) -> Option<Stretch> {
    match hir.kind() {
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let HirKind::Class(Class::Bytes(class)) = repetition.sub.kind() else {
                return longest(&repetition.sub);
            };
            let least = u8::try_from(repetition.min).unwrap_or(u8::MAX);
            let ranges = class.ranges().iter().map(|it| (it.start(), it.end()));
            (least >= SHORTEST).then(|| (least, ranges.collect()))
        }
        HirKind::Capture(capture) => longest(&capture.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(longest).max_by_key(|it| it.0),
        HirKind::Empty
        | HirKind::Look(_)
        | HirKind::Literal(_)
        | HirKind::Class(_)
        | HirKind::Repetition(_)
        | HirKind::Alternation(_) => None,
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

    #[test]
    fn a_long_stretch_is_looked_for() {
        let key = outline(r"key: (?<secret>[0-9a-f]{8,}|x)?[a-z]{12}(?:-[0-9]{20})?\b");
        let may = |it: &str| key.may_be_in(it.as_bytes());
        assert!(may("abcdefghijkl"));
        assert!(may("1abcdefghijk abcdefghijklm 1"));
        assert!(!may("abcdefghijk 01234567890123456789 abcdefghijk"));
        assert!(!may(""));
        assert!(outline("a{3}|b{20}").may_be_in(b""));
    }

    proptest::proptest! {
        #[test]
        fn a_stretch_is_found(text in "[ab1]{0,40}") {
            let stretch = outline("[ab]{8}");
            let expected = text.as_bytes().windows(8).any(|it| !it.contains(&b'1'));
            proptest::prop_assert_eq!(stretch.may_be_in(text.as_bytes()), expected);
        }

        #[test]
        fn every_match_fits(parts in proptest::collection::vec(0_usize..10, 1..7)) {
            let pieces = ["ab", "[xy]", "(?:foo|bar)", "c?", "(d|e\\d)", "z+", "(?i)Q", "\\d{2}", "(?:mn){2,3}", "[a-z]*-"];
            let texts = ["ab", "y", "bar", "", "e7", "zzz", "q", "42", "mnmn", "k-"];
            let expression: String = parts.iter().map(|it| pieces[*it]).collect();
            let text: String = parts.iter().map(|it| texts[*it]).collect();
            let outline = outline(&expression);
            proptest::prop_assert!(outline.fits(text.as_bytes(), 0), "{expression} {text}");
            proptest::prop_assert!(outline.may_be_in(text.as_bytes()), "{expression} {text}");
        }
    }
}
