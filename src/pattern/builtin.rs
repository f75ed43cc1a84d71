//! The pattern files compiled into the binary.
