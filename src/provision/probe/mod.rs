//! Whether a program gets its secrets: they are read through the module that it reads them through,
//! by an interpreter of the project, which tells codes and never a value.

mod answer;
mod child;
mod error;
mod module;
mod surroundings;

pub use error::ProbeError;
pub use module::Module;
pub use surroundings::{Surroundings, Way};

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use super::{Fault, PLACEHOLDER, Token};
use crate::manifest::Entry;
use crate::manifest::FieldKind;
use crate::manifest::Kind;
use answer::Answer;
use child::Ended;

/// For how long an interpreter is waited for.
const TIME: Duration = Duration::from_mins(2);

/// What a module reads.
#[derive(Debug)]
pub struct Reading {
    /// The module, from the root of the project.
    pub module: String,
    /// What has run it.
    pub interpreter: String,
    /// The faults of each secret, in the order of the manifest.
    pub faults: Vec<Vec<Fault>>,
}

/// Reads every secret of the manifest through `module`.
///
/// # Errors
///
/// Fails when nothing runs the module, or it does not tell.
pub fn probe(module: &Module, surroundings: &Surroundings<'_>) -> Result<Reading, ProbeError> {
    let root = surroundings.root;
    let shown = shown(&module.path, root);
    let entries: Vec<&Entry> = surroundings.manifest.secrets.iter().collect();
    let word = Token::random().0;
    let question = json!({
        "word": word,
        "path": absolute(&module.path),
        "placeholder": PLACEHOLDER,
        "entries": entries.iter().map(|it| asked(it)).collect::<Vec<_>>(),
    });
    let variables = surroundings.variables(std::env::vars_os());
    let now = std::env::vars_os();
    let active = now.into_iter().find(|(name, _)| name == "VIRTUAL_ENV");
    let active = active.as_ref().map(|(_, it)| Path::new(it));
    for interpreter in module.interpreters(root, active) {
        let mut command = Command::new(&interpreter);
        command
            .args(module.language.flags())
            .arg(module.language.program())
            .current_dir(root)
            .env_clear()
            .envs(&variables);
        let named = shown_program(&interpreter, root);
        let ended = match child::ask(&mut command, question.to_string(), TIME) {
            Ok(Ended::Said(said)) => answer::read(&said, &word, &entries),
            Ok(Ended::Late) => {
                return Err(ProbeError::Late {
                    module: shown,
                    seconds: TIME.as_secs(),
                });
            }
            // Another one may be there.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(_) => Answer::Broken,
        };
        return match ended {
            Answer::All(faults) => Ok(Reading {
                module: shown,
                interpreter: named,
                faults,
            }),
            Answer::Unloadable(why, help) => Err(ProbeError::Unloadable {
                interpreter: named,
                module: shown,
                why,
                help,
            }),
            Answer::Broken => Err(ProbeError::Ended {
                interpreter: named,
                module: shown,
            }),
        };
    }
    Err(ProbeError::NoInterpreter {
        language: module.language.title(),
        module: shown,
        help: module.language.advice(),
    })
}

/// What is asked of a secret.
fn asked(entry: &Entry) -> serde_json::Value {
    let word = |kind: FieldKind| match kind {
        FieldKind::String => "string",
        FieldKind::Secret => "secret",
        FieldKind::Integer => "integer",
        FieldKind::Boolean => "boolean",
    };
    let fields = entry.fields.iter();
    let fields = fields.map(|(name, kind)| json!({ "name": name, "kind": word(*kind) }));
    json!({
        "name": entry.name.as_str(),
        "variable": entry.variable,
        "json": entry.kind == Kind::Json,
        "fields": fields.collect::<Vec<_>>(),
    })
}

/// Where a module is, wherever that is read from.
fn absolute(path: &Path) -> String {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    whole.to_string_lossy().into_owned()
}

/// A path from the root of the project.
fn shown(path: &Path, root: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.display().to_string()
}

/// An interpreter as a person knows it.
fn shown_program(program: &OsStr, root: &Path) -> String {
    shown(Path::new(program), root)
}
