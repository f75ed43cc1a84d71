//! Literals known by the name they are bound to.

use super::candidate::Scene;
use super::classifier::Form;
use super::document::Document;
use super::likely;
use super::likely::Question;
use super::mention::{Mention, is_quote};
use crate::lang::Binding;
use crate::lang::Dialect;
use crate::lang::Syntax;
use crate::pattern::Matcher;
use crate::pattern::Point;
use crate::text::Span;

/// How far behind a name, or behind the literal before, a value may start, in bytes.
const REACH: usize = 96;

/// Values longer than this are not looked at before parsing, in bytes.
const LONGEST_VALUE: usize = 8 * 1024;

/// How many literals behind a name are tried.
const TRIES: usize = 3;

/// What a value is bound to where `name` stands: a function may keep it under another one.
pub(super) fn bound_by<'n>(document: &Document<'_>, name: &'n str) -> &'n str {
    match document.syntax {
        Syntax::Lexed(_) => Dialect::bound_by(name),
        Syntax::Tree(_) | Syntax::Data(_) | Syntax::Plain => name,
    }
}

/// Whether the text looks as if a value that `point` wants were bound to `bound` in this place.
///
/// Cheap, so that only texts with something to find are parsed; it may be wrong in favour of
/// parsing, and must not be in favour of not parsing.
pub(super) fn plausible(
    scene: Scene<'_>,
    point: &Point,
    (place, bound): (&Place<'_>, &str),
) -> bool {
    match place {
        Place::Behind(values) => values.clone().any(|value| {
            let question = Question {
                scene,
                name: bound,
                value,
                form: Form::Bound,
            };
            likely::doubt(point, question).is_none()
        }),
        Place::Anywhere => true,
        Place::Nowhere => false,
    }
}

/// Whether the point is for bindings to `name`; [`super::names`] remembers the answers.
pub(super) fn fits(point: &Point, name: &str) -> bool {
    let Matcher::Assignment {
        name: wanted,
        except,
        ..
    } = &point.matcher
    else {
        return false;
    };
    wanted.is_match(name) && !except.as_ref().is_some_and(|it| it.is_match(name))
}

/// What is asked about a binding, when its name is one that `point` is for.
pub(super) fn bound<'a>(
    scene: Scene<'a>,
    point: &Point,
    binding: &'a Binding,
) -> Option<Question<'a>> {
    scene.names.fit(point, &binding.name).then_some(Question {
        scene,
        name: &binding.name,
        value: binding.value,
        form: Form::Bound,
    })
}

/// What is asked about a value next to a name that `point` is for, when such values count.
pub(super) fn mentioned<'a>(
    scene: Scene<'a>,
    point: &Point,
    mention: Mention,
) -> Option<Question<'a>> {
    let counts = matches!(point.matcher, Matcher::Assignment { mentions: true, .. });
    let name = mention.name.of(scene.document.text)?;
    counts.then_some(Question {
        scene,
        name,
        value: mention.value,
        form: Form::Mentioned,
    })
}

/// Where a value stands that is bound to a name.
pub(super) enum Place<'t> {
    /// In one of the next texts in quotes.
    Behind(Values<'t>),
    /// Nobody knows before the text is read.
    Anywhere,
    /// There is none.
    Nowhere,
}

impl<'t> Place<'t> {
    /// Where in `document` a value stands that is bound to `name`.
    pub(super) fn of(document: &Document<'t>, name: Span) -> Self {
        let text = document.text;
        let dialect = match document.syntax {
            Syntax::Tree(_) => None,
            Syntax::Lexed(it) if it.binds_far() => return Self::Anywhere,
            Syntax::Lexed(it) => Some(it),
            Syntax::Data(_) => return Self::Anywhere,
            Syntax::Plain => return Self::Nowhere,
        };
        if dialect.is_some() && (is_compared(text, name) || has_default(text, name)) {
            return Self::Anywhere;
        }
        let bytes = text.as_bytes();
        let mut at = name.end;
        let quote = bytes.get(at).filter(|it| is_quote(**it));
        if quote.is_some() && quote == name.start.checked_sub(1).and_then(|it| bytes.get(it)) {
            at += 1;
        }
        match next(text, at) {
            Next::Value => {}
            Next::Word if dialect.is_some_and(Dialect::has_types_behind) => {}
            Next::Word | Next::Nothing => return Self::Nowhere,
        }
        Self::Behind(Values {
            bytes,
            dialect,
            at,
            left: TRIES,
        })
    }

    /// Whether there may be one, whatever it is.
    ///
    /// Cheap, so that only few names are asked about; it may be wrong in favour of a value, and must
    /// not be in favour of none.
    pub(super) fn may_hold_value(&self) -> bool {
        match self {
            Self::Behind(values) => values.clone().next().is_some(),
            Self::Anywhere => true,
            Self::Nowhere => false,
        }
    }
}

/// The next texts in quotes behind a name that may belong to it.
#[derive(Clone)]
pub(super) struct Values<'t> {
    bytes: &'t [u8],
    /// What tells the quotes, where no tree does.
    dialect: Option<Dialect>,
    at: usize,
    left: usize,
}

impl Iterator for Values<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        self.left = self.left.checked_sub(1)?;
        let bytes = self.bytes;
        let opens = |it: u8| {
            let known = self.dialect.map(|dialect| dialect.opens_text(it));
            known.unwrap_or_else(|| is_quote(it))
        };
        // A list may have one value: `[]string{"x"}`.
        let is_lexed = self.dialect.is_some();
        let ends = |it: u8| ends(it) && !(is_lexed && it == b'{');
        let window = bytes.get(self.at..(self.at + REACH).min(bytes.len()))?;
        let opening = window.iter().position(|it| opens(*it) || ends(*it))?;
        let opening = self.at + opening;
        bytes.get(opening).filter(|it| opens(**it))?;
        let value = literal_from(bytes, opening + 1)?;
        self.at = value.end + 1;
        Some(value)
    }
}

/// Whether what `name` is the last part of is compared with what stands before it: `"x" == a.name`.
fn is_compared(text: &str, name: Span) -> bool {
    let before = text.as_bytes().get(..name.start).unwrap_or_default();
    let is_part = |it: &&u8| it.is_ascii_alphanumeric() || b"_.:?-> \t\r\n".contains(it);
    let before = before.iter().rev().take(REACH);
    let mut before = before.skip_while(is_part);
    before.next() == Some(&b'=') && matches!(before.next(), Some(b'=' | b'!'))
}

/// Whether `name` is one with a default, in a text: `${a.name:x}`.
fn has_default(text: &str, name: Span) -> bool {
    let before = text.as_bytes().get(..name.start).unwrap_or_default();
    let is_part = |it: &&u8| it.is_ascii_alphanumeric() || b"_.-".contains(it);
    let before = before.iter().rev().take(REACH);
    let mut before = before.skip_while(is_part);
    before.next() == Some(&b'{') && before.next() == Some(&b'$')
}

/// What stands behind a name.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// What may bind a value to it.
    Value,
    /// A word, of a type or of another sentence.
    Word,
    /// The end of a line or of a sentence.
    Nothing,
}

/// What stands behind a name, which ends at `at`.
fn next(text: &str, at: usize) -> Next {
    let rest = text.get(at..).unwrap_or_default();
    let behind = rest.trim_start_matches([' ', '\t', ')', ']']);
    let mut signs = behind.bytes();
    let binds = match signs.next() {
        // A chain of calls may go on in the next line.
        Some(b'\r' | b'\n') => rest.len() > behind.len() && behind.trim_start().starts_with('.'),
        Some(b'.') => !signs.next().is_none_or(|it| it.is_ascii_whitespace()),
        Some(it) if it.is_ascii_alphanumeric() && !behind.starts_with("or ") => return Next::Word,
        Some(_) => true,
        None => false,
    };
    if binds { Next::Value } else { Next::Nothing }
}

/// What lies between the quote before `start` and the next one like it that is not escaped.
pub(super) fn literal_from(bytes: &[u8], start: usize) -> Option<Span> {
    let quote = *bytes.get(start.checked_sub(1)?)?;
    let window = bytes.get(start..(start + LONGEST_VALUE).min(bytes.len()))?;
    let closes = |it: &usize| start + it == 0 || bytes.get(start + it - 1) != Some(&b'\\');
    let end = memchr::memchr_iter(quote, window).find(closes)?;
    Some(Span::new(start, start + end))
}

/// Whether what follows belongs to something else than the name before.
fn ends(byte: u8) -> bool {
    matches!(byte, b';' | b'{' | b'}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_on_to_its_value() {
        for (behind, expected) in [
            (" = 'x'", Next::Value),
            (": str = 'x'", Next::Value),
            ("=\n  'x'", Next::Value),
            (", 'x'", Next::Value),
            ("('x')", Next::Value),
            (".data = 'x'", Next::Value),
            (") or 'x'", Next::Value),
            ("'] = 'x'", Next::Value),
            (")\n  .default('x')", Next::Value),
            (" string = 'x'", Next::Word),
            (" and then 'x'", Next::Word),
            (") if a else 'x'", Next::Word),
            ("\n\nuser = 'x'", Next::Nothing),
            (". 'x'", Next::Nothing),
            ("", Next::Nothing),
        ] {
            assert_eq!(next(behind, 0), expected, "{behind}");
        }
    }

    #[test]
    fn a_name_may_stand_behind_its_value() {
        let name = |text: &str| Span::new(text.len() - 4, text.len());
        for text in ["\"x\" == name", "'x' != a.b->name", "\"x\" === this.name"] {
            assert!(is_compared(text, name(text)), "{text}");
        }
        assert!(!is_compared("a = name", name("a = name")));
        assert!(has_default("${a.b-name", name("${a.b-name")));
        assert!(!has_default("{a.name", name("{a.name")));
    }
}
