//! The arguments of `shield baseline`.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};

use crate::baseline;
use crate::baseline::Note;
use crate::fix::Selector;

/// Arguments of `shield baseline`.
#[derive(Debug, Group)]
pub(in crate::cli) struct Baseline {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do with the baseline.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a baseline of all that a scan finds now.
    Create {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        remark: Remark,
    },
    /// Add what a scan finds now and the baseline does not have.
    Update {
        #[command(flatten)]
        place: Place,
        /// Add only this, or say something about it: a fingerprint, a pattern, a path or PATH:LINE;
        /// may be given several times.
        #[arg(long, value_name = "WHAT")]
        only: Vec<Selector>,
        #[command(flatten)]
        remark: Remark,
    },
    /// List what the baseline has.
    Show {
        #[command(flatten)]
        place: Place,
    },
    /// Take out what a scan does not find any more.
    Prune {
        #[command(flatten)]
        place: Place,
    },
    /// Take over a list of another program: .secrets.baseline of detect-secrets, .gitleaksignore or
    /// a JSON report of gitleaks.
    Import {
        /// The list.
        #[arg(value_name = "LIST")]
        list: PathBuf,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        remark: Remark,
    },
}

/// Which project, and which baseline.
#[derive(Debug, Group)]
pub(super) struct Place {
    /// The project; the one of the current folder when none is given.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
    /// The baseline [default: .shield/baseline.jsonl of the project].
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Look at all that was ever committed instead of the files, or at what the commits of a range
    /// have brought in.
    #[arg(
        long,
        value_name = "A..B",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    pub(super) history: Option<String>,
}

/// What is said about findings that are added.
#[derive(Debug, Clone, Group)]
pub(super) struct Remark {
    /// Why they are let be.
    #[arg(long)]
    reason: Option<String>,
    /// Who answers for that.
    #[arg(long)]
    owner: Option<String>,
    /// The last day on which they are let be, as 2027-01-31.
    #[arg(long, value_name = "DAY", value_parser = day)]
    expires: Option<String>,
}

impl Remark {
    /// What is said, or `reason` where nothing is.
    pub(super) fn note(self, reason: Option<&str>) -> Note {
        Note {
            reason: self.reason.or_else(|| reason.map(str::to_owned)),
            owner: self.owner,
            expires: self.expires,
        }
    }
}

fn day(text: &str) -> Result<String, &'static str> {
    if baseline::is_day(text) {
        Ok(text.to_owned())
    } else {
        Err("expected a day, such as 2027-01-31")
    }
}
