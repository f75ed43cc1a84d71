//! The arguments of `shield doctor`.

use std::path::PathBuf;

use clap::Args as Group;

use crate::cli::args::ListFormat;

/// Arguments of `shield doctor`.
#[derive(Debug, Group)]
pub(in crate::cli) struct Doctor {
    /// A file or folder of the project; the current folder when none is given.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) project: PathBuf,
    /// Ask the stores of shield.secrets.yaml whether they answer; without it no network is touched.
    #[arg(long)]
    pub(super) online: bool,
    /// The form of the list.
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(super) format: ListFormat,
}
