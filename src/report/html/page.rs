//! All that the page is filled with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

use super::card::Card;
use super::chart::Chart;
use super::group;
use super::group::Choice;
use super::group::Table;
use crate::finding::Finding;
use crate::fix::Applicability;
use crate::report::Options;
use crate::report::Report;
use crate::report::ShowSuppressed;
use crate::report::fate::Fates;
use crate::report::fate::Tally;
use crate::report::pending;
use crate::report::words;
use crate::risk::Level;

const STYLE: &str = include_str!("page.css");

const SCRIPT: &str = include_str!("page.js");

/// How wide the bar of the levels is drawn.
const WIDTH: usize = 1_000;

/// Every level, from the most to the least.
pub(super) const LEVELS: [Level; 4] = [Level::Critical, Level::High, Level::Medium, Level::Low];

/// All that the page is filled with.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    version: &'static str,
    style: &'static str,
    script: &'static str,
    style_hash: String,
    script_hash: String,
    headline: String,
    scanned: String,
    unlisted: Option<String>,
    levels: Vec<Band>,
    facts: Vec<Fact>,
    chart: Option<Chart>,
    tables: Vec<Table>,
    choices: Vec<Choice>,
    findings: Vec<Card<'a>>,
    sections: Vec<Section>,
}

/// How many findings have a level.
#[derive(Serialize)]
struct Band {
    word: &'static str,
    number: usize,
    shown: String,
    /// Where its part of the bar starts.
    start: usize,
    /// How wide it is.
    width: usize,
}

/// A number and what it counts.
#[derive(Serialize)]
struct Fact {
    number: String,
    what: String,
}

/// A list behind the findings.
#[derive(Serialize)]
struct Section {
    id: &'static str,
    title: &'static str,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    what: String,
    text: String,
}

impl<'a> Page<'a> {
    /// The page of a report that lists `findings`.
    pub(super) fn of(
        report: &'a Report<'a>,
        findings: &[&'a Finding<'a>],
        options: &Options,
    ) -> Self {
        let fates = Fates::of(report);
        let number = report.findings.len();
        let headline = match number {
            0 => "No secrets found".to_owned(),
            _ => words::count(number, "finding"),
        };
        let files = words::count(report.totals.files, "file");
        let unlisted = number - findings.len();
        let card = |it: &&'a Finding<'a>| Card::of(it, fates.get(it), options.intent);
        let findings: Vec<Card<'a>> = findings.iter().map(card).collect();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            style: STYLE,
            script: SCRIPT,
            style_hash: hash(STYLE),
            script_hash: hash(SCRIPT),
            headline,
            scanned: format!("{files} scanned."),
            unlisted: (unlisted > 0).then(|| {
                let less = words::count(unlisted, "finding");
                let are = if unlisted == 1 { "is" } else { "are" };
                format!("{less} of less weight {are} not listed.")
            }),
            levels: bands(report.findings),
            facts: facts(report, &fates),
            chart: Chart::of(report.findings),
            tables: group::tables(&findings),
            choices: group::choices(&findings),
            findings,
            sections: sections(report, options),
        }
    }
}

/// How the policy of the page names a text that it allows.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// How many findings each level has, and its part of the bar.
fn bands(findings: &[Finding<'_>]) -> Vec<Band> {
    let mut before = 0;
    let all = findings.len().max(1);
    let band = |level: Level| {
        let of_level = findings.iter().filter(|it| it.risk.level == level);
        let number = of_level.count();
        let start = before * WIDTH / all;
        before += number;
        Band {
            word: level.as_str(),
            number,
            shown: words::grouped(number),
            start,
            width: before * WIDTH / all - start,
        }
    };
    LEVELS.into_iter().map(band).collect()
}

/// What is worth knowing beside the levels, where there is something.
fn facts(report: &Report<'_>, fates: &Fates<'_>) -> Vec<Fact> {
    let tally = Tally::of(report.findings, fates);
    let safe = tally.fixable.get(&Applicability::Safe);
    let held = tally.withheld.get(&Applicability::Unsafe);
    let counted = |it: Option<&usize>| it.copied().unwrap_or(0);
    let mut facts = vec![
        (counted(safe), "can be taken out by shield fix".to_owned()),
        (counted(held), "with shield fix --unsafe-fixes".to_owned()),
        (report.pending.len(), "moved, rotation pending".to_owned()),
    ];
    let causes = words::causes(report.suppressed).into_iter();
    facts.extend(causes.map(|(cause, number)| (number, cause.many.to_owned())));
    facts.retain(|(number, _)| *number > 0);
    let fact = |(number, what)| Fact {
        number: words::grouped(number),
        what,
    };
    facts.into_iter().map(fact).collect()
}

/// What stands behind the findings.
fn sections(report: &Report<'_>, options: &Options) -> Vec<Section> {
    let pending = report.pending.iter().map(|(_, entry)| Item {
        what: entry.name.clone(),
        text: format!(
            "{}. {}",
            pending::sentence(entry),
            pending::todo(entry, report.patterns)
        ),
    });
    let suppressed = match options.suppressed {
        ShowSuppressed::Yes => report.suppressed,
        ShowSuppressed::No => &[],
    };
    let suppressed = suppressed.iter().map(|it| Item {
        what: place(&it.finding),
        text: format!(
            "{}: {}",
            words::headline(&it.finding, '\''),
            words::cause(it)
        ),
    });
    let notices = report.notices.iter().map(|it| Item {
        what: it.path.to_string(),
        text: it.kind.to_string(),
    });
    let mut sections = vec![
        Section {
            id: "pending",
            title: "Moved out of the code, rotation pending",
            items: pending.collect(),
        },
        Section {
            id: "suppressed",
            title: "Found, and does not count",
            items: suppressed.collect(),
        },
        Section {
            id: "notices",
            title: "Not scanned, or in part",
            items: notices.collect(),
        },
    ];
    for item in sections.iter_mut().flat_map(|it| &mut it.items) {
        item.what = words::plain(&item.what).into_owned();
        item.text = words::plain(&item.text).into_owned();
    }
    sections.retain(|it| !it.items.is_empty());
    sections
}

/// Where a finding is.
fn place(finding: &Finding<'_>) -> String {
    format!("{}:{}", finding.location.path, finding.location.start.line)
}
