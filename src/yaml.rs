//! The YAML files of users: read within limits, with errors that point into the text.

use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::de::DeserializeOwned;
use serde_saphyr::{Error, Location, Spanned};

use crate::text::Span;

/// How deep a file may be nested; the formats need seven levels.
const MAX_DEPTH: usize = 24;

/// What an anchor and its aliases may add up to, in bytes and nodes.
const MAX_ANCHOR_BYTES: usize = 16 * 1024;
const MAX_REPLAYED: usize = 1_000;

/// What is wrong with a file, and where.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
#[diagnostic(code(shield::yaml), help("{help}"))]
pub struct Mistake {
    /// What is wrong.
    pub message: String,
    /// How to put it right.
    pub help: String,
    /// The file.
    #[source_code]
    pub source_code: Arc<NamedSource<String>>,
    /// The place.
    #[label("here")]
    pub span: SourceSpan,
}

/// The text of a file, with the name that errors call it by.
#[derive(Debug)]
pub struct Script {
    name: String,
    text: String,
    help: &'static str,
}

impl Script {
    /// A script; a byte order mark is not a part of it. `help` is the advice where nothing
    /// better is known.
    #[must_use]
    pub fn new(name: impl Into<String>, text: &str, help: &'static str) -> Self {
        Self {
            name: name.into(),
            text: text.trim_start_matches('\u{feff}').to_owned(),
            help,
        }
    }

    /// What errors call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file and its text, as errors carry it.
    #[must_use]
    pub fn source_code(&self) -> Arc<NamedSource<String>> {
        Arc::new(NamedSource::new(&self.name, self.text.clone()).with_language("yaml"))
    }

    /// Reads the fields.
    ///
    /// # Errors
    ///
    /// Fails when the text is not YAML, not what `T` is written as, or more than the limits allow.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Mistake> {
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
    pub fn mistake<E: From<Mistake>>(
        &self,
        place: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> E {
        E::from(Mistake {
            message: message.into(),
            help: help.into(),
            source_code: self.source_code(),
            span: source_span(place),
        })
    }

    /// An error that points at a whole value.
    pub fn mistake_at<T, E: From<Mistake>>(
        &self,
        value: &Spanned<T>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> E {
        self.mistake(self.place(value.referenced), message, help)
    }

    /// Where a value stands in the file.
    ///
    /// The reader knows bytes for values it has read, and only line and character for those it
    /// stumbled over.
    #[must_use]
    pub fn place(&self, location: Location) -> Span {
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
    #[must_use]
    pub fn place_in(&self, value: &Spanned<String>, part: Range<usize>) -> Span {
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
    fn translate(&self, error: &Error) -> Mistake {
        let place = error
            .location()
            .map_or(Span::new(0, 0), |it| self.place(it));
        let (message, help) = describe(error, self.help);
        self.mistake(place, message, help)
    }
}

/// What went wrong, and what to do about it.
fn describe(error: &Error, help: &str) -> (String, String) {
    let docs = help.to_owned();
    if let Error::AliasError { error, .. } = error {
        return describe(error, help);
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
        return (
            format!("`{key}` is given twice"),
            "keep one of the two".to_owned(),
        );
    }
    if let Error::MultipleDocuments { .. } = error {
        let advice = "one file holds one document; take out the `---`";
        return (
            "a second document starts here".to_owned(),
            advice.to_owned(),
        );
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
        format!("this is not YAML that may stand here: {text}"),
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
#[must_use]
pub fn source_span(span: Span) -> SourceSpan {
    SourceSpan::new(span.start.into(), span.len())
}
