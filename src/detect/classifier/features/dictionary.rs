//! The words that programs are written in, as a filter of bits.

/// Two bits for each word, made by `training/words.py`.
static BITS: &[u8] = include_bytes!("../words.bin");

/// Shorter words are found in anything.
const SHORTEST: usize = 4;

/// Marks the opening of a word, which is listed too.
const OPENING: u8 = b'*';

/// Longer words are not listed.
const LONGEST: usize = 14;

/// So much of a value is searched, in bytes.
const REACH: usize = 48;

/// The words found in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cover {
    /// How many letters belong to words.
    pub(super) letters: usize,
    /// How many letters were looked at.
    pub(super) of: usize,
    /// The letters of the longest word.
    pub(super) longest: usize,
    /// How many words there are.
    pub(super) words: usize,
}

/// Takes the longest word at each place, from left to right.
pub(super) fn cover(text: &[u8]) -> Cover {
    let text = text.get(..REACH.min(text.len())).unwrap_or_default();
    let mut cover = Cover::default();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|it| !it.is_empty()) {
        let is_letter = rest.first().is_some_and(u8::is_ascii_alphabetic);
        let word = if is_letter { longest(rest) } else { 0 };
        cover.of += if is_letter { word.max(1) } else { 0 };
        cover.letters += word;
        cover.longest = cover.longest.max(word);
        cover.words += usize::from(word > 0);
        at += word.max(1);
    }
    cover
}

/// The length of the longest word that `rest` opens with; 0 without one.
fn longest(rest: &[u8]) -> usize {
    let mut hash = SEED;
    let mut best = 0;
    for (index, byte) in rest.iter().take(LONGEST).enumerate() {
        if !byte.is_ascii_alphabetic() {
            break;
        }
        hash = step(hash, byte.to_ascii_lowercase());
        if index + 1 == SHORTEST && !is_listed(step(hash, OPENING)) {
            break;
        }
        if index + 1 >= SHORTEST && is_listed(hash) {
            best = index + 1;
        }
    }
    best
}

/// The start of FNV-1a.
const SEED: u32 = 0x811c_9dc5;

fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

fn is_listed(hash: u32) -> bool {
    bit(hash) && bit(hash.rotate_left(15).wrapping_mul(0x9e37_79b1))
}

/// The bit that the upper part of `hash` names.
fn bit(hash: u32) -> bool {
    let place = usize::try_from(hash >> 14).unwrap_or(0);
    let byte = BITS.get(place / 8).copied().unwrap_or(0);
    byte >> (place % 8) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_has_a_bit_for_every_hash() {
        assert_eq!(BITS.len() * 8, 1 << 18);
    }

    #[test]
    fn words_are_found_side_by_side() {
        let found = cover(b"requestTimeout9");
        assert_eq!((found.letters, found.of, found.words), (14, 14, 2));
        assert_eq!(
            cover(b"xq9zkvw"),
            Cover {
                of: 6,
                ..Cover::default()
            }
        );
        assert_eq!(cover(b""), Cover::default());
    }
}
