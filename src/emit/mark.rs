//! What shows that shield has made a file, and that nobody has changed it.
//!
//! One word of letters and digits, so that it can stand in a comment as well as in a policy of
//! AWS, which has none: the hash of the manifest, and that of the file itself.

use crate::fix::ContentHash;

/// What the word begins with.
const WORD: &str = "ShieldMark";

/// How many digits of a hash are in it.
const DIGITS: usize = 16;

/// What stands for the hash of the file while that is made.
const BLANK: &str = "0000000000000000";

/// The word for a file that is not finished.
pub(super) fn blank(manifest: &str) -> String {
    let hash = short(manifest.as_bytes());
    format!("{WORD}{hash}x{BLANK}")
}

/// `text`, with a [`blank`] word in it, with its own hash.
pub(super) fn finish(text: String) -> String {
    let hash = short(text.as_bytes());
    match place(&text) {
        Some(place) => with(&text, place, &hash),
        None => text,
    }
}

/// Who has written a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// Shield, and nobody since.
    Shield,
    /// Shield, and somebody has changed it.
    Both,
    /// Somebody else.
    Other,
}

/// Who has written `text`.
pub(super) fn author(text: &str) -> Author {
    let plain = text.replace("\r\n", "\n");
    let Some(at) = place(&plain) else {
        return Author::Other;
    };
    let hash = short(with(&plain, at, BLANK).as_bytes());
    if plain.get(at..at + DIGITS) == Some(&*hash) {
        Author::Shield
    } else {
        Author::Both
    }
}

/// Where the hash of the file begins.
fn place(text: &str) -> Option<usize> {
    let start = text.find(WORD)? + WORD.len();
    let at = start + DIGITS + 1;
    let is_hash = |it: &str| it.bytes().all(|it| it.is_ascii_hexdigit());
    let manifest = text.get(start..start + DIGITS)?;
    let cross = text.get(start + DIGITS..at)?;
    let own = text.get(at..at + DIGITS)?;
    (is_hash(manifest) && cross == "x" && is_hash(own)).then_some(at)
}

/// `text` with `hash` at that place.
fn with(text: &str, at: usize, hash: &str) -> String {
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + DIGITS..).unwrap_or_default();
    format!("{before}{hash}{after}")
}

/// The first digits of a hash.
fn short(bytes: &[u8]) -> String {
    let hash = ContentHash::of(bytes).to_string();
    hash.chars().take(DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_until_it_is_changed() {
        let text = finish(format!("# {}\nname = 1\n", blank("schema: 1")));
        assert_eq!(author(&text), Author::Shield);
        assert_eq!(author(&text.replace('\n', "\r\n")), Author::Shield);
        assert_eq!(author(&text.replace('1', "2")), Author::Both);
        assert_eq!(author("name = 1\n"), Author::Other);
        assert_eq!(author("# ShieldMark, they say\n"), Author::Other);
    }
}
