//! Commands that give values away: to a person, a pipe, or another program.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::Command;

use miette::IntoDiagnostic as _;

use super::SecretsError;
use crate::cli::Exit;
use crate::cli::scan::Pipe;
use crate::cli::scan::Trouble;
use crate::manifest::Manifest;
use crate::manifest::ManifestError;
use crate::provision::LocalStore;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::settings::Places;

/// Whether values may be printed where a person may read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// They may.
    Yes,
    /// Only to another program.
    No,
}

impl From<bool> for Show {
    fn from(flag: bool) -> Self {
        if flag { Self::Yes } else { Self::No }
    }
}

/// Prints a value.
#[expect(clippy::disallowed_methods, reason = "the user asks for the value")]
pub(super) fn get(store: &LocalStore<'_>, name: &SecretName, show: Show) -> Result<Exit, Trouble> {
    let absent = || SecretsError::Absent(name.clone());
    let value = store.get(name)?.ok_or_else(absent)?;
    check(show)?;
    let mut out = Pipe(io::stdout().lock());
    out.write_all(value.expose().as_bytes()).into_diagnostic()?;
    if io::stdout().is_terminal() {
        writeln!(out).into_diagnostic()?;
    }
    Ok(Exit::Clean)
}

/// Lists the names.
pub(super) fn list(store: &LocalStore<'_>) -> Result<Exit, Trouble> {
    let mut out = Pipe(io::stdout().lock());
    for name in store.names()? {
        writeln!(out, "{name}").into_diagnostic()?;
    }
    Ok(Exit::Clean)
}

/// Prints all secrets as a shell reads them.
#[expect(clippy::disallowed_methods, reason = "the user asks for the values")]
pub(super) fn export(store: &LocalStore<'_>, places: &Places, show: Show) -> Result<Exit, Trouble> {
    check(show)?;
    let mut out = Pipe(io::stdout().lock());
    for (variable, value) in variables(store, places)? {
        let quoted = value.expose().replace('\'', r"'\''");
        writeln!(out, "{variable}='{quoted}'").into_diagnostic()?;
    }
    Ok(Exit::Clean)
}

/// Runs a command that has the secrets in its environment; ends as it does.
#[expect(
    clippy::disallowed_methods,
    reason = "the command gets the values, in its environment alone, and keeps what is set there"
)]
pub(super) fn exec(
    store: &LocalStore<'_>,
    places: &Places,
    words: &[OsString],
) -> Result<Exit, Trouble> {
    let Some((program, arguments)) = words.split_first() else {
        return Ok(Exit::Trouble);
    };
    let mut command = Command::new(program);
    command.args(arguments);
    for (variable, value) in variables(store, places)? {
        // What is set already was set by somebody who meant it.
        if std::env::var_os(&variable).is_none() {
            command.env(variable, value.expose());
        }
    }
    let failed = |error| SecretsError::Command {
        command: program.to_string_lossy().into_owned(),
        error,
    };
    Ok(become_it(&mut command).map_err(failed)?)
}

/// Becomes the command, so that signals reach it; comes back only when it cannot be run.
#[cfg(unix)]
fn become_it(command: &mut Command) -> io::Result<Exit> {
    use std::os::unix::process::CommandExt as _;

    Err(command.exec())
}

/// Runs the command, and ends as it does.
#[cfg(not(unix))]
fn become_it(command: &mut Command) -> io::Result<Exit> {
    let code = command
        .status()?
        .code()
        .and_then(|it| u8::try_from(it).ok());
    Ok(Exit::Child(code.unwrap_or(u8::MAX)))
}

/// Values by the variables that programs read.
fn variables(store: &LocalStore<'_>, places: &Places) -> Result<BTreeMap<String, Secret>, Trouble> {
    let manifest = match Manifest::load(&places.root) {
        Ok(manifest) => Some(manifest),
        Err(ManifestError::Missing { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let mut variables = BTreeMap::new();
    for text in store.names()? {
        let Some(name) = SecretName::of(&text) else {
            continue;
        };
        let entry = manifest.as_ref().and_then(|it| it.secret(&name));
        let variable = entry.map_or_else(|| name.variable(), |it| it.variable.clone());
        if let Some(value) = store.get(&name)? {
            variables.insert(variable, value);
        }
    }
    Ok(variables)
}

/// Whether values may be printed.
fn check(show: Show) -> Result<(), SecretsError> {
    if show == Show::No && io::stdout().is_terminal() {
        return Err(SecretsError::Terminal);
    }
    Ok(())
}
