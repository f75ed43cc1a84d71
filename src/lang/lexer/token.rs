//! From a text to its words, signs and texts in quotes.

use super::dialect::{Rules, Single};
use super::quotes::Read;
use crate::lang::Dialect;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::is_word;
use crate::text::Span;

/// A word, a sign or a text in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Where it is; of a text in quotes, what lies between them.
    pub(super) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a keyword, a number.
    Word,
    /// A text in quotes.
    Text,
    /// `:name`, as Ruby and Elixir have it.
    Symbol,
    /// `=`, `:=`, `<-`.
    Assign,
    /// `:`.
    Colon,
    /// `=>`.
    Arrow,
    /// `==` and what is like it.
    Compare,
    /// `||`, `??`, `?:`.
    Fallback,
    /// `.`, `::`, `->` before a name.
    Dot,
    /// `,`.
    Comma,
    /// `(`, `[`, `{`.
    Open,
    /// `)`, `]`, `}`.
    Close,
    /// `-` before a word, with a blank before it.
    Dash,
    /// The end of a line.
    Line,
    /// Any other sign.
    Sign,
}

/// Reads tokens, each byte once.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    pub(super) cursor: Cursor<'t>,
    pub(super) dialect: Dialect,
    pub(super) rules: Rules,
    /// How many texts over lines were tried that no line ends.
    pub(super) unended: usize,
    /// The comments passed over, when somebody wants them.
    pub(super) comments: Option<Vec<Span>>,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(cursor: Cursor<'t>, dialect: Dialect) -> Self {
        let rules = dialect.rules();
        Self {
            cursor,
            dialect,
            rules,
            unended: 0,
            comments: None,
        }
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Token> {
        loop {
            let byte = self.cursor.peek()?;
            let start = self.cursor.at();
            if self.skip_comment(byte) {
                if let Some(comments) = &mut self.comments {
                    comments.push(Span::new(start, self.cursor.at()));
                }
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\r' => {
                    self.cursor
                        .take_while(|it| matches!(it, b' ' | b'\t' | b'\r'));
                }
                _ if self.is_prefix(byte) => self.skip_prefix(),
                b'"' | b'\'' | b'`' | b'@' | b'[' | b'<' | b'%' | b'R' | b'r' | b'q' => {
                    match self.text(byte) {
                        Read::Text(text) => return Some(text),
                        Read::Broken => {}
                        Read::Other => return Some(self.plain(byte)),
                    }
                }
                _ => return Some(self.plain(byte)),
            }
        }
    }

    /// Whether a letter or sign begins here that belongs to the quotes behind it: `L"…"`, `@"…"`.
    fn is_prefix(&self, byte: u8) -> bool {
        let is_quote = |it: Option<u8>| {
            it == Some(b'"') || (it == Some(b'\'') && self.rules.single == Single::Text)
        };
        let first = self.cursor.peek_at(1);
        let second = self.cursor.peek_at(2);
        let known = matches!(
            byte,
            b'@' | b'$'
                | b'L'
                | b'u'
                | b'U'
                | b'b'
                | b'f'
                | b's'
                | b'c'
                | b'N'
                | b'E'
                | b'e'
                | b'n'
        );
        let is_raw = byte == b'@' && self.dialect == Dialect::CSharp;
        let two = matches!((byte, first), (b'u', Some(b'8')) | (b'$', Some(b'@')));
        known
            && !is_raw
            && !self.cursor.before().is_some_and(is_word)
            && (is_quote(first) || (two && is_quote(second)))
            && !(self.dialect == Dialect::PowerShell && matches!(second, Some(b'\n' | b'\r')))
    }

    fn skip_prefix(&mut self) {
        self.cursor.skip(1);
        self.cursor.eat("8");
    }

    fn skip_comment(&mut self, byte: u8) -> bool {
        // Words are by far the most frequent.
        if is_word(byte) || byte == b' ' {
            return false;
        }
        if let Some((open, close)) = self.rules.block_comment
            && self.cursor.eat(open)
        {
            self.cursor.take_past(close);
            return true;
        }
        let opens = self
            .rules
            .line_comments
            .iter()
            .any(|it| self.cursor.looks_at(it));
        // `$#` of Perl is a variable, `#[` of PHP an attribute.
        let is_comment = opens
            && !(byte == b'#'
                && (self.cursor.before() == Some(b'$') || self.cursor.looks_at("#[")));
        if is_comment {
            self.cursor.skip_line();
        }
        is_comment
    }

    /// A word or a sign.
    fn plain(&mut self, byte: u8) -> Token {
        let start = self.cursor.at();
        let kind = if is_word(byte) || byte == b'$' {
            self.cursor.skip(1);
            // `ConvertTo-SecureString`, `$env:TOKEN`.
            let is_power_shell = self.dialect == Dialect::PowerShell;
            let more = |it| is_power_shell && (it == b'-' || (it == b':' && byte == b'$'));
            self.cursor.take_while(|it| is_word(it) || more(it));
            Kind::Word
        } else {
            self.sign(byte)
        };
        let end = self.cursor.at();
        let start = if kind == Kind::Symbol {
            start + 1
        } else {
            start
        };
        Token {
            kind,
            span: Span::new(start, end),
        }
    }

    fn sign(&mut self, byte: u8) -> Kind {
        // Most signs are a byte alone.
        if matches!(
            self.cursor.peek_at(1),
            Some(b'=' | b'>' | b'.' | b':' | b'-' | b'?' | b'|' | b'~')
        ) {
            for (sign, kind) in SIGNS {
                if self.cursor.eat(sign) {
                    return *kind;
                }
            }
        }
        let blank_before = self
            .cursor
            .before()
            .is_none_or(|it| it.is_ascii_whitespace());
        self.cursor.skip(1);
        match byte {
            b'\n' => Kind::Line,
            b':' => self.colon(),
            b'-' if blank_before && self.cursor.peek().is_some_and(is_word) => Kind::Dash,
            b'=' => Kind::Assign,
            b'.' => Kind::Dot,
            b',' => Kind::Comma,
            b'(' | b'[' | b'{' => Kind::Open,
            b')' | b']' | b'}' => Kind::Close,
            _ => Kind::Sign,
        }
    }

    /// A colon, or the symbol that it begins.
    fn colon(&mut self) -> Kind {
        let has_symbols = matches!(self.dialect, Dialect::Ruby | Dialect::Elixir);
        let mut ahead = self.cursor;
        let word = ahead.take_while(is_word);
        let before = self.cursor.at().checked_sub(2);
        let before = before.and_then(|it| self.cursor.text().as_bytes().get(it));
        if has_symbols && !word.is_empty() && before.is_none_or(|it| !is_word(*it)) {
            self.cursor = ahead;
            return Kind::Symbol;
        }
        Kind::Colon
    }
}

/// Signs of several bytes, longer ones first where they begin alike.
const SIGNS: &[(&str, Kind)] = &[
    ("===", Kind::Compare),
    ("!==", Kind::Compare),
    ("==", Kind::Compare),
    ("!=", Kind::Compare),
    ("<>", Kind::Compare),
    ("=>", Kind::Arrow),
    ("->", Kind::Dot),
    ("?.", Kind::Dot),
    ("::", Kind::Dot),
    (":=", Kind::Assign),
    ("??=", Kind::Assign),
    ("||=", Kind::Assign),
    ("?:", Kind::Fallback),
    ("??", Kind::Fallback),
    ("||", Kind::Fallback),
    ("?=", Kind::Assign),
    ("+=", Kind::Assign),
    (".=", Kind::Assign),
    ("<-", Kind::Assign),
    ("<=", Kind::Sign),
    (">=", Kind::Sign),
    ("=~", Kind::Sign),
];
