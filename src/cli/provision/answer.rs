//! What the commands answer, and the files they write and read.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use miette::Diagnostic;
use miette::IntoDiagnostic as _;
use serde_json::{Value, json};

use super::args::TableFormat;
use super::table::Table;
use crate::cli::scan::Trouble;
use crate::provision::Action;
use crate::provision::Plan;
use crate::provision::ProvisionError;
use crate::provision::Run;
use crate::provision::Verdict;

/// The most that a plan may have.
const LIMIT: u64 = 64 * 1024 * 1024;

/// Why a file with a plan is of no use.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{path} is no plan that this program has written: {why}")]
#[diagnostic(
    code(shield::provision::no_plan),
    help("make one with `shield provision plan --out {path}`")
)]
struct NoPlan {
    /// The file.
    path: String,
    /// Why not.
    why: String,
}

/// Tells what would have to be done.
pub(super) fn plan(plan: &Plan, format: TableFormat) -> io::Result<()> {
    let rows = plan.steps.iter().map(|step| {
        let why = step.action.obstacle().map(str::to_owned);
        let from = step.origin.as_ref().map(|it| format!("value from {it}"));
        let changes = (!step.changes.is_empty()).then(|| step.changes.join(", "));
        [
            step.action.word().to_owned(),
            step.at.path.clone(),
            why.or(from).or(changes).unwrap_or_default(),
        ]
    });
    let table = Table {
        headings: ["ACTION", "SECRET", "DETAIL"],
        rows: rows.collect(),
    };
    let json = serde_json::to_value(plan)?;
    table.print(format, &json)?;
    if format == TableFormat::Json {
        return Ok(());
    }
    let count =
        |wanted: fn(Action) -> bool| plan.steps.iter().filter(|it| wanted(it.action)).count();
    let (changes, blocked) = (
        count(Action::is_change),
        count(|it| it.obstacle().is_some()),
    );
    let mut out = crate::cli::scan::Pipe(io::stdout().lock());
    writeln!(
        out,
        "\n{} in {}: {changes} to change, {blocked} blocked, {} in sync.",
        plan.store.title(),
        plan.environment,
        plan.steps.len() - changes - blocked
    )
}

/// Writes a plan to a file.
pub(super) fn write_plan(path: &Path, plan: &Plan) -> Result<(), Trouble> {
    let text = serde_json::to_string_pretty(plan).into_diagnostic()? + "\n";
    replace(path, &text)
}

/// Puts a text in the place of a file, in one step.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Trouble> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut file =
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).into_diagnostic()?;
    file.write_all(text.as_bytes()).into_diagnostic()?;
    if let Ok(known) = path.metadata() {
        file.as_file()
            .set_permissions(known.permissions())
            .into_diagnostic()?;
    }
    file.persist(path).map(drop).into_diagnostic()
}

/// Reads a plan from a file.
pub(super) fn read_plan(path: &Path) -> Result<Plan, Trouble> {
    let wrong = |why: String| NoPlan {
        path: path.display().to_string(),
        why,
    };
    let file = File::open(path).map_err(|it| wrong(it.to_string()))?;
    serde_json::from_reader(file.take(LIMIT)).map_err(|it| wrong(it.to_string()).into())
}

/// Fails when the plan that holds now is another one than was looked at.
pub(super) fn held_to(now: &Plan, reviewed: &Plan) -> Result<(), ProvisionError> {
    if now == reviewed {
        return Ok(());
    }
    let differs = |it: &&crate::provision::Step| !reviewed.steps.contains(it);
    let what = now.steps.iter().find(differs).map_or_else(
        || "the store or the environment is another one".to_owned(),
        |it| format!("{} is another step now ({})", it.at.path, it.action),
    );
    Err(ProvisionError::Stale { what })
}

/// Tells what is known of every secret.
pub(super) fn verdicts(
    verdicts: &[Verdict],
    environment: &str,
    format: TableFormat,
) -> io::Result<()> {
    let table = Table {
        headings: ["SECRET", "CHANGED", "REPLACE", "STATE"],
        rows: verdicts.iter().map(row).collect(),
    };
    let secrets: Vec<Value> = verdicts.iter().map(value).collect();
    let json = json!({ "schema": 1, "environment": environment, "secrets": secrets });
    table.print(format, &json)
}

/// A secret, when it changed, when it is to be replaced, and what is wrong with it.
pub(super) fn row(verdict: &Verdict) -> [String; 4] {
    let held = verdict.held.as_ref();
    let changed = held.and_then(|it| it.changed.clone());
    [
        verdict.at.name.to_string(),
        changed.unwrap_or_else(|| "-".to_owned()),
        verdict.due.map_or_else(|| "-".to_owned(), due),
        state(verdict),
    ]
}

/// Tells where the store and the manifest differ.
pub(super) fn drift(verdicts: &[Verdict], extra: &[String], format: TableFormat) -> io::Result<()> {
    let wrong: Vec<&Verdict> = verdicts.iter().filter(|it| !it.faults.is_empty()).collect();
    let known = wrong.iter().map(|it| [it.at.path.clone(), faults(it)]);
    let unknown = extra
        .iter()
        .map(|it| [it.clone(), "is not in shield.secrets.yaml".to_owned()]);
    let table = Table {
        headings: ["SECRET", "DIFFERENCE"],
        rows: known.chain(unknown).collect(),
    };
    if table.rows.is_empty() && format != TableFormat::Json {
        return Ok(());
    }
    let secrets: Vec<Value> = wrong.into_iter().map(value).collect();
    table.print(
        format,
        &json!({ "schema": 1, "secrets": secrets, "extra": extra }),
    )
}

/// Tells the runs, the newest first.
pub(super) fn runs(runs: &[Run]) -> io::Result<()> {
    let rows = runs.iter().map(|it| {
        let state = match (it.undone, it.closed) {
            (true, _) => "is undone",
            (false, true) => "can be undone",
            (false, false) => "was stopped half-way: apply goes on with it",
        };
        [
            it.head.run.clone(),
            it.head.started.clone(),
            it.head.environment.clone(),
            it.steps.len().to_string(),
            state.to_owned(),
        ]
    });
    let table = Table {
        headings: ["RUN", "STARTED", "ENVIRONMENT", "CHANGES", "STATE"],
        rows: rows.collect(),
    };
    table.print(TableFormat::Text, &Value::Null)
}

/// What is wrong with a secret, in words.
pub(super) fn faults(verdict: &Verdict) -> String {
    if verdict.faults.is_empty() {
        return "good".to_owned();
    }
    let all: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
    all.join("; ")
}

/// What is wrong with a secret, and what comes next in its rotation.
fn state(verdict: &Verdict) -> String {
    let faults = faults(verdict);
    let standing = verdict.standing.as_ref();
    standing.map_or_else(|| faults.clone(), |it| format!("{faults}; rotation: {it}"))
}

/// When a secret is to be replaced.
fn due(days: i64) -> String {
    match days {
        ..0 => format!("{} days ago", -days),
        0 => "today".to_owned(),
        _ => format!("in {days} days"),
    }
}

/// What is known of a secret, for programs.
pub(super) fn value(verdict: &Verdict) -> Value {
    let held = verdict.held.as_ref();
    let rotation = held.and_then(|it| it.rotation.as_ref());
    json!({
        "name": verdict.at.name.as_str(),
        "path": verdict.at.path,
        "version": held.and_then(|it| it.version.as_ref()),
        "changed": held.and_then(|it| it.changed.as_ref()),
        "accessed": held.and_then(|it| it.accessed.as_ref()),
        "due_in_days": verdict.due,
        "rotated_by_store": rotation.map(|it| json!({
            "every_days": it.every, "last": it.last, "next": it.next,
        })),
        "rotation": verdict.standing.as_ref().map(|it| json!({
            "step": it.word(), "next": it.to_string(),
            "until": it.until().map(|it| it.to_string()),
        })),
        "faults": verdict.faults,
    })
}
