//! Bindings in data formats: names and the values written next to them.

use camino::Utf8Path;

use super::Binding;
use super::Format;

/// The data format of a file, by its name.
pub(super) fn format_of(path: &Utf8Path) -> Option<Format> {
    match path.extension()? {
        "env" => Some(Format::Dotenv),
        _ => None,
    }
}

/// Every key with a value, in order.
pub(super) fn bindings(_format: Format, _text: &str) -> Vec<Binding> {
    Vec::new()
}
