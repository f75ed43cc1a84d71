//! `shield completions` and `shield man`: what is made of the arguments for shells and readers.

use std::io;
use std::io::Write as _;
use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Exit;
use super::args::Args;
use super::scan::{Pipe, Trouble};
use crate::run::RunError;

/// Writes what a shell needs to complete the arguments.
pub(super) fn completions(shell: Shell) -> Result<Exit, Trouble> {
    let mut command = Args::command();
    let name = command.get_name().to_owned();
    // The library does not expect that writing can fail.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    let written = Pipe(io::stdout().lock()).write_all(&script);
    written.map_err(|error| RunError::Report { path: None, error })?;
    Ok(Exit::Clean)
}

/// Writes the page of the manual, or into a folder one for each command.
pub(super) fn man(folder: Option<&Path>) -> Result<Exit, Trouble> {
    let command = Args::command();
    match folder {
        Some(folder) => clap_mangen::generate_to(command, folder),
        None => clap_mangen::Man::new(command).render(&mut Pipe(io::stdout().lock())),
    }
    .map_err(|error| RunError::Report {
        path: folder.map(Path::to_owned),
        error,
    })?;
    Ok(Exit::Clean)
}
