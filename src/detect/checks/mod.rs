//! Conditions on a value: entropy, length, alphabet, checksums, stand-ins.

mod checksum;
pub(super) mod placeholder;
pub(super) mod random;
mod run;
pub(super) mod shape;
mod words;

use std::collections::BTreeMap;

use self::placeholder::Standing;
pub(super) use self::run::Run;
use crate::finding::Doubt;
use crate::pattern::Charset;
use crate::pattern::Check;

/// Whether `value`, bound to `name` if to any, passes `check`, as far as the two alone can tell.
#[must_use]
pub fn pass(check: &Check, name: Option<&str>, value: &str) -> bool {
    doubt(check, name, value).is_none()
}

/// Why `value`, bound to `name` if to any, fails `check`; `None` when it passes, as far as the two
/// alone can tell.
pub(super) fn doubt(check: &Check, name: Option<&str>, value: &str) -> Option<Doubt> {
    let unless = |holds: bool, doubt: Doubt| (!holds).then_some(doubt);
    match check {
        Check::Entropy(least) => unless(entropy(value) >= f64::from(*least) / 100.0, Doubt::Shape),
        Check::Length { min, max } => unless(
            (*min..=*max).contains(&value.chars().count()),
            Doubt::Length,
        ),
        Check::Charset(it) => unless(value.bytes().all(|byte| belongs(*it, byte)), Doubt::Shape),
        Check::Checksum(it) => unless(checksum::is_right(*it, value), Doubt::Checksum),
        Check::NotPlaceholder => placeholder::ground(name, value).doubt(),
        Check::Placeholder => unless(
            placeholder::standing(name, value) == Standing::StandIn,
            Doubt::Shape,
        ),
        Check::Random => unless(random::is_random(value), Doubt::Shape),
        Check::Reject(expression) => unless(!expression.is_match(value), Doubt::Shape),
        // Asks for more than the value; see `likely`.
        Check::Likely { .. } => None,
    }
}

/// Shannon's entropy of the characters of `text`, in bits for each.
fn entropy(text: &str) -> f64 {
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    let mut total = 0_u32;
    for c in text.chars() {
        *counts.entry(c).or_default() += 1;
        total = total.saturating_add(1);
    }
    let share = |count: &u32| f64::from(*count) / f64::from(total);
    counts.values().map(share).map(|it| -it * it.log2()).sum()
}

/// Whether `byte` belongs to an alphabet.
fn belongs(charset: Charset, byte: u8) -> bool {
    match charset {
        Charset::Hex => byte.is_ascii_hexdigit(),
        Charset::Base64 => byte.is_ascii_alphanumeric() || b"+/=".contains(&byte),
        Charset::Base64url => byte.is_ascii_alphanumeric() || b"_-=".contains(&byte),
        Charset::Base62 => byte.is_ascii_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_counted_for_each_character() {
        let near = |text: &str, bits: f64| (entropy(text) - bits).abs() < 0.001;
        assert!(near("", 0.0));
        assert!(near("aaaa", 0.0));
        assert!(near("abab", 1.0));
        assert!(near("äöüß", 2.0));
        assert!(pass(&Check::Entropy(200), None, "abcd"));
        assert!(!pass(&Check::Entropy(201), None, "abcd"));
    }

    #[test]
    fn a_length_is_counted_in_characters() {
        let check = Check::Length { min: 2, max: 3 };
        let passes = ["a", "ab", "äöü", "abcd"].map(|it| pass(&check, None, it));
        assert_eq!(passes, [false, true, true, false]);
    }

    #[test]
    fn an_alphabet_holds_every_byte_or_the_value_fails() {
        let passes = |charset, text| pass(&Check::Charset(charset), None, text);
        assert!(passes(Charset::Hex, "09afAF"));
        assert!(!passes(Charset::Hex, "0g"));
        assert!(passes(Charset::Base64, "aZ0+/="));
        assert!(!passes(Charset::Base64, "a-b"));
        assert!(passes(Charset::Base64url, "aZ0_-"));
        assert!(!passes(Charset::Base62, "a_b"));
    }
}
