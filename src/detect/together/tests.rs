//! Tests of finding credentials of several parts.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::detect::Detector;
use crate::pattern::Options;
use crate::pattern::PatternSet;
use crate::risk::FileClass;
use crate::source::Encoding;
use crate::source::Origin;
use crate::source::Source;
use crate::source::SourceRef;

const PAIR: &str = "\
schema: 1
id: acme/key
title: Key of Acme
severity: critical
confidence: medium
detect:
  - point: id
    severity: medium
    confidence: low
    literal:
      regex: '\\b(?<secret>acmeid_[0-9]{4})\\b'
  - point: secret
    severity: high
    literal:
      regex: '\\b(?<secret>acmesecret_[0-9]{4})\\b'
  - point: vague
    only_together: true
    literal:
      regex: '\\b(?<secret>acmevague_[0-9]{4})\\b'
  - point: account
    public: true
    literal:
      regex: '\\b(?<secret>acmeaccount_[0-9]{4})\\b'
together:
  - main: [secret, vague]
    with: [id, account]
    within: 3
";

/// Finds with the pattern above and no other.
fn detector() -> &'static Detector<'static> {
    static DETECTOR: OnceLock<Detector<'static>> = OnceLock::new();
    DETECTOR.get_or_init(|| {
        let builtin = PatternSet::load(&Options::default()).unwrap();
        let patterns = PatternSet::load(&Options {
            inline: vec![("acme.yaml".to_owned(), PAIR.to_owned())],
            disabled: builtin.iter().map(|it| it.id().to_owned()).collect(),
            ..Options::default()
        });
        let patterns: &'static PatternSet = Box::leak(Box::new(patterns.unwrap()));
        Detector::new(patterns, 1024 * 1024)
    })
}

/// What counts in `text` and what a comment allows, each with its parts: `1:secret+id` for a
/// secret on line 1 with an id.
fn found(path: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let scan = scan(path, text);
    let shown = |it: &Finding<'_>| {
        let mut shown = it.location.start.line.to_string();
        for (mark, part) in std::iter::once(':')
            .chain(std::iter::repeat('+'))
            .zip(it.parts())
        {
            let name = part.point.name.as_deref().unwrap();
            write!(shown, "{mark}{name}").unwrap();
        }
        if !it.related.is_empty() {
            assert_eq!(it.confidence, Level::High);
            assert_eq!(it.risk.level, Level::Critical);
        }
        shown
    };
    let suppressed = scan.suppressed.iter().map(|it| shown(&it.finding));
    (
        scan.findings.iter().map(shown).collect(),
        suppressed.collect(),
    )
}

fn scan(path: &str, text: &str) -> Scan<'static> {
    let at = SourceRef {
        path: path.into(),
        file: path.into(),
        class: FileClass::Code,
        archives: Vec::new(),
        origin: Origin::File,
    };
    detector().scan_text(&Source {
        at: &at,
        text: Cow::Borrowed(text),
        encoding: Encoding::Utf8,
    })
}

/// What counts in `text`.
fn of(text: &str) -> Vec<String> {
    found("a.env", text).0
}

#[test]
fn two_parts_near_each_other_are_one_finding_at_the_secret() {
    assert_eq!(of("A=acmeid_1111\nB=acmesecret_1111\n"), ["2:secret+id"]);
    assert_eq!(of("A=acmesecret_1111\n\nB=acmeid_1111\n"), ["1:secret+id"]);
    let code = "K = {'a': 'acmeid_1111', 'b': 'acmesecret_1111'}\n";
    assert_eq!(found("a.py", code).0, ["1:secret+id"]);
}

#[test]
fn parts_far_from_each_other_are_findings_of_their_own() {
    assert_eq!(
        of("A=acmeid_1111\n\n\n\nB=acmesecret_1111\n"),
        ["1:id", "5:secret"]
    );
    let long = "x".repeat(1000);
    let minified = format!("a='acmeid_1111',{long},b='acmesecret_1111'");
    assert_eq!(of(&minified), ["1:id", "1:secret"]);
}

#[test]
fn each_part_is_used_once() {
    assert_eq!(
        of("acmeid_1111\nacmesecret_1111\nacmeid_2222\nacmesecret_2222\n"),
        ["2:secret+id", "4:secret+id"]
    );
    assert_eq!(
        of("acmeid_1111\nacmesecret_1111\nacmesecret_2222\n"),
        ["2:secret+id", "3:secret"]
    );
}

#[test]
fn a_secret_may_have_one_part_of_each_point() {
    assert_eq!(
        of("acmeid_1111\nacmeaccount_1111\nacmesecret_1111\n"),
        ["3:secret+id+account"]
    );
}

#[test]
fn what_is_told_only_together_is_not_told_alone() {
    assert_eq!(of("acmevague_1111\n"), [""; 0]);
    assert_eq!(of("acmevague_1111\n\n\n\n\nacmeid_1111\n"), ["6:id"]);
    assert_eq!(of("acmevague_1111 acmeid_1111\n"), ["1:vague+id"]);
}

#[test]
fn what_is_public_is_never_told_alone() {
    assert_eq!(of("acmeaccount_1111\n"), [""; 0]);
    assert_eq!(
        of("acmeaccount_1111\nacmeaccount_2222\nacmesecret_1111\n"),
        ["3:secret+account"]
    );
}

#[test]
fn a_comment_at_the_secret_allows_the_whole_credential() {
    let text = "acmeid_1111\nacmesecret_1111 # shield: allow\n";
    let none: Vec<String> = Vec::new();
    assert_eq!(found("a.env", text), (none, vec!["2:secret+id".to_owned()]));
}

#[test]
fn a_comment_at_another_part_allows_that_part_alone() {
    let text = "acmeid_1111 # shield: allow\nacmesecret_1111\n";
    let expected = (vec!["2:secret".to_owned()], vec!["1:id".to_owned()]);
    assert_eq!(found("a.env", text), expected);
}

#[test]
fn a_fingerprint_does_not_depend_on_the_other_parts() {
    let alone = scan("a.env", "B=acmesecret_1111\n");
    let paired = scan("a.env", "A=acmeid_1111\nB=acmesecret_1111\n");
    assert_eq!(
        alone.findings.first().unwrap().fingerprint,
        paired.findings.first().unwrap().fingerprint
    );
}

#[test]
fn the_other_parts_are_masked_too() {
    let text = "A=acmeid_1111\nC=acmeaccount_1111\nB=acmesecret_1111\n";
    let scan = scan("a.env", text);
    let excerpt = &scan.findings.first().unwrap().excerpt.text;
    assert!(!excerpt.contains("_1111"), "{excerpt}");
}

#[test]
fn thousands_of_parts_take_no_time() {
    let ids = "acmeid_1111\n".repeat(4_000);
    let text = format!("{ids}{}", ids.replace("id", "secret"));
    let start = std::time::Instant::now();
    assert_eq!(of(&text).len(), 8_000 - 3);
    assert!(start.elapsed().as_secs() < 20);
}

proptest! {
    #[test]
    fn no_part_is_lost_or_told_twice_in_any_row(row in "[isva \n]{0,60}") {
        let mut text = String::new();
        for (number, kind) in row.chars().enumerate() {
            match kind {
                'i' => write!(text, " acmeid_{number:04}").unwrap(),
                's' => write!(text, " acmesecret_{number:04}").unwrap(),
                'v' => write!(text, " acmevague_{number:04}").unwrap(),
                'a' => write!(text, " acmeaccount_{number:04}").unwrap(),
                _ => text.push(kind),
            }
        }
        let all = of(&text).join(" ");
        let found = |name: &str| all.matches(name).count();
        let written = |kind: char| row.chars().filter(|it| *it == kind).count();
        prop_assert_eq!(found("secret"), written('s'));
        prop_assert_eq!(found("id"), written('i'));
        prop_assert!(found("vague") <= written('v'));
        prop_assert_eq!(found(":account"), 0);
    }
}
