//! Where the values of a run come from, as the flags say.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::Path;

use miette::Diagnostic;
use zeroize::Zeroizing;

use super::args::{Fresh, Values};
use super::desk::Desk;
use super::findings;
use crate::cli::scan::Trouble;
use crate::cli::terminal;
use crate::cli::terminal::say;
use crate::manifest::Entry;
use crate::provision::EnvFile;
use crate::provision::LocalStore;
use crate::provision::Source;
use crate::provision::Sources;
use crate::seal::private;
use crate::seal::private::Readers;
use crate::secret::Secret;
use crate::secret::SecretName;

/// The most that a file of values may have.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Why there are no values.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum SourceError {
    /// The file is not there.
    #[error("there is no file {path}")]
    #[diagnostic(
        code(shield::provision::no_file),
        help("check the name after --from-env-file")
    )]
    NoFile {
        /// What was named.
        path: String,
    },
    /// There is nobody to ask.
    #[error("--prompt needs a terminal to ask on")]
    #[diagnostic(
        code(shield::provision::no_terminal),
        help("without one, use --from-env-file, --from-stdin or --from-local")
    )]
    NoTerminal,
    /// Standard input has more than any values have, or is no text.
    #[error("standard input is too long, or is no text in UTF-8")]
    #[diagnostic(code(shield::provision::stdin))]
    Input,
    /// Nothing was typed.
    #[error("nothing was typed")]
    #[diagnostic(code(shield::provision::nothing), help("nothing was changed"))]
    Nothing,
}

/// The sources that the flags name, for the secrets that `asked` says.
pub(super) fn sources(
    values: &Values,
    desk: &Desk,
    asked: &dyn Fn(&Entry) -> bool,
) -> Result<Sources, Trouble> {
    let mut sources = Sources::default();
    if values.from_stdin {
        let text = input()?;
        sources.all.push(env_file("standard input", &text)?);
    }
    if let Some(path) = &values.from_env_file {
        let shown = path.display().to_string();
        let text =
            private::read(path, LIMIT, Readers::Anybody)?.ok_or_else(|| SourceError::NoFile {
                path: shown.clone(),
            })?;
        sources.all.push(env_file(&shown, &text)?);
    }
    if let Some(report) = &values.from_findings {
        sources.all.push(findings::source(report, desk)?);
    }
    if values.from_local {
        sources.all.push(local(desk)?);
    }
    if values.generate {
        sources.all.push(Source::Generate);
    }
    if values.placeholder {
        sources.all.push(Source::Placeholder);
    }
    if values.prompt {
        let missing = |it: &&Entry| asked(it) && sources.origin(it).is_none();
        let missing: Vec<&Entry> = desk.manifest.secrets.iter().filter(missing).collect();
        sources.all.push(typed(&missing)?);
    }
    Ok(sources)
}

/// The one new value that the flags name.
pub(super) fn fresh(fresh: &Fresh, entry: &Entry) -> Result<Source, Trouble> {
    if fresh.generate {
        return Ok(Source::Generate);
    }
    if fresh.prompt {
        return typed(&[entry]);
    }
    let text = input()?;
    let value = text.strip_suffix('\n').unwrap_or(&text);
    let value = value.strip_suffix('\r').unwrap_or(value);
    if value.is_empty() {
        return Err(SourceError::Nothing.into());
    }
    let values = BTreeMap::from([(entry.name.clone(), Secret::new(value.to_owned()))]);
    Ok(Source::Given {
        origin: "standard input".to_owned(),
        values,
    })
}

/// A file of variables; lines that others may read otherwise are told.
fn env_file(shown: &str, text: &str) -> Result<Source, Trouble> {
    let file = EnvFile::parse(shown, text)?;
    for doubt in &file.doubts {
        say(&format!(
            "note     {shown}:{}: {} is taken literally: {}",
            doubt.line, doubt.variable, doubt.why
        ));
    }
    Ok(Source::EnvFile(file))
}

/// Everything in the local store.
fn local(desk: &Desk) -> Result<Source, Trouble> {
    let store = LocalStore::new(&desk.places.root, &desk.identity);
    let mut values = BTreeMap::new();
    for name in store.names()? {
        let Some(name) = SecretName::of(&name) else {
            continue;
        };
        if let Some(value) = store.get(&name)? {
            values.insert(name, value);
        }
    }
    let origin = Path::new(".shield").join("secrets.dev.age");
    Ok(Source::Given {
        origin: origin.display().to_string(),
        values,
    })
}

/// All of standard input.
fn input() -> Result<Zeroizing<String>, Trouble> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes);
    let fits = read.is_ok_and(|it| it as u64 <= LIMIT);
    let text = std::str::from_utf8(&bytes).ok().filter(|_| fits);
    Ok(text
        .map(|it| Zeroizing::new(it.to_owned()))
        .ok_or(SourceError::Input)?)
}

/// Values that a person types; an empty one is none.
fn typed(entries: &[&Entry]) -> Result<Source, Trouble> {
    if !entries.is_empty() && !terminal::is_there() {
        return Err(SourceError::NoTerminal.into());
    }
    let mut values = BTreeMap::new();
    for entry in entries {
        let question = format!("{} ({})", entry.name, entry.variable);
        let answer = dialoguer::Password::new()
            .with_prompt(question)
            .allow_empty_password(true)
            .interact()
            .map_err(|_gone| SourceError::NoTerminal)?;
        if !answer.is_empty() {
            values.insert(entry.name.clone(), Secret::new(answer));
        }
    }
    Ok(Source::Given {
        origin: "typed".to_owned(),
        values,
    })
}
