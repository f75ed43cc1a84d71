//! Whether everything that the code asks for is there, and good.

use std::collections::BTreeSet;
use std::fmt;

use jiff::SignedDuration;
use jiff::Timestamp;
use serde::Serialize;

use super::plan::drift;
use super::sources::PLACEHOLDER;
use super::survey::survey;
use super::{Address, Held, Presence, ProvisionError, Stage, Store, guard, unscheduled};
use crate::manifest::Entry;
use crate::manifest::Environment;
use crate::manifest::FieldKind;
use crate::manifest::Kind;
use crate::manifest::Manifest;
use crate::secret::Secret;
use crate::secret::SecretName;

/// For how long a rotation may go on.
const PENDING: SignedDuration = SignedDuration::from_hours(24);

/// What is known of a secret: in the store, and beside it.
#[derive(Debug)]
pub struct Verdict {
    /// The secret.
    pub at: Address,
    /// What the store tells; nothing when it has nothing.
    pub held: Option<Box<Held>>,
    /// What is wrong; nothing when all is well.
    pub faults: Vec<Fault>,
    /// How many days until it is to be replaced; below zero when that is overdue.
    pub due: Option<i64>,
    /// Where its rotation stands, if one was begun.
    pub standing: Option<Stage>,
}

/// What can be wrong with a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "code", content = "detail")]
pub enum Fault {
    /// There is none.
    Missing,
    /// It is marked for deletion.
    Removed,
    /// It has no value yet.
    Empty,
    /// Something stands for the value that is not there yet.
    Placeholder,
    /// It may not be read.
    Denied(String),
    /// A program cannot read it: why.
    Unread(String),
    /// The value is no JSON object.
    NotAnObject,
    /// The object lacks a field.
    Field(String),
    /// A field is of another kind.
    FieldKind(String),
    /// The value was in the code and was not replaced.
    Exposed,
    /// A rotation was begun and not brought to an end.
    Stuck,
    /// A rotation waits for a person, and has waited too long.
    Halted,
    /// The store is meant to replace it and does not: what is missing.
    Unscheduled(String),
    /// It should have been replaced before.
    Overdue,
    /// The store knows something else of it than the manifest.
    Differs(String),
    /// A copy is not as the original.
    Lagging(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is not there"),
            Self::Removed => f.write_str("is marked for deletion"),
            Self::Empty => f.write_str("has no value yet"),
            Self::Placeholder => f.write_str("has a placeholder"),
            Self::Denied(why) => write!(f, "cannot be read: {why}"),
            Self::Unread(why) => write!(f, "cannot be read by a program: {why}"),
            Self::NotAnObject => f.write_str("is no JSON object"),
            Self::Field(name) => write!(f, "lacks the field {name}"),
            Self::FieldKind(name) => write!(f, "has a field {name} of another kind"),
            Self::Exposed => f.write_str("was in the code: replace it, then `shield rotated NAME`"),
            Self::Stuck => f.write_str("has a rotation that did not end"),
            Self::Halted => f.write_str("has a rotation that nobody goes on with"),
            Self::Unscheduled(why) => f.write_str(why),
            Self::Overdue => f.write_str("should have been replaced by now"),
            Self::Differs(what) => write!(f, "is kept with another {what}"),
            Self::Lagging(region) => write!(f, "has an old copy in {region}"),
        }
    }
}

/// How closely is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// At what the store tells of its secrets; no value is read.
    Metadata,
    /// At the values, too.
    Values,
}

/// Looks at every secret of the manifest; `exposed` are the names whose values were in the code.
///
/// # Errors
///
/// Fails when the store is another one than the manifest means, or does not answer.
pub fn verify(
    (manifest, environment): (&Manifest, &Environment),
    store: &dyn Store,
    depth: Depth,
    exposed: &BTreeSet<SecretName>,
    today: jiff::civil::Date,
) -> Result<Vec<Verdict>, ProvisionError> {
    guard(environment, &store.whereabouts()?)?;
    let entries = manifest.secrets.iter().map(|entry| {
        let path = manifest.path_of(&environment.name, &entry.name);
        let name = entry.name.clone();
        (Address { name, path }, entry)
    });
    let entries: Vec<(Address, &Entry)> = entries.collect();
    let judge = |(at, entry): &(Address, &Entry), presence| {
        let mut faults = Vec::new();
        let mut due = None;
        let held = match presence {
            Presence::Absent => {
                faults.push(Fault::Missing);
                None
            }
            Presence::Removed => {
                faults.push(Fault::Removed);
                None
            }
            Presence::Present(held) => {
                due = days_left(entry, &held, today);
                faults.extend(known((manifest, environment), entry, &held, due));
                if depth == Depth::Values && held.version.is_some() {
                    faults.extend(read(store, at, entry)?);
                }
                Some(held)
            }
        };
        if exposed.contains(&entry.name) {
            faults.push(Fault::Exposed);
        }
        Ok(Verdict {
            at: at.clone(),
            held,
            faults,
            due,
            standing: None,
        })
    };
    survey(store, &entries, judge, |it| it.faults.is_empty())
}

/// How many days are left until `entry` is to be replaced.
fn days_left(entry: &Entry, held: &Held, today: jiff::civil::Date) -> Option<i64> {
    let every = entry.rotation.as_ref()?.every?;
    let changed: jiff::civil::Date = held.changed.as_ref()?.parse().ok()?;
    let next = changed
        .checked_add(jiff::Span::new().days(i64::from(every.0)))
        .ok()?;
    let left = today.until(next).ok()?;
    Some(i64::from(left.get_days()))
}

/// Whether a rotation that was begun `since` should have ended; nobody knows of what is not told.
fn is_late(since: Option<Timestamp>, now: Timestamp) -> bool {
    since.is_none_or(|it| now.duration_since(it) > PENDING)
}

/// What is wrong with what the store tells.
fn known(
    (manifest, environment): (&Manifest, &Environment),
    entry: &Entry,
    held: &Held,
    due: Option<i64>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if held.version.is_none() {
        faults.push(Fault::Empty);
    }
    let is_pending = held.pending.is_some() && held.pending != held.version;
    if is_pending && is_late(held.pending_since, Timestamp::now()) {
        faults.push(Fault::Stuck);
    }
    if due.is_some_and(|it| it < 0) {
        faults.push(Fault::Overdue);
    }
    if environment.store != crate::secret::StoreKind::Local {
        let differing = drift(manifest, environment, entry, held);
        faults.extend(differing.into_iter().map(Fault::Differs));
    }
    faults.extend(unscheduled(environment, entry, &held.about).map(Fault::Unscheduled));
    faults.extend(held.lagging.iter().cloned().map(Fault::Lagging));
    faults
}

/// What is wrong with the value; that it cannot be read is told like the rest.
fn read(store: &dyn Store, at: &Address, entry: &Entry) -> Result<Vec<Fault>, ProvisionError> {
    match store.read(at) {
        Ok(Some(value)) => Ok(shape(&value, entry)),
        Ok(None) => Ok(vec![Fault::Empty]),
        Err(error @ ProvisionError::Denied { .. }) => Ok(vec![Fault::Denied(error.to_string())]),
        Err(error) => Err(error),
    }
}

/// What is wrong with the form of a value.
#[expect(
    clippy::disallowed_methods,
    reason = "the form of a value is looked at, and only the names of its fields are told"
)]
fn shape(value: &Secret, entry: &Entry) -> Vec<Fault> {
    let mut faults = Vec::new();
    if value.expose().contains(PLACEHOLDER) {
        faults.push(Fault::Placeholder);
    }
    if entry.kind != Kind::Json {
        return faults;
    }
    let parsed = serde_json::from_str(value.expose());
    let Ok(serde_json::Value::Object(object)) = parsed else {
        faults.push(Fault::NotAnObject);
        return faults;
    };
    for (name, kind) in &entry.fields {
        let fits = match (object.get(name), kind) {
            (None, _) => {
                faults.push(Fault::Field(name.clone()));
                continue;
            }
            (Some(it), FieldKind::String | FieldKind::Secret) => it.is_string(),
            (Some(it), FieldKind::Integer) => it.is_i64() || it.is_u64(),
            (Some(it), FieldKind::Boolean) => it.is_boolean(),
        };
        if !fits {
            faults.push(Fault::FieldKind(name.clone()));
        }
    }
    faults
}
