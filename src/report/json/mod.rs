//! For programs; described in `docs/json.md`.

mod finding;
mod fix;
mod pending;
mod seam;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use serde::{Serialize, Serializer};

use self::finding::Found;
use self::fix::Plan;
use self::pending::Waiting;
use super::fate::Fates;
use super::fate::Tally;
use super::{Options, Report, Reporter, ShowSuppressed, words};
use crate::fix::Applicability;
use crate::notice::Notice;
use crate::risk::Level;

/// The version of the format; a change that can break a reader raises it.
pub(super) const SCHEMA: u32 = 1;

/// Writes for programs.
pub(super) struct Json<'o>(pub(super) &'o Options);

impl Reporter for Json<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let fates = Fates::of(report);
        let suppressed = self.0.suppressed == ShowSuppressed::Yes;
        let document = Document {
            schema: SCHEMA,
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            shard: self.0.shard.map(|it| it.to_string()),
            summary: Summary::of(report, &fates),
            findings: Findings(report, &fates, self.0),
            suppressed: suppressed.then_some(SuppressedFindings(report)),
            notices: report.notices.iter().map(Trouble::of).collect(),
            plan: Plan::of(report.plan, report.exposures),
            pending: report
                .pending
                .iter()
                .map(|(line, it)| Waiting::of(*line, it))
                .collect(),
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}

/// The whole report.
#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    tool: Tool,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<String>,
    summary: Summary,
    findings: Findings<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<SuppressedFindings<'a>>,
    notices: Vec<Trouble<'a>>,
    plan: Plan<'a>,
    pending: Vec<Waiting<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// What the run amounted to; without the time it took, so that equal runs give equal bytes.
#[derive(Serialize)]
struct Summary {
    files: usize,
    bytes: u64,
    findings: usize,
    levels: Levels,
    suppressed: usize,
    causes: serde_json::Map<String, serde_json::Value>,
    notices: usize,
    fixable: Trust,
    withheld: Trust,
    refused: serde_json::Map<String, serde_json::Value>,
    rotation_pending: usize,
}

#[derive(Serialize)]
struct Levels {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Trust {
    safe: usize,
    r#unsafe: usize,
    display_only: usize,
}

impl Summary {
    fn of(report: &Report<'_>, fates: &Fates<'_>) -> Self {
        let levels = report.findings.iter().map(|it| it.risk.level);
        let of = |level: Level| levels.clone().filter(|it| *it == level).count();
        let tally = Tally::of(report.findings, fates);
        let trust = |counts: &BTreeMap<Applicability, usize>| {
            let count = |it| counts.get(&it).copied().unwrap_or(0);
            Trust {
                safe: count(Applicability::Safe),
                r#unsafe: count(Applicability::Unsafe),
                display_only: count(Applicability::DisplayOnly),
            }
        };
        Self {
            files: report.totals.files,
            bytes: report.totals.bytes,
            findings: report.findings.len(),
            levels: Levels {
                critical: of(Level::Critical),
                high: of(Level::High),
                medium: of(Level::Medium),
                low: of(Level::Low),
            },
            suppressed: report.suppressed.len(),
            causes: causes(report),
            notices: report.notices.len(),
            fixable: trust(&tally.fixable),
            withheld: trust(&tally.withheld),
            refused: tally
                .refused
                .into_iter()
                .map(|(code, number)| (code.to_owned(), number.into()))
                .collect(),
            rotation_pending: report.pending.len(),
        }
    }
}

/// How many findings each cause has that does not let them count, by its code.
fn causes(report: &Report<'_>) -> serde_json::Map<String, serde_json::Value> {
    let mut causes: BTreeMap<&str, usize> = BTreeMap::new();
    for it in report.suppressed {
        *causes.entry(it.cause.code()).or_default() += 1;
    }
    causes
        .into_iter()
        .map(|(code, number)| (code.to_owned(), number.into()))
        .collect()
}

/// What counts; made one at a time while it is written.
struct Findings<'a>(&'a Report<'a>, &'a Fates<'a>, &'a Options);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, fates, options) = self;
        let listed = report.findings.iter().filter(|it| options.lists(it));
        serializer.collect_seq(listed.map(|it| Found::of(it, Some(fates))))
    }
}

/// What does not count, with the cause; made one at a time while it is written.
struct SuppressedFindings<'a>(&'a Report<'a>);

impl Serialize for SuppressedFindings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.suppressed.iter().map(|it| Excused {
            cause: it.cause.code(),
            message: it.cause.cause().one,
            reason: words::reason(it),
            finding: Found::of(&it.finding, None),
        }))
    }
}

#[derive(Serialize)]
struct Excused<'a> {
    cause: &'static str,
    message: &'static str,
    reason: Option<Cow<'a, str>>,
    finding: Found<'a>,
}

/// Trouble with a file.
#[derive(Serialize)]
struct Trouble<'a> {
    path: &'a str,
    code: &'static str,
    message: String,
}

impl<'a> Trouble<'a> {
    fn of(notice: &'a Notice) -> Self {
        Self {
            path: notice.path.as_str(),
            code: notice.kind.code(),
            message: notice.kind.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::fixture::{everything, in_archive, options};

    const DOCUMENTATION: &str = include_str!("../../../docs/json.md");

    fn written() -> String {
        let mut options = options(Format::Json);
        options.suppressed = ShowSuppressed::Yes;
        everything().written(&options)
    }

    /// A report with a finding that lies in as much as a finding can lie in.
    fn layered() -> String {
        let mut fixture = everything();
        fixture.findings = vec![in_archive(fixture.findings[0].clone())];
        fixture.written(&options(Format::Json))
    }

    #[test]
    fn the_layers_around_a_finding_are_told() {
        let report: serde_json::Value = serde_json::from_str(&layered()).unwrap();
        let finding = &report["findings"][0];
        assert_eq!(finding["path"], "dist/app.jar!/lib/x.zip!/deploy/key.yaml");
        let archives = ["dist/app.jar", "dist/app.jar!/lib/x.zip"];
        assert_eq!(finding["archives"], serde_json::json!(archives));
        assert_eq!(finding["codings"], serde_json::json!(["hex", "base64"]));
        assert_eq!(finding["cell"], 3);
    }

    #[test]
    fn a_report_is_complete() {
        let written = written().replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!("json", written);
    }

    #[test]
    fn every_key_is_documented() {
        fn keys(value: &serde_json::Value, found: &mut Vec<String>) {
            match value {
                serde_json::Value::Object(map) => {
                    for (key, inner) in map {
                        found.push(key.clone());
                        keys(inner, found);
                    }
                }
                serde_json::Value::Array(items) => items.iter().for_each(|it| keys(it, found)),
                serde_json::Value::Null
                | serde_json::Value::Bool(_)
                | serde_json::Value::Number(_)
                | serde_json::Value::String(_) => {}
            }
        }
        let mut found = Vec::new();
        keys(&serde_json::from_str(&written()).unwrap(), &mut found);
        keys(&serde_json::from_str(&layered()).unwrap(), &mut found);
        // Codes are keys too: of the fixer's reasons, and of causes, which are listed elsewhere.
        found.retain(|it| it != "settings-file" && it != "placeholder" && it != "comment");
        for key in found {
            assert!(DOCUMENTATION.contains(&format!("`{key}`")), "{key}");
        }
    }

    #[test]
    fn suppressed_findings_are_told_only_when_asked_for() {
        let written = everything().written(&options(Format::Json));
        let report: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(report["summary"]["suppressed"], 1);
        assert!(report.get("suppressed").is_none());
    }
}
