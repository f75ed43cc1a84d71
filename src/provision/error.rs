//! Why a secret could not be stored.

use std::path::PathBuf;

use miette::Diagnostic;

use crate::seal::SealError;
use crate::seal::private::FileError;
use crate::secret::SecretName;

/// Why a secret could not be stored.
///
/// No message has a value in it, nor a part of one.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ProvisionError {
    /// Another value has the name.
    #[error("the store already has another value under the name {0}")]
    #[diagnostic(
        code(shield::provision::conflict),
        help(
            "nothing was changed; rename the variable in the code, or remove the stored secret if it is out of date"
        )
    )]
    Conflict(SecretName),
    /// A file or folder of the store cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    File(#[from] FileError),
    /// The store could not be sealed or opened.
    #[error("the store {} cannot be used", path.display())]
    #[diagnostic(code(shield::provision::sealed))]
    Sealed {
        /// The store.
        path: PathBuf,
        /// Why not.
        #[source]
        #[diagnostic_source]
        source: SealError,
    },
    /// A line of the list of recipients is neither a comment nor a recipient.
    #[error("line {line} of {} is not an age recipient", path.display())]
    #[diagnostic(
        code(shield::provision::recipient),
        help(
            "each line is a `#` comment or the public key of somebody who may open the store, `age1…`"
        )
    )]
    Recipient {
        /// The list.
        path: PathBuf,
        /// The line, from one.
        line: usize,
    },
    /// The store was opened and is not what it should be.
    #[error("the store {} {what}", path.display())]
    #[diagnostic(
        code(shield::provision::invalid),
        help("restore it from version control, or move it away to start a new one")
    )]
    Invalid {
        /// The store.
        path: PathBuf,
        /// What is the matter with it.
        what: &'static str,
    },
    /// The store says that it is for production.
    #[error("the store {} says it is for production", path.display())]
    #[diagnostic(
        code(shield::provision::production),
        help(
            "the encrypted file is for development: anybody with a copy of the project has it; keep the secrets of production elsewhere"
        )
    )]
    Production {
        /// The store.
        path: PathBuf,
    },
    /// Another run has the store.
    #[error("another run of shield is writing to {}", path.display())]
    #[diagnostic(
        code(shield::provision::busy),
        help("wait until it is done, then try again")
    )]
    Busy {
        /// The folder of the store.
        path: PathBuf,
    },
    /// What was read back is not what was written.
    #[error("{0} was written but not read back as it was")]
    #[diagnostic(
        code(shield::provision::unverified),
        help("no code was changed; check the disk, then try again")
    )]
    Unverified(SecretName),
    /// There is a secret already, made by somebody or something else.
    #[error("{store} has a secret at {path} already")]
    #[diagnostic(
        code(shield::provision::exists),
        help("`shield provision plan` tells whose it is and what can be done")
    )]
    Exists {
        /// The store.
        store: &'static str,
        /// Where.
        path: String,
    },
    /// Another version is current than the one that was seen.
    #[error("the secret at {path} was changed by somebody else in the meantime")]
    #[diagnostic(
        code(shield::provision::changed),
        help("nothing was changed there; make a new plan")
    )]
    Changed {
        /// Where.
        path: String,
    },
    /// It was taken away, and can still be had back.
    #[error("the secret at {path} is marked for deletion")]
    #[diagnostic(
        code(shield::provision::removed),
        help("`shield provision apply --restore NAME` has it back")
    )]
    Removed {
        /// Where.
        path: String,
    },
    /// There is nothing.
    #[error("{store} has no secret at {path}")]
    #[diagnostic(
        code(shield::provision::absent),
        help("`shield provision plan` tells what is missing")
    )]
    Absent {
        /// The store.
        store: &'static str,
        /// Where.
        path: String,
    },
    /// Whoever asks may not do that.
    #[error("{store} denies {action} at {path}")]
    #[diagnostic(
        code(shield::provision::denied),
        help("let the role or policy that this runs with do `{action}` there, then run it again")
    )]
    Denied {
        /// The store.
        store: &'static str,
        /// What is not allowed, as policies call it: `secretsmanager:CreateSecret`.
        action: &'static str,
        /// Where.
        path: String,
    },
    /// The store does not know who asks, or not any more.
    #[error("{store} does not know who asks: {reason}")]
    #[diagnostic(code(shield::provision::unauthenticated), help("{help}"))]
    Unauthenticated {
        /// The store.
        store: &'static str,
        /// Why, in words that have no credentials in them.
        reason: String,
        /// How to log in.
        help: &'static str,
    },
    /// The store refuses more for now.
    #[error("{store} was asked too often")]
    #[diagnostic(
        code(shield::provision::throttled),
        help("wait a minute, then run it again: what was done is not done twice")
    )]
    Throttled {
        /// The store.
        store: &'static str,
    },
    /// There is no answer.
    #[error("{store} does not answer: {reason}")]
    #[diagnostic(
        code(shield::provision::unavailable),
        help(
            "check the address and the network, then run it again: what was done is not done twice"
        )
    )]
    Unavailable {
        /// The store.
        store: &'static str,
        /// Why, in words that have no credentials in them.
        reason: String,
    },
    /// The store does not take such a thing.
    #[error("{store} does not take the secret at {path}: {reason}")]
    #[diagnostic(code(shield::provision::refused), help("{help}"))]
    Refused {
        /// The store.
        store: &'static str,
        /// Where.
        path: String,
        /// Why.
        reason: String,
        /// What to do.
        help: &'static str,
    },
    /// The settings of the store do not go together, or are missing.
    #[error("{store} cannot be used: {reason}")]
    #[diagnostic(code(shield::provision::settings), help("{help}"))]
    Settings {
        /// The store.
        store: &'static str,
        /// Why.
        reason: String,
        /// What to do.
        help: &'static str,
    },
    /// The store is another one than the manifest means.
    #[error("{environment} is in the {what} {wanted}, and this is {found}")]
    #[diagnostic(
        code(shield::provision::place),
        help("nothing was changed; use the credentials and the region of {environment}")
    )]
    WrongPlace {
        /// Account or region.
        what: &'static str,
        /// The environment.
        environment: String,
        /// What the manifest says.
        wanted: String,
        /// What the store says.
        found: String,
    },
    /// The manifest does not have the name.
    #[error("shield.secrets.yaml has no secret {0}")]
    #[diagnostic(
        code(shield::provision::unlisted),
        help("add it below `secrets:`, or check the spelling")
    )]
    Unlisted(SecretName),
    /// There is no randomness.
    #[error("the system gives no random numbers")]
    #[diagnostic(code(shield::provision::random))]
    NoRandomness,
    /// The plan in a file is out of date.
    #[error("the plan is out of date: {what}")]
    #[diagnostic(
        code(shield::provision::stale),
        help("nothing was changed; make a new plan and have it looked at again")
    )]
    Stale {
        /// What is different now.
        what: String,
    },
    /// The journal of a run cannot be used.
    #[error("the journal {} {what}", path.display())]
    #[diagnostic(
        code(shield::provision::journal),
        help("`shield provision plan` tells what the store has now")
    )]
    Journal {
        /// The journal.
        path: PathBuf,
        /// What is the matter with it.
        what: String,
    },
    /// No run has that name.
    #[error("there is no run {0} in this project")]
    #[diagnostic(
        code(shield::provision::run),
        help("`shield provision rollback --list` has the runs that can be undone")
    )]
    NoRun(String),
    /// A value that was public would be used again.
    #[error("the value of {0} before the run was in the code: it would be used again")]
    #[diagnostic(
        code(shield::provision::exposed),
        help("--accept-exposed has it back all the same; put a new one in its place soon")
    )]
    Exposed(SecretName),
}
