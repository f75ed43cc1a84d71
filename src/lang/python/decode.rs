//! What a string literal is at run time.

use std::iter::Peekable;
use std::str::Chars;

use zeroize::{Zeroize as _, Zeroizing};

use super::Obstacle;
use super::string::Part;
use crate::secret::Secret;

/// The value of `parts`, the parts of one literal, or why it cannot be told.
pub(super) fn decode(parts: &[Part<'_>]) -> Result<Secret, Obstacle> {
    if parts.iter().any(Part::is_template) {
        return Err(Obstacle::Interpolated);
    }
    if parts.iter().any(Part::is_bytes) && !parts.iter().all(Part::is_bytes) {
        return Err(Obstacle::UnsupportedForm);
    }
    // No escape is shorter than what it stands for, so the value is never moved while it grows.
    let mut value = Zeroizing::new(Vec::with_capacity(
        parts.iter().map(|it| it.inner.len()).sum(),
    ));
    for part in parts {
        Decoder::new(part, &mut value).run()?;
    }
    String::from_utf8(std::mem::take(&mut *value))
        .map(Secret::new)
        .map_err(|err| {
            err.into_bytes().zeroize();
            Obstacle::NonUtf8Value
        })
}

/// The decoding of one part.
struct Decoder<'a> {
    part: &'a Part<'a>,
    rest: Peekable<Chars<'a>>,
    value: &'a mut Vec<u8>,
}

impl<'a> Decoder<'a> {
    fn new(part: &'a Part<'a>, value: &'a mut Vec<u8>) -> Self {
        Self {
            part,
            rest: part.inner.chars().peekable(),
            value,
        }
    }

    fn run(mut self) -> Result<(), Obstacle> {
        // The grammar sometimes looks past the end of a string; so does no value.
        let quote = self.part.quote();
        let mut quotes = 0;
        while let Some(c) = self.rest.next() {
            quotes = if c == quote { quotes + 1 } else { 0 };
            if quotes > 2 || quotes > 0 && !self.part.is_triple() {
                return Err(Obstacle::UnsupportedForm);
            }
            match c {
                '\\' if self.part.is_raw() => self.raw_backslash(),
                '\\' => self.escape()?,
                '\r' | '\n' if self.part.is_triple() => self.line_end(c),
                // The grammar lets a string without an end run on; Python does not.
                '\r' | '\n' => return Err(Obstacle::UnsupportedForm),
                '{' | '}' if self.part.is_format() => {
                    self.rest.next_if_eq(&c).ok_or(Obstacle::UnsupportedForm)?;
                    self.push(c);
                }
                c if self.part.is_bytes() && !c.is_ascii() => {
                    return Err(Obstacle::UnsupportedForm);
                }
                c => self.push(c),
            }
        }
        if quotes > 0 {
            return Err(Obstacle::UnsupportedForm);
        }
        Ok(())
    }

    fn push(&mut self, c: char) {
        self.value
            .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// Line endings of every kind become `\n`, as when Python reads its source.
    fn line_end(&mut self, c: char) {
        if c == '\r' {
            self.rest.next_if_eq(&'\n');
        }
        self.push('\n');
    }

    /// Keeps the backslash, and what it guards from ending the string.
    fn raw_backslash(&mut self) {
        self.push('\\');
        let guarded = |it: &char| matches!(it, '\\' | '\'' | '"' | '\r' | '\n');
        match self.rest.next_if(guarded) {
            Some(c @ ('\r' | '\n')) => self.line_end(c),
            Some(c) => self.push(c),
            None => {}
        }
    }

    fn escape(&mut self) -> Result<(), Obstacle> {
        let Some(c) = self.rest.peek().copied() else {
            return Err(Obstacle::UnsupportedForm);
        };
        match c {
            'N' if !self.part.is_bytes() => return Err(Obstacle::UnsupportedForm),
            'u' if !self.part.is_bytes() => return self.hexadecimal(4),
            'U' if !self.part.is_bytes() => return self.hexadecimal(8),
            'x' => return self.hexadecimal(2),
            '0'..='7' => return self.octal(),
            '\r' | '\n' => {
                self.rest.next();
                if c == '\r' {
                    self.rest.next_if_eq(&'\n');
                }
                return Ok(());
            }
            _ => {}
        }
        let meant = match c {
            '\\' | '\'' | '"' => c,
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            // Not an escape: the backslash stays, and so does what follows.
            _ => {
                self.push('\\');
                return Ok(());
            }
        };
        self.rest.next();
        self.push(meant);
        Ok(())
    }

    fn hexadecimal(&mut self, digits: usize) -> Result<(), Obstacle> {
        self.rest.next();
        let mut code = 0;
        for _ in 0..digits {
            let digit = self.rest.next().and_then(|it| it.to_digit(16));
            code = code * 16 + digit.ok_or(Obstacle::UnsupportedForm)?;
        }
        self.code_point(code)
    }

    fn octal(&mut self) -> Result<(), Obstacle> {
        let mut code = 0;
        for _ in 0..3 {
            let Some(digit) = self.rest.peek().and_then(|it| it.to_digit(8)) else {
                break;
            };
            self.rest.next();
            code = code * 8 + digit;
        }
        self.code_point(code)
    }

    fn code_point(&mut self, code: u32) -> Result<(), Obstacle> {
        if self.part.is_bytes() {
            let [byte, ..] = code.to_le_bytes();
            self.value.push(byte);
            return Ok(());
        }
        match char::from_u32(code) {
            Some(c) => self.push(c),
            None if code <= 0xDFFF => return Err(Obstacle::NonUtf8Value),
            None => return Err(Obstacle::UnsupportedForm),
        }
        Ok(())
    }
}
