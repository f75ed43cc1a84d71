//! What a fix or its undoing did, told on standard error.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::terminal::say;
use crate::fix::Due;
use crate::fix::{End, Fate, Finished, RunState, Undone};
use crate::provision::Outcome;
use crate::report::plain;
use crate::run::Applied;
use crate::seal::Origin;
use crate::secret::StoreKind;
use crate::settings::Places;

/// Tells what a fix did.
pub(super) fn applied(applied: &Applied, places: &Places) {
    let written = &applied.written;
    for path in &written.made {
        say(&format!("made     {path}"));
    }
    for path in &written.rewritten {
        say(&format!("changed  {path}"));
    }
    for path in &written.left {
        say(&format!(
            "left     {path}: it has changed since the fix was planned"
        ));
    }
    for skipped in &written.skipped {
        say(&format!("left     {}: {}", skipped.finding, skipped.reason));
    }
    for hint in &applied.hints {
        say(&format!("note     {}: {}", hint.path, hint.kind));
    }
    if !applied.receipts.is_empty() {
        say("");
        for receipt in &applied.receipts {
            let word = match receipt.outcome {
                Outcome::Created => "stored",
                Outcome::Unchanged => "stored before",
            };
            say(&format!("{word}  {}", receipt.name));
        }
        match applied.receipts.first().map(|it| it.store) {
            None | Some(StoreKind::Local) => local(applied, places),
            Some(store) => {
                say(&format!("The values are in {}.", store.title()));
                say("Undoing the change of the code leaves them there.");
            }
        }
        applied.due.iter().for_each(due);
    }
    say(&format!(
        "\nUndo all of it with: shield rollback {}{}",
        written.run,
        project(&places.root)
    ));
}

/// Tells which files a fix has left because git does not have them as they are.
pub(super) fn uncommitted(files: &BTreeSet<PathBuf>, places: &Places) {
    for file in files {
        let path = file.strip_prefix(&places.root).unwrap_or(file);
        let path = path.display();
        say(&format!(
            "left     {path}: git does not have it as it is now"
        ));
    }
    if !files.is_empty() {
        say(
            "Commit or stage what is left, so that git can tell the fix from your own changes,\nor give --allow-dirty.",
        );
    }
}

/// Tells what is due for a secret that has left the code.
fn due(due: &Due) {
    say("");
    say(&plain(&format!("{}  {}", due.name, due.title)));
    say(&plain(&format!("  was at      {}", due.places.join(", "))));
    say(&plain(&format!("  in history  {}", due.history)));
    if !due.history.is_out() {
        say("  It was never committed: rotate it if anybody else has seen the file.");
        return;
    }
    say("  Moved, rotation pending: whoever has the code still knows the value.");
    let place = due.console.iter().map(|it| format!("at {it}"));
    for line in place.chain(due.steps.iter().cloned()) {
        say(&plain(&format!("  - {}", line.trim())));
    }
    if let Some(caution) = due.caution {
        say(&format!("  {caution}"));
    }
    say(&format!(
        "  When it is replaced: shield rotated {}",
        due.name
    ));
}

/// Tells where the values are, and what it takes to read them.
fn local(applied: &Applied, places: &Places) {
    say("The values are in .shield/secrets.dev.age, encrypted.");
    for package in &applied.packages {
        say(&format!(
            "Where a variable is not set, the code reads the store with the package {package}: \
             install it."
        ));
    }
    recipients(applied, places);
}

/// Tells who can open the store.
fn recipients(applied: &Applied, places: &Places) {
    if applied.identity == Origin::Made {
        say(&format!(
            "A key was made for you: {}. It alone opens the store, so keep a copy,\nor add a \
             second recipient: a line with its age1... key in .shield/recipients.txt.",
            places.identity.display()
        ));
    }
    for other in &applied.others {
        say(&format!("Who has the key of {other} can open it too."));
    }
}

/// Tells what undoing a run did.
pub(super) fn undone(undone: &Undone, places: &Places) {
    for file in &undone.files {
        let path = file.path.strip_prefix(&places.root).unwrap_or(&file.path);
        let path = path.display();
        match file.fate {
            Fate::Restored => say(&format!("restored  {path}")),
            Fate::Removed => say(&format!("removed   {path}")),
            Fate::Untouched => {}
            Fate::Changed => say(&format!(
                "left      {path}: it was changed after run {}",
                undone.run
            )),
            Fate::ChangedBy(later) => say(&format!(
                "left      {path}: run {later} has changed it since; undo that one first, or both \
                 with `shield rollback {} --with-later`",
                undone.run
            )),
            Fate::Needed => say(&format!(
                "left      {path}: code that was left, or a later run, may need it"
            )),
        }
    }
    say(&match undone.state {
        RunState::PartlyUndone => format!(
            "Run {run} is undone in part; once nothing needs the rest: shield rollback {run}",
            run = undone.run
        ),
        RunState::Undone | RunState::Done | RunState::NotBegun | RunState::Unfinished => {
            format!("Run {} is undone.", undone.run)
        }
    });
    if !undone.names.is_empty() {
        let names = undone.names.join(", ");
        say(&format!("These secrets are in the code again: {names}"));
    }
}

/// Tells what finishing a run did.
pub(super) fn finished(finished: &Finished, places: &Places) {
    for file in &finished.files {
        let path = file.path.strip_prefix(&places.root).unwrap_or(&file.path);
        let path = path.display();
        match file.end {
            End::Written => say(&format!("changed  {path}")),
            End::Kept => {}
            End::Changed => say(&format!(
                "left     {path}: it was changed after run {} was stopped",
                finished.run
            )),
        }
    }
    say(&format!("Run {} is finished.", finished.run));
    say(&format!(
        "\nUndo all of it with: shield rollback {}{}",
        finished.run,
        project(&places.root)
    ));
}

/// The argument that names a project other than that of the current folder.
fn project(root: &Path) -> String {
    let here = Places::find(Path::new(".")).map(|it| it.root);
    if here.is_ok_and(|it| it == root) {
        String::new()
    } else {
        format!(" --project {}", root.display())
    }
}
