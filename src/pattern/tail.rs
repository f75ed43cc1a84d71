//! What comes after the fix in a pattern file; only findings and tests ask for it.

use std::sync::OnceLock;

use super::syntax::Prose;

/// The text of a pattern file, and what comes after the fix in it.
#[derive(Debug)]
pub(super) enum Tail {
    /// That of a file which was read.
    Read {
        /// The whole file.
        text: String,
        /// What comes after the fix.
        prose: Box<Prose>,
    },
    /// That of a built-in file, which is unpacked when first asked for; the tests ask for all.
    Packed {
        /// The whole file.
        text: &'static str,
        /// What comes after the fix, as [`super::packed`] has it.
        packed: &'static [u8],
        /// The same, unpacked.
        prose: OnceLock<Box<Prose>>,
    },
}

impl Tail {
    /// The tail of a built-in file.
    pub(super) fn packed(text: &'static str, packed: &'static [u8]) -> Self {
        Self::Packed {
            text,
            packed,
            prose: OnceLock::new(),
        }
    }

    /// What comes after the fix.
    pub(super) fn prose(&self) -> &Prose {
        match self {
            Self::Read { prose, .. } => prose,
            Self::Packed { packed, prose, .. } => {
                prose.get_or_init(|| postcard::from_bytes(packed).unwrap_or_default())
            }
        }
    }

    /// The file as it is written.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Read { text, .. } => text,
            Self::Packed { text, .. } => text,
        }
    }

    /// Whether the file is a part of the program.
    pub(super) fn is_builtin(&self) -> bool {
        match self {
            Self::Read { .. } => false,
            Self::Packed { .. } => true,
        }
    }
}
