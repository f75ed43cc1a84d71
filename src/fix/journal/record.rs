//! The records of a journal.

use serde::{Deserialize, Serialize};

use super::path::JournalPath;
use crate::fix::ContentHash;
use crate::fix::RunId;

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::fix) enum Record {
    /// The run has a folder; nothing is known of what it will do.
    Opened {
        version: u32,
        run: RunId,
        started: String,
        /// What the names of temporary files end in.
        token: String,
    },
    /// A file that the run may change.
    File(Entry),
    /// A folder that is not there yet and may be made.
    Folder { path: JournalPath },
    /// The names under which values are stored.
    Secrets { names: Vec<String> },
    /// Everything above is complete: from here on things change.
    Begun,
    /// A store file as it was when the values were stored.
    Stored {
        index: usize,
        after: Option<ContentHash>,
    },
    /// Someone else has changed the file, so it is left alone.
    Skipped { index: usize },
    /// Every temporary file is written.
    Staged,
    /// The new file could not be given the owner or the attributes of the old one.
    Unlike { index: usize },
    /// A file is written in place, because it cannot be exchanged.
    InPlace { index: usize },
    /// Every file is in its place.
    Done,
    /// The files are being put back.
    Undoing,
    /// The files are as they were before.
    Undone,
    /// Some files are as they were before; others were changed since.
    PartlyUndone,
}

/// A file that a run may change, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::fix) struct Entry {
    pub(in crate::fix) path: JournalPath,
    pub(in crate::fix) kind: EntryKind,
    /// The file before; absent when there was none.
    pub(in crate::fix) before: Option<Before>,
    /// The hash after; absent for files whose content is not ours to decide.
    pub(in crate::fix) after: Option<ContentHash>,
}

/// What a file is to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::fix) enum EntryKind {
    /// The code needs it.
    Wrapper,
    /// It names the packages that the code needs.
    Dependencies,
    /// It is rewritten.
    Code,
    /// It changes with the code, or is made with it.
    Companion,
    /// Values are stored in it.
    Store,
}

/// A file as it was before a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::fix) struct Before {
    pub(in crate::fix) hash: ContentHash,
    pub(in crate::fix) mode: u32,
    /// The file in the folder of the run that holds the sealed content.
    pub(in crate::fix) backup: String,
}
