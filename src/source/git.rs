//! What git knows of a project, asked of its own program.
//!
//! The project may be hostile: only plumbing is run that starts nothing else, no network is
//! touched, and no value is ever an argument. Every question has a deadline.

use std::collections::BTreeMap;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Child;
use std::process::ChildStdin;
use std::process::ChildStdout;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::Sender;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;

/// Objects with more bytes are passed over: they are not what people write.
const MAX_OBJECT: u64 = 8 * 1024 * 1024;

/// Settings that could make git start another program.
const HARMLESS: [&str; 4] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "submodule.recurse=false",
];

/// A repository, and how long it may be asked.
#[derive(Debug)]
pub struct Repository<'r> {
    /// A folder in its work tree.
    root: &'r Path,
    deadline: Instant,
}

/// A commit that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
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
        let repository = Self {
            root,
            deadline: Instant::now() + time,
        };
        let inside = repository.ask(["rev-parse", "--is-inside-work-tree"])?;
        if inside.trim() == "true" {
            Ok(repository)
        } else {
            Err(GitError::Refused)
        }
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
    pub fn commits(&self) -> Result<Vec<Commit>, GitError> {
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
            Some(Commit { id, time })
        });
        Ok(commits.collect())
    }

    /// What `commits` have brought in, each content once, in their order.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn blobs(&self, commits: &[Commit]) -> Result<Vec<Blob>, GitError> {
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
        let mut process = Process::start(self, &["cat-file", "--batch"])?;
        let input = process.input.take().ok_or(GitError::Refused)?;
        Ok(Reader { process, input })
    }

    /// How many branches lead to `commit`; one that is here and on a server counts once.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn branches(&self, commit: &Commit) -> Result<usize, GitError> {
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
        let mut process = Process::start(self, &arguments)?;
        drop(process.input.take());
        let mut answer = Vec::new();
        let read = process.output.read_to_end(&mut answer);
        process.finish()?;
        read.or(Err(GitError::Refused))?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// Reads objects one after the other.
#[derive(Debug)]
pub struct Reader {
    process: Process,
    input: ChildStdin,
}

impl Reader {
    /// Reads the object that `name` names into `content`; tells whether there is one of a
    /// reasonable size.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer any more.
    pub fn read(&mut self, name: &str, content: &mut Vec<u8>) -> Result<bool, GitError> {
        content.clear();
        if name.contains('\n') {
            return Ok(false);
        }
        self.exchange(name, content)
            .map_err(|_closed| self.process.trouble())
    }

    fn exchange(&mut self, name: &str, content: &mut Vec<u8>) -> io::Result<bool> {
        self.input.write_all(name.as_bytes())?;
        self.input.write_all(b"\n")?;
        self.input.flush()?;
        let mut head = String::new();
        if self.process.output.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // `id kind size`, or `name missing`.
        let mut words = head.trim_end().rsplit(' ');
        let size: Option<u64> = words.next().and_then(|it| it.parse().ok());
        let (Some(size), Some(kind)) = (size, words.next()) else {
            return Ok(false);
        };
        let taken = kind == "blob" && size <= MAX_OBJECT;
        // A line feed follows the content.
        let mut rest = (&mut self.process.output).take(size.saturating_add(1));
        if taken {
            rest.read_to_end(content)?;
            content.pop();
        } else {
            io::copy(&mut rest, &mut io::sink())?;
        }
        Ok(taken)
    }
}

/// A run of git, which ends when its time is over.
#[derive(Debug)]
struct Process {
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    child: Arc<Mutex<Child>>,
    /// Closed when the process has ended.
    ended: Option<Sender<()>>,
    watch: Option<JoinHandle<bool>>,
}

impl Process {
    fn start(repository: &Repository<'_>, arguments: &[&str]) -> Result<Self, GitError> {
        let mut child = command(repository.root)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .or(Err(GitError::Missing))?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or(GitError::Missing)?;
        let child = Arc::new(Mutex::new(child));
        let (ended, closed) = mpsc::channel();
        let watched = Arc::clone(&child);
        let left = repository
            .deadline
            .saturating_duration_since(Instant::now());
        let watch = thread::spawn(move || {
            let late = closed.recv_timeout(left) == Err(RecvTimeoutError::Timeout);
            if late {
                let mut slow = watched.lock().unwrap_or_else(PoisonError::into_inner);
                drop(slow.kill());
            }
            late
        });
        Ok(Self {
            input,
            output: BufReader::new(output),
            child,
            ended: Some(ended),
            watch: Some(watch),
        })
    }

    /// Waits until it has ended; it has to have been a success.
    fn finish(mut self) -> Result<(), GitError> {
        let late = self.end();
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let success = child.wait().is_ok_and(|it| it.success());
        if late {
            Err(GitError::Late)
        } else if success {
            Ok(())
        } else {
            Err(GitError::Refused)
        }
    }

    /// Why it does not answer any more.
    fn trouble(&mut self) -> GitError {
        if self.end() {
            GitError::Late
        } else {
            GitError::Refused
        }
    }

    /// Stops the clock; tells whether it had run out.
    fn end(&mut self) -> bool {
        drop(self.ended.take());
        let watch = self.watch.take().map(JoinHandle::join);
        watch.is_some_and(|it| it.unwrap_or(true))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        drop(child.kill());
        drop(child.wait());
    }
}

/// git, in `root`, without what could make it start another program or ask somebody.
fn command(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).arg("--no-pager");
    for setting in HARMLESS {
        command.args(["-c", setting]);
    }
    command
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    command
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
