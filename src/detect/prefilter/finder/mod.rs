//! Finds many byte strings in one pass, in any case of ASCII letters, each by four of its bytes, or
//! by all three.
//!
//! At nearly every place of a text one look into a small table of bits tells that nothing is there.
//! An automaton of all strings is larger than the fast memory of a processor, and takes longer to
//! make than a small file to read.

mod rarity;
mod table;

use self::rarity::rarity;
use self::table::{Gram, Known, Table};
use crate::text::Span;

/// How many bytes the shortest strings have, and are known by.
const SHORT: usize = 3;

/// How many bytes the others are known by.
const LONG: usize = 4;

/// So many grams, which stand in eight bytes, are looked at together.
const AT_ONCE: usize = 4;

/// So much of a text is looked at before what was found is put in order, in bytes.
const BLOCK: usize = 32 * 1024;

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
        let known = strings.filter_map(|(number, it)| Known::new(it, number, rarest(it)));
        Self(Table::new(known.collect()))
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
        let mut at = 0;
        while let Some(bytes) = block.get(at..).and_then(<[u8]>::first_chunk) {
            let bytes = u64::from_le_bytes(*bytes);
            let may_have = |shift: u32| self.finder.0.may_have(Gram::of(bytes >> shift));
            // One branch for all: nearly always there is nothing.
            if may_have(0) | may_have(8) | may_have(16) | may_have(24) {
                for ahead in 0..AT_ONCE {
                    self.verify(first + at + ahead, Gram::of(bytes >> (8 * ahead)));
                }
            }
            at += AT_ONCE;
        }
        // A gram is looked at with all of its bytes, or at the end of the text.
        let least = if block.len() == rest.len() {
            SHORT
        } else {
            LONG
        };
        while let Some(bytes) = block.get(at..).filter(|it| it.len() >= least) {
            self.verify(first + at, Gram::of_few(bytes));
            at += 1;
        }
        self.at = first + at;
    }

    /// Notes the strings whose gram stands at `at`.
    fn verify(&mut self, at: usize, gram: Gram) {
        for known in self.finder.0.known(gram) {
            let Some(start) = at.checked_sub(known.offset) else {
                continue;
            };
            let end = start + known.bytes.len();
            let Some(written) = self.text.get(start..end) else {
                continue;
            };
            if ends(written) == ends(&known.bytes) && written.eq_ignore_ascii_case(&known.bytes) {
                self.found.push((end, start, known.number));
            }
        }
    }
}

/// The first and the last byte, made the same for both cases of a letter: most strings that are
/// compared differ in one of them.
fn ends(bytes: &[u8]) -> Option<(u8, u8)> {
    Some((bytes.first()? | 0x20, bytes.last()? | 0x20))
}

/// Where the gram of a string stands that is rarest in texts.
fn rarest(string: &[u8]) -> usize {
    let size = string.len().clamp(SHORT, LONG);
    let grams = string.windows(size).enumerate();
    let rarest = grams.max_by_key(|(_, it)| rarity(it));
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
        for shift in 0..8 {
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
