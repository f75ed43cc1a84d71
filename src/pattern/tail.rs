//! What comes after the fix in a pattern file; only findings and tests ask for it.

use std::sync::OnceLock;

use super::script;
use super::syntax::PatternFile;

/// The text of a pattern file, and what comes after the fix in it.
#[derive(Debug)]
pub(super) enum Tail {
    /// It was read with the rest.
    Read(String),
    /// It is read from the text of the file when first asked for; the tests read it for each
    /// built-in file.
    Pending {
        /// The whole file.
        text: &'static str,
        /// The whole file, read.
        whole: OnceLock<Option<Box<PatternFile>>>,
    },
}

impl Tail {
    /// The tail of a built-in file.
    pub(super) fn pending(text: &'static str) -> Self {
        Self::Pending {
            text,
            whole: OnceLock::new(),
        }
    }

    /// The file with its tail, where that was not read with the rest.
    pub(super) fn whole(&self) -> Option<&PatternFile> {
        match self {
            Self::Read(_) => None,
            Self::Pending { text, whole } => {
                let parsed =
                    whole.get_or_init(|| script("patterns", text).parse().ok().map(Box::new));
                parsed.as_deref()
            }
        }
    }

    /// The file as it is written.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Read(text) => text,
            Self::Pending { text, .. } => text,
        }
    }

    /// Whether the file is a part of the program.
    pub(super) fn is_builtin(&self) -> bool {
        match self {
            Self::Read(_) => false,
            Self::Pending { .. } => true,
        }
    }
}
