//! Whether a value stands in for a secret, or is none at all.
//!
//! Three answers: it can be a secret; it is a word that somebody put in the place of one, which
//! works until somebody guesses it; it is a reference, a template, a sentence, a place.

use super::shape::{self, NoValue};
use super::words::{self, Make, Words, list};
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

/// Parts that no issued secret has but by a rare accident.
static MARKERS: Words = Words::new(|| {
    list(
        "example changeme change_me change-me changethis change_this change-this dummy placeholder \
     redacted replaceme replace_me replace-me replace_with replace-with your_ your- yourkey \
     yourtoken yoursecret yourpassword insert_ insert- lorem not-a-real not_a_real fake_ fake- \
     foobar dead-beef deadbeef cafebabe xxxx qwerty asdfgh zxcvbn 1q2w3e qazwsx p@ssw pa$$w",
    )
});

/// Parts of values that issuers print in their documentation or build into emulators.
const PUBLISHED: &[&str] = &[
    // AWS, beside the ids that end in EXAMPLE.
    "wJalrXUtnFEMI",
    // The storage emulator and the Cosmos DB emulator of Azure.
    "Eby8vdM02xNOcqFlqUwJPLlmEtl",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM",
    // The keys of Stripe's documentation.
    "4eC39HqLyjWDarjtT1zdp7dc",
    "BQokikJOvBiI2HlWgH4olfQ2",
    // The payload of the token on jwt.io: subject 1234567890.
    "eyJzdWIiOiIxMjM0NTY3ODkw",
    // The answer to a web socket that RFC 6455 prints.
    "dGhlIHNhbXBsZSBub25jZQ",
];

/// Words of formats and languages that stand where a value is asked for.
static KEYWORDS: Words = Words::new(|| {
    list(
        "auto basic bearer bool boolean bytes cookie default digest disabled empty enabled false follow \
     function header hidden include inherit int integer jwt n/a na nil no none null number \
     oauth oauth2 object off omit on optional query required same-origin str string text true \
     undefined unknown unset varchar yes",
    )
});

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
    let lower = value.to_ascii_lowercase();
    if KEYWORDS.contains(&&*lower) || lower.chars().all(is_mask) {
        return Ground::Keyword;
    }
    if is_published(value) {
        return Ground::Published;
    }
    if is_marked(value, &lower) {
        return Ground::Marked;
    }
    if is_monotonous(&lower) {
        return Ground::Monotonous;
    }
    let bare = compact(value);
    if bare.len() >= 3 && name.map(compact).is_some_and(|it| it.ends_with(&bare)) {
        return Ground::RepeatsName;
    }
    match words::make(value) {
        Some(Make::StandIn) => Ground::StandInWords,
        Some(Make::Name) => Ground::NameWords,
        None => Ground::Nothing,
    }
}

/// Letters and digits alone, in lower case.
fn compact(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|it| it.to_ascii_lowercase()).collect()
}

fn is_mask(c: char) -> bool {
    matches!(c, '*' | '•' | '●' | '·' | '.' | '-' | '_' | '#' | '?' | '…')
}

/// Whether a part of the value says that it is a stand-in.
fn is_marked(value: &str, lower: &str) -> bool {
    let is_masked = ["****", "••••", "...", "####"]
        .iter()
        .any(|it| value.contains(it));
    let is_slot = value.starts_with('<') && value.ends_with('>');
    is_masked || is_slot || MARKERS.iter().any(|it| lower.contains(it))
}

/// Whether an issuer has printed the value for everybody to read.
fn is_published(value: &str) -> bool {
    value.ends_with("EXAMPLE")
        || value.ends_with("EXAMPLEKEY")
        || PUBLISHED.iter().any(|it| value.contains(it))
}

/// Whether the value is one character over and over, or runs through the alphabet or the digits.
fn is_monotonous(lower: &str) -> bool {
    let kept: Vec<u8> = lower.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let mut distinct = kept.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if kept.len() >= 4 && distinct.len() <= 2 {
        return true;
    }
    let same = longest(&kept, |one, two| one == two);
    let up = longest(&kept, |one, two| {
        two == one + 1 || (one, two) == (b'9', b'0')
    });
    let down = longest(&kept, |one, two| one == two + 1);
    let run = up.max(down);
    same >= 6 || run >= 8 || (run >= 4 && run * 3 >= kept.len() * 2)
}

/// The length of the longest run in which each neighbour follows the one before it.
fn longest(bytes: &[u8], follows: impl Fn(u8, u8) -> bool) -> usize {
    let mut best = 0;
    let mut run = 1;
    for pair in bytes.windows(2) {
        run = match pair {
            [one, two] if follows(*one, *two) => run + 1,
            _ => 1,
        };
        best = best.max(run);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

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
                "P@ssw0rd",
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
