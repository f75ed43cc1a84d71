//! The values that a report has found, by where they can be read again.

use serde_json::Value;

use super::Saved;
use super::SavedError;
use crate::finding::Fingerprint;
use crate::secret::SecretName;

/// A value that a report has found; it is not in the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// What tells whether it is still the same.
    pub fingerprint: Fingerprint,
    /// The file, as the report names it.
    pub path: String,
    /// The line, from one.
    pub line: u64,
    /// The commit that has it, where the last one does not.
    pub commit: Option<String>,
    /// What a fix would call it.
    pub secret: Option<SecretName>,
    /// What it is bound to in the file.
    pub bound_to: Option<String>,
}

impl Saved {
    /// The values that it has found, in its order.
    ///
    /// # Errors
    ///
    /// Fails when a finding lacks what every finding has.
    pub fn values(&self) -> Result<Vec<Sought>, SavedError> {
        let findings = self.report.get("findings").and_then(Value::as_array);
        let findings = findings.ok_or_else(|| self.lacks("findings"))?;
        let mut values = Vec::new();
        for finding in findings {
            let commit = commit(finding);
            let related = finding.get("related").and_then(Value::as_array);
            let parts = std::iter::once(finding).chain(related.into_iter().flatten());
            for part in parts.filter(|it| text(it, "/subject/kind") == Some("value")) {
                values.push(self.sought(part, commit)?);
            }
        }
        Ok(values)
    }

    fn sought(&self, part: &Value, commit: Option<&str>) -> Result<Sought, SavedError> {
        let fingerprint = text(part, "/fingerprint").and_then(|it| it.parse().ok());
        let secret = text(part, "/fix/secret").or_else(|| text(part, "/skipped/suggestion/secret"));
        let line = part.pointer("/start/line").and_then(Value::as_u64);
        Ok(Sought {
            fingerprint: fingerprint.ok_or_else(|| self.lacks("fingerprint"))?,
            path: text(part, "/path")
                .ok_or_else(|| self.lacks("path"))?
                .to_owned(),
            line: line.ok_or_else(|| self.lacks("start"))?,
            commit: commit.map(str::to_owned),
            secret: secret.and_then(SecretName::of),
            bound_to: text(part, "/subject/name").map(str::to_owned),
        })
    }
}

/// The commit of a finding that is in the history only.
fn commit(finding: &Value) -> Option<&str> {
    let in_head = finding.pointer("/introduction/in_head")?.as_bool()?;
    text(finding, "/introduction/commit").filter(|_| !in_head)
}

fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}
