//! `shield patterns new`.

use std::fs;
use std::fs::File;
use std::io::{self, ErrorKind, Write};

use camino::{Utf8Path, Utf8PathBuf};

use super::PatternsError;
use crate::cli::scan::Trouble;
use crate::pattern;
use crate::pattern::PatternSet;

/// What the schema is called in a folder of patterns.
const SCHEMA_FILE: &str = "schema.json";

/// Writes a new pattern file below `folder`, and the schema beside it if there is none.
pub(super) fn write(id: &str, folder: &Utf8Path, out: &mut dyn Write) -> Result<(), Trouble> {
    let up = "../".repeat(id.matches('/').count());
    let shown = folder.as_str().replace(char::is_control, "?");
    let text = pattern::skeleton(id, &format!("{up}{SCHEMA_FILE}"), &shown)
        .ok_or_else(|| PatternsError::BadId(id.to_owned()))?;
    let builtin = PatternSet::all(&pattern::Options::default())?;
    if let Some(taken) = builtin.find(id) {
        let taken = PatternsError::Taken {
            id: id.to_owned(),
            builtin: taken.id().to_owned(),
        };
        return Err(taken.into());
    }
    let path = folder.join(format!("{id}.yaml"));
    create(&path, &text)?;
    match create(&folder.join(SCHEMA_FILE), pattern::SCHEMA) {
        Ok(()) | Err(PatternsError::Exists { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let next = "Fill it in, then run";
    let command = "shield patterns test --strict --patterns";
    writeln!(out, "{path} is written. {next} `{command} {folder}`.")
        .map_err(PatternsError::Output)?;
    Ok(())
}

/// Writes a file that is not there yet, and makes the folders above it.
fn create(path: &Utf8Path, text: &str) -> Result<(), PatternsError> {
    let failed = |source: io::Error| {
        let path: Utf8PathBuf = path.to_owned();
        if source.kind() == ErrorKind::AlreadyExists {
            PatternsError::Exists { path }
        } else {
            PatternsError::Unwritable { path, source }
        }
    };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    let mut file = File::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}
