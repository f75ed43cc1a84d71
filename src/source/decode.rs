//! From bytes to text.

use std::borrow::Cow;

use super::Encoding;

/// How many bytes tell whether a file is text.
pub(super) const HEAD: usize = 8 * 1024;

/// The least number of bytes from which UTF-16 is recognized without a byte order mark.
const MIN_UTF16: usize = 8;

/// The text of `bytes` and how it was written; `None` for what is not text.
pub(super) fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, Encoding)> {
    let head = head(bytes);
    if let Some(order) = utf16(head) {
        let (text, broken) = order.decode_without_bom_handling(bytes);
        let marked = text.starts_with('\u{feff}');
        return (marked || !broken).then_some((text, Encoding::Utf16));
    }
    if memchr::memchr(0, head).is_some() {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some((Cow::Borrowed(text), Encoding::Utf8));
    }
    if !is_legacy_text(head) {
        return None;
    }
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
    Some((text, Encoding::Latin1))
}

/// Whether the head of a file shows that the file is not text.
pub(super) fn is_binary(head: &[u8]) -> bool {
    memchr::memchr(0, head).is_some() && utf16(head).is_none()
}

fn head(bytes: &[u8]) -> &[u8] {
    bytes.get(..HEAD).unwrap_or(bytes)
}

/// The byte order of a text in UTF-16, by its mark or by where its zeros are.
fn utf16(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match head {
        // UTF-32, which nobody writes code in.
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] => Some(encoding_rs::UTF_16BE),
        _ => utf16_without_mark(head),
    }
}

/// Guesses by the zeros: next to a letter of ASCII there is one, always on the same side.
fn utf16_without_mark(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    if head.len() < MIN_UTF16 || memchr::memchr(0, head).is_none() {
        return None;
    }
    let (mut first, mut second, mut both) = (0, 0, 0);
    let units = head.as_chunks::<2>().0;
    for unit in units {
        match unit {
            [0, 0] => both += 1,
            [0, _] => first += 1,
            [_, 0] => second += 1,
            _ => {}
        }
    }
    let most = units.len() * 3 / 4;
    if both > 0 {
        None
    } else if second > most && first == 0 {
        Some(encoding_rs::UTF_16LE)
    } else if first > most && second == 0 {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// Whether bytes that are not UTF-8 can be text in an older encoding.
///
/// Compressed and encrypted data has every eighth byte or so in the range of control characters,
/// text in any encoding next to none.
fn is_legacy_text(head: &[u8]) -> bool {
    let controls = head.iter().filter(|it| is_control(**it)).count();
    controls * 64 <= head.len()
}

/// Whether a byte is a control character that text has no use for.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0x00..=0x07 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn decoded(bytes: &[u8]) -> Option<(String, Encoding)> {
        decode(bytes).map(|(text, encoding)| (text.into_owned(), encoding))
    }

    #[test]
    fn utf8_is_borrowed() {
        let (text, encoding) = decode("naïve = 'ü'\n".as_bytes()).unwrap();
        assert!(matches!(text, Cow::Borrowed("naïve = 'ü'\n")));
        assert_eq!(encoding, Encoding::Utf8);
    }

    #[test]
    fn a_byte_order_mark_stays_in_the_text() {
        let text = "\u{feff}key = 1\n".to_owned();
        let utf8 = (text.clone(), Encoding::Utf8);
        assert_eq!(decoded(text.as_bytes()), Some(utf8));
        let utf16 = (text.clone(), Encoding::Utf16);
        let little = utf16_bytes(&text, u16::to_le_bytes);
        assert_eq!(decoded(&little), Some(utf16.clone()));
        let big = utf16_bytes(&text, u16::to_be_bytes);
        assert_eq!(decoded(&big), Some(utf16));
    }

    #[test]
    fn utf16_is_known_without_a_byte_order_mark() {
        let text = "colour = 'rosebud' # naïve €\r\n".to_owned();
        let expected = Some((text.clone(), Encoding::Utf16));
        assert_eq!(decoded(&utf16_bytes(&text, u16::to_le_bytes)), expected);
        assert_eq!(decoded(&utf16_bytes(&text, u16::to_be_bytes)), expected);
    }

    #[test]
    fn half_a_unit_at_the_end_of_utf16_is_survived() {
        let mut bytes = utf16_bytes("\u{feff}key = 1", u16::to_le_bytes);
        bytes.push(b'x');
        let (text, _) = decoded(&bytes).unwrap();
        assert!(text.starts_with("\u{feff}key = 1"));
    }

    #[test]
    fn what_is_not_utf8_is_read_as_windows_1252() {
        let expected = ("caf\u{e9} = '\u{20ac}'\r".to_owned(), Encoding::Latin1);
        assert_eq!(decoded(b"caf\xe9 = '\x80'\r"), Some(expected));
    }

    #[test]
    fn text_in_any_single_or_double_byte_encoding_keeps_its_ascii() {
        let shift_jis = b"# \x83\x70\x83\x58\x83\x8f\x81\x5b\x83\x68\ncolour = 'rosebud'\n";
        assert!(
            decoded(shift_jis)
                .unwrap()
                .0
                .ends_with("colour = 'rosebud'\n")
        );
    }

    #[test]
    fn bytes_with_a_zero_are_not_text() {
        assert_eq!(decoded(b"GIF89a\0\x01\0\x01\0\xff\xff"), None);
        assert_eq!(decoded(b"\0\0\0\0\0\0\0\0\0\0\0\0"), None);
        assert_eq!(decoded(b"\xff\xfe\0\0k\0\0\0e\0\0\0y\0\0\0"), None);
        assert!(is_binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"));
    }

    #[test]
    fn compressed_data_is_not_text() {
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 24) as u8).max(1)
        })
        .take(4096)
        .collect();
        assert_eq!(decoded(&noise), None);
    }

    #[test]
    fn nothing_is_text() {
        assert_eq!(decoded(b""), Some((String::new(), Encoding::Utf8)));
    }

    #[test]
    fn lines_that_end_in_a_bare_carriage_return_are_left_alone() {
        let (text, _) = decoded(b"a = 1\rb = 2\r").unwrap();
        assert_eq!(text, "a = 1\rb = 2\r");
    }
}
