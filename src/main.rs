//! Finds secrets in source code, takes them out, puts them where they belong, and can undo it.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A scan makes and drops many small things on all threads; the allocators of systems are slow at it,
/// that of musl above all.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(shield::cli::run(std::env::args_os()).code())
}
