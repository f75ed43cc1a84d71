//! The pattern files compiled into the binary; see `build.rs`.

/// Each file's path below `patterns/` and its text, sorted by path.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/patterns.rs"));

/// A [`super::packed::Packed`] for each of the files, one behind the other.
pub(super) static HEADS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/heads.bin"));

/// What comes after the fix in each of the files.
pub(super) static TAILS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tails.bin"));
