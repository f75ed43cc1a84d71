//! The pattern files compiled into the binary.

/// Each file's path below `patterns/` and its text, sorted by path.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/patterns.rs"));
