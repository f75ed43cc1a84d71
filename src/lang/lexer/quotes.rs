//! Texts in quotes, as languages have them.

use super::dialect::{Grave, Single};
use super::token::{Kind, Token, Tokens};
use crate::lang::Dialect;
use crate::lang::cursor::Escape;
use crate::lang::cursor::Reach;
use crate::lang::cursor::is_word;
use crate::text::Span;

/// How many texts over lines without an end are tried, so that time stays linear.
const UNENDED: usize = 8;

/// What became of the attempt to read a text in quotes.
pub(super) enum Read {
    /// A text.
    Text(Token),
    /// It has no end; what it could reach was passed over.
    Broken,
    /// No text begins here.
    Other,
}

impl Read {
    fn of(span: Option<Span>) -> Self {
        span.map_or(Self::Broken, |span| {
            Self::Text(Token {
                kind: Kind::Text,
                span,
            })
        })
    }
}

impl Tokens<'_> {
    /// A text in quotes of any kind, if one begins here.
    pub(super) fn text(&mut self, byte: u8) -> Read {
        let is_after_word = self.cursor.before().is_some_and(is_word);
        for (open, close) in self.rules.long {
            if self.cursor.looks_at(open) && !(*open == "[[" && is_after_word) {
                self.cursor.skip(open.len());
                return Read::of(Some(self.cursor.take_past(close)));
            }
        }
        match byte {
            b'"' => {
                let escape = self.rules.escape;
                Read::of(self.cursor.take_quoted(escape, Reach::Line))
            }
            b'\'' => self.single(),
            b'`' if self.rules.grave == Grave::Text => {
                Read::of(self.cursor.take_quoted(Escape::None, Reach::Text))
            }
            b'`' if self.dialect == Dialect::Php => {
                Read::of(self.cursor.take_quoted(Escape::Backslash, Reach::Line))
            }
            b'@' | b'r' | b'R' if !is_after_word => self.raw(byte),
            b'<' => self.heredoc(),
            b'%' | b'q' if !is_after_word => self.chosen_quotes(),
            _ => Read::Other,
        }
    }

    fn single(&mut self) -> Read {
        match self.rules.single {
            Single::Text => {
                let escape = if self.dialect == Dialect::PowerShell {
                    Escape::Doubled
                } else {
                    self.rules.escape
                };
                Read::of(self.cursor.take_quoted(escape, Reach::Line))
            }
            Single::Character => {
                self.skip_character();
                Read::Broken
            }
            Single::Nothing => Read::Other,
        }
    }

    /// `'x'`, `'\n'`, `'"'`; a quote that begins none, as of a lifetime, is passed over alone.
    fn skip_character(&mut self) {
        let rest = self.cursor.rest();
        let window = rest.get(1..12.min(rest.len())).unwrap_or_default();
        let escaped = usize::from(window.first() == Some(&b'\\'));
        let length = window.iter().skip(1 + escaped).position(|it| *it == b'\'');
        let ends = length.filter(|it| escaped == 1 || *it == 0 || window.first() >= Some(&0x80));
        self.cursor.skip(ends.map_or(1, |it| it + 3 + escaped));
    }

    /// Texts without escapes: `@"…"`, `r"…"`, `r#"…"#`, `R"x(…)x"`.
    fn raw(&mut self, byte: u8) -> Read {
        let mut ahead = self.cursor;
        ahead.skip(1);
        match (byte, self.dialect) {
            (b'@', Dialect::CSharp) => {
                ahead.eat("$");
                if ahead.peek() == Some(b'"') {
                    self.cursor = ahead;
                    return Read::of(self.cursor.take_quoted(Escape::Doubled, Reach::Text));
                }
                Read::Other
            }
            (b'R', Dialect::C) if ahead.eat("\"") => {
                let delimiter = ahead.take_while(|it| !matches!(it, b'(' | b'"' | b'\n'));
                if !ahead.eat("(") {
                    return Read::Other;
                }
                let mark = delimiter.of(ahead.text()).unwrap_or_default();
                self.cursor = ahead;
                Read::of(Some(self.cursor.take_past(&format!("){mark}\""))))
            }
            (b'r', Dialect::Rust) => {
                let hashes = ahead.take_while(|it| it == b'#').len().min(255);
                if !ahead.eat("\"") {
                    return Read::Other;
                }
                self.cursor = ahead;
                let close = format!("\"{}", "#".repeat(hashes));
                Read::of(Some(self.cursor.take_past(&close)))
            }
            (b'r', Dialect::Dart | Dialect::Starlark) => match ahead.peek() {
                Some(b'"' | b'\'') => {
                    self.cursor = ahead;
                    Read::of(self.cursor.take_quoted(Escape::None, Reach::Line))
                }
                Some(_) | None => Read::Other,
            },
            _ => Read::Other,
        }
    }

    /// `<<<EOT`, `<<~EOS`, `<<"EOS"`: a text over lines.
    fn heredoc(&mut self) -> Read {
        let is_php = self.dialect == Dialect::Php;
        let open = if is_php { "<<<" } else { "<<" };
        let mut ahead = self.cursor;
        let has_them = is_php || matches!(self.dialect, Dialect::Ruby | Dialect::Perl);
        if !has_them || self.unended >= UNENDED || !ahead.eat(open) {
            return Read::Other;
        }
        if is_php {
            ahead.skip_blanks();
        }
        ahead.take_while(|it| matches!(it, b'~' | b'-' | b'"' | b'\''));
        let word = ahead.take_while(is_word);
        let mark = word.of(ahead.text()).unwrap_or_default();
        if !mark.starts_with(|it: char| it.is_ascii_uppercase() || it == '_') {
            return Read::Other;
        }
        // What else is on the line goes; a call with a text over lines has little there.
        ahead.take_line();
        let start = ahead.at();
        let mut text = Span::new(start, start);
        while !ahead.is_done() {
            let line = ahead.take_line();
            let content = line.of(ahead.text()).unwrap_or_default().trim_ascii();
            let rest = content.strip_prefix(mark);
            if rest.is_some_and(|it| !it.bytes().next().is_some_and(is_word)) {
                self.cursor = ahead;
                return Read::of(Some(text));
            }
            text.end = line.end;
        }
        self.unended += 1;
        Read::Other
    }

    /// `%q(…)`, `q{…}`, `qq|…|` of Ruby and Perl.
    fn chosen_quotes(&mut self) -> Read {
        let opens: &[&str] = if self.dialect == Dialect::Ruby {
            &["%q", "%Q", "%"]
        } else if self.dialect == Dialect::Perl {
            &["qq", "q"]
        } else {
            &[]
        };
        let mut ahead = self.cursor;
        if !opens.iter().any(|it| ahead.eat(it)) {
            return Read::Other;
        }
        let close = match ahead.peek() {
            Some(b'(') => b')',
            Some(b'{') => b'}',
            Some(b'[') => b']',
            Some(b'<') => b'>',
            Some(sign @ (b'|' | b'!' | b'/' | b'~')) => sign,
            Some(_) | None => return Read::Other,
        };
        ahead.skip(1);
        let text = ahead.take_while(|it| it != close && it != b'\n');
        if ahead.peek() != Some(close) {
            // The line is not looked at again: signs such as the remainder are rare there.
            self.cursor = ahead;
            return Read::Broken;
        }
        ahead.skip(1);
        self.cursor = ahead;
        Read::of(Some(text))
    }
}
