//! From a literal as it is written to what it is at run time.

use zeroize::Zeroizing;

use crate::secret::Secret;

/// What a literal is at run time.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    /// A text.
    Text(Secret),
    /// Half a surrogate pair, which no UTF-8 text can hold.
    NotText,
    /// An escape that is old, wrong, or not of this language.
    Unsupported,
}

/// How a literal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// `"…"` and `'…'`.
    String,
    /// A template; its line endings are all `\n` at run time.
    Template,
    /// The value of an attribute of an element, which knows no escapes but character references.
    Markup,
}

/// What follows a backslash.
enum Escape {
    /// A character or, in two halves, a character of the higher planes.
    Unit(u32),
    /// A line ending, which is not part of the value.
    Continuation,
}

/// A value that grows by one unit after the other.
struct Units {
    value: Zeroizing<String>,
    /// The first half of a surrogate pair, while the second one is missing.
    high: Option<u32>,
}

impl Units {
    /// Adds a character, or half of one; nothing when what came before stays a half.
    fn push(&mut self, unit: u32) -> Option<()> {
        let code = match (self.high.take(), unit) {
            (None, 0xd800..=0xdbff) => {
                self.high = Some(unit);
                return Some(());
            }
            (Some(high), 0xdc00..=0xdfff) => 0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00),
            (None, _) => unit,
            (Some(_), _) => return None,
        };
        self.value.push(char::from_u32(code)?);
        Some(())
    }
}

/// The value of a literal, given what stands between its quotes.
pub(super) fn decode(written: &str, notation: Notation) -> Decoded {
    let mut units = Units {
        // A value is never longer than its literal, so no growing leaves a copy behind.
        value: Zeroizing::new(String::with_capacity(written.len())),
        high: None,
    };
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        let unit = match (c, notation) {
            ('&', Notation::Markup) => return Decoded::Unsupported,
            ('\\', Notation::String | Notation::Template) => match escape(&mut rest) {
                Some(Escape::Unit(unit)) => unit,
                Some(Escape::Continuation) => continue,
                None => return Decoded::Unsupported,
            },
            ('\r', Notation::Template) => {
                skip(&mut rest, '\n');
                u32::from('\n')
            }
            _ => u32::from(c),
        };
        if units.push(unit).is_none() {
            return Decoded::NotText;
        }
    }
    if units.high.is_some() {
        return Decoded::NotText;
    }
    Decoded::Text(Secret::new(std::mem::take(&mut units.value)))
}

/// Reads an escape, its backslash already taken.
fn escape(rest: &mut std::str::Chars<'_>) -> Option<Escape> {
    let unit = match rest.next()? {
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        'b' => 0x08,
        'f' => 0x0c,
        'v' => 0x0b,
        '0' if !rest.clone().next().is_some_and(|it| it.is_ascii_digit()) => 0,
        '0'..='9' => return None,
        'x' => hex(rest, 2)?,
        'u' => unicode(rest)?,
        '\r' => {
            skip(rest, '\n');
            return Some(Escape::Continuation);
        }
        '\n' | '\u{2028}' | '\u{2029}' => return Some(Escape::Continuation),
        other => u32::from(other),
    };
    Some(Escape::Unit(unit))
}

/// Reads `XXXX` or `{X…}`.
fn unicode(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    if !skip(rest, '{') {
        return hex(rest, 4);
    }
    let mut code: Option<u32> = None;
    loop {
        match rest.next()? {
            '}' => return code,
            digit => {
                let more = code.unwrap_or(0) * 16 + digit.to_digit(16)?;
                code = Some(more).filter(|it| *it <= 0x10_ffff);
                code?;
            }
        }
    }
}

/// Reads exactly `count` hexadecimal digits.
fn hex(rest: &mut std::str::Chars<'_>, count: usize) -> Option<u32> {
    (0..count).try_fold(0, |code, _| Some(code * 16 + rest.next()?.to_digit(16)?))
}

/// Takes `expected` if it is next, and says whether it was.
fn skip(rest: &mut std::str::Chars<'_>, expected: char) -> bool {
    let mut ahead = rest.clone();
    let found = ahead.next() == Some(expected);
    if found {
        *rest = ahead;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Decoded {
        Decoded::Text(Secret::new(value.to_owned()))
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        for (written, value) in [
            ("plain", "plain"),
            (r"\n\r\t\b\f\v\0", "\n\r\t\u{8}\u{c}\u{b}\0"),
            (r"\x41\u0042\u{43}\u{000044}", "ABCD"),
            (r#"\'\"\\\`\$\a\-"#, "'\"\\`$a-"),
            (r"\uD83D\uDE00\u{D83D}\u{DE00}", "\u{1f600}\u{1f600}"),
            ("a\\\nb\\\r\nc\\\rd\\\u{2028}e\\\u{2029}f", "abcdef"),
            ("\\uD83D\\\n\\uDE00", "\u{1f600}"),
            ("é𝄞\u{2028}", "é𝄞\u{2028}"),
        ] {
            assert_eq!(decode(written, Notation::String), text(value), "{written}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_not_text() {
        for written in [
            r"\uD83D",
            r"\uD83Dx",
            r"\uDE00",
            r"\uD83D\uD83D\uDE00",
            r"\u{DE00}",
        ] {
            assert_eq!(
                decode(written, Notation::String),
                Decoded::NotText,
                "{written}"
            );
        }
    }

    #[test]
    fn old_and_wrong_escapes_are_not_decoded() {
        for written in [
            r"\1",
            r"\07",
            r"\08",
            r"\377",
            r"\8",
            r"\x4",
            r"\xZZ",
            r"\u12",
            r"\u{}",
            r"\u{110000}",
            r"\u{41",
            r"\u{4g}",
            "\\",
        ] {
            let decoded = decode(written, Notation::String);
            assert_eq!(decoded, Decoded::Unsupported, "{written}");
        }
    }

    #[test]
    fn every_line_ending_of_a_template_is_a_line_feed() {
        let decoded = decode("a\r\nb\rc\nd\\r\\\r\ne", Notation::Template);
        assert_eq!(decoded, text("a\nb\nc\nd\re"));
    }

    #[test]
    fn a_backslash_in_markup_is_a_backslash() {
        assert_eq!(decode(r"a\n", Notation::Markup), text(r"a\n"));
        assert_eq!(decode("a&amp;b", Notation::Markup), Decoded::Unsupported);
    }
}
