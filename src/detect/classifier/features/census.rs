//! How many characters of each kind a text has.

/// The lanes of a census, one byte of a number for each.
#[derive(Debug, Clone, Copy)]
enum Lane {
    Lower,
    Upper,
    Digits,
    Signs,
    Foreign,
    Spaces,
    Hex,
    Base64,
    Vowels,
    Slashes,
    Dots,
    Dashes,
    Underscores,
    Brackets,
    Escapes,
    Code,
}

/// The counts of a text of up to 255 bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Census {
    pub(super) lower: usize,
    pub(super) upper: usize,
    pub(super) digits: usize,
    pub(super) signs: usize,
    pub(super) foreign: usize,
    pub(super) spaces: usize,
    pub(super) hex: usize,
    pub(super) base64: usize,
    pub(super) vowels: usize,
    pub(super) slashes: usize,
    pub(super) dots: usize,
    pub(super) dashes: usize,
    pub(super) underscores: usize,
    pub(super) brackets: usize,
    pub(super) escapes: usize,
    pub(super) code: usize,
}

impl Census {
    /// Counts the bytes of `text`, all kinds at once.
    pub(super) fn of(text: &[u8]) -> Self {
        let lanes = text.iter().map(|it| LANES.get(usize::from(*it)));
        let sum = lanes
            .flatten()
            .fold(0_u128, |sum, it| sum.wrapping_add(*it));
        let count =
            |lane: Lane| usize::from(sum.to_le_bytes().get(lane as usize).copied().unwrap_or(0));
        Self {
            lower: count(Lane::Lower),
            upper: count(Lane::Upper),
            digits: count(Lane::Digits),
            signs: count(Lane::Signs),
            foreign: count(Lane::Foreign),
            spaces: count(Lane::Spaces),
            hex: count(Lane::Hex),
            base64: count(Lane::Base64),
            vowels: count(Lane::Vowels),
            slashes: count(Lane::Slashes),
            dots: count(Lane::Dots),
            dashes: count(Lane::Dashes),
            underscores: count(Lane::Underscores),
            brackets: count(Lane::Brackets),
            escapes: count(Lane::Escapes),
            code: count(Lane::Code),
        }
    }

    pub(super) fn letters(&self) -> usize {
        self.lower + self.upper
    }
}

/// What each byte adds to the lanes.
static LANES: [u128; 256] = lanes();

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler, over a table of this file"
)]
const fn lanes() -> [u128; 256] {
    let mut lanes = [0; 256];
    let mut byte = 0;
    while byte < lanes.len() {
        lanes[byte] = lane_of(byte as u8);
        byte += 1;
    }
    lanes
}

const fn lane_of(byte: u8) -> u128 {
    let kind = match byte {
        b'a'..=b'z' => Lane::Lower,
        b'A'..=b'Z' => Lane::Upper,
        b'0'..=b'9' => Lane::Digits,
        b' ' | b'\t' | b'\r' | b'\n' => Lane::Spaces,
        0x80.. => Lane::Foreign,
        _ => Lane::Signs,
    };
    let mut lanes = one(kind);
    if byte.is_ascii_hexdigit() {
        lanes |= one(Lane::Hex);
    }
    if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-') {
        lanes |= one(Lane::Base64);
    }
    lanes
        | match byte.to_ascii_lowercase() {
            b'a' | b'e' | b'i' | b'o' | b'u' => one(Lane::Vowels),
            b'/' => one(Lane::Slashes),
            b'.' => one(Lane::Dots),
            b'-' => one(Lane::Dashes),
            b'_' => one(Lane::Underscores),
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' => one(Lane::Brackets),
            b'\\' => one(Lane::Escapes),
            b'=' | b'&' | b';' | b',' | b'|' | b'"' | b'\'' | b'`' | b':' => one(Lane::Code),
            _ => 0,
        }
}

const fn one(lane: Lane) -> u128 {
    1 << (8 * lane as u32)
}

/// How often letters of one case, those of the other, and digits change places in `text`; a
/// capital that opens a word is no change.
pub(super) fn changes(text: &[u8]) -> usize {
    let kind = |it: u8| {
        u8::from(it.is_ascii_digit())
            | u8::from(it.is_ascii_uppercase()) << 1
            | u8::from(it.is_ascii_lowercase()) << 2
    };
    let mut count = 0;
    let mut last = 0;
    for byte in text {
        let here = kind(*byte);
        let both = last != 0 && here != 0 && last != here;
        count += usize::from(both && !(last == 2 && here == 4));
        last = here;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_of_one_kind() {
        let all: Vec<u8> = (0..=255).collect();
        let census = Census::of(&all[..255]);
        let kinds = [
            census.lower,
            census.upper,
            census.digits,
            census.signs,
            census.foreign,
            census.spaces,
        ];
        assert_eq!(kinds.iter().sum::<usize>(), 255);
        assert_eq!((census.lower, census.digits, census.vowels), (26, 10, 10));
        assert_eq!(Census::of(b""), Census::default());
    }

    #[test]
    fn changes_are_counted() {
        for (text, expected) in [
            ("", 0),
            ("abc", 0),
            ("Abc", 0),
            ("a1B2", 3),
            ("ABc", 0),
            ("aB", 1),
        ] {
            assert_eq!(changes(text.as_bytes()), expected, "{text}");
        }
    }
}
