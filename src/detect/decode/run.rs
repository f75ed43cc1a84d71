//! Stretches of a text that may be encoded.

use crate::text::Span;

/// Base64 and hexadecimal digits shorter than this hold no secret, in bytes.
pub(super) const SHORTEST: usize = 24;

/// Lines of base64 that goes on in the next one are at least as long as this.
const LONG_LINE: usize = 60;

/// Lines may be indented by so much.
const DEEPEST: usize = 64;

/// Fewer percent signs are an address as others are.
const FEWEST_PERCENTS: usize = 3;

/// How far a string or an address may reach around its first escape, in bytes.
const REACH: usize = 8 * 1024;

/// The next stretch of at least [`SHORTEST`] digits of base64, of either alphabet, from `from` on.
///
/// Looks at few bytes of a text that has none: each stretch holds every [`SHORTEST`]th byte.
pub(super) fn digits(bytes: &[u8], from: usize) -> Option<Span> {
    let mut at = from;
    loop {
        let ahead = bytes.get(at..).and_then(|it| it.first_chunk());
        if ahead.is_some_and(|it| !may_begin(it)) {
            at += SHORTEST;
            continue;
        }
        let probe = at + SHORTEST - 1;
        if !is_base64(*bytes.get(probe)?) {
            at = probe + 1;
            continue;
        }
        let before = bytes.get(at..probe)?.iter().rev();
        let start = probe - before.take_while(|it| is_base64(**it)).count();
        let after = bytes.get(probe..)?.iter();
        let end = probe + after.take_while(|it| is_base64(**it)).count();
        if end - start >= SHORTEST {
            return Some(Span::new(start, end));
        }
        at = end + 1;
    }
}

/// Whether a stretch may begin in the first [`SHORTEST`] bytes of these: it holds the last of them,
/// and half of a stretch before it or behind it.
///
/// One answer for all of them, since a processor cannot guess the single ones.
fn may_begin(bytes: &[u8; SHORTEST + SHORTEST / 2]) -> bool {
    let mut digits = 0;
    for [_, _, third] in bytes.as_chunks().0.iter().skip(SHORTEST / 2 / 3 - 1) {
        digits = digits << 1 | u32::from(is_base64(*third));
    }
    digits & BEFORE == BEFORE || digits & BEHIND == BEHIND
}

/// The last of [`SHORTEST`] bytes, and every third one of the half before it.
const BEFORE: u32 = 0b1_1111_0000;

/// The same, and every third one of the half behind it.
const BEHIND: u32 = 0b0_0001_1111;

/// Whether a byte is a digit of base64, of either alphabet.
#[inline]
fn is_base64(byte: u8) -> bool {
    BASE64.get(usize::from(byte)).is_some_and(|it| *it)
}

/// The answers of [`is_base64`], which is asked about many bytes of every text.
#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
static BASE64: [bool; 256] = {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
    let mut answers = [false; 256];
    let mut rest: &[u8] = letters;
    while let [first, others @ ..] = rest {
        answers[*first as usize] = true;
        rest = others;
    }
    answers
};

/// Where a stretch of base64 ends that goes on in the lines below.
pub(super) fn lines(bytes: &[u8], run: Span, limit: usize) -> usize {
    let mut end = run.end;
    if run.len() < LONG_LINE {
        return end;
    }
    while end - run.start < limit {
        let rest = bytes.get(end..).unwrap_or_default();
        let Some(rest) = rest
            .strip_prefix(b"\n")
            .or_else(|| rest.strip_prefix(b"\r\n"))
        else {
            break;
        };
        let indent = rest.iter().take(DEEPEST);
        let indent = indent.take_while(|it| matches!(it, b' ' | b'\t')).count();
        let line = rest.get(indent..).unwrap_or_default();
        let length = line.iter().take_while(|it| is_base64(**it)).count();
        let padding = line.iter().skip(length).take(2);
        let padding = padding.take_while(|it| **it == b'=').count();
        let ends = line.get(length + padding);
        let is_whole = ends.is_none_or(|it| matches!(it, b'\n' | b'\r' | b'"' | b'\'' | b'<'));
        if length == 0 || !is_whole {
            break;
        }
        end = bytes.len() - line.len() + length;
        if padding > 0 || length < LONG_LINE {
            break;
        }
    }
    end
}

/// The next stretch of an address with percent signs, from `from` on.
pub(super) fn percents(bytes: &[u8], from: usize) -> Option<Span> {
    let mut at = from;
    loop {
        let sign = at + memchr::memchr(b'%', bytes.get(at..)?)?;
        at = sign + 1;
        if !is_percent(bytes, sign) {
            continue;
        }
        let before = bytes.get(from.max(sign.saturating_sub(REACH))..sign)?;
        let before = before.iter().rev().take_while(|it| is_address(**it));
        let start = sign - before.count();
        let after = bytes.get(sign..)?.iter().take(REACH);
        let end = sign + after.take_while(|it| is_address(**it)).count();
        let signs = (sign..end).filter(|it| is_percent(bytes, *it));
        if signs.take(FEWEST_PERCENTS).count() == FEWEST_PERCENTS {
            return Some(Span::new(start, end));
        }
        at = end.max(at);
    }
}

/// Whether a percent sign with two digits stands at `at`.
pub(super) fn is_percent(bytes: &[u8], at: usize) -> bool {
    matches!(
        bytes.get(at..at + 3),
        Some([b'%', high, low]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit()
    )
}

/// Whether a byte may stand in an address.
fn is_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"%-._~:/?#[]@!$&*+,;=".contains(&byte)
}

/// The next string with an escape that hides a sign of ASCII, from `from` on.
pub(super) fn escapes(bytes: &[u8], from: usize) -> Option<Span> {
    let mut at = from;
    loop {
        let sign = at + memchr::memchr(b'\\', bytes.get(at..)?)?;
        if !hides(bytes.get(sign + 1..)?) {
            // What follows a backslash is no backslash of its own.
            at = sign + 2;
            continue;
        }
        let first = from.max(sign.saturating_sub(REACH));
        let before = bytes.get(first..sign)?.iter().rev();
        let start = sign - before.take_while(|it| !ends_string(**it)).count();
        let mut after = bytes.get(sign..)?.iter().take(REACH);
        let mut end = sign;
        while let Some(byte) = after.next().filter(|it| !ends_string(**it)) {
            end += 1;
            if *byte == b'\\' && after.next().is_some() {
                end += 1;
            }
        }
        return Some(Span::new(start, end));
    }
}

/// Whether what follows a backslash stands for a sign that secrets and addresses have, and that
/// could have been written as it is.
fn hides(after: &[u8]) -> bool {
    let code = match after {
        // `://` in JSON as some write it.
        [b'/', b'\\', b'/', ..] => return true,
        [b'u', b'0', b'0', high, low, ..]
        | [b'x', high, low, ..]
        | [b'u', b'{', high, low, b'}', ..] => [*high, *low],
        _ => return false,
    };
    matches!(code, [b'2'..=b'7', low] if low.is_ascii_hexdigit())
}

fn ends_string(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, next: impl Fn(&[u8], usize) -> Option<Span>) -> Vec<&str> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(run) = next(text.as_bytes(), from) {
            found.push(run.of(text).unwrap());
            from = run.end;
        }
        found
    }

    #[test]
    fn every_stretch_of_digits_is_found_wherever_it_stands() {
        let run = "abcdefghijklmnopqrstuvwx";
        for shift in 0..60 {
            let text = format!("{}{run}. {run}-{run} short/word", ".".repeat(shift));
            let longer = format!("{run}-{run}");
            assert_eq!(all(&text, digits), [run, &longer]);
        }
        assert_eq!(all("abcdefghijklmnopqrstuvw", digits), [""; 0]);
        assert_eq!(all(run, digits), [run]);
    }

    #[test]
    fn digits_go_on_in_the_lines_below() {
        let line = "QUJD".repeat(19);
        let text = format!("key: |\n  {line}\n  {line}\n  QUJD==\n  other: 1\n");
        let run = digits(text.as_bytes(), 0).unwrap();
        let end = lines(text.as_bytes(), run, 1 << 20);
        let found = Span::new(run.start, end).of(&text).unwrap();
        assert!(found.ends_with("\n  QUJD"));
        assert_eq!(lines(text.as_bytes(), run, 10), run.end);
        let prose = format!("{line}\nother words\n");
        let alone = digits(prose.as_bytes(), 0).unwrap();
        assert_eq!(lines(prose.as_bytes(), alone, 1 << 20), alone.end);
    }

    #[test]
    fn addresses_with_percent_signs_are_found() {
        let text = "100% of '%s' see https%3A%2F%2Fa%40b, a%20b and \"x%41%42%43\"";
        let expected = ["https%3A%2F%2Fa%40b,", "x%41%42%43"];
        assert_eq!(all(text, percents), expected);
    }

    #[test]
    fn strings_with_hidden_signs_are_found() {
        let text = r#"a = "one\n", b = "t\u0077o", c = "x:\/\/\"y", d = "\u00e9\x1b\\x41""#;
        assert_eq!(all(text, escapes), [r"t\u0077o", r#"x:\/\/\"y"#]);
        assert_eq!(all(r"\u0041", escapes), [r"\u0041"]);
        assert_eq!(all("\\", escapes), [""; 0]);
    }
}
