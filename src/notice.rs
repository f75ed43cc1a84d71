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
    /// The content lies on a server for large files.
    #[error("not scanned: its content is in Git LFS, and git has only a pointer to it")]
    LargeFileStorage,
    /// The content was left out when the repository was cloned.
    #[error("not scanned: this clone of the repository does not have its content")]
    NotCloned,
    /// A finding is no longer known to the baseline.
    #[error("its entry in the baseline held until {0}: it counts again")]
    BaselineExpired(String),
    /// The repository has only its newest commits.
    #[error(
        "looked at in part: this is a shallow clone, which lacks older commits (`git fetch --unshallow` gets them)"
    )]
    Shallow,
    /// The detector failed on this file.
    #[error("not scanned: shield failed on this file, which is a bug in shield; please report it")]
    Panicked,
}

impl NoticeKind {
    /// Every code, in the order in which the notices of a file are told.
    pub const CODES: [&'static str; 11] = [
        "unreadable",
        "too-large",
        "no-tree",
        "cut-short",
        "too-many",
        "archive-in-part",
        "git-lfs",
        "not-cloned",
        "baseline-expired",
        "shallow",
        "panicked",
    ];

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
            Self::LargeFileStorage => "git-lfs",
            Self::NotCloned => "not-cloned",
            Self::BaselineExpired(_) => "baseline-expired",
            Self::Shallow => "shallow",
            Self::Panicked => "panicked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_the_order_of_notices() {
        let text = String::new;
        let mut kinds = vec![
            NoticeKind::Panicked,
            NoticeKind::Shallow,
            NoticeKind::BaselineExpired(text()),
            NoticeKind::NotCloned,
            NoticeKind::LargeFileStorage,
            NoticeKind::ArchiveInPart(text()),
            NoticeKind::TooMany(1),
            NoticeKind::CutShort,
            NoticeKind::NoTree(text()),
            NoticeKind::TooLarge { size: 2, limit: 1 },
            NoticeKind::Unreadable(text()),
        ];
        kinds.sort();
        let codes: Vec<&str> = kinds.iter().map(NoticeKind::code).collect();
        assert_eq!(codes, NoticeKind::CODES);
    }
}
