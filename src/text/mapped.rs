//! Texts made of parts of another text.

use super::Span;

/// A text made of parts of another one; it knows where each part came from.
#[derive(Debug, Clone, Default)]
pub struct Mapped {
    text: String,
    /// By position, without gaps.
    parts: Vec<Part>,
}

/// A part of the text.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// Where it starts in the text.
    at: usize,
    /// What it was made of; of the same length where it was copied.
    origin: Span,
    copied: bool,
}

impl Mapped {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds what lies under `origin` in `source`, as it is.
    pub fn copy(&mut self, source: &str, origin: Span) {
        if let Some(copied) = origin.of(source).filter(|it| !it.is_empty()) {
            self.add(copied, origin);
        }
    }

    /// Adds `copied`, which lies under `origin`.
    fn add(&mut self, copied: &str, origin: Span) {
        let goes_on = |it: &&mut Part| it.copied && it.origin.end == origin.start;
        match self.parts.last_mut().filter(goes_on) {
            Some(last) => last.origin.end = origin.end,
            None => self.parts.push(Part {
                at: self.text.len(),
                origin,
                copied: true,
            }),
        }
        self.text.push_str(copied);
    }

    /// Adds what lies under `span` in `other`, and stands for the same.
    pub fn append(&mut self, other: &Self, span: Span) {
        let first = other.parts.partition_point(|it| it.at <= span.start);
        for (index, part) in other.parts.iter().enumerate().skip(first.saturating_sub(1)) {
            if part.at >= span.end {
                break;
            }
            let next = other.parts.get(index + 1);
            let end = next.map_or(other.text.len(), |it| it.at).min(span.end);
            let taken = Span::new(part.at.max(span.start), end);
            let Some(text) = taken.of(&other.text).filter(|it| !it.is_empty()) else {
                continue;
            };
            if part.copied {
                self.add(text, other.origin(taken));
            } else {
                self.push(text, part.origin);
            }
        }
    }

    /// Adds `made`, which stands for what lies under `origin`.
    pub fn push(&mut self, made: &str, origin: Span) {
        if made.is_empty() {
            return;
        }
        self.parts.push(Part {
            at: self.text.len(),
            origin,
            copied: false,
        });
        self.text.push_str(made);
    }

    /// Adds what lies under `origin` in `source`, with its escapes read: those of JSON and of
    /// most languages. What is no escape stays as it is.
    pub fn unescape(&mut self, source: &str, origin: Span) {
        let mut done = origin.start;
        while let Some(rest) = source.get(done..origin.end)
            && let Some(offset) = memchr::memchr(b'\\', rest.as_bytes())
        {
            let start = done + offset;
            let after = source.get(start + 1..origin.end).unwrap_or_default();
            self.copy(source, Span::new(done, start));
            if let Some((c, len)) = escaped(after) {
                done = start + 1 + len;
                self.push(c.encode_utf8(&mut [0; 4]), Span::new(start, done));
            } else {
                let next = after.chars().next().map_or(0, char::len_utf8);
                done = start + 1 + next;
                self.copy(source, Span::new(start, done));
            }
        }
        self.copy(source, Span::new(done, origin.end));
    }

    /// What the part of the text under `span` was made of.
    #[must_use]
    pub fn origin(&self, span: Span) -> Span {
        let start = self.part_at(span.start);
        let start = start.map_or(0, |it| it.position(span.start));
        let Some(last) = span.end.checked_sub(1).filter(|it| *it >= span.start) else {
            return Span::new(start, start);
        };
        let end = self.part_at(last).map_or(start, |it| {
            if it.copied {
                it.position(last) + 1
            } else {
                it.origin.end
            }
        });
        Span::new(start, end.max(start))
    }

    /// The part that holds the byte at `offset`; the last one for what is behind it.
    fn part_at(&self, offset: usize) -> Option<&Part> {
        let after = self.parts.partition_point(|it| it.at <= offset);
        self.parts.get(after.checked_sub(1)?)
    }
}

impl Part {
    /// Where the byte at `offset` of the text was made from.
    fn position(&self, offset: usize) -> usize {
        if self.copied {
            (self.origin.start + (offset - self.at)).min(self.origin.end)
        } else {
            self.origin.start
        }
    }
}

/// The character that an escape stands for, and the length of what follows its backslash.
fn escaped(after: &str) -> Option<(char, usize)> {
    let simple = |c| Some((c, 1));
    match after.as_bytes().first()? {
        b'n' => simple('\n'),
        b't' => simple('\t'),
        b'r' => simple('\r'),
        b'b' => simple('\u{8}'),
        b'f' => simple('\u{c}'),
        b'"' => simple('"'),
        b'\'' => simple('\''),
        b'/' => simple('/'),
        b'\\' => simple('\\'),
        b'x' => Some((char::from_u32(digits(after, 1, 2)?)?, 3)),
        b'U' => Some((char::from_u32(digits(after, 1, 8)?)?, 9)),
        b'u' => unicode(after),
        _ => None,
    }
}

/// `u0041`, `u{41}`, or two of the former that make one character.
fn unicode(after: &str) -> Option<(char, usize)> {
    if let Some(rest) = after.strip_prefix("u{") {
        let end = rest.find('}').filter(|it| (1..=6).contains(it))?;
        return Some((char::from_u32(digits(rest, 0, end)?)?, end + 3));
    }
    let first = digits(after, 1, 4)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 5));
    }
    let second = after.get(5..)?.strip_prefix("\\u")?;
    let second = digits(second, 0, 4)?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((c, 11))
}

/// The number that `count` hexadecimal digits from `at` on make.
fn digits(text: &str, at: usize, count: usize) -> Option<u32> {
    let digits = text.get(at..at + count)?;
    let all = digits.bytes().all(|it| it.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(source: &str) -> Mapped {
        let mut mapped = Mapped::default();
        mapped.unescape(source, Span::new(0, source.len()));
        mapped
    }

    #[test]
    fn escapes_are_read() {
        let all = unescaped(r#"a\n\"b\"\/\u0041\x42\u{43}\ud83d\ude00\U00000044\q\"#);
        assert_eq!(all.text(), "a\n\"b\"/ABC\u{1f600}D\\q\\");
        for odd in [r"\", r"\u", r"\u00", r"\ud800", r"\xzz", r"\u{}", "\\é"] {
            assert_eq!(unescaped(odd).text(), odd);
        }
    }

    #[test]
    fn each_part_knows_what_it_was_made_of() {
        let source = r"key\u003dvalue\n";
        let mapped = unescaped(source);
        assert_eq!(mapped.text(), "key=value\n");
        let origin = |start, end| mapped.origin(Span::new(start, end)).of(source);
        assert_eq!(origin(0, 3), Some("key"));
        assert_eq!(origin(3, 4), Some(r"\u003d"));
        assert_eq!(origin(2, 5), Some(r"y\u003dv"));
        assert_eq!(origin(4, 10), Some(r"value\n"));
        assert_eq!(origin(4, 4), Some(""));
    }

    #[test]
    fn parts_that_go_on_are_one() {
        let source = "abcdef";
        let mut mapped = Mapped::default();
        mapped.copy(source, Span::new(1, 3));
        mapped.copy(source, Span::new(3, 4));
        mapped.push("-", Span::new(4, 4));
        mapped.copy(source, Span::new(5, 6));
        assert_eq!(mapped.text(), "bcd-f");
        assert_eq!(mapped.parts.len(), 3);
        assert_eq!(mapped.origin(Span::new(1, 5)), Span::new(2, 6));
    }
}
