//! `shield patterns`: lists, tests, new files, coverage.

use crate::project::Project;
use crate::snapshot;

/// A pattern that runs and is far from complete.
const THIN: &str = "\
schema: 1
id: acme/token
title: Token of Acme
severity: high
detect:
  - literal:
      regex: '\\b(?<secret>acme_[0-9a-f]{8})\\b'
examples:
  match:
    - in: a.py
      code: |
        send(\"acme_9f86<|>d081\")
      secret: acme_9f86<|>d081
    - in: b.py
      code: |
        send(\"acme_\")
      secret: acme_9f86<|>d081
";

/// A folder with that pattern, with its joints.
fn with_thin() -> Project {
    Project::new().with_bytes("own/acme/token.yaml", THIN.as_bytes())
}

#[test]
fn a_new_pattern_passes_every_test() {
    let project = Project::new();
    let ran = project.shield(["patterns", "new", "acme/deploy-token"]);
    snapshot!(ran);
    let tested = project.shield(["patterns", "test", "--strict", "--patterns", "patterns"]);
    assert_eq!(tested.code, 0, "{}", tested.all());
    assert_eq!(tested.stdout, "2 examples passed, 0 failed.\n");
    let text = project.read("patterns/acme/deploy-token.yaml");
    assert!(text.starts_with("# yaml-language-server: $schema=../schema.json\n"));
    let schema = project.shield(["patterns", "schema"]).stdout;
    assert_eq!(project.read("patterns/schema.json"), schema);
}

#[test]
fn a_new_pattern_overwrites_nothing() {
    let project = Project::new().with("own/acme/token.yaml", "mine");
    let ran = project.shield(["patterns", "new", "acme/token", "--dir", "own"]);
    snapshot!(ran);
    assert_eq!(project.read("own/acme/token.yaml"), "mine");
}

#[test]
fn a_new_pattern_needs_an_id_that_can_be_one() {
    snapshot!(Project::new().shield(["patterns", "new", "Acme/../token"]));
}

#[test]
fn a_new_pattern_needs_an_id_of_its_own() {
    snapshot!(Project::new().shield(["patterns", "new", "aws/access-key"]));
}

#[test]
fn a_test_of_own_patterns_tells_what_fails_and_what_is_missing() {
    let project = with_thin();
    snapshot!(project.shield(["patterns", "test", "--patterns", "own"]));
}

#[test]
fn gaps_end_a_test_with_one_when_it_is_strict() {
    let thin = THIN.split("    - in: b.py").next().unwrap();
    let project = Project::new().with_bytes("own/acme/token.yaml", thin.as_bytes());
    let code = |args: &[&str]| project.shield(args).code;
    assert_eq!(code(&["patterns", "test", "--patterns", "own"]), 0);
    assert_eq!(
        code(&["patterns", "test", "--patterns", "own", "--strict"]),
        1
    );
}

#[test]
fn the_built_in_patterns_pass_the_strict_test() {
    let ran = Project::new().shield(["patterns", "test", "--strict"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
}

#[test]
fn a_list_names_every_pattern_for_people_and_for_programs() {
    let project = with_thin();
    let list = |args: &[&str]| {
        let own = ["patterns", "list", "--patterns", "own"].iter();
        project.shield(own.chain(args)).stdout
    };
    let lines = list(&[]);
    let line = lines.lines().find(|it| it.contains("acme/token"));
    assert!(line.unwrap().ends_with("high      Token of Acme"));
    let all: serde_json::Value = serde_json::from_str(&list(&["--format", "json"])).unwrap();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), lines.lines().count());
    let acme = all.iter().find(|it| it["id"] == "acme/token").unwrap();
    insta::assert_snapshot!(
        "a_pattern_in_a_list",
        serde_json::to_string_pretty(acme).unwrap()
    );
}

#[test]
fn coverage_counts_what_is_found_and_names_what_is_not() {
    let project = with_thin()
        .with("a.py", "send('acme_9f86d081')\nsend('acme_d0819f86')\n")
        .with(
            ".env",
            "AWS_ACCESS_KEY_ID=AKIAZ7QMAX<|>DUIK44BSLK\n\
             AWS_SECRET_ACCESS_KEY=w8lKWqo3VEKgJj5tuqsQ<|>J7b5LtdjKqZDcEf8BvsZ\n",
        );
    let ran = project.shield(["patterns", "coverage", ".", "--patterns", "own"]);
    let (found, missing) = ran
        .stdout
        .split_once("\nPatterns without a match:\n")
        .unwrap();
    insta::assert_snapshot!("coverage", found);
    assert!(missing.contains("\n  age/secret-key\n"), "{missing}");
    let last = missing.lines().last().unwrap();
    assert!(last.starts_with("2 of "), "{last}");
    assert!(
        last.ends_with(" patterns have a match in 3 files."),
        "{last}"
    );
}

#[test]
fn coverage_needs_paths_that_exist() {
    let ran = Project::new().shield(["patterns", "coverage", "no-such-folder"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
}

/// Both parts of a key in one dictionary.
const KEY: &str = "\
AWS = {
    'aws_access_key_id': 'AKIAZ7QMAX<|>DUIK44BSLK',
    'aws_secret_access_key': 'w8lKWqo3VEKgJj5tuqsQ<|>J7b5LtdjKqZDcEf8BvsZ',
}
";

#[test]
fn the_parts_of_a_key_are_told_as_one_finding() {
    let project = Project::new().with("settings.py", KEY);
    snapshot!(project.shield(["scan"]));
}

#[test]
fn the_parts_of_a_key_are_fixed_together() {
    let project = Project::new().with("settings.py", KEY);
    snapshot!(project.shield(["scan", "--diff"]));
}
