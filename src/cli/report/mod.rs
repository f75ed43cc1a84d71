//! `shield report`.

pub(super) mod args;

use std::fs::File;
use std::io;
use std::path::Path;

use super::Exit;
use super::scan::{Pipe, Trouble};
use super::terminal;
use super::terminal::say;
use crate::pattern;
use crate::pattern::PatternSet;
use crate::report;
use crate::report::Color;
use crate::report::Format;
use crate::report::Intent;
use crate::report::Options;
use crate::report::Saved;
use crate::report::SavedError;
use crate::report::ShowDiff;
use crate::report::ShowSuppressed;
use crate::report::Style;
use crate::report::plain;
use crate::run::RunError;

use args::{Command, Form};

/// Stands for standard input.
const INPUT: &str = "-";

/// How wide a report is for a terminal.
const WIDTH: usize = 100;

/// Does what is asked for.
pub(super) fn run(args: &args::Report) -> Result<Exit, Trouble> {
    match &args.command {
        Command::Convert { file, form, result } => write(read(file)?, form, result),
        Command::Merge {
            files,
            form,
            result,
        } => {
            let parts: Result<Vec<Saved>, SavedError> = files.iter().map(|it| read(it)).collect();
            let merged = report::merge(parts?)?;
            if !merged.shared.is_empty() {
                say(&plain(&format!(
                    "The plan is that of the parts: several of them store {}, and whether that is \
                     one value only a run over all files can tell. Parts that were scanned with \
                     --no-plan make exactly the whole.",
                    merged.shared.join(", ")
                )));
            }
            write(merged.report, form, result)
        }
    }
}

/// Reads a report.
fn read(path: &Path) -> Result<Saved, SavedError> {
    if path == Path::new(INPUT) {
        return Saved::read("standard input", &mut io::stdin().lock());
    }
    let name = plain(&path.display().to_string()).into_owned();
    let mut file = File::open(path).map_err(|error| SavedError::Unreadable {
        name: name.clone(),
        error,
    })?;
    Saved::read(&name, &mut file)
}

/// Writes a report, and tells how the run ends.
fn write(saved: Saved, form: &Form, result: &args::Result) -> Result<Exit, Trouble> {
    let least = result.fail_on.level();
    let fails = least.is_some_and(|it| saved.worst().is_some_and(|worst| worst >= it));
    let unwritable = |error| RunError::Report {
        path: result.output.clone(),
        error,
    };
    let patterns = pattern::Options {
        folders: form.folders.folders.clone(),
        ..pattern::Options::default()
    };
    let patterns = PatternSet::all(&patterns)?;
    let mut out: Box<dyn io::Write> = match &result.output {
        None => Box::new(Pipe(io::stdout().lock())),
        Some(path) => Box::new(File::create(path).map_err(unwritable)?),
    };
    match form.format {
        Format::Json => saved.write(&mut out),
        Format::Human
        | Format::Sarif
        | Format::Markdown
        | Format::Github
        | Format::Html
        | Format::Junit
        | Format::Csv
        | Format::Gitlab => {
            let reading = saved.reading(&patterns)?;
            reading.write(&options(form, result), &mut out)
        }
    }
    .map_err(unwritable)?;
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// How a report is written: all that it has is told.
fn options(form: &Form, result: &args::Result) -> Options {
    Options {
        format: form.format,
        suppressed: ShowSuppressed::Yes,
        level: form.level,
        diff: ShowDiff::No,
        intent: Intent::Tell,
        shard: None,
        style: Style {
            color: match result.output {
                Some(_) => Color::Off,
                None => terminal::color(&io::stdout()),
            },
            charset: terminal::charset(),
            width: WIDTH,
        },
    }
}
