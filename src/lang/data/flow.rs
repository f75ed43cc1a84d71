//! Maps and lists in brackets: JSON, and what YAML and TOML have of its kind.

use crate::lang::Context;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::Escape;
use crate::lang::cursor::Reach;
use crate::lang::cursor::trim;
use crate::lang::gather::Gather;
use crate::lang::gather::Pair;
use crate::text::Span;

/// Brackets within more brackets than this are passed over.
const DEEPEST: usize = 256;

/// Which format the brackets are a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// JSON, also with comments, single quotes and bare names.
    Json,
    /// YAML, whose bare words are texts; the brackets lie in a line that is indented this much.
    Yaml {
        /// The least indent of lines that belong to the brackets.
        indent: usize,
    },
    /// TOML, with `=` in the place of `:`.
    Toml,
}

/// A bracket that is open.
#[derive(Debug)]
struct Frame {
    kind: Kind,
    key: Option<Span>,
    /// Whether the sign between key and value was seen.
    has_sign: bool,
    pair: Pair,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Map,
    List,
}

/// A reader of brackets.
pub(super) struct Flow<'g, 't> {
    cursor: Cursor<'t>,
    gather: &'g mut Gather<'t>,
    dialect: Dialect,
    frames: Vec<Frame>,
    /// The keys around the place, innermost last; the first `outer` lie around the brackets.
    keys: Vec<Span>,
    /// How many brackets are open that are passed over.
    ignored: usize,
}

impl<'g, 't> Flow<'g, 't> {
    /// A reader that stands before a bracket, within the given keys.
    pub(super) fn new(
        cursor: Cursor<'t>,
        gather: &'g mut Gather<'t>,
        dialect: Dialect,
        outer: &[Span],
    ) -> Self {
        Self {
            cursor,
            gather,
            dialect,
            frames: Vec::new(),
            keys: outer.to_vec(),
            ignored: 0,
        }
    }

    /// Reads one value in brackets and says where it ends.
    pub(super) fn read_one(mut self) -> usize {
        while self.step() {
            if self.frames.is_empty() {
                break;
            }
        }
        self.cursor.at()
    }

    /// Reads all there is.
    pub(super) fn read_all(mut self) {
        while self.step() {}
    }

    /// Reads one sign, text or comment; `false` at the end.
    fn step(&mut self) -> bool {
        let Some(byte) = self.cursor.peek() else {
            return false;
        };
        match byte {
            b'{' => self.open(Kind::Map),
            b'[' => self.open(Kind::List),
            b'}' | b']' => self.close(),
            b',' => {
                self.end_entry();
                self.cursor.skip(1);
            }
            b'\n' => return self.next_line(),
            b':' | b'=' => {
                self.sign();
                self.cursor.skip(1);
            }
            b'"' | b'\'' => self.quoted(byte),
            _ if byte.is_ascii_whitespace() => self.cursor.skip(1),
            _ if self.is_comment() => self.skip_comment(),
            _ => self.bare(),
        }
        true
    }

    /// Goes to the next line; `false` where that does not belong to the brackets.
    fn next_line(&mut self) -> bool {
        let mut ahead = self.cursor;
        ahead.skip(1);
        if let Dialect::Yaml { indent } = self.dialect {
            let mut inner = ahead;
            let found = inner.take_while(|it| it == b' ').len();
            if found < indent && !matches!(inner.peek(), Some(b'}' | b']' | b'\n' | b'\r')) {
                return false;
            }
        }
        self.cursor = ahead;
        true
    }

    fn open(&mut self, kind: Kind) {
        self.cursor.skip(1);
        if self.frames.len() >= DEEPEST {
            self.ignored += 1;
            return;
        }
        self.keys.extend(self.current_key());
        self.frames.push(Frame {
            kind,
            key: None,
            has_sign: false,
            pair: Pair::new(Context::Entry),
        });
    }

    fn close(&mut self) {
        self.cursor.skip(1);
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        self.frames.pop();
        if self.current_key().is_some() {
            self.keys.pop();
        }
        self.end_entry();
    }

    /// The key whose value comes next.
    fn current_key(&self) -> Option<Span> {
        let frame = self.frames.last()?;
        frame.key.filter(|_| frame.has_sign)
    }

    fn end_entry(&mut self) {
        if self.ignored == 0
            && let Some(frame) = self.frames.last_mut().filter(|it| it.kind == Kind::Map)
        {
            frame.key = None;
            frame.has_sign = false;
        }
    }

    fn sign(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.has_sign = frame.kind == Kind::Map && frame.key.is_some();
        }
    }

    fn is_comment(&self) -> bool {
        match self.dialect {
            Dialect::Json => {
                self.cursor.looks_at("//") || self.cursor.looks_at("/*") || self.is_number_sign()
            }
            Dialect::Yaml { .. } | Dialect::Toml => self.is_number_sign(),
        }
    }

    fn is_number_sign(&self) -> bool {
        self.cursor.looks_at("#")
    }

    fn skip_comment(&mut self) {
        if self.cursor.eat("/*") {
            self.cursor.take_past("*/");
        } else {
            self.cursor.skip_line();
        }
    }

    fn quoted(&mut self, quote: u8) {
        let (escape, reach) = match (self.dialect, quote) {
            (Dialect::Json, _) => (Escape::Backslash, Reach::Line),
            (Dialect::Yaml { .. }, b'"') => (Escape::Backslash, Reach::Text),
            (Dialect::Yaml { .. }, _) => (Escape::Doubled, Reach::Text),
            (Dialect::Toml, _) => return self.quoted_in_toml(),
        };
        match self.cursor.take_quoted(escape, reach) {
            Some(inner) => self.text(inner),
            None => self.end_entry(),
        }
    }

    fn quoted_in_toml(&mut self) {
        if let Some(inner) = super::toml::take_string(&mut self.cursor) {
            self.text(inner);
        }
    }

    /// A text without quotes, up to the sign that ends it.
    fn bare(&mut self) {
        let start = self.cursor.at();
        let is_yaml = matches!(self.dialect, Dialect::Yaml { .. });
        loop {
            self.cursor.take_while(|it| {
                !matches!(
                    it,
                    b',' | b'{' | b'}' | b'[' | b']' | b'\n' | b'\r' | b':' | b'=' | b'"' | b'#'
                ) && (is_yaml || !it.is_ascii_whitespace())
            });
            if !is_yaml || self.ends_bare() {
                break;
            }
            self.cursor.skip(1);
        }
        let word = trim(self.gather.text(), Span::new(start, self.cursor.at()));
        let is_value = self.current_key().is_some();
        if word.is_empty() {
            self.cursor.skip(usize::from(self.cursor.at() == start));
        } else if is_yaml || !is_value {
            self.text(word);
        }
    }

    /// Whether a bare text of YAML ends here: not at the colon of an address.
    fn ends_bare(&self) -> bool {
        match self.cursor.peek() {
            Some(b':') => self
                .cursor
                .peek_at(1)
                .is_none_or(|it| it.is_ascii_whitespace() || matches!(it, b',' | b'}' | b']')),
            Some(b'#') => self
                .cursor
                .before()
                .is_none_or(|it| it.is_ascii_whitespace()),
            Some(b'=' | b'"') => false,
            Some(_) | None => true,
        }
    }

    /// A key, a value, or an item of a list.
    fn text(&mut self, text: Span) {
        let Some(frame) = self.frames.last_mut().filter(|_| self.ignored == 0) else {
            return;
        };
        match (frame.kind, frame.key) {
            (Kind::Map, Some(key)) if frame.has_sign => {
                self.gather.entry(&mut frame.pair, key, &self.keys, text);
                frame.key = None;
                frame.has_sign = false;
            }
            (Kind::Map, _) => frame.key = Some(text),
            (Kind::List, flag) => {
                frame.key = None;
                self.item(flag, text);
            }
        }
    }

    /// An item of a list: `NAME=value`, or the value of the option before it.
    fn item(&mut self, flag: Option<Span>, item: Span) {
        let is_notebook = self.dialect == Dialect::Json
            && self
                .keys
                .last()
                .is_some_and(|it| it.of(self.gather.text()) == Some("source"));
        if is_notebook {
            super::json::read_code(item, self.gather);
            return;
        }
        let text = item.of(self.gather.text()).unwrap_or_default();
        if text.starts_with("--") && !text.contains('=') {
            if let Some(frame) = self.frames.last_mut() {
                frame.key = Some(Span::new(item.start + 2, item.end));
            }
        } else if let Some(name) = flag.and_then(|it| self.gather.name(it)) {
            if !text.starts_with('-') {
                self.gather.bind(name, &self.keys, item, Context::Argument);
            }
        } else {
            self.gather.assignment(item, &self.keys);
        }
    }
}
