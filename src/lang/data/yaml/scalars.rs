//! Values of YAML that are not in brackets.

use super::Reader;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::trim;
use crate::lang::data;
use crate::text::Span;

impl Reader<'_, '_> {
    /// A text in quotes, which may go on in lines behind `column`.
    pub(super) fn take_quoted(&mut self, column: usize) -> Option<Span> {
        let quote = self.cursor.peek()?;
        self.cursor.skip(1);
        let start = self.cursor.at();
        loop {
            self.cursor
                .take_while(|it| it != quote && !matches!(it, b'\\' | b'\n'));
            match self.cursor.peek()? {
                b'\n' => {
                    let mut ahead = self.cursor;
                    ahead.skip(1);
                    let indent = ahead.take_while(|it| it == b' ').len();
                    if indent <= column && !matches!(ahead.peek(), Some(b'\n' | b'\r')) {
                        return None;
                    }
                    self.cursor.skip(1);
                }
                b'\\' if quote == b'"' => self.cursor.skip(2),
                b'\\' => self.cursor.skip(1),
                _ if quote == b'\'' && self.cursor.peek_at(1) == Some(quote) => self.cursor.skip(2),
                _ => {
                    let inner = Span::new(start, self.cursor.at());
                    self.cursor.skip(1);
                    return Some(inner);
                }
            }
        }
    }

    /// The rest of the line, without comment.
    pub(super) fn take_plain(&mut self) -> Span {
        let start = self.cursor.at();
        loop {
            self.cursor
                .take_while(|it| !matches!(it, b'#' | b'\n' | b'\r'));
            let is_comment = self
                .cursor
                .before()
                .is_some_and(|it| it.is_ascii_whitespace());
            if self.cursor.peek() != Some(b'#') || is_comment {
                return trim(self.cursor.text(), Span::new(start, self.cursor.at()));
            }
            self.cursor.skip(1);
        }
    }

    /// Reads a text over lines, those behind `column`; stops at the end of the last one.
    pub(super) fn block(&mut self, key: Option<Span>, column: usize) {
        self.cursor.skip_line();
        let start = self.cursor.at();
        let mut end = start;
        while !self.cursor.is_done() {
            let mut ahead = self.cursor;
            ahead.take_line();
            let indent = ahead.take_while(|it| it == b' ').len();
            let is_blank = matches!(ahead.peek(), None | Some(b'\n' | b'\r'));
            if indent <= column && !is_blank {
                break;
            }
            ahead.skip_line();
            if !is_blank {
                end = ahead.at();
            }
            self.cursor = ahead;
        }
        let value = trim(self.gather.text(), Span::new(start, end));
        match self.format_of(key) {
            Some(format) => {
                data::read(
                    format,
                    Cursor::within(self.gather.text(), value),
                    self.gather,
                );
            }
            None if key.is_some() => self.entry(value),
            None => {}
        }
    }
}
