//! Checks the wrappers as what they are: with the compilers, linters and tests of their
//! languages, and against the store that shield writes.
//!
//! Packages are installed below `target/templates/`, once. Where Python or Node is missing,
//! tests are shown as ignored, and fail on a build server.

mod fixed;
#[path = "../ground/mod.rs"]
mod ground;
mod interop;
mod node;
mod packaged;
#[path = "../plan/project.rs"]
#[expect(dead_code, reason = "the tests of plans need more of it")]
mod project;
mod python;
mod tool;
mod typed;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = python::trials();
    trials.extend(node::trials());
    trials.extend(interop::trials());
    trials.extend(fixed::trials());
    trials.extend(typed::trials());
    trials.extend(packaged::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}
