//! `shield doctor`.

pub(super) mod args;

use std::io;
use std::io::Write;

use miette::Diagnostic;
use serde_json::json;

use super::Exit;
use super::args::ListFormat;
use super::scan::{Pipe, Trouble};
use crate::doctor;
use crate::doctor::{Examination, Network, State};
use crate::report::plain;
use crate::settings::Places;

/// The version of the JSON form.
const SCHEMA: u32 = 1;

/// Why a project cannot be looked at.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum DoctorError {
    /// There is no such path.
    #[error("there is no {path}")]
    #[diagnostic(
        code(shield::doctor::missing),
        help("name a file or folder of a project")
    )]
    Missing {
        /// What was named.
        path: String,
    },
    /// Nobody takes what is told.
    #[error("cannot write what was found: {0}")]
    #[diagnostic(code(shield::doctor::write))]
    Unwritten(io::Error),
}

/// Tells what is missing in a project, and what to do.
pub(super) fn run(args: &args::Doctor) -> Result<Exit, Trouble> {
    if !args.project.exists() {
        let path = plain(&args.project.display().to_string()).into_owned();
        return Err(DoctorError::Missing { path }.into());
    }
    let places = Places::find(&args.project)?;
    let network = if args.online {
        Network::Ask
    } else {
        Network::Leave
    };
    let examination = doctor::examine(&places, network);
    let mut out = Pipe(io::stdout().lock());
    match args.format {
        ListFormat::Human => human(&examination, &mut out),
        ListFormat::Json => json(&examination, &mut out),
    }
    .map_err(DoctorError::Unwritten)?;
    Ok(if examination.count(State::Wrong) > 0 {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// Writes it for a person.
fn human(examination: &Examination, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{}\n",
        plain(&examination.project.display().to_string())
    )?;
    for line in &examination.lines {
        let state = match line.state {
            State::Ok => "ok",
            State::Note => "note",
            State::Wrong => "WRONG",
        };
        writeln!(out, "{state:5}  {:9}  {}", line.area, plain(&line.told))?;
        if let Some(next) = &line.next {
            writeln!(out, "{:5}  {:9}  -> {}", "", "", plain(next))?;
        }
    }
    let wrong = match examination.count(State::Wrong) {
        0 => "Nothing is wrong".to_owned(),
        1 => "1 thing is wrong".to_owned(),
        more => format!("{more} things are wrong"),
    };
    let notes = match examination.count(State::Note) {
        0 => String::new(),
        1 => ", 1 thing could be better".to_owned(),
        more => format!(", {more} things could be better"),
    };
    writeln!(out, "\n{wrong}{notes}.")
}

/// Writes it for programs.
fn json(examination: &Examination, out: &mut dyn Write) -> io::Result<()> {
    let whole = json!({
        "schema": SCHEMA,
        "project": examination.project.to_string_lossy(),
        "wrong": examination.count(State::Wrong),
        "notes": examination.count(State::Note),
        "lines": examination.lines,
    });
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    writeln!(out)
}
