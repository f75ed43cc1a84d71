//! Pieces of texts, hashed: what the linear parts of the model add up.
//!
//! Every piece has a bucket of its own but for accidents; the weights of the buckets are learned.

use super::view::View;

/// How many buckets each side has, as a power of two.
const BITS: u32 = 14;

/// At most so many pieces are taken of each side.
const MOST: usize = 256;

/// So much of a value is taken apart, in bytes.
const VALUE: usize = 64;

/// So many words of the line before the value count, the last ones.
const WORDS_BEFORE: usize = 8;

/// So many words behind it.
const WORDS_AFTER: usize = 4;

/// What a linear part of the model looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The value.
    Value,
    /// The name.
    Name,
    /// The line and the path.
    Place,
}

/// The buckets of the pieces of one side.
#[derive(Debug, Clone)]
pub struct Grams {
    buckets: [u16; MOST],
    count: usize,
}

impl Grams {
    /// How many buckets there are.
    pub const BUCKETS: usize = 1 << BITS;

    /// Goes up when texts are taken apart differently.
    pub(super) const VERSION: u32 = 2;

    /// The pieces of one side of a candidate.
    pub(super) fn of(side: Side, view: &View<'_>) -> Self {
        let mut grams = Self {
            buckets: [0; MOST],
            count: 0,
        };
        match side {
            Side::Value => grams.take_value(view.value.as_bytes()),
            Side::Name => grams.take_name(view.name.as_bytes()),
            Side::Place => grams.take_place(view),
        }
        grams
    }

    /// The buckets, one for each piece.
    #[must_use]
    pub fn buckets(&self) -> &[u16] {
        self.buckets.get(..self.count).unwrap_or_default()
    }

    fn add(&mut self, hash: u32) {
        if let Some(it) = self.buckets.get_mut(self.count) {
            *it = u16::try_from(hash.wrapping_mul(0x9e37_79b1) >> (32 - BITS)).unwrap_or(0);
            self.count += 1;
        }
    }

    /// Three and four letters in small case, and five shapes; both ends count as a character.
    fn take_value(&mut self, value: &[u8]) {
        let mut letters = 1_u32;
        let mut shapes = 1_u32;
        let bytes = value.iter().take(VALUE).copied();
        let mut count = 0_u32;
        for (letter, shape) in bytes
            .map(|it| (it.to_ascii_lowercase(), shape(it)))
            .chain([(2, 2)])
        {
            count += 1;
            letters = letters << 8 | u32::from(letter);
            shapes = (shapes << 6 | u32::from(shape)) & 0x3fff_ffff;
            if count >= 2 {
                self.add_packed(letters & 0x00ff_ffff);
            }
            if count >= 3 {
                self.add_packed(letters);
            }
            if count >= 4 {
                self.add_packed(shapes | 0x8000_0000);
            }
        }
    }

    /// Adds up to four bytes that were put into one number.
    fn add_packed(&mut self, pieces: u32) {
        self.add(pieces.wrapping_mul(0x85eb_ca6b) ^ pieces >> 15);
    }

    /// The words, their neighbours, the ends, and three letters.
    fn take_name(&mut self, name: &[u8]) {
        let mut last = SEED;
        words(name, |word| {
            let hash = of_word(SEED, word);
            self.add(hash);
            self.add(of_word(step(last, b' '), word));
            last = hash;
        });
        self.add(step(last, b'$'));
        for window in name.windows(4).take(32) {
            self.add(of_word(SEED ^ 0x77, window));
        }
        if name.is_empty() {
            self.add(SEED);
        }
    }

    /// The words around the value by their distance from it, and what the path ends with.
    fn take_place(&mut self, view: &View<'_>) {
        let before = view.before.as_bytes();
        let mut seen = [SEED; WORDS_BEFORE];
        let mut count = 0;
        words(before, |word| {
            if let Some(it) = seen.get_mut(count % WORDS_BEFORE) {
                *it = of_word(SEED, word);
            }
            count += 1;
        });
        for back in 0..count.min(WORDS_BEFORE) {
            let hash = seen.get((count - 1 - back) % WORDS_BEFORE).copied();
            let hash = hash.unwrap_or(SEED);
            self.add(step(hash, b'<'));
            if back < 2 {
                self.add(step(hash, if back == 0 { b'1' } else { b'2' }));
            }
        }
        let mut behind = 0;
        words(view.after.as_bytes(), |word| {
            if behind < WORDS_AFTER {
                self.add(of_word(SEED ^ 0x3c, word));
            }
            behind += 1;
        });
        let signs = |text: &[u8], salt| {
            let kept = text.iter().filter(|it| !it.is_ascii_alphanumeric());
            kept.fold(SEED ^ salt, |hash, it| step(hash, *it))
        };
        let near = before.get(before.len().saturating_sub(4)..);
        self.add(signs(near.unwrap_or_default(), 0x11));
        let next = view.after.as_bytes();
        self.add(signs(
            next.get(..next.len().min(3)).unwrap_or_default(),
            0x12,
        ));
        let path = view.candidate.path;
        let name = path.file_name().unwrap_or_default();
        words(name.as_bytes(), |word| self.add(of_word(SEED ^ 0x9a, word)));
        let folder = path.parent().and_then(camino::Utf8Path::file_name);
        words(folder.unwrap_or_default().as_bytes(), |word| {
            self.add(of_word(SEED ^ 0x9b, word));
        });
    }
}

/// What kind of character a byte is, in six bits; signs are kinds of their own.
fn shape(byte: u8) -> u8 {
    match byte {
        b'a'..=b'f' => 3,
        b'g'..=b'z' => 4,
        b'A'..=b'Z' => 5,
        b'0'..=b'9' => 6,
        0x80.. => 7,
        // Signs lie between 0x20 and 0x40, and between letters.
        it => 8 + it % 56,
    }
}

/// Gives every word of `text` to `take`: letters, split where a capital opens a word; digits are
/// left out.
pub(super) fn words<'t>(text: &'t [u8], mut take: impl FnMut(&'t [u8])) {
    let mut start = 0;
    for at in 0..=text.len() {
        let here = text.get(at).filter(|it| it.is_ascii_alphabetic());
        let before = at.checked_sub(1).and_then(|it| text.get(it));
        let opens = here.is_some_and(|here| {
            let after = text.get(at + 1);
            here.is_ascii_uppercase()
                && before.is_some_and(|before| {
                    before.is_ascii_lowercase()
                        || (before.is_ascii_uppercase()
                            && after.is_some_and(u8::is_ascii_lowercase))
                })
        });
        if here.is_none() || opens {
            if let Some(word) = text.get(start..at).filter(|it| !it.is_empty()) {
                take(word);
            }
            start = if here.is_none() { at + 1 } else { at };
        }
    }
}

/// The start of FNV-1a.
const SEED: u32 = 0x811c_9dc5;

fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// The hash of a word, in any case of letters.
pub(super) fn hash(word: &[u8]) -> u32 {
    of_word(SEED, word)
}

fn of_word(seed: u32, word: &[u8]) -> u32 {
    word.iter()
        .fold(seed, |hash, it| step(hash, it.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        let split = |text: &'static str| {
            let mut found = Vec::new();
            words(text.as_bytes(), |it| {
                found.push(str::from_utf8(it).unwrap());
            });
            found
        };
        assert_eq!(split("DB_PASSWORD2"), ["DB", "PASSWORD"]);
        assert_eq!(split("apiKey"), ["api", "Key"]);
        assert_eq!(split("HTTPServer-name"), ["HTTP", "Server", "name"]);
        assert_eq!(split(""), [""; 0]);
        assert_eq!(split("é"), [""; 0]);
    }
}
