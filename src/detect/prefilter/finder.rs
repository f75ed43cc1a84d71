//! Finds many byte strings in one pass, in any case of ASCII letters, each by three of its bytes.
//!
//! At nearly every place of a text one look into a small table of bits tells that nothing is
//! there. An automaton of all strings is larger than the fast memory of a processor, and takes
//! longer to make than a small file to read.

use crate::pattern::commonness;
use crate::text::Span;

/// How many bytes a string is known by.
const GRAM: usize = 3;

/// The table has a bit for each hash, and hashes have so many bits.
const HASH_BITS: u32 = 16;

/// How many words of bits that makes.
const WORDS: usize = 1 << (HASH_BITS - 6);

/// So much of a text is looked at before what was found is put in order, in bytes.
const BLOCK: usize = 32 * 1024;

/// Finds byte strings.
#[derive(Debug)]
pub(super) struct Finder {
    /// Which hashes of grams strings are known by.
    bits: [u64; WORDS],
    /// How many of the bits are set before each word.
    before: [u16; WORDS],
    /// For each bit that is set, where its strings begin; and where the last ones end.
    starts: Vec<usize>,
    /// The strings, by the hash of their gram.
    strings: Vec<Known>,
}

/// A string, and the gram it is known by.
#[derive(Debug)]
struct Known {
    /// In lower case.
    bytes: Box<[u8]>,
    /// The place of the string in the list that [`Finder::new`] was given.
    number: usize,
    /// Where in the string the gram stands.
    offset: usize,
}

/// A string in a text: its end, its start, its number; in this order they are told.
type Hit = (usize, usize, usize);

impl Finder {
    /// A finder of `strings`, which are in lower case; those of less than three bytes are not found.
    pub(super) fn new(strings: &[&[u8]]) -> Self {
        let mut known: Vec<(u16, Known)> = Vec::with_capacity(strings.len());
        for (number, bytes) in strings.iter().enumerate() {
            if let Some((offset, gram)) = rarest(bytes) {
                let bytes = Box::from(*bytes);
                let string = Known {
                    bytes,
                    number,
                    offset,
                };
                known.push((hash(gram), string));
            }
        }
        known.sort_by_key(|(hash, _)| *hash);
        let mut finder = Self {
            bits: [0; WORDS],
            before: [0; WORDS],
            starts: Vec::new(),
            strings: Vec::with_capacity(known.len()),
        };
        let mut last = None;
        for (hash, string) in known {
            if last != Some(hash) {
                last = Some(hash);
                finder.starts.push(finder.strings.len());
                if let Some(it) = finder.bits.get_mut(usize::from(hash >> 6)) {
                    *it |= 1 << (hash & 63);
                }
            }
            finder.strings.push(string);
        }
        finder.starts.push(finder.strings.len());
        let mut count = 0_u16;
        for (before, word) in finder.before.iter_mut().zip(&finder.bits) {
            *before = count;
            count = count.saturating_add(u16::try_from(word.count_ones()).unwrap_or(0));
        }
        finder
    }

    /// Every string in `text` with its number, by its end; of those that end alike the longest
    /// first.
    pub(super) fn find<'t>(&'t self, text: &'t [u8]) -> Hits<'t> {
        Hits {
            finder: self,
            text,
            at: 0,
            found: Vec::new(),
            told: 0,
        }
    }

    /// The strings whose grams have the hash of `gram`.
    fn known(&self, gram: u32) -> &[Known] {
        let hash = hash(gram);
        let place = usize::from(hash >> 6);
        let (Some(word), Some(before)) = (self.bits.get(place), self.before.get(place)) else {
            return &[];
        };
        let lower = word & ((1 << (hash & 63)) - 1);
        let rank = usize::from(*before) + usize::try_from(lower.count_ones()).unwrap_or(0);
        match self.starts.get(rank..rank + 2) {
            Some([start, end]) => self.strings.get(*start..*end).unwrap_or_default(),
            Some(_) | None => &[],
        }
    }

    /// Whether a string may be known by `gram`.
    fn may_have(&self, gram: u32) -> bool {
        let hash = hash(gram);
        let word = self.bits.get(usize::from(hash >> 6));
        word.is_some_and(|it| it >> (hash & 63) & 1 == 1)
    }
}

/// The strings in a text.
pub(super) struct Hits<'t> {
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
            let is_done = self.at + GRAM > self.text.len();
            // What is still to be found ends behind the next gram.
            let next = self.found.get(self.told);
            if let Some((end, start, number)) = next.filter(|it| is_done || it.0 < self.at + GRAM) {
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
        for (at, window) in block.windows(GRAM + 1).enumerate() {
            if let Some(window) = window.first_chunk() {
                let gram = folded(u32::from_le_bytes(*window));
                if self.finder.may_have(gram) {
                    self.verify(first + at, gram);
                }
            }
        }
        self.at = (first + block.len()).saturating_sub(GRAM);
        // The last gram of the text has no byte behind it.
        if let (Some([one, two, three]), true) = (block.last_chunk(), block.len() == rest.len()) {
            let gram = folded(u32::from_le_bytes([*one, *two, *three, 0]));
            if self.finder.may_have(gram) {
                self.verify(self.at, gram);
            }
            self.at += 1;
        }
    }

    /// Notes the strings whose gram stands at `at`.
    fn verify(&mut self, at: usize, gram: u32) {
        for known in self.finder.known(gram) {
            let Some(start) = at.checked_sub(known.offset) else {
                continue;
            };
            let end = start + known.bytes.len();
            let written = self.text.get(start..end);
            if written.is_some_and(|it| it.eq_ignore_ascii_case(&known.bytes)) {
                self.found.push((end, start, known.number));
            }
        }
    }
}

/// Three bytes, made the same for both cases of a letter; so are some other signs, and the fourth
/// byte is left out.
fn folded(bytes: u32) -> u32 {
    (bytes & 0x00ff_ffff) | 0x0020_2020
}

fn hash(gram: u32) -> u16 {
    u16::try_from(gram.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)).unwrap_or(0)
}

/// The gram of a string that is rarest in texts, and where it stands.
fn rarest(string: &[u8]) -> Option<(usize, u32)> {
    let grams = string.windows(GRAM).enumerate();
    let (offset, gram) = grams.min_by_key(|(_, gram)| {
        let common = gram.iter().map(|it| commonness(*it));
        common.sum::<u32>()
    })?;
    let mut bytes = [0; GRAM + 1];
    for (to, from) in bytes.iter_mut().zip(gram) {
        *to = *from;
    }
    Some((offset, folded(u32::from_le_bytes(bytes))))
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
