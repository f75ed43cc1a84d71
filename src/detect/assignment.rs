//! Literals known by the name they are bound to.

use super::candidate::Scene;
use super::classifier::Form;
use super::likely;
use super::likely::Question;
use super::mention::{Mention, is_quote};
use crate::lang::Binding;
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

/// Whether the text looks as if a value that `point`, which is for `name`, wants were bound to it.
///
/// Cheap, so that only texts with something to find are parsed; it may be wrong in favour of
/// parsing, and must not be in favour of not parsing.
pub(super) fn plausible(scene: Scene<'_>, point: &Point, name: Span) -> bool {
    match scene.document.syntax {
        Syntax::Tree(_) => has_value(scene, point, name),
        Syntax::Data(_) | Syntax::Lexed(_) => true,
        Syntax::Plain => false,
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

/// Whether one of the next string literals behind `name` is a value that `point` wants.
fn has_value(scene: Scene<'_>, point: &Point, name: Span) -> bool {
    let text = scene.document.text;
    let bytes = text.as_bytes();
    let mut at = name.end;
    let quote = bytes.get(at).filter(|it| is_quote(**it));
    if quote.is_some() && quote == name.start.checked_sub(1).and_then(|it| bytes.get(it)) {
        at += 1;
    }
    if !goes_on(text, at) {
        return false;
    }
    let bound = name.of(text).unwrap_or_default();
    for _ in 0..TRIES {
        let window = bytes.get(at..(at + REACH).min(bytes.len()));
        let end = window.and_then(|it| it.iter().position(|it| is_quote(*it) || ends(*it)));
        let Some(opening) = end.filter(|it| bytes.get(at + it).is_some_and(|it| is_quote(*it)))
        else {
            return false;
        };
        let start = at + opening + 1;
        let Some(value) = literal_from(bytes, start) else {
            return false;
        };
        let question = Question {
            scene,
            name: bound,
            value,
            form: Form::Bound,
        };
        if likely::doubt(point, question).is_none() {
            return true;
        }
        at = value.end + 1;
    }
    false
}

/// Whether what stands behind a name, which ends at `at`, may bind a value to it: a word of
/// another sentence does not, nor does the end of a line.
fn goes_on(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let behind = rest.trim_start_matches([' ', '\t', ')', ']']);
    let mut signs = behind.bytes();
    match signs.next() {
        // A chain of calls may go on in the next line.
        Some(b'\r' | b'\n') => rest.len() > behind.len() && behind.trim_start().starts_with('.'),
        Some(b'.') => !signs.next().is_none_or(|it| it.is_ascii_whitespace()),
        Some(it) if it.is_ascii_alphanumeric() => behind.starts_with("or "),
        Some(_) => true,
        None => false,
    }
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
            (" = 'x'", true),
            (": str = 'x'", true),
            ("=\n  'x'", true),
            (", 'x'", true),
            ("('x')", true),
            (".data = 'x'", true),
            (") or 'x'", true),
            ("'] = 'x'", true),
            (")\n  .default('x')", true),
            ("\n\nuser = 'x'", false),
            (" and then 'x'", false),
            (". 'x'", false),
            (") if a else 'x'", false),
            ("", false),
        ] {
            assert_eq!(goes_on(behind, 0), expected, "{behind}");
        }
    }
}
