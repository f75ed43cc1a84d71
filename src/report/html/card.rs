//! One finding on the page.

use std::borrow::Cow;

use camino::Utf8Path;
use serde::Serialize;

use super::prose;
use super::prose::Run;
use crate::finding::Finding;
use crate::finding::Presence;
use crate::fix::Applicability;
use crate::report::Intent;
use crate::report::advice;
use crate::report::fate::Fate;
use crate::report::words;
use crate::risk::Factor;
use crate::risk::FileClass;

/// How many folders of a path tell where a finding belongs.
const DEPTH: usize = 2;

/// One finding on the page.
#[derive(Serialize)]
pub(super) struct Card<'a> {
    pub(super) level: &'static str,
    pub(super) score: u8,
    pub(super) pattern: &'a str,
    pub(super) title: &'a str,
    pub(super) folder: String,
    pub(super) class: &'static str,
    pub(super) fix: &'static str,
    pub(super) head: &'static str,
    name: Option<String>,
    path: Cow<'a, str>,
    line: usize,
    date: String,
    fingerprint: String,
    tags: Vec<Tag>,
    lines: Vec<Line>,
    about: Vec<String>,
    remedy: Vec<Vec<Run>>,
    outlook: Vec<Vec<Run>>,
    steps: Vec<Vec<Run>>,
    links: Vec<&'a str>,
    factors: &'a [Factor],
    likelihood: Option<String>,
    also: String,
}

/// A word about a finding.
#[derive(Serialize)]
struct Tag {
    text: &'static str,
    good: bool,
}

/// A line of the excerpt.
#[derive(Serialize)]
struct Line {
    number: usize,
    hit: bool,
    before: String,
    marked: String,
    after: String,
}

impl<'a> Card<'a> {
    /// The finding with what becomes of it.
    pub(super) fn of(finding: &'a Finding<'a>, fate: Option<Fate<'a>>, intent: Intent) -> Self {
        let pattern = finding.pattern;
        let fix = trust(fate);
        let introduction = finding.introduction.as_ref();
        let head = introduction.map_or("", |it| match it.presence {
            Presence::InHead => "still there",
            Presence::Past => "history only",
        });
        let class = class(finding.location.class);
        let outlook = fate.map_or_else(Vec::new, |it| advice::outlook(it, intent));
        let also: Vec<&str> = finding.also.iter().map(|it| it.id()).collect();
        Self {
            level: finding.risk.level.as_str(),
            score: finding.risk.score,
            pattern: pattern.id(),
            title: pattern.file.title.trim(),
            folder: folder(&finding.location.path),
            class,
            fix,
            head,
            name: words::name(finding).map(|it| words::plain(&words::cut(it)).into_owned()),
            path: words::plain(finding.location.path.as_str()),
            line: finding.location.start.line,
            date: introduction
                .map_or_else(String::new, |it| words::plain(&it.commit.date).into_owned()),
            fingerprint: finding.fingerprint.to_string(),
            tags: tags(class, fix, head),
            lines: lines(finding),
            about: about(finding),
            remedy: prose::paragraphs(pattern.remediation()),
            outlook: outlook.iter().map(|it| prose::runs(it)).collect(),
            steps: pattern
                .rotation()
                .steps
                .iter()
                .map(|it| prose::runs(it))
                .collect(),
            links: links(finding),
            factors: &finding.risk.factors,
            likelihood: finding.likelihood.as_ref().map(words::likelihood),
            also: also.join(", "),
        }
    }
}

/// The folder that a finding is counted for.
fn folder(path: &Utf8Path) -> String {
    let parent = path.parent().unwrap_or(Utf8Path::new(""));
    let folders: Vec<&str> = parent.iter().take(DEPTH).collect();
    match folders.as_slice() {
        [] => "(top folder)".to_owned(),
        folders => words::plain(&folders.join("/")).into_owned(),
    }
}

/// The word for a kind of file.
fn class(class: FileClass) -> &'static str {
    match class {
        FileClass::Code => "code",
        FileClass::Test => "tests",
        FileClass::Documentation => "documentation",
        FileClass::Vendored => "from elsewhere",
        FileClass::Generated => "generated",
        FileClass::Lockfile => "lock file",
    }
}

/// How it can be taken out.
fn trust(fate: Option<Fate<'_>>) -> &'static str {
    let applicability = match fate {
        Some(Fate::Fixed { fix, .. }) => fix.applicability,
        Some(Fate::Stays(stay)) => match stay.suggestion {
            Some(fix) if stay.why.is_withheld() => fix.applicability,
            Some(_) | None => Applicability::DisplayOnly,
        },
        None => Applicability::DisplayOnly,
    };
    match applicability {
        Applicability::Safe => "shield fix",
        Applicability::Unsafe => "shield fix --unsafe-fixes",
        Applicability::DisplayOnly => "by hand",
    }
}

/// The words beside the title: what sets the finding apart.
fn tags(class: &'static str, fix: &'static str, head: &'static str) -> Vec<Tag> {
    let class = (class != "code").then_some((class, false));
    let head = (!head.is_empty()).then_some((head, false));
    let fix = match fix {
        "shield fix" => Some(("fixable", true)),
        "shield fix --unsafe-fixes" => Some(("unsafe fix", true)),
        _ => None,
    };
    let tags = [head, class, fix].into_iter().flatten();
    tags.map(|(text, good)| Tag { text, good }).collect()
}

/// What a person should know of it.
fn about(finding: &Finding<'_>) -> Vec<String> {
    let mut about: Vec<String> = words::description(finding).into_iter().collect();
    let layers = [words::coded(finding), words::cell(finding)];
    let layers: Vec<String> = layers.into_iter().flatten().collect();
    if !layers.is_empty() {
        about.push(format!("Written as {}.", layers.join(", ")));
    }
    about.extend(words::introduction(finding).map(|it| format!("In the history {it}.")));
    about.extend(finding.related.iter().map(advice::together));
    about
        .iter()
        .map(|it| words::plain(it).into_owned())
        .collect()
}

/// Pages that a browser may be sent to.
fn links<'a>(finding: &Finding<'a>) -> Vec<&'a str> {
    let pattern = finding.pattern;
    let console = pattern.rotation().console.iter();
    let links = console.chain(&pattern.references().links);
    let links = links.filter(|it| it.starts_with("https://"));
    links.map(String::as_str).collect()
}

/// The lines of the excerpt, with what is pointed at apart.
fn lines(finding: &Finding<'_>) -> Vec<Line> {
    let excerpt = &finding.excerpt;
    let (start, end) = (excerpt.highlight.start, excerpt.highlight.end);
    let mut lines = Vec::new();
    let mut number = excerpt.first_line;
    let mut offset = 0;
    for text in excerpt.text.trim_end_matches('\n').split('\n') {
        let next = offset + text.len() + 1;
        let from = start.clamp(offset, next - 1) - offset;
        let to = end.clamp(offset, next - 1) - offset;
        let part = |range: std::ops::Range<usize>| {
            words::plain(text.get(range).unwrap_or_default()).into_owned()
        };
        let hit = from < to;
        lines.push(Line {
            number,
            hit,
            before: part(0..from),
            marked: part(from..to),
            after: part(to..text.len()),
        });
        // A masked value of several lines takes one line.
        let is_last = hit && end < next;
        number = if is_last {
            finding.location.end.line.max(number)
        } else {
            number
        } + 1;
        offset = next;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::everything;

    #[test]
    fn lines_behind_a_long_value_have_their_own_numbers() {
        let fixture = everything();
        let shown = lines(&fixture.findings[0]);
        let numbers: Vec<usize> = shown.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [1, 2, 4]);
        assert_eq!(shown[1].marked, "********");
        assert!(shown[1].hit && !shown[0].hit && !shown[2].hit);
    }

    #[test]
    fn a_finding_is_counted_for_its_upper_folders() {
        assert_eq!(folder("a/b/c/d.py".into()), "a/b");
        assert_eq!(folder("d.py".into()), "(top folder)");
        assert_eq!(folder("/a/b/c.py".into()), "//a");
    }
}
