//! Files of keys: PEM, OpenSSH, PGP, `PuTTY`, key stores, JSON.

use base64::Engine as _;
use serde_json::Value;

use super::{BASE64, BASE64_URL};
use crate::detect::checks;
use crate::pattern::Charset;

/// The least that the base64 in a private key has; Ed25519 takes 64.
const PRIVATE_KEY_BODY: usize = 60;

/// The least that a store with a key has, in bytes.
const KEY_STORE: usize = 200;

/// What lines of a private key are wrapped in where each is a string or a comment of its own.
const MARKS: &[char] = &[' ', '\t', '"', '\'', '+', ',', '#', '*', '/', ';', '`', '.'];

/// Those among them that belong to a string.
const QUOTES: &[char] = &['"', '\'', '`'];

/// What follows a label on its line and is shorter than this is a remark, in bytes.
const REMARK: usize = 16;

/// What a store of Java opens with: its own form, and the one of the cryptography extension.
const JAVA_STORES: [[u8; 4]; 2] = [[0xfe, 0xed, 0xfe, 0xed], [0xce, 0xce, 0xce, 0xce]];

/// Whether the value is the key file of a Google service account, also inside another string.
pub(super) fn is_google_service_account(value: &str) -> bool {
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

/// Whether the value is a PEM block with a body that can be one, or base64 of a text with one.
///
/// Line ends may be written as `\n`, and lines may open with the marks of a comment or the quotes
/// of one string for each line.
pub(super) fn is_private_key(value: &str) -> bool {
    if value.contains("-----BEGIN ") {
        return has_private_block(value);
    }
    let bytes = BASE64.decode(value).unwrap_or_default();
    str::from_utf8(&bytes).is_ok_and(has_private_block)
}

/// Whether one of the blocks in `text` is a private key.
fn has_private_block(text: &str) -> bool {
    text.split("-----BEGIN ").skip(1).any(is_private_block)
}

/// Whether what follows `-----BEGIN ` is the label and the body of a private key.
fn is_private_block(block: &str) -> bool {
    let labelled = block.split_once("-----");
    let Some((label, rest)) = labelled.filter(|(it, _)| it.contains("PRIVATE KEY")) else {
        return false;
    };
    let Some((body, _)) = rest.split_once("-----END ") else {
        return false;
    };
    let body = unescaped(body);
    let (base64, sum) = content(without_remark(&body));
    if base64.len() < PRIVATE_KEY_BODY || checks::entropy(&base64) < 3.0 {
        return false;
    }
    let Ok(bytes) = BASE64.decode(&base64) else {
        return false;
    };
    let is_encrypted = body.contains("DEK-Info") || label.starts_with("ENCRYPTED");
    if label.contains("PGP") {
        let is_packet = bytes.first().is_some_and(|it| it & 0x80 != 0);
        is_packet && sum.is_none_or(|it| BASE64.decode(it).is_ok_and(|it| it == crc24(&bytes)))
    } else if label.contains("OPENSSH") {
        bytes.starts_with(b"openssh-key-v1\0")
    } else {
        is_encrypted || bytes.first() == Some(&0x30)
    }
}

/// The text with line ends where they were written as escapes.
fn unescaped(text: &str) -> String {
    text.replace("\\r", "\n")
        .replace("\\n", "\n")
        .replace('\\', "")
}

/// The base64 of a block without its headers, and the checksum of its armor.
fn content(body: &str) -> (String, Option<&str>) {
    let mut base64 = String::new();
    let mut sum = None;
    for line in body.lines() {
        // `+` and `/` are marks only where something else shows that they are no base64.
        let line = line.trim_matches([' ', '\t', '\r']);
        if line.contains(": ") {
            continue;
        }
        if let Some(digits) = line.strip_prefix('=').filter(|it| it.len() == 4) {
            sum = Some(digits);
            continue;
        }
        let is_plain = line.bytes().all(|it| checks::belongs(Charset::Base64, it));
        base64.push_str(if is_plain { line } else { unwrapped(line) });
    }
    (base64, sum)
}

/// The lines of a block without what is noted behind its label.
fn without_remark(body: &str) -> &str {
    match body.split_once('\n') {
        Some((first, others)) if first.trim_matches(MARKS).len() < REMARK => others,
        Some(_) | None => body,
    }
}

/// What a line wraps in the quotes of a string or the marks of a comment.
///
/// `+` and `/` next to it are its own: base64 has them, too.
fn unwrapped(line: &str) -> &str {
    let inner = line.trim_matches(MARKS);
    let Some(from) = line.find(inner).filter(|_| !inner.is_empty()) else {
        return "";
    };
    let (before, rest) = line.split_at_checked(from).unwrap_or_default();
    let behind = rest.get(inner.len()..).unwrap_or_default();
    let own = before.len() - before.trim_end_matches(['+', '/']).len();
    // Where nothing else is before them, they open a comment.
    let own = if own == before.len() { 0 } else { own };
    let more = behind.len() - behind.trim_start_matches(['+', '/']).len();
    let is_closed = more == behind.len() || behind.contains(QUOTES);
    let more = if is_closed { more } else { 0 };
    line.get(from - own..from + inner.len() + more)
        .unwrap_or_default()
}

/// The CRC-24 of the armor of PGP.
fn crc24(bytes: &[u8]) -> [u8; 3] {
    let sum = bytes.iter().fold(0x00b7_04ce_u32, |sum, it| {
        (0..8).fold(sum ^ u32::from(*it) << 16, |state, _| {
            let next = state << 1;
            if next & 0x0100_0000 == 0 {
                next
            } else {
                next ^ 0x0186_4cfb
            }
        })
    });
    let [_, high, middle, low] = sum.to_be_bytes();
    [high, middle, low]
}

/// Whether the value is a key file of `PuTTY` with as many lines of base64 as it says.
pub(super) fn is_putty_key(value: &str) -> bool {
    let text = unescaped(value);
    let mut lines = text.lines().map(|it| it.trim_matches(MARKS));
    let announced = lines.find_map(|it| it.strip_prefix("Private-Lines: "));
    let Some(count) = announced.and_then(|it| it.trim().parse::<usize>().ok()) else {
        return false;
    };
    let body: Vec<&str> = lines
        .take_while(|it| !it.starts_with("Private-MAC: "))
        .filter(|it| !it.is_empty())
        .collect();
    let base64 = body.concat();
    body.len() == count && checks::entropy(&base64) >= 3.0 && BASE64.decode(base64).is_ok()
}

/// Whether the value is base64 of a store that can hold a private key: PKCS #12, or one of Java.
pub(super) fn is_key_store(value: &str) -> bool {
    let compact: String = unescaped(value).split_whitespace().collect();
    let Ok(bytes) = BASE64.decode(compact) else {
        return false;
    };
    // A sequence whose length takes two or three bytes, and the version 3.
    let is_pkcs12 = match bytes.as_slice() {
        [0x30, 0x82, _, _, rest @ ..] | [0x30, 0x83, _, _, _, rest @ ..] => {
            rest.starts_with(&[2, 1, 3, 0x30])
        }
        // Without a length, as `keytool` never and some libraries always write it.
        [0x30, 0x80, rest @ ..] => rest.starts_with(&[2, 1, 3, 0x30]),
        _ => false,
    };
    let is_java = JAVA_STORES.iter().any(|it| bytes.starts_with(it));
    bytes.len() >= KEY_STORE && (is_pkcs12 || is_java)
}

/// Whether the value is a JSON web key with its private part, as text or in base64.
pub(super) fn is_private_jwk(value: &str) -> bool {
    let text = if value.trim_start().starts_with('{') {
        Some(value.replace("\\\"", "\""))
    } else {
        let bytes = BASE64_URL.decode(value).or_else(|_| BASE64.decode(value));
        bytes.ok().and_then(|it| String::from_utf8(it).ok())
    };
    let parsed = text.and_then(|it| serde_json::from_str::<Value>(&it).ok());
    let Some(root) = parsed else {
        return false;
    };
    let one = std::slice::from_ref(&root);
    let keys = root.get("keys").and_then(Value::as_array);
    keys.map_or(one, Vec::as_slice)
        .iter()
        .any(is_private_member)
}

fn is_private_member(key: &Value) -> bool {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let secret = match text("kty") {
        Some("RSA" | "EC" | "OKP") => text("d"),
        Some("oct") => text("k"),
        Some(_) | None => None,
    };
    secret.is_some_and(|it| it.len() >= 16 && checks::entropy(it) >= 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(is_private_key(&BASE64.encode(&key)));
        let bundle = [pem("CERTIFICATE", &der), key.clone()].concat();
        assert!(is_private_key(&BASE64.encode(bundle)));
        assert!(!is_private_key(&BASE64.encode(pem("CERTIFICATE", &der))));
        assert!(!is_private_key(&pem("PRIVATE KEY", &noise())));
        assert!(!is_private_key(
            "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----"
        ));
        let ssh = [b"openssh-key-v1\0".as_slice(), &noise()].concat();
        assert!(is_private_key(&pem("OPENSSH PRIVATE KEY", &ssh)));
        let remark = key.replacen("KEY-----\n", "KEY----- made up\n", 1);
        assert!(is_private_key(&remark));
    }

    #[test]
    fn lines_keep_the_signs_of_their_base64() {
        for (line, inner) in [
            ("\"+aB/c+", "+aB/c+"),
            ("\"/aB+c/\" +", "/aB+c/"),
            ("// +aB/", "+aB/"),
            ("+ 'aB+',", "aB+"),
            ("* aB */", "aB"),
            ("# aB", "aB"),
            ("\" +", ""),
        ] {
            assert_eq!(unwrapped(line), inner, "{line}");
        }
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
    fn the_armor_of_a_key_ends_with_its_sum() {
        let packet = [[0x95].as_slice(), &noise()].concat();
        let key = |sum: &[u8]| {
            let lines = pem("PGP PRIVATE KEY BLOCK", &packet);
            let sum = BASE64.encode(sum);
            lines.replace("-----END", &format!("={sum}\n-----END"))
        };
        assert_eq!(crc24(b"123456789"), [0x21, 0xcf, 0x02]);
        assert!(is_private_key(&key(&crc24(&packet))));
        assert!(!is_private_key(&key(&[1, 2, 3])));
        assert!(is_private_key(&pem("PGP PRIVATE KEY BLOCK", &packet)));
    }

    #[test]
    fn a_file_of_putty_holds_the_lines_that_it_announces() {
        let body = BASE64.encode(noise());
        let key =
            format!("PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\n{body}\nPrivate-MAC: 0a");
        assert!(is_putty_key(&key));
        assert!(is_putty_key(&key.replace('\n', "\\n")));
        assert!(!is_putty_key(&key.replace("Lines: 1", "Lines: 2")));
        assert!(!is_putty_key(&key.replace(&body, "...")));
        assert!(!is_putty_key("PuTTY-User-Key-File-2: ssh-rsa"));
    }

    #[test]
    fn a_store_opens_as_its_kind() {
        let store = |head: &[u8]| BASE64.encode([head, &noise(), &noise(), &noise()].concat());
        assert!(is_key_store(&store(&[0x30, 0x82, 9, 1, 2, 1, 3, 0x30])));
        assert!(is_key_store(&store(&[0x30, 0x80, 2, 1, 3, 0x30])));
        assert!(is_key_store(&store(&[0xfe, 0xed, 0xfe, 0xed])));
        assert!(!is_key_store(&store(&[0x30, 0x82, 9, 1, 2, 1, 1, 0x30])));
        assert!(!is_key_store(&BASE64.encode([0xfe, 0xed, 0xfe, 0xed])));
    }

    #[test]
    fn a_web_key_has_a_private_part() {
        let secret = BASE64_URL.encode(noise());
        let key = format!(r#"{{"kty":"EC","crv":"P-256","d":"{secret}","x":"a"}}"#);
        assert!(is_private_jwk(&key));
        assert!(is_private_jwk(&key.replace('"', "\\\"")));
        assert!(is_private_jwk(&BASE64.encode(&key)));
        assert!(is_private_jwk(&format!(r#"{{"keys":[{key}]}}"#)));
        assert!(is_private_jwk(&format!(
            r#"{{"kty":"oct","k":"{secret}"}}"#
        )));
        assert!(!is_private_jwk(&key.replace("\"d\"", "\"y\"")));
        assert!(!is_private_jwk("{"));
        assert!(!is_private_jwk("a key"));
    }
}
