//! What a run survived, told at the end.

use camino::Utf8PathBuf;

/// Trouble with one file that did not stop the run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// The file, as reports name it.
    pub path: Utf8PathBuf,
    /// What happened.
    pub kind: NoticeKind,
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum NoticeKind {
    /// The file or folder could not be read.
    #[error("not read: {0}")]
    Unreadable(String),
    /// The file is larger than the limit.
    #[error(
        "not scanned: it has {size} bytes, the limit is {limit} (set `max_file_size` in shield.yaml)"
    )]
    TooLarge {
        /// How many bytes the file has.
        size: u64,
        /// The limit that was in force, in bytes.
        limit: u64,
    },
    /// The syntax tree was not used, so what only it can tell is missing.
    #[error("scanned without its syntax tree: {0}")]
    NoTree(String),
    /// The file took too long.
    #[error("scanned in part: it took too long")]
    CutShort,
    /// The file has more findings than are told.
    #[error(
        "told in part: it has {0} findings or more; look at the file, or exclude it in shield.yaml"
    )]
    TooMany(usize),
    /// An archive, or something in it, was not opened.
    #[error("opened in part: {0}")]
    ArchiveInPart(String),
    /// The detector failed on this file.
    #[error("not scanned: shield failed on this file, which is a bug in shield; please report it")]
    Panicked,
}

impl NoticeKind {
    /// A stable word for reports that machines read.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::TooLarge { .. } => "too-large",
            Self::NoTree(_) => "no-tree",
            Self::CutShort => "cut-short",
            Self::TooMany(_) => "too-many",
            Self::ArchiveInPart(_) => "archive-in-part",
            Self::Panicked => "panicked",
        }
    }
}
