//! JSON with the place of every text in it.

use crate::text::Span;

/// Brackets in more brackets than this are no notebook.
const DEEPEST: usize = 64;

/// So many values are no notebook.
const MOST: usize = 4_000_000;

/// A value of JSON; of what is not asked for, nothing is kept.
#[derive(Debug)]
pub(super) enum Json {
    /// A text, between its quotes.
    Text(Span),
    List(Vec<Json>),
    Map(Vec<(Span, Json)>),
    /// A number or a word.
    Other,
}

impl Json {
    /// The value of a key in a map; `text` is what was read.
    pub(super) fn get(&self, text: &str, key: &str) -> Option<&Self> {
        let mut entries = self.entries()?.iter();
        let found = entries.find(|(name, _)| name.of(text) == Some(key));
        found.map(|(_, value)| value)
    }

    /// The keys and values of a map.
    pub(super) fn entries(&self) -> Option<&[(Span, Self)]> {
        match self {
            Self::Map(entries) => Some(entries),
            Self::Text(_) | Self::List(_) | Self::Other => None,
        }
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            Self::Text(_) | Self::Map(_) | Self::Other => None,
        }
    }

    /// What stands between the quotes of a text.
    pub(super) fn text<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Text(span) => span.of(text),
            Self::List(_) | Self::Map(_) | Self::Other => None,
        }
    }

    /// The text, or the texts of the list: both are ways to write several lines.
    pub(super) fn texts(&self) -> Vec<Span> {
        match self {
            Self::Text(span) => vec![*span],
            Self::List(items) => items.iter().filter_map(Self::own_text).collect(),
            Self::Map(_) | Self::Other => Vec::new(),
        }
    }

    fn own_text(&self) -> Option<Span> {
        match self {
            Self::Text(span) => Some(*span),
            Self::List(_) | Self::Map(_) | Self::Other => None,
        }
    }
}

/// Reads `text`; `None` when it is not JSON, or too much of it.
pub(super) fn read(text: &str) -> Option<Json> {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        left: MOST,
    };
    let value = reader.value(0)?;
    reader.blanks();
    (reader.at == text.len()).then_some(value)
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    left: usize,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default().iter();
        self.at += rest.take_while(|it| it.is_ascii_whitespace()).count();
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        self.blanks();
        self.bytes.get(self.at).copied()
    }

    /// Passes over `byte` if it comes next.
    fn eat(&mut self, byte: u8) -> bool {
        let comes = self.peek() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEEPEST {
            return None;
        }
        match self.peek()? {
            b'"' => self.text().map(Json::Text),
            b'[' => self.list(depth),
            b'{' => self.map(depth),
            _ => self.word(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut items = Vec::new();
        if self.eat(b']') {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.eat(b']') {
                return Some(Json::List(items));
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn map(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut entries = Vec::new();
        if self.eat(b'}') {
            return Some(Json::Map(entries));
        }
        loop {
            if self.peek() != Some(b'"') {
                return None;
            }
            let key = self.text()?;
            if !self.eat(b':') {
                return None;
            }
            entries.push((key, self.value(depth + 1)?));
            if self.eat(b'}') {
                return Some(Json::Map(entries));
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    /// A text, between its quotes.
    fn text(&mut self) -> Option<Span> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            at += memchr::memchr2(b'"', b'\\', self.bytes.get(at..)?)?;
            if self.bytes.get(at) == Some(&b'"') {
                self.at = at + 1;
                return Some(Span::new(start, at));
            }
            at += 2;
        }
    }

    fn word(&mut self) -> Option<Json> {
        let rest = self.bytes.get(self.at..)?.iter();
        let part = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-' | b'.');
        let length = rest.take_while(|it| part(it)).count();
        self.at += length;
        (length > 0).then_some(Json::Other)
    }
}
