//! Secrets that leave the code, and those that have left it and wait to be rotated.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_sarif::sarif;

use super::message;
use super::place;
use super::result;
use crate::finding::Finding;
use crate::fix::Entry;
use crate::fix::Exposure;
use crate::fix::History;
use crate::pattern::PatternSet;
use crate::report::pending::{LIST, caution, sentence, todo};
use crate::report::words;

/// The result of a secret that has left the code: the alert stays open until it was replaced.
pub(super) fn of(
    entry: &Entry,
    line: usize,
    rule: Option<i64>,
    patterns: &PatternSet,
) -> sarif::Result {
    let caution = caution(entry, patterns).map_or_else(String::new, |it| format!(" {it}"));
    let text = format!(
        "Moved, rotation pending: {}. {}{caution}",
        sentence(entry),
        todo(entry, patterns)
    );
    let line = i64::try_from(line).unwrap_or(i64::MAX);
    let region = sarif::Region::builder().start_line(line).build();
    let physical = sarif::PhysicalLocation::builder()
        .artifact_location(place::artifact(LIST.into()))
        .region(region)
        .build();
    let location = sarif::Location::builder()
        .physical_location(physical)
        .build();
    let mut properties = BTreeMap::from([("state".to_owned(), "rotation-pending".into())]);
    add(&mut properties, &entry.history());
    let mut result = sarif::Result::builder()
        .rule_id(words::plain(&entry.pattern))
        .level(result::level(entry.level))
        .message(message(&words::plain(&text)))
        .locations(vec![location])
        .properties(bag(properties))
        .build();
    result.rule_index = rule;
    let fingerprint = entry.fingerprints.first();
    result.partial_fingerprints = fingerprint.map(|it| {
        let name = result::FINGERPRINT.to_owned();
        BTreeMap::from([(name, words::plain(it).into_owned())])
    });
    result
}

/// Adds what is known of the history of a finding that a fix takes out of the code.
pub(super) fn trace(result: &mut sarif::Result, finding: &Finding<'_>, all: &[Exposure<'_>]) {
    let fingerprint = finding.fingerprint;
    let exposure = all.iter().find(|it| it.findings.contains(&fingerprint));
    let (Some(exposure), Some(bag)) = (exposure, &mut result.properties) else {
        return;
    };
    add(&mut bag.additional_properties, &exposure.history);
}

/// Adds what is known of a history.
fn add(properties: &mut BTreeMap<String, Value>, history: &History) {
    let mut set = |name: &str, value: Value| properties.insert(name.to_owned(), value);
    set("inHistory", history.code().into());
    set("rotationRequired", history.is_out().into());
    match history {
        History::Committed {
            first_seen,
            branches,
        } => {
            set("branches", (*branches).into());
            if let Some(day) = first_seen {
                set("firstSeen", words::plain(day).into());
            }
        }
        History::Uncommitted | History::Unknown(_) => {}
    }
}

fn bag(properties: BTreeMap<String, Value>) -> sarif::PropertyBag {
    sarif::PropertyBag::builder()
        .additional_properties(properties)
        .build()
}
