//! `shield baseline`: what is let be, by fingerprint.

use sha1::{Digest as _, Sha1};

use crate::repository::Repository;
use crate::repository::TOKEN;
use crate::snapshot;

const FILE: &str = ".shield/baseline.jsonl";

/// A value that no list may hold.
const PASSWORD: &str = concat!("rosebud-", "1941-canary");

fn password(name: &str) -> String {
    format!("{name} = \"{PASSWORD}\"\n")
}

fn run(repository: &Repository, arguments: &[&str]) {
    let ran = repository.shield(arguments);
    assert_eq!(ran.code, 0, "{}", ran.all());
}

/// A project with two findings and a baseline of them.
fn known() -> Repository {
    let repository = Repository::new();
    repository.write("src/a.py", &password("DB_PASSWORD"));
    repository.write("b.sh", &format!("TOKEN={TOKEN}\n"));
    let remark = ["--reason", "rotated long ago", "--owner", "ann"];
    run(
        &repository,
        &[&["baseline", "create"][..], &remark].concat(),
    );
    repository
}

#[test]
fn what_is_known_does_not_count_wherever_it_moves() {
    let repository = known();
    assert_eq!(repository.shield(&["scan"]).code, 0);
    let moved =
        format!("import os\n\n\nif os:\n    DB_PASSWORD = (\n        '{PASSWORD}'\n    )\n");
    repository.write("src/a.py", &moved);
    assert_eq!(repository.found(&[]), [""; 0]);
    assert_eq!(repository.found_in("src", &[]), [""; 0]);
    let root = repository.root().to_str().unwrap();
    assert_eq!(repository.found_in("src", &[root]), [""; 0]);
    assert_eq!(
        repository.found(&["--no-baseline"]),
        ["b.sh:1", "src/a.py:6"]
    );
    repository.write("src/a.py", &format!("{moved}{}", password("API_PASSWORD")));
    assert_eq!(repository.found(&[]), ["src/a.py:8"]);
    repository.write("src/a.py", "DB_PASSWORD = \"another-1852-thing\"\n");
    assert_eq!(repository.found(&[]), ["src/a.py:1"]);
}

#[test]
fn reports_tell_what_is_known_and_why() {
    let repository = known();
    snapshot!(repository.shield(&["scan", "--show-suppressed"]));
    let ran = repository.shield(&["scan", "--show-suppressed", "--format=sarif"]);
    let log: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let suppression = &log["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!(suppression["kind"], "external");
    assert_eq!(suppression["properties"]["cause"], "baseline");
    let why = "known to the baseline: rotated long ago, owner ann";
    assert_eq!(suppression["justification"], why);
}

#[test]
fn a_list_has_a_line_for_each_finding_and_nothing_of_its_value() {
    let repository = known();
    let list = repository.0.read(FILE);
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.is_sorted());
    assert!(!list.contains(PASSWORD) && !list.contains("ghp_"));
    assert!(list.contains(r#""path":"src/a.py","reason":"rotated long ago","owner":"ann""#));
    let again = repository.shield(&["baseline", "update"]);
    assert!(
        again.stderr.starts_with("0 findings added"),
        "{}",
        again.stderr
    );
    assert_eq!(repository.0.read(FILE), list);
}

#[test]
fn an_entry_can_be_added_explained_and_taken_out() {
    let repository = known();
    repository.write("c.py", &password("X_PASSWORD"));
    repository.write("d.py", &password("Y_PASSWORD"));
    let update = [
        "baseline",
        "update",
        "--only",
        "c.py",
        "--expires=2020-01-31",
    ];
    run(&repository, &update);
    assert_eq!(repository.found(&[]), ["c.py:1", "d.py:1"]);
    let told = repository.shield(&["scan"]).stdout;
    let notice = "c.py: its entry in the baseline held until 2020-01-31: it counts again";
    assert!(told.contains(notice), "{told}");
    run(
        &repository,
        &["baseline", "update", "--only=c.py", "--expires=9999-12-31"],
    );
    assert_eq!(repository.found(&[]), ["d.py:1"]);
    let listed = repository.shield(&["baseline", "show"]).stdout;
    assert!(listed.contains("c.py  generic/"), "{listed}");
    assert!(listed.contains("until 9999-12-31"), "{listed}");
    repository.write("b.sh", "");
    let pruned = repository.shield(&["baseline", "prune"]).stderr;
    assert!(
        pruned.starts_with("1 finding taken out; 2 findings in"),
        "{pruned}"
    );
    assert_eq!(repository.shield(&["baseline", "create"]).code, 2);
}

#[test]
fn two_branches_that_both_add_entries_merge_without_conflict() {
    for first in [0, 1] {
        let repository = Repository::new();
        for number in 0..first {
            repository.write(&format!("old{number}.py"), &password("DB_PASSWORD"));
        }
        run(&repository, &["baseline", "create"]);
        repository.commit();
        for branch in ["one", "two"] {
            repository.git(&["checkout", "--quiet", "-b", branch, "main"]);
            for number in 0..8 {
                let path = format!("{branch}{number}.py");
                repository.write(&path, &password("DB_PASSWORD"));
            }
            repository.write("both.py", &password("DB_PASSWORD"));
            let update = ["baseline", "update", "--owner", branch];
            run(&repository, &update);
            repository.commit();
        }
        repository.git(&["merge", "--quiet", "--no-edit", "one"]);
        assert_eq!(repository.found(&[]), [""; 0]);
        // What both have added is there twice until the list is written again.
        assert!(repository.0.read(FILE).lines().count() >= first + 18);
        run(&repository, &["baseline", "update"]);
        assert_eq!(repository.0.read(FILE).lines().count(), first + 17);
    }
}

#[test]
fn before_a_commit_the_baseline_counts_as_it_is_staged() {
    let repository = known();
    repository.git(&["add", "src", "b.sh"]);
    assert_eq!(repository.found(&["--staged"]), [""; 0]);
    repository.git(&["add", "--all"]);
    repository.write(FILE, "");
    assert_eq!(repository.found(&["--staged"]), [""; 0]);
    repository.git(&["add", "--all"]);
    assert_eq!(repository.found(&["--staged"]).len(), 2);
}

#[test]
fn another_file_can_be_the_baseline_and_has_to_be_there() {
    let repository = known();
    let list = repository.root().join("known.jsonl");
    std::fs::rename(repository.root().join(FILE), list).unwrap();
    assert_eq!(repository.found(&["--baseline=known.jsonl"]), [""; 0]);
    assert_eq!(repository.found(&[]).len(), 2);
    let ran = repository.shield(&["scan", "--baseline=nowhere.jsonl"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
    repository.write("known.jsonl", "\n{\"fingerprint\":1}\n");
    snapshot!(repository.shield(&["scan", "--baseline=known.jsonl"]));
}

#[test]
fn lists_of_other_programs_are_taken_over_without_their_values() {
    let repository = Repository::new();
    repository.write("src/a.py", &format!("\n{}", password("DB_PASSWORD")));
    repository.write("b.sh", &format!("TOKEN={TOKEN}\n"));
    repository.write("c.py", &password("OLD_PASSWORD"));
    repository.commit();
    let commit = repository.git(&["rev-parse", "HEAD"]);
    repository.write("c.py", &format!("\n\n{}", password("OLD_PASSWORD")));
    // The SHA-1 of the value, and a line that was right once.
    let digest = Sha1::digest(PASSWORD);
    let hash = digest
        .iter()
        .fold(String::new(), |hash, it| format!("{hash}{it:02x}"));
    let secrets = format!(
        r#"{{"version":"1.5.0","results":{{"src\\a.py":[{{"type":"Secret Keyword","filename":"src\\a.py","hashed_secret":"{hash}","line_number":77}}],"gone.py":[{{"hashed_secret":"{hash}"}}]}}}}"#
    );
    repository.write(".secrets.baseline", &secrets);
    repository.write(
        ".gitleaksignore",
        &format!("# old\n{commit}:c.py:generic:1\n"),
    );
    let report = format!(
        r#"[{{"RuleID":"github-pat","File":"b.sh","StartLine":40,"Commit":"","Secret":"{TOKEN}","Match":"TOKEN={TOKEN}"}}]"#
    );
    repository.write("report.json", &report);
    for (list, missed) in [
        (".secrets.baseline", true),
        (".gitleaksignore", false),
        ("report.json", false),
    ] {
        let ran = repository.shield(&["baseline", "import", list]);
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(ran.stderr.contains("1 finding added"), "{}", ran.stderr);
        assert_eq!(
            ran.stderr.contains("nothing that shield finds"),
            missed,
            "{}",
            ran.stderr
        );
    }
    let scanned = ["src", "b.sh", "c.py"];
    assert_eq!(repository.found(&scanned), [""; 0]);
    let known = repository.0.read(FILE);
    assert!(known.contains("in .gitleaksignore"), "{known}");
    for never in [PASSWORD, "ghp_", &hash] {
        assert!(!known.contains(never), "{known}");
    }
    assert_eq!(repository.shield(&["baseline", "import", "b.sh"]).code, 2);
}
