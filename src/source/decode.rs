//! From bytes to text.

use std::borrow::Cow;

use super::Encoding;

/// The text of `bytes` and how it was written; `None` for what is not text.
pub(super) fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, Encoding)> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some((Cow::Borrowed(text), Encoding::Utf8))
}
