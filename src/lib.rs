//! Finds secrets in source code, takes them out, puts them where they belong, and can undo it.
//!
//! This library serves the `shield` program, its tests and its benchmarks. It makes no promise
//! of stability.
//!
//! The modules are listed by layer: each may use those above it in this list and nothing else.

pub mod secret;
pub mod text;

pub mod lang;
pub mod notice;
pub mod risk;
pub mod seal;
pub mod yaml;

pub mod manifest;
pub mod pattern;
pub mod source;

pub mod cache;
pub mod finding;

pub mod detect;

pub mod baseline;
pub mod fix;
pub mod setup;

pub mod emit;
pub mod inventory;
pub mod provision;

pub mod report;

pub mod settings;

pub mod coverage;
pub mod examples;
pub mod run;

pub mod doctor;

pub mod cli;
