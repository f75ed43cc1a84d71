//! What git has at which path, and what has changed.

use std::path::PathBuf;

use super::GitError;
use super::ObjectId;
use super::Repository;

/// A file as git keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its path from the top of the work tree.
    pub path: PathBuf,
    /// Its content.
    pub id: ObjectId,
}

/// A file that two states of a repository do not have alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path from the top of the work tree.
    pub path: PathBuf,
    /// The content before, if it was there.
    pub before: Option<ObjectId>,
    /// The content after; absent as well where only the disk has it.
    pub after: Option<ObjectId>,
    /// Whether there is no such file after.
    pub is_gone: bool,
}

impl Repository<'_> {
    /// The files of the index that the last commit does not have alike.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn staged(&self) -> Result<Vec<Change>, GitError> {
        if self.commit("HEAD").is_none() {
            let all = self.index(&[])?.into_iter();
            let all = all.map(|Kept { path, id }| Change {
                path,
                before: None,
                after: Some(id),
                is_gone: false,
            });
            return Ok(all.collect());
        }
        self.changes(&["diff-index", "--cached", "HEAD", "--"])
    }

    /// The files that `after` has not as `before` has them; both are commits.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn between(&self, before: &str, after: &str) -> Result<Vec<Change>, GitError> {
        self.changes(&["diff-tree", "-r", before, after, "--"])
    }

    /// The files that git follows and that may not be on the disk as `before` has them.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn changed_since(&self, before: &str) -> Result<Vec<Change>, GitError> {
        self.changes(&["diff-index", before, "--"])
    }

    /// The files of the index, below `paths` if there are any.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn index(&self, paths: &[&str]) -> Result<Vec<Kept>, GitError> {
        let fixed = ["ls-files", "--stage", "-z", "--full-name", "--"];
        let answer = self.ask_for(&[&fixed, paths].concat())?;
        // One side of a conflict is nothing that can be committed.
        let listed = answer.split(|it| *it == 0).filter_map(|it| {
            let (head, path) = halves(it, b'\t')?;
            let (mode, rest) = halves(head, b' ')?;
            let (id, stage) = halves(rest, b' ')?;
            (stage == b"0").then(|| kept(mode, id, path))?
        });
        Ok(listed.collect())
    }

    /// The files of a commit.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn tree(&self, commit: &str) -> Result<Vec<Kept>, GitError> {
        let answer = self.ask_for(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let listed = answer.split(|it| *it == 0).filter_map(|it| {
            let (head, path) = halves(it, b'\t')?;
            let (mode, rest) = halves(head, b' ')?;
            let (_kind, id) = halves(rest, b' ')?;
            kept(mode, id, path)
        });
        Ok(listed.collect())
    }

    /// The files that git neither follows nor ignores.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn untracked(&self) -> Result<Vec<PathBuf>, GitError> {
        let answer = self.ask_for(&[
            "ls-files",
            "--others",
            "--exclude-standard",
            "--full-name",
            "-z",
        ])?;
        let listed = answer.split(|it| *it == 0).filter(|it| !it.is_empty());
        Ok(listed.filter_map(path_of).collect())
    }

    fn changes(&self, question: &[&str]) -> Result<Vec<Change>, GitError> {
        let (command, rest) = question.split_first().ok_or(GitError::Refused)?;
        let form = ["--raw", "-z", "--no-abbrev", "--no-renames"];
        let guard = ["--no-ext-diff", "--no-textconv"];
        let answer = self.ask_for(&[&[*command], &form[..], &guard[..], rest].concat())?;
        let mut fields = answer.split(|it| *it == 0);
        let mut changes = Vec::new();
        while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
            changes.extend(change(head, path));
        }
        Ok(changes)
    }
}

/// The change that `:100644 100644 id id M` tells of.
fn change(head: &[u8], path: &[u8]) -> Option<Change> {
    let head = head.strip_prefix(b":")?;
    let mut words = head.split(|it| *it == b' ');
    let mut word = || words.next();
    let (mode_before, mode_after) = (word()?, word()?);
    let (before, after) = (word()?, word()?);
    let is_gone = word()? == b"D";
    let unmerged = mode_before == b"000000" && mode_after == b"000000";
    if unmerged || !(is_file(mode_after) || is_gone && is_file(mode_before)) {
        return None;
    }
    Some(Change {
        path: path_of(path)?,
        before: ObjectId::of(before).filter(|_| is_file(mode_before)),
        after: ObjectId::of(after),
        is_gone,
    })
}

fn kept(mode: &[u8], id: &[u8], path: &[u8]) -> Option<Kept> {
    let id = ObjectId::of(id).filter(|_| is_file(mode))?;
    Some(Kept {
        path: path_of(path)?,
        id,
    })
}

/// Whether a mode is that of a file, and not of a link or a submodule.
pub(super) fn is_file(mode: &[u8]) -> bool {
    mode.starts_with(b"100")
}

/// What stands before something, and what after it.
type Halves<'t> = (&'t [u8], &'t [u8]);

/// What stands before and after the first `mark`.
fn halves(text: &[u8], mark: u8) -> Option<Halves<'_>> {
    let at = memchr::memchr(mark, text)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// A path as git writes it.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such names")]
pub(super) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;

    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

/// A path as git writes it.
#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "94fe0dcbb677243f49812dcbd0a4970844154129";
    const NONE: &str = "0000000000000000000000000000000000000000";

    fn of(head: &str) -> Option<Change> {
        change(head.as_bytes(), b"a b.py")
    }

    #[test]
    fn a_change_has_what_was_and_what_is() {
        let id = ObjectId::of(A.as_bytes());
        let changed = of(&format!(":100644 100755 {A} {A} M")).unwrap();
        assert_eq!((changed.before, changed.after), (id, id));
        let added = of(&format!(":000000 100644 {NONE} {A} A")).unwrap();
        assert_eq!((added.before, added.after), (None, id));
        let gone = of(&format!(":100644 000000 {A} {NONE} D")).unwrap();
        assert_eq!((gone.before, gone.after), (id, None));
        let from_link = of(&format!(":120000 100644 {A} {A} T")).unwrap();
        assert_eq!((from_link.before, from_link.after), (None, id));
    }

    #[test]
    fn links_submodules_and_conflicts_are_no_changes() {
        for head in [
            format!(":000000 120000 {NONE} {A} A"),
            format!(":160000 160000 {A} {A} M"),
            format!(":000000 000000 {NONE} {NONE} U"),
            ":".to_owned(),
            String::new(),
        ] {
            assert_eq!(of(&head), None, "{head}");
        }
    }
}
