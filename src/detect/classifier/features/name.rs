//! What the name says.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::terms::{Topic, Topics};
use super::{Feature, Features};
use crate::detect::classifier::grams;
use crate::detect::classifier::view::View;

/// So much of a value is compared with the name, in bytes.
const SHARED: usize = 48;

/// Words of names under which secrets are kept, with their kind.
const KINDS: &[(&str, u8)] = &[
    ("password", 1),
    ("passwd", 1),
    ("passphrase", 1),
    ("passcode", 1),
    ("pass", 1),
    ("pwd", 1),
    ("pw", 1),
    ("pin", 2),
    ("secret", 3),
    ("secrets", 3),
    ("token", 4),
    ("tokens", 4),
    ("jwt", 4),
    ("bearer", 4),
    ("key", 5),
    ("apikey", 5),
    ("keys", 6),
    ("auth", 7),
    ("authorization", 7),
    ("credential", 8),
    ("credentials", 8),
    ("creds", 8),
    ("cred", 8),
    ("salt", 9),
    ("nonce", 9),
    ("seed", 9),
    ("signature", 10),
    ("sig", 10),
    ("hash", 10),
    ("cookie", 11),
    ("session", 11),
    ("cert", 12),
    ("certificate", 12),
    ("access", 13),
    ("login", 14),
    ("api", 15),
    ("uri", 16),
    ("url", 16),
    ("dsn", 16),
];

/// Words that make a name one of something about a secret.
const ABOUT: &[&str] = &[
    "label",
    "type",
    "name",
    "field",
    "file",
    "path",
    "url",
    "uri",
    "endpoint",
    "host",
    "id",
    "ids",
    "header",
    "param",
    "parameter",
    "prefix",
    "suffix",
    "message",
    "msg",
    "error",
    "err",
    "help",
    "hint",
    "placeholder",
    "title",
    "text",
    "description",
    "desc",
    "format",
    "regex",
    "pattern",
    "length",
    "size",
    "min",
    "max",
    "policy",
    "invalid",
    "required",
    "missing",
    "reset",
    "forgot",
    "change",
    "confirm",
    "show",
    "hide",
    "class",
    "selector",
    "input",
    "column",
    "attribute",
    "property",
    "method",
    "mode",
    "provider",
    "service",
    "store",
    "storage",
    "algorithm",
    "alg",
    "expiry",
    "expires",
    "ttl",
    "timeout",
    "scope",
    "status",
    "state",
    "page",
    "route",
    "view",
    "template",
    "env",
    "var",
    "variable",
    "ref",
    "arn",
    "is",
    "has",
    "no",
    "not",
    "use",
    "enable",
    "disable",
    "with",
    "get",
    "set",
    "check",
    "verify",
    "foreign",
    "primary",
    "sort",
    "public",
    "group",
    "index",
    "event",
    "action",
    "order",
    "code",
    "list",
    "map",
    "count",
    "date",
    "time",
];

/// Words that make a key or a token one that is kept.
const QUALIFIERS: &[&str] = &[
    "access",
    "admin",
    "api",
    "app",
    "auth",
    "client",
    "consumer",
    "db",
    "database",
    "encryption",
    "jwt",
    "master",
    "my",
    "oauth",
    "private",
    "refresh",
    "root",
    "secret",
    "service",
    "session",
    "shared",
    "signing",
    "smtp",
    "user",
    "aws",
    "webhook",
    "bot",
];

/// What a word of a name says.
#[derive(Debug, Clone, Copy, Default)]
struct Word {
    /// The kind of secret; 0 for none.
    kind: u8,
    /// Whether it makes a name one of something about a secret.
    is_about: bool,
    /// Whether it makes a key or a token one that is kept.
    qualifies: bool,
}

/// What is known of words, by their hash.
static WORDS: LazyLock<HashMap<u32, Word>> = LazyLock::new(|| {
    let mut words: HashMap<u32, Word> = HashMap::new();
    for (word, kind) in KINDS {
        words.entry(grams::hash(word.as_bytes())).or_default().kind = *kind;
    }
    for word in ABOUT {
        let known = words.entry(grams::hash(word.as_bytes())).or_default();
        known.is_about = true;
    }
    for word in QUALIFIERS {
        let known = words.entry(grams::hash(word.as_bytes())).or_default();
        known.qualifies = true;
    }
    words
});

/// Fills in what the name tells.
pub(super) fn fill(view: &View<'_>, features: &mut Features) {
    let name = view.name.as_bytes();
    let mut words = 0;
    let mut kind = 0;
    let mut rest = 0;
    let mut about = 0;
    let mut qualified = false;
    grams::words(name, |word| {
        words += 1;
        rest += 1;
        let known = WORDS.get(&grams::hash(word)).copied().unwrap_or_default();
        if known.kind > 0 {
            kind = known.kind;
            rest = 0;
        }
        about += usize::from(known.is_about);
        qualified |= known.qualifies;
    });
    features.count(Feature::NameLength, name.len());
    features.count(Feature::NameWordCount, words);
    features.set(Feature::NameKind, f32::from(kind));
    features.count(Feature::NameRest, rest);
    features.count(Feature::NameAbout, about);
    features.flag(Feature::NameQualified, qualified);
    let topics = Topics::of(name);
    features.flag(Feature::NameTest, topics.has(Topic::Test));
    features.flag(Feature::NamePublic, topics.has(Topic::Public));
    let letters = name.iter().filter(|it| it.is_ascii_alphabetic());
    let shouts = !name.iter().any(u8::is_ascii_lowercase) && letters.count() > 1;
    features.flag(Feature::NameShouts, shouts);
    let shared = shared(name, view.value.as_bytes());
    features.share(Feature::NameShared, shared, name.len());
}

/// How many letters of the words of a name are in the value too, as words.
fn shared(name: &[u8], value: &[u8]) -> usize {
    let value = value.get(..SHARED.min(value.len())).unwrap_or_default();
    let mut letters = 0;
    grams::words(name, |word| {
        let found = word.len() >= 3 && {
            let first = word.first().map(u8::to_ascii_lowercase);
            let mut windows = value.windows(word.len());
            windows.any(|it| {
                let opens = it.first().map(u8::to_ascii_lowercase) == first;
                opens && it.eq_ignore_ascii_case(word)
            })
        };
        letters += if found { word.len() } else { 0 };
    });
    letters
}
