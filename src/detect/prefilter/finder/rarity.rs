//! How rare a few bytes are in texts.

use crate::pattern::commonness;

/// The commonness of a byte that is everywhere.
const MOST_COMMON: u32 = 11;

/// How rare each letter is, behind what is no letter: the logarithm of its probability, without
/// the sign. Counted, as the next table was, in 60 MB of Python, JavaScript and prose.
const ALONE: &[u8] = b"157564776597565569554577879";

/// How rare each letter is behind another one; `.` stands for what is no letter.
const BEHIND: [&[u8]; 27] = [
    // .abcdefghijklmnopqrstuvwxyz
    b"0676677886a9777779766688a9a", // .
    b"385458759597443a5a343566869", // a
    b"335663687569379489548498859", // b
    b"3485838a36a459a28a5734aaa79", // c
    b"14675288a499678389667689a6a", // d
    b"2575476797a9453866344867579", // e
    b"2377755993996983a93765a9a7a", // f
    b"258882855499555588356589989", // g
    b"2378829993a7778388675699a8a", // h
    b"56644555aa9844236963396a7a6", // i
    b"346762777476766367636566777", // j
    b"257762767487686578635686978", // k
    b"3478525993a939947a954489b5a", // l
    b"23588298949a7564389686a998a", // m
    b"2495446485a678646a93366ab7a", // n
    b"46645766978644265b3554658aa", // o
    b"339963a975a946734a35459a76a", // p
    b"367777877787578766767177868", // q
    b"34866286a4b666538a554679b5a", // r
    b"2595828a54b6788569843588a79", // s
    b"2497839a43ba68847a45559995a", // t
    b"25567386a5a944484b3348aa999", // u
    b"337881978298888598888889989", // v
    b"338773784388784388557887989", // w
    b"258475787488768728872788778", // x
    b"167766789688575439755887889", // y
    b"237772776477656477776576766", // z
];

/// How rare each `count` bytes in a row of `bytes`, which are in lower case, are in texts: the
/// logarithm of how often they stand in one, without the sign.
pub(super) fn rarities(bytes: &[u8], count: usize) -> Vec<u32> {
    let letters: Vec<usize> = bytes.iter().map(|it| letter(*it)).collect();
    let before = std::iter::once(&0).chain(&letters);
    // Up to each byte: what it adds behind the one before it, and what it adds as a sign.
    let mut sum = 0;
    let sums: Vec<u32> = before
        .zip(&letters)
        .zip(bytes)
        .map(|((one, other), byte)| {
            sum += BEHIND.get(*one).map_or(0, |it| rank(it, *other)) + sign(*byte, *other);
            sum
        })
        .collect();
    let firsts = letters.iter().zip(bytes).zip(&sums);
    let lasts = sums.iter().skip(count.saturating_sub(1));
    firsts
        .zip(lasts)
        .map(|(((letter, byte), first), last)| {
            rank(ALONE, *letter) + sign(*byte, *letter) + last - first
        })
        .collect()
}

/// How rare `byte` is for a sign; nothing for a letter.
fn sign(byte: u8, letter: usize) -> u32 {
    match letter {
        0 => MOST_COMMON.saturating_sub(commonness(byte)),
        _ => 0,
    }
}

/// What a row of a table says of a letter: one of its digits, `0` to `f`.
fn rank(row: &[u8], letter: usize) -> u32 {
    let digit = row.get(letter).copied().unwrap_or(b'0');
    u32::from(digit & 0x0f) + 9 * u32::from(digit >> 6)
}

/// The place of a byte in the tables.
fn letter(byte: u8) -> usize {
    if byte.is_ascii_lowercase() {
        usize::from(byte - b'a') + 1
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_words_hold_is_common() {
        for (common, rare) in [("tion", "jwks"), ("ing ", "api_"), ("pass", "assw")] {
            let rarity = |it: &str| rarities(it.as_bytes(), 4);
            assert!(rarity(common) < rarity(rare), "{common}");
        }
        assert!(rarities(b"", 4).is_empty());
        assert!(rarities(b"abc", 4).is_empty());
        assert_eq!(rank(b"0f", 1), 15);
        assert_eq!(rank(b"09", 1), 9);
    }

    #[test]
    fn a_gram_is_as_rare_in_a_string_as_alone() {
        let string = b"db-pass_word.key";
        let alone = string.windows(4).flat_map(|it| rarities(it, 4));
        assert_eq!(rarities(string, 4), alone.collect::<Vec<_>>());
    }

    #[test]
    fn every_row_has_a_digit_for_each_letter() {
        for row in BEHIND.iter().chain([&ALONE]) {
            assert_eq!(row.len(), 27);
            assert!(row.iter().all(u8::is_ascii_hexdigit));
        }
    }
}
