//! What the name says.

use super::value::finds;
use super::{Feature, Features};
use crate::detect::classifier::grams;
use crate::detect::classifier::view::View;

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

/// Fills in what the name tells.
pub(super) fn fill(view: &View<'_>, features: &mut Features) {
    let name = view.name;
    features.count(Feature::NameLength, name.len());
    let mut words = 0;
    let mut kind = 0;
    let mut rest = 0;
    let mut about = 0;
    let mut qualified = false;
    grams::words(name.as_bytes(), |word| {
        words += 1;
        rest += 1;
        if let Some((_, it)) = KINDS.iter().find(|(it, _)| is(word, it)) {
            kind = *it;
            rest = 0;
        }
        about += usize::from(ABOUT.iter().any(|it| is(word, it)));
        qualified |= QUALIFIERS.iter().any(|it| is(word, it));
    });
    features.count(Feature::NameWordCount, words);
    features.set(Feature::NameKind, f32::from(kind));
    features.count(Feature::NameRest, rest);
    features.count(Feature::NameAbout, about);
    features.flag(Feature::NameQualified, qualified);
    let bytes = name.as_bytes();
    let test = ["test", "fake", "mock", "dummy", "example", "default"];
    features.flag(Feature::NameTest, test.iter().any(|it| finds(bytes, it)));
    let public = ["public", "pub"];
    features.flag(
        Feature::NamePublic,
        public.iter().any(|it| finds(bytes, it)),
    );
    let letters = bytes.iter().filter(|it| it.is_ascii_alphabetic());
    let shouts = !bytes.iter().any(u8::is_ascii_lowercase) && letters.count() > 1;
    features.flag(Feature::NameShouts, shouts);
    features.share(
        Feature::NameShared,
        shared(bytes, view.value.as_bytes()),
        bytes.len(),
    );
}

fn is(word: &[u8], wanted: &str) -> bool {
    word.eq_ignore_ascii_case(wanted.as_bytes())
}

/// How many letters of the words of a name are in the value too, as words.
fn shared(name: &[u8], value: &[u8]) -> usize {
    let value = value.get(..64.min(value.len())).unwrap_or_default();
    let mut letters = 0;
    grams::words(name, |word| {
        let found = word.len() >= 3 && {
            let mut windows = value.windows(word.len());
            windows.any(|it| it.eq_ignore_ascii_case(word))
        };
        letters += if found { word.len() } else { 0 };
    });
    letters
}
