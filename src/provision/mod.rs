//! Stores that secrets are moved to, and what is done there.

mod apply;
#[cfg(feature = "aws")]
mod aws;
mod deposit;
mod error;
mod journal;
pub mod local;
mod open;
mod plan;
mod probe;
mod rotation;
mod schedule;
mod sources;
mod store;
mod survey;
mod together;
mod undo;
#[cfg(feature = "vault")]
mod vault;
mod verify;

pub use apply::{Effect, Made, apply, settle};
#[cfg(feature = "aws")]
pub use aws::{AwsSettings, AwsStore};
pub use deposit::{Outcome, Receipt, conflicts, put};
pub use error::ProvisionError;
pub use journal::{Journal, Journals, Run};
pub use local::LocalStore;
pub use open::{Credentials, credentials, open};
pub use plan::{Action, Plan, Step, Wishes, about, guard, plan};
pub use probe::{Module, ProbeError, Reading, Surroundings, Way, probe};
pub use rotation::{Rotations, Stage, attend};
pub use schedule::unscheduled;
pub use sources::{Doubt, EnvFile, EnvFileError, PLACEHOLDER, Source, Sources};
pub use store::{
    About, Address, Glimpse, Held, MANAGED_BY, Presence, Schedule, Store, Token, Turning, Version,
    Whereabouts,
};
pub use undo::{Exposed, Undone, undo};
#[cfg(feature = "vault")]
pub use vault::{VaultSettings, VaultStore};
pub use verify::{Depth, Fault, Verdict, verify};
