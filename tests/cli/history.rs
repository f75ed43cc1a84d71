//! `shield scan --history`: all that was ever committed.

use serde_json::Value;

use crate::repository::Repository;
use crate::repository::TOKEN;

fn line() -> String {
    format!("TOKEN={TOKEN}\n")
}

/// The report on the history, of the program run with these arguments.
fn report(repository: &Repository, arguments: &[&str]) -> Value {
    let fixed = ["scan", "--format=json", "--fail-on=never"];
    let ran = repository.shield(&[&fixed, arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.all());
    serde_json::from_str(&ran.stdout).unwrap()
}

fn head(repository: &Repository) -> String {
    repository.git(&["rev-parse", "HEAD"])
}

/// A repository with a secret that was moved and then taken out; with the commit that had it first.
fn moved() -> (Repository, String) {
    let repository = Repository::new();
    repository.write("a.sh", "echo 1\n");
    repository.commit();
    repository.write("a.sh", &format!("echo 1\n{}", line()));
    repository.commit();
    let first = head(&repository);
    repository.write("a.sh", "echo 1\n");
    repository.write("b/c.sh", &format!("# moved\n{}", line()));
    repository.commit();
    (repository, first)
}

#[test]
fn the_first_commit_of_a_value_is_told_and_whether_it_is_still_there() {
    let (repository, first) = moved();
    let report = report(&repository, &["--history"]);
    assert_eq!(report["summary"]["files"], 3);
    let findings = report["findings"].as_array().unwrap();
    let told: Vec<_> = findings
        .iter()
        .map(|it| {
            let told = &it["introduction"];
            assert_eq!(told["commit"], *first);
            assert_eq!(told["author"], "Ann");
            assert_eq!(told["email"], "ann@example.com");
            assert_eq!(told["date"], "2024-02-03T04:05:06Z");
            (
                it["path"].as_str().unwrap(),
                told["in_head"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [("a.sh", false), ("b/c.sh", true)]);
    let human = repository.shield(&["scan", "--history"]);
    assert_eq!(human.code, 1);
    let since = format!(
        "since {}, 2024-02-03, by Ann; the last",
        first.get(..12).unwrap()
    );
    assert!(human.stdout.contains(&since), "{}", human.stdout);
    let ran = repository.shield(&["scan", "--history", "--format=sarif"]);
    let log: Value = serde_json::from_str(&ran.stdout).unwrap();
    let properties = &log["runs"][0]["results"][0]["properties"];
    assert_eq!(properties["commit"], *first);
    assert_eq!(properties["inHead"], false);
}

#[test]
fn every_branch_and_tag_and_the_stash_is_looked_at_and_every_content_once() {
    let repository = Repository::new();
    repository.write("same.sh", &line());
    repository.write("copy.sh", &line());
    repository.commit();
    for name in ["branch", "tag", "stash"] {
        repository.git(&["checkout", "--quiet", "-b", name, "main"]);
        let path = format!("{name}.sh");
        repository.write(&path, &format!("# {name}\n{}", line()));
        if name == "stash" {
            repository.git(&["add", &path]);
            repository.git(&["stash", "--quiet"]);
        } else {
            repository.commit();
        }
        if name == "tag" {
            repository.git(&["tag", "v1"]);
            repository.git(&["checkout", "--quiet", "main"]);
            repository.git(&["branch", "--quiet", "-D", "tag"]);
        }
    }
    let found = repository.found(&["--history"]);
    assert_eq!(
        found,
        ["branch.sh:2", "copy.sh:1", "stash.sh:2", "tag.sh:2"]
    );
    assert_eq!(repository.found(&["--history=main..v1"]), ["tag.sh:2"]);
    assert_eq!(repository.found(&["--history=v1..main"]), [""; 0]);
    assert_eq!(repository.found(&["--history", "same.sh"]), ["same.sh:1"]);
}

#[test]
fn what_a_merge_brings_in_by_itself_is_found() {
    let repository = Repository::new();
    repository.commit();
    repository.git(&["checkout", "--quiet", "-b", "work"]);
    repository.write("a.sh", "echo 1\n");
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    repository.git(&["merge", "--quiet", "--no-ff", "--no-commit", "work"]);
    repository.write("evil.sh", &line());
    repository.git(&["add", "--all"]);
    repository.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(repository.found(&["--history"]), ["evil.sh:1"]);
}

#[test]
fn bare_and_shallow_clones_and_pointers_are_told() {
    let (repository, _) = moved();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n";
    repository.write("large.txt", pointer);
    repository.commit();
    let url = format!("file://{}", repository.root().display());
    repository.git(&["clone", "--quiet", "--bare", &url, "bare.git"]);
    repository.git(&["clone", "--quiet", "--depth=1", &url, "shallow"]);
    let bare = report(&repository, &["--history", "bare.git"]);
    assert_eq!(bare["findings"].as_array().unwrap().len(), 2);
    let codes = |report: &Value| -> Vec<String> {
        let notices = report["notices"].as_array().unwrap().iter();
        notices
            .map(|it| it["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(codes(&bare), ["git-lfs"]);
    let shallow = report(&repository, &["--history", "shallow"]);
    assert_eq!(shallow["findings"].as_array().unwrap().len(), 1);
    assert_eq!(codes(&shallow), ["shallow", "git-lfs"]);
}

#[test]
fn what_the_history_has_can_be_let_be() {
    let (repository, _) = moved();
    let made = repository.shield(&["baseline", "create", "--history", "--reason=revoked"]);
    assert_eq!(made.code, 0, "{}", made.all());
    assert_eq!(repository.found(&["--history"]), [""; 0]);
    assert_eq!(repository.found(&[]), [""; 0]);
    let pruned = repository.shield(&["baseline", "prune", "--history"]);
    assert!(
        pruned.stderr.starts_with("0 findings taken out"),
        "{}",
        pruned.stderr
    );
}

#[test]
fn a_range_is_never_an_option() {
    let repository = Repository::new();
    repository.commit();
    for range in ["--output=x", "-n1", "--all", "main..--output=x"] {
        let ran = repository.shield(&["scan", &format!("--history={range}")]);
        assert_eq!(ran.code, 2, "{}", ran.all());
    }
    assert!(!repository.root().join("x").exists());
}
