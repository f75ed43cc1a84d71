//! What there is to know about trees of JavaScript, TypeScript and TSX.

mod binding;
mod decode;
mod env;
#[cfg(test)]
mod fixture;
mod gateway;
mod import;
mod literal;
mod scope;
mod standing;
mod surroundings;
mod tree;
mod types;
mod unused;

pub(super) use binding::bindings;
pub(super) use env::env_reads;
pub(super) use gateway::gateways;
pub(super) use gateway::imported_names;
pub(super) use gateway::keyed_calls;
pub(super) use import::import;
pub(super) use import::quote;
pub(super) use import::reaches_import;
pub(super) use literal::literal;
pub(super) use literal::role;
pub(super) use types::env_types;
pub(super) use unused::unused;
