//! What can be wrong with a manifest, with the place in the file.

use std::path::PathBuf;

use miette::Diagnostic;

use super::FILE_NAME;
use crate::yaml::Mistake;

/// What is wrong with a manifest.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ManifestError {
    /// Something in it is not as it should be.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Invalid(#[from] Mistake),
    /// There is none.
    #[error("there is no {}", path.display())]
    #[diagnostic(
        code(shield::manifest::missing),
        help(
            "`shield scan --fix` writes it along with the code; or write one by hand, as \
             docs/provision.md shows"
        )
    )]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// It cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    #[diagnostic(code(shield::manifest::unreadable), help("make the file readable"))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is larger than any list of names is.
    #[error("{} has more than {limit} bytes", path.display())]
    #[diagnostic(
        code(shield::manifest::size),
        help("a manifest holds names; is this the right file?")
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit, in bytes.
        limit: u64,
    },
    /// It does not know the environment.
    #[error("{FILE_NAME} has no environment {name}")]
    #[diagnostic(code(shield::manifest::environment), help("{}", advice(known)))]
    NoEnvironment {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// An entry cannot be added without changing what is there.
    #[error("{FILE_NAME} is laid out so that no entry can be added to it")]
    #[diagnostic(
        code(shield::manifest::layout),
        help("write `secrets:` at the start of a line, with one `- name: …` below it for each")
    )]
    Layout,
    /// It cannot be said how often a secret is replaced without changing something else.
    #[error("{FILE_NAME} is laid out so that the interval cannot be set in it")]
    #[diagnostic(
        code(shield::manifest::interval),
        help("write it by hand, below the secret: `rotation: {{ method: manual, every: 30d }}`")
    )]
    Interval,
}

/// Which environments there are.
fn advice(known: &[String]) -> String {
    if known.is_empty() {
        "add it below `environments:`, with the store it has".to_owned()
    } else {
        format!("it has {}", known.join(", "))
    }
}
