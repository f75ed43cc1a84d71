//! The arguments of `shield report`.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};

use crate::cli::args::PatternFolders;
use crate::report::Format;
use crate::risk::Level;
use crate::settings::FailOn;

/// Arguments of `shield report`.
#[derive(Debug, Group)]
pub(in crate::cli) struct Report {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do with reports.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a JSON report in another form, as the scan would have written it.
    Convert {
        /// A JSON report; `-` is standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        form: Form,
        #[command(flatten)]
        result: Result,
    },
    /// Make one report of the JSON reports of parts, as one run would have written it.
    Merge {
        /// JSON reports of parts of one tree, in any order; `-` is standard input.
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        form: Form,
        #[command(flatten)]
        result: Result,
    },
}

/// The form of the new report.
#[derive(Debug, Group)]
pub(super) struct Form {
    /// The form of the new report.
    #[arg(long, value_enum, default_value = "json")]
    pub(super) format: Format,
    /// List only findings of this level or a higher one, in other forms than JSON.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) level: Option<Level>,
    #[command(flatten)]
    pub(super) folders: PatternFolders,
}

/// What becomes of the new report.
#[derive(Debug, Group)]
pub(super) struct Result {
    /// Write the report to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// End with exit code 1 when a finding has this level or a higher one.
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "never")]
    pub(super) fail_on: FailOn,
}
