//! One pattern as a rule.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use serde_sarif::sarif;

use super::text;
use crate::pattern::Pattern;
use crate::pattern::syntax::PatternFile;
use crate::report::words;
use crate::risk;
use crate::risk::Evidence;
use crate::risk::FileClass;
use crate::risk::Level;
use crate::risk::Risk;
use crate::text::Role;

/// How many tags code scanning keeps.
const MAX_TAGS: usize = 10;

/// The rule of a pattern.
pub(super) fn of(pattern: &Pattern) -> sarif::ReportingDescriptor {
    let file = &pattern.file;
    let risk = own_risk(pattern);
    let configuration = sarif::ReportingConfiguration::builder()
        .level(level(risk.level))
        .build();
    let mut rule = sarif::ReportingDescriptor::builder()
        .id(pattern.id())
        .name(pascal(pattern.id()))
        .short_description(text(&words::sentence(&file.title)))
        .full_description(text(&full_description(file)))
        .help(help(pattern))
        .default_configuration(configuration)
        .properties(properties(pattern, &risk))
        .build();
    rule.help_uri = pattern.references().links.first().cloned();
    rule
}

/// What a finding in plain code would score, at the pattern's own severity and confidence.
fn own_risk(pattern: &Pattern) -> Risk {
    let evidence = Evidence {
        severity: pattern.file.severity,
        confidence: pattern.file.confidence.into(),
        class: FileClass::Code,
        role: Role::String,
    };
    risk::assess(&pattern.risk, &evidence)
}

/// The level that code scanning knows.
fn level(level: Level) -> &'static str {
    match level {
        Level::Critical | Level::High => "error",
        Level::Medium => "warning",
        Level::Low => "note",
    }
}

/// A score on the scale of code scanning, from 0.1 to 10.0, where it falls into the band of the
/// same word: 9.1 is critical, 7.0 high, 4.0 medium.
fn security_severity(score: u8) -> String {
    let score = u32::from(score);
    let tenths = match score {
        80.. => 91 + (score - 80) * 9 / 20,
        30..80 => score + 10,
        0..30 => 1 + score * 38 / 29,
    };
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// What SARIF has no place for, as code scanning reads it.
fn properties(pattern: &Pattern, risk: &Risk) -> sarif::PropertyBag {
    let file = &pattern.file;
    let problem = match risk.level {
        Level::Critical | Level::High => "error",
        Level::Medium => "warning",
        Level::Low => "recommendation",
    };
    let mut properties: BTreeMap<String, Value> = BTreeMap::new();
    let mut set = |name: &str, value: Value| properties.insert(name.to_owned(), value);
    set("precision", json!(file.confidence));
    set("problem.severity", problem.into());
    set("security-severity", security_severity(risk.score).into());
    set("riskAssessment", json!(pattern.risk));
    if !pattern.references().compliance.is_empty() {
        set("compliance", json!(pattern.references().compliance));
    }
    sarif::PropertyBag::builder()
        .tags(tags(pattern))
        .additional_properties(properties)
        .build()
}

/// The words that code scanning filters by, the ones it knows first.
fn tags(pattern: &Pattern) -> Vec<String> {
    let weaknesses = pattern.references().cwe.iter();
    let more = weaknesses
        .map(|it| format!("external/cwe/cwe-{it:03}"))
        .chain(pattern.risk.labels.iter().cloned());
    let mut tags = vec!["security".to_owned()];
    for tag in more {
        if tags.len() < MAX_TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// What was found and why it matters; the title where the pattern says no more.
fn full_description(file: &PatternFile) -> String {
    let summary = file
        .summary
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if summary.is_empty() {
        words::sentence(&file.title)
    } else {
        words::sentence(&summary)
    }
}

/// What a person should do, as text and in Markdown.
fn help(pattern: &Pattern) -> sarif::MultiformatMessageString {
    let remediation = pattern.remediation().trim();
    let mut markdown = if remediation.is_empty() {
        full_description(&pattern.file)
    } else {
        remediation.to_owned()
    };
    let mut plain = markdown.clone();
    if !pattern.rotation().steps.is_empty() {
        markdown.push_str("\n\n## Rotation\n");
        plain.push_str("\n\nRotation:\n");
        for (step, number) in pattern.rotation().steps.iter().zip(1..) {
            let line = format!("\n{number}. {}", step.trim());
            markdown.push_str(&line);
            plain.push_str(&line);
        }
    }
    let console = pattern.rotation().console.iter();
    let links: Vec<&String> = console.chain(&pattern.references().links).collect();
    if !links.is_empty() {
        markdown.push_str("\n\n## References\n");
        plain.push_str("\n\nReferences:\n");
        for link in links {
            // Writing to a string does not fail.
            let _ = write!(markdown, "\n- <{link}>");
            let _ = write!(plain, "\n- {link}");
        }
    }
    sarif::MultiformatMessageString::builder()
        .text(plain)
        .markdown(markdown)
        .build()
}

/// `github/personal-access-token` as `GithubPersonalAccessToken`.
fn pascal(id: &str) -> String {
    let words = id.split(|it: char| !it.is_ascii_alphanumeric());
    words
        .flat_map(|word| {
            let mut chars = word.chars();
            let first = chars.next().map(|it| it.to_ascii_uppercase());
            first.into_iter().chain(chars)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_scanning_uses_the_same_word_for_a_score() {
        for (score, severity) in [
            (0, "0.1"),
            (29, "3.9"),
            (30, "4.0"),
            (59, "6.9"),
            (60, "7.0"),
            (79, "8.9"),
            (80, "9.1"),
            (100, "10.0"),
        ] {
            assert_eq!(security_severity(score), severity, "{score}");
        }
    }

    #[test]
    fn a_name_is_made_of_the_id() {
        assert_eq!(
            pascal("github/personal-access-token"),
            "GithubPersonalAccessToken"
        );
    }
}
