//! Files of `NAME=value` lines, read literally.
//!
//! The programs that read such files disagree about quotes, `$`, `#` and backslashes. Nothing is
//! expanded here; a line that another program may read otherwise is told.

use std::collections::BTreeMap;
use std::fmt;

use miette::Diagnostic;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// What is wrong with a file; no message has a value in it.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("line {line} of {path} {what}")]
#[diagnostic(
    code(shield::provision::env_file),
    help("each line is NAME=value, a comment, or empty; a value may stand in quotes")
)]
pub struct EnvFileError {
    /// The file.
    pub path: String,
    /// The line, from one.
    pub line: usize,
    /// What is wrong.
    pub what: &'static str,
}

/// The variables of a file.
pub struct EnvFile {
    path: String,
    values: BTreeMap<String, (usize, Secret)>,
    /// Lines that another program may read otherwise.
    pub doubts: Vec<Doubt>,
}

/// A line that another program may read otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The line, from one.
    pub line: usize,
    /// The variable.
    pub variable: String,
    /// Why.
    pub why: &'static str,
}

impl fmt::Debug for EnvFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvFile")
            .field("path", &self.path)
            .field("variables", &self.values.keys())
            .finish_non_exhaustive()
    }
}

impl EnvFile {
    /// Reads `text`, which messages call `path`.
    ///
    /// # Errors
    ///
    /// Fails at a line that is no assignment, and at a quote that does not end.
    pub fn parse(path: &str, text: &str) -> Result<Self, EnvFileError> {
        let mut file = Self {
            path: path.to_owned(),
            values: BTreeMap::new(),
            doubts: Vec::new(),
        };
        let mut rest = text.trim_start_matches('\u{feff}');
        let mut number = 0;
        while !rest.is_empty() {
            number += 1;
            let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') {
                rest = below;
                continue;
            }
            let line_number = number;
            let wrong = |what| EnvFileError {
                path: path.to_owned(),
                line: line_number,
                what,
            };
            let declared = content.strip_prefix("export ").unwrap_or(content);
            let (name, _) = declared
                .split_once('=')
                .ok_or_else(|| wrong("is no assignment"))?;
            let variable = name.trim_end();
            if !is_variable(variable) {
                return Err(wrong("does not begin with the name of a variable"));
            }
            let value = rest.split_once('=').map_or("", |(_, it)| it);
            let (read, doubt, used) = value_of(value).map_err(wrong)?;
            if let Some(why) = doubt {
                file.doubts.push(Doubt {
                    line: number,
                    variable: variable.to_owned(),
                    why,
                });
            }
            let secret = Secret::new(read.to_string());
            file.values.insert(variable.to_owned(), (number, secret));
            number += value.get(..used).unwrap_or("").matches('\n').count();
            let after = value.get(used..).unwrap_or("");
            let (tail, further) = after.split_once('\n').unwrap_or((after, ""));
            let tail = tail.trim();
            if !tail.is_empty() && !tail.starts_with('#') {
                return Err(wrong("goes on behind the value"));
            }
            rest = further;
        }
        Ok(file)
    }

    /// Where a variable stands: `.env:14`.
    pub(super) fn origin(&self, variable: &str) -> Option<String> {
        let (line, _) = self.values.get(variable)?;
        Some(format!("{}:{line}", self.path))
    }

    /// The value of a variable.
    pub(super) fn value(&self, variable: &str) -> Option<&Secret> {
        self.values.get(variable).map(|(_, it)| it)
    }
}

/// Whether a variable may be called this.
fn is_variable(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(fits)
}

/// A value, why it may be read otherwise, and how many bytes of `text` it takes.
type Read = (Zeroizing<String>, Option<&'static str>, usize);

/// The value at the start of `text`.
fn value_of(text: &str) -> Result<Read, &'static str> {
    let inner = text.trim_start_matches([' ', '\t']);
    let skipped = text.len() - inner.len();
    let quote = inner.chars().next().filter(|it| matches!(it, '"' | '\''));
    let Some(quote) = quote else {
        return Ok(bare(text));
    };
    let body = inner.get(1..).unwrap_or("");
    let mut value = Zeroizing::new(String::with_capacity(body.len()));
    let mut doubt = None;
    let mut chars = body.char_indices();
    while let Some((index, c)) = chars.next() {
        if c == quote {
            return Ok((value, doubt, skipped + index + 2));
        }
        match (quote, c) {
            ('"', '\\') => {
                let (_, escaped) = chars.next().ok_or("has a quote that does not end")?;
                match escaped {
                    'n' => value.push('\n'),
                    'r' => value.push('\r'),
                    't' => value.push('\t'),
                    '"' | '\\' | '$' => value.push(escaped),
                    other => {
                        doubt = Some("a backslash before this letter stays for some programs");
                        value.push('\\');
                        value.push(other);
                    }
                }
            }
            ('"', '$') => {
                doubt = Some("some programs put a variable in the place of what follows a $");
                value.push(c);
            }
            (_, '\n') => {
                doubt = Some("some programs end a value at the end of the line");
                value.push(c);
            }
            _ => value.push(c),
        }
    }
    Err("has a quote that does not end")
}

/// A value without quotes.
fn bare(text: &str) -> Read {
    let line = text.split('\n').next().unwrap_or("");
    let comment = line.find(" #").or_else(|| line.find("\t#"));
    let value = line.get(..comment.unwrap_or(line.len())).unwrap_or("");
    let value = value.trim();
    let doubt = if value.contains('$') {
        Some("some programs put a variable in the place of what follows a $")
    } else if value.contains('#') {
        Some("some programs take what follows a # for a comment")
    } else if value.contains(['"', '\'', '`', '\\']) {
        Some("some programs take a quote or a backslash away")
    } else if value.contains(char::is_whitespace) {
        Some("some programs end a value at a space")
    } else {
        None
    };
    (
        Zeroizing::new(value.to_owned()),
        doubt,
        comment.unwrap_or(line.len()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "the values are made up")]
    fn read(text: &str) -> Vec<(String, String)> {
        let file = EnvFile::parse("it", text).unwrap();
        let values = file.values.iter();
        values
            .map(|(name, (_, it))| (name.clone(), it.expose().to_owned()))
            .collect()
    }

    #[test]
    fn values_are_read_as_they_are_written() {
        for (text, value) in [
            ("A=plain", "plain"),
            ("A= spaced # comment", "spaced"),
            ("export A='it''s'", ""),
            ("A='$x # \"y\"'", "$x # \"y\""),
            ("A=\"a\\nb\\\"c\\\\\" # comment", "a\nb\"c\\"),
            ("A=\"one\ntwo\"\n", "one\ntwo"),
            ("A=", ""),
            ("A=a#b\r", "a#b"),
            ("\u{feff}A=x", "x"),
        ] {
            if value.is_empty() && text.contains("it''s") {
                assert!(EnvFile::parse("it", text).is_err());
                continue;
            }
            assert_eq!(read(text), [("A".to_owned(), value.to_owned())], "{text}");
        }
    }

    #[test]
    fn what_others_may_read_otherwise_is_told_with_its_line() {
        let text = "# c\nA=\"x\ny\"\nB=$C\nD='$C'\nE=a#b\nF=fine";
        let file = EnvFile::parse("it", text).unwrap();
        let doubts: Vec<(usize, &str)> = file
            .doubts
            .iter()
            .map(|it| (it.line, &*it.variable))
            .collect();
        assert_eq!(doubts, [(2, "A"), (4, "B"), (6, "E")]);
        assert_eq!(file.origin("F").as_deref(), Some("it:7"));
    }

    #[test]
    fn a_line_that_is_no_assignment_is_refused_without_being_quoted() {
        for text in [
            "rosebud",
            "A=1\n1B=rosebud",
            "A='rosebud",
            "A=\"rosebud\\",
            "A='x' rosebud",
        ] {
            let refused = EnvFile::parse("it", text).unwrap_err();
            assert!(
                !format!("{refused} {refused:?}").contains("rosebud"),
                "{text}"
            );
        }
    }
}
