//! From findings to edits, and to files.

mod allow;
mod ambient;
mod archive;
mod asked;
mod assemble;
mod blame;
mod choice;
mod companion;
mod data;
mod disk;
mod distribution;
mod draft;
mod error;
mod exposure;
mod gate;
mod hash;
mod home;
mod import;
mod journal;
mod naming;
mod package;
mod pattern;
mod plain;
mod plan;
mod prepared;
mod preview;
mod project;
mod prune;
mod published;
mod python_folder;
mod python_root;
mod recover;
mod rollback;
mod seam;
mod sentinel;
mod settle;
mod shown;
mod specifier;
pub mod template;
mod tidy;
mod trial;
mod tsconfig;
mod uncommitted;
mod verify;
mod write;

pub use allow::reason;
pub use archive::{Archive, Run, RunId, Step, ready, runs};
pub use choice::{Choices, Selector};
pub use companion::{
    Companion, Hint, HintKind, MakeExample, Reach, TidyImports, Unedited, Wishes, WriteGuide,
};
pub use data::{Advice, DataKind};
pub use error::FixError;
pub use exposure::{
    Due, Entry, EntryState, Exposure, Gap, History, Ledger, LedgerError, Replacement, exposures,
    today, trace,
};
pub use hash::ContentHash;
pub use journal::RunState;
pub use plan::plan;
pub use plan::plan_with;
pub use preview::{Preview, preview};
pub use recover::{End, Finished, FinishedFile, Recovered, Way, recover};
pub use rollback::{Fate, Undone, UndoneFile, rollback, rollback_through};
pub use seam::{Proposal, Seam, SeamKind, SeamSite, Seams, may_have_seam, seams};
pub use uncommitted::uncommitted;
pub use write::{Journal, Written, begin, write};

pub use crate::pattern::syntax::Applicability;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use camino::Utf8PathBuf;

use crate::finding::Fingerprint;
use crate::lang::Obstacle;
use crate::secret::Deposit;
use crate::secret::SecretName;
use crate::text::Edit;
use crate::text::LineIndex;
use crate::text::Position;
use crate::text::Span;

/// What may be planned.
#[derive(Debug, Clone)]
pub struct Options {
    /// The least a fix must be for it to be written.
    pub least: Applicability,
    /// The root of the project: nothing outside is written.
    pub root: PathBuf,
    /// What is wished for beside the code.
    pub wishes: Wishes,
    /// What a person has decided about single findings.
    pub choices: Choices,
    /// The names that stand for other values in the store.
    pub taken: BTreeSet<SecretName>,
    /// The files that stay, because git does not have them as they are; see [`uncommitted()`].
    pub uncommitted: BTreeSet<PathBuf>,
}

/// Everything a fix would do; nothing is done yet.
#[derive(Debug, Default)]
pub struct FixPlan {
    /// The files that change, by path.
    pub files: Vec<FileFix>,
    /// The files that are made.
    pub wrappers: Vec<Wrapper>,
    /// The secrets to store before anything is written.
    pub deposits: Vec<Deposit>,
    /// The findings that stay.
    pub skipped: Vec<Skipped>,
    /// The files beside the code that change with it, or are made.
    pub companions: Vec<Companion>,
    /// What a person should know or do, since no edit does it.
    pub hints: Vec<Hint>,
    /// What to do about values in data files.
    pub advice: BTreeMap<Fingerprint, Advice>,
    /// Where secrets pass through one place already, by path and position.
    pub seams: Vec<Seam>,
    /// The findings that belong to a seam, and its number.
    pub passing: BTreeMap<Fingerprint, usize>,
}

/// The fixes of one file, and the file after them.
#[derive(Debug)]
pub struct FileFix {
    /// The file, as reports name it.
    pub path: Utf8PathBuf,
    /// Where it is.
    pub file: PathBuf,
    /// The fixes that will be written, by position.
    pub fixes: Vec<Fix>,
    /// The edits that make the wrapper known to the file.
    pub imports: Vec<Edit>,
    /// Where every edit starts and ends, by offset in the file before; see [`places`].
    pub places: BTreeMap<usize, Position>,
    /// The file before, masked: what reporters show.
    pub masked_before: String,
    /// The file after, masked.
    pub masked_after: String,
    /// Where its secrets are, in the file before.
    pub masks: Vec<Span>,
    /// The findings that a new comment lets stay.
    pub allowed: BTreeSet<Fingerprint>,
    /// The hash of the file before.
    pub before: ContentHash,
    /// The file after.
    pub after: String,
}

/// Where the edits of a file start and end in `text`, the file before, by offset.
#[must_use]
pub fn places(text: &str, imports: &[Edit], fixes: &[Fix]) -> BTreeMap<usize, Position> {
    let lines = LineIndex::new(text);
    let edits = fixes.iter().flat_map(|it| &it.edits);
    imports
        .iter()
        .chain(edits)
        .flat_map(|it| [it.span.start, it.span.end])
        .map(|it| (it, lines.position(text, it)))
        .collect()
}

/// One finding, or several in one expression, taken out of the code.
#[derive(Debug, Clone)]
pub struct Fix {
    /// What is fixed.
    pub findings: Vec<Fingerprint>,
    /// In the imperative: "read `secret-key` through `get_secret`".
    pub title: String,
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// What must have happened before it is written.
    pub requires: Requires,
    /// The edits, without those for the import; no secret is in them.
    pub edits: Vec<Edit>,
    /// What the code asks the wrapper for.
    pub secret: SecretName,
}

/// What must have happened before a fix may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requires {
    /// The value is in a store and was read back.
    Capture,
    /// Nothing; the value was not in the code.
    Nothing,
}

/// A file of the wrapper that is made.
#[derive(Debug, Clone)]
pub struct Wrapper {
    /// The file, as reports name it.
    pub path: Utf8PathBuf,
    /// Where it will be.
    pub file: PathBuf,
    /// The hash of what is there now, when an older version is replaced.
    pub before: Option<ContentHash>,
    /// What it will hold.
    pub content: Cow<'static, str>,
}

/// A finding that stays, and why.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// The finding.
    pub finding: Fingerprint,
    /// Why it stays.
    pub reason: SkipReason,
    /// What a person could do instead, if there is something to say.
    pub suggestion: Option<Fix>,
}

/// Why a finding stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum SkipReason {
    /// The code around it does not allow a call.
    #[error("{0}")]
    Code(Obstacle),
    /// The value stands in for a real one.
    #[error("the value is a placeholder")]
    Placeholder,
    /// The file is a test, or data of tests.
    #[error("the file belongs to tests")]
    TestCode,
    /// The file was written by a tool, or copied from elsewhere.
    #[error("the file is generated or vendored")]
    GeneratedFile,
    /// The value stands in a data file, which is not rewritten.
    #[error("{0}")]
    Data(DataKind),
    /// The file is not written in a language that is rewritten.
    #[error("files of this kind are not rewritten")]
    NoTemplate,
    /// The file lies in an archive.
    #[error("the file lies in an archive, and archives are not rewritten")]
    InArchive,
    /// The code is a cell of a notebook.
    #[error("notebooks are not rewritten")]
    InNotebook,
    /// The value does not stand in the file as it is.
    #[error("the value is encoded in the file; take it out by hand")]
    Encoded,
    /// The file is too large to be parsed.
    #[error("the file is too large to be parsed")]
    TooLarge,
    /// The file is not UTF-8.
    #[error("the file is not UTF-8")]
    NotUtf8,
    /// The value fills only a part of its literal.
    #[error("the value is only a part of its literal")]
    PartOfLiteral,
    /// The pattern has advice and no fix.
    #[error("there is advice for it, and no rewrite")]
    AdviceOnly,
    /// Nothing to fix: the finding has no expression that could be replaced.
    #[error("there is nothing that could be replaced")]
    NothingToReplace,
    /// The project reads it through one place, where one edit serves all code.
    #[error("the project reads it through one place already; change that")]
    SeamAvailable,
    /// A library reads the variable by its name.
    #[error("a library reads the variable by its name")]
    ByNameReader,
    /// The name is already used for another value.
    #[error(
        "the name is already used for another value; choose one with --name PATH:LINE=NAME or --review"
    )]
    NameConflict,
    /// The store has another value under the name.
    #[error(
        "the store has another value under the name; choose another with --name PATH:LINE=NAME or --review"
    )]
    StoreConflict,
    /// A person has decided so.
    #[error("it was left out")]
    LeftOut,
    /// A new comment lets it stay.
    #[error("a comment in the code allows it from now on")]
    Allowed,
    /// There is no place for a comment.
    #[error("there is no safe place for a comment that allows it, or the reason quotes a secret")]
    NoComment,
    /// The value is an address on this machine.
    #[error("the address leads to this machine, as in development")]
    LocalAddress,
    /// The literal is compared with elsewhere.
    #[error("the value is compared with elsewhere in the project")]
    SentinelCompared,
    /// Another fix takes the same bytes.
    #[error("another fix changes the same place")]
    Overlap,
    /// The fix is less trusted than asked for.
    #[error("the fix may change what the code does; apply it with --unsafe-fixes")]
    Withheld,
    /// The file has changed since it was scanned.
    #[error("the file has changed since it was scanned")]
    ChangedSinceScan,
    /// Git has the file neither committed nor staged as it is now.
    #[error("git does not have the file as it is now; commit or stage it, or use --allow-dirty")]
    Uncommitted,
    /// The file lies outside the project.
    #[error("the file lies outside the project")]
    OutsideRepo,
    /// The file has several hard links.
    #[error("the file has several hard links")]
    HardLink,
    /// A file of the wrapper's name is there and is not the wrapper.
    #[error("a file with the wrapper's name is there already and is something else")]
    ModuleCollision,
    /// What is built of the project would lack the wrapper.
    #[error(
        "what is built of this project would lack the wrapper, as its manifest takes no new folder \
         along; let it take one along that the code can import from, and fix again"
    )]
    NotPackaged,
    /// The result did not pass its checks.
    #[error("the result did not pass verification, which is a bug in shield; please report it")]
    Unverified,
}

impl SkipReason {
    /// The stable reason code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Code(obstacle) => obstacle.code(),
            Self::Placeholder => "placeholder",
            Self::TestCode => "test-code",
            Self::GeneratedFile => "generated-file",
            Self::Data(kind) => kind.code(),
            Self::NoTemplate => "no-template",
            Self::InArchive => "in-archive",
            Self::InNotebook => "in-notebook",
            Self::Encoded => "encoded",
            Self::TooLarge => "too-large",
            Self::NotUtf8 => "not-utf8",
            Self::PartOfLiteral => "part-of-literal",
            Self::AdviceOnly => "advice-only",
            Self::NothingToReplace => "nothing-to-replace",
            Self::SeamAvailable => "seam-available",
            Self::ByNameReader => "by-name-reader",
            Self::NameConflict => "name-conflict",
            Self::StoreConflict => "store-conflict",
            Self::LeftOut => "left-out",
            Self::Allowed => "allowed",
            Self::NoComment => "no-comment",
            Self::LocalAddress => "local-address",
            Self::SentinelCompared => "sentinel-compared",
            Self::Overlap => "overlap",
            Self::Withheld => "withheld",
            Self::ChangedSinceScan => "changed-since-scan",
            Self::Uncommitted => "uncommitted",
            Self::OutsideRepo => "outside-repo",
            Self::HardLink => "hard-link",
            Self::ModuleCollision => "module-collision",
            Self::NotPackaged => "not-packaged",
            Self::Unverified => "unverified",
        }
    }
}
