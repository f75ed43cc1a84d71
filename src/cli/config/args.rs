//! The arguments of `shield config`.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};

use crate::cli::args::ListFormat;

/// Arguments of `shield config`.
#[derive(Debug, Group)]
pub(in crate::cli) struct Config {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show every setting: its value in force, and the line that says it or that it is the default.
    Show {
        /// A file or folder of the project; the current folder when none is given.
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
        /// The form of the list.
        #[arg(long, value_enum, default_value_t = ListFormat::Human)]
        format: ListFormat,
    },
}
