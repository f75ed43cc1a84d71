//! SARIF 2.1.0, for code scanning.

mod artifact;
mod fix;
mod notice;
mod pending;
mod place;
mod result;
mod rule;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;

use serde::{Serialize, Serializer};
use serde_sarif::sarif;

use self::artifact::Nested;
use self::result::Index;
use super::fate::Fates;
use super::{Options, Report, Reporter, ShowSuppressed};
use crate::finding::Finding;
use crate::notice::Notice;
use crate::pattern::Pattern;
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
            runs: [Run::of(report, self.0)],
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    artifacts: Vec<sarif::Artifact>,
    results: Results<'a>,
}

impl<'a> Run<'a> {
    fn of(report: &'a Report<'a>, options: &'a Options) -> Self {
        let used = used(report, options);
        let used = || report.patterns.iter().filter(|it| used.contains(it.id()));
        let rules = used().map(rule::of).collect();
        let ids = used().map(Pattern::id);
        let suppressions = report.suppressed.iter().map(|it| &it.finding);
        let (artifacts, nested) = artifact::of(listed(report, options).chain(suppressions));
        Self {
            tool: tool(rules, report.notices),
            automation_details: sarif::RunAutomationDetails::builder().id(CATEGORY).build(),
            invocations: [invocation(report.notices)],
            original_uri_base_ids: BTreeMap::from([(place::ROOT, place::root())]),
            column_kind: sarif::ResultColumnKind::Utf16CodeUnits,
            redaction_tokens: [MASK],
            artifacts,
            results: Results {
                report,
                fates: Fates::of(report.plan),
                rules: ids.zip(0..).collect(),
                nested,
                options,
            },
        }
    }
}

/// The results of a run.
struct Results<'a> {
    report: &'a Report<'a>,
    fates: Fates<'a>,
    rules: BTreeMap<&'a str, i64>,
    nested: Nested<'a>,
    options: &'a Options,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let index = |it: &Finding<'_>| Index {
            rule: self.rules.get(it.pattern.id()).copied(),
            nested: &self.nested,
        };
        let suppression = self.options.suppressed;
        let findings = listed(self.report, self.options).map(|it| {
            let mut result = result::of(it, &index(it), Some(&self.fates));
            pending::trace(&mut result, it, self.report.exposures);
            // Where one result says whether it is suppressed, every result says so.
            result.suppressions = match suppression {
                ShowSuppressed::Yes => Some(Vec::new()),
                ShowSuppressed::No => None,
            };
            result
        });
        let suppressed = match suppression {
            ShowSuppressed::Yes => self.report.suppressed,
            ShowSuppressed::No => &[],
        };
        let suppressed = suppressed
            .iter()
            .map(|it| result::of_suppressed(it, &index(&it.finding)));
        let pending = self.report.pending.iter().map(|(line, entry)| {
            let rule = self.rules.get(&*entry.pattern).copied();
            let mut result = pending::of(entry, *line, rule, self.report.patterns);
            result.suppressions = match suppression {
                ShowSuppressed::Yes => Some(Vec::new()),
                ShowSuppressed::No => None,
            };
            result
        });
        serializer.collect_seq(findings.chain(suppressed).chain(pending))
    }
}

/// The findings that have the level asked for.
fn listed<'a>(
    report: &'a Report<'a>,
    options: &'a Options,
) -> impl Iterator<Item = &'a Finding<'a>> {
    report.findings.iter().filter(|it| options.lists(it))
}

/// The ids of the patterns that have results: the others would be most of a report.
fn used<'a>(report: &'a Report<'a>, options: &'a Options) -> BTreeSet<&'a str> {
    let suppressed = match options.suppressed {
        ShowSuppressed::Yes => report.suppressed,
        ShowSuppressed::No => &[],
    };
    let suppressed = suppressed.iter().map(|it| &it.finding);
    let found = listed(report, options).chain(suppressed);
    let pending = report.pending.iter().map(|(_, it)| &*it.pattern);
    found.map(|it| it.pattern.id()).chain(pending).collect()
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
    let kinds = notice::descriptors(notices);
    driver.notifications = (!kinds.is_empty()).then_some(kinds);
    sarif::Tool::builder().driver(driver).build()
}

/// That the run came to its end, and what it survived.
fn invocation(notices: &[Notice]) -> sarif::Invocation {
    let notifications: Vec<_> = notices.iter().map(notice::of).collect();
    let mut invocation = sarif::Invocation::builder()
        .execution_successful(true)
        .build();
    invocation.tool_execution_notifications = (!notifications.is_empty()).then_some(notifications);
    invocation
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

/// A text about the program, a rule or a kind of notice.
fn text(text: &str) -> sarif::MultiformatMessageString {
    sarif::MultiformatMessageString::builder()
        .text(text)
        .build()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::Format;
    use crate::report::fixture::{Fixture, everything, in_archive, options, patterns};

    /// How many tags code scanning keeps.
    const MAX_TAGS: usize = 10;

    fn written(fixture: &Fixture, suppressed: ShowSuppressed) -> String {
        let mut options = options(Format::Sarif);
        options.suppressed = suppressed;
        fixture.written(&options)
    }

    fn log(fixture: &Fixture, suppressed: ShowSuppressed) -> Value {
        serde_json::from_str(&written(fixture, suppressed)).unwrap()
    }

    /// What code scanning would refuse or drop; the size is checked where there is a compressor.
    fn beyond_limits(log: &Value) -> Vec<String> {
        let len = |value: &Value| value.as_array().map_or(0, Vec::len);
        let mut beyond = Vec::new();
        let mut check = |what: &str, number: usize, limit: usize| {
            if number > limit {
                beyond.push(format!("{what}: {number}, of which {limit} are kept"));
            }
        };
        check("runs", len(&log["runs"]), 20);
        let run = &log["runs"][0];
        check("results", len(&run["results"]), 25_000);
        check("rules", len(&run["tool"]["driver"]["rules"]), 25_000);
        for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
            check("tags", len(&rule["properties"]["tags"]), MAX_TAGS);
        }
        for result in run["results"].as_array().unwrap() {
            check("locations", len(&result["locations"]), 100);
        }
        beyond
    }

    #[test]
    fn a_report_is_complete() {
        let written = written(&everything(), ShowSuppressed::Yes);
        let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
        insta::assert_snapshot!("sarif", written.replace(&version, "\"VERSION\""));
    }

    #[test]
    fn a_report_is_what_the_schema_asks_for() {
        let schema = include_str!("../../../fixtures/schemas/sarif-2.1.0.json");
        // Two of its expressions have a stray bracket.
        let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
        let schema: Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let mut empty = everything();
        empty.findings.clear();
        empty.suppressed.clear();
        empty.notices.clear();
        let mut nested = everything();
        nested.findings = nested.findings.into_iter().map(in_archive).collect();
        for fixture in [everything(), empty, nested] {
            for suppressed in [ShowSuppressed::Yes, ShowSuppressed::No] {
                let log = log(&fixture, suppressed);
                let errors: Vec<_> = validator.iter_errors(&log).collect();
                assert!(errors.is_empty(), "{errors:?}");
            }
        }
    }

    #[test]
    fn a_result_points_at_its_rule() {
        let log = log(&everything(), ShowSuppressed::Yes);
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(
                run["tool"]["driver"]["rules"][index]["id"],
                result["ruleId"]
            );
        }
    }

    #[test]
    fn only_rules_with_results_are_told() {
        let mut fixture = everything();
        fixture.moved.clear();
        fixture.findings.truncate(1);
        let id = fixture.findings[0].pattern.id();
        let log = log(&fixture, ShowSuppressed::No);
        let rules = &log["runs"][0]["tool"]["driver"]["rules"];
        assert_eq!(rules.as_array().unwrap().len(), 1, "{rules}");
        assert_eq!(rules[0]["id"], id);
        assert!(patterns().iter().count() > 1);
    }

    #[test]
    fn what_lies_in_archives_is_nested_and_shown_at_the_archive() {
        let mut fixture = everything();
        fixture.findings = vec![in_archive(fixture.findings[0].clone()); 2];
        let log = log(&fixture, ShowSuppressed::No);
        let run = &log["runs"][0];
        let artifact = |uri: &str, parent: i64| serde_json::json!({ "location": { "uri": uri }, "parentIndex": parent });
        let outermost = serde_json::json!({
            "location": { "uri": "dist/app.jar", "uriBaseId": "%SRCROOT%" }
        });
        let nested = [
            outermost,
            artifact("lib/x.zip", 0),
            artifact("deploy/key.yaml", 1),
        ];
        assert_eq!(run["artifacts"], serde_json::json!(nested));
        let result = &run["results"][1];
        let at = |list: &str| result[list][0]["physicalLocation"].clone();
        assert_eq!(at("locations")["artifactLocation"]["uri"], "dist/app.jar");
        assert_eq!(at("locations")["artifactLocation"]["index"], 0);
        let exact = at("relatedLocations");
        assert_eq!(exact["artifactLocation"]["uri"], "deploy/key.yaml");
        assert_eq!(exact["artifactLocation"]["index"], 2);
        assert_eq!(exact["region"]["startLine"], 2);
        let message = result["message"]["text"].as_str().unwrap();
        assert!(message.contains("(base64 in hex, cell 3)"), "{message}");
    }

    #[test]
    fn columns_are_counted_in_utf_16() {
        let log = log(&everything(), ShowSuppressed::No);
        let result = &log["runs"][0]["results"][3];
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startColumn"], 25);
    }

    #[test]
    fn code_scanning_takes_a_report_and_too_many_results_are_not_hidden() {
        let mut fixture = everything();
        assert_eq!(beyond_limits(&log(&fixture, ShowSuppressed::Yes)), [""; 0]);
        fixture.findings = vec![fixture.findings[0].clone(); 25_001];
        fixture.moved.clear();
        let beyond = beyond_limits(&log(&fixture, ShowSuppressed::No));
        assert_eq!(beyond, ["results: 25001, of which 25000 are kept"]);
    }

    #[test]
    fn a_message_shows_brackets_and_braces_as_they_are() {
        let message = message(r"a [b](c) {0} \d");
        assert_eq!(message.text.unwrap(), r"a \[b\](c) {{0}} \\d");
    }
}
