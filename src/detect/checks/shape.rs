//! Texts that are no secrets by their shape: templates, references, sentences, places.

use super::words::{Words, list};

/// What references to secrets in other places open with.
static REFERENCES: Words = Words::new(|| {
    list(
        "arn:aws aws-sm: bao: data: enc( enc[ env( env. env: file: gcp-sm: keyring: kms: op:      , \
     ,      ,      ,      ,      ,      secretref: secrets. sops: ssm: urn: vault: {cipher} \
     @microsoft.keyvault !ref !sub !vault $ansible_vault os.environ os.getenv process.env \
     import.meta.env system.getenv getenv self. this. settings. config. options. params. props.",
    )
});

/// What file names end with.
static EXTENSIONS: Words = Words::new(|| {
    list(
        ".asc .cer .cfg .conf .crt .csv .der .env .gpg .html .ini .jks .js .json .jsx .key .log .md \
     .p12 .pem .pfx .php .properties .pub .py .rb .sh .sql .svg .toml .ts .tsx .txt .vue .xml \
     .yaml .yml",
    )
});

/// How a value shows by its shape that it is not meant to be used as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum NoValue {
    /// Something is to be filled in.
    Template,
    /// It says where the secret is.
    Reference,
    /// It is meant to be read by a person.
    Prose,
    /// It is an address, a path, a file, a selector or markup.
    Place,
    /// It is names joined by dots or colons.
    IdentifierPath,
}

/// Which characters of ASCII a text has, a bit for each.
///
/// Most values have few signs, and most shapes have one that they cannot do without.
#[derive(Debug, Clone, Copy)]
struct Signs(u128);

impl Signs {
    const fn of(text: &str) -> Self {
        let mut all = 0;
        let mut rest = text.as_bytes();
        while let [first, others @ ..] = rest {
            if first.is_ascii() {
                all |= 1 << *first;
            }
            rest = others;
        }
        Self(all)
    }

    /// Whether the text has one of `signs`.
    fn has_any(self, signs: Self) -> bool {
        self.0 & signs.0 != 0
    }
}

/// What shows that `value` is not meant to be used as it is written, if anything does.
pub(super) fn no_value(value: &str) -> Option<NoValue> {
    let signs = Signs::of(value);
    if is_template(value, signs) {
        Some(NoValue::Template)
    } else if is_reference(value, signs) {
        Some(NoValue::Reference)
    } else if is_prose(value) {
        Some(NoValue::Prose)
    } else if is_place(value, signs) {
        Some(NoValue::Place)
    } else if is_identifier_path(value, signs) {
        Some(NoValue::IdentifierPath)
    } else {
        None
    }
}

/// Whether something is to be filled in: `${X}`, `{{ x }}`, `%(x)s`, `$X`, `{x}`, `#{x}`, `<%= x %>`.
fn is_template(value: &str, signs: Signs) -> bool {
    if !signs.has_any(const { Signs::of("${#<%>@?:_[") }) {
        return false;
    }
    let holds = ["${", "{{", "#{", "<%", "%>", "$[[", "{%", "<|>"];
    let pairs = [("$(", ")"), ("%(", ")s"), ("@@", "@@")];
    let has_pair = |(open, close): &(&str, &str)| {
        let rest = value.split_once(open);
        rest.is_some_and(|(_, it)| it.contains(close))
    };
    let has_sign = signs.has_any(const { Signs::of("${#<%@") });
    if has_sign && (holds.iter().any(|it| value.contains(it)) || pairs.iter().any(has_pair)) {
        return true;
    }
    let is_name = |it: &str| {
        !it.is_empty()
            && it
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"_.:-".contains(&it))
    };
    let within = |open: &str, close: &str| {
        let inner = value
            .strip_prefix(open)
            .and_then(|it| it.strip_suffix(close));
        inner.is_some_and(is_name)
    };
    let variable = value.strip_prefix('$').is_some_and(|it| {
        it.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && it
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'_')
    });
    let slot = |it: &str| {
        let (_, rest) = it.split_once('{')?;
        let (inner, _) = rest.split_once('}')?;
        Some(inner.is_empty() || is_name(inner))
    };
    variable
        || within("%", "%")
        || within("__", "__")
        || within("[", "]")
        || slot(value) == Some(true)
        || matches!(
            value,
            "%s" | "%d" | "%r" | "%v" | "%q" | "?" | ":password" | ":token" | ":secret"
        )
}

/// Whether the value says where the secret is: `vault:…`, `os.environ[…]`, `get_secret(…)`.
fn is_reference(value: &str, signs: Signs) -> bool {
    if !signs.has_any(const { Signs::of(".,:;()[]{}@!$^*\\") }) && !value.starts_with(['g', 'G']) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let is_call = value.ends_with(')') && {
        let callee = value.split('(').next().unwrap_or_default();
        callee.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && callee
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"_.".contains(&it))
    };
    let has_sign = signs.has_any(const { Signs::of("[\\*(") });
    let is_pattern = (value.starts_with('^') && value.ends_with('$'))
        || has_sign
            && ["[a-z", "[A-Z", "[0-9", "\\d", "\\w", "\\s", ".*", "(?"]
                .iter()
                .any(|it| value.contains(it));
    is_call || is_pattern || REFERENCES.iter().any(|it| lower.starts_with(it))
}

/// Whether the value is meant to be read by a person.
fn is_prose(value: &str) -> bool {
    if value.starts_with('<') {
        return false;
    }
    let has_digit = value.bytes().any(|it| it.is_ascii_digit());
    let has_foreign_letter = value.chars().any(|it| !it.is_ascii() && it.is_alphabetic());
    if has_foreign_letter && !has_digit {
        return true;
    }
    if value.ends_with([':', '?']) || value.ends_with("...") || value.ends_with('…') {
        return !has_digit;
    }
    let words: Vec<&str> = value.split_whitespace().collect();
    if words.len() < 2 {
        return false;
    }
    let letters = |it: &&&str| {
        it.chars()
            .all(|c| c.is_alphabetic() || c.is_ascii_punctuation())
    };
    let plain = words.iter().filter(letters).count();
    !has_digit || (words.len() >= 4 && plain * 4 >= words.len() * 3)
}

/// Whether the value is an address without a password, a path, a file, a selector or markup.
fn is_place(value: &str, signs: Signs) -> bool {
    if !signs.has_any(const { Signs::of("/\\.#@<") }) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    if let Some((scheme, rest)) = lower.split_once("://") {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let has_password = authority
            .rsplit_once('@')
            .is_some_and(|(user, _)| user.contains(':'));
        let is_scheme = scheme
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"+.-".contains(&it));
        return is_scheme && !has_password;
    }
    let opens = ["./", "../", "~/", "c:\\", "\\\\", "//", "www."];
    if opens.iter().any(|it| lower.starts_with(it)) {
        return true;
    }
    let is_random = value.contains(['+', '=']) || has_chaos(value);
    let opens_name = value.starts_with('@') && !value.bytes().any(|it| it.is_ascii_digit());
    if opens_name || value.starts_with(['/', '#', '.']) || value.contains('/') {
        return !is_random;
    }
    let is_file = EXTENSIONS.iter().any(|it| lower.ends_with(it));
    let is_markup = value.starts_with('<') && value.ends_with('>') && value.contains(['/', '=']);
    (is_file && !is_random) || is_markup
}

/// Whether letters and digits change places more often than in words and numbers.
fn has_chaos(value: &str) -> bool {
    let kind = |it: u8| match it {
        b'0'..=b'9' => 1,
        b'A'..=b'Z' => 2,
        b'a'..=b'z' => 3,
        _ => 0,
    };
    let bytes = value.as_bytes();
    let changes = bytes.windows(2).filter(|it| match it {
        // A capital letter that opens a word is no change.
        [one, two] => {
            let (one, two) = (kind(*one), kind(*two));
            one != 0 && two != 0 && one != two && (one, two) != (2, 3)
        }
        _ => false,
    });
    changes.count() * 6 > bytes.len()
}

/// Whether the value is names joined by dots, colons or arrows: `auth.password.reset`.
fn is_identifier_path(value: &str, signs: Signs) -> bool {
    if !signs.has_any(const { Signs::of(".:/") }) {
        return false;
    }
    let parts: Vec<&str> = value
        .split(['.', ':'])
        .filter(|it| !it.is_empty())
        .collect();
    let is_name = |it: &&str| {
        it.len() <= 32
            && it.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && it
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"_-[]".contains(&it))
            && it.bytes().filter(u8::is_ascii_digit).count() <= 1
            && !has_chaos(it)
    };
    let is_version = value
        .bytes()
        .all(|it| it.is_ascii_digit() || b".:/-".contains(&it))
        && value.contains(['.', ':', '/'])
        && value.len() <= 32;
    is_version || (parts.len() > 1 && parts.iter().all(is_name))
}
