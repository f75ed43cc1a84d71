//! The arguments of `shield config`.

use std::path::PathBuf;

use camino::Utf8PathBuf;
use clap::{Args as Group, Subcommand};

use crate::cli::args::ListFormat;
use crate::fix::WriteGuide;
use crate::risk::Level;
use crate::secret::StoreKind;
use crate::settings::FailOn;

/// Arguments of `shield config`.
#[derive(Debug, Group)]
pub(in crate::cli) struct Config {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show every setting: its value in force, and where that comes from: a flag, a line, the default.
    ///
    /// The flags are those of a scan or a fix: what is shown is what would count with them.
    Show {
        /// A file or folder of the project; the current folder when none is given.
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
        /// The form of the list.
        #[arg(long, value_enum, default_value_t = ListFormat::Human)]
        format: ListFormat,
        #[command(flatten)]
        flags: Flags,
    },
}

/// Flags that a settings file can have a value for, too.
#[derive(Debug, Group)]
pub(super) struct Flags {
    /// As of `shield scan`.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<FailOn>,
    /// As of `shield scan`.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) level: Option<Level>,
    /// As of `shield scan`.
    #[arg(long, value_name = "DIR")]
    pub(super) patterns: Vec<Utf8PathBuf>,
    /// As of `shield fix`.
    #[arg(long)]
    pub(super) code_only: bool,
    /// As of `shield fix`.
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(super) guide: Option<WriteGuide>,
    /// As of `shield fix`.
    #[arg(long, value_enum, value_name = "STORE")]
    pub(super) backend: Option<StoreKind>,
}
