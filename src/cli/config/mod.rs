//! `shield config`.

pub(super) mod args;

use std::io;
use std::io::Write;

use miette::Diagnostic;

use super::Exit;
use super::args::ListFormat;
use super::scan::Trouble;
use crate::fix::Reach;
use crate::report::plain;
use crate::settings;
use crate::settings::Beside;
use crate::settings::Flags;
use crate::settings::Places;
use crate::settings::Setting;
use args::Command;

/// Why settings cannot be shown.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write the settings: {0}")]
#[diagnostic(code(shield::config::write))]
struct Unwritten(io::Error);

/// Shows the settings in force.
pub(super) fn run(args: &args::Config) -> Result<Exit, Trouble> {
    let Command::Show {
        path,
        format,
        flags,
    } = &args.command;
    let flags = Flags {
        patterns: flags.patterns.clone(),
        fail_on: flags.fail_on,
        level: flags.level,
        beside: Beside {
            reach: flags.code_only.then_some(Reach::CodeOnly),
            guide: flags.guide,
            backend: flags.backend,
            ..Beside::default()
        },
    };
    let all = settings::overview(&Places::find(path)?.root, &flags)?;
    write(&all, *format, &mut io::stdout().lock()).map_err(Unwritten)?;
    Ok(Exit::Clean)
}

/// Writes the settings.
fn write(all: &[Setting], format: ListFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ListFormat::Human => {
            let values: Vec<String> = all.iter().map(|it| it.value.to_string()).collect();
            let width = values.iter().map(|it| it.chars().count()).max();
            // A long list does not push the origins of all others out of sight.
            let width = width.unwrap_or(0).min(40);
            for (it, value) in all.iter().zip(&values) {
                let (name, value) = (it.name, plain(value));
                writeln!(out, "{name:14} {value:width$}  {}", it.origin)?;
            }
            Ok(())
        }
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, all)?;
            writeln!(out)
        }
    }
}
