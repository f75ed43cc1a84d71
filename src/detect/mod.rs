//! From a text to its findings.

mod again;
mod argument;
mod assignment;
mod candidate;
pub mod checks;
pub mod classifier;
mod decode;
mod document;
mod env_read;
pub mod kept;
mod likely;
mod literal;
mod masking;
mod mention;
mod names;
mod notebook;
mod overlap;
mod prefilter;
mod query;
mod reads;
mod regard;
mod sight;
mod suppress;
mod survey;
mod together;

pub use again::Versions;
pub use document::Document;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::finding::Finding;
use crate::finding::Suppressed;
use crate::lang::Family;
use crate::lang::Syntax;
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::pattern::PatternSet;
use crate::source;
use crate::source::Origin;
use crate::source::Source;
use crate::source::SourceRef;
use crate::source::archive::Opener;

use argument::Calls;
use candidate::Scene;
use names::Memos;
use names::Names;
use prefilter::Prefilter;
use query::Queries;

/// Finds secrets in texts; made once for a set of patterns, shared by all threads.
#[derive(Debug)]
pub struct Detector<'p> {
    prefilter: Prefilter<'p>,
    queries: Queries<'p>,
    calls: Calls<'p>,
    /// What is remembered of names.
    memos: Memos,
    max_file_size: u64,
    /// Opens archives, if they are to be opened.
    opener: Option<Opener>,
    explain: bool,
    /// The root of the project, which paths in fingerprints start from; as they are shown if empty.
    root: PathBuf,
}

/// What became of one source.
#[derive(Debug, Default)]
pub struct Scan<'p> {
    /// What was found, by position.
    pub findings: Vec<Finding<'p>>,
    /// What was found and does not count, by position.
    pub suppressed: Vec<Suppressed<'p>>,
    /// What went wrong.
    pub notices: Vec<Notice>,
    /// How many texts were looked at.
    pub files: usize,
    /// How many bytes they have.
    pub bytes: u64,
}

/// A scan that takes little memory where nothing was found, as in nearly all texts.
#[derive(Debug)]
pub enum Brief<'p> {
    /// Nothing was found, and nothing went wrong.
    Nothing {
        /// How many texts were looked at.
        files: usize,
        /// How many bytes they have.
        bytes: u64,
    },
    /// All that there is.
    Something(Box<Scan<'p>>),
}

impl<'p> From<Scan<'p>> for Brief<'p> {
    fn from(scan: Scan<'p>) -> Self {
        if scan.is_empty() {
            let Scan { files, bytes, .. } = scan;
            Self::Nothing { files, bytes }
        } else {
            Self::Something(Box::new(scan))
        }
    }
}

impl<'p> From<Brief<'p>> for Scan<'p> {
    fn from(brief: Brief<'p>) -> Self {
        match brief {
            Brief::Nothing { files, bytes } => Self {
                files,
                bytes,
                ..Self::default()
            },
            Brief::Something(scan) => *scan,
        }
    }
}

impl Scan<'_> {
    /// Whether nothing was found, and nothing went wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.suppressed.is_empty() && self.notices.is_empty()
    }

    /// Puts the scans of all sources together, in their order.
    #[must_use]
    pub fn gather(scans: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        let mut all = Self::default();
        for scan in scans.into_iter().map(Into::into) {
            all.findings.extend(scan.findings);
            all.suppressed.extend(scan.suppressed);
            all.notices.extend(scan.notices);
            all.files += scan.files;
            all.bytes += scan.bytes;
        }
        all
    }
}

impl<'p> Detector<'p> {
    /// Makes ready to run `patterns` over files of up to `max_file_size` bytes.
    #[must_use]
    pub fn new(patterns: &'p PatternSet, max_file_size: u64) -> Self {
        Self {
            prefilter: Prefilter::new(patterns),
            queries: Queries::new(patterns),
            calls: Calls::new(patterns),
            memos: Memos::new(RefCell::default),
            max_file_size,
            opener: None,
            explain: false,
            root: PathBuf::new(),
        }
    }

    /// Identifies findings by their paths from `root`, symbolic links resolved, wherever the
    /// program is run.
    #[must_use]
    pub fn rooted(self, root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            ..self
        }
    }

    /// Whether code of this family that reads `variable` from the environment is a finding.
    #[must_use]
    pub fn is_secret(&self, family: Family, variable: &str) -> bool {
        let mut readers = self.prefilter.readers().iter();
        readers.any(|(_, it)| env_read::wants(it, family, variable))
    }

    /// Looks into archives, too.
    #[must_use]
    pub fn opening(self, opener: Opener) -> Self {
        Self {
            opener: Some(opener),
            ..self
        }
    }

    /// Tells also what is not taken for a secret, and why, among what is suppressed.
    #[must_use]
    pub fn explaining(self) -> Self {
        Self {
            explain: true,
            ..self
        }
    }

    /// Reads and scans all sources, on as many threads as there are, and says `step` after each.
    #[must_use]
    pub fn scan_all(&self, sources: &[SourceRef], step: impl Fn() + Sync) -> Scan<'p> {
        let scans = sources.par_iter().map_init(Vec::new, |buffer, source| {
            let scan = self.scan(source, buffer);
            step();
            scan
        });
        Scan::gather(scans.collect::<Vec<_>>())
    }

    /// Reads a source through `buffer`, which keeps its memory, and scans it.
    ///
    /// Trouble with the source, a bug of a detector included, becomes a notice.
    #[must_use]
    pub fn scan(&self, at: &SourceRef, buffer: &mut Vec<u8>) -> Scan<'p> {
        guarded(at, || {
            let opener = self.opener.as_ref().filter(|_| at.origin == Origin::File);
            if let Some(opener) = opener.filter(|it| it.expects(at))
                && let Some(scan) = self.scan_archive(opener, at)
            {
                return scan;
            }
            match source::load(at, self.max_file_size, buffer) {
                Ok(Some(source)) => self.scan_text(&source),
                Ok(None) => {
                    let scan = opener.and_then(|it| self.scan_archive(it, at));
                    scan.unwrap_or_default()
                }
                Err(notice) => Scan {
                    notices: vec![notice],
                    ..Scan::default()
                },
            }
        })
    }

    /// Scans the texts in an archive; `None` when the file is none.
    fn scan_archive(&self, opener: &Opener, at: &SourceRef) -> Option<Scan<'p>> {
        let mut scans = Vec::new();
        let notices = opener.open(at, &mut |entry, bytes| {
            let text = |it| self.scan_text(&it);
            scans.push(guarded(entry, || {
                source::text(entry, bytes).map_or_else(Scan::default, text)
            }));
        })?;
        let mut scan = Scan::gather(scans);
        scan.notices.extend(notices);
        // Archives have their entries in any order.
        scan.findings
            .sort_by(|one, other| one.location.path.as_str().cmp(other.location.path.as_str()));
        scan.suppressed.sort_by(|one, other| {
            let (one, other) = (&one.finding.location, &other.finding.location);
            one.path.as_str().cmp(other.path.as_str())
        });
        Some(scan)
    }

    /// Scans a text that is in memory.
    #[must_use]
    pub fn scan_text(&self, source: &Source<'_>) -> Scan<'p> {
        if source::notebook::is_notebook(source.at.inner())
            && let Some(book) = source::notebook::read(&source.text)
        {
            return notebook::scan(self, source, &book);
        }
        self.scan_as(&source.text, Syntax::of_path(source.at.inner()), source.at)
    }

    /// Scans a text as one of this syntax.
    fn scan_as(&self, text: &str, syntax: Syntax, at: &SourceRef) -> Scan<'p> {
        self.scan_document(&Document::new(text, syntax), at)
    }

    /// Scans a document, which keeps what was read from it.
    #[must_use]
    pub fn scan_document(&self, document: &Document<'_>, at: &SourceRef) -> Scan<'p> {
        let names = Names::new(&self.prefilter, &self.memos);
        let scene = Scene {
            document,
            names: &names,
            at,
            explain: self.explain,
        };
        let survey = survey::survey((&self.prefilter, &self.calls), scene);
        let cut_short = survey.cut_short.then_some(NoticeKind::CutShort);
        let is_telling = |name: &str| !names.points(name).is_empty();
        let hidden = decode::look(&self.prefilter, scene, &survey.literals);
        let sight::Sighted {
            mut sightings,
            more,
        } = sight::sight((&self.queries, &self.calls), scene, survey);
        together::leave_out_lonely(document, &mut sightings);
        sightings.extend(hidden.into_iter().filter_map(|it| it.sighting(document)));
        let sightings = if sightings.is_empty() {
            sightings
        } else {
            overlap::resolve(document.lines(), sightings)
        };
        // Some of what was found may be gone by now: of overlapping ones, one stays.
        let many = more.then_some(NoticeKind::TooMany(sight::MANY));
        let identity = source::identity((&at.path, &at.file), &at.archives, &self.root);
        let mut scan = sight::judge(document, (at, &identity), &is_telling, sightings);
        together::join(&mut scan);
        scan.files = 1;
        scan.bytes = document.text.len() as u64;
        let no_tree = document.tree_failure();
        let no_tree = no_tree.map(|it| NoticeKind::NoTree(it.to_owned()));
        let troubles = no_tree.into_iter().chain(cut_short).chain(many);
        scan.notices.extend(troubles.map(|kind| Notice {
            path: at.path.clone(),
            kind,
        }));
        scan
    }
}

/// What `scan` makes of the source at `at`; a bug of a detector becomes a notice.
fn guarded<'p>(at: &SourceRef, scan: impl FnOnce() -> Scan<'p>) -> Scan<'p> {
    catch_unwind(AssertUnwindSafe(scan)).unwrap_or_else(|_| Scan {
        notices: vec![Notice {
            path: at.path.clone(),
            kind: NoticeKind::Panicked,
        }],
        ..Scan::default()
    })
}
