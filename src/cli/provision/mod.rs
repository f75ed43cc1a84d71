//! `shield provision`.

mod answer;
pub(super) mod args;
mod change;
mod compliance;
mod cost;
mod deep;
mod desk;
mod emit;
mod findings;
pub(super) mod inventory;
mod look;
mod page;
mod rotate;
mod sheet;
mod sources;
mod steps;
mod table;

use super::Exit;

use super::scan::Trouble;
use args::ProvisionCommand;

/// Looks at the stores, or changes them.
pub(super) fn run(args: args::Provision) -> Result<Exit, Trouble> {
    match args.command {
        ProvisionCommand::Plan(args) => look::plan(&args),
        ProvisionCommand::Apply(args) => change::apply(&args),
        ProvisionCommand::Verify(args) if args.deep => deep::verify(&args),
        ProvisionCommand::Verify(args) => look::verify(&args),
        ProvisionCommand::Status { place, format } => look::status(&place, format),
        ProvisionCommand::Drift { place, format } => look::drift(&place, format),
        ProvisionCommand::Rotate(args) => rotate::run(&args),
        ProvisionCommand::Rollback(args) => change::rollback(&args),
        ProvisionCommand::Import { place } => change::import(&place),
        ProvisionCommand::Emit(args) => emit::run(&args),
    }
}
