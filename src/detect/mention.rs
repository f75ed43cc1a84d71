//! Names and values written side by side where no language binds them: in a text in quotes, in a
//! comment, in prose.

use crate::text::Span;

/// Names longer than this are not looked at, in bytes.
const LONGEST_NAME: usize = 128;

/// Values longer than this are not looked at, in bytes.
const LONGEST_VALUE: usize = 512;

/// Values shorter than this are not looked at, in bytes.
const SHORTEST_VALUE: usize = 3;

/// How many blanks may stand on either side of what joins the two.
const MOST_BLANKS: usize = 8;

/// How many signs may close the name: `\"`, `"]`, `**`.
const MOST_CLOSERS: usize = 4;

/// What stands between a name and its value, longer ones first where they begin alike.
const JOINTS: [&[u8]; 12] = [
    b"===", b"==", b"=>", b":=", b"%3D", b"%3d", b"%3A", b"%3a", b"=", b":", b",", b"(",
];

/// A name and what is written next to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mention {
    /// The name.
    pub(super) name: Span,
    /// The value, without quotes.
    pub(super) value: Span,
    /// Whether the value stands in quotes.
    pub(super) quoted: bool,
}

/// What is written next to `name`, an identifier, if that looks like a value.
pub(super) fn beside(text: &str, name: Span) -> Option<Mention> {
    let bytes = text.as_bytes();
    let mut at = name.end;
    let closers = run(bytes, at, MOST_CLOSERS, is_closer);
    at += closers;
    let blanks = run(bytes, at, MOST_BLANKS, is_blank);
    let joint = joint(bytes.get(at + blanks..).unwrap_or_default());
    if closers + blanks == 0 && joint == Some(b":") && is_link(bytes, name) {
        return None;
    }
    let needs_quotes = match joint {
        Some(it) => {
            at += blanks + it.len();
            matches!(it, b"," | b"(")
        }
        None if is_element(bytes, name) => {
            at = name.end + 1;
            false
        }
        None if is_option(bytes, name) && blanks > 0 => {
            at += blanks;
            false
        }
        None => return None,
    };
    at += run(bytes, at, MOST_BLANKS, is_blank);
    let (value, quoted) = value_at(bytes, at)?;
    let length = value.len();
    let fits = (SHORTEST_VALUE..=LONGEST_VALUE).contains(&length) && (quoted || !needs_quotes);
    // Cutting at ASCII only, both ends lie on characters.
    (fits && value.of(text).is_some()).then_some(Mention {
        name,
        value,
        quoted,
    })
}

/// What joins a name and a value, if `bytes` begin with it.
fn joint(bytes: &[u8]) -> Option<&'static [u8]> {
    // Nearly always the first byte tells.
    if !matches!(bytes.first()?, b'=' | b':' | b'%' | b',' | b'(') {
        return None;
    }
    JOINTS.into_iter().find(|it| bytes.starts_with(it))
}

/// The whole identifier around `hit`.
pub(super) fn identifier(bytes: &[u8], hit: Span) -> Option<Span> {
    let part = |it: &u8| is_part(*it);
    let before = bytes.get(hit.start.saturating_sub(LONGEST_NAME)..hit.start)?;
    let after = bytes.get(hit.end..(hit.end + LONGEST_NAME).min(bytes.len()))?;
    let left = before.iter().rev().take_while(|it| part(it)).count();
    let right = after.iter().take_while(|it| part(it)).count();
    let dashes = bytes
        .get(hit.start - left..hit.start)?
        .iter()
        .take_while(|it| **it == b'-')
        .count();
    let name = Span::new(hit.start - left + dashes, hit.end + right);
    (name.len() <= LONGEST_NAME).then_some(name)
}

/// Whether an identifier may hold `byte`, in one language or another.
pub(super) fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$')
}

/// How many of the bytes from `at` on fit, `most` at the most.
fn run(bytes: &[u8], at: usize, most: usize, fits: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take(most).take_while(|it| fits(**it)).count()
}

fn is_closer(byte: u8) -> bool {
    matches!(byte, b'\\' | b'"' | b'\'' | b'`' | b']' | b')' | b'*')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether a text in quotes begins or ends with `byte`.
pub(super) fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// Whether the name is that of an element: `<password>`, and not that of a group: `(?<password>`.
fn is_element(bytes: &[u8], name: Span) -> bool {
    let before = |count: usize| name.start.checked_sub(count).and_then(|it| bytes.get(it));
    before(1) == Some(&b'<')
        && bytes.get(name.end) == Some(&b'>')
        && !matches!(before(2), Some(b'?' | b'P'))
}

/// Whether the name is that of an option: `--password`.
fn is_option(bytes: &[u8], name: Span) -> bool {
    let start = name.start.saturating_sub(2);
    bytes.get(start..name.start) == Some(b"--")
}

/// Whether the name is a link of a chain, `arn:aws:secretsmanager:x:1:secret:y`, or a role of
/// reStructuredText, `:token:`.
fn is_link(bytes: &[u8], name: Span) -> bool {
    let before = name.start.checked_sub(1).and_then(|it| bytes.get(it));
    before == Some(&b':')
}

/// The value at `at`, and whether it stands in quotes.
fn value_at(bytes: &[u8], at: usize) -> Option<(Span, bool)> {
    // Letters that belong to the quotes behind them: `b"x"`.
    let prefix = usize::from(
        bytes.get(at).is_some_and(u8::is_ascii_alphabetic)
            && bytes.get(at + 1).copied().is_some_and(is_quote),
    );
    let start = at + prefix;
    let escapes = run(bytes, start, MOST_CLOSERS, |it| it == b'\\');
    let quote = bytes
        .get(start + escapes)
        .copied()
        .filter(|it| is_quote(*it));
    let Some(quote) = quote else {
        return bare(bytes, at).map(|it| (it, false));
    };
    let start = start + escapes + 1;
    let window = bytes.get(start..(start + LONGEST_VALUE + 1).min(bytes.len()))?;
    let end = memchr::memchr_iter(quote, window).find(|end| {
        let before = window.get(..*end).unwrap_or_default();
        let slashes = before.iter().rev().take_while(|it| **it == b'\\').count();
        slashes == escapes || (escapes == 0 && slashes % 2 == 0)
    })?;
    let value = Span::new(start, start + end - escapes.min(end));
    let is_line = !window.get(..end)?.contains(&b'\n');
    is_line.then_some((value, true))
}

/// The value without quotes at `at`: what no blank and no sign ends.
///
/// There is none where a part is to be filled in, `acme_<token>`, nor where something is called.
fn bare(bytes: &[u8], at: usize) -> Option<Span> {
    let window = bytes.get(at..).unwrap_or_default();
    let ends = |it: &u8| {
        it.is_ascii_whitespace()
            || matches!(
                it,
                b'"' | b'\''
                    | b'`'
                    | b'<'
                    | b'>'
                    | b','
                    | b';'
                    | b'&'
                    | b'|'
                    | b'\\'
                    | b')'
                    | b']'
                    | b'}'
            )
    };
    let longest = window.iter().take(LONGEST_VALUE + 1);
    let length = longest.take_while(|it| !ends(it)).count();
    let value = window.get(..length).unwrap_or_default();
    // What ends a sentence is no part of the value.
    let trailing = value
        .iter()
        .rev()
        .take_while(|it| matches!(it, b'.' | b':' | b'*'))
        .count();
    let is_slot = window.get(length) == Some(&b'<') && window.get(length + 1) != Some(&b'/');
    let is_call = value.contains(&b'(') || value.contains(&b'[');
    (!is_slot && !is_call).then_some(Span::new(at, at + length - trailing))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "rosebud-1941";

    /// `name = value`, with quotes where there are some, around the first `pass` or `token`.
    ///
    /// `{it}` stands for a value.
    fn read(template: &str) -> Option<String> {
        let text = &template.replace("{it}", VALUE);
        let start = text.find("pass").or_else(|| text.find("token"))?;
        let whole = identifier(text.as_bytes(), Span::new(start, start + 4))?;
        let mention = beside(text, whole)?;
        let (name, value) = (mention.name.of(text)?, mention.value.of(text)?);
        let quote = if mention.quoted { "'" } else { "" };
        Some(format!("{name} = {quote}{value}{quote}"))
    }

    #[test]
    fn names_and_values_side_by_side_are_read() {
        for (text, expected) in [
            ("DB_password={it} next", "DB_password = {it}"),
            ("the password: {it}.", "password = {it}"),
            (r#"{\"password\": \"{it}\", \"a\": 1}"#, "password = '{it}'"),
            (r#"{"password" : "{it}"}"#, "password = '{it}'"),
            ("'passwd' => '{it}\\'s'", "passwd = '{it}\\'s'"),
            ("https://acme.io/?token={it}&a=b", "token = {it}"),
            ("run --pass-phrase {it}", "pass-phrase = {it}"),
            ("<password>{it}</password>", "password = {it}"),
            ("set_password(b'{it}')", "set_password = '{it}'"),
            ("(\"password\", \"{it}\")", "password = '{it}'"),
            ("**password**: `{it}`", "password = '{it}'"),
        ] {
            let expected = expected.replace("{it}", VALUE);
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_words_are_no_values() {
        for text in [
            "the password is strong",
            "password",
            "password = ",
            "password = x",
            "password = rose<bud>",
            "password = CharField()",
            "password: InitVar[str]",
            ":token:`MyTitle`",
            "read(password, value)",
            "arn:aws:ssm:x:1:password:db-a1B2c3",
            "password(value)",
            "password = \"open\nend\"", // shield: allow made up
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
