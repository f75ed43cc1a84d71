//! The arguments of `shield init`.

use std::path::PathBuf;

use clap::Args as Group;

use crate::setup::workflow::Action;

/// Arguments of `shield init`.
#[derive(Debug, Group)]
pub(in crate::cli) struct Init {
    /// The project; that of the current folder when none is given.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
    /// What a workflow of GitHub runs shield with: a repository that has it, and a commit of that.
    ///
    /// Without it no workflow is written. A tag will not do, since it can be moved.
    #[arg(long, value_name = "OWNER/REPO@COMMIT")]
    pub(super) action: Option<Action>,
    /// Tell what would be made, and make nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
}
