//! Tokens that issuers make with a checksum or a structure.

use base64::Engine as _;
use serde_json::Value;

use super::{BASE64, BASE64_URL};

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

/// How many bytes the signature of a shared access signature of Azure has.
const AZURE_SIGNATURE: usize = 32;

/// Whether the last six characters are the CRC-32 of those before them, back to a `_`.
pub(super) fn has_crc(value: &str) -> bool {
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
pub(super) fn is_jwt(value: &str) -> bool {
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
pub(super) fn is_aws_access_key_id(value: &str) -> bool {
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
pub(super) fn is_pypi_macaroon(value: &str) -> bool {
    let Some(body) = value.strip_prefix("pypi-") else {
        return false;
    };
    let opens = |bytes: &[u8]| {
        bytes.starts_with(b"\x02\x01\x08pypi.org\x02")
            || bytes.starts_with(b"\x02\x01\x0dtest.pypi.org\x02")
    };
    BASE64_URL.decode(body).is_ok_and(|it| opens(&it))
}

/// Whether the value is a macaroon of either binary format, in base64 or hexadecimal digits.
///
/// The second opens with its number and the first field; the first is a row of packets, each of
/// which opens with its length in hexadecimal digits.
pub(super) fn is_macaroon(value: &str) -> bool {
    let base64 = || BASE64_URL.decode(value).or_else(|_| BASE64.decode(value));
    let Some(bytes) = hexadecimal(value).or_else(|| base64().ok()) else {
        return false;
    };
    match bytes.as_slice() {
        [2, 1 | 2, length, rest @ ..] => {
            let first = rest.get(..usize::from(*length));
            first.is_some_and(|it| it.iter().all(u8::is_ascii)) && rest.len() > AZURE_SIGNATURE
        }
        [a, b, c, d, rest @ ..] => {
            let is_length = [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit);
            is_length && (rest.starts_with(b"location ") || rest.starts_with(b"identifier "))
        }
        _ => false,
    }
}

/// The bytes of hexadecimal digits.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |it: u8| {
        char::from(it)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(byte).collect()
}

/// Whether the value ends with the CRC-32 of what is before its last `_`, the least byte first.
pub(super) fn is_grafana_token(value: &str) -> bool {
    let Some((body, sum)) = value.rsplit_once('_') else {
        return false;
    };
    let right = crc32fast::hash(body.as_bytes()).swap_bytes();
    format!("{right:08x}").eq_ignore_ascii_case(sum)
}

/// Whether the value is a random UUID.
pub(super) fn is_uuid_v4(value: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = value.split('-').collect();
    let &[_, _, version, variant, _] = parts.as_slice() else {
        return false;
    };
    let fits = |(it, length): (&&str, usize)| {
        it.len() == length && it.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    parts.iter().zip(lengths).all(fits)
        && version.starts_with('4')
        && variant.starts_with(['8', '9', 'a', 'b', 'A', 'B'])
}

/// Whether the value is a shared access signature, or the `sig` of one, percent-encoded or not.
pub(super) fn is_azure_signature(value: &str) -> bool {
    let behind = value.split_once("sig=").map_or(value, |(_, it)| it);
    let signature = behind.split('&').next().unwrap_or_default();
    let plain = ["%2B", "%2b", "%2F", "%2f", "%3D", "%3d"]
        .into_iter()
        .zip(["+", "+", "/", "/", "=", "="])
        .fold(signature.to_owned(), |text, (from, to)| {
            text.replace(from, to)
        });
    BASE64
        .decode(plain)
        .is_ok_and(|it| it.len() == AZURE_SIGNATURE)
}

pub(super) fn is_azure_storage_key(value: &str) -> bool {
    BASE64.decode(value).is_ok_and(|it| it.len() == AZURE_KEY)
}

/// Whether the first part is the number of an account in base64.
pub(super) fn is_discord_bot_token(value: &str) -> bool {
    let first = value.split('.').next().unwrap_or_default();
    let Ok(account) = BASE64_URL.decode(first) else {
        return false;
    };
    (17..=20).contains(&account.len()) && account.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_github_or_npm_ends_with_its_checksum() {
        let token = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");
        assert!(has_crc(token));
        assert!(!has_crc(&token.replace("Not", "Now")));
        for wrong in ["", "ghp_", "ghp_abc", "ghp_1gfy10", "é", "ghp_ééééééé"] {
            assert!(!has_crc(wrong), "{wrong}");
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
    fn macaroons_have_two_forms() {
        let signature = [7; 32];
        let second = [
            b"\x02\x01\x03acm\x02\x02id\x00\x00\x06\x20".as_slice(),
            &signature,
        ]
        .concat();
        assert!(is_macaroon(&BASE64_URL.encode(&second)));
        let first = [b"0013location acme\n002fsignature ".as_slice(), &signature].concat();
        assert!(is_macaroon(&BASE64.encode(&first)));
        assert!(!is_macaroon(&BASE64.encode(b"\x02\x01\x30acme")));
        assert!(!is_macaroon(&BASE64.encode(b"zzzzlocation acme")));
        let digits: Vec<String> = second.iter().map(|it| format!("{it:02x}")).collect();
        assert!(is_macaroon(&digits.concat()));
        assert!(!is_macaroon(&digits[..6].concat()));
        assert!(!is_macaroon("AgE"));
        assert!(!is_macaroon("?"));
    }

    #[test]
    fn a_token_of_grafana_ends_with_its_checksum() {
        let token = concat!("glsa_NotARealTokenJus", "tAnExampleForUs0_ebfb2d2a");
        assert!(is_grafana_token(token));
        assert!(!is_grafana_token(&token.replace("Not", "Now")));
        assert!(!is_grafana_token("glsa"));
    }

    #[test]
    fn a_random_uuid_says_so() {
        assert!(is_uuid_v4("8e1f2c3a-93b4-4d6e-a7f8-19ab20cd3e4f"));
        assert!(!is_uuid_v4("8e1f2c3a-93b4-1d6e-a7f8-19ab20cd3e4f"));
        assert!(!is_uuid_v4("8e1f2c3a-93b4-4d6e-77f8-19ab20cd3e4f"));
        assert!(!is_uuid_v4("8e1f2c3a-93b4-4d6e-a7f8-19ab20cd3e4"));
        assert!(!is_uuid_v4("8e1f2c3a-93b4-4d6e-a7f8-19ab20cd3e4g"));
        assert!(!is_uuid_v4(""));
    }

    #[test]
    fn a_storage_key_has_64_bytes() {
        assert!(is_azure_storage_key(&BASE64.encode([7; 64])));
        assert!(!is_azure_storage_key(&BASE64.encode([7; 63])));
    }

    #[test]
    fn a_signature_has_32_bytes() {
        let signature = BASE64.encode([0xfb; 32]);
        assert!(is_azure_signature(&signature));
        let encoded = signature.replace('+', "%2B").replace('=', "%3d");
        assert!(is_azure_signature(&encoded));
        assert!(is_azure_signature(&format!(
            "sv=2024-01-01&sig={encoded}&se=2031-01-01"
        )));
        assert!(!is_azure_signature("sv=2024-01-01&sig=&se=2031-01-01"));
        assert!(!is_azure_signature(&BASE64.encode([0xfb; 31])));
        assert!(!is_azure_signature("%"));
    }

    #[test]
    fn a_bot_token_opens_with_an_account() {
        let token = |id: &str| format!("{}.abcdef.x", BASE64.encode(id).replace('=', ""));
        assert!(is_discord_bot_token(&token("123456789012345678")));
        assert!(!is_discord_bot_token(&token("not-a-number-at-all")));
    }
}
