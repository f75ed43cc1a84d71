//! What a project lacks for shield to do its work there, and what to do about it.
//!
//! It only looks: nothing is written, no code of the project is run, and no network is touched
//! unless somebody asks for it. No value is read but where the local store is opened, and then none
//! is told.

mod baseline;
mod git;
mod hook;
mod packages;
mod project;
mod remote;
mod store;

use std::path::PathBuf;

use miette::Diagnostic;
use serde::Serialize;

use crate::settings::Places;

/// What was looked at, and what was found there.
#[derive(Debug, Serialize)]
pub struct Examination {
    /// The root of the project.
    pub project: PathBuf,
    /// One for each thing that was looked at, in the order of [`examine`].
    pub lines: Vec<Line>,
}

/// What is to be said of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it belongs to: `git`, `hook`, `store`.
    pub area: &'static str,
    /// How it is.
    pub state: State,
    /// That in words.
    pub told: String,
    /// What to do about it.
    pub next: Option<String>,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be, or not needed.
    Ok,
    /// Not there, and the project may want it.
    Note,
    /// Not as it should be.
    Wrong,
}

/// Whether stores may be asked over the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// They may.
    Ask,
    /// Only settings are looked at.
    Leave,
}

impl Line {
    /// All is well.
    fn ok(area: &'static str, told: impl Into<String>) -> Self {
        Self {
            area,
            state: State::Ok,
            told: told.into(),
            next: None,
        }
    }

    /// Something is not there.
    fn note(area: &'static str, told: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            area,
            state: State::Note,
            told: told.into(),
            next: Some(next.into()),
        }
    }

    /// Something is wrong.
    fn wrong(area: &'static str, told: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            area,
            state: State::Wrong,
            told: told.into(),
            next: Some(next.into()),
        }
    }

    /// An error, with its place and the advice that it has; `or` where it has none.
    fn of(area: &'static str, error: &dyn Diagnostic, or: &str) -> Self {
        let mut told = place(error).map_or_else(String::new, |it| format!("{it}: "));
        told.push_str(&error.to_string());
        let mut help = error.help().map(|it| it.to_string());
        let mut inner = error.diagnostic_source();
        while let Some(it) = inner {
            told = format!("{told}: {it}");
            help = help.or_else(|| it.help().map(|it| it.to_string()));
            inner = it.diagnostic_source();
        }
        Self::wrong(area, told, help.unwrap_or_else(|| or.to_owned()))
    }
}

/// The file and the line that an error points at.
fn place(error: &dyn Diagnostic) -> Option<String> {
    let label = error.labels()?.next()?;
    let text = error.source_code()?;
    let shown = text.read_span(label.inner(), 0, 0).ok()?;
    Some(format!("{}:{}", shown.name()?, shown.line() + 1))
}

impl Examination {
    /// How many things are in that state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.lines.iter().filter(|it| it.state == state).count()
    }
}

/// Looks at the project at `places`.
#[must_use]
pub fn examine(places: &Places, network: Network) -> Examination {
    let root = places.root.as_path();
    let mut lines = git::look(root);
    lines.push(project::settings(root));
    lines.push(hook::look(root));
    lines.push(hook::workflow(root));
    lines.push(baseline::look(root));
    let (manifest, line) = project::manifest(root);
    lines.push(line);
    lines.extend(store::look(places));
    lines.extend(packages::look(root));
    if let Some(manifest) = &manifest {
        lines.extend(remote::look(manifest, root, network));
    }
    lines.push(project::runs(places));
    lines.extend(project::provisioning(places));
    lines.push(project::rotation(root));
    Examination {
        project: root.to_owned(),
        lines,
    }
}

/// `1 secret`, `2 secrets`.
fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// A few of many names.
fn few(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
