//! From encoded text to text.

use super::run;
use crate::text::Mapped;
use crate::text::Span;

/// More is not decoded of one stretch, in bytes.
pub(super) const LONGEST: usize = 256 * 1024;

/// So many bytes tell whether what comes out is text.
const HEAD: usize = 12;

/// What the characters are made of that base64 stands for, by the first of them; `None` when it
/// stands for no text.
pub(super) fn base64_unit(digits: &[u8]) -> Option<Unit> {
    // Nearly always the first byte tells.
    if let [one, two, ..] = digits
        && let (Some(high), Some(low)) = (base64_value(*one), base64_value(*two))
        && !opens_text(high << 2 | low >> 4)
    {
        return None;
    }
    let mut head = [0; HEAD];
    let mut free = head.iter_mut();
    let digits = digits.get(..HEAD / 3 * 4).unwrap_or(digits);
    base64_each(digits, |byte| {
        if let Some(it) = free.next() {
            *it = byte;
        }
    })?;
    let left = free.len();
    unit(head.get(..HEAD - left)?)
}

/// Whether a text may begin with `byte`: in UTF-8, or with the mark of either encoding.
fn opens_text(byte: u8) -> bool {
    is_plain(byte) || matches!(byte, 0xef | 0xff)
}

/// The six bits that a digit of base64 stands for, of either alphabet.
fn base64_value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// The text that base64 stands for, and what its characters are made of; `None` when it is no
/// text.
pub(super) fn base64(digits: &[u8]) -> Option<(String, Unit)> {
    let unit = base64_unit(digits)?;
    let bytes = base64_bytes(digits)?;
    Some((text(bytes, unit)?, unit))
}

/// The text that hexadecimal digits stand for.
pub(super) fn hex(digits: &[u8]) -> Option<(String, Unit)> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let head = digits.get(..HEAD * 2).unwrap_or(digits);
    let unit = unit(&hex_bytes(head)?)?;
    let bytes = hex_bytes(digits)?;
    Some((text(bytes, unit)?, unit))
}

/// The text of an address with percent signs.
pub(super) fn percent(source: &str, span: Span) -> Mapped {
    let bytes = source.as_bytes();
    let mut mapped = Mapped::default();
    let mut done = span.start;
    while let Some(rest) = bytes.get(done..span.end)
        && let Some(offset) = memchr::memchr(b'%', rest)
    {
        let start = done + offset;
        mapped.copy(source, Span::new(done, start));
        let mut end = start;
        let mut decoded = Vec::new();
        // Several bytes can make one character.
        while decoded.len() < 4 && end < span.end && run::is_percent(bytes, end) {
            let digits = bytes.get(end + 1..end + 3).unwrap_or_default();
            decoded.extend(hex_bytes(digits).unwrap_or_default());
            end += 3;
            if std::str::from_utf8(&decoded).is_ok() {
                break;
            }
        }
        if let Some(text) = std::str::from_utf8(&decoded)
            .ok()
            .filter(|it| !it.is_empty())
        {
            mapped.push(text, Span::new(start, end));
            done = end;
        } else {
            mapped.copy(source, Span::new(start, start + 1));
            done = start + 1;
        }
    }
    mapped.copy(source, Span::new(done, span.end));
    mapped
}

/// What a character of a decoded text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// UTF-8.
    Byte,
    /// UTF-16, the low byte first, as PowerShell has it.
    Pair,
}

/// What the characters of a text are made of, by how it opens; `None` when it is no text.
fn unit(head: &[u8]) -> Option<Unit> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if head.is_empty() {
        return None;
    }
    if head.iter().all(|it| is_plain(*it) || *it >= 0x80) {
        let plain = head.iter().filter(|it| is_plain(**it)).count();
        return (is_plain(*head.first()?) && plain * 4 >= head.len() * 3).then_some(Unit::Byte);
    }
    let pairs = head.as_chunks::<2>().0;
    let is_pair = |it: &[u8; 2]| is_plain(it[0]) && it[1] == 0 || *it == [0xff, 0xfe];
    (pairs.len() > 2 && pairs.iter().all(is_pair)).then_some(Unit::Pair)
}

/// Whether a byte is a character of ASCII that texts have.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')
}

/// The text of `bytes`, if it is one all through; the last character may be cut.
fn text(mut bytes: Vec<u8>, unit: Unit) -> Option<String> {
    match unit {
        Unit::Byte => {
            if let Err(error) = std::str::from_utf8(&bytes) {
                if error.error_len().is_some() {
                    return None;
                }
                bytes.truncate(error.valid_up_to());
            }
            let text = String::from_utf8(bytes).ok()?;
            memchr::memchr(0, text.as_bytes()).is_none().then_some(text)
        }
        Unit::Pair => {
            let pairs = bytes.as_chunks::<2>().0.iter();
            let units = pairs.map(|it| u16::from_le_bytes(*it));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
    }
}

/// The bytes that base64 stands for; [`LONGEST`] at the most.
fn base64_bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let digits = digits.get(..LONGEST / 3 * 4).unwrap_or(digits);
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 3);
    base64_each(digits, |byte| bytes.push(byte))?;
    Some(bytes)
}

/// Hands `take` each byte that base64 stands for, of either alphabet; blanks and line endings are
/// passed over. `None` when something else is among the digits.
fn base64_each(digits: &[u8], mut take: impl FnMut(u8)) -> Option<()> {
    let (mut bits, mut count) = (0_u32, 0);
    for digit in digits {
        if matches!(digit, b' ' | b'\t' | b'\r' | b'\n') {
            continue;
        }
        bits = bits << 6 | u32::from(base64_value(*digit)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            let [.., byte] = (bits >> count).to_be_bytes();
            take(byte);
        }
    }
    Some(())
}

/// The bytes that hexadecimal digits stand for.
fn hex_bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |it: u8| {
        char::from(it)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    let pairs = digits.as_chunks::<2>().0.iter().take(LONGEST);
    pairs
        .map(|[high, low]| Some(value(*high)? << 4 | value(*low)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

    use super::*;

    fn decoded(digits: &str) -> Option<String> {
        base64(digits.trim_end_matches('=').as_bytes()).map(|(text, _)| text)
    }

    #[test]
    fn base64_of_texts_is_read() {
        for text in [
            "user:rosebud-1941",
            "a?>~ signs of all kinds: ü€",
            "{\"a\": 1}\n",
        ] {
            assert_eq!(decoded(&BASE64_STANDARD.encode(text)).unwrap(), text);
            assert_eq!(decoded(&BASE64_URL_SAFE_NO_PAD.encode(text)).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_text_is_left_alone() {
        for bytes in [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(),
            b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff",
            b"MZ\x90\0\x03\0\0\0\x04",
            b"0\x82\x05\xe0\x30\x82\x03",
            b"text at first, then\0a zero",
            b"text at first, then \xff\xfe noise",
        ] {
            assert_eq!(decoded(&BASE64_STANDARD.encode(bytes)), None);
        }
        for word in [
            "getServerSidePropsFromCache",
            "django/contrib/admin/templates",
        ] {
            assert_eq!(decoded(word), None);
        }
    }

    #[test]
    fn utf_16_in_base64_is_read() {
        let bytes: Vec<u8> = "$p = 'rosebud-1941'"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let found = base64(
            BASE64_STANDARD
                .encode(bytes)
                .trim_end_matches('=')
                .as_bytes(),
        );
        assert_eq!(found, Some(("$p = 'rosebud-1941'".to_owned(), Unit::Pair)));
    }

    #[test]
    fn hexadecimal_digits_of_texts_are_read() {
        let of = |digits: &str| hex(digits.as_bytes()).map(|(text, _)| text);
        assert_eq!(of("726f73656275642D31393431").unwrap(), "rosebud-1941");
        assert_eq!(of("726f73656275642d3139343"), None);
        assert_eq!(of("da39a3ee5e6b4b0d3255bfef95601890afd80709"), None);
    }

    #[test]
    fn percent_signs_are_read_and_lead_back() {
        let source = "x https%3A%2F%2Fu%C3%BC%zz%ff";
        let mapped = percent(source, Span::new(2, source.len()));
        assert_eq!(mapped.text(), "https://uü%zz%ff");
        let at = mapped.text().find("//u").unwrap();
        let origin = mapped.origin(Span::new(at, at + 3));
        assert_eq!(origin.of(source), Some("%2F%2Fu"));
    }
}
