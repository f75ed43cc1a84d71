//! Whether a value stands in for a secret, or is none at all.
//!
//! Three answers: it can be a secret; it is a word that somebody put in the place of one, which
//! works until somebody guesses it; it is a reference, a template, a sentence, a place.

use super::Run;
use super::shape::{self, NoValue};
use super::words::{self, Make, Parts, Words, list, parts};
use crate::finding::Doubt;

/// What a value is, as far as it tells itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It can be a secret.
    Genuine,
    /// It stands in for one: `changeme`, `dev-secret-key`, `xxxx`.
    StandIn,
    /// It is no value: `${PASSWORD}`, `auth.password.reset`, `Enter your password`, `/run/key`; or it
    /// is in print.
    NoValue,
}

/// Parts that say that a value is to be replaced.
static MARKERS: Parts = Parts::new(|| {
    parts(
        "**** •••• ... #### example changeme change_me change-me changethis change_this change-this dummy placeholder \
     redacted replaceme replace_me replace-me replace_with replace-with your_ your- yourkey \
     yourtoken yoursecret yourpassword insert_ insert- lorem not-a-real not_a_real fake_ fake- \
     xxxx",
    )
});

/// Parts that no issued secret has but by a rare accident.
static EASY_PARTS: Parts = Parts::new(|| {
    parts("foobar dead-beef deadbeef cafebabe qwerty asdfgh zxcvbn 1q2w3e qazwsx p@ssw pa$$w")
});

/// Texts shorter than this are not what rules for passwords ask for, in bytes.
const LEAST_COMPOSED: usize = 8;

/// Signs that nobody but rules for passwords asks for; identifiers have the others.
const SIGNS: &[u8] = b"!@#$%^&*()+=?~";

/// Parts of values that issuers print in their documentation or build into emulators: AWS beside
/// the ids that end in EXAMPLE; the storage emulator and the Cosmos DB emulator of Azure; Stripe,
/// twice; the payload of the token on jwt.io, subject 1234567890; the answer to a web socket that
/// RFC 6455 prints.
static PUBLISHED: Parts = Parts::new(|| {
    parts(
        "wJalrXUtnFEMI Eby8vdM02xNOcqFlqUwJPLlmEtl \
     C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM 4eC39HqLyjWDarjtT1zdp7dc BQokikJOvBiI2HlWgH4olfQ2 \
     eyJzdWIiOiIxMjM0NTY3ODkw dGhlIHNhbXBsZSBub25jZQ",
    )
});

/// The length of the shortest of them.
const SHORTEST_PUBLISHED: usize = 13;

/// Words of formats and languages that stand where a value is asked for.
static KEYWORDS: Words = Words::new(|| {
    list(
        "auto basic bearer bool boolean bytes cookie default digest disabled empty enabled false follow \
     function header hidden include inherit int integer jwt n/a na nil no none null number \
     oauth oauth2 object off omit on optional query required same-origin str string text true \
     undefined unknown unset varchar yes",
    )
});

/// The length of the longest of them.
const LONGEST_KEYWORD: usize = 11;

/// What shows where a value stands, the first that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Ground {
    /// It is empty.
    Empty,
    /// Its shape: a template, a reference, a sentence, a place.
    Shape(NoValue),
    /// It is a word of a format or a language.
    Keyword,
    /// It is in print.
    Published,
    /// A part of it says that it is to be replaced.
    Marked,
    /// It is one character over and over, or a run.
    Monotonous,
    /// It repeats its name.
    RepeatsName,
    /// It is made of words that stand in for a secret.
    StandInWords,
    /// It is made of words that names are made of.
    NameWords,
    /// Nothing speaks against it.
    Nothing,
}

impl Ground {
    /// What it says against the value.
    pub(super) fn doubt(self) -> Option<Doubt> {
        Some(match self {
            Self::Nothing => return None,
            Self::Shape(NoValue::Template | NoValue::Reference) => Doubt::Reference,
            Self::Shape(NoValue::Prose) => Doubt::Prose,
            Self::Shape(NoValue::Place) => Doubt::Place,
            Self::Shape(NoValue::IdentifierPath) | Self::RepeatsName | Self::NameWords => {
                Doubt::Identifier
            }
            Self::Empty | Self::Keyword => Doubt::Keyword,
            Self::Published => Doubt::Published,
            Self::Marked | Self::Monotonous | Self::StandInWords => Doubt::StandIn,
        })
    }
}

/// What `value`, bound to `name` if to any, stands for.
pub(super) fn standing(name: Option<&str>, value: &str) -> Standing {
    match ground(name, value) {
        Ground::Empty
        | Ground::Shape(_)
        | Ground::Keyword
        | Ground::Published
        | Ground::RepeatsName
        | Ground::NameWords => Standing::NoValue,
        Ground::Marked | Ground::Monotonous | Ground::StandInWords => Standing::StandIn,
        Ground::Nothing => Standing::Genuine,
    }
}

/// What tells where `value`, bound to `name` if to any, stands.
pub(in crate::detect) fn ground(name: Option<&str>, value: &str) -> Ground {
    let value = value.trim();
    if value.is_empty() {
        return Ground::Empty;
    }
    if let Some(it) = shape::no_value(value) {
        return Ground::Shape(it);
    }
    let is_keyword = |it: &&str| it.eq_ignore_ascii_case(value);
    let is_short = value.len() <= LONGEST_KEYWORD;
    if (is_short && KEYWORDS.iter().any(is_keyword)) || value.chars().all(is_mask) {
        return Ground::Keyword;
    }
    if is_published(value) {
        return Ground::Published;
    }
    if is_marked(value) {
        return Ground::Marked;
    }
    // Whoever takes that trouble means to log in with it, however easy it is to guess.
    if is_composed(value) {
        return Ground::Nothing;
    }
    if has_part(&EASY_PARTS, value) {
        return Ground::Marked;
    }
    if is_monotonous(value) {
        return Ground::Monotonous;
    }
    if name.is_some_and(|it| repeats(it, value)) {
        return Ground::RepeatsName;
    }
    match words::make(value) {
        Some(Make::StandIn) => Ground::StandInWords,
        Some(Make::Name) => Ground::NameWords,
        None => Ground::Nothing,
    }
}

/// Letters and digits alone, in lower case.
fn compact(text: &str) -> impl DoubleEndedIterator<Item = u8> + '_ {
    let kept = text.bytes().filter(u8::is_ascii_alphanumeric);
    kept.map(|it| it.to_ascii_lowercase())
}

/// Whether `name` ends with what `value` says, but for the way it is written.
fn repeats(name: &str, value: &str) -> bool {
    let mut name = compact(name).rev();
    compact(value).nth(2).is_some() && compact(value).rev().all(|it| name.next() == Some(it))
}

fn is_mask(c: char) -> bool {
    matches!(c, '*' | '•' | '●' | '·' | '.' | '-' | '_' | '#' | '?' | '…')
}

/// Whether a part of the value says that it is a stand-in.
fn is_marked(value: &str) -> bool {
    let is_slot = value.starts_with('<') && value.ends_with('>');
    is_slot || has_part(&MARKERS, value)
}

fn has_part(parts: &Parts, value: &str) -> bool {
    parts.as_ref().is_some_and(|it| it.is_match(value))
}

/// Whether the value is what rules for passwords ask for: small and capital letters, digits and
/// signs in one word.
fn is_composed(value: &str) -> bool {
    let bytes = value.as_bytes();
    let has = |kind: fn(&u8) -> bool| bytes.iter().any(kind);
    bytes.len() >= LEAST_COMPOSED
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
        && has(|it| SIGNS.contains(it))
        && bytes.iter().all(u8::is_ascii_graphic)
}

/// Whether an issuer has printed the value for everybody to read.
fn is_published(value: &str) -> bool {
    value.ends_with("EXAMPLE")
        || value.ends_with("EXAMPLEKEY")
        || (value.len() >= SHORTEST_PUBLISHED
            && PUBLISHED.as_ref().is_some_and(|it| it.is_match(value)))
}

/// Whether the value is one character over and over, or runs through the alphabet or the digits.
fn is_monotonous(value: &str) -> bool {
    let mut length = 0;
    let mut kinds = 0_u128;
    let mut last = 0;
    let [mut same, mut up, mut down] = [Run::default(); 3];
    for byte in compact(value) {
        length += 1;
        kinds |= 1 << (byte % 128);
        same.go_on(byte == last);
        up.go_on(byte == last + 1 || (last, byte) == (b'9', b'0'));
        down.go_on(last == byte + 1);
        last = byte;
    }
    let run = up.longest().max(down.longest());
    (length >= 4 && kinds.count_ones() <= 2)
        || same.longest() >= 6
        || run >= 8
        || (run >= 4 && run * 3 >= length * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_the_lists_are_theirs() {
        let longest = KEYWORDS.iter().map(|it| it.len()).max();
        assert_eq!(longest, Some(LONGEST_KEYWORD));
        let published = PUBLISHED.as_ref().unwrap();
        assert_eq!(published.min_pattern_len(), SHORTEST_PUBLISHED);
    }

    fn all(expected: Standing, values: &[&str]) {
        for value in values {
            assert_eq!(standing(None, value), expected, "{value}");
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_taken_for_one() {
        all(
            Standing::Genuine,
            &[
                "rosebud-1941",
                "Tr0ub4dor&3",
                "s3",
                "P@ssw0rd",
                "Pass!12345",
                "1234567890Aa$",
                "@Boldbird12",
                "k9Qx2LmZ",
                "9f86d081884c7d659a2feaa0c55ad015",
                "GOCSPX-x8Rk2LmQ9vT4wZ7b",
                "hQ/8s+Zk1=",
                "/hQ8sZk1x9Lm2Qv/7Tb==",
                "correct-horse-battery-77",
                "postgres://app:rosebud-1941@db/x", // shield: allow made up
                "django-insecure-8#k2)x@q$7vw9e",
                "8e1f2c3a-93b4-4d6e-a7f8-19ab20cd3e4f",
                concat!("sk_test_", "Kz81mQ02xLpR77vTnB35"),
            ],
        );
    }

    #[test]
    fn what_is_to_be_replaced_is_a_stand_in() {
        all(
            Standing::StandIn,
            &[
                "changeme",
                "CHANGE-ME",
                "please_change_me_now",
                "xxxxxxxx",
                "sk_live_xxxxxxxxxxxxxxxx",
                "your-api-key-here",
                "<your token>",
                "<API_KEY>",
                "dummy",
                "redacted",
                "aaaaaaaa",
                "00000000-0000-0000-0000-000000000000",
                "12345678",
                "abcdefgh",
                "0123456789abcdef0123456789abcdef",
                "qwerty123",
                "password",
                "secret",
                "p@ssw0rd",
                "Change_me_1!",
                "dev-secret-key",
                "abc123",
                "87654321",
            ],
        );
    }

    #[test]
    fn what_is_filled_in_later_is_no_value() {
        all(
            Standing::NoValue,
            &[
                "",
                "  ",
                "${DB_PASSWORD}",
                "{{ password }}",
                "%(password)s",
                "#{secret}",
                "$SECRET",
                "%TOKEN%",
                "{password}",
                "Bearer {}",
                "%s",
                "__PASSWORD__",
                "<%= token %>",
                "$(cat key)",
                "@@TOKEN@@",
            ],
        );
    }

    #[test]
    fn what_says_where_to_look_is_no_value() {
        all(
            Standing::NoValue,
            &[
                "os.environ['TOKEN']",
                "process.env.TOKEN",
                "settings.password",
                "this.password",
                "get_secret('x')",
                "vault:secret/db#password",
                "ENC[AES256_GCM,data:abc1]",
                "arn:aws:secretsmanager:eu-west-1:1:secret:x",
                "/run/secrets/db-password",
                "./key.pem",
                "secrets/key.json",
                "id_rsa.pub",
                "https://acme.io/oauth/token",
                "#password",
                "auth.password.reset",
                "auth:token:expired",
                "^[a-z]+$",
                "1.2.3",
            ],
        );
    }

    #[test]
    fn what_a_person_reads_is_no_value() {
        all(
            Standing::NoValue,
            &[
                "Your password",
                "Invalid or expired token.",
                "Password:",
                "Mot de passe oublié",
                "Contraseña",
                "密码",
                "Must have at least 8 characters",
                "form control",
                "Enter token...",
            ],
        );
    }

    #[test]
    fn words_of_formats_and_names_are_no_values() {
        all(
            Standing::NoValue,
            &[
                "same-origin",
                "include",
                "omit",
                "null",
                "None",
                "true",
                "string",
                "****",
                "--",
                concat!("AKIA", "IOSFODNN7EXAMPLE"),
                "access_token",
                "accessToken",
                "new-password",
                "csrftoken",
                "x-api-key",
            ],
        );
    }

    #[test]
    fn a_value_that_repeats_its_name_is_none() {
        let values = [
            ("PK_TOKEN", "token", Standing::NoValue),
            ("password", "password", Standing::NoValue),
            ("DB_PASSWORD", "password", Standing::NoValue),
            ("DB_PASSWORD", "secret", Standing::StandIn),
            ("sessionSecret", "mysecret", Standing::StandIn),
            ("SESSION_KEY_ZETA", "session-key-zeta", Standing::NoValue),
        ];
        for (name, value, expected) in values {
            assert_eq!(standing(Some(name), value), expected, "{name} {value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_standing(name in ".{0,20}", value in ".{0,200}") {
            standing(Some(&name), &value);
        }
    }
}
