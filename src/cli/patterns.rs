//! `shield patterns`.

use std::io::{self, Write as _};

use super::Exit;
use super::args;
use super::args::PatternsCommand;
use super::scan::Trouble;
use crate::detect::Detector;
use crate::examples;
use crate::pattern;
use crate::pattern::Pattern;
use crate::pattern::PatternSet;
use crate::source;

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
    /// Standard output is closed.
    #[error("standard output cannot be written")]
    #[diagnostic(code(shield::patterns::output))]
    Output(#[from] io::Error),
}

/// Lists, shows or tests patterns.
pub(super) fn run(args: &args::Patterns) -> Result<Exit, Trouble> {
    match &args.command {
        PatternsCommand::List(folders) => list(&PatternSet::all(&options(folders))?)?,
        PatternsCommand::Show { id, folders } => {
            let patterns = PatternSet::all(&options(folders))?;
            let pattern = patterns.find(id);
            show(pattern.ok_or_else(|| PatternsError::Unknown(id.clone()))?)?;
        }
        PatternsCommand::Test(folders) => return test(&options(folders)),
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

/// Runs the examples of all patterns together; failing ones are told and end the run with 1.
fn test(options: &pattern::Options) -> Result<Exit, Trouble> {
    let patterns = PatternSet::all(options)?;
    let detector = Detector::new(&patterns, source::MAX_FILE_SIZE)?;
    let mut out = io::stdout().lock();
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for case in examples::cases(&patterns) {
        match case.check(&detector) {
            Ok(()) => passed += 1,
            Err(failure) => {
                failed += 1;
                writeln!(out, "{}: {failure}", case.name()).map_err(PatternsError::Output)?;
            }
        }
    }
    writeln!(out, "{passed} examples passed, {failed} failed.").map_err(PatternsError::Output)?;
    Ok(if failed == 0 {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// One line for each pattern.
fn list(patterns: &PatternSet) -> Result<(), PatternsError> {
    let width = patterns.iter().map(|it| it.id().len()).max().unwrap_or(0);
    let mut out = io::stdout().lock();
    for it in patterns {
        let severity = it.file.severity.as_str();
        writeln!(out, "{:width$}  {severity:8}  {}", it.id(), it.file.title)?;
    }
    Ok(())
}

/// Everything about a pattern.
fn show(pattern: &Pattern) -> Result<(), PatternsError> {
    let file = &pattern.file;
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n{}\n", pattern.id(), file.title)?;
    if !file.aliases.is_empty() {
        writeln!(out, "Also called: {}", file.aliases.join(", "))?;
    }
    writeln!(out, "Severity: {}", file.severity.as_str())?;
    let words: Vec<&str> = pattern.risk.labels.iter().map(String::as_str).collect();
    writeln!(out, "Labels: {}", words.join(", "))?;
    paragraph(&mut out, "", &file.summary)?;
    writeln!(out, "\nFound by:")?;
    for point in &pattern.points {
        let description = point.description.as_deref().unwrap_or(&file.title);
        let severity = point.severity.as_str();
        writeln!(
            out,
            "  {} ({severity}): {description}",
            pattern.point_id(point)
        )?;
    }
    paragraph(&mut out, "What to do:", pattern.remediation())?;
    if !pattern.rotation().steps.is_empty() {
        writeln!(out, "\nRotation:")?;
        for (number, step) in (1..).zip(&pattern.rotation().steps) {
            writeln!(out, "  {number}. {step}")?;
        }
    }
    if let Some(console) = &pattern.rotation().console {
        writeln!(out, "  {console}")?;
    }
    for link in &pattern.references().links {
        writeln!(out, "See {link}")?;
    }
    Ok(())
}

/// A part of a description, unless it is empty.
fn paragraph(out: &mut impl io::Write, heading: &str, text: &str) -> io::Result<()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(());
    }
    if heading.is_empty() {
        writeln!(out, "\n{text}")
    } else {
        writeln!(out, "\n{heading}\n{text}")
    }
}
