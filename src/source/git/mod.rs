//! What git knows of a project, asked of its own program.
//!
//! The project may be hostile: only plumbing is run that starts nothing else, no network is
//! touched, and no value is ever an argument. Every question has a deadline.

mod change;
mod object;
mod past;
mod process;
mod provenance;
mod reader;

pub use change::{Change, Kept};
pub use object::ObjectId;
pub use past::{Brought, Record};
pub use provenance::{Provenance, version};
pub use reader::{Commit, Got, Reader, Store};

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::io::Read as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;
use std::time::Instant;

use process::Process;

/// As much time as anything takes.
pub(super) const ALWAYS: Duration = Duration::from_hours(24);

/// A repository, and how long it may be asked.
#[derive(Debug)]
pub struct Repository<'r> {
    /// A folder in its work tree.
    root: &'r Path,
    deadline: Instant,
}

/// A commit that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Its id.
    pub id: String,
    /// When it was made, in seconds since 1970.
    pub time: i64,
}

/// Content that a commit has brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Its id.
    pub id: String,
    /// The commit, by its place in the list it was asked for with.
    pub commit: usize,
}

/// Why git did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// There is no such program.
    #[error("git is not installed")]
    Missing,
    /// The folder is in no repository, or in one that git does not trust.
    #[error("git knows no repository there")]
    Refused,
    /// The time is over.
    #[error("git took too long")]
    Late,
}

impl<'r> Repository<'r> {
    /// The repository that `root` lies in, which may be asked for so long.
    ///
    /// # Errors
    ///
    /// Fails when there is none, or no git.
    pub fn find(root: &'r Path, time: Duration) -> Result<Self, GitError> {
        let repository = Self::at(root, time);
        let inside = repository.ask(["rev-parse", "--is-inside-work-tree"])?;
        if inside.trim() == "true" {
            Ok(repository)
        } else {
            Err(GitError::Refused)
        }
    }

    /// The same, and no question whether it is one.
    pub(super) fn at(root: &'r Path, time: Duration) -> Self {
        Self {
            root,
            deadline: Instant::now() + time,
        }
    }

    /// The repository that `root` lies in, or is: one without a work tree will do.
    ///
    /// # Errors
    ///
    /// Fails when there is none, or no git.
    pub fn open(root: &'r Path, time: Duration) -> Result<Self, GitError> {
        let repository = Self::at(root, time);
        repository.ask(["rev-parse", "--git-dir"])?;
        Ok(repository)
    }

    /// The top of its work tree, symbolic links resolved; `None` for one without.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn top(&self) -> Result<Option<PathBuf>, GitError> {
        if self.ask(["rev-parse", "--is-inside-work-tree"])?.trim() != "true" {
            return Ok(None);
        }
        let answer = self.ask_for(&["rev-parse", "--show-toplevel"])?;
        let top = answer.strip_suffix(b"\n").unwrap_or(&answer);
        let top = change::path_of(top).ok_or(GitError::Refused)?;
        Ok(Some(top.canonicalize().unwrap_or(top)))
    }

    /// The id of the commit that `revision` names, if it names one.
    #[must_use]
    pub fn commit(&self, revision: &str) -> Option<String> {
        let id = self.object(&format!("{revision}^{{commit}}"))?;
        Some(id.to_string())
    }

    /// The id of the object that `name` names, if it names one.
    pub(super) fn object(&self, name: &str) -> Option<ObjectId> {
        let question = ["rev-parse", "--verify", "--quiet", "--end-of-options", name];
        // Before git 2.30, it answers with the option as well.
        let answer = self.ask(question).ok()?;
        let id = answer.lines().next_back()?.trim();
        ObjectId::of(id.as_bytes())
    }

    /// The commit that two commits have both grown from, if there is one.
    #[must_use]
    pub fn merge_base(&self, one: &str, other: &str) -> Option<String> {
        let answer = self.ask(["merge-base", one, other]).ok()?;
        let id = answer.lines().next()?.trim();
        ObjectId::of(id.as_bytes()).map(|it| it.to_string())
    }

    /// Whether it has only the newest part of its history.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn is_shallow(&self) -> Result<bool, GitError> {
        let answer = self.ask(["rev-parse", "--is-shallow-repository"])?;
        Ok(answer.trim() == "true")
    }

    /// Every commit that a branch, a tag, a stash or the reflog leads to, the oldest first.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn commits(&self) -> Result<Vec<Moment>, GitError> {
        let listed = self.ask([
            "rev-list",
            "--all",
            "--reflog",
            "--date-order",
            "--reverse",
            "--timestamp",
        ])?;
        let commits = listed.lines().filter_map(|it| {
            let (time, id) = it.split_once(' ')?;
            let time = time.parse().ok()?;
            let id = id.to_owned();
            Some(Moment { id, time })
        });
        Ok(commits.collect())
    }

    /// What `commits` have brought in, each content once, in their order.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn blobs(&self, commits: &[Moment]) -> Result<Vec<Blob>, GitError> {
        let mut process = Process::start(
            self,
            &[
                "diff-tree",
                "--stdin",
                "-r",
                "-c",
                "--root",
                "--raw",
                "--no-abbrev",
                "--no-renames",
                "--no-ext-diff",
                "--no-textconv",
            ],
        )?;
        let mut input = process.input.take().ok_or(GitError::Refused)?;
        let ids: Vec<String> = commits.iter().map(|it| format!("{}\n", it.id)).collect();
        let writer =
            thread::spawn(move || ids.iter().try_for_each(|it| input.write_all(it.as_bytes())));
        let numbers: BTreeMap<&str, usize> = commits
            .iter()
            .enumerate()
            .map(|(number, it)| (&*it.id, number))
            .collect();
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        let mut commit = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = process.output.read_until(b'\n', &mut line);
            if read.unwrap_or(0) == 0 {
                break;
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            if let Some(id) = brought(text) {
                first.entry(id.to_owned()).or_insert(commit);
            } else if let Some(number) = numbers.get(text) {
                commit = *number;
            }
        }
        let written = writer.join();
        drop(written);
        process.finish()?;
        let mut blobs: Vec<Blob> = first
            .into_iter()
            .map(|(id, by)| Blob { id, commit: by })
            .collect();
        blobs.sort_by(|a, b| (a.commit, &a.id).cmp(&(b.commit, &b.id)));
        Ok(blobs)
    }

    /// Reads objects one after the other.
    ///
    /// # Errors
    ///
    /// Fails when git cannot be started.
    pub fn reader(&self) -> Result<Reader, GitError> {
        Reader::start(self)
    }

    /// How many branches lead to `commit`; one that is here and on a server counts once.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn branches(&self, commit: &Moment) -> Result<usize, GitError> {
        let contains = format!("--contains={}", commit.id);
        let listed = self.ask([
            "for-each-ref",
            &contains,
            "--format=%(refname)",
            "refs/heads",
            "refs/remotes",
        ])?;
        let name = |it: &str| {
            let local = it.strip_prefix("refs/heads/");
            let remote = || {
                it.strip_prefix("refs/remotes/")?
                    .split_once('/')
                    .map(|it| it.1)
            };
            local.or_else(remote).map(str::to_owned)
        };
        let mut names: Vec<String> = listed.lines().filter_map(name).collect();
        names.retain(|it| it != "HEAD");
        names.sort();
        names.dedup();
        Ok(names.len())
    }

    /// What git says to a question.
    fn ask<const N: usize>(&self, arguments: [&str; N]) -> Result<String, GitError> {
        let answer = self.ask_for(&arguments)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// The same in the bytes that git has said it in.
    fn ask_for(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let mut process = Process::start(self, arguments)?;
        drop(process.input.take());
        let mut answer = Vec::new();
        let read = process.output.read_to_end(&mut answer);
        process.finish()?;
        read.or(Err(GitError::Refused))?;
        Ok(answer)
    }
}

/// The text that is staged for the file `name` in the folder `root`, if git follows it and it has at
/// most `limit` bytes.
#[must_use]
pub fn staged_text(root: &Path, name: &str, limit: u64) -> Option<String> {
    let repository = Repository::open(root, ALWAYS).ok()?;
    let mut content = Vec::new();
    let named = format!(":./{name}");
    let got = repository.reader().ok()?;
    let got = { got }.read_up_to(&named, limit, &mut content).ok()?;
    (got == Got::Content).then_some(())?;
    String::from_utf8(content).ok()
}

/// The content that a line of `diff-tree` tells of: the last of its ids, unless it is gone or is
/// no file.
fn brought(line: &str) -> Option<&str> {
    let parents = line.bytes().take_while(|it| *it == b':').count();
    if parents == 0 {
        return None;
    }
    let head = line.split('\t').next()?;
    let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
    let mode = words.get(parents)?;
    let id = words.get(2 * parents + 1)?;
    let is_file = mode.starts_with("100") || *mode == "120000";
    (is_file && id.bytes().any(|it| it != b'0')).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_change_names_what_it_brings() {
        let one = ":100644 100644 aaaa bbbb M\ta b.py";
        assert_eq!(brought(one), Some("bbbb"));
        let merged = "::100644 100755 100644 aaaa bbbb cccc MM\ta.py";
        assert_eq!(brought(merged), Some("cccc"));
        for nothing in [
            ":100644 000000 aaaa 0000 D\ta.py",
            ":000000 160000 0000 bbbb A\tlib",
            "94fe0dcbb677243f49812dcbd0a4970844154129",
            ":",
            "",
        ] {
            assert_eq!(brought(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_folder_without_a_repository_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let found = Repository::find(folder.path(), Duration::from_secs(30));
        assert_eq!(found.unwrap_err(), GitError::Refused);
    }

    #[test]
    fn a_question_ends_with_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let found = Repository::find(folder.path(), Duration::ZERO);
        assert!(matches!(found, Err(GitError::Late | GitError::Refused)));
    }
}
