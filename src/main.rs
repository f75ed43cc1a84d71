//! Finds secrets in source code, takes them out, and can undo it.

fn main() {}
