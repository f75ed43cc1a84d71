//! One finding of a list, and what is said about it.

use serde::Deserialize;
use serde::Serialize;

use crate::finding::Finding;
use crate::finding::Subject;

/// How many digits a fingerprint has.
const DIGITS: usize = 32;

/// The most characters of a reason that are told.
const MAX_REASON: usize = 200;

/// A finding that somebody lets be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Syntax {
    fingerprint: String,
    pattern: String,
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
}

/// A finding that somebody lets be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is known by.
    pub fingerprint: String,
    /// The id of the pattern that found it.
    pub pattern: String,
    /// Where it was, from the root of the project, with `/` on every system.
    pub path: String,
    /// What is said about it.
    pub note: Note,
}

/// What is said about a finding that is let be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    /// Why.
    pub reason: Option<String>,
    /// Who answers for that.
    pub owner: Option<String>,
    /// The last day on which it is let be, as `2027-01-31`.
    pub expires: Option<String>,
}

impl Entry {
    /// Reads a line of a list.
    pub(super) fn of_line(line: &str) -> Result<Self, String> {
        let syntax: Syntax = serde_json::from_str(line).map_err(|it| reason(&it))?;
        let digits = syntax.fingerprint.bytes();
        let is_digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
        if digits.len() != DIGITS || !digits.into_iter().all(is_digit) {
            return Err(format!("a fingerprint has {DIGITS} hexadecimal digits"));
        }
        let expires = syntax.expires.as_deref();
        if expires.is_some_and(|it| !is_day(it)) {
            return Err("`expires` is a day, such as 2027-01-31".to_owned());
        }
        Ok(Self {
            fingerprint: syntax.fingerprint,
            pattern: syntax.pattern,
            path: syntax.path,
            note: Note {
                reason: syntax.reason,
                owner: syntax.owner,
                expires: syntax.expires,
            },
        })
    }

    /// The line of a list.
    pub(super) fn line(&self) -> String {
        let note = &self.note;
        let syntax = Syntax {
            fingerprint: self.fingerprint.clone(),
            pattern: self.pattern.clone(),
            path: self.path.clone(),
            reason: note.reason.clone(),
            owner: note.owner.clone(),
            expires: note.expires.clone(),
        };
        // Texts always have a form in JSON.
        serde_json::to_string(&syntax).unwrap_or_default()
    }
}

impl Note {
    /// Whether it says less than `other`, or the same in an earlier way.
    pub(super) fn is_less_than(&self, other: &Self) -> bool {
        let key = |it: &Self| (it.reason.clone(), it.owner.clone(), it.expires.clone());
        key(self) < key(other)
    }

    /// Whether it no longer holds on `today`.
    #[must_use]
    pub fn is_over(&self, today: &str) -> bool {
        // Days are written so that their order is that of their digits.
        self.expires.as_deref().is_some_and(|it| it < today)
    }

    /// Takes over what `other` says; tells that it did.
    pub(super) fn take(&mut self, other: &Self) -> bool {
        let newer = |new: &Option<String>, old: &mut Option<String>| {
            if new.is_some() {
                old.clone_from(new);
            }
        };
        newer(&other.reason, &mut self.reason);
        newer(&other.owner, &mut self.owner);
        newer(&other.expires, &mut self.expires);
        true
    }

    /// What it says, on one line; without a reason that quotes the value of `finding`.
    pub(super) fn in_words(&self, finding: &Finding<'_>) -> Option<String> {
        let shown = |it: &&String| !quotes(it, finding);
        let cut = |it: &String| it.chars().take(MAX_REASON).collect::<String>();
        let reason = self.reason.as_ref().filter(shown).map(cut);
        let owner = self.owner.as_ref().filter(shown).map(cut);
        let owner = owner.map(|it| format!("owner {it}"));
        let expires = self.expires.as_ref().map(|it| format!("until {it}"));
        let words: Vec<String> = [reason, owner, expires].into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// Whether `text` has the value of a part of `finding`.
#[expect(
    clippy::disallowed_methods,
    reason = "what is shown is compared with the value"
)]
fn quotes(text: &str, finding: &Finding<'_>) -> bool {
    finding.parts().any(|it| match &it.subject {
        Subject::Value { secret, .. } => text.contains(secret.expose()),
        Subject::EnvRead { .. } | Subject::Absence => false,
    })
}

/// Whether `text` is a day, such as 2027-01-31.
#[must_use]
pub fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>()
        .is_ok_and(|it| it.to_string() == text)
}

/// What is wrong with a line, without the place in it, which is always the first line.
fn reason(error: &serde_json::Error) -> String {
    if error.is_data() {
        let text = error.to_string();
        let end = text.find(" at line ").unwrap_or(text.len());
        text.get(..end).unwrap_or_default().to_owned()
    } else {
        "it is not JSON".to_owned()
    }
}
