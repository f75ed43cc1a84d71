//! Bindings on their way into a list.

use super::cursor::is_name;
use super::cursor::is_word;
use super::cursor::unquote;
use super::{Binding, Context};
use crate::text::Span;

/// Names longer than this are no names, in bytes.
const LONGEST_NAME: usize = 128;

/// Defaults longer than this are not looked at, in bytes.
const LONGEST_DEFAULT: usize = 4096;

/// How many of the names around a binding are kept: the innermost.
///
/// With [`LONGEST_NAME`] it bounds what a deeply nested text can make of its size.
const DEEPEST_PATH: usize = 8;

/// Keys under which lists of pairs keep the name.
const LABEL_KEYS: [&str; 5] = ["name", "key", "parameterkey", "variable", "option"];

/// Keys under which lists of pairs keep the value.
const VALUE_KEYS: [&str; 2] = ["value", "parametervalue"];

/// The bindings of a text, as they are found.
#[derive(Debug)]
pub(super) struct Gather<'t> {
    text: &'t str,
    found: Vec<Binding>,
}

/// `name: X` and `value: Y` in one mapping, which bind X to Y.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    context: Context,
    label: Option<Span>,
    value: Option<usize>,
}

impl Pair {
    /// Nothing seen yet; what will be is bound in `context`.
    pub(super) fn new(context: Context) -> Self {
        Self {
            context,
            label: None,
            value: None,
        }
    }

    /// What `name` says.
    pub(super) fn label(self) -> Option<Span> {
        self.label
    }
}

impl<'t> Gather<'t> {
    /// Nothing found in `text` yet.
    pub(super) fn new(text: &'t str) -> Self {
        let found = Vec::new();
        Self { text, found }
    }

    /// The text.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// What was found, in the order of the values.
    pub(super) fn finish(mut self) -> Vec<Binding> {
        self.found.sort_by_key(|it| it.value);
        self.found
    }

    /// Binds `name`, in quotes or not, to `value`, unless one of them is nothing of interest.
    ///
    /// `around` are the names that enclose it, innermost last.
    pub(super) fn bind(&mut self, name: &str, around: &[Span], value: Span, context: Context) {
        let is_constant = value
            .of(self.text)
            .is_none_or(|it| matches!(it, "" | "true" | "false" | "null" | "~"));
        if name.is_empty() || name.len() > LONGEST_NAME || is_constant {
            return;
        }
        let innermost = around.len().saturating_sub(DEEPEST_PATH);
        let around = around.get(innermost..).unwrap_or_default();
        let path = around.iter().filter_map(|it| self.name(*it));
        let binding = Binding {
            name: name.to_owned(),
            path: path.map(str::to_owned).collect(),
            value,
            context,
        };
        self.found.push(binding);
        self.bind_default(value);
    }

    /// Binds what `${NAME:-default}` or `${NAME:default}` falls back to.
    pub(super) fn bind_default(&mut self, value: Span) {
        let text = value.of(self.text).unwrap_or_default();
        if text.len() > LONGEST_DEFAULT {
            return;
        }
        let Some(inner) = text.strip_prefix("${").and_then(|it| it.strip_suffix('}')) else {
            return;
        };
        let Some((name, default)) = inner.split_once(':') else {
            return;
        };
        let default = default.strip_prefix('-').unwrap_or(default);
        let name = name.rsplit('.').next().unwrap_or(name);
        if is_name(&name.replace('-', "_")) && name.len() <= LONGEST_NAME && !default.is_empty() {
            let end = value.end - 1;
            self.found.push(Binding {
                name: name.to_owned(),
                path: Vec::new(),
                value: Span::new(end - default.len(), end),
                context: Context::EnvDefault,
            });
        }
    }

    /// The name under `span`, if that is short enough for one.
    pub(super) fn name(&self, span: Span) -> Option<&'t str> {
        span.of(self.text)
            .filter(|it| !it.is_empty() && it.len() <= LONGEST_NAME)
    }

    /// Binds the last part of a dotted name.
    pub(super) fn dotted(&mut self, name: Span, around: &[Span], value: Span) {
        let innermost = around.len().saturating_sub(DEEPEST_PATH);
        let mut around = around.get(innermost..).unwrap_or_default().to_vec();
        if self.name(name).is_some() {
            let last = last_name(self.text, name, &mut around);
            let last = self.name(last).unwrap_or_default();
            self.bind(last, &around, value, Context::Entry);
        }
    }

    /// Binds an entry of a data file, and makes one of `name: X` and `value: Y`.
    pub(super) fn entry(&mut self, pair: &mut Pair, key: Span, around: &[Span], value: Span) {
        let Some(name) = self.name(key) else {
            return;
        };
        let before = self.found.len();
        self.bind(name, around, value, pair.context);
        let is_one_of = |keys: &[&str]| keys.iter().any(|it| name.eq_ignore_ascii_case(it));
        if is_one_of(&LABEL_KEYS) {
            pair.label = Some(value);
        } else if is_one_of(&VALUE_KEYS) && self.found.len() > before {
            pair.value = Some(before);
        } else {
            return;
        }
        self.join(*pair);
    }

    /// Gives the value of a pair the name that the pair says it has.
    fn join(&mut self, pair: Pair) {
        let label = pair.label.and_then(|it| self.name(it));
        let value = pair.value.and_then(|it| self.found.get_mut(it));
        if let (Some(label), Some(value)) = (label, value) {
            label.clone_into(&mut value.name);
        }
    }

    /// Binds `NAME=value` and `--name=value`, as lists of variables and arguments have them.
    pub(super) fn assignment(&mut self, item: Span, around: &[Span]) {
        let text = item.of(self.text).unwrap_or_default();
        let Some((name, value)) = text.split_once('=') else {
            return;
        };
        let flag = name.strip_prefix("--");
        let fits = |it: &str| is_name(&it.replace('-', "_"));
        let (name, context) = match flag {
            Some(flag) if fits(flag) => (flag, Context::Argument),
            None if is_name(name) => (name, Context::Entry),
            Some(_) | None => return,
        };
        let value = unquote(self.text, Span::new(item.end - value.len(), item.end));
        self.bind(name, around, value, context);
    }
}

/// The last part of a dotted name; the others go to `around`.
///
/// A last part that says nothing alone, as in `s3.secret.key`, takes the one before with it.
fn last_name(text: &str, whole: Span, around: &mut Vec<Span>) -> Span {
    let bytes = whole.of(text).unwrap_or_default().as_bytes();
    let is_part = |it: u8| is_word(it) || it == b'-';
    let length = bytes.iter().rev().take_while(|it| is_part(**it)).count();
    let mut name = Span::new(whole.end - length, whole.end);
    if name.is_empty() {
        return whole;
    }
    let before = |start: usize| bytes.get(..start - whole.start).unwrap_or_default();
    if name.of(text) == Some("key") && before(name.start).ends_with(b".") {
        let above = before(name.start).iter().rev().skip(1);
        name.start -= 1 + above.take_while(|it| is_part(**it)).count();
    }
    let mut rest = whole.start;
    let ends = before(name.start).iter().enumerate();
    for end in ends.filter(|(_, it)| **it == b'.').map(|(it, _)| it) {
        let part = Span::new(rest, whole.start + end);
        rest = part.end + 1;
        if !part.is_empty() {
            around.push(part);
        }
    }
    if rest < name.start {
        around.push(Span::new(rest, name.start));
    }
    name
}
