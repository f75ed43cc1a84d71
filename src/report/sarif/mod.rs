//! SARIF 2.1.0, for code scanning.

mod artifact;
mod fix;
mod notice;
mod pending;
mod place;
mod result;
mod rule;
mod split;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Serialize, Serializer};
use serde_sarif::sarif;

use self::artifact::Nested;
use self::result::Index;
use self::split::Told;
use super::fate::Fates;
use super::{Options, Report, Reporter, ShowSuppressed, words};
use crate::finding::Finding;
use crate::notice::Notice;
use crate::pattern::Pattern;
use crate::source::git::Provenance;
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
        let mut limits = Limits::default();
        let (mut parts, mut left_out) = split::split(report, self.0, limits.most);
        while let Some(most) = limits.fewer(&Log::of(report, self.0, &parts, left_out))? {
            (parts, left_out) = split::split(report, self.0, most);
        }
        serde_json::to_writer_pretty(&mut *out, &Log::of(report, self.0, &parts, left_out))?;
        writeln!(out)
    }
}

/// How much of a report is taken.
struct Limits {
    /// How many results.
    most: usize,
    /// How many bytes, compressed.
    packed: u64,
    /// A report with no more results is not measured: it fits.
    few: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            most: split::SHOWN * split::RUNS,
            packed: split::PACKED,
            // Results take some kilobytes each, before they are compressed.
            few: 1_000,
        }
    }
}

impl Limits {
    /// How many results there may be at most, where `log` is too large; none where it fits.
    fn fewer(&mut self, log: &Log<'_>) -> io::Result<Option<usize>> {
        let told = log.results();
        if told <= self.few {
            return Ok(None);
        }
        let mut packed = GzEncoder::new(Counted(0), Compression::default());
        serde_json::to_writer_pretty(&mut packed, log)?;
        let Counted(size) = packed.finish()?;
        if size <= self.packed {
            return Ok(None);
        }
        // Somewhat fewer than fit if all are alike: the worst say more than the rest.
        let fitting = u128::try_from(told).unwrap_or(u128::MAX) * u128::from(self.packed) * 95;
        let fitting = usize::try_from(fitting / (u128::from(size) * 100)).unwrap_or(0);
        self.most = fitting.max(self.few);
        Ok(Some(self.most))
    }
}

/// Counts bytes, and keeps none.
struct Counted(u64);

impl io::Write for Counted {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0 += buf.len() as u64;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The whole report.
#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: Vec<Run<'a>>,
}

impl<'a> Log<'a> {
    /// A report with a run for each of `parts`.
    fn of(
        report: &'a Report<'a>,
        options: &'a Options,
        parts: &'a [Vec<Told<'a>>],
        left_out: usize,
    ) -> Self {
        let runs = parts.iter().enumerate();
        Self {
            schema: SCHEMA,
            version: "2.1.0",
            runs: runs
                .map(|(number, told)| Run::of(report, options, (number, told), left_out))
                .collect(),
        }
    }

    /// How many results there are.
    fn results(&self) -> usize {
        self.runs.iter().map(|it| it.results.told.len()).sum()
    }
}

/// [`sarif::Run`], with results that are made one at a time while they are written: a result of
/// the library takes kilobytes, and there can be many.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: sarif::Tool,
    automation_details: sarif::RunAutomationDetails,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_control_provenance: Option<[sarif::VersionControlDetails; 1]>,
    invocations: [sarif::Invocation; 1],
    original_uri_base_ids: BTreeMap<&'static str, sarif::ArtifactLocation>,
    column_kind: sarif::ResultColumnKind,
    redaction_tokens: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    artifacts: Vec<sarif::Artifact>,
    results: Results<'a>,
}

impl<'a> Run<'a> {
    /// A run with the results that are `told`; the first one says what none has.
    fn of(
        report: &'a Report<'a>,
        options: &'a Options,
        (number, told): (usize, &'a [Told<'a>]),
        left_out: usize,
    ) -> Self {
        let used: BTreeSet<&str> = told.iter().map(|it| it.pattern()).collect();
        let used = || report.patterns.iter().filter(|it| used.contains(it.id()));
        let rules = used().map(rule::of).collect();
        let ids = used().map(Pattern::id);
        let (artifacts, nested) = artifact::of(told.iter().filter_map(|it| it.finding()));
        // Two runs of one category would replace each other.
        let category = match number {
            0 => CATEGORY.to_owned(),
            _ => format!("{}-{}/", CATEGORY.trim_end_matches('/'), number + 1),
        };
        let left_out = if number == 0 { left_out } else { 0 };
        Self {
            tool: tool(rules, report.notices, left_out),
            automation_details: sarif::RunAutomationDetails::builder().id(category).build(),
            version_control_provenance: report.origin.map(|it| [provenance(it)]),
            invocations: [invocation(report.notices, left_out)],
            original_uri_base_ids: BTreeMap::from([(place::ROOT, place::root())]),
            column_kind: sarif::ResultColumnKind::Utf16CodeUnits,
            redaction_tokens: [MASK],
            artifacts,
            results: Results {
                report,
                told,
                fates: Fates::of(report),
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
    told: &'a [Told<'a>],
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
        // Where one result says whether it is suppressed, every result says so.
        let counts = match self.options.suppressed {
            ShowSuppressed::Yes => Some(Vec::new()),
            ShowSuppressed::No => None,
        };
        serializer.collect_seq(self.told.iter().map(|told| match told {
            Told::Finding(finding) => {
                let mut result = result::of(finding, &index(finding), Some(&self.fates));
                pending::trace(&mut result, finding, self.report.exposures);
                result.suppressions.clone_from(&counts);
                result
            }
            Told::Suppressed(it) => result::of_suppressed(it, &index(&it.finding)),
            Told::Pending(line, entry) => {
                let rule = self.rules.get(&*entry.pattern).copied();
                let mut result = pending::of(entry, *line, rule, self.report.patterns);
                result.suppressions.clone_from(&counts);
                result
            }
        }))
    }
}

/// Where the code comes from.
fn provenance(origin: &Provenance) -> sarif::VersionControlDetails {
    let mut details = sarif::VersionControlDetails::builder()
        .repository_uri(origin.uri.clone())
        .build();
    details.revision_id.clone_from(&origin.revision);
    details.branch = origin
        .branch
        .as_deref()
        .map(|it| words::plain(it).into_owned());
    details
}

/// The program, its rules and the kinds of notices that `notices` has.
fn tool(
    rules: Vec<sarif::ReportingDescriptor>,
    notices: &[Notice],
    left_out: usize,
) -> sarif::Tool {
    let mut driver = sarif::ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .version(env!("CARGO_PKG_VERSION"))
        .short_description(text(env!("CARGO_PKG_DESCRIPTION")))
        .rules(rules)
        .build();
    driver.information_uri = (!PAGE.is_empty()).then(|| PAGE.to_owned());
    let mut kinds = notice::descriptors(notices);
    kinds.extend((left_out > 0).then(split::descriptor));
    driver.notifications = (!kinds.is_empty()).then_some(kinds);
    sarif::Tool::builder().driver(driver).build()
}

/// That the run came to its end, and what it survived.
fn invocation(notices: &[Notice], left_out: usize) -> sarif::Invocation {
    let mut notifications: Vec<_> = notices.iter().map(notice::of).collect();
    notifications.extend((left_out > 0).then(|| split::notification(left_out)));
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

    /// What code scanning would refuse or drop, but for its size.
    fn beyond_limits(log: &Value) -> Vec<String> {
        let len = |value: &Value| value.as_array().map_or(0, Vec::len);
        let mut beyond = Vec::new();
        let mut check = |what: &str, number: usize, limit: usize| {
            if number > limit {
                beyond.push(format!("{what}: {number}, of which {limit} are kept"));
            }
        };
        check("runs", len(&log["runs"]), split::RUNS);
        for run in log["runs"].as_array().unwrap() {
            check("results", len(&run["results"]), split::SHOWN);
            let rules = &run["tool"]["driver"]["rules"];
            check("rules", len(rules), 25_000);
            for rule in rules.as_array().unwrap() {
                check("tags", len(&rule["properties"]["tags"]), MAX_TAGS);
            }
            for result in run["results"].as_array().unwrap() {
                check("locations", len(&result["locations"]), 100);
            }
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
    fn code_scanning_takes_a_report_and_shows_all_of_it() {
        let mut fixture = everything();
        assert_eq!(beyond_limits(&log(&fixture, ShowSuppressed::Yes)), [""; 0]);
        let read = fixture.findings[2].clone();
        let worst = fixture.findings[0].clone();
        fixture.findings = vec![read; split::SHOWN];
        fixture.findings.push(worst);
        let log = log(&fixture, ShowSuppressed::No);
        assert_eq!(beyond_limits(&log), [""; 0]);
        let runs = log["runs"].as_array().unwrap();
        assert_eq!(runs.len(), 2);
        // What was moved out of the code is the other one that weighs more.
        assert_eq!(runs[0]["results"][0]["ruleId"], "example/token");
        assert_eq!(runs[1]["results"].as_array().unwrap().len(), 2);
        let category = |number: usize| runs[number]["automationDetails"]["id"].clone();
        assert_eq!([category(0), category(1)], ["shield/", "shield-2/"]);
    }

    #[test]
    fn what_code_scanning_does_not_take_is_counted() {
        let mut fixture = everything();
        let read = fixture.findings[2].clone();
        fixture.findings = vec![read; split::SHOWN * split::RUNS + 7];
        fixture.moved.clear();
        let report = fixture.report();
        let most = Limits::default().most;
        let (runs, left_out) = split::split(&report, &options(Format::Sarif), most);
        assert_eq!((runs.len(), left_out), (split::RUNS, 7));
        let said = invocation(&[], left_out);
        let said = serde_json::to_string(&said).unwrap();
        assert!(said.contains("7 results of less weight left out"), "{said}");
    }

    #[test]
    fn a_report_that_is_too_large_keeps_the_worst() {
        let mut fixture = everything();
        let (worst, read) = (fixture.findings[0].clone(), fixture.findings[2].clone());
        fixture.findings = vec![read; 400];
        fixture.findings.push(worst);
        let report = fixture.report();
        let options = options(Format::Sarif);
        let mut limits = Limits {
            packed: 6_000,
            few: 10,
            ..Limits::default()
        };
        let (mut parts, mut left_out) = split::split(&report, &options, limits.most);
        let all = parts[0].len();
        let mut rounds = 0;
        while let Some(most) = limits
            .fewer(&Log::of(&report, &options, &parts, left_out))
            .unwrap()
        {
            (parts, left_out) = split::split(&report, &options, most);
            rounds += 1;
        }
        let told = parts[0].len();
        assert_eq!(told + left_out, all);
        assert!(
            rounds > 0 && told >= limits.few && left_out > 0,
            "{told} of {all}"
        );
        let ids = parts[0].iter().map(|it| it.pattern());
        assert!(ids.collect::<Vec<_>>().contains(&"example/token"));
    }

    #[test]
    fn a_report_says_where_the_code_comes_from() {
        let fixture = everything();
        let origin = Provenance {
            uri: "https://host.example/a/b".to_owned(),
            revision: Some("0123456789012345678901234567890123456789".to_owned()),
            branch: Some("main".to_owned()),
        };
        let mut report = fixture.report();
        report.origin = Some(&origin);
        let mut out = Vec::new();
        crate::report::write(&report, &options(Format::Sarif), &mut out).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        let told = &log["runs"][0]["versionControlProvenance"][0];
        assert_eq!(told["repositoryUri"], origin.uri);
        assert_eq!(told["revisionId"], origin.revision.unwrap());
        assert_eq!(told["branch"], "main");
    }

    #[test]
    fn a_message_shows_brackets_and_braces_as_they_are() {
        let message = message(r"a [b](c) {0} \d");
        assert_eq!(message.text.unwrap(), r"a \[b\](c) {{0}} \\d");
    }
}
