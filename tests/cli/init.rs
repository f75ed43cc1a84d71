//! `shield init`.
#![cfg(unix)]

use std::path::Path;

use crate::repository::Repository;
use crate::repository::TOKEN;

#[test]
fn a_project_is_set_up_and_then_refuses_a_secret() {
    let repository = Repository::new();
    repository.write("pyproject.toml", "[project]\nname = \"x\"\n");
    let ran = repository.shield(&["init"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.stderr.contains("Python, git"), "{}", ran.all());
    assert!(ran.stderr.contains("made   shield.yaml"), "{}", ran.all());
    assert!(
        ran.stderr.contains("made   .git/hooks/pre-commit"),
        "{}",
        ran.all()
    );
    // What it has written are settings.
    assert_eq!(repository.shield(&["scan"]).code, 0);

    repository.write("deploy.sh", &format!("TOKEN={TOKEN}\n"));
    repository.git(&["add", "--all"]);
    let program = Path::new(env!("CARGO_BIN_EXE_shield")).parent().unwrap();
    let commit = |message: &str| {
        let mut command = repository.git_command();
        let own = repository.command("");
        let path = own.get_envs().find(|(name, _)| *name == "PATH");
        let path = path.and_then(|(_, value)| value?.to_str()).unwrap();
        command.env("PATH", format!("{}:{path}", program.display()));
        let output = command.args(["commit", "--message", message]).output();
        repository.0.ran(output.unwrap())
    };
    let refused = commit("with a token");
    assert_eq!(refused.code, 1, "{}", refused.all());
    assert!(refused.stderr.contains("deploy.sh:1"), "{}", refused.all());
    repository.write("deploy.sh", "echo\n");
    repository.git(&["add", "--all"]);
    let passed = commit("without");
    assert_eq!(passed.code, 0, "{}", passed.all());
}

#[test]
fn what_is_there_stays_as_it_is() {
    let repository = Repository::new();
    repository.write("shield.yaml", "schema: 1\nfail_on: low\n");
    let list = "repos: &all []\n";
    repository.write(".pre-commit-config.yaml", list);
    let ran = repository.shield(&["init"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.stderr.contains("kept   shield.yaml"), "{}", ran.all());
    // A form that it does not know is left to the user.
    assert!(ran.stderr.contains("add below `repos:`"), "{}", ran.all());
    assert_eq!(
        repository.0.read("shield.yaml"),
        "schema: 1\nfail_on: low\n"
    );
    assert_eq!(repository.0.read(".pre-commit-config.yaml"), list);
    assert!(!repository.root().join(".git/hooks/pre-commit").exists());
}

#[test]
fn settings_in_pyproject_are_not_joined_by_a_second_file() {
    let repository = Repository::new();
    repository.write("pyproject.toml", "[tool.shield]\nschema = 1\n");
    let ran = repository.shield(&["init"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(!repository.root().join("shield.yaml").exists());
}

#[test]
fn a_dry_run_makes_nothing() {
    let repository = Repository::new();
    let ran = repository.shield(&["init", "--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.stderr.contains("would make shield.yaml"),
        "{}",
        ran.all()
    );
    assert!(!repository.root().join("shield.yaml").exists());
    assert!(!repository.root().join(".git/hooks/pre-commit").exists());
}

#[test]
fn hooks_that_others_run_and_links_are_left_alone() {
    let repository = Repository::new();
    repository.git(&["config", "core.hooksPath", "tools/hooks"]);
    let ran = repository.shield(&["init"]);
    assert!(
        ran.stderr.contains("tools/hooks runs the hooks"),
        "{}",
        ran.all()
    );

    let linked = Repository::new();
    let hooks = linked.root().join(".git/hooks");
    std::fs::remove_dir_all(&hooks).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), &hooks).unwrap();
    let nowhere = elsewhere.path().join("none");
    std::os::unix::fs::symlink(nowhere, linked.root().join("shield.yaml")).unwrap();
    let ran_linked = linked.shield(&["init"]);
    assert!(
        ran_linked.stderr.contains("kept   shield.yaml"),
        "{}",
        ran_linked.all()
    );
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

/// A list of hooks as people write them.
const LIST: &str = "# ours\nrepos:\n  - repo: https://example.com/black # pinned\n    rev: \"24\"\n    \
                    hooks: [{id: black}]\n\nci: {skip: [black]}\n";

#[test]
fn a_list_of_pre_commit_gets_the_hook_and_stays_as_it_is_otherwise() {
    let repository = Repository::new();
    repository.write(".pre-commit-config.yaml", LIST);
    let dry = repository.shield(&["init", "--dry-run"]);
    assert!(
        dry.stderr.contains("would add to .pre-commit-config.yaml"),
        "{}",
        dry.all()
    );
    assert_eq!(repository.0.read(".pre-commit-config.yaml"), LIST);
    let ran = repository.shield(&["init"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let list = repository.0.read(".pre-commit-config.yaml");
    let (before, rest) = list.split_once("  - repo: local\n").unwrap();
    let (_, after) = rest.split_once("always_run: true\n").unwrap();
    assert_eq!([before, after].concat(), LIST);

    let again = repository.shield(&["init"]);
    assert!(
        again.stderr.contains("it has shield already"),
        "{}",
        again.all()
    );
    assert_eq!(repository.0.read(".pre-commit-config.yaml"), list);
}

#[test]
fn a_project_that_asks_for_pre_commit_gets_a_list() {
    let repository = Repository::new();
    repository.write("requirements-dev.txt", "pytest\npre-commit>=3\n");
    let ran = repository.shield(&["init"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.stderr.contains("pre-commit install"), "{}", ran.all());
    let list = repository.0.read(".pre-commit-config.yaml");
    assert!(list.starts_with("repos:\n  - repo: local\n"), "{list}");
}

#[test]
fn a_project_on_github_gets_a_workflow_for_an_action_that_is_named() {
    let repository = Repository::new();
    let address = "git@github.com:octo-org/shop.git";
    repository.git(&["remote", "add", "origin", address]);
    let without = repository.shield(&["init"]);
    assert!(without.stderr.contains("--action"), "{}", without.all());
    assert!(!repository.root().join(".github").exists());

    let moved = repository.shield(&["init", "--action", "octo-org/shield@v1"]);
    assert_eq!(moved.code, 2, "{}", moved.all());
    let action = "octo-org/shield@0123456789abcdef0123456789abcdef01234567";
    let dry = repository.shield(&["init", "--action", action, "--dry-run"]);
    assert!(dry.stderr.contains(action), "{}", dry.all());
    assert!(!repository.root().join(".github").exists());
    let ran = repository.shield(&["init", "--action", action]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let workflow = repository.0.read(".github/workflows/shield.yml");
    assert!(workflow.contains(action), "{workflow}");
    assert!(workflow.contains("branches: [\"main\"]"), "{workflow}");
    let again = repository.shield(&["init", "--action", action]);
    assert!(
        again.stderr.contains("it runs shield already"),
        "{}",
        again.all()
    );
    assert_eq!(repository.0.read(".github/workflows/shield.yml"), workflow);
}
