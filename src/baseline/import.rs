//! Lists of other programs.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha1::{Digest as _, Sha1};

use crate::finding::Finding;
use crate::finding::Subject;
use crate::secret::Secret;

/// A finding of another program that was let be.
#[derive(Debug)]
pub struct Foreign {
    /// The commit whose file it is; the file on the disk when absent.
    pub commit: Option<String>,
    /// The file, with `/` between the parts of its path.
    pub path: String,
    /// Its line, from one.
    line: Option<usize>,
    /// What is known of the value; it is compared and goes nowhere.
    value: Option<Value>,
    /// Why it is let be.
    pub reason: &'static str,
}

/// What another program keeps of a value.
#[derive(Debug)]
enum Value {
    /// Its SHA-1.
    Digest(String),
    /// All of it.
    Plain(Secret),
}

impl Foreign {
    /// Whether `finding`, which is one of the file, is meant.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "a value is known by what another program keeps of it"
    )]
    pub fn is(&self, finding: &Finding<'_>) -> bool {
        finding.parts().any(|part| {
            let (first, last) = (part.location.start.line, part.location.end.line);
            let same_line = self.line.is_some_and(|line| (first..=last).contains(&line));
            let (Some(value), Subject::Value { secret, .. }) = (&self.value, &part.subject) else {
                return same_line;
            };
            let same_value = match value {
                Value::Digest(digest) => {
                    digest.eq_ignore_ascii_case(&hex(&Sha1::digest(secret.expose())))
                }
                Value::Plain(value) => value == secret,
            };
            same_line || same_value
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |it: u8| char::from_digit(u32::from(it), 16);
    let digits = bytes.iter().flat_map(|it| [digit(it >> 4), digit(it & 15)]);
    digits.flatten().collect()
}

/// Reads a list of another program.
///
/// # Errors
///
/// Tells why it is none that is known.
pub fn read(text: &str) -> Result<Vec<Foreign>, String> {
    let start = text.trim_start().chars().next();
    match start {
        Some('{') => of_detect_secrets(text),
        Some('[') => of_gitleaks_report(text),
        Some(_) | None => of_gitleaks_ignore(text),
    }
}

#[derive(Deserialize)]
struct SecretsBaseline {
    results: BTreeMap<String, Vec<PotentialSecret>>,
}

#[derive(Deserialize)]
struct PotentialSecret {
    hashed_secret: String,
    line_number: Option<usize>,
    is_secret: Option<bool>,
}

fn of_detect_secrets(text: &str) -> Result<Vec<Foreign>, String> {
    let not_one = "it is no baseline of detect-secrets".to_owned();
    let list: SecretsBaseline = serde_json::from_str(text).or(Err(not_one))?;
    let files = list.results.into_iter();
    let all = files.flat_map(|(path, secrets)| {
        secrets.into_iter().map(move |it| Foreign {
            commit: None,
            path: path.replace('\\', "/"),
            line: it.line_number,
            value: Some(Value::Digest(it.hashed_secret)),
            reason: match it.is_secret {
                Some(false) => "no secret, says the audit of detect-secrets",
                Some(true) | None => "in the baseline of detect-secrets",
            },
        })
    });
    Ok(all.collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Leak {
    file: String,
    start_line: Option<usize>,
    #[serde(default)]
    commit: String,
    #[serde(default)]
    secret: String,
}

fn of_gitleaks_report(text: &str) -> Result<Vec<Foreign>, String> {
    let not_one = "it is no report of gitleaks".to_owned();
    let list: Vec<Leak> = serde_json::from_str(text).or(Err(not_one))?;
    let all = list.into_iter().map(|it| {
        let is_redacted = it.secret.is_empty() || it.secret.contains("REDACTED");
        let secret = Secret::new(it.secret);
        Foreign {
            commit: is_commit(&it.commit).then_some(it.commit),
            path: it.file.replace('\\', "/"),
            line: it.start_line,
            value: (!is_redacted).then_some(Value::Plain(secret)),
            reason: "in a report of gitleaks",
        }
    });
    Ok(all.collect())
}

/// Reads lines of `commit:file:rule:line` and `file:rule:line`.
fn of_gitleaks_ignore(text: &str) -> Result<Vec<Foreign>, String> {
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, it)| !it.is_empty() && !it.starts_with('#'));
    lines
        .map(|(number, line)| {
            fingerprint(line).ok_or_else(|| format!("line {} is no fingerprint", number + 1))
        })
        .collect()
}

fn fingerprint(text: &str) -> Option<Foreign> {
    let (rest, line) = text.rsplit_once(':')?;
    let (place, _rule) = rest.rsplit_once(':')?;
    let (commit, path) = match place.split_once(':') {
        Some((commit, path)) if is_commit(commit) => (Some(commit.to_owned()), path),
        Some(_) | None => (None, place),
    };
    Some(Foreign {
        commit,
        path: path.replace('\\', "/"),
        line: Some(line.parse().ok()?),
        value: None,
        reason: "in .gitleaksignore",
    })
}

/// Whether `text` is the id of a commit.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|it| it.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "94fe0dcbb677243f49812dcbd0a4970844154129";

    #[test]
    fn fingerprints_of_gitleaks_are_read_with_and_without_a_commit() {
        let text = format!("# known\n{COMMIT}:a\\b.py:aws-key:12\n\nc:d.py:generic:3\n");
        let list = read(&text).unwrap();
        assert_eq!(list[0].commit.as_deref(), Some(COMMIT));
        assert_eq!((list[0].path.as_str(), list[0].line), ("a/b.py", Some(12)));
        assert_eq!(list[1].commit, None);
        assert_eq!((list[1].path.as_str(), list[1].line), ("c:d.py", Some(3)));
    }

    #[test]
    fn what_is_no_list_is_told() {
        for wrong in ["hello", "{}", "[1]", "a:b:c"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
