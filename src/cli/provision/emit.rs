//! `shield provision emit`.

use std::io;
use std::io::Write as _;

use super::args;
use crate::cli::Exit;
use crate::cli::scan::Pipe;
use crate::cli::scan::Trouble;
use crate::cli::terminal::say;
use crate::emit;
use crate::emit::{EmitError, Imports, Options};
use crate::manifest::Manifest;
use crate::report::plain;
use crate::run::RunError;
use crate::settings::Places;

/// Makes the code, and prints or writes it.
pub(super) fn run(args: &args::Emit) -> Result<Exit, Trouble> {
    let places = Places::find(&args.place.project)?;
    let (manifest, text) = Manifest::load_with_text(&places.root)?;
    let environment = emit::environment(&manifest, args.place.environment.as_deref(), args.target)?;
    let options = Options {
        values: args.terraform_values,
        imports: if args.import {
            Imports::Existing
        } else {
            Imports::None
        },
    };
    let artifacts = emit::emit((&manifest, &text), environment, args.target, options)?;
    let Some(folder) = &args.out else {
        let [only] = artifacts.as_slice() else {
            return Err(EmitError::Files {
                target: args.target.title(),
                count: artifacts.len(),
            }
            .into());
        };
        let written = Pipe(io::stdout().lock()).write_all(only.text.as_bytes());
        written.map_err(|error| RunError::Report { path: None, error })?;
        return Ok(Exit::Clean);
    };
    let written = emit::write(folder, &artifacts)?;
    for path in &written {
        say(&format!("wrote {}", plain(&path.display().to_string())));
    }
    let same = artifacts.len() - written.len();
    if same > 0 {
        say(&format!("{same} of {} are as they were", artifacts.len()));
    }
    Ok(Exit::Clean)
}
