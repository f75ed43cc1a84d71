//! Proofs that a value was issued, which the value carries in itself.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::placeholder::{self, Standing};
use crate::pattern::Checksum;

/// Reads base64 with or without padding, and with bits beyond the last byte.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The digits of base 62 in the order that GitHub and npm use.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many digits of base 62 a checksum has.
const CRC_DIGITS: usize = 6;

/// The length of the secret part of an access key id of AWS, after the prefix of four.
const AWS_DIGITS: usize = 16;

/// Numbers of AWS accounts have twelve digits.
const AWS_ACCOUNTS: u64 = 1_000_000_000_000;

/// How many bytes an Azure storage key has.
const AZURE_KEY: usize = 64;

/// The least that the base64 in a private key has; Ed25519 takes 64.
const PRIVATE_KEY_BODY: usize = 60;

/// What lines of a private key are wrapped in where each is a string or a comment of its own.
const MARKS: &[char] = &[' ', '\t', '"', '\'', '+', ',', '#', '*', '/', ';', '`', '.'];

/// Whether `value` carries what it should.
pub(super) fn is_right(checksum: Checksum, value: &str) -> bool {
    match checksum {
        Checksum::Github => has_crc(value),
        Checksum::Jwt => is_jwt(value),
        Checksum::AwsAccessKeyId => is_aws_access_key_id(value),
        Checksum::PypiMacaroon => is_pypi_macaroon(value),
        Checksum::GoogleServiceAccount => is_google_service_account(value),
        Checksum::AzureStorageKey => is_azure_storage_key(value),
        Checksum::PrivateKey => is_private_key(value),
        Checksum::DiscordBotToken => is_discord_bot_token(value),
        Checksum::BasicCredentials => is_basic_credentials(value),
        Checksum::UrlPassword => has_url_password(value),
    }
}

/// Whether the last six characters are the CRC-32 of those before them, back to a `_`.
fn has_crc(value: &str) -> bool {
    let body = value.rsplit('_').next().unwrap_or_default();
    let Some((body, digits)) = body
        .len()
        .checked_sub(CRC_DIGITS)
        .and_then(|it| body.split_at_checked(it))
    else {
        return false;
    };
    let mut number = crc32fast::hash(body.as_bytes());
    let mut wanted = [b'0'; CRC_DIGITS];
    for digit in wanted.iter_mut().rev() {
        let index = usize::try_from(number % 62).unwrap_or(0);
        *digit = BASE62.get(index).copied().unwrap_or(b'0');
        number /= 62;
    }
    !body.is_empty() && digits.as_bytes() == wanted
}

/// Whether the first two of three parts are JSON objects, the first with an algorithm.
fn is_jwt(value: &str) -> bool {
    let parts: Vec<&str> = value.split('.').collect();
    let &[header, payload, signature] = parts.as_slice() else {
        return false;
    };
    let object = |part: &str| -> Option<Value> {
        let bytes = BASE64_URL.decode(part).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let has_algorithm =
        object(header).is_some_and(|it| it.get("alg").is_some_and(Value::is_string));
    let has_claims = object(payload).is_some_and(|it| it.is_object());
    has_algorithm && has_claims && !signature.is_empty()
}

/// Whether the part after the prefix is base32 and, in ids issued since 2019, holds the number of
/// an account.
///
/// Ids of the newer kind have the first bit set; the account follows in 40 bits.
fn is_aws_access_key_id(value: &str) -> bool {
    let Some((_, digits)) = value.split_at_checked(4) else {
        return false;
    };
    let mut number = 0_u64;
    for byte in digits.bytes().take(10) {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return false,
        };
        number = number << 5 | u64::from(digit);
    }
    let rest = |it: u8| it.is_ascii_uppercase() || (b'2'..=b'7').contains(&it);
    let is_newer = number >> 49 == 1;
    let account = number >> 9 & ((1 << 40) - 1);
    digits.len() == AWS_DIGITS && digits.bytes().all(rest) && (!is_newer || account < AWS_ACCOUNTS)
}

/// Whether the value opens as a macaroon of `pypi.org` or `test.pypi.org` does.
fn is_pypi_macaroon(value: &str) -> bool {
    let Some(body) = value.strip_prefix("pypi-") else {
        return false;
    };
    let opens = |bytes: &[u8]| {
        bytes.starts_with(b"\x02\x01\x08pypi.org\x02")
            || bytes.starts_with(b"\x02\x01\x0dtest.pypi.org\x02")
    };
    BASE64_URL.decode(body).is_ok_and(|it| opens(&it))
}

/// Whether the value is the key file of a Google service account, also inside another string.
fn is_google_service_account(value: &str) -> bool {
    let parsed = serde_json::from_str(value).or_else(|_| {
        let once = value.replace("\\\"", "\"").replace("\\\\", "\\");
        serde_json::from_str::<Value>(&once)
    });
    let Ok(account) = parsed else {
        return false;
    };
    let text = |key: &str| account.get(key).and_then(Value::as_str);
    text("type") == Some("service_account")
        && text("client_email").is_some_and(|it| it.contains('@'))
        && text("private_key").is_some_and(is_private_key)
}

fn is_azure_storage_key(value: &str) -> bool {
    BASE64.decode(value).is_ok_and(|it| it.len() == AZURE_KEY)
}

/// Whether the value is a PEM block with a body that can be one.
///
/// Line ends may be written as `\n`, and lines may open with the marks of a comment or the quotes
/// of one string for each line.
fn is_private_key(value: &str) -> bool {
    let begun = value.split_once("-----BEGIN ");
    let labelled = begun.and_then(|(_, it)| it.split_once("-----"));
    let Some((label, rest)) = labelled.filter(|(it, _)| it.contains("PRIVATE KEY")) else {
        return false;
    };
    let Some((body, _)) = rest.split_once("-----END ") else {
        return false;
    };
    let body = body
        .replace("\\r", "\n")
        .replace("\\n", "\n")
        .replace('\\', "");
    let mut base64 = String::new();
    for line in body.lines() {
        // `+` and `/` are marks only where something else shows that they are no base64.
        let line = line.trim_matches([' ', '\t', '\r']);
        let is_header = line.contains(": ");
        let is_sum = line.len() == 5 && line.starts_with('=');
        if is_header || is_sum {
            continue;
        }
        let is_plain = line
            .bytes()
            .all(|it| super::belongs(crate::pattern::Charset::Base64, it));
        base64.push_str(if is_plain {
            line
        } else {
            line.trim_matches(MARKS)
        });
    }
    if base64.len() < PRIVATE_KEY_BODY || super::entropy(&base64) < 3.0 {
        return false;
    }
    let Ok(bytes) = BASE64.decode(&base64) else {
        return false;
    };
    let is_encrypted = body.contains("DEK-Info") || label.starts_with("ENCRYPTED");
    if label.contains("PGP") {
        bytes.first().is_some_and(|it| it & 0x80 != 0)
    } else if label.contains("OPENSSH") {
        bytes.starts_with(b"openssh-key-v1\0")
    } else {
        is_encrypted || bytes.first() == Some(&0x30)
    }
}

/// Whether the first part is the number of an account in base64.
fn is_discord_bot_token(value: &str) -> bool {
    let first = value.split('.').next().unwrap_or_default();
    let Ok(account) = BASE64_URL.decode(first) else {
        return false;
    };
    (17..=20).contains(&account.len()) && account.iter().all(u8::is_ascii_digit)
}

/// Whether the value is base64 of a name, a colon and a password that is not a stand-in.
fn is_basic_credentials(value: &str) -> bool {
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
fn has_url_password(value: &str) -> bool {
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
    fn a_token_of_github_or_npm_ends_with_its_checksum() {
        let token = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");
        assert!(is_right(Checksum::Github, token));
        assert!(!is_right(Checksum::Github, &token.replace("Not", "Now")));
        for wrong in ["", "ghp_", "ghp_abc", "ghp_1gfy10", "é", "ghp_ééééééé"] {
            assert!(!is_right(Checksum::Github, wrong), "{wrong}");
        }
    }

    #[test]
    fn a_jwt_has_two_objects() {
        let part = |text: &str| BASE64_URL.encode(text).replace('=', "");
        let token = |header: &str, payload: &str| {
            format!("{}.{}.c2lnbmF0dXJl", part(header), part(payload))
        };
        assert!(is_jwt(&token(r#"{"alg":"HS256"}"#, r#"{"sub":"7"}"#)));
        assert!(!is_jwt(&token(r#"{"typ":"JWT"}"#, r#"{"sub":"7"}"#)));
        assert!(!is_jwt(&token(r#"{"alg":"HS256"}"#, "[]")));
        assert!(!is_jwt("a.b"));
    }

    #[test]
    fn an_access_key_id_holds_an_account() {
        assert!(is_aws_access_key_id(concat!("AKIA", "QYLPMN5HHHFPZAM2")));
        assert!(is_aws_access_key_id(concat!("AKIA", "IOSFODNN7EXAMPLE")));
        assert!(!is_aws_access_key_id(concat!("AKIA", "77777777777777AA")));
        assert!(!is_aws_access_key_id(concat!("AKIA", "QYLPMN5HHHFPZAM1")));
        assert!(!is_aws_access_key_id("AKIAQYLP"));
    }

    #[test]
    fn a_macaroon_opens_with_its_place() {
        let body = BASE64_URL.encode(b"\x02\x01\x08pypi.org\x02\x24abc");
        assert!(is_pypi_macaroon(&format!("pypi-{body}")));
        assert!(!is_pypi_macaroon("pypi-AAAA"));
    }

    #[test]
    fn a_storage_key_has_64_bytes() {
        assert!(is_azure_storage_key(&BASE64.encode([7; 64])));
        assert!(!is_azure_storage_key(&BASE64.encode([7; 63])));
    }

    fn noise() -> Vec<u8> {
        (1..91_u8).map(|it| it.wrapping_mul(37)).collect()
    }

    fn pem(label: &str, bytes: &[u8]) -> String {
        let body = BASE64.encode(bytes);
        let (one, two) = body.split_at(64);
        format!("-----BEGIN {label}-----\n{one}\n{two}\n-----END {label}-----\n")
    }

    #[test]
    fn a_private_key_has_a_body() {
        let der = [[0x30].as_slice(), &noise()].concat();
        let key = pem("PRIVATE KEY", &der);
        assert!(is_private_key(&key));
        assert!(is_private_key(&key.replace('\n', "\\n")));
        assert!(is_private_key(&key.replace('\n', "\\r\\n")));
        assert!(is_private_key(&key.replace('\n', "\n    ")));
        assert!(is_private_key(&key.replace('\n', "\\n\" +\n  \"")));
        assert!(!is_private_key(&key.replace("-----END", "-----OOPS")));
        assert!(!is_private_key(&pem("PRIVATE KEY", &noise())));
        assert!(!is_private_key(
            "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----"
        ));
        let ssh = [b"openssh-key-v1\0".as_slice(), &noise()].concat();
        assert!(is_private_key(&pem("OPENSSH PRIVATE KEY", &ssh)));
    }

    #[test]
    fn a_service_account_has_a_key() {
        let der = [[0x30].as_slice(), &noise()].concat();
        let account = serde_json::json!({
            "type": "service_account",
            "client_email": "a@b.iam.gserviceaccount.com",
            "private_key": pem("PRIVATE KEY", &der),
        });
        let text = account.to_string();
        assert!(is_google_service_account(&text));
        assert!(is_google_service_account(&text.replace('\\', "\\\\")));
        assert!(!is_google_service_account(
            &text.replace("service_account", "user")
        ));
    }

    #[test]
    fn a_bot_token_opens_with_an_account() {
        let token = |id: &str| format!("{}.abcdef.x", base64(id).replace('=', ""));
        assert!(is_discord_bot_token(&token("123456789012345678")));
        assert!(!is_discord_bot_token(&token("not-a-number-at-all")));
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
