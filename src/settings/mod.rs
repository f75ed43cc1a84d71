//! Command line and settings file, merged.
