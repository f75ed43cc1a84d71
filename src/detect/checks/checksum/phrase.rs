//! Phrases of words that stand for the seed of a wallet.

use sha2::{Digest as _, Sha256};

/// The words of BIP 39, sorted; each stands for eleven bits.
const WORDS: &str = include_str!("bip39-english.txt");

/// How many bits a word stands for.
const WORD_BITS: usize = 11;

/// A phrase with fewer different words than this is made up: `test test test … junk`.
const DISTINCT: usize = 8;

/// How the phrases open that tools for developers come with.
const PUBLISHED: [&str; 3] = [
    "candy maple cake sugar",
    "myth like bonus scare",
    "legal winner thank year",
];

/// Whether the value is words of BIP 39 whose last bits are the SHA-256 of the bits before.
pub(super) fn is_mnemonic(value: &str) -> bool {
    let words: Vec<&str> = value.split_ascii_whitespace().collect();
    if !matches!(words.len(), 12 | 15 | 18 | 21 | 24) {
        return false;
    }
    let mut distinct = words.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let opening = words.iter().take(4).copied().collect::<Vec<_>>().join(" ");
    if distinct.len() < DISTINCT || PUBLISHED.contains(&&*opening) {
        return false;
    }
    let list: Vec<&str> = WORDS.lines().collect();
    let numbers: Option<Vec<usize>> = words.iter().map(|it| list.binary_search(it).ok()).collect();
    numbers.is_some_and(|it| has_sum(&it))
}

/// Whether one bit for each three words at the end is the start of the SHA-256 of the rest.
fn has_sum(numbers: &[usize]) -> bool {
    let bits: Vec<bool> = numbers
        .iter()
        .flat_map(|number| (0..WORD_BITS).rev().map(move |bit| number >> bit & 1 == 1))
        .collect();
    let Some((body, sum)) = bits.split_at_checked(bits.len() - numbers.len() / 3) else {
        return false;
    };
    let seed: Vec<u8> = body.chunks(8).map(byte).collect();
    let hash = Sha256::digest(seed);
    let Some(first) = hash.first() else {
        return false;
    };
    let length = sum.len();
    usize::from(*first) >> (8 - length) == usize::from(byte(sum))
}

/// The number that at most eight bits make.
fn byte(bits: &[bool]) -> u8 {
    bits.iter().fold(0, |sum, it| sum << 1 | u8::from(*it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_whole() {
        assert_eq!(WORDS.lines().count(), 2048);
        assert!(WORDS.lines().is_sorted());
    }

    #[test]
    fn a_phrase_ends_with_its_sum() {
        let phrase = "scheme spot photo card baby mountain device kick cradle pact join borrow"; // shield: allow a phrase of our own
        assert!(is_mnemonic(phrase));
        assert!(!is_mnemonic(&phrase.replace("borrow", "border")));
        assert!(!is_mnemonic(&phrase.replace("borrow", "borrowed")));
        let long = "void come effort suffer camp survey warrior heavy shoot primary clutch crush \
                    open amazing screen patrol group space point ten exist slush involve unfold";
        assert!(is_mnemonic(long));
        assert!(!is_mnemonic(&long.replace("void come", "come void")));
    }

    #[test]
    fn phrases_that_everybody_knows_are_none() {
        for phrase in [
            "test test test test test test test test test test test junk",
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
            "legal winner thank year wave sausage worth useful legal winner thank yellow",
            "candy maple cake sugar pudding cream honey rich smooth crumble sweet treat",
            "",
        ] {
            assert!(!is_mnemonic(phrase), "{phrase}");
        }
    }
}
