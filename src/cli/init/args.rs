//! The arguments of `shield init`.

use std::path::PathBuf;

use clap::Args as Group;

/// Arguments of `shield init`.
#[derive(Debug, Group)]
pub(in crate::cli) struct Init {
    /// The project; that of the current folder when none is given.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
    /// Tell what would be made, and make nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
}
