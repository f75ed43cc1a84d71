//! Why nobody knows what a program would read.

use miette::Diagnostic;

/// Why nobody knows what a program would read.
///
/// Nothing that the module or its interpreter has said is in it: that may have a value in it.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ProbeError {
    /// There is no module to read through.
    #[error("there is no module below {root} that secrets are read through")]
    #[diagnostic(
        code(shield::probe::no_module),
        help(
            "a fix writes it (`shield_secrets/` for Python, `shield-secrets.ts` or `.js` for Node); \
             `shield provision verify` without --deep reads the store itself"
        )
    )]
    NoModule {
        /// The root of the project.
        root: String,
    },
    /// There is nothing that runs it.
    #[error("there is no {language} here to run {module}")]
    #[diagnostic(code(shield::probe::no_interpreter), help("{help}"))]
    NoInterpreter {
        /// What it is written for.
        language: &'static str,
        /// The module.
        module: String,
        /// What to do.
        help: &'static str,
    },
    /// The module does not load.
    #[error("{interpreter} cannot load {module}: {why}")]
    #[diagnostic(code(shield::probe::unloadable), help("{help}"))]
    Unloadable {
        /// What runs it.
        interpreter: String,
        /// The module.
        module: String,
        /// Why not.
        why: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// It takes too long.
    #[error("{module} has not read all secrets in {seconds} s, and was stopped")]
    #[diagnostic(
        code(shield::probe::late),
        help(
            "check that the store can be reached from here; `shield provision verify` asks it itself"
        )
    )]
    Late {
        /// The module.
        module: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// It ended too early, or said something else than it should.
    #[error("{interpreter} ended before it had told what {module} reads")]
    #[diagnostic(
        code(shield::probe::ended),
        help("import the module by hand in this interpreter, and see what happens")
    )]
    Ended {
        /// What runs it.
        interpreter: String,
        /// The module.
        module: String,
    },
}
