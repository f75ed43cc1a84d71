//! Why no code was made, or not written.

use std::path::PathBuf;

use miette::Diagnostic;

use crate::manifest::FILE_NAME;

/// Why no code was made, or not written.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum EmitError {
    /// The environment is kept in a store that the code is not for.
    #[error("{target} is not for {environment}, which is kept in {store}")]
    #[diagnostic(
        code(shield::emit::store),
        help("name another environment, as in `--environment production`")
    )]
    Store {
        /// What was asked for.
        target: &'static str,
        /// The environment.
        environment: String,
        /// Where it is kept.
        store: &'static str,
    },
    /// Which environment is meant is not said.
    #[error("{FILE_NAME} has {} environments that {target} is for", known.len())]
    #[diagnostic(code(shield::emit::environment), help("{}", advice(known)))]
    Environment {
        /// What was asked for.
        target: &'static str,
        /// Those that it may be.
        known: Vec<String>,
    },
    /// The manifest lacks what the code has to say.
    #[error("{FILE_NAME} does not say the {field} of {environment}")]
    #[diagnostic(
        code(shield::emit::incomplete),
        help("write `{field}:` below the environment, so that nothing is made in another one")
    )]
    Incomplete {
        /// The environment.
        environment: String,
        /// What is missing.
        field: &'static str,
    },
    /// Something in the manifest cannot stand in the code.
    #[error("{what} has a character that {target} does not take")]
    #[diagnostic(
        code(shield::emit::unfit),
        help("it may have {fits}; change it in {FILE_NAME}")
    )]
    Unfit {
        /// Which part of the manifest: a place, not what stands there.
        what: String,
        /// Who does not take it.
        target: &'static str,
        /// What it may have.
        fits: &'static str,
    },
    /// There is nothing to do.
    #[error("{FILE_NAME} has no {what}")]
    #[diagnostic(code(shield::emit::nothing), help("{help}"))]
    Nothing {
        /// What is missing.
        what: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// More than one file cannot go to standard output.
    #[error("{target} is {count} files")]
    #[diagnostic(
        code(shield::emit::files),
        help("say where to write them, as in `--out infra`")
    )]
    Files {
        /// What was asked for.
        target: &'static str,
        /// How many.
        count: usize,
    },
    /// The file is somebody else's.
    #[error("{} was not made by shield", path.display())]
    #[diagnostic(
        code(shield::emit::foreign),
        help("nothing was written; move it away, or write to another folder with `--out`")
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was made by shield, and somebody has changed it since.
    #[error("{} was changed since shield made it", path.display())]
    #[diagnostic(
        code(shield::emit::changed),
        help(
            "nothing was written; keep the changes elsewhere and delete the file, or write to \
             another folder with `--out`"
        )
    )]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Writing there would write elsewhere.
    #[error("{} is a symbolic link, or no file", path.display())]
    #[diagnostic(
        code(shield::emit::link),
        help("nothing was written; write to a folder without links")
    )]
    Link {
        /// What is in the way.
        path: PathBuf,
    },
    /// It could not be written.
    #[error("cannot write {}: {error}", path.display())]
    #[diagnostic(
        code(shield::emit::unwritable),
        help("make the folder writable, or choose another one with `--out`")
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A template of ours is wrong.
    #[error("a template of {target} is broken")]
    #[diagnostic(code(shield::emit::template), help("please report it"))]
    Template {
        /// What was asked for.
        target: &'static str,
        /// Where.
        #[source]
        source: minijinja::Error,
    },
}

/// How to say which environment is meant.
fn advice(known: &[String]) -> String {
    if known.is_empty() {
        "add one below `environments:`, with the store it has".to_owned()
    } else {
        format!(
            "choose one with `--environment`: {}",
            known.join(", ").replace(char::is_control, "?")
        )
    }
}
