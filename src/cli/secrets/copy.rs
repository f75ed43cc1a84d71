//! Copies of the local store: made, thinned out, opened, put back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use miette::Diagnostic;
use miette::IntoDiagnostic as _;
use sha2::Digest as _;
use sha2::Sha256;

use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::cli::terminal::say;
use crate::provision::LocalStore;
use crate::seal::private;
use crate::seal::private::Readers;

/// The store, in a copy.
const STORE: &str = "secrets.dev.age";

/// The list of what a copy has, as `sha256sum --check` reads it.
const SUMS: &str = "SHA256SUMS";

/// What the folder of a copy is called before its time.
const PREFIX: &str = "secrets-";

/// The most that a file of a copy may have.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Whether something is changed, or only told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It is changed.
    Real,
    /// It is told.
    Told,
}

impl From<bool> for Effect {
    fn from(dry_run: bool) -> Self {
        if dry_run { Self::Told } else { Self::Real }
    }
}

/// Why there is no copy, or it is of no use.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum CopyError {
    /// There is nothing to copy.
    #[error("there is no local store to copy")]
    #[diagnostic(code(shield::secrets::nothing))]
    Nothing,
    /// It is no copy, or is damaged.
    #[error("{} is no whole copy of a store", path.display())]
    #[diagnostic(
        code(shield::secrets::damaged),
        help(
            "name a folder `{PREFIX}…` that `shield secrets backup` has made; nothing was changed"
        )
    )]
    Damaged {
        /// What was named.
        path: PathBuf,
    },
}

/// Copies the store into a new folder below `to`, and keeps so many copies there.
pub(super) fn backup(store: &LocalStore<'_>, to: &Path, keep: usize) -> Result<Exit, Trouble> {
    let sealed = store.sealed()?.ok_or(CopyError::Nothing)?;
    let folder = copy(&sealed, to)?;
    // A copy that cannot be opened is none.
    let names = store.names_in(&sealed, &folder)?;
    say(&format!("{}: {} secrets", folder.display(), names.len()));
    let mut copies = copies(to)?;
    copies.sort();
    let extra = copies.len().saturating_sub(keep);
    for old in copies.iter().take(extra) {
        for name in [STORE, SUMS] {
            fs::remove_file(old.join(name)).into_diagnostic()?;
        }
        // What else lies there is somebody's own, and stays.
        drop(fs::remove_dir(old));
    }
    Ok(Exit::Clean)
}

/// Puts a copy in the place of the store.
pub(super) fn restore(
    store: &LocalStore<'_>,
    from: &Path,
    effect: Effect,
) -> Result<Exit, Trouble> {
    let sealed = checked(from)?;
    let path = from.join(STORE);
    let after: BTreeSet<String> = store.names_in(&sealed, &path)?.into_iter().collect();
    let before: BTreeSet<String> = store.names()?.into_iter().collect();
    for name in after.difference(&before) {
        say(&format!("comes back  {name}"));
    }
    for name in before.difference(&after) {
        say(&format!("goes away   {name}"));
    }
    let both = after.intersection(&before).count();
    say(&format!(
        "{both} names are in both; their values become those of the copy."
    ));
    if effect == Effect::Told {
        return Ok(Exit::Clean);
    }
    if let (Some(current), Some(parent)) = (store.sealed()?, from.parent()) {
        let kept = copy(&current, parent)?;
        say(&format!("The store as it was is in {}.", kept.display()));
    }
    store.put_back(&sealed, &path)?;
    say("The copy is in the place of the store.");
    Ok(Exit::Clean)
}

/// Writes a copy below `to`, and tells where.
fn copy(sealed: &str, to: &Path) -> Result<PathBuf, Trouble> {
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S%6fZ");
    let folder = to.join(format!("{PREFIX}{time}"));
    private::make_folder(&folder)?;
    private::replace(&folder.join(STORE), sealed.as_bytes())?;
    let line = format!("{}  {STORE}\n", sum(sealed));
    private::replace(&folder.join(SUMS), line.as_bytes())?;
    Ok(folder)
}

/// The sealed store of a copy that is whole.
fn checked(from: &Path) -> Result<String, Trouble> {
    let damaged = || CopyError::Damaged {
        path: from.to_owned(),
    };
    let read = |name: &str| private::read(&from.join(name), LIMIT, Readers::Anybody);
    let sealed = read(STORE)?.ok_or_else(damaged)?;
    let sums = read(SUMS)?.ok_or_else(damaged)?;
    if sums.trim() == format!("{}  {STORE}", sum(&sealed)) {
        Ok(sealed.to_string())
    } else {
        Err(damaged().into())
    }
}

/// The copies below `to`.
fn copies(to: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut copies = Vec::new();
    for entry in fs::read_dir(to).into_diagnostic()? {
        let entry = entry.into_diagnostic()?;
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let path = entry.path();
        if is_ours && path.join(SUMS).is_file() && path.join(STORE).is_file() {
            copies.push(path);
        }
    }
    Ok(copies)
}

/// The SHA-256 of a text, in hexadecimal digits.
fn sum(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut hex, it| {
        for half in [it >> 4, it & 15] {
            hex.extend(char::from_digit(u32::from(half), 16));
        }
        hex
    })
}
