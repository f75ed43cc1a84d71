//! The report of secret detection that GitLab reads, version 15 of its schema.
//!
//! The schema wants to know when a scan began and ended, and equal runs give equal bytes: the
//! earliest time there is says that it is not told.

use std::collections::BTreeSet;
use std::io;

use serde::{Serialize, Serializer};

use super::advice;
use super::fate::Fates;
use super::markdown::escape::prose;
use super::{Intent, Options, Report, Reporter, words};
use crate::finding::Finding;
use crate::risk::Level;

/// The version of the schema.
const VERSION: &str = "15.0.7";

/// A time that is not told.
const UNTOLD: &str = "1970-01-01T00:00:00";

/// Stands for the commit where the files were scanned: the one that the pipeline runs for.
const NO_COMMIT: &str = "0000000";

/// How many characters the schema allows for the name of a finding.
const NAME: usize = 255;

/// How many it allows for what is said about one.
const DESCRIPTION: usize = 1_048_576;

/// How many it allows for what to do about one.
const SOLUTION: usize = 7_000;

/// Writes for GitLab.
pub(super) struct Gitlab<'o>(pub(super) &'o Options);

impl Reporter for Gitlab<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let document = Document {
            version: VERSION,
            vulnerabilities: Vulnerabilities(report, self.0),
            scan: Scan {
                analyzer: PROGRAM,
                scanner: PROGRAM,
                r#type: "secret_detection",
                status: "success",
                start_time: UNTOLD,
                end_time: UNTOLD,
                messages: report
                    .notices
                    .iter()
                    .map(|it| Message {
                        level: "warn",
                        value: words::plain(&format!("{}: {}", it.path, it.kind)).into_owned(),
                    })
                    .collect(),
            },
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}

/// The whole report.
#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    vulnerabilities: Vulnerabilities<'a>,
    scan: Scan,
}

#[derive(Serialize)]
struct Scan {
    analyzer: Program,
    scanner: Program,
    r#type: &'static str,
    status: &'static str,
    start_time: &'static str,
    end_time: &'static str,
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Program {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    vendor: Vendor,
}

#[derive(Serialize)]
struct Vendor {
    name: &'static str,
}

const PROGRAM: Program = Program {
    id: env!("CARGO_PKG_NAME"),
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    vendor: Vendor {
        name: env!("CARGO_PKG_NAME"),
    },
};

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

/// The findings, made one at a time while they are written.
struct Vulnerabilities<'a>(&'a Report<'a>, &'a Options);

impl Serialize for Vulnerabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, options) = self;
        let fates = Fates::of(report);
        // An id that comes twice makes the whole report invalid.
        let mut known = BTreeSet::new();
        let findings = report.findings.iter().filter(|it| options.lists(it));
        serializer.collect_seq(
            findings
                .filter(|it| known.insert(it.fingerprint))
                .map(|it| {
                    let lines = advice::lines(it, fates.get(it), Intent::Tell);
                    Vulnerability::of(it, &lines)
                }),
        )
    }
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    id: String,
    category: &'static str,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    solution: String,
    location: Location,
    identifiers: Vec<Identifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
}

#[derive(Serialize)]
struct Location {
    file: String,
    start_line: usize,
    end_line: usize,
    commit: Commit,
}

#[derive(Serialize)]
struct Commit {
    sha: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
}

#[derive(Serialize)]
struct Identifier {
    r#type: &'static str,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Link<'a> {
    url: &'a str,
}

impl<'a> Vulnerability<'a> {
    fn of(finding: &Finding<'a>, advice: &[String]) -> Self {
        let at = &finding.location;
        let pattern = finding.pattern;
        let headline = words::headline(finding, '\'');
        // It is read as Markdown.
        let texts = std::iter::once(&headline).chain(advice);
        let texts: Vec<String> = texts.map(|it| prose(it)).collect();
        let remedy = pattern.remediation().split_whitespace();
        let links = pattern.references().links.iter();
        let links = links.filter(|it| it.starts_with("https://"));
        Self {
            id: uuid(&finding.fingerprint.to_string()),
            category: "secret_detection",
            name: cut(pattern.file.title.trim(), NAME),
            description: cut(&texts.join("\n\n"), DESCRIPTION),
            severity: severity(finding.risk.level),
            solution: cut(&remedy.collect::<Vec<_>>().join(" "), SOLUTION),
            location: Location {
                file: words::plain(at.path.as_str()).into_owned(),
                start_line: at.start.line,
                end_line: at.end.line,
                commit: commit(finding),
            },
            identifiers: identifiers(finding),
            links: links.map(|it| Link { url: it }).collect(),
        }
    }
}

/// The commit that brought a finding in, where the history was looked at.
fn commit(finding: &Finding<'_>) -> Commit {
    match &finding.introduction {
        Some(introduction) => Commit {
            sha: words::plain(&introduction.commit.id).into_owned(),
            author: Some(words::plain(&introduction.commit.author).into_owned()),
            date: Some(words::plain(&introduction.commit.date).into_owned()),
        },
        None => Commit {
            sha: NO_COMMIT.to_owned(),
            author: None,
            date: None,
        },
    }
}

/// What a finding is told from others by, the most exact first.
fn identifiers(finding: &Finding<'_>) -> Vec<Identifier> {
    let id = finding.pattern.point_id(finding.point);
    let own = Identifier {
        r#type: "shield_pattern",
        name: format!("shield pattern {id}"),
        value: id,
        url: None,
    };
    let weaknesses = finding
        .pattern
        .references()
        .cwe
        .iter()
        .map(|it| Identifier {
            r#type: "cwe",
            name: format!("CWE-{it}"),
            value: it.to_string(),
            url: Some(format!("https://cwe.mitre.org/data/definitions/{it}.html")),
        });
    std::iter::once(own).chain(weaknesses).collect()
}

/// The word of GitLab for a level.
fn severity(level: Level) -> &'static str {
    match level {
        Level::Critical => "Critical",
        Level::High => "High",
        Level::Medium => "Medium",
        Level::Low => "Low",
    }
}

/// As much of `text` as the schema allows.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// 32 digits in the form of a UUID.
fn uuid(digits: &str) -> String {
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    let parts: Vec<&str> = parts
        .into_iter()
        .map(|it| digits.get(it).unwrap_or_default())
        .collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::Format;
    use crate::report::fixture::{everything, options};

    fn written() -> String {
        everything().written(&options(Format::Gitlab))
    }

    #[test]
    fn gitlab_is_told_everything_it_asks_for() {
        let text = written().replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn an_id_comes_once() {
        let mut fixture = everything();
        fixture.findings.push(fixture.findings[0].clone());
        let text = fixture.written(&options(Format::Gitlab));
        let report: Value = serde_json::from_str(&text).unwrap();
        let all = report["vulnerabilities"].as_array().unwrap();
        assert_eq!(all.len(), fixture.findings.len() - 1);
        let first: BTreeSet<&str> = all.iter().filter_map(|it| it["id"].as_str()).collect();
        assert_eq!(first.len(), all.len());
        assert!(first.iter().all(|it| it.len() == 36), "{first:?}");
    }
}
