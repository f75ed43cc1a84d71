//! Runs the examples that pattern files carry.
