//! What the names of functions say of the texts they are given.

/// Functions that make a value of a text and keep it what it is.
const WRAPPERS: [&str; 24] = [
    "b64decode",
    "byte",
    "bytes",
    "decode",
    "from",
    "frombase64string",
    "fromstring",
    "getbytes",
    "just",
    "lazy",
    "new",
    "newsecretstring",
    "protectedstring",
    "ptr",
    "secret",
    "secretkeyspec",
    "secretstring",
    "securestring",
    "sensitivestring",
    "some",
    "str",
    "string",
    "text",
    "tobytes",
];

/// Methods of a text that keep it what it is.
const CONVERSIONS: [&str; 18] = [
    "asbytes",
    "asref",
    "bytes",
    "clone",
    "cstr",
    "data",
    "encode",
    "encodetobytearray",
    "freeze",
    "getbytes",
    "into",
    "toarray",
    "tobytearray",
    "tobytes",
    "tochararray",
    "toowned",
    "tostring",
    "tovec",
];

/// How the names of functions begin that take a name and a value.
const WRITERS: [&str; 16] = [
    "add", "append", "bind", "config", "data", "define", "field", "header", "insert", "option",
    "param", "property", "put", "register", "set", "store",
];

/// Functions that make a pair of a name and a value, or an option of a name and a default.
const PAIRS: [&str; 12] = [
    "basicnamevaluepair",
    "entry",
    "keyvaluepair",
    "make_pair",
    "namevaluepair",
    "of",
    "pair",
    "simpleentry",
    "simpleimmutableentry",
    "string",
    "stringvalue",
    "tuple",
];

/// Functions with something before a pair.
const LATE_PAIRS: [&str; 4] = ["buildconfigfield", "resvalue", "stringvar", "stringvarp"];

/// Functions that fall back to a text.
const FALLBACKS: [&str; 7] = [
    "getorelse",
    "ifempty",
    "orelse",
    "unwrap_or",
    "unwrap_or_else",
    "valueordefault",
    "withdefault",
];

/// How the names of functions end that take a user and a password.
const ACCOUNTS: [&str; 7] = [
    "awscredentials",
    "basicauth",
    "networkcredential",
    "passwordauthentication",
    "passwordauthenticationtoken",
    "passwordcredential",
    "passwordcredentials",
];

/// How the names of functions begin that take a name and a default.
const READERS: [&str; 6] = ["env", "fetch", "get", "lookup", "optional", "read"];

/// Words that languages keep for themselves.
const KEYWORDS: [&str; 58] = [
    "and",
    "as",
    "assert",
    "await",
    "by",
    "case",
    "const",
    "default",
    "delete",
    "do",
    "echo",
    "elif",
    "else",
    "extends",
    "for",
    "from",
    "goto",
    "if",
    "implements",
    "import",
    "in",
    "include",
    "instanceof",
    "is",
    "like",
    "new",
    "not",
    "of",
    "or",
    "package",
    "print",
    "println",
    "private",
    "protected",
    "public",
    "puts",
    "raise",
    "require",
    "require_relative",
    "return",
    "static",
    "switch",
    "then",
    "throw",
    "throws",
    "to",
    "typeof",
    "unless",
    "until",
    "use",
    "using",
    "val",
    "var",
    "when",
    "where",
    "while",
    "with",
    "yield",
];

/// What a function does with a name and a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// It keeps the text under the name.
    Write,
    /// It falls back to the text when nothing is kept under the name.
    Read,
}

/// Whether a function makes a value of a text.
pub(super) fn is_wrapper(function: &str) -> bool {
    let mut wrappers = WRAPPERS.iter();
    wrappers.any(|it| it.eq_ignore_ascii_case(function))
}

/// Whether a method of a text keeps it what it is.
pub(super) fn is_conversion(method: &str) -> bool {
    let lower = method.to_ascii_lowercase().replace('_', "");
    CONVERSIONS.binary_search(&&*lower).is_ok()
}

/// What a function does with a name and a text, by its name.
pub(super) fn of_pair(function: &str) -> Option<Call> {
    let lower = function.to_ascii_lowercase();
    // `with` joins: `withHeader`, `withProperty`.
    let verb = lower.strip_prefix("with").unwrap_or(&lower);
    let is_pair = PAIRS.contains(&&*lower) || LATE_PAIRS.contains(&&*lower);
    if is_pair || WRITERS.iter().any(|it| verb.starts_with(it)) {
        Some(Call::Write)
    } else if READERS.iter().any(|it| lower.starts_with(it)) {
        Some(Call::Read)
    } else {
        None
    }
}

/// Whether the pair that a function takes comes after something else.
pub(super) fn has_pair_behind(function: &str) -> bool {
    LATE_PAIRS.contains(&&*function.to_ascii_lowercase())
}

/// Whether a function falls back to a text.
pub(super) fn is_fallback(function: &str) -> bool {
    FALLBACKS.contains(&&*function.to_ascii_lowercase())
}

/// Whether a function takes a user and a password.
pub(super) fn takes_account(function: &str) -> bool {
    let letters = function.bytes().rev().filter(|it| *it != b'_');
    let letters = letters.map(|it| it.to_ascii_lowercase());
    ACCOUNTS.iter().any(|account| {
        let mut letters = letters.clone();
        let mut account = account.bytes().rev();
        account.all(|it| letters.next() == Some(it))
    })
}

/// The name that a setter sets: `Password` of `setPassword`, `token` of `with_token`.
pub(super) fn set_by(function: &str) -> Option<&str> {
    let rest = ["set", "Set", "with", "With", "use"]
        .iter()
        .find_map(|it| function.strip_prefix(it))?;
    let name = rest.strip_prefix('_').unwrap_or(rest);
    let humps = rest.len() > name.len() || name.starts_with(|it: char| it.is_ascii_uppercase());
    (humps && !name.is_empty()).then_some(name)
}

/// Whether a word before a text in quotes is no name of anything.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_are_searched_are_in_order() {
        assert!(WRAPPERS.is_sorted());
        assert!(CONVERSIONS.is_sorted());
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn setters_are_known_by_a_hump() {
        assert_eq!(set_by("setPassword"), Some("Password"));
        assert_eq!(set_by("with_token"), Some("token"));
        assert_eq!(set_by("settle"), None);
        assert_eq!(set_by("set"), None);
    }
}
