//! Rotations that a person goes through step by step: where each stands, and what comes next.
//!
//! `.shield/rotations.jsonl` is meant to be committed, as `exposed.jsonl` beside it is: names, versions
//! and times, never a value. Whoever begins a rotation need not be the one who ends it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::path::PathBuf;

use jiff::SignedDuration;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

use super::{Fault, ProvisionError, Verdict, Version};
use crate::seal::private;
use crate::seal::private::Readers;
use crate::secret::SecretName;

/// Where the list is, from the root of a project.
const FOLDER: &str = ".shield";

/// What the list is called.
const FILE: &str = "rotations.jsonl";

/// The most that a list may have.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Twice as long as a program keeps a value if nobody has said otherwise: then all have the new one.
const SPREAD: SignedDuration = SignedDuration::from_secs(2 * 300);

/// For how long a new value may stay unverified.
const VERIFY: SignedDuration = SignedDuration::from_hours(24);

/// For how long a person may take for what is done at the provider.
const PROVIDER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    name: String,
    environment: String,
    begun: Timestamp,
    /// The version that has the new value, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaced: Option<(Version, Timestamp)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verified: Option<Timestamp>,
    /// When it was recorded that the old value was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Timestamp>,
}

/// Where a rotation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// A new value is to be made where it is issued, and stored.
    Create,
    /// The new value is to be read once.
    Verify,
    /// Programs are still to take the new value, until then.
    Wait(Timestamp),
    /// The old value is to be taken back where it was issued, and that to be recorded.
    Revoke,
    /// Another value is stored than the one that was new.
    Changed,
}

impl Stage {
    /// The word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Verify => "verify",
            Self::Wait(_) => "wait",
            Self::Revoke => "revoke",
            Self::Changed => "changed",
        }
    }

    /// Until when there is nothing to do.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Wait(until) => Some(*until),
            Self::Create | Self::Verify | Self::Revoke | Self::Changed => None,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create => f.write_str(
                "make a new value where it is issued, then `shield provision rotate NAME --prompt`",
            ),
            Self::Verify => f.write_str("read the new value: `shield provision verify`"),
            Self::Wait(until) => write!(
                f,
                "wait for programs to take the new value, until {}",
                until.strftime("%Y-%m-%d %H:%M:%S UTC")
            ),
            Self::Revoke => f.write_str(
                "take the old value back where it was issued, then \
                 `shield provision rotate NAME --revoked`",
            ),
            Self::Changed => f.write_str(
                "another value was stored since: begin again with \
                 `shield provision rotate NAME --prompt`",
            ),
        }
    }
}

impl Rotation {
    /// Where it stands; `current` is the version that the store has, if that is known.
    fn stage(&self, current: Option<&Version>, now: Timestamp) -> Stage {
        let Some((version, at)) = &self.replaced else {
            return Stage::Create;
        };
        if current.is_some_and(|it| it != version) {
            return Stage::Changed;
        }
        let until = at.checked_add(SPREAD).unwrap_or(*at);
        if self.verified.is_none() {
            Stage::Verify
        } else if now < until {
            Stage::Wait(until)
        } else {
            Stage::Revoke
        }
    }

    /// Whether nobody goes on with it.
    fn is_halted(&self, stage: &Stage, now: Timestamp) -> bool {
        let last = self.verified.or(self.replaced.as_ref().map(|it| it.1));
        let waited = now.duration_since(last.unwrap_or(self.begun));
        match stage {
            Stage::Verify | Stage::Changed => waited > VERIFY,
            Stage::Create | Stage::Revoke => waited > PROVIDER,
            Stage::Wait(_) => false,
        }
    }
}

/// The rotations of a project.
#[derive(Debug)]
pub struct Rotations {
    path: PathBuf,
    all: BTreeMap<(String, String), Rotation>,
}

impl Rotations {
    /// Those of the project whose root is `root`.
    ///
    /// # Errors
    ///
    /// Fails when the list cannot be read, or is no such list.
    pub fn load(root: &Path) -> Result<Self, ProvisionError> {
        let folder = root.join(FOLDER);
        let mut rotations = Self {
            path: folder.join(FILE),
            all: BTreeMap::new(),
        };
        if !private::has_folder(&folder)? {
            return Ok(rotations);
        }
        let Some(text) = private::read(&rotations.path, LIMIT, Readers::Anybody)? else {
            return Ok(rotations);
        };
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let rotation: Option<Rotation> = serde_json::from_str(line).ok();
            let Some(rotation) = rotation else {
                return Err(ProvisionError::Journal {
                    path: rotations.path,
                    what: format!("is damaged in line {}", number + 1),
                });
            };
            let key = (rotation.name.clone(), rotation.environment.clone());
            rotations.all.insert(key, rotation);
        }
        Ok(rotations)
    }

    /// Writes the list, in one step; an empty one is no file.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be written.
    pub fn save(&self) -> Result<(), ProvisionError> {
        if self.all.is_empty() && private::look(&self.path)?.is_some() {
            return std::fs::remove_file(&self.path).map_err(|error| ProvisionError::Journal {
                path: self.path.clone(),
                what: format!("cannot be taken away: {error}"),
            });
        }
        let mut text = String::new();
        for rotation in self.all.values() {
            let line =
                serde_json::to_string(rotation).map_err(|error| ProvisionError::Journal {
                    path: self.path.clone(),
                    what: format!("cannot be written: {error}"),
                })?;
            text.push_str(&line);
            text.push('\n');
        }
        if let Some(folder) = self.path.parent()
            && !private::has_folder(folder)?
        {
            private::make_folder(folder)?;
        }
        Ok(private::replace(&self.path, text.as_bytes())?)
    }

    /// Begins one, or goes on with the one that was begun.
    pub fn begin(&mut self, name: &SecretName, environment: &str, now: Timestamp) {
        self.open(name, environment, now);
    }

    /// Notes that `version` has a new value.
    pub fn replaced(
        &mut self,
        name: &SecretName,
        environment: &str,
        version: &Version,
        now: Timestamp,
    ) {
        let rotation = self.open(name, environment, now);
        rotation.replaced = Some((version.clone(), now));
        rotation.verified = None;
    }

    /// Forgets the rotation that brought `version`, which is not used any more; whether there was
    /// one.
    pub fn withdraw(&mut self, name: &SecretName, environment: &str, version: &Version) -> bool {
        let brought = |it: &Rotation| it.replaced.as_ref().is_some_and(|(it, _)| it == version);
        if !self.standing(name, environment).is_some_and(brought) {
            return false;
        }
        let key = (name.to_string(), environment.to_owned());
        self.all.remove(&key).is_some()
    }

    /// Notes which new values were read; tells whose.
    pub fn verified(
        &mut self,
        verdicts: &[Verdict],
        environment: &str,
        now: Timestamp,
    ) -> Vec<SecretName> {
        let mut read = Vec::new();
        for verdict in verdicts.iter().filter(|it| is_read(it)) {
            let held = verdict.held.as_ref();
            let current = held.and_then(|it| it.version.clone());
            let name = &verdict.at.name;
            let key = (name.to_string(), environment.to_owned());
            let Some(rotation) = self.all.get_mut(&key) else {
                continue;
            };
            let new = rotation.replaced.as_ref().map(|it| it.0.clone());
            let is_new = new.is_some() && new == current;
            if is_new && rotation.recorded.is_none() && rotation.verified.is_none() {
                rotation.verified = Some(now);
                read.push(name.clone());
            }
        }
        read
    }

    /// Where the rotation of `name` stands, if one was begun; `current` is the version in the store.
    #[must_use]
    pub fn stage(
        &self,
        name: &SecretName,
        environment: &str,
        current: Option<&Version>,
        now: Timestamp,
    ) -> Option<Stage> {
        let rotation = self.standing(name, environment)?;
        Some(rotation.stage(current, now))
    }

    /// Notes that the old value of `name` was taken back: in `environment`, or in all of them.
    pub fn recorded(
        &mut self,
        name: &SecretName,
        environment: Option<&str>,
        now: Timestamp,
    ) -> bool {
        let is_meant = |it: &Rotation| {
            it.name == name.as_str()
                && it.recorded.is_none()
                && environment.is_none_or(|wanted| wanted == it.environment)
        };
        let mut is_any = false;
        for rotation in self.all.values_mut().filter(|it| is_meant(it)) {
            rotation.recorded = Some(now);
            is_any = true;
        }
        is_any
    }

    fn standing(&self, name: &SecretName, environment: &str) -> Option<&Rotation> {
        let key = (name.to_string(), environment.to_owned());
        let found = self.all.get(&key);
        found.filter(|it| it.recorded.is_none())
    }

    /// The one that goes on, or a new one.
    fn open(&mut self, name: &SecretName, environment: &str, now: Timestamp) -> &mut Rotation {
        let key = (name.to_string(), environment.to_owned());
        let fresh = Rotation {
            name: name.to_string(),
            environment: environment.to_owned(),
            begun: now,
            replaced: None,
            verified: None,
            recorded: None,
        };
        let rotation = self.all.entry(key).or_insert_with(|| fresh.clone());
        if rotation.recorded.is_some() {
            *rotation = fresh;
        }
        rotation
    }
}

/// Whether the value was read and is good: that it was in the code before is no fault of it.
fn is_read(verdict: &Verdict) -> bool {
    verdict.faults.iter().all(|it| {
        matches!(
            it,
            Fault::Exposed
                | Fault::Overdue
                | Fault::Differs(_)
                | Fault::Unscheduled(_)
                | Fault::Halted
        )
    })
}

/// Adds to what is known of each secret where its rotation stands.
pub fn attend(verdicts: &mut [Verdict], rotations: &Rotations, environment: &str, now: Timestamp) {
    for verdict in verdicts {
        let Some(rotation) = rotations.standing(&verdict.at.name, environment) else {
            continue;
        };
        let held = verdict.held.as_ref();
        // A store that is still at it has both.
        let pending = held.and_then(|it| it.pending.as_ref());
        let new = rotation.replaced.as_ref().map(|it| &it.0);
        let current = held.and_then(|it| it.version.as_ref());
        let current = current.filter(|_| pending.is_none() || pending != new);
        let stage = rotation.stage(current, now);
        if rotation.is_halted(&stage, now) {
            verdict.faults.push(Fault::Halted);
        }
        verdict.standing = Some(stage);
    }
}
