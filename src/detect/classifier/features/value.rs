//! What the value is made of.

use super::dictionary;
use super::runs;
use super::terms::{Topic, Topics};
use super::{Feature, Features, real};
use crate::detect::checks::placeholder::{self, Ground};
use crate::detect::checks::random;
use crate::detect::checks::shape::NoValue;
use crate::detect::classifier::view::View;

/// So much of a value is measured closely, in bytes.
const CLOSE: usize = 128;

/// Lengths of hashes in hexadecimal digits.
const HASHES: [usize; 6] = [32, 40, 56, 64, 96, 128];

/// What hashes of passwords open with.
const SCHEMES: &[&str] = &[
    "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$apr1$", "$argon2", "$pbkdf2", "$scrypt",
    "pbkdf2_", "pbkdf2:", "bcrypt", "argon2", "scrypt", "sha1$", "sha256$", "sha512", "sha256-",
    "sha256:", "sha384-", "md5$", "md5:", "{ssha", "{sha", "{md5",
];

/// The logarithms of small numbers, to base two.
const LOGARITHMS: [f32; 9] = [0.0, 0.0, 1.0, 1.585, 2.0, 2.322, 2.585, 2.807, 3.0];

/// How many characters of each kind a text has.
#[derive(Default)]
struct Census {
    lower: usize,
    upper: usize,
    digits: usize,
    signs: usize,
    foreign: usize,
    spaces: usize,
    hex: usize,
    base64: usize,
    vowels: usize,
    slashes: usize,
    dots: usize,
    dashes: usize,
    underscores: usize,
    brackets: usize,
    escapes: usize,
    code: usize,
}

impl Census {
    fn of(text: &[u8]) -> Self {
        let mut it = Self::default();
        for byte in text {
            match byte {
                b'a'..=b'z' => it.lower += 1,
                b'A'..=b'Z' => it.upper += 1,
                b'0'..=b'9' => it.digits += 1,
                b' ' | b'\t' | b'\r' | b'\n' => it.spaces += 1,
                0x80.. => it.foreign += 1,
                _ => it.signs += 1,
            }
            match byte.to_ascii_lowercase() {
                b'a' | b'e' | b'i' | b'o' | b'u' => it.vowels += 1,
                b'/' => it.slashes += 1,
                b'.' => it.dots += 1,
                b'-' => it.dashes += 1,
                b'_' => it.underscores += 1,
                b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' => it.brackets += 1,
                b'\\' => it.escapes += 1,
                b'=' | b'&' | b';' | b',' | b'|' | b'"' | b'\'' | b'`' | b':' => it.code += 1,
                _ => {}
            }
            it.hex += usize::from(byte.is_ascii_hexdigit());
            it.base64 += usize::from(byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte));
        }
        it
    }

    fn letters(&self) -> usize {
        self.lower + self.upper
    }
}

/// Fills in what the value tells.
pub(super) fn fill(view: &View<'_>, features: &mut Features) {
    let text = view.value.as_bytes();
    let close = text.get(..CLOSE.min(text.len())).unwrap_or_default();
    let census = Census::of(close);
    features.count(Feature::Length, view.length);
    fill_kinds(&census, close, features);
    fill_order(&census, close, features);
    fill_shapes(&census, close, features);
    fill_signs(view.value, close, features);
    fill_ground(view, features);
    let topics = Topics::of(close);
    features.flag(Feature::SaysCredential, topics.has(Topic::Credential));
    features.flag(Feature::SaysTest, topics.has(Topic::Test));
}

fn fill_kinds(census: &Census, text: &[u8], features: &mut Features) {
    let length = text.len();
    for (feature, count) in [
        (Feature::Lower, census.lower),
        (Feature::Upper, census.upper),
        (Feature::Digits, census.digits),
        (Feature::Signs, census.signs),
        (Feature::Foreign, census.foreign),
    ] {
        features.share(feature, count, length);
    }
    for (feature, count) in [
        (Feature::Spaces, census.spaces),
        (Feature::Slashes, census.slashes),
        (Feature::Dots, census.dots),
        (Feature::Dashes, census.dashes),
        (Feature::Underscores, census.underscores),
        (Feature::Brackets, census.brackets),
        (Feature::Escapes, census.escapes),
        (Feature::CodeSigns, census.code),
    ] {
        features.count(feature, count);
    }
    features.share(Feature::Vowels, census.vowels, census.letters());
    features.set(Feature::Style, style(census, text));
}

/// Entropy, order and words.
fn fill_order(census: &Census, text: &[u8], features: &mut Features) {
    let mut counts = [0_u8; 256];
    let mut distinct = 0;
    for byte in text {
        if let Some(it) = counts.get_mut(usize::from(*byte)) {
            distinct += usize::from(*it == 0);
            *it = it.saturating_add(1);
        }
    }
    // Each occurrence of a character that occurs n times adds log2(n).
    let mut excess = 0.0_f32;
    for byte in text {
        let count = counts.get(usize::from(*byte)).copied().unwrap_or(1);
        excess += LOGARITHMS
            .get(usize::from(count))
            .copied()
            .unwrap_or_else(|| f32::from(count).log2());
    }
    let length = real(text.len().max(1));
    features.set(Feature::Entropy, length.log2() - excess / length);
    features.share(Feature::Distinct, distinct, text.len());
    let changes = text.windows(2).filter(|it| is_change(it)).count();
    features.share(Feature::Changes, changes, text.len());
    let (pairs, known) = random::pairs(text);
    features.count(Feature::Pairs, pairs);
    features.share(Feature::KnownPairs, known, pairs);
    let found = runs::runs(text);
    features.count(Feature::SameRun, found.same);
    features.count(Feature::Sequence, found.sequence);
    features.count(Feature::Keyboard, found.keyboard);
    let cover = dictionary::cover(text);
    features.share(Feature::WordCover, cover.letters, cover.of);
    features.count(Feature::LongestWord, cover.longest);
    features.count(Feature::WordCount, cover.words);
    let trailing = text.iter().rev().take_while(|it| it.is_ascii_digit());
    let trailing = trailing.count();
    let all = trailing == text.len() || census.letters() == 0;
    features.count(Feature::TrailingDigits, if all { 0 } else { trailing });
}

fn fill_shapes(census: &Census, text: &[u8], features: &mut Features) {
    let length = text.len();
    let is_hex = census.hex == length && length > 0;
    features.count(Feature::HexDigits, if is_hex { length } else { 0 });
    features.flag(Feature::HashLength, is_hex && HASHES.contains(&length));
    let has_dashes = [8, 13, 18, 23]
        .iter()
        .all(|it| text.get(*it) == Some(&b'-'));
    features.flag(
        Feature::Uuid,
        length == 36 && has_dashes && census.hex == 32 && census.dashes == 4,
    );
    let is_mixed = census.digits > 0 && census.lower > 0 && census.upper > 0;
    let is_base64 = census.base64 == length && length >= 16 && is_mixed;
    let is_whole = length.is_multiple_of(4) || text.ends_with(b"=");
    let base64 = u8::from(is_base64) + u8::from(is_base64 && is_whole);
    features.set(Feature::Base64, f32::from(base64));
    features.flag(Feature::Decimal, census.digits == length && length > 0);
    let separators = |it: &u8| it.is_ascii_digit() || b".:-/T Zv".contains(it);
    features.flag(
        Feature::DateOrVersion,
        census.digits > 0 && census.digits < length && text.iter().all(separators),
    );
}

/// What the value opens and ends with, and the addresses in it.
fn fill_signs(value: &str, text: &[u8], features: &mut Features) {
    features.set(Feature::OpensWithSign, f32::from(sign(text.first())));
    features.set(Feature::EndsWithSign, f32::from(sign(text.last())));
    let authority = value.split_once("://").map(|(_, rest)| {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    });
    let user = authority.and_then(|it| it.rsplit_once('@'));
    features.flag(Feature::Url, authority.is_some());
    let has_password = user.is_some_and(|(it, _)| it.contains(':'));
    features.flag(Feature::UrlPassword, has_password);
    let is_email = authority.is_none()
        && value
            .split_once('@')
            .is_some_and(|(before, host)| !before.is_empty() && host.contains('.'));
    features.flag(Feature::Email, is_email);
    let may_have = text.first().is_some_and(|it| b"$pbasm{PBASM".contains(it));
    let has_scheme = may_have
        && SCHEMES.iter().any(|it| {
            let opening = text.get(..it.len());
            opening.is_some_and(|opening| opening.eq_ignore_ascii_case(it.as_bytes()))
        });
    features.flag(Feature::HashScheme, has_scheme);
    features.flag(Feature::Jwt, text.starts_with(b"eyJ"));
}

/// What kind of sign a value opens or ends with; 0 for a letter or a digit.
fn sign(byte: Option<&u8>) -> u8 {
    match byte {
        None => 0,
        Some(b'/' | b'.' | b'~') => 1,
        Some(b'#' | b'@') => 2,
        Some(b'$' | b'%' | b'{' | b'<' | b'[' | b'(') => 3,
        Some(b'-' | b'_') => 4,
        Some(b':' | b'?' | b'!' | b',' | b';') => 5,
        Some(b'=') => 6,
        Some(b'}' | b'>' | b']' | b')') => 7,
        Some(it) if it.is_ascii_alphanumeric() => 0,
        Some(_) => 8,
    }
}

/// What the checks of patterns say.
fn fill_ground(view: &View<'_>, features: &mut Features) {
    let name = Some(view.name).filter(|it| !it.is_empty());
    let feature = match placeholder::ground(name, view.value) {
        Ground::Empty => Feature::Empty,
        Ground::Shape(NoValue::Template) => Feature::Template,
        Ground::Shape(NoValue::Reference) => Feature::Reference,
        Ground::Shape(NoValue::Prose) => Feature::Prose,
        Ground::Shape(NoValue::Place) => Feature::Place,
        Ground::Shape(NoValue::IdentifierPath) => Feature::IdentifierPath,
        Ground::Keyword => Feature::Keyword,
        Ground::Published => Feature::Published,
        Ground::Marked => Feature::Marked,
        Ground::Monotonous => Feature::Monotonous,
        Ground::RepeatsName => Feature::RepeatsName,
        Ground::StandInWords => Feature::StandInWords,
        Ground::NameWords => Feature::NameWords,
        Ground::Nothing => return,
    };
    features.flag(feature, true);
}

/// How an identifier like this is written; 0 for what is none.
fn style(census: &Census, text: &[u8]) -> f32 {
    let marks = census.dashes + census.underscores + census.dots;
    let others = census.signs - marks.min(census.signs) + census.foreign + census.spaces;
    let opens = text.first().is_some_and(u8::is_ascii_alphabetic);
    if others > 0 || !opens {
        return 0.0;
    }
    if marks > 0 {
        return match (census.dashes, census.underscores, census.dots) {
            (_, 0, 0) => 5.0,
            (0, _, 0) if census.lower == 0 => 6.0,
            (0, _, 0) => 7.0,
            (0, 0, _) => 8.0,
            _ => 9.0,
        };
    }
    match (census.upper, census.lower) {
        (0, _) => 1.0,
        (_, 0) => 2.0,
        (1, _) if text.first().is_some_and(u8::is_ascii_uppercase) => 3.0,
        _ => 4.0,
    }
}

/// Whether letters and digits change places, but for a capital that opens a word.
fn is_change(pair: &[u8]) -> bool {
    let kind = |it: u8| match it {
        b'0'..=b'9' => 1,
        b'A'..=b'Z' => 2,
        b'a'..=b'z' => 3,
        _ => 0,
    };
    let &[one, two] = pair else {
        return false;
    };
    let (one, two) = (kind(one), kind(two));
    one != 0 && two != 0 && one != two && (one, two) != (2, 3)
}
