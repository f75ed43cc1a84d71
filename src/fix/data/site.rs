//! Where a value stands in a data file, and the line that could stand there instead.

use camino::Utf8Path;

use crate::finding::Finding;
use crate::fix::naming;
use crate::fix::shown::Secrets;
use crate::lang::Binding;
use crate::secret::SecretName;
use crate::text::Span;

/// Lines longer than this are not shown, in bytes.
const LONGEST_LINE: usize = 300;

/// A data file.
pub(super) struct Page<'p> {
    pub(super) path: &'p Utf8Path,
    pub(super) text: &'p str,
    pub(super) bindings: &'p [Binding],
    /// The secrets of the file.
    pub(super) secrets: Secrets,
    /// Where they are.
    pub(super) spans: Vec<Span>,
    /// Whether git tracks it, where that can be seen.
    pub(super) tracked: Option<bool>,
}

/// Where a value stands.
pub(super) struct Site<'s> {
    pub(super) page: &'s Page<'s>,
    pub(super) span: Span,
    /// What the value is bound to.
    pub(super) binding: Option<&'s Binding>,
    /// The variable that should hold it.
    pub(super) variable: String,
    /// The name that it should be stored under.
    pub(super) secret: SecretName,
}

impl<'s> Site<'s> {
    /// Where the value of a finding stands.
    pub(super) fn of(page: &'s Page<'s>, finding: &Finding<'_>) -> Option<Self> {
        let span = finding.location.span;
        let after = page
            .bindings
            .partition_point(|it| it.value.start <= span.start);
        let last = after.checked_sub(1).and_then(|it| page.bindings.get(it));
        let binding = last.filter(|it| it.value.contains(span));
        let value = binding.and_then(|it| it.value.of(page.text)).unwrap_or("");
        let own = binding
            .map(|it| it.name.as_str())
            .filter(|it| is_variable(it));
        let named = own.and_then(SecretName::of);
        let secret = named.or_else(|| naming::of_value(finding, binding, value));
        let secret = secret.or_else(|| SecretName::of("secret"))?;
        Some(Self {
            page,
            span,
            binding,
            variable: own.map_or_else(|| secret.variable(), str::to_owned),
            secret,
        })
    }

    /// Whether the value is all that is bound to its name.
    pub(super) fn is_whole(&self) -> bool {
        self.binding.is_some_and(|it| it.value == self.span)
    }

    /// The line of the value with `instead` in its place; `None` where the line would hold
    /// another secret, or is not one line.
    pub(super) fn line_with(&self, instead: &str) -> Option<String> {
        let value = self.binding.map_or(self.span, |it| it.value);
        let (before, after) = self.around(value)?;
        let line = format!("{before}{instead}{after}");
        self.fit(line)
    }

    /// What stands on the line before `value` and after it.
    pub(super) fn around(&self, value: Span) -> Option<(&'s str, &'s str)> {
        let text = self.page.text;
        let before = text.get(..value.start)?.rsplit('\n').next()?;
        let after = text.get(value.end..)?.split(['\n', '\r']).next()?;
        let one_line = !value.of(text)?.contains('\n');
        one_line.then_some((before, after))
    }

    /// A line, unless it holds a secret or is too long.
    pub(super) fn fit(&self, line: String) -> Option<String> {
        let shows = self.page.secrets.mask(&line, Vec::new()) != line;
        (!shows && line.len() <= LONGEST_LINE).then_some(line)
    }
}

/// Whether a name is one of an environment variable.
pub(super) fn is_variable(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first = bytes
        .next()
        .is_some_and(|it| it.is_ascii_uppercase() || it == b'_');
    first && bytes.all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
}
