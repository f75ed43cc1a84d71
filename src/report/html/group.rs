//! Findings by folder and by pattern, and what they can be filtered by.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::card::Card;
use crate::report::words;

/// How many groups a table has.
const MOST: usize = 10;

/// The groups that weigh most.
#[derive(Serialize)]
pub(super) struct Table {
    by: &'static str,
    title: &'static str,
    groups: Vec<Group>,
    more: Option<String>,
}

/// Findings that have something in common.
#[derive(Serialize)]
struct Group {
    key: String,
    name: String,
    level: &'static str,
    number: String,
    /// What it weighs, in percent of the heaviest one.
    share: u64,
    #[serde(skip)]
    weight: u64,
    #[serde(skip)]
    worst: u8,
    #[serde(skip)]
    count: usize,
}

/// Something that findings can be filtered by.
#[derive(Serialize)]
pub(super) struct Choice {
    by: &'static str,
    label: &'static str,
    options: Vec<Named>,
}

#[derive(Serialize)]
struct Named {
    key: String,
    name: String,
}

/// The findings by folder and by pattern.
pub(super) fn tables(findings: &[Card<'_>]) -> Vec<Table> {
    let folders = |it: &Card<'_>| (it.folder.clone(), it.folder.clone());
    let patterns = |it: &Card<'_>| (it.pattern.to_owned(), it.title.to_owned());
    vec![
        table("folder", "By folder", groups(findings, folders)),
        table("pattern", "By pattern", groups(findings, patterns)),
    ]
}

/// What the findings can be filtered by, where it tells some of them from others.
pub(super) fn choices(findings: &[Card<'_>]) -> Vec<Choice> {
    let folders = |it: &Card<'_>| (it.folder.clone(), it.folder.clone());
    let patterns = |it: &Card<'_>| (it.pattern.to_owned(), it.title.to_owned());
    let same = |text: &str| (text.to_owned(), text.to_owned());
    let mut choices = vec![
        choice("folder", "Folder", groups(findings, folders)),
        choice("pattern", "Pattern", groups(findings, patterns)),
        choice("kind", "Files", groups(findings, |it| same(it.class))),
        choice("fix", "Fix", groups(findings, |it| same(it.fix))),
    ];
    if findings.iter().any(|it| !it.head.is_empty()) {
        let heads = groups(findings, |it| same(it.head));
        choices.push(choice("head", "History", heads));
    }
    choices
}

fn choice(by: &'static str, label: &'static str, mut groups: Vec<Group>) -> Choice {
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    let named = |it: Group| Named {
        name: format!("{} ({})", it.name, it.number),
        key: it.key,
    };
    Choice {
        by,
        label,
        options: groups.into_iter().map(named).collect(),
    }
}

fn table(by: &'static str, title: &'static str, mut groups: Vec<Group>) -> Table {
    groups.sort_by_key(|it| Reverse(it.weight));
    let heaviest = groups.first().map_or(1, |it| it.weight.max(1));
    for it in &mut groups {
        it.share = (it.weight * 100 / heaviest).max(2);
    }
    let more = groups.len().saturating_sub(MOST);
    groups.truncate(MOST);
    Table {
        by,
        title,
        groups,
        more: (more > 0).then(|| format!("And {}.", words::count(more, &format!("other {by}")))),
    }
}

/// The findings by what `key` says of them: a key and the name of it.
fn groups(findings: &[Card<'_>], key: impl Fn(&Card<'_>) -> (String, String)) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for finding in findings {
        let (key, name) = key(finding);
        let group = groups.entry(key.clone()).or_insert_with(|| Group {
            key,
            name,
            level: finding.level,
            number: String::new(),
            share: 0,
            weight: 0,
            worst: 0,
            count: 0,
        });
        group.weight += u64::from(finding.score);
        group.count += 1;
        if finding.score > group.worst {
            group.worst = finding.score;
            group.level = finding.level;
        }
    }
    let counted = |mut it: Group| {
        it.number = words::grouped(it.count);
        it
    };
    groups.into_values().map(counted).collect()
}
