//! `shield patterns`.

mod coverage;
mod list;
mod new;
mod show;
mod test;

use std::io::{self, Write as _};

use camino::Utf8PathBuf;

use super::Exit;
use super::args;
use super::args::PatternsCommand;
use super::scan::Pipe;
use super::scan::Trouble;
use crate::pattern;
use crate::pattern::PatternSet;
use crate::source::IgnoreFiles;

/// Why a question about patterns has no answer.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
enum PatternsError {
    /// No pattern has the id.
    #[error("there is no pattern `{0}`")]
    #[diagnostic(
        code(shield::patterns::unknown),
        help("`shield patterns list` names all of them")
    )]
    Unknown(String),
    /// A new pattern cannot have the id.
    #[error("`{0}` cannot be an id")]
    #[diagnostic(
        code(shield::patterns::id),
        help(
            "an id has lower-case letters, digits and `-`, in parts joined by `/`: \
             `acme/deploy-token`"
        )
    )]
    BadId(String),
    /// A new pattern has the name of a built-in one.
    #[error("`{id}` is a name of the built-in pattern `{builtin}`")]
    #[diagnostic(code(shield::patterns::taken), help("choose an id of its own"))]
    Taken {
        /// The id asked for.
        id: String,
        /// The pattern that is called so.
        builtin: String,
    },
    /// There is a file where a new pattern would be written.
    #[error("{path} is there already")]
    #[diagnostic(
        code(shield::patterns::exists),
        help("choose another id, or change that file")
    )]
    Exists {
        /// The file.
        path: Utf8PathBuf,
    },
    /// A new pattern cannot be written.
    #[error("{path} cannot be written")]
    #[diagnostic(code(shield::patterns::unwritable))]
    Unwritable {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Standard output is closed.
    #[error("standard output cannot be written")]
    #[diagnostic(code(shield::patterns::output))]
    Output(#[from] io::Error),
}

/// Answers questions about patterns.
pub(super) fn run(args: &args::Patterns) -> Result<Exit, Trouble> {
    let mut out = Pipe(io::stdout().lock());
    match &args.command {
        PatternsCommand::List { format, folders } => {
            let patterns = PatternSet::all(&options(folders))?;
            list::write(&patterns, *format, &mut out).map_err(PatternsError::Output)?;
        }
        PatternsCommand::Show { id, folders } => {
            let patterns = PatternSet::all(&options(folders))?;
            let pattern = patterns.find(id);
            let pattern = pattern.ok_or_else(|| PatternsError::Unknown(id.clone()))?;
            show::write(pattern, &mut out).map_err(PatternsError::Output)?;
        }
        PatternsCommand::Test { strict, folders } => {
            let strictness = if *strict {
                test::Strictness::Gaps
            } else {
                test::Strictness::Examples
            };
            return test::run(&options(folders), strictness, &mut out);
        }
        PatternsCommand::New { id, dir } => new::write(id, dir, &mut out)?,
        PatternsCommand::Schema => {
            out.write_all(pattern::SCHEMA.as_bytes())
                .map_err(PatternsError::Output)?;
        }
        PatternsCommand::Coverage {
            paths,
            no_ignore,
            folders,
        } => {
            let ignore_files = if *no_ignore {
                IgnoreFiles::Disregard
            } else {
                IgnoreFiles::Respect
            };
            coverage::run(&options(folders), paths, ignore_files, &mut out)?;
        }
    }
    Ok(Exit::Clean)
}

/// Where the patterns come from.
fn options(folders: &args::PatternFolders) -> pattern::Options {
    pattern::Options {
        folders: folders.folders.clone(),
        ..pattern::Options::default()
    }
}
