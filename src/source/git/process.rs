//! A run of git.

use std::io::BufReader;
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
use std::time::Instant;

use super::GitError;
use super::Repository;

/// Settings that could make git start another program.
const HARMLESS: [&str; 4] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "submodule.recurse=false",
];

/// A run of git, which ends when its time is over.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) input: Option<ChildStdin>,
    pub(super) output: BufReader<ChildStdout>,
    child: Arc<Mutex<Child>>,
    /// Closed when the process has ended.
    ended: Option<Sender<()>>,
    watch: Option<JoinHandle<bool>>,
}

impl Process {
    pub(super) fn start(repository: &Repository<'_>, arguments: &[&str]) -> Result<Self, GitError> {
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
    pub(super) fn finish(mut self) -> Result<(), GitError> {
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
    pub(super) fn trouble(&mut self) -> GitError {
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
