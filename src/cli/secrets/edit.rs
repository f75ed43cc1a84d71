//! `shield secrets edit`: all values in an editor, and back.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use miette::{Diagnostic, IntoDiagnostic as _};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::{LIMIT, SecretsError};
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::cli::terminal;
use crate::cli::terminal::say;
use crate::provision::LocalStore;
use crate::provision::local::{Edited, Page};
use crate::seal::private;
use crate::seal::private::Readers;
use crate::secret::Secret;
use crate::secret::SecretName;

/// The most that the file may have when it comes back.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Why nothing was stored.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum EditError {
    /// Nobody has said which program edits.
    #[error("no editor is set")]
    #[diagnostic(
        code(shield::secrets::editor),
        help("set VISUAL or EDITOR, or store one value with `shield secrets set NAME`")
    )]
    NoEditor,
    /// The editor has failed.
    #[error("{editor} did not end well; nothing was stored")]
    #[diagnostic(code(shield::secrets::editor_failed))]
    Failed {
        /// The editor.
        editor: String,
    },
    /// What came back is no list of values.
    #[error("line {line}, column {column}: not an object of names with texts; nothing was stored")]
    #[diagnostic(
        code(shield::secrets::edited),
        help("write {{ \"name\": \"value\" }}, and \\n for a line break in a value")
    )]
    Malformed {
        /// The line, from one.
        line: usize,
        /// The column, from one.
        column: usize,
    },
    /// A name cannot be one.
    #[error("name number {0} is not a name, or is there twice; nothing was stored")]
    #[diagnostic(
        code(shield::secrets::edited_name),
        help("a name has small letters, digits and `-`, in parts joined by `/`")
    )]
    Name(usize),
    /// A name is gone.
    #[error("{0} is not there any more; nothing was stored")]
    #[diagnostic(
        code(shield::secrets::left_out),
        help(
            "to edit takes no secret away: `shield provision rollback` does, for what `apply` has made"
        )
    )]
    LeftOut(String),
}

/// Opens the values in an editor, and stores what is another value then.
pub(super) fn edit(store: &LocalStore<'_>) -> Result<Exit, Trouble> {
    let editor = editor().ok_or(EditError::NoEditor)?;
    let page = store.page()?;
    let desk = Desk::new().into_diagnostic()?;
    private::create(&desk.file(), written(&page)?.as_bytes())?;
    let values = loop {
        open(&editor, &desk.file())?;
        match read(&desk.file(), &page) {
            Ok(values) => break values,
            // Whoever has typed a lot wants it back.
            Err(error) if terminal::is_there() => {
                say(&format!("{error:?}"));
                let asked = dialoguer::Confirm::new().with_prompt("Edit it again?");
                if !asked.default(true).interact().into_diagnostic()? {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
    };
    drop(desk);
    let edited = store.edit(&page, &values)?;
    if edited.is_empty() {
        say("Nothing was changed.");
    }
    for (name, what) in edited {
        match what {
            Edited::Added => say(&format!("stored   {name}")),
            Edited::Replaced => say(&format!("replaced {name}")),
        }
    }
    Ok(Exit::Clean)
}

/// The editor of the user and its arguments; no shell reads them.
#[expect(
    clippy::disallowed_methods,
    reason = "the editor is the user's, and no setting"
)]
fn editor() -> Option<Vec<String>> {
    let set = ["VISUAL", "EDITOR"].map(std::env::var);
    let mut words = set.into_iter().flatten().map(|it| {
        let words = it.split_whitespace().map(str::to_owned);
        words.collect::<Vec<_>>()
    });
    words.find(|it| !it.is_empty())
}

fn open(editor: &[String], file: &Path) -> Result<(), Trouble> {
    let Some((program, arguments)) = editor.split_first() else {
        return Err(EditError::NoEditor.into());
    };
    let ended = Command::new(program).args(arguments).arg(file).status();
    let ended = ended.map_err(|error| SecretsError::Command {
        command: program.clone(),
        error,
    })?;
    if ended.success() {
        return Ok(());
    }
    Err(EditError::Failed {
        editor: program.clone(),
    }
    .into())
}

/// The values as the editor shows them.
#[expect(
    clippy::disallowed_methods,
    reason = "the user edits the values; the text is wiped"
)]
fn written(page: &Page) -> Result<Zeroizing<String>, Trouble> {
    // Room for every escape: a text that grows leaves copies behind.
    let length = |(name, value): (&String, &Secret)| 6 * (name.len() + value.expose().len()) + 16;
    let length: usize = page.values.iter().map(length).sum();
    let mut text = Zeroizing::new(Vec::with_capacity(length + 16));
    text.extend_from_slice(b"{");
    for (number, (name, value)) in page.values.iter().enumerate() {
        text.extend_from_slice(if number == 0 { b"\n  " } else { b",\n  " });
        serde_json::to_writer(&mut *text, name).into_diagnostic()?;
        text.extend_from_slice(b": ");
        serde_json::to_writer(&mut *text, value.expose()).into_diagnostic()?;
    }
    text.extend_from_slice(b"\n}\n");
    let text = std::str::from_utf8(&text).into_diagnostic()?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// The values as they came back.
fn read(file: &Path, page: &Page) -> Result<BTreeMap<SecretName, Secret>, Trouble> {
    let text = private::read(file, LARGEST, Readers::Nobody)?.unwrap_or_default();
    let Entries(entries) = serde_json::from_str(&text).map_err(|error| EditError::Malformed {
        line: error.line(),
        column: error.column(),
    })?;
    let mut values = BTreeMap::new();
    for (number, (key, value)) in entries.into_iter().enumerate() {
        let name = SecretName::of(&key).filter(|it| it.as_str() == key);
        let name = name.ok_or(EditError::Name(number + 1))?;
        let value = value.ok_or(SecretsError::Value)?;
        if values.insert(name, value).is_some() {
            return Err(EditError::Name(number + 1).into());
        }
    }
    let kept = |it: &&String| SecretName::of(it).is_some_and(|it| values.contains_key(&it));
    match page.values.keys().find(|it| !kept(it)) {
        Some(name) => Err(EditError::LeftOut(name.clone()).into()),
        None => Ok(values),
    }
}

/// Names with values in the order of the file, and as often as they are there.
///
/// A value that is empty or too long is none.
struct Entries(Vec<(String, Option<Secret>)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Entries;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("names with texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, String>()? {
            let fits = !value.is_empty() && value.len() as u64 <= LIMIT;
            entries.push((name, Some(Secret::new(value)).filter(|_| fits)));
        }
        Ok(Entries(entries))
    }
}

/// A folder of the user's alone, in memory where the system has a place for that; what is left in it
/// is overwritten before it goes.
struct Desk(TempDir);

impl Desk {
    fn new() -> io::Result<Self> {
        let place = places().into_iter().find(|it| it.is_dir());
        let place = place.unwrap_or_else(std::env::temp_dir);
        let made = tempfile::Builder::new()
            .prefix("shield-edit-")
            .tempdir_in(place)?;
        Ok(Self(made))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("secrets.json")
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let Ok(entries) = std::fs::read_dir(self.0.path()) else {
            return;
        };
        // Editors leave copies beside the file.
        for entry in entries.flatten() {
            let size = entry.metadata().map_or(0, |it| it.len());
            let size = usize::try_from(size.min(LARGEST)).unwrap_or(0);
            let file = OpenOptions::new().write(true).open(entry.path());
            // The file goes in any case.
            let _wiped = file.and_then(|mut it| it.write_all(&vec![0; size]));
        }
    }
}

/// Where files are kept in memory.
#[expect(
    clippy::disallowed_methods,
    reason = "where the system keeps files in memory is no setting"
)]
fn places() -> Vec<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let runtime = runtime.filter(|it| it.is_absolute());
    runtime
        .into_iter()
        .chain([PathBuf::from("/dev/shm")])
        .collect()
}
