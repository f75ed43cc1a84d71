//! One finding as a result.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif;

use super::artifact;
use super::artifact::Nested;
use super::fix;
use super::message;
use super::place;
use crate::finding::Finding;
use crate::finding::Presence;
use crate::finding::Suppressed;
use crate::report::fate::Fate;
use crate::report::fate::Fates;
use crate::report::words;
use crate::risk::Level;

/// The name of our fingerprint; its version changes when what it is made of does.
pub(super) const FINGERPRINT: &str = "shieldFingerprint/v1";

/// Where results point to in the lists of the run.
pub(super) struct Index<'a> {
    /// The rule of the result.
    pub(super) rule: Option<i64>,
    /// What lies in archives.
    pub(super) nested: &'a Nested<'a>,
}

/// The result of a finding.
pub(super) fn of(
    finding: &Finding<'_>,
    index: &Index<'_>,
    fates: Option<&Fates<'_>>,
) -> sarif::Result {
    let fate = fates.and_then(|it| it.get(finding));
    let mut text = format!("{}.", words::headline(finding, '\''));
    if let Some(description) = words::description(finding) {
        text.push(' ');
        text.push_str(&description);
    }
    if !finding.location.layers.archives.is_empty() {
        let (inner, line) = (finding.location.inner(), finding.location.start.line);
        let inner = words::plain(inner.as_str());
        text = format!("{text} It is in line {line} of {inner} in the archive.");
    }
    let fingerprint = finding.fingerprint.to_string();
    let mut result = sarif::Result::builder()
        .rule_id(finding.pattern.id())
        .level(level(finding.risk.level))
        .rank(f64::from(finding.risk.score))
        .message(message(&text))
        .locations(vec![artifact::location(finding, index.nested)])
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), fingerprint)]))
        .properties(properties(finding, fate))
        .build();
    result.rule_index = index.rule;
    if let Some(Fate::Fixed { file, fix }) = fate {
        let parts = finding.related.iter();
        let parts = parts.filter_map(|it| match fates?.get(it)? {
            Fate::Fixed { fix: part, .. } => Some(part),
            Fate::Stays(_) => None,
        });
        result.fixes = fix::of(file, fix, &parts.collect::<Vec<_>>()).map(|it| vec![it]);
    }
    if let Some(Fate::Stays(stay)) = fate {
        let proposed = stay.seam.and_then(fix::proposed);
        result.fixes = proposed.map(|it| vec![it]);
    }
    let exact = artifact::exact(finding, index.nested);
    let related = finding.related.iter().map(|it| related(it, index.nested));
    let related: Vec<sarif::Location> = exact.into_iter().chain(related).collect();
    result.related_locations = (!related.is_empty()).then_some(related);
    result
}

/// Where another part of the credential is.
fn related(part: &Finding<'_>, nested: &Nested<'_>) -> sarif::Location {
    let text =
        words::description(part).unwrap_or_else(|| "Another part of the credential.".to_owned());
    artifact::within_archive(part, place::related(part, message(&text)), nested)
}

/// The result of a finding that does not count.
pub(super) fn of_suppressed(suppressed: &Suppressed<'_>, index: &Index<'_>) -> sarif::Result {
    let cause = suppressed.cause.cause();
    let name = BTreeMap::from([("cause".to_owned(), suppressed.cause.code().into())]);
    let name = sarif::PropertyBag::builder()
        .additional_properties(name)
        .build();
    let suppression = sarif::Suppression::builder()
        .kind(if cause.in_source {
            "inSource"
        } else {
            "external"
        })
        .status("accepted")
        .justification(words::cause(suppressed))
        .properties(name)
        .build();
    let mut result = of(&suppressed.finding, index, None);
    result.suppressions = Some(vec![suppression]);
    result
}

/// The level that code scanning knows.
pub(super) fn level(level: Level) -> sarif::ResultLevel {
    match level {
        Level::Critical | Level::High => sarif::ResultLevel::Error,
        Level::Medium => sarif::ResultLevel::Warning,
        Level::Low => sarif::ResultLevel::Note,
    }
}

/// What SARIF has no place for.
fn properties(finding: &Finding<'_>, fate: Option<Fate<'_>>) -> sarif::PropertyBag {
    let mut properties: BTreeMap<String, Value> = BTreeMap::new();
    let mut set = |name: &str, value: Value| properties.insert(name.to_owned(), value);
    set("score", finding.risk.score.into());
    set("severity", finding.risk.level.as_str().into());
    let factors = finding.risk.factors.iter();
    let factors = factors.map(|it| format!("{}: {}, {} %", it.name, it.because, it.percent));
    set("factors", factors.collect::<Vec<_>>().into());
    set("confidence", finding.confidence.as_str().into());
    if let Some(likelihood) = &finding.likelihood {
        set("likelihood", words::likelihood(likelihood).into());
    }
    if let Some(point) = &finding.point.name {
        set("point", point.as_str().into());
    }
    if !finding.also.is_empty() {
        let also: Vec<&str> = finding.also.iter().map(|it| it.id()).collect();
        set("also", also.into());
    }
    let layers = &finding.location.layers;
    if !layers.archives.is_empty() {
        let path = finding.location.path.as_str();
        set("path", words::plain(path).into());
    }
    if let Some(cell) = layers.cell {
        set("cell", cell.into());
    }
    if let Some(introduction) = &finding.introduction {
        let commit = &introduction.commit;
        set("commit", commit.id.as_str().into());
        set("author", words::plain(&commit.author).into());
        set("date", commit.date.as_str().into());
        let in_head = introduction.presence == Presence::InHead;
        set("inHead", in_head.into());
    }
    let codings = words::codings(finding);
    if !codings.is_empty() {
        set("codings", codings.into());
    }
    match fate {
        Some(Fate::Fixed { fix, .. }) => {
            set("fixApplicability", json!(fix.applicability));
        }
        Some(Fate::Stays(stay)) => {
            if let Some(advice) = stay.advice {
                set("fixAdvice", advice.text.into());
            }
            set("fixSkipped", stay.why.code().into());
        }
        None => {}
    }
    sarif::PropertyBag::builder()
        .additional_properties(properties)
        .build()
}
