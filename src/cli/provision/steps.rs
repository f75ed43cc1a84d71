//! The steps of a rotation that a person goes through, from a new value to the end of the old one.

use jiff::Timestamp;
use miette::Diagnostic;

use super::args;
use super::desk::Desk;
use super::look;
use super::rotate;
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::cli::terminal::say;
use crate::fix;
use crate::fix::Ledger;
use crate::manifest::Entry;
use crate::provision;
use crate::provision::Rotations;
use crate::provision::Stage;
use crate::provision::Version;
use crate::report::plain;
use crate::secret::SecretName;

/// Why a rotation does not go on.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum NotYet {
    /// It is too early to take the old value back.
    #[error("the old value of {name} is still needed: {stage}")]
    #[diagnostic(code(shield::provision::rotation), help("{help}"))]
    Early {
        /// The secret.
        name: SecretName,
        /// What comes first.
        stage: Stage,
        /// What to do when a person knows better.
        help: &'static str,
    },
    /// Nobody has begun one.
    #[error("no rotation of {name} was begun in {environment}")]
    #[diagnostic(
        code(shield::provision::no_rotation),
        help(
            "`shield provision rotate {name} --now` begins one; `shield rotated {name}` says that it was \
             replaced without shield"
        )
    )]
    None {
        /// The secret.
        name: SecretName,
        /// The environment.
        environment: String,
    },
}

/// Begins a rotation that a person goes through, or goes on with the one that was begun.
pub(super) fn begin(desk: &Desk, entry: &Entry) -> Result<Exit, Trouble> {
    let mut rotations = Rotations::load(&desk.places.root)?;
    rotations.begin(&entry.name, &desk.environment.name, now());
    rotations.save()?;
    tell(desk, entry)?;
    Ok(Exit::Clean)
}

/// Notes that the current version has a new value, and tells what comes next.
pub(super) fn replaced(desk: &Desk, entry: &Entry, version: &Version) -> Result<(), Trouble> {
    let mut rotations = Rotations::load(&desk.places.root)?;
    rotations.replaced(&entry.name, &desk.environment.name, version, now());
    rotations.save()?;
    tell(desk, entry)
}

/// Forgets the rotations whose new values are `gone` from the store.
pub(super) fn withdraw(desk: &Desk, gone: &[(SecretName, Version)]) -> Result<(), Trouble> {
    let mut rotations = Rotations::load(&desk.places.root)?;
    let mut is_any = false;
    for (name, version) in gone {
        is_any |= rotations.withdraw(name, &desk.environment.name, version);
    }
    if is_any {
        rotations.save()?;
    }
    Ok(())
}

/// Tells the steps, and which is next.
pub(super) fn guide(desk: &Desk, entry: &Entry) -> Result<Exit, Trouble> {
    let environment = &desk.environment.name;
    let rotations = Rotations::load(&desk.places.root)?;
    let stage = rotations.stage(&entry.name, environment, None, now());
    if stage.is_none() {
        say(&format!(
            "No rotation of {} goes on in {environment}; `--now` begins one.",
            entry.name
        ));
        return Ok(Exit::Clean);
    }
    tell(desk, entry)?;
    Ok(Exit::Clean)
}

/// Tells all steps of the rotation of `entry`, and at which it stands.
fn tell(desk: &Desk, entry: &Entry) -> Result<(), Trouble> {
    let name = &entry.name;
    let environment = &desk.environment.name;
    let current = rotate::held(desk, &*desk.store()?, name)?.and_then(|it| it.version);
    let rotations = Rotations::load(&desk.places.root)?;
    let now = now();
    let Some(stage) = rotations.stage(name, environment, current.as_ref(), now) else {
        return Ok(());
    };
    let order = ["create", "verify", "wait", "revoke"];
    let at = order.iter().position(|it| *it == stage.word()).unwrap_or(0);
    let steps = [
        format!(
            "make a new value where it is issued, and store it: `shield provision rotate {name} --prompt`"
        ),
        "read it: `shield provision verify`".to_owned(),
        "wait until every program has it".to_owned(),
        format!(
            "take the old one back where it was issued, and say so: `shield provision rotate {name} --revoked`"
        ),
    ];
    say(&format!("Rotation of {name} in {environment}:"));
    for (number, step) in steps.iter().enumerate() {
        let mark = match number.cmp(&at) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "next",
            std::cmp::Ordering::Greater => "    ",
        };
        say(&format!("  {mark}  {}. {step}", number + 1));
    }
    if matches!(stage, Stage::Wait(_) | Stage::Changed) {
        say(&format!("  now   {stage}"));
    }
    let note = entry.rotation.as_ref().and_then(|it| it.note.as_deref());
    if let Some(note) = note {
        say(&format!("  mind  {}", plain(note)));
    }
    Ok(())
}

/// Records that the old value was taken back.
pub(super) fn revoked(args: &args::Rotate) -> Result<Exit, Trouble> {
    let name = &args.name;
    let desk = Desk::open(&args.place)?;
    rotate::listed(&desk.manifest, name)?;
    let environment = &desk.environment.name;
    let current = rotate::held(&desk, &*desk.store()?, name)?.and_then(|it| it.version);
    let mut rotations = Rotations::load(&desk.places.root)?;
    let now = now();
    let Some(stage) = rotations.stage(name, environment, current.as_ref(), now) else {
        let (name, environment) = (name.clone(), environment.clone());
        return Err(NotYet::None { name, environment }.into());
    };
    let is_time = match stage {
        Stage::Revoke => true,
        Stage::Wait(_) => args.seen,
        Stage::Create | Stage::Verify | Stage::Changed => false,
    };
    if !is_time {
        let help = match stage {
            Stage::Wait(_) => {
                "say --seen as well when the log of the store shows that every program has read the \
                 new value"
            }
            Stage::Create | Stage::Verify | Stage::Revoke | Stage::Changed => {
                "nothing was recorded"
            }
        };
        let name = name.clone();
        return Err(NotYet::Early { name, stage, help }.into());
    }
    let mut ledger = Ledger::load(&desk.places.root)?;
    if ledger.rotated(name, &fix::today()) {
        ledger.save()?;
        say(&format!("{name} does not count as exposed any more."));
    }
    rotations.recorded(name, Some(environment), now);
    rotations.save()?;
    say(&format!(
        "The rotation of {name} in {environment} is at its end."
    ));
    Ok(Exit::Clean)
}

/// Notes which new values were read.
pub(super) fn note_read(desk: &Desk, verdicts: &mut [provision::Verdict]) -> Result<(), Trouble> {
    let environment = &desk.environment.name;
    let mut rotations = Rotations::load(&desk.places.root)?;
    let read = rotations.verified(verdicts, environment, now());
    if read.is_empty() {
        return Ok(());
    }
    rotations.save()?;
    for name in &read {
        say(&format!("{name}: the new value was read"));
    }
    look::attend(desk, verdicts)
}

/// The time, to the second.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
