//! A program that is given a question and time for an answer.

use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// The most bytes of an answer: thousands of secrets with many fields.
const LIMIT: u64 = 8 * 1024 * 1024;

/// How often it is looked whether it has ended.
const PAUSE: Duration = Duration::from_millis(10);

/// What became of it.
#[derive(Debug)]
pub(super) enum Ended {
    /// It has said this.
    Said(String),
    /// It was stopped, since its time was up.
    Late,
}

/// Runs a program with `question` on its standard input; what it says as an error goes nowhere.
///
/// # Errors
///
/// Fails when it cannot be started.
pub(super) fn ask(command: &mut Command, question: String, time: Duration) -> io::Result<Ended> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let deadline = Instant::now() + time;
    if let Some(mut input) = child.stdin.take() {
        // It may end without having read.
        thread::spawn(move || input.write_all(question.as_bytes()).ok());
    }
    let (sender, receiver) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            output.take(LIMIT).read_to_end(&mut bytes).ok();
            sender.send(bytes).ok();
        });
    }
    loop {
        if child.try_wait()?.is_some() {
            // Something that it has started may hold the other end of the pipe.
            let said = receiver.recv_timeout(Duration::from_secs(1));
            let said = said.unwrap_or_default();
            return Ok(Ended::Said(String::from_utf8_lossy(&said).into_owned()));
        }
        if Instant::now() >= deadline {
            child.kill().ok();
            child.wait().ok();
            return Ok(Ended::Late);
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, time: Duration) -> Ended {
        let mut command = Command::new("sh");
        ask(command.args(["-c", script]), "question\n".to_owned(), time).unwrap()
    }

    #[test]
    fn what_is_said_is_heard_and_errors_are_not() {
        let said = shell("cat; echo wrong >&2", Duration::from_mins(1));
        assert!(matches!(said, Ended::Said(it) if it == "question\n"));
    }

    #[test]
    fn nobody_is_waited_for_longer_than_said() {
        let begun = Instant::now();
        let late = shell("sleep 50", Duration::from_millis(50));
        assert!(matches!(late, Ended::Late));
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
}
