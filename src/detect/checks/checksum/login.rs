//! Names and passwords in one value.

use base64::Engine as _;

use super::BASE64;
use crate::detect::checks::placeholder;
use crate::detect::checks::placeholder::Standing;

/// Whether the value is base64 of a name, a colon and a password that is not a stand-in.
pub(super) fn is_basic_credentials(value: &str) -> bool {
    let Ok(bytes) = BASE64.decode(value) else {
        return false;
    };
    let Ok(text) = str::from_utf8(&bytes) else {
        return false;
    };
    let Some((user, password)) = text.split_once(':') else {
        return false;
    };
    let is_readable = text.chars().all(|it| !it.is_control());
    let secret = if password.is_empty() { user } else { password };
    let is_printed = text == "Aladdin:open sesame";
    is_readable && !is_printed && placeholder::standing(Some(user), secret) != Standing::NoValue
}

/// Whether the value is an address with a password that is not a stand-in.
///
/// `scott` with the password `tiger` is the account of the documentation. On this machine and
/// between containers, a password that repeats the user's name, or is a word
/// without digits, is what every developer has.
pub(super) fn has_url_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((user_info, host)) = authority.rsplit_once('@') else {
        return false;
    };
    let Some((user, password)) = user_info.split_once(':') else {
        return false;
    };
    let is_known = password == user || (user, password) == ("scott", "tiger");
    if placeholder::standing(Some(user), password) != Standing::Genuine || is_known {
        return false;
    }
    let name = host.split([':', ',']).next().unwrap_or_default();
    let is_far = name.contains('.') && name != "127.0.0.1" && name != "0.0.0.0";
    let is_word = password.bytes().all(|it| it.is_ascii_lowercase());
    !host.is_empty() && (is_far || !is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base64(text: &str) -> String {
        BASE64.encode(text)
    }

    #[test]
    fn basic_credentials_hold_a_password() {
        assert!(is_basic_credentials(&base64("app:rosebud-1941")));
        assert!(is_basic_credentials(&base64("user:password")));
        assert!(!is_basic_credentials(&base64("user:${PASSWORD}")));
        assert!(!is_basic_credentials(&base64("no colon")));
    }

    #[test]
    fn an_address_holds_a_password() {
        assert!(has_url_password("postgres://app:rosebud-1941@db.acme.io/x")); // shield: allow made up
        assert!(has_url_password("postgres://app:s3@h/d")); // shield: allow made up
        for without in [
            "postgres://db.acme.io/x",
            "postgres://app@db.acme.io/x",
            "postgres://app:@db.acme.io/x",
            "postgres://user:pass@localhost/x",
            "postgres://saleor:saleor@localhost:5432/saleor",
            "postgres://app:${PASSWORD}@db.acme.io/x",
            "postgres://app:<password>@db.acme.io/x",
            "postgres://app:changeme@db.acme.io/x",
            "postgres://app:%s@db.acme.io/x",
            "postgres://app:{password}@db.acme.io/x",
            "postgres://app:****@db.acme.io/x",
            "https://acme.io/a:b@c",
            "app:rosebud-1941@db",
        ] {
            assert!(!has_url_password(without), "{without}");
        }
    }
}
