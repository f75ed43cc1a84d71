//! `shield inventory --compliance`: controls that are supported, with evidence and the state here.

use std::fmt::Write as _;

use miette::IntoDiagnostic as _;
use serde_json::json;

use super::args;
use super::desk::Desk;
use super::look;
use super::sheet::Sheet;
use super::table::Table;
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::cli::terminal::Bar;
use crate::cli::terminal::say;
use crate::inventory::Control;
use crate::inventory::Controls;
use crate::inventory::Evidence;
use crate::inventory::Facts;
use crate::inventory::Findings;
use crate::inventory::Overdue;
use crate::provision::Depth;
use crate::provision::Fault;
use crate::provision::Verdict;
use crate::report::plain;
use crate::risk::Level;
use crate::run;
use crate::secret::StoreKind;
use crate::settings::Request;
use crate::settings::Settings;

/// What everybody has to know who reads it.
const STATEMENT: &str = "Shield supports these controls, and shows with what. It states of none \
                         that it is met, nor that anything is compliant: whoever assesses says so.";

/// Tells which controls are supported, and how the project is; ends well whatever state it is in.
pub(super) fn run(args: &args::Inventory) -> Result<Exit, Trouble> {
    let desk = Desk::open(&args.place)?;
    let controls = Controls::built_in()?;
    let mapping = Mapping {
        environment: &desk.environment.name,
        facts: facts(&desk)?,
        controls,
    };
    mapping.sheet().print(args.format).into_diagnostic()?;
    Ok(Exit::Clean)
}

/// How the project is; a store that does not answer is told, and leaves the rest.
fn facts(desk: &Desk) -> Result<Facts, Trouble> {
    let settings = Settings::merge(Request::plain(vec![desk.places.root.clone()]))?;
    let findings = run::survey(&settings, &Bar::new(), |scan| Findings {
        open: scan.findings.len(),
        worst: scan.findings.iter().map(|it| it.risk.level).max(),
        suppressed: scan.suppressed.len(),
    })?;
    let verdicts = desk
        .store()
        .and_then(|store| look::verdicts(desk, &*store, Depth::Metadata));
    let overdue = match verdicts {
        Ok(verdicts) => Some(of_store(&verdicts)),
        Err(error) => {
            say(&plain(&format!("note     {error}")));
            None
        }
    };
    let secrets = &desk.manifest.secrets;
    let exposed = desk.exposed()?;
    let environment = &desk.environment;
    Ok(Facts {
        findings,
        exposed: exposed.len(),
        secrets: secrets.len(),
        unscheduled: secrets.iter().filter(|it| it.rotation.is_none()).count(),
        unowned: secrets.iter().filter(|it| it.owner.is_none()).count(),
        overdue,
        key: match (environment.store, &environment.kms_key) {
            (StoreKind::Local, _) => "the keys of those who may open the local store".to_owned(),
            (StoreKind::Vault, _) => "the keys of Vault".to_owned(),
            (StoreKind::Aws, None) => "the key of the account of AWS".to_owned(),
            (StoreKind::Aws, Some(key)) => format!("the key {key}"),
        },
        readers: environment.readers.len(),
    })
}

/// What only the store tells.
fn of_store(verdicts: &[Verdict]) -> Overdue {
    let count = |wanted: fn(&Fault) -> bool| {
        let is_so = |it: &&Verdict| it.faults.iter().any(wanted);
        verdicts.iter().filter(is_so).count()
    };
    Overdue {
        overdue: count(|it| matches!(it, Fault::Overdue)),
        differing: count(|it| !matches!(it, Fault::Exposed | Fault::Overdue)),
    }
}

/// Which controls are supported, and how the project is.
struct Mapping<'m> {
    environment: &'m str,
    facts: Facts,
    controls: Controls,
}

impl Mapping<'_> {
    fn sheet(&self) -> Sheet<5, 6> {
        Sheet {
            title: format!("Controls that shield supports in {}", self.environment),
            lead: STATEMENT.to_owned(),
            listed: self.listed(),
            blocks: Some(self.blocks()),
            whole: self.whole(),
            json: self.json(),
            notes: vec![
                STATEMENT.to_owned(),
                format!(
                    "The list is that of {}, in words of our own: those of the standards hold.",
                    self.controls.date
                ),
            ],
        }
    }

    /// One block of lines for each control.
    fn blocks(&self) -> String {
        let mut text = String::new();
        for control in &self.controls.all {
            if !text.is_empty() {
                text.push('\n');
            }
            line(
                &mut text,
                format_args!("{} {}", control.standard, control.name),
            );
            line(&mut text, format_args!("  supports  {}", control.supports));
            for (number, state) in control.state(&self.facts).iter().enumerate() {
                let label = if number == 0 { "state" } else { "" };
                line(&mut text, format_args!("  {label:8}  {}", plain(state)));
            }
            for (number, it) in control.evidence.iter().enumerate() {
                let label = if number == 0 { "evidence" } else { "" };
                let shown = format_args!("  {label:8}  {}: {}", it.command, it.report);
                line(&mut text, shown);
            }
        }
        text
    }

    /// The controls for a person.
    fn listed(&self) -> Table<5> {
        let row = |it: &Control| {
            let evidence = it.evidence.iter();
            let evidence: Vec<String> = evidence
                .map(|shown| format!("{} ({})", shown.report, shown.command))
                .collect();
            [
                it.standard.clone(),
                it.name.clone(),
                it.supports.clone(),
                evidence.join("; "),
                it.state(&self.facts).join("; "),
            ]
        };
        Table {
            headings: ["STANDARD", "CONTROL", "SUPPORTED BY", "EVIDENCE", "STATE"],
            rows: self.controls.all.iter().map(row).collect(),
        }
    }

    /// The controls for a spreadsheet: a line for each piece of evidence.
    fn whole(&self) -> Table<6> {
        let rows = |control: &Control| {
            let state = control.state(&self.facts).join("; ");
            let row = |it: &Evidence| {
                [
                    control.standard.clone(),
                    control.name.clone(),
                    control.supports.clone(),
                    it.report.clone(),
                    it.command.clone(),
                    state.clone(),
                ]
            };
            control.evidence.iter().map(row).collect::<Vec<_>>()
        };
        Table {
            headings: [
                "STANDARD",
                "CONTROL",
                "SUPPORTED_BY",
                "EVIDENCE",
                "COMMAND",
                "STATE",
            ],
            rows: self.controls.all.iter().flat_map(rows).collect(),
        }
    }

    /// The controls for programs.
    fn json(&self) -> serde_json::Value {
        let facts = &self.facts;
        let of_store = facts.overdue.as_ref();
        let control = |it: &Control| {
            let evidence = it.evidence.iter();
            let evidence: Vec<_> = evidence
                .map(|shown| json!({ "report": shown.report, "command": shown.command }))
                .collect();
            json!({
                "standard": it.standard,
                "control": it.name,
                "supported_by": it.supports,
                "evidence": evidence,
                "state": it.state(facts),
            })
        };
        json!({
            "schema": 1,
            "environment": self.environment,
            "list_of": self.controls.date,
            "statement": STATEMENT,
            "facts": {
                "open_findings": facts.findings.open,
                "worst": facts.findings.worst.map(Level::as_str),
                "suppressed": facts.findings.suppressed,
                "waiting_to_be_replaced": facts.exposed,
                "secrets": facts.secrets,
                "without_rotation": facts.unscheduled,
                "without_owner": facts.unowned,
                "overdue": of_store.map(|it| it.overdue),
                "differing": of_store.map(|it| it.differing),
                "readers": facts.readers,
            },
            "controls": self.controls.all.iter().map(control).collect::<Vec<_>>(),
        })
    }
}

/// Adds a line; a text takes every line.
fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    let written = writeln!(text, "{line}");
    debug_assert!(written.is_ok(), "a text takes every line");
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::Args;

    #[test]
    fn every_command_of_the_evidence_is_one() {
        for control in Controls::built_in().unwrap().all {
            for it in control.evidence {
                let words = it.command.split(' ');
                assert!(Args::try_parse_from(words).is_ok(), "{}", it.command);
            }
        }
    }
}
