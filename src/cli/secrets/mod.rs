//! `shield secrets`: the local store, by hand.

pub(super) mod args;
mod copy;
mod edit;
mod reading;

use std::io::{self, Read as _};
use std::str::FromStr as _;

use miette::Diagnostic;
use zeroize::Zeroizing;

use super::Exit;
use super::scan::Trouble;
use super::terminal;
use super::terminal::say;
use crate::provision::About;
use crate::provision::Address;
use crate::provision::LocalStore;
use crate::provision::MANAGED_BY;
use crate::provision::Presence;
use crate::provision::Store as _;
use crate::provision::Token;
use crate::seal::Identity;
use crate::seal::Origin;
use crate::seal::Recipient;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::settings::Places;
use args::SecretsCommand;

/// The most that a value may have, in bytes: what AWS takes.
const LIMIT: u64 = 65_536;

/// Why a command cannot be carried out.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum SecretsError {
    /// There is no value.
    #[error("the local store has no secret {0}")]
    #[diagnostic(
        code(shield::secrets::absent),
        help("`shield secrets list` has the names")
    )]
    Absent(SecretName),
    /// It is too long, or is no text.
    #[error("a value is a text in UTF-8 of at most {LIMIT} bytes, and not empty")]
    #[diagnostic(code(shield::secrets::value), help("nothing was changed"))]
    Value,
    /// Somebody may look.
    #[error("standard output is a terminal, where anybody may read along")]
    #[diagnostic(
        code(shield::secrets::terminal),
        help("pipe it to a program, or say --show")
    )]
    Terminal,
    /// The store is there already.
    #[error("there is a local store already")]
    #[diagnostic(
        code(shield::secrets::there),
        help("add recipients to .shield/recipients.txt, then `shield secrets rekey`")
    )]
    There,
    /// The command could not be run.
    #[error("cannot run {command}: {error}")]
    #[diagnostic(code(shield::secrets::command))]
    Command {
        /// What should have been run.
        command: String,
        /// Why it was not.
        error: io::Error,
    },
}

/// Does something with the local store.
pub(super) fn run(args: args::Secrets) -> Result<Exit, Trouble> {
    let places = Places::find(&args.project)?;
    let (identity, origin) = Identity::load_or_make(&places.identity)?;
    if origin == Origin::Made {
        say(&format!(
            "A key was made for you: {}. Keep a copy in a safe place.",
            places.identity.display()
        ));
    }
    let store = LocalStore::new(&places.root, &identity);
    match args.command {
        SecretsCommand::Init { recovery, .. } => init(&store, &recovery),
        SecretsCommand::Set { name } => set(&store, &name),
        SecretsCommand::Get { name, show } => reading::get(&store, &name, show.into()),
        SecretsCommand::List => reading::list(&store),
        SecretsCommand::Edit => edit::edit(&store),
        SecretsCommand::Rekey => {
            store.rekey()?;
            say(&format!(
                "Sealed for you and {} more.",
                store.others()?.len()
            ));
            Ok(Exit::Clean)
        }
        SecretsCommand::Backup { to, keep } => copy::backup(&store, &to, usize::from(keep)),
        SecretsCommand::Restore { from, dry_run } => copy::restore(&store, &from, dry_run.into()),
        SecretsCommand::Exec { command } => reading::exec(&store, &places, &command),
        SecretsCommand::ExportEnv { show } => reading::export(&store, &places, show.into()),
    }
}

/// Makes the store.
fn init(store: &LocalStore<'_>, recovery: &[String]) -> Result<Exit, Trouble> {
    let recipients = recovery.iter().map(|it| Recipient::from_str(it));
    let recipients: Vec<Recipient> = recipients.collect::<Result<_, _>>()?;
    if !store.init(&recipients)? {
        return Err(SecretsError::There.into());
    }
    say("The store is .shield/secrets.dev.age; commit it with .shield/recipients.txt.");
    Ok(Exit::Clean)
}

/// Stores a value, in the place of one that is there.
fn set(store: &LocalStore<'_>, name: &SecretName) -> Result<Exit, Trouble> {
    let value = if terminal::is_there() {
        let question = dialoguer::Password::new().with_prompt(name.as_str());
        let typed = question.interact().map_err(|_gone| SecretsError::Value)?;
        Zeroizing::new(typed)
    } else {
        piped()?
    };
    if value.is_empty() {
        return Err(SecretsError::Value.into());
    }
    let value = Secret::new(value.to_string());
    let at = Address::of_name(name);
    let token = Token::random();
    match store.look(&at)? {
        Presence::Present(held) => {
            let current = held.version.unwrap_or_default();
            store.replace(&at, &value, &current, &token)?;
            say(&format!("replaced {name}"));
        }
        Presence::Removed => {
            store.restore(&at)?;
            return set_over(store, &at, &value);
        }
        Presence::Absent => {
            let (key, by) = MANAGED_BY;
            let about = About {
                tags: [(key.to_owned(), by.to_owned())].into(),
                ..About::default()
            };
            store.create(&at, &value, &about, &token)?;
            say(&format!("stored   {name}"));
        }
    }
    Ok(Exit::Clean)
}

/// Stores a value where one has just been had back.
fn set_over(store: &LocalStore<'_>, at: &Address, value: &Secret) -> Result<Exit, Trouble> {
    if let Presence::Present(held) = store.look(at)? {
        let current = held.version.unwrap_or_default();
        store.replace(at, value, &current, &Token::random())?;
        say(&format!("replaced {}", at.name));
    }
    Ok(Exit::Clean)
}

/// All of standard input, without a line break at its end.
fn piped() -> Result<Zeroizing<String>, SecretsError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = io::stdin().lock().take(LIMIT + 3).read_to_end(&mut bytes);
    read.map_err(|_cut| SecretsError::Value)?;
    let text = std::str::from_utf8(&bytes).map_err(|_not| SecretsError::Value)?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.len() as u64 > LIMIT {
        return Err(SecretsError::Value);
    }
    Ok(Zeroizing::new(text.to_owned()))
}
