//! Finds secrets in source code, takes them out, puts them where they belong, and can undo it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(shield::cli::run(std::env::args_os()).code())
}
