//! The text of a pattern file, and places in it.

use std::ops::Range;
use std::sync::Arc;

use miette::{NamedSource, SourceSpan};
use serde_saphyr::{Error, Location, Spanned};

use super::PatternError;
use super::syntax::PatternFile;
use crate::text::Span;

/// How deep a pattern file may be nested; the format needs seven levels.
const MAX_DEPTH: usize = 24;

/// What an anchor and its aliases may add up to, in bytes and nodes.
const MAX_ANCHOR_BYTES: usize = 16 * 1024;
const MAX_REPLAYED: usize = 1_000;

/// The advice where nothing better is known.
pub(super) const SEE_DOCS: &str = "see docs/patterns.md for every field";

/// The text of a pattern file, with the name that errors call it by.
#[derive(Debug)]
pub(super) struct Script {
    name: String,
    text: String,
}

impl Script {
    /// A script; a byte order mark is not a part of it.
    pub(super) fn new(name: impl Into<String>, text: &str) -> Self {
        Self {
            name: name.into(),
            text: text.trim_start_matches('\u{feff}').to_owned(),
        }
    }

    /// What errors call it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The file and its text, as errors carry it.
    pub(super) fn source_code(&self) -> Arc<NamedSource<String>> {
        Arc::new(NamedSource::new(&self.name, self.text.clone()).with_language("yaml"))
    }

    /// Reads the fields.
    pub(super) fn parse(&self) -> Result<PatternFile, PatternError> {
        let mut options = serde_saphyr::options! {
            with_snippet: false,
            strict_booleans: true,
        };
        options.alias_limits.max_total_replayed_events = MAX_REPLAYED;
        if let Some(budget) = &mut options.budget {
            budget.max_depth = MAX_DEPTH;
            budget.max_documents = 1;
            budget.max_recorded_anchor_bytes = MAX_ANCHOR_BYTES;
        }
        serde_saphyr::from_str_with_options(&self.text, options)
            .map_err(|it| self.translate(it.without_snippet()))
    }

    /// An error that points at `place`.
    pub(super) fn mistake(
        &self,
        place: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> PatternError {
        PatternError::Invalid {
            message: message.into(),
            help: help.into(),
            source_code: self.source_code(),
            span: source_span(place),
        }
    }

    /// An error that points at a whole value.
    pub(super) fn mistake_at<T>(
        &self,
        value: &Spanned<T>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> PatternError {
        self.mistake(self.place(value.referenced), message, help)
    }

    /// Where a value stands in the file.
    ///
    /// The reader knows bytes for values it has read, and only line and character for those it
    /// stumbled over.
    pub(super) fn place(&self, location: Location) -> Span {
        let bytes = location.span().byte_offset();
        if let Some(start) = bytes.and_then(|it| usize::try_from(it).ok()) {
            let length = location.span().byte_len().unwrap_or(0);
            let end = start.saturating_add(usize::try_from(length).unwrap_or(0));
            let value = self.text.get(start..end).unwrap_or("");
            return Span::new(start, start + value.trim_end().len());
        }
        let line = usize::try_from(location.line().saturating_sub(1)).unwrap_or(0);
        let column = usize::try_from(location.column().saturating_sub(1)).unwrap_or(0);
        let before: usize = self
            .text
            .split_inclusive('\n')
            .take(line)
            .map(str::len)
            .sum();
        let rest = self.text.get(before..).unwrap_or("");
        let within: usize = rest.chars().take(column).map(char::len_utf8).sum();
        Span::new(before + within, before + within)
    }

    /// Where a part of a value stands in the file, for a part given in bytes of the value.
    ///
    /// What the file has beyond the value is skipped: quotes, indentation, backslashes.
    pub(super) fn place_in(&self, value: &Spanned<String>, part: Range<usize>) -> Span {
        let whole = self.place(value.referenced);
        let raw = whole.of(&self.text).unwrap_or("");
        let mut written = raw.char_indices();
        if raw.starts_with(['\'', '"']) {
            written.next();
        } else if raw.starts_with(['|', '>']) {
            written.find(|(_, it)| *it == '\n');
        }
        let mut span = Span::new(whole.end, whole.end);
        for (offset, wanted) in value.value.char_indices() {
            let Some((found, _)) = written.find(|(_, it)| *it == wanted) else {
                break;
            };
            if offset <= part.start {
                span.start = whole.start + found;
            }
            if offset < part.end.max(part.start + 1) {
                span.end = whole.start + found + wanted.len_utf8();
            }
        }
        span
    }

    /// An error of the reader in the words of the format.
    fn translate(&self, error: &Error) -> PatternError {
        let place = error
            .location()
            .map_or(Span::new(0, 0), |it| self.place(it));
        let (message, help) = describe(error);
        self.mistake(place, message, help)
    }
}

/// What went wrong, and what to do about it.
fn describe(error: &Error) -> (String, String) {
    let docs = SEE_DOCS.to_owned();
    if let Error::AliasError { error, .. } = error {
        return describe(error);
    }
    if let Error::SerdeUnknownField {
        field, expected, ..
    } = error
    {
        let message = format!("there is no field `{field}` here");
        return (message, suggest(field, expected));
    }
    if let Error::SerdeUnknownVariant {
        variant, expected, ..
    } = error
    {
        let message = format!("`{variant}` is not known here");
        return (message, suggest(variant, expected));
    }
    if let Error::SerdeMissingField { field, .. } = error {
        return (format!("the field `{field}` is missing"), docs);
    }
    if let Error::InvalidScalar { .. } = error {
        return ("a number is expected here".to_owned(), docs);
    }
    if let Error::DuplicateMappingKey { key, .. } = error {
        let key = key.as_deref().unwrap_or("a key");
        let help = "keep one of the two".to_owned();
        return (format!("`{key}` is given twice"), help);
    }
    if let Error::MultipleDocuments { .. } = error {
        let help = "one file holds one pattern; take out the `---`".to_owned();
        return ("a second document starts here".to_owned(), help);
    }
    if let Error::Unexpected { expected, .. } = error {
        let expected = match *expected {
            "mapping start" => "fields with values are expected here",
            "sequence start" => "a list is expected here",
            "string scalar" => "a text is expected here",
            other => return (format!("{other} is expected here"), docs),
        };
        return (expected.to_owned(), docs);
    }
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    (
        format!("this is not YAML that a pattern may be written in: {text}"),
        docs,
    )
}

/// The name that was perhaps meant, or all of them.
fn suggest(wrong: &str, known: &[&str]) -> String {
    similar::get_close_matches(wrong, known, 1, 0.6)
        .first()
        .map_or_else(
            || {
                let list: Vec<String> = known.iter().map(|it| format!("`{it}`")).collect();
                format!("known are {}", list.join(", "))
            },
            |it| format!("did you mean `{it}`?"),
        )
}

/// The same span in the types of errors.
pub(super) fn source_span(span: Span) -> SourceSpan {
    SourceSpan::new(span.start.into(), span.len())
}
