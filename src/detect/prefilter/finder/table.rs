//! Strings by the hash of a few of their bytes.

use super::{LONG, SHORT};

/// Words are chosen by so many bits of a hash.
const HASH_BITS: u32 = 11;

/// How many words that makes; they take 16 KB, which stay in the fastest memory.
const WORDS: usize = 1 << HASH_BITS;

/// The bits for a string that is known by three bytes, whatever the fourth is.
const ANY: u64 = 0xff;

/// Strings by a gram, a few bytes that each holds.
///
/// The first three bytes of a gram choose a word and eight bits in it, the fourth one of these.
#[derive(Debug)]
pub(super) struct Table {
    /// The bits that grams are known by.
    bits: Box<[u64; WORDS]>,
    /// For each word, where its strings begin; and where the last ones end.
    starts: Vec<usize>,
    /// The strings, by their words.
    strings: Vec<Known>,
}

/// A string, and the gram it is known by.
#[derive(Debug)]
pub(super) struct Known {
    /// In lower case.
    pub(super) bytes: Box<[u8]>,
    /// The place of the string in the list that [`super::Finder::new`] was given.
    pub(super) number: usize,
    /// Where in the string the gram stands.
    pub(super) offset: usize,
    /// The gram.
    gram: Gram,
    /// Which fourth bytes it may have.
    bits: u64,
}

/// Four bytes, the first in the lowest bits, made the same for both cases of a letter; so are some
/// other signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gram(u32);

impl Gram {
    /// The gram of the first bytes of `bytes`, the first of them in the lowest bits.
    #[inline]
    pub(super) fn of(bytes: u64) -> Self {
        Self(u32::try_from((bytes & 0xffff_ffff) | 0x2020_2020).unwrap_or(0))
    }

    /// The gram of three or four bytes.
    pub(super) fn of_few(bytes: &[u8]) -> Self {
        let bytes = bytes.iter().take(LONG).rev();
        Self::of(bytes.fold(0, |word, it| word << 8 | u64::from(*it)))
    }

    /// A hash of its first three bytes, in the highest bits.
    #[inline]
    fn hash(self) -> u32 {
        (self.0 << 8).wrapping_mul(0x9e37_79b1)
    }

    /// The word of its first three bytes.
    #[inline]
    fn word(self) -> usize {
        usize::try_from(self.hash() >> (u32::BITS - HASH_BITS)).unwrap_or(0)
    }

    /// Where the eight bits of its first three bytes begin.
    #[inline]
    fn first_bit(self) -> u32 {
        self.hash() >> (u32::BITS - HASH_BITS - 6) & 0x38
    }

    /// Its bit: three bits of its fourth byte that case leaves as they are tell which of the eight.
    #[inline]
    fn bit(self) -> u32 {
        self.first_bit() | self.0 >> 24 & 0x07
    }
}

impl Known {
    /// A string that is known by its three or four bytes from `offset` on.
    pub(super) fn new(bytes: &[u8], number: usize, offset: usize) -> Option<Self> {
        let few = bytes.get(offset..).filter(|it| it.len() >= SHORT)?;
        let gram = Gram::of_few(few);
        let bits = if few.len() == SHORT {
            ANY << gram.first_bit()
        } else {
            1 << gram.bit()
        };
        Some(Self {
            bytes: Box::from(bytes),
            number,
            offset,
            gram,
            bits,
        })
    }
}

impl Table {
    /// A table of `strings`.
    pub(super) fn new(mut strings: Vec<Known>) -> Self {
        strings.sort_by_key(|it| it.gram.word());
        let mut bits = Box::new([0; WORDS]);
        for string in &strings {
            if let Some(it) = bits.get_mut(string.gram.word()) {
                *it |= string.bits;
            }
        }
        let start = |word| strings.partition_point(|it| it.gram.word() < word);
        Self {
            bits,
            starts: (0..=WORDS).map(start).collect(),
            strings,
        }
    }

    /// Whether a string may be known by `gram`.
    #[inline]
    pub(super) fn may_have(&self, gram: Gram) -> bool {
        let word = self.bits.get(gram.word());
        word.is_some_and(|it| it >> gram.bit() & 1 == 1)
    }

    /// The strings that may be known by `gram`.
    pub(super) fn known(&self, gram: Gram) -> impl Iterator<Item = &Known> {
        let word = gram.word();
        let strings = match self.starts.get(word..word + 2) {
            Some([start, end]) if self.may_have(gram) => self.strings.get(*start..*end),
            Some(_) | None => None,
        };
        let bit = gram.bit();
        let strings = strings.unwrap_or_default().iter();
        strings.filter(move |it| it.bits >> bit & 1 == 1)
    }
}
