//! What Vault tells of a secret, in the words of all stores.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::provision::About;
use crate::provision::Held;
use crate::provision::MANAGED_BY;
use crate::provision::Version;

/// What Vault calls the label of shield.
const MANAGED: &str = "managed_by";

/// What Vault calls the description.
const DESCRIPTION: &str = "description";

/// The labels that shield sets, and may take away again.
const OWN: [&str; 4] = ["App", "Environment", "Owner", "Sensitivity"];

/// The most labels that Vault keeps, and the most bytes of a name and of a text.
const MOST: (usize, usize, usize) = (64, 128, 512);

/// A secret as its metadata has it; without any, one that is not there.
#[derive(Default)]
pub(super) struct State {
    /// The number of the newest version; zero before there is one.
    pub(super) current: u64,
    /// What is known beside the values.
    custom: BTreeMap<String, String>,
    /// The versions that there are.
    versions: BTreeMap<u64, Life>,
}

/// A version.
struct Life {
    /// The day it was made.
    made: Option<String>,
    /// What became of it.
    fate: Fate,
}

/// What became of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It can be read.
    Live,
    /// It was taken away, and can be had back.
    Deleted,
    /// It is gone for good, or was never there.
    Gone,
}

impl State {
    /// Reads `data` of an answer.
    pub(super) fn of(data: &Value) -> Option<Self> {
        let custom = data.get("custom_metadata").and_then(Value::as_object);
        let custom = custom.into_iter().flatten();
        let custom = custom.filter_map(|(key, it)| Some((key.clone(), it.as_str()?.to_owned())));
        let versions = data.get("versions")?.as_object()?.iter();
        let versions = versions.filter_map(|(key, it)| Some((key.parse().ok()?, Life::of(it))));
        Some(Self {
            current: data.get("current_version")?.as_u64()?,
            custom: custom.collect(),
            versions: versions.collect(),
        })
    }

    /// What became of a version.
    pub(super) fn fate(&self, number: u64) -> Fate {
        self.versions.get(&number).map_or(Fate::Gone, |it| it.fate)
    }

    /// The current version, while it can be read.
    pub(super) fn live(&self) -> Option<Version> {
        (self.fate(self.current) == Fate::Live).then(|| version(self.current))
    }

    /// What all stores tell.
    pub(super) fn held(&self) -> Held {
        let before = self.current.checked_sub(1);
        let before = before.filter(|it| self.fate(*it) == Fate::Live);
        let newest = self.versions.get(&self.current);
        let mut tags = self.custom.clone();
        let description = tags.remove(DESCRIPTION).unwrap_or_default();
        if let Some(by) = tags.remove(MANAGED) {
            tags.insert(MANAGED_BY.0.to_owned(), by);
        }
        Held {
            version: self.live(),
            previous: before.map(version),
            about: About {
                description,
                tags,
                ..About::default()
            },
            changed: newest.and_then(|it| it.made.clone()),
            ..Held::default()
        }
    }

    /// The labels to set for `about`: those of others stay.
    pub(super) fn custom(&self, about: &About) -> Map<String, Value> {
        let mut custom = self.custom.clone();
        for key in OWN.into_iter().chain([MANAGED, DESCRIPTION]) {
            custom.remove(key);
        }
        custom.extend(written(about));
        custom
            .into_iter()
            .map(|(key, it)| (key, json!(it)))
            .collect()
    }
}

impl Life {
    fn of(data: &Value) -> Self {
        let text = |key: &str| data.get(key).and_then(Value::as_str).unwrap_or_default();
        let destroyed = data.get("destroyed").and_then(Value::as_bool);
        // A version can have a day in the future on which it will be taken away.
        let deleted = text("deletion_time");
        let is_past = |it: Timestamp| it <= Timestamp::now();
        let fate = if destroyed == Some(true) {
            Fate::Gone
        } else if deleted.is_empty() || !deleted.parse().map_or(true, is_past) {
            Fate::Live
        } else {
            Fate::Deleted
        };
        let made: Option<Timestamp> = text("created_time").parse().ok();
        let day = |it: Timestamp| TimeZone::UTC.to_datetime(it).date().to_string();
        Self {
            made: made.map(day),
            fate,
        }
    }
}

/// What `about` is for Vault.
fn written(about: &About) -> BTreeMap<String, String> {
    let mut custom = about.tags.clone();
    if let Some(by) = custom.remove(MANAGED_BY.0) {
        custom.insert(MANAGED.to_owned(), by);
    }
    if !about.description.is_empty() {
        custom.insert(DESCRIPTION.to_owned(), about.description.clone());
    }
    custom
}

/// Why Vault would not take what is known of a secret.
pub(super) fn refusal(about: &About) -> Option<&'static str> {
    let (labels, name, text) = MOST;
    let custom = written(about);
    if about.description.len() > text {
        Some("its description has more than 512 bytes")
    } else if custom.len() > labels {
        Some("it has more than 64 labels")
    } else {
        let is_long = |(key, it): (&String, &String)| key.len() > name || it.len() > text;
        custom
            .iter()
            .any(is_long)
            .then_some("a label has more than 512 bytes, or its name more than 128")
    }
}

/// A version by its number.
pub(super) fn version(number: u64) -> Version {
    Version(number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(newest: &Value) -> State {
        let data = json!({
            "current_version": 2,
            "custom_metadata": { "managed_by": "shield", "description": "d", "team": "web" },
            "versions": {
                "1": { "created_time": "2026-11-21T23:59:59Z", "deletion_time": "" },
                "2": newest,
            },
        });
        State::of(&data).unwrap()
    }

    #[test]
    fn versions_and_labels_are_read_from_the_metadata() {
        let held = state(&json!({
            "created_time": "2026-11-22T10:00:00.123Z", "deletion_time": "", "destroyed": false
        }))
        .held();
        assert_eq!(held.version, Some(version(2)));
        assert_eq!(held.previous, Some(version(1)));
        assert_eq!(held.changed.as_deref(), Some("2026-11-22"));
        assert!(held.about.is_managed());
        assert_eq!(held.about.description, "d");
        assert_eq!(held.about.tags["team"], "web");
    }

    #[test]
    fn a_version_is_live_until_its_last_day() {
        let later = json!({ "deletion_time": "2999-01-01T00:00:00Z" });
        assert_eq!(state(&later).fate(2), Fate::Live);
        let past = json!({ "deletion_time": "2020-01-01T00:00:00.5Z" });
        assert_eq!(state(&past).fate(2), Fate::Deleted);
        let destroyed = json!({ "deletion_time": "", "destroyed": true });
        assert_eq!(state(&destroyed).fate(2), Fate::Gone);
        assert_eq!(state(&destroyed).live(), None);
        assert_eq!(state(&destroyed).fate(3), Fate::Gone);
    }

    #[test]
    fn labels_of_others_stay() {
        let mut about = About::default();
        about.tags.insert("Owner".to_owned(), "platform".to_owned());
        let custom = state(&json!({})).custom(&about);
        assert_eq!(
            Value::Object(custom),
            json!({ "Owner": "platform", "team": "web" })
        );
    }

    #[test]
    fn what_vault_would_refuse_is_known_before() {
        let mut about = About::default();
        assert_eq!(refusal(&about), None);
        about.description = "d".repeat(513);
        assert!(refusal(&about).is_some());
    }
}
