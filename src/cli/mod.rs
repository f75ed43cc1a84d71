//! Arguments, commands, exit codes.

mod args;
mod baseline;
mod config;
mod doctor;
#[cfg(test)]
mod guide;
mod init;
mod manual;
mod patterns;
mod provision;
mod recover;
mod report;
mod review;
mod rollback;
mod rotated;
mod scan;
mod secrets;
mod tell;
mod terminal;

use std::ffi::OsString;

use clap::Parser as _;

use args::{Args, Command};

/// How a run of the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above the level asked for.
    Clean,
    /// Findings at or above the level asked for.
    Findings,
    /// The run could not go on: arguments, settings, patterns or input are wrong.
    Trouble,
    /// The run went through, but a fix or a deposit was left undone.
    Undone,
    /// As a command did that was run with the secrets.
    Child(u8),
}

impl Exit {
    /// The exit code of the process.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Trouble => 2,
            Self::Undone => 3,
            Self::Child(code) => code,
        }
    }
}

/// Runs the program with `arguments`, the first of which is its name.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    terminal::quiet_panics();
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => return terminal::explain(&error),
    };
    let result = match args.command {
        Command::Init(args) => init::run(&args),
        Command::Scan(args) => scan::run(args),
        Command::Fix(args) => scan::run(args.into()),
        Command::Rotated(args) => rotated::run(&args),
        Command::Rollback(args) => rollback::run(&args),
        Command::Recover(args) => recover::run(&args),
        Command::Baseline(args) => baseline::run(args),
        Command::Config(args) => config::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Patterns(args) => patterns::run(&args),
        Command::Provision(args) => provision::run(args),
        Command::Inventory(args) => provision::inventory::run(&args),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { out } => manual::man(out.as_deref()),
        Command::Secrets(args) => secrets::run(args),
    };
    result.unwrap_or_else(|error| {
        terminal::complain(error.as_ref());
        Exit::Trouble
    })
}
