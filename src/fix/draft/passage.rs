//! What to do about a password in an address that is put together of several parts.

use super::desk::{Desk, labels, trust};
use super::{Draft, Form, Piece};
use crate::finding::Finding;
use crate::fix::Applicability;
use crate::fix::SkipReason;
use crate::fix::naming;
use crate::lang::Obstacle;
use crate::lang::Passage;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::text::Span;

impl Desk<'_> {
    /// What to do about a password in an address; nothing when it is none.
    ///
    /// The address holds the password in the encoding of addresses; stored is what it stands
    /// for, which the program encodes again.
    pub(super) fn passage(&self, finding: &Finding<'_>) -> Option<Result<Draft, SkipReason>> {
        let (language, tree) = self.document.tree()?;
        let (text, span) = (self.document.text, finding.location.span);
        let passage = language.passage(tree.root_node(), text, span)?;
        let name = name_of(&passage, span, text)?;
        Some(draft(finding, &passage, name, span.of(text)?))
    }
}

fn draft(
    finding: &Finding<'_>,
    passage: &Passage,
    name: SecretName,
    written: &str,
) -> Result<Draft, SkipReason> {
    let value = decode(written).ok_or(SkipReason::Code(Obstacle::NonUtf8Value))?;
    // The result is the same address, as a rule in the same spelling.
    let applicability = trust(passage.standing)?.min(Applicability::Unsafe);
    Ok(Draft {
        findings: vec![finding.fingerprint],
        sites: vec![passage.outer],
        pieces: vec![Piece {
            span: finding.location.span,
            name,
            form: Form::Passage(passage.quote),
            capture: Some(value),
            labels: labels(finding),
        }],
        applicability,
    })
}

/// The name for the password at `span`, when what is around it is an address.
fn name_of(passage: &Passage, span: Span, text: &str) -> Option<SecretName> {
    let before = passage.before.of(text)?;
    let (scheme, user) = before.split_once("://")?;
    let start = scheme.rfind(|it: char| !it.is_ascii_alphanumeric() && !"+.-".contains(it));
    let scheme = scheme.get(start.map_or(0, |it| it + 1)..)?;
    let fits = user.ends_with(':') && !user.contains(['/', '?', '#', ' ']);
    let closed = text.get(span.end..)?.starts_with('@');
    (fits && closed && !scheme.is_empty())
        .then(|| naming::of_address(scheme))
        .flatten()
}

/// What a part of an address stands for; `None` when it is not text.
fn decode(written: &str) -> Option<Secret> {
    let mut value = zeroize::Zeroizing::new(Vec::with_capacity(written.len()));
    let mut rest = written.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *byte == b'%');
        let code = code.and_then(|it| std::str::from_utf8(it).ok());
        let decoded = code.and_then(|it| u8::from_str_radix(it, 16).ok());
        value.push(decoded.unwrap_or(*byte));
        rest = after.get(if decoded.is_some() { 2 } else { 0 }..)?;
    }
    String::from_utf8(std::mem::take(&mut *value))
        .ok()
        .map(Secret::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_address_is_decoded_as_the_reader_of_the_address_does() {
        let decoded = |text: &str| decode(text);
        let value = |text: &str| Some(Secret::new(text.to_owned()));
        assert_eq!(decoded("s3%40x"), value("s3@x"));
        assert_eq!(decoded("100%"), value("100%"));
        assert_eq!(decoded("a%zz%2"), value("a%zz%2"));
        assert_eq!(decoded("%C3%A9+"), value("é+"));
        assert_eq!(decoded("%ff"), None);
    }
}
