//! What a person has decided about single findings.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use crate::finding::Finding;
use crate::secret::SecretName;

/// The fewest digits of a fingerprint that name a finding.
const FEWEST_DIGITS: usize = 8;

/// What a person has decided; by default, that everything is fixed that can be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Only what these name is fixed; everything when there is none.
    pub only: Vec<Selector>,
    /// What these name stays.
    pub skip: Vec<Selector>,
    /// What these name stays for a reason, which a comment in the code gives.
    pub allow: Vec<(Selector, String)>,
    /// What the values are to be called that these name.
    pub names: Vec<(Selector, SecretName)>,
}

impl Choices {
    /// Whether what fixes all of `findings` is to be done.
    #[must_use]
    pub fn take(&self, findings: &[&Finding<'_>]) -> bool {
        let wanted = self.only.is_empty() || findings.iter().any(|it| any(&self.only, it));
        let left = |it: &&Finding<'_>| any(&self.skip, it) || self.reason(it).is_some();
        wanted && !findings.iter().any(left)
    }

    /// Why `finding` is allowed to stay, if it is; the last reason counts.
    #[must_use]
    pub fn reason(&self, finding: &Finding<'_>) -> Option<&str> {
        let mut reasons = self.allow.iter().rev();
        let found = reasons.find(|(it, _)| it.names(finding));
        found.map(|(_, reason)| &**reason)
    }

    /// What the value of `finding` is to be called, if anything was said; the last name counts.
    #[must_use]
    pub fn name(&self, finding: &Finding<'_>) -> Option<&SecretName> {
        let mut names = self.names.iter().rev();
        let found = names.find(|(it, _)| it.names(finding));
        found.map(|(_, name)| name)
    }

    /// The selectors that name none of `findings`: most likely a slip.
    #[must_use]
    pub fn unmatched(&self, findings: &[Finding<'_>]) -> Vec<&Selector> {
        let (allow, names) = (self.allow.iter(), self.names.iter());
        let all = self.only.iter().chain(&self.skip);
        all.chain(allow.map(|(it, _)| it))
            .chain(names.map(|(it, _)| it))
            .filter(|it| {
                let mut parts = findings.iter().flat_map(Finding::parts);
                !parts.any(|finding| it.names(finding))
            })
            .collect()
    }
}

/// Whether one of `selectors` names `finding`.
fn any(selectors: &[Selector], finding: &Finding<'_>) -> bool {
    selectors.iter().any(|it| it.names(finding))
}

/// Names findings: by fingerprint, by pattern, or by where they are.
///
/// A fingerprint may be cut short; a place is a file, a folder or a line of a file, `PATH:LINE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector(String);

impl Selector {
    /// The selector for one finding.
    #[must_use]
    pub fn of(finding: &Finding<'_>) -> Self {
        Self(finding.fingerprint.to_string())
    }

    /// Whether it names `finding`.
    #[must_use]
    pub fn names(&self, finding: &Finding<'_>) -> bool {
        let text = self.0.as_str();
        let is_digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
        if text.len() >= FEWEST_DIGITS && text.bytes().all(is_digit) {
            return finding.fingerprint.to_string().starts_with(text);
        }
        let path = finding.location.path.as_str();
        let rest = path.strip_prefix(text);
        let is_at = |(file, line): (&str, &str)| {
            file == path && line.parse() == Ok(finding.location.start.line)
        };
        finding.pattern.is_called(text)
            || rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
            || text == "."
            || text.rsplit_once(':').is_some_and(is_at)
    }
}

impl FromStr for Selector {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let text = text.strip_prefix("./").unwrap_or(text);
        let text = text.strip_suffix('/').unwrap_or(text);
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
