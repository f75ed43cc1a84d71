//! SARIF 2.1.0, for code scanning.

mod fix;
mod place;
mod result;
mod rule;

use std::collections::BTreeMap;
use std::io;

use serde::{Serialize, Serializer};
use serde_sarif::sarif;

use super::fate::Fates;
use super::{Options, Report, Reporter, ShowSuppressed};
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::text::MASK;

/// Where the schema is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The page of the program; empty while the package names none.
const PAGE: &str = env!("CARGO_PKG_REPOSITORY");

/// Groups the results of this tool on a server, whatever workflow uploads them.
const CATEGORY: &str = "shield/";

/// Writes for code scanning.
pub(super) struct Sarif<'o>(pub(super) &'o Options);

impl Reporter for Sarif<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let log = Log {
            schema: SCHEMA,
            version: "2.1.0",
            runs: [Run::of(report, self.0.suppressed)],
        };
        serde_json::to_writer_pretty(&mut *out, &log)?;
        writeln!(out)
    }
}

/// The whole report.
#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

/// [`sarif::Run`], with results that are made one at a time while they are written: a result of
/// the library takes kilobytes, and there can be many.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: sarif::Tool,
    automation_details: sarif::RunAutomationDetails,
    invocations: [sarif::Invocation; 1],
    original_uri_base_ids: BTreeMap<&'static str, sarif::ArtifactLocation>,
    column_kind: sarif::ResultColumnKind,
    redaction_tokens: [&'static str; 1],
    results: Results<'a>,
}

impl<'a> Run<'a> {
    fn of(report: &'a Report<'a>, suppressed: ShowSuppressed) -> Self {
        let rules = report.patterns.iter().map(rule::of).collect::<Vec<_>>();
        let ids = report.patterns.iter().map(|it| it.id());
        Self {
            tool: tool(rules, report.notices),
            automation_details: sarif::RunAutomationDetails::builder().id(CATEGORY).build(),
            invocations: [invocation(report.notices)],
            original_uri_base_ids: BTreeMap::from([(place::ROOT, place::root())]),
            column_kind: sarif::ResultColumnKind::Utf16CodeUnits,
            redaction_tokens: [MASK],
            results: Results {
                report,
                fates: Fates::of(report.plan),
                rules: ids.zip(0..).collect(),
                suppressed,
            },
        }
    }
}

/// The results of a run.
struct Results<'a> {
    report: &'a Report<'a>,
    fates: Fates<'a>,
    rules: BTreeMap<&'a str, i64>,
    suppressed: ShowSuppressed,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rule = |id: &str| self.rules.get(id).copied();
        let findings = self.report.findings.iter().map(|it| {
            let mut result = result::of(it, rule(it.pattern.id()), self.fates.get(it));
            // Where one result says whether it is suppressed, every result says so.
            result.suppressions = match self.suppressed {
                ShowSuppressed::Yes => Some(Vec::new()),
                ShowSuppressed::No => None,
            };
            result
        });
        let suppressed = match self.suppressed {
            ShowSuppressed::Yes => self.report.suppressed,
            ShowSuppressed::No => &[],
        };
        let suppressed = suppressed
            .iter()
            .map(|it| result::of_suppressed(it, rule(it.finding.pattern.id())));
        serializer.collect_seq(findings.chain(suppressed))
    }
}

/// The program, its rules and the kinds of notices that `notices` has.
fn tool(rules: Vec<sarif::ReportingDescriptor>, notices: &[Notice]) -> sarif::Tool {
    let mut driver = sarif::ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .version(env!("CARGO_PKG_VERSION"))
        .short_description(text(env!("CARGO_PKG_DESCRIPTION")))
        .rules(rules)
        .build();
    driver.information_uri = (!PAGE.is_empty()).then(|| PAGE.to_owned());
    let mut kinds: Vec<sarif::ReportingDescriptor> = Vec::new();
    for notice in notices {
        let code = notice.kind.code();
        if kinds.iter().all(|it| it.id != code) {
            kinds.push(sarif::ReportingDescriptor::builder().id(code).build());
        }
    }
    driver.notifications = (!kinds.is_empty()).then_some(kinds);
    sarif::Tool::builder().driver(driver).build()
}

/// That the run came to its end, and what it survived.
fn invocation(notices: &[Notice]) -> sarif::Invocation {
    let notifications: Vec<_> = notices.iter().map(notification).collect();
    let mut invocation = sarif::Invocation::builder()
        .execution_successful(true)
        .build();
    invocation.tool_execution_notifications = (!notifications.is_empty()).then_some(notifications);
    invocation
}

fn notification(notice: &Notice) -> sarif::Notification {
    let level = match &notice.kind {
        NoticeKind::Unreadable(_) | NoticeKind::Panicked => "error",
        NoticeKind::TooLarge { .. } | NoticeKind::NoTree(_) | NoticeKind::CutShort => "warning",
    };
    let descriptor = sarif::ReportingDescriptorReference::builder()
        .id(notice.kind.code())
        .build();
    let at = sarif::PhysicalLocation::builder()
        .artifact_location(place::artifact(&notice.path))
        .build();
    sarif::Notification::builder()
        .message(message(&notice.kind.to_string()))
        .level(level)
        .descriptor(descriptor)
        .locations(vec![
            sarif::Location::builder().physical_location(at).build(),
        ])
        .build()
}

/// A message that is shown as it is: what would be a link or a place to fill in is escaped.
fn message(text: &str) -> sarif::Message {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '[' | ']' => escaped.extend(['\\', c]),
            '{' | '}' => escaped.extend([c, c]),
            _ => escaped.push(c),
        }
    }
    sarif::Message::builder().text(escaped).build()
}

fn text(text: &str) -> sarif::MultiformatMessageString {
    sarif::MultiformatMessageString::builder()
        .text(text)
        .build()
}
