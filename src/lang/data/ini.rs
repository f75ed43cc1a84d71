//! INI files and their relatives: sections, `name = value`, `name: value`, `name value`.

use super::dotenv;
use crate::lang::Context;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::trim;
use crate::lang::cursor::unquote;
use crate::lang::gather::Gather;
use crate::text::Span;

pub(super) fn read<'t>(mut cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    let text = gather.text();
    let mut section = Vec::new();
    while !cursor.is_done() {
        let line = trim(text, cursor.take_line());
        let bytes = line.of(text).unwrap_or_default().as_bytes();
        match bytes.first() {
            None => {}
            Some(b'#' | b';') => dotenv::commented(line, gather),
            Some(b'[') if bytes.last() == Some(&b']') => {
                section = names_of(text, Span::new(line.start + 1, line.end - 1));
            }
            Some(_) => entry(line, &section, gather),
        }
    }
}

/// The names in a section: `remote "origin"` has two.
fn names_of(text: &str, header: Span) -> Vec<Span> {
    let header = trim(text, header);
    let mut cursor = Cursor::within(text, header);
    cursor.take_while(|it| !it.is_ascii_whitespace());
    let first = Span::new(header.start, cursor.at());
    let rest = trim(text, Span::new(cursor.at(), header.end));
    let mut names = vec![first];
    if !rest.is_empty() {
        names.push(unquote(text, rest));
    }
    names
}

fn entry(line: Span, section: &[Span], gather: &mut Gather<'_>) {
    let text = gather.text();
    let bytes = line.of(text).unwrap_or_default().as_bytes();
    if is_netrc(bytes) {
        return words(line, section, gather);
    }
    // In `//host/:_authToken=…` of npm the colon is a part of the name.
    let is_address = bytes.starts_with(b"//");
    let ends_name = |it: &u8| *it == b'=' || (*it == b':' && !is_address);
    let Some(length) = bytes.iter().position(ends_name) else {
        return words(line, section, gather);
    };
    let whole = Span::new(line.start, line.start + length);
    let name = unquote(text, trim(text, whole));
    let value = value(text, trim(text, Span::new(whole.end + 1, line.end)));
    gather.dotted(name, section, value);
}

/// A value without its quotes and without the comment behind it.
fn value(text: &str, value: Span) -> Span {
    let bytes = value.of(text).unwrap_or_default().as_bytes();
    if let Some(quote @ (b'"' | b'\'')) = bytes.first() {
        let closing = bytes.iter().skip(1).position(|it| it == quote);
        if let Some(length) = closing {
            return Span::new(value.start + 1, value.start + 1 + length);
        }
    }
    let comment = memchr::memchr2_iter(b'#', b';', bytes).find(|it| {
        let before = it.checked_sub(1).and_then(|it| bytes.get(it));
        before.is_none_or(u8::is_ascii_whitespace)
    });
    let end = value.start + comment.unwrap_or(bytes.len());
    trim(text, Span::new(value.start, end))
}

/// Whether a line of `.netrc` begins here.
fn is_netrc(line: &[u8]) -> bool {
    ["machine ", "default ", "login ", "password "]
        .iter()
        .any(|it| {
            line.strip_prefix(it.as_bytes())
                .is_some_and(|rest| !matches!(rest.trim_ascii_start().first(), Some(b'=' | b':')))
        })
}

/// Binds the words of a line in pairs: `requirepass x`, `machine h login u password x`.
fn words(line: Span, section: &[Span], gather: &mut Gather<'_>) {
    let text = gather.text();
    let mut cursor = Cursor::within(text, line);
    let mut words = Vec::new();
    while !cursor.is_done() && words.len() < 8 {
        let word = cursor.take_while(|it| !it.is_ascii_whitespace());
        words.push(word);
        cursor.take_while(|it| it.is_ascii_whitespace());
    }
    if words
        .first()
        .is_some_and(|it| it.of(text) == Some("default"))
    {
        words.remove(0);
    }
    if !cursor.is_done() || words.len() % 2 != 0 {
        return;
    }
    for [name, value] in words.as_chunks::<2>().0 {
        let ends = value.of(text).is_some_and(|it| it.ends_with(';'));
        let value = Span::new(value.start, value.end - usize::from(ends));
        let name = gather.name(*name).unwrap_or_default();
        gather.bind(name, section, unquote(text, value), Context::Entry);
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Format;
    use crate::lang::data::samples::shown;

    fn read(text: &str) -> Vec<String> {
        shown(Format::Ini, text)
    }

    #[test]
    fn a_section_encloses_its_entries() {
        let text = "a = 1\n[default]\nkey=one ; comment\n[remote \"origin\"]\n\turl: two # c\n";
        let expected = ["a = 1", "default/key = one", "remote/origin/url = two"];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn quotes_do_not_belong_to_the_value() {
        assert_eq!(read("a = \"x ; y\" ; c\nb='z'"), ["a = x ; y", "b = z"]);
    }

    #[test]
    fn what_is_commented_out_counts() {
        assert_eq!(
            read(";password=rosebud\n# see: that"),
            ["password = rosebud"]
        );
    }

    #[test]
    fn a_token_of_npm_belongs_to_its_registry() {
        let text = "//registry.npmjs.org/:_authToken=rosebud\n";
        assert_eq!(read(text), ["//registry/npmjs/org/:/_authToken = rosebud"]);
    }

    #[test]
    fn a_dotted_name_is_taken_apart() {
        let text = "spring.mail.password=x\nfs.s3a.secret.key = y\n";
        let expected = ["spring/mail/password = x", "fs/s3a/secret.key = y"];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn words_in_pairs_are_bound() {
        let text = "requirepass rosebud\nmachine h login u password p=1\nserver_name a.com;\n";
        let expected = [
            "requirepass = rosebud",
            "machine = h",
            "login = u",
            "password = p=1",
            "server_name = a.com",
        ];
        assert_eq!(read(text), expected);
        assert_eq!(read("one two three\n"), [""; 0]);
    }
}
