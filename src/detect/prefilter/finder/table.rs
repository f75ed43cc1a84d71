//! Strings by a few of their bytes.

use super::LONG;

/// Words are chosen by so many bits of a hash.
const HASH_BITS: u32 = 13;

/// How many words that makes; they take 64 KB, of which a text uses a part.
const WORDS: usize = 1 << HASH_BITS;

/// Marks are chosen by so many bits of it.
const MARK_BITS: u32 = 12;

/// Whole grams are chosen by so many bits of another hash.
const GRAM_BITS: u32 = 17;

/// How many words that makes.
const GRAM_WORDS: usize = 1 << (GRAM_BITS - 6);

/// The bits of the first byte of a gram.
const FIRST: u32 = 0x0000_00ff;

/// The bits of the last one.
const LAST: u32 = 0xff00_0000;

/// What makes both cases of a letter the same, and some other signs too.
const CASELESS: u64 = 0x2020_2020_2020_2020;

/// Strings by their marks.
///
/// The last three bytes of a gram choose a word and eight bits in it, the first byte one of these.
#[derive(Debug)]
pub(super) struct Table {
    /// The bits of all marks.
    bits: Box<[u64; WORDS]>,
    /// A bit for each gram, by all of its bytes, or the last three where the first may be any.
    grams: Box<[u64; GRAM_WORDS]>,
    /// What tells strings by the last three bytes of a gram.
    by_last: Marks,
    /// What tells those of three bytes by the first three.
    by_first: Marks,
    strings: Vec<Known>,
}

/// Marks by three bytes.
#[derive(Debug)]
struct Marks {
    /// For each hash, where its marks begin; and where the last ones end.
    starts: Vec<u32>,
    marks: Vec<Mark>,
}

/// A string that is looked for.
#[derive(Debug)]
pub(super) struct Known {
    /// In lower case.
    bytes: Box<[u8]>,
    /// The place of the string in the list that [`super::Finder::new`] was given.
    number: usize,
}

/// Four bytes of a text in which a string begins, ends or goes on.
#[derive(Debug, Clone, Copy)]
struct Mark {
    gram: Gram,
    /// The bits of the gram that the string tells.
    told: u32,
    /// The first bytes of the string, made the same as those of a gram.
    head: u64,
    /// Those bits of them that there are.
    given: u64,
    /// Where the string begins, from the byte before the gram on; strings begin there at the
    /// latest.
    back: u32,
    /// The place of the string in the table.
    string: u32,
}

/// Four bytes, the first in the lowest bits, made the same for both cases of a letter; so are some
/// other signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gram(u32);

impl Gram {
    /// The gram of the first bytes of `bytes`, the first of them in the lowest bits.
    #[inline]
    pub(super) fn of(bytes: u64) -> Self {
        Self(u32::try_from((bytes | CASELESS) & 0xffff_ffff).unwrap_or(0))
    }

    /// The gram of up to four bytes; zeros stand for those that are missing at the end.
    pub(super) fn of_few(bytes: &[u8]) -> Self {
        let bytes = bytes.iter().take(LONG).rev();
        Self::of(bytes.fold(0, |word, it| word << 8 | u64::from(*it)))
    }

    /// What it has in common with all grams that have the same last three bytes; no gram is the same.
    #[inline]
    fn tail(self) -> Self {
        Self(self.0 & !FIRST)
    }

    /// The gram whose last bytes are the first ones of this.
    fn before(self) -> Self {
        Self(self.0 << 8)
    }

    /// A hash of its last three bytes, in the highest bits.
    #[inline]
    fn hash(self) -> u32 {
        (self.0 & !FIRST).wrapping_mul(0x9e37_79b1)
    }

    /// Its bit among all grams.
    #[inline]
    fn number(self) -> usize {
        index(self.0.wrapping_mul(0x85eb_ca6b) >> (u32::BITS - GRAM_BITS))
    }

    /// The word of its last three bytes.
    #[inline]
    fn word(self) -> usize {
        index(self.hash() >> (u32::BITS - HASH_BITS))
    }

    /// Where the marks of its last three bytes are.
    fn place(self) -> usize {
        index(self.hash() >> (u32::BITS - MARK_BITS))
    }

    /// Where the eight bits of its last three bytes begin.
    #[inline]
    fn first_bit(self) -> u32 {
        self.hash() >> (u32::BITS - HASH_BITS - 6) & 0x38
    }

    /// Its bit: three bits of its first byte that case leaves as they are tell which of the eight.
    #[inline]
    fn bit(self) -> u32 {
        self.first_bit() | self.0 & 0x07
    }
}

impl Known {
    /// The string with this place in the list.
    pub(super) fn new(bytes: &[u8], number: usize) -> Self {
        Self {
            bytes: Box::from(bytes),
            number,
        }
    }

    /// Its first eight bytes, as far as there are so many, and the bits of these.
    fn head(&self) -> (u64, u64) {
        let first = self.bytes.iter().take(8).rev();
        let (head, given) = first.fold((0, 0), |(head, given), byte| {
            (head << 8 | u64::from(*byte), given << 8 | 0xff)
        });
        ((head | CASELESS) & given, given)
    }
}

impl Mark {
    /// Where the string begins whose mark may be `gram`, which stands at `at`; `None` where the gram is
    /// another one, or the first bytes of the string are.
    #[inline]
    fn start(&self, gram: Gram, (text, at): (&[u8], usize)) -> Option<usize> {
        let start = (at + 1).checked_sub(index(self.back))?;
        let first = text.get(start..)?.first_chunk();
        let other = |it: &[u8; 8]| (u64::from_le_bytes(*it) | CASELESS) & self.given ^ self.head;
        let other = first.map_or(0, other) | u64::from((self.gram.0 ^ gram.0) & self.told);
        (other == 0).then_some(start)
    }
}

impl Marks {
    fn new(mut marks: Vec<(usize, Mark)>) -> Self {
        marks.sort_by_key(|it| it.0);
        let mut starts = vec![0_u32; (1 << MARK_BITS) + 1];
        for (place, _) in &marks {
            if let Some(it) = starts.get_mut(place + 1) {
                *it += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        Self {
            starts,
            marks: marks.into_iter().map(|it| it.1).collect(),
        }
    }

    /// The marks with this place.
    fn at(&self, place: usize) -> &[Mark] {
        let Some([start, end]) = self.starts.get(place..place + 2) else {
            return &[];
        };
        let marks = self.marks.get(index(*start)..index(*end));
        marks.unwrap_or_default()
    }
}

/// So many words without a bit, which the memory has anyway.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "they are too many for a stack"
)]
fn zeros<const COUNT: usize>() -> Box<[u64; COUNT]> {
    let words = vec![0; COUNT].into_boxed_slice();
    words
        .try_into()
        .unwrap_or_else(|_other| Box::new([0; COUNT]))
}

/// A number as places in memory are counted.
#[inline]
fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Table {
    /// A table of `strings`; `rarest` tells where in one of them the two grams stand, one behind the
    /// other, that are rarest in texts.
    pub(super) fn new(strings: Vec<Known>, rarest: impl Fn(&[u8]) -> usize) -> Self {
        let mut bits = zeros::<WORDS>();
        let mut grams = zeros::<GRAM_WORDS>();
        let mut set = |gram: Gram, which: u64, key: Gram| {
            if let Some(it) = bits.get_mut(gram.word()) {
                *it |= which;
            }
            if let Some(it) = grams.get_mut(key.number() >> 6) {
                *it |= 1 << (key.number() & 63);
            }
        };
        let mut by_last = Vec::new();
        let mut by_first = Vec::new();
        for (string, known) in (0..).zip(&strings) {
            let bytes = &*known.bytes;
            let (head, given) = known.head();
            let mark = |gram, told, back: usize| Mark {
                gram,
                told,
                head,
                given,
                back: u32::try_from(back).unwrap_or(u32::MAX),
                string,
            };
            let whole = |at: usize| {
                let gram = Gram::of_few(bytes.get(at..).unwrap_or_default());
                mark(gram, u32::MAX, at + 1)
            };
            let start = if bytes.len() > LONG { rarest(bytes) } else { 0 };
            let count = (bytes.len() + 1).saturating_sub(LONG).min(2);
            for part in (start..start + count).map(whole) {
                set(part.gram, 1 << part.gram.bit(), part.gram);
                by_last.push((part.gram.place(), part));
            }
            if count < 2 {
                // Of the gram that begins a byte before, the first byte may be any.
                let behind = mark(Gram::of_few(bytes).before(), !FIRST, 0);
                set(
                    behind.gram,
                    0xff << behind.gram.first_bit(),
                    behind.gram.tail(),
                );
                by_last.push((behind.gram.place(), behind));
            }
            if count < 1 {
                // Of the gram that begins with it, the last one.
                let first = mark(Gram::of_few(bytes), !LAST, 1);
                for last in (0..=u32::from(u8::MAX)).filter(|it| it & 0x20 != 0) {
                    let gram = Gram(first.gram.0 & !LAST | last << 24);
                    set(gram, 1 << gram.bit(), gram);
                }
                by_first.push((first.gram.before().place(), first));
            }
        }
        Self {
            bits,
            grams,
            by_last: Marks::new(by_last),
            by_first: Marks::new(by_first),
            strings,
        }
    }

    /// Whether `gram` may be part of a string.
    #[inline]
    pub(super) fn may_have(&self, gram: Gram) -> bool {
        let word = self.bits.get(gram.word());
        word.is_some_and(|it| it >> gram.bit() & 1 == 1)
    }

    /// Whether `gram`, which [`Self::may_have`] lets pass, is part of a string; wrong for few that are
    /// not.
    #[inline]
    pub(super) fn has(&self, gram: Gram) -> bool {
        let bit = |it: Gram| {
            let word = self.grams.get(it.number() >> 6).copied();
            word.unwrap_or_default() >> (it.number() & 63)
        };
        (bit(gram) | bit(gram.tail())) & 1 == 1
    }

    /// Hands `take` every string that `gram`, which stands there in the text, is part of: its start,
    /// its end, its number.
    pub(super) fn known(
        &self,
        gram: Gram,
        (text, at): (&[u8], usize),
        mut take: impl FnMut(usize, usize, usize),
    ) {
        let last = self.by_last.at(gram.place());
        let first = self.by_first.at(gram.before().place());
        for marks in [last, first] {
            for mark in marks {
                let Some(start) = mark.start(gram, (text, at)) else {
                    continue;
                };
                let Some(known) = self.strings.get(index(mark.string)) else {
                    continue;
                };
                let end = start + known.bytes.len();
                let written = text.get(start..end);
                if written.is_some_and(|it| it.eq_ignore_ascii_case(&known.bytes)) {
                    take(start, end, known.number);
                }
            }
        }
    }
}
