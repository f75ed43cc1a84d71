//! Names under which secrets are kept, taken broadly.

/// Parts of such names, in lower case; they count wherever they stand.
const PARTS: &[&str] = &[
    "access", "auth", "cert", "cookie", "cred", "crypt", "hmac", "login", "nonce", "pass",
    "phrase", "priv", "secret", "seed", "session", "sign", "token", "webhook",
];

/// Shorter ones; they count where a word begins or ends.
const WORDS: &[&str] = &["api", "dsn", "jwt", "key", "psk", "pwd", "salt"];

/// Those that other words begin or end with; they count as words of their own.
const WHOLE: &[&str] = &["otp", "pat", "pin", "pw", "sas", "sid"];

/// Longer names are nobody's, in bytes.
const LONGEST: usize = 128;

/// Whether a secret may be kept under `name`: `password`, `apiKey`, `DB_PASS`, `signature`.
///
/// Broad on purpose: the model has the last word.
#[must_use]
pub fn is_credential_name(name: &str) -> bool {
    if name.len() > LONGEST {
        return false;
    }
    let bytes = name.as_bytes();
    (0..bytes.len()).any(|at| {
        let rest = bytes.get(at..).unwrap_or_default();
        PARTS.iter().any(|it| opens(rest, it))
            || WORDS.iter().any(|it| {
                opens(rest, it) && (starts_word(bytes, at) || ends_word(bytes, at + it.len()))
            })
            || WHOLE.iter().any(|it| {
                opens(rest, it) && starts_word(bytes, at) && ends_word(bytes, at + it.len())
            })
    })
}

/// Whether `bytes` open with `word`, in any case of letters.
fn opens(bytes: &[u8], word: &str) -> bool {
    let opening = bytes.get(..word.len());
    opening.is_some_and(|it| it.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a word begins at `at`.
fn starts_word(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|it| bytes.get(it));
    let here = bytes.get(at);
    before.is_none_or(|before| {
        !before.is_ascii_alphabetic()
            || (before.is_ascii_lowercase() && here.is_some_and(u8::is_ascii_uppercase))
    })
}

/// Whether a word ends before `at`.
fn ends_word(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|it| bytes.get(it));
    bytes.get(at).is_none_or(|here| {
        !here.is_ascii_alphabetic()
            || (here.is_ascii_uppercase() && before.is_some_and(u8::is_ascii_lowercase))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_kept_under_such_names() {
        for name in [
            "password",
            "DB_PASS",
            "apiKey",
            "APIKEY",
            "client-secret",
            "x-api-key",
            "userPwd",
            "accessToken",
            "salt",
            "signature",
            "SECRET_KEY_BASE",
            "pin",
            "jwtSecret",
            "SIGNING",
        ] {
            assert!(is_credential_name(name), "{name}");
        }
    }

    #[test]
    fn and_not_under_others() {
        for name in ["", "name", "spinner", "capitals", "path_to", "color"] {
            assert!(!is_credential_name(name), "{name}");
        }
        assert!(!is_credential_name(&"password".repeat(20)));
    }
}
