//! Finds many byte strings in one pass, in any case of ASCII letters, each by a few of its bytes.
//!
//! Every two bytes of a text one look into a small table of bits tells, nearly always, that nothing is
//! there. Whether it does is not asked one place at a time, which a processor would guess wrong too
//! often: the places of a block are noted first, and thinned out. An automaton of all strings is larger
//! than the fast memory of a processor, and takes longer to make than a small file to read.

mod rarity;
mod table;

use self::rarity::rarities;
use self::table::{Gram, Known, Table};
use crate::text::Span;

/// How many bytes the shortest strings have.
const SHORT: usize = 3;

/// How many bytes are looked at together.
const LONG: usize = 4;

/// How far from each other the places are that are looked at, in bytes.
const STEP: usize = 2;

/// So many bytes are gone through at once.
const STRIDE: usize = 8;

/// So many grams of a string are tried for the rarest, since a few long ones would take most of the
/// time.
const TRIED: usize = 12;

/// So much of a text is looked at before what was found is put in order, in bytes.
const BLOCK: usize = 1024;

/// So many places of a block are looked at.
const PLACES: usize = BLOCK / STEP;

/// In a shorter text, such as a name, there are no places to note first, in bytes.
const FEW: usize = 128;

/// Finds byte strings.
#[derive(Debug)]
pub(in crate::detect) struct Finder(Table);

/// A string in a text: its end, its start, its number; in this order they are told.
type Hit = (usize, usize, usize);

impl Finder {
    /// The least that a string must have, in bytes.
    pub(in crate::detect) const LEAST: usize = SHORT;

    /// A finder of `strings`, which are in lower case; those of less than three bytes are not found.
    pub(in crate::detect) fn new(strings: &[&[u8]]) -> Self {
        let strings = strings.iter().enumerate();
        let known = strings.filter(|(_, it)| it.len() >= SHORT);
        let known = known.map(|(number, it)| Known::new(it, number));
        Self(Table::new(known.collect(), rarest))
    }

    /// Every string in `text` with its number, by its end; of those that end alike the longest
    /// first.
    pub(in crate::detect) fn find<'t>(&'t self, text: &'t [u8]) -> Hits<'t> {
        Hits {
            finder: self,
            text,
            at: 0,
            found: Vec::new(),
            told: 0,
        }
    }
}

/// The strings in a text.
pub(in crate::detect) struct Hits<'t> {
    finder: &'t Finder,
    text: &'t [u8],
    /// All grams before this have been looked at.
    at: usize,
    /// What was found, in order.
    found: Vec<Hit>,
    /// How many of them have been told.
    told: usize,
}

impl Iterator for Hits<'_> {
    type Item = (usize, Span);

    fn next(&mut self) -> Option<(usize, Span)> {
        loop {
            let is_done = self.at + SHORT > self.text.len();
            // What is still to be found ends behind the next gram.
            let next = self.found.get(self.told);
            if let Some((end, start, number)) = next.filter(|it| is_done || it.0 < self.at + SHORT)
            {
                self.told += 1;
                return Some((*number, Span::new(*start, *end)));
            }
            if is_done {
                return None;
            }
            self.found.drain(..self.told);
            self.told = 0;
            self.look();
            self.found.sort_unstable();
        }
    }
}

impl Hits<'_> {
    /// Looks at the next grams.
    fn look(&mut self) {
        let first = self.at;
        let rest = self.text.get(first..).unwrap_or_default();
        let block = rest.get(..BLOCK).unwrap_or(rest);
        let mut at = if rest.len() < FEW {
            0
        } else {
            self.look_at_many(first, block)
        };
        // The last grams of a text may have less than their bytes.
        while block.len() == rest.len() && at + SHORT <= block.len() {
            let gram = Gram::of_few(block.get(at..).unwrap_or_default());
            if self.finder.0.may_have(gram) {
                self.verify(first + at, gram);
            }
            at += STEP;
        }
        self.at = first + at;
    }

    /// Looks at the grams of `block`, which begins at `first`, but for the last few; tells where in it
    /// these begin.
    fn look_at_many(&mut self, first: usize, block: &[u8]) -> usize {
        let table = &self.finder.0;
        let mut places = [0; PLACES];
        let mut noted = 0_usize;
        let mut at = 0;
        while let Some((low, high)) = block.get(at..).and_then(stride) {
            for bytes in [low, low >> 16, low >> 32, high >> 32] {
                if let Some(it) = places.get_mut(noted % PLACES) {
                    *it = at;
                }
                // The next one takes its place where nothing is.
                noted += usize::from(table.may_have(Gram::of(bytes)));
                at += STEP;
            }
        }
        let gram = |place: usize| {
            let bytes = block.get(place..);
            let bytes = bytes.and_then(|it| it.first_chunk::<LONG>());
            Gram::of(u64::from(u32::from_le_bytes(*bytes.unwrap_or(&[0; LONG]))))
        };
        let mut kept = 0_usize;
        for number in 0..noted.min(PLACES) {
            let place = places.get(number).copied().unwrap_or_default();
            if let Some(it) = places.get_mut(kept % PLACES) {
                *it = place;
            }
            kept += usize::from(table.has(gram(place)));
        }
        for place in places.iter().take(kept) {
            self.verify(first + *place, gram(*place));
        }
        at
    }

    /// Notes the strings that the gram at `at` is part of.
    fn verify(&mut self, at: usize, gram: Gram) {
        let found = &mut self.found;
        let take = |start, end, number| found.push((end, start, number));
        self.finder.0.known(gram, (self.text, at), take);
    }
}

/// The first eight bytes of `bytes`, and the eight that begin a step behind; together they hold all
/// of the grams that begin in a stride.
#[inline]
fn stride(bytes: &[u8]) -> Option<(u64, u64)> {
    let bytes = bytes.first_chunk::<{ STRIDE + STEP }>()?;
    let low = u64::from_le_bytes(*bytes.first_chunk()?);
    let high = u64::from_le_bytes(*bytes.last_chunk()?);
    Some((low, high))
}

/// Where in `string`, which is longer than a gram, the two grams stand, one behind the other, that
/// are rarest in texts.
fn rarest(string: &[u8]) -> usize {
    let head = string.get(..TRIED + LONG - 1).unwrap_or(string);
    let grams = rarities(head, LONG);
    let pairs = grams.iter().zip(grams.iter().skip(1)).enumerate();
    let rarest = pairs.max_by_key(|(_, (one, other))| (*one.min(other), *one + *other));
    rarest.map_or(0, |it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(strings: &[&str], text: &str) -> Vec<(usize, Span)> {
        let strings: Vec<&[u8]> = strings.iter().map(|it| it.as_bytes()).collect();
        Finder::new(&strings).find(text.as_bytes()).collect()
    }

    /// The same, found in the plainest way.
    fn expected(strings: &[&str], text: &str) -> Vec<(usize, Span)> {
        let mut hits = Vec::new();
        for (number, string) in strings.iter().enumerate() {
            let windows = text.as_bytes().windows(string.len()).enumerate();
            let same = windows.filter(|(_, it)| it.eq_ignore_ascii_case(string.as_bytes()));
            hits.extend(same.map(|(at, _)| (at + string.len(), at, number)));
        }
        hits.sort_unstable();
        let hit = |(end, start, number)| (number, Span::new(start, end));
        hits.into_iter().map(hit).collect()
    }

    #[test]
    fn strings_are_found_in_any_case_and_inside_each_other() {
        let strings = ["key", "api_key", "pass", "password", "ssw", "é_x"];
        let text = "API_KEY passWORD key pas É_x é_X keY";
        let hits = found(&strings, text);
        assert_eq!(hits, expected(&strings, text));
        assert_eq!(hits.len(), 8);
        assert_eq!(hits[0], (1, Span::new(0, 7)));
        assert_eq!(found(&strings, ""), []);
        assert_eq!(found(&strings, "ke"), []);
        assert_eq!(found(&[], text), []);
    }

    #[test]
    fn strings_are_found_across_blocks() {
        for shift in 0..24 {
            let text = format!("{}password", " ".repeat(BLOCK - shift));
            let strings = ["pass", "password", "word"];
            assert_eq!(found(&strings, &text), expected(&strings, &text), "{shift}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_there_is_found(
            strings in proptest::collection::btree_set("[a-c_]{3,6}", 0..12),
            text in "[a-cA-C_ .]{0,200}",
        ) {
            let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
            assert_eq!(found(&strings, &text), expected(&strings, &text));
        }
    }
}
