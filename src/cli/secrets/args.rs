//! The arguments of `shield secrets`; no logic.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as Group, Subcommand};

use crate::cli::args::secret_name;
use crate::secret::SecretName;

/// Arguments of `shield secrets`.
#[derive(Debug, Group)]
pub(crate) struct Secrets {
    #[command(subcommand)]
    pub(crate) command: SecretsCommand,
    /// The project; that of the current folder when none is given.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(crate) project: PathBuf,
}

/// What to do with the local store.
#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Make the store, for you and for whoever can open it when your key is lost.
    Init {
        /// The public key of a colleague, or of a key kept offline, `age1…`; may be given several
        /// times.
        #[arg(
            long,
            value_name = "RECIPIENT",
            required_unless_present = "single_recipient"
        )]
        recovery: Vec<String>,
        /// Let nobody else open it: without your key its values are lost.
        #[arg(long, conflicts_with = "recovery")]
        single_recipient: bool,
    },
    /// Store a value: typed, or all of standard input without a line break at its end.
    Set {
        /// The name of the secret.
        #[arg(value_name = "NAME", value_parser = secret_name)]
        name: SecretName,
    },
    /// Print a value.
    Get {
        /// The name of the secret.
        #[arg(value_name = "NAME", value_parser = secret_name)]
        name: SecretName,
        /// Print it even where a person may read it over your shoulder: on a terminal.
        #[arg(long)]
        show: bool,
    },
    /// List the names.
    List,
    /// Open all values in $VISUAL or $EDITOR, and store what is another value then.
    Edit,
    /// Seal the store anew, for everybody in .shield/recipients.txt and nobody else.
    Rekey,
    /// Copy the sealed store, with what it takes to tell that the copy is whole.
    Backup {
        /// The folder that copies go to.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// How many copies are kept there.
        #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u16).range(1..))]
        keep: u16,
    },
    /// Put a copy in the place of the store; the store is copied first.
    Restore {
        /// A copy, as `shield secrets backup` has made it.
        #[arg(value_name = "COPY")]
        from: PathBuf,
        /// Open the copy in memory, and tell what would change; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Run a command that has the secrets in its environment, and nobody else.
    Exec {
        /// The command and its arguments.
        #[arg(value_name = "COMMAND", required = true, last = true)]
        command: Vec<OsString>,
    },
    /// Print the secrets as lines of NAME='value'.
    ExportEnv {
        /// Print them even where a person may read them over your shoulder: on a terminal.
        #[arg(long)]
        show: bool,
    },
}
