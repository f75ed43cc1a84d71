//! The arguments of `shield provision`; no logic.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand, ValueEnum};

use crate::cli::args::secret_name;
use crate::emit::Target;
use crate::emit::TerraformValues;
use crate::manifest::Days;
use crate::secret::SecretName;

/// Arguments of `shield provision`.
#[derive(Debug, Group)]
#[command(
    after_help = "Exit codes: 0 all is as it should be, 1 something differs or is wrong, 2 could \
                  not run, 3 something was left undone."
)]
pub(crate) struct Provision {
    #[command(subcommand)]
    pub(crate) command: ProvisionCommand,
}

/// What to do with the stores.
#[derive(Debug, Subcommand)]
pub(crate) enum ProvisionCommand {
    /// Tell what would have to be done; change nothing.
    Plan(Plan),
    /// Do it: make what is missing, and never overwrite a value unasked.
    Apply(Apply),
    /// Read every secret, and tell what the code would not get.
    Verify(Verify),
    /// Tell the age of every secret, when it is to be replaced, and what is wrong; read no value.
    Status {
        #[command(flatten)]
        place: Place,
        /// The form of the answer.
        #[arg(long, value_enum, default_value = "text")]
        format: TableFormat,
    },
    /// Tell where the store and the manifest differ.
    Drift {
        #[command(flatten)]
        place: Place,
        /// The form of the answer.
        #[arg(long, value_enum, default_value = "text")]
        format: TableFormat,
    },
    /// Put a new value in the place of an old one, step by step; without a flag, tell the steps.
    Rotate(Rotate),
    /// Undo a run of `apply`, or make the value before the current one current again.
    Rollback(Rollback),
    /// Add what the store has below the paths of the environment to the manifest: names only.
    Import {
        #[command(flatten)]
        place: Place,
    },
    /// Make infrastructure code of the manifest: names and policies, never values.
    Emit(Emit),
}

/// Which environment of which project.
#[derive(Debug, Group)]
pub(crate) struct Place {
    /// The environment; the only one of the manifest when none is given.
    #[arg(long, short, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// The project; that of the current folder when none is given.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) project: PathBuf,
}

/// Arguments of `shield provision verify`.
#[derive(Debug, Group)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Read as this role of AWS, by its ARN: as the program that the secrets are for.
    #[arg(long, value_name = "ARN")]
    pub(crate) as_role: Option<String>,
    /// Read as the program does: through the module that a fix has written, in an interpreter of the
    /// project. This runs code of the project.
    #[arg(long)]
    pub(crate) deep: bool,
    /// With --deep: read what is set in the environment variables here, and ask no store.
    #[arg(long, requires = "deep", conflicts_with = "as_role")]
    pub(crate) from_env: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TableFormat,
}

/// Arguments of `shield inventory`.
#[derive(Debug, Group)]
pub(crate) struct Inventory {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Tell what the secrets cost in a month instead: an estimate, for which no store is asked.
    #[arg(long, conflicts_with = "compliance")]
    pub(crate) cost: bool,
    #[command(flatten)]
    pub(crate) usage: Usage,
    /// Tell instead which controls of standards this supports, with the evidence and the state of
    /// the project; no control is said to be met.
    #[arg(long)]
    pub(crate) compliance: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: InventoryFormat,
}

/// How secrets are read, for an estimate of what they cost.
#[derive(Debug, Group)]
pub(crate) struct Usage {
    /// With --cost: how many processes read every secret.
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 1,
        requires = "cost",
        value_parser = clap::value_parser!(u64).range(1..=1_000_000)
    )]
    pub(crate) processes: u64,
    /// With --cost: after how many seconds a process reads a secret again (`SECRETS_CACHE_TTL`).
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 300,
        requires = "cost",
        value_parser = clap::value_parser!(u64).range(1..=2_592_000)
    )]
    pub(crate) ttl: u64,
    /// With --cost: reckon with the prices of this file, not with those that shield knows.
    #[arg(long, value_name = "FILE", requires = "cost")]
    pub(crate) prices: Option<PathBuf>,
}

/// Where values come from.
#[derive(Debug, Group)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Values {
    /// Take values from NAME=value lines of a file; read literally, nothing is expanded.
    #[arg(long, value_name = "FILE")]
    pub(crate) from_env_file: Option<PathBuf>,
    /// Take values from NAME=value lines on standard input.
    #[arg(long)]
    pub(crate) from_stdin: bool,
    /// Take the values that a JSON report of `shield scan` has found, out of the files that it names,
    /// as long as they are there as it says.
    #[arg(long, value_name = "REPORT")]
    pub(crate) from_findings: Option<PathBuf>,
    /// Take values from the local store of the project.
    #[arg(long)]
    pub(crate) from_local: bool,
    /// Make new random values where there is none.
    #[arg(long)]
    pub(crate) generate: bool,
    /// Ask for values on the terminal where there is none.
    #[arg(long)]
    pub(crate) prompt: bool,
    /// Put placeholders where there is no value; programs refuse them outside development.
    #[arg(long, conflicts_with_all = ["generate", "prompt"])]
    pub(crate) placeholder: bool,
}

/// Arguments of `shield provision rotate`.
#[derive(Debug, Group)]
pub(crate) struct Rotate {
    /// The name of the secret.
    #[arg(value_name = "NAME", value_parser = secret_name)]
    pub(crate) name: SecretName,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) step: RotateStep,
    /// With --revoked: do not wait any longer, since the log of the store shows that every program has
    /// the new value.
    #[arg(long, requires = "revoked")]
    pub(crate) seen: bool,
}

/// The step of a rotation that is done.
#[derive(Debug, Group)]
#[group(multiple = false)]
pub(crate) struct RotateStep {
    #[command(flatten)]
    pub(crate) fresh: Fresh,
    /// Begin: have the store replace it, where it does so by itself, or tell a person how to.
    #[arg(long)]
    pub(crate) now: bool,
    /// Set how often it is replaced, in shield.secrets.yaml: 30d, 4w or 1y.
    #[arg(long, value_name = "INTERVAL")]
    pub(crate) schedule: Option<Days>,
    /// Say that the old value was taken back where it was issued: the end of the rotation, and of
    /// counting as exposed.
    #[arg(long)]
    pub(crate) revoked: bool,
}

/// Where one new value comes from.
#[derive(Debug, Group)]
#[group(multiple = false)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Fresh {
    /// Take all of standard input, without a line break at its end.
    #[arg(long)]
    pub(crate) from_stdin: bool,
    /// Ask for it on the terminal.
    #[arg(long)]
    pub(crate) prompt: bool,
    /// Make a random one.
    #[arg(long)]
    pub(crate) generate: bool,
}

impl Fresh {
    /// Whether there is to be a new value at all.
    pub(crate) fn is_any(&self) -> bool {
        self.from_stdin || self.prompt || self.generate
    }
}

/// What may be done to secrets that are there.
#[derive(Debug, Group)]
pub(crate) struct Wishes {
    /// Give this secret a new value; may be given several times.
    #[arg(long, value_name = "NAME", value_parser = secret_name)]
    pub(crate) update: Vec<SecretName>,
    /// Look after this secret from now on, whoever has made it; may be given several times.
    #[arg(long, value_name = "NAME", value_parser = secret_name)]
    pub(crate) adopt: Vec<SecretName>,
    /// Have this secret back, which is marked for deletion; may be given several times.
    #[arg(long, value_name = "NAME", value_parser = secret_name)]
    pub(crate) restore: Vec<SecretName>,
}

/// Arguments of `shield provision plan`.
#[derive(Debug, Group)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) values: Values,
    #[command(flatten)]
    pub(crate) wishes: Wishes,
    /// The form of the plan.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TableFormat,
    /// Write the plan to a file, too, for `apply` to hold it to.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Arguments of `shield provision apply`.
#[derive(Debug, Group)]
pub(crate) struct Apply {
    /// A plan of `shield provision plan --out`; refused when anything has changed since.
    #[arg(value_name = "PLAN")]
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) values: Values,
    #[command(flatten)]
    pub(crate) wishes: Wishes,
    /// Do not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// Arguments of `shield provision rollback`.
#[derive(Debug, Group)]
pub(crate) struct Rollback {
    /// The run to undo; the last one when nothing is given.
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// Make the value before the current one of this secret current again.
    #[arg(long, value_name = "NAME", value_parser = secret_name, conflicts_with = "run")]
    pub(crate) name: Option<SecretName>,
    /// List the runs, and change nothing.
    #[arg(long, conflicts_with_all = ["run", "name"])]
    pub(crate) list: bool,
    /// Have values back that were in the code.
    #[arg(long)]
    pub(crate) accept_exposed: bool,
    /// The name of a protected environment, typed out, where there is no terminal to ask on.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) confirm: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Arguments of `shield provision emit`.
#[derive(Debug, Group)]
pub(crate) struct Emit {
    /// What the code is for.
    #[arg(value_enum, value_name = "TARGET")]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Write below this folder instead of to standard output; nothing is written over what shield
    /// has not made, or what was changed since.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// For Terraform: how it gets the values.
    #[arg(long, value_enum, value_name = "HOW", default_value = "none")]
    pub(crate) terraform_values: TerraformValues,
    /// For Terraform: take over the secrets that are there already.
    #[arg(long)]
    pub(crate) import: bool,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For a person at a terminal.
    Text,
    /// For programs.
    Json,
    /// For pull requests.
    Markdown,
}

/// The form of an inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InventoryFormat {
    /// For a person at a terminal.
    Text,
    /// For programs.
    Json,
    /// For pull requests.
    Markdown,
    /// For spreadsheets.
    Csv,
    /// A page for a browser.
    Html,
}
