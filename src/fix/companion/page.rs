//! Text files beside the code, read once, changed in memory.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;

use super::{Companion, Unedited};
use crate::detect::Detector;
use crate::finding::Finding;
use crate::fix::ContentHash;
use crate::fix::disk;
use crate::fix::shown::Secrets;
use crate::fix::shown::values;
use crate::risk::FileClass;
use crate::source::Encoding;
use crate::source::Origin;
use crate::source::Source;
use crate::source::SourceRef;

/// Files above this size are not added to, in bytes.
const MAX_SIZE: u64 = 1024 * 1024;

/// A file beside the code, before and after.
#[derive(Debug)]
pub(super) struct Page {
    shown: Utf8PathBuf,
    /// `None` for a file that is made.
    before: Option<String>,
    pub(super) text: String,
    titles: Vec<String>,
}

impl Page {
    fn is_changed(&self) -> bool {
        self.before.as_ref() != Some(&self.text)
    }

    /// The same file with another text, and what that does.
    pub(super) fn set(&mut self, text: String, title: String) {
        self.text = text;
        self.titles.push(title);
    }
}

/// The files beside the code that were looked at.
#[derive(Debug)]
pub(super) struct Pages {
    /// Files that the run changes already.
    taken: BTreeSet<PathBuf>,
    /// Files that git does not have as they are.
    uncommitted: BTreeSet<PathBuf>,
    known: BTreeMap<PathBuf, Page>,
}

impl Pages {
    /// No file yet; `taken` are those that the run changes already, `uncommitted` those that git
    /// does not have as they are.
    pub(super) fn new(taken: BTreeSet<PathBuf>, uncommitted: BTreeSet<PathBuf>) -> Self {
        Self {
            taken,
            uncommitted,
            known: BTreeMap::new(),
        }
    }

    /// The file at `path`, which reports name `shown`; `None` where there is none.
    pub(super) fn open(
        &mut self,
        path: &Path,
        shown: impl FnOnce() -> Utf8PathBuf,
    ) -> Result<Option<&mut Page>, Unedited> {
        if self.taken.contains(path) {
            return Err(Unedited::Taken);
        }
        if self.uncommitted.contains(path) {
            return Err(Unedited::Uncommitted);
        }
        if !self.known.contains_key(path) {
            let Some(text) = read(path)? else {
                return Ok(None);
            };
            let page = Page {
                shown: shown(),
                before: Some(text.clone()),
                text,
                titles: Vec::new(),
            };
            self.known.insert(path.to_owned(), page);
        }
        Ok(self.known.get_mut(path))
    }

    /// The files that change.
    pub(super) fn changed(&self) -> Vec<PathBuf> {
        let changed = self.known.iter().filter(|(_, page)| page.is_changed());
        changed.map(|(path, _)| path.clone()).collect()
    }

    /// Makes a file that is not there.
    pub(super) fn make(&mut self, path: PathBuf, shown: Utf8PathBuf, text: String, title: String) {
        let page = Page {
            shown,
            before: None,
            text,
            titles: vec![title],
        };
        self.known.insert(path, page);
    }

    /// The files that change, with their secrets masked.
    pub(super) fn finish(self, detector: &Detector<'_>, secrets: &Secrets) -> Vec<Companion> {
        let pages = self.known.into_iter().filter(|(_, page)| page.is_changed());
        pages
            .map(|(file, page)| {
                let at = SourceRef {
                    path: page.shown.clone(),
                    file: file.clone(),
                    class: FileClass::Code,
                    archives: Vec::new(),
                    origin: Origin::File,
                };
                let masked = |text: &str| masked(text, &at, detector, secrets);
                let before = page.before.as_deref();
                Companion {
                    masked_before: before.map(masked).unwrap_or_default(),
                    masked_after: masked(&page.text),
                    before: before.map(|it| ContentHash::of(it.as_bytes())),
                    path: page.shown.clone(),
                    titles: page.titles,
                    after: page.text,
                    file,
                }
            })
            .collect()
    }
}

/// `text` of a file with its own secrets masked, and with those of the code.
fn masked(text: &str, at: &SourceRef, detector: &Detector<'_>, secrets: &Secrets) -> String {
    let source = Source {
        at,
        text: Cow::Borrowed(text),
        encoding: Encoding::Utf8,
    };
    let scan = detector.scan_text(&source);
    let suppressed = scan.suppressed.iter().map(|it| &it.finding);
    let findings = scan.findings.iter().chain(suppressed);
    let own = values(text, findings.flat_map(Finding::parts));
    let spans = own.into_iter().map(|(span, _)| span);
    secrets.mask(text, spans.collect())
}

/// The text of a plain file; `None` where there is none.
fn read(path: &Path) -> Result<Option<String>, Unedited> {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return Ok(None);
    };
    if !metadata.is_file() || disk::links(&metadata) > 1 || !disk::is_straight(path) {
        return Err(Unedited::NotPlain);
    }
    if metadata.len() > MAX_SIZE {
        return Err(Unedited::Unreadable);
    }
    let text = fs::read_to_string(path);
    text.map(Some).or(Err(Unedited::Unreadable))
}

/// What lines of `text` end in: as the first one does.
pub(super) fn line_end(text: &str) -> &'static str {
    let first = text.split_inclusive('\n').next();
    if first.is_some_and(|it| it.ends_with("\r\n")) {
        "\r\n"
    } else {
        "\n"
    }
}

/// `text` with more lines at its end, and with or without a last line break as before.
pub(super) fn append(text: &str, lines: &[String]) -> String {
    let end = line_end(text);
    let closed = text.is_empty() || text.ends_with('\n');
    let added = lines.join(end);
    if closed {
        format!("{text}{added}{end}")
    } else {
        format!("{text}{end}{added}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_as_the_file_writes_them() {
        let added = |text| append(text, &["x".to_owned(), "y".to_owned()]);
        assert_eq!(added(""), "x\ny\n");
        assert_eq!(added("a\n"), "a\nx\ny\n");
        assert_eq!(added("a"), "a\nx\ny");
        assert_eq!(added("a\r\nb\r\n"), "a\r\nb\r\nx\r\ny\r\n");
        assert_eq!(added("a\r\nb"), "a\r\nb\r\nx\r\ny");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_a_file_of_several_names_are_not_added_to() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        let file = root.join("a");
        fs::File::create(&file).unwrap();
        assert_eq!(read(&file), Ok(Some(String::new())));
        std::os::unix::fs::symlink(&file, root.join("b")).unwrap();
        assert_eq!(read(&root.join("b")), Err(Unedited::NotPlain));
        fs::hard_link(&file, root.join("c")).unwrap();
        assert_eq!(read(&file), Err(Unedited::NotPlain));
        assert_eq!(read(&root.join("d")), Ok(None));
    }
}
