//! `shield scan --staged`, `--since` and `--range`: what a change brings.

use std::fs;

use crate::repository::Repository;
use crate::repository::TOKEN;
use crate::snapshot;

/// A line with a secret.
fn line() -> String {
    format!("TOKEN={TOKEN}\n")
}

#[test]
fn what_is_staged_counts_and_not_what_lies_on_the_disk() {
    let repository = Repository::new();
    repository.write("staged.sh", &line());
    repository.write("later.sh", &line());
    repository.git(&["add", "staged.sh"]);
    assert_eq!(repository.found(&["--staged"]), ["staged.sh:1"]);
    repository.write("staged.sh", "echo clean\n");
    assert_eq!(repository.found(&["--staged"]), ["staged.sh:1"]);
    fs::remove_file(repository.root().join("staged.sh")).unwrap();
    assert_eq!(repository.found(&["--staged"]), ["staged.sh:1"]);
    repository.git(&["rm", "--quiet", "--cached", "staged.sh"]);
    assert_eq!(repository.found(&["--staged"]), [""; 0]);
}

#[test]
fn of_a_file_that_is_staged_in_part_only_that_part_counts() {
    let repository = Repository::new();
    repository.write("a.sh", "echo 1\n");
    repository.commit();
    repository.write("a.sh", "echo 1\necho 2\n");
    repository.git(&["add", "a.sh"]);
    repository.write("a.sh", &format!("echo 0\n{}echo 1\n", line()));
    assert_eq!(repository.found(&["--staged"]), [""; 0]);
    repository.git(&["add", "a.sh"]);
    repository.write("a.sh", &format!("echo 0\necho 0\n{}", line()));
    assert_eq!(repository.found(&["--staged"]), ["a.sh:2"]);
}

#[test]
fn comments_settings_and_ignore_files_count_as_they_are_staged() {
    let repository = Repository::new();
    repository.write("a.sh", &format!("TOKEN={TOKEN}  # shield: allow test\n"));
    repository.write("gen/b.sh", &line());
    repository.write("old/c.sh", &line());
    repository.write("shield.yaml", "schema: 1\nexclude: [gen/]\n");
    repository.write("old/.shieldignore", "*.sh\n");
    repository.git(&["add", "--all"]);
    assert_eq!(repository.found(&["--staged"]), [""; 0]);
    repository.write("a.sh", &line());
    repository.write("shield.yaml", "schema: 1\n");
    repository.write("old/.shieldignore", "");
    assert_eq!(repository.found(&["--staged"]), [""; 0]);
    assert_eq!(
        repository.found(&["--staged", "--no-ignore"]),
        ["old/c.sh:1"]
    );
    repository.git(&["add", "--all"]);
    assert_eq!(repository.found(&["--staged"]).len(), 3);
}

#[test]
fn settings_in_pyproject_count_as_they_are_staged() {
    let repository = Repository::new();
    repository.write("gen/b.sh", &line());
    let settings = "[tool.shield]\nschema = 1\nexclude = ['gen/']\n";
    repository.write("pyproject.toml", settings);
    repository.git(&["add", "--all"]);
    assert_eq!(repository.found(&["--staged"]), [""; 0]);
    repository.write("pyproject.toml", "[tool.shield]\nschema = 1\n");
    assert_eq!(repository.found(&["--staged"]), [""; 0]);
    repository.git(&["add", "--all"]);
    assert_eq!(repository.found(&["--staged"]), ["gen/b.sh:1"]);
}

#[test]
fn only_files_that_the_last_commit_does_not_have_alike_are_looked_at() {
    let repository = Repository::new();
    repository.write("old.sh", &line());
    repository.write("moved.sh", &line());
    repository.commit();
    repository.git(&["mv", "moved.sh", "to.sh"]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("old.sh", repository.root().join("link.sh")).unwrap();
    repository.git(&["add", "--all"]);
    assert_eq!(repository.found(&["--staged"]), ["to.sh:1"]);
}

#[test]
fn the_whole_commit_counts_wherever_one_stands() {
    let repository = Repository::new();
    repository.write("a.sh", &line());
    repository.write("src/b.sh", &line());
    repository.git(&["add", "--all"]);
    let found = repository.found_in("src", &["--staged"]);
    assert_eq!(found, ["../a.sh:1", "../src/b.sh:1"]);
    assert_eq!(repository.found_in("src", &["--staged", "."]), ["b.sh:1"]);
    assert_eq!(repository.found(&["--staged", "src"]), ["src/b.sh:1"]);
    assert_eq!(repository.found(&["--staged", "a.sh"]), ["a.sh:1"]);
}

#[test]
fn submodules_and_worktrees_are_repositories_of_their_own() {
    let inner = Repository::new();
    inner.write("a.sh", &line());
    inner.commit();
    let repository = Repository::new();
    repository.commit();
    let url = inner.root().to_str().unwrap();
    repository.git(&["submodule", "--quiet", "add", url, "lib"]);
    assert_eq!(repository.found(&["--staged"]), [""; 0]);
    repository.write("lib/b.sh", &line());
    repository.git(&["-C", "lib", "add", "b.sh"]);
    assert_eq!(repository.found_in("lib", &["--staged"]), ["b.sh:1"]);
    repository.git(&["worktree", "add", "--quiet", "tree"]);
    repository.write("tree/c.sh", &line());
    repository.git(&["-C", "tree", "add", "c.sh"]);
    assert_eq!(repository.found_in("tree", &["--staged"]), ["c.sh:1"]);
}

#[test]
fn what_is_staged_cannot_be_fixed() {
    let repository = Repository::new();
    repository.write("a.py", &format!("token = '{TOKEN}'\n"));
    repository.git(&["add", "--all"]);
    snapshot!(repository.shield(&["fix", "--staged"]));
}

#[test]
fn without_a_repository_there_is_nothing_staged() {
    let project = crate::project::Project::new();
    let mut repository = Repository::new();
    repository.0 = project;
    let ran = repository.shield(&["scan", "--staged"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("git knows no repository there"),
        "{}",
        ran.stderr
    );
}

#[test]
fn of_a_branch_only_what_it_has_added_is_told_where_it_is_now() {
    let repository = Repository::new();
    repository.write("a.sh", &format!("echo 1\n{}", line()));
    repository.write("moved.sh", &format!("echo 1\necho 2\necho 3\n{}", line()));
    repository.commit();
    repository.git(&["checkout", "--quiet", "-b", "work"]);
    repository.write("a.sh", &format!("# new\necho 1\n{}KEY={TOKEN}\n", line()));
    repository.git(&["mv", "moved.sh", "to.sh"]);
    repository.write(
        "to.sh",
        &format!("echo 0\necho 1\necho 2\necho 3\n{}", line()),
    );
    repository.write("b.sh", &line());
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("main.sh", &format!("echo main\necho new\n{}", line()));
    repository.commit();
    repository.git(&["checkout", "--quiet", "work"]);
    let expected = ["a.sh:4", "b.sh:1"];
    assert_eq!(repository.found(&["--range", "main...work"]), expected);
    assert_eq!(repository.found(&["--range=main..."]), expected);
    assert_eq!(repository.found(&["--since", "main"]), expected);
    assert_eq!(repository.found(&["--range", "work..main"]), ["main.sh:3"]);
    repository.write("c.sh", &line());
    repository.write("b.sh", &format!("\n{}", line()));
    assert_eq!(repository.found(&["--range", "main...work"]), expected);
    let found = repository.found(&["--since", "main"]);
    assert_eq!(found, ["a.sh:4", "b.sh:2", "c.sh:1"]);
    repository.write(".gitignore", "c.sh\n");
    assert_eq!(repository.found(&["--since", "main"]), ["a.sh:4", "b.sh:2"]);
}

#[test]
fn attributes_and_settings_of_the_repository_hide_nothing_and_run_nothing() {
    let repository = Repository::new();
    repository.write(
        ".gitattributes",
        "*.sh -diff binary filter=evil diff=evil\n",
    );
    repository.write("a.sh", "echo 1\n");
    repository.commit();
    let canary = repository.0.home().join("ran");
    let program = format!("touch {} && cat", canary.display());
    for key in [
        "filter.evil.clean",
        "filter.evil.smudge",
        "diff.evil.command",
        "diff.evil.textconv",
        "diff.external",
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
    ] {
        repository.git(&["config", key, &program]);
    }
    let hooks = repository.root().join("hooks");
    repository.write(
        "hooks/post-index-change",
        &format!("#!/bin/sh\n{program}\n"),
    );
    repository.git(&["config", "core.hooksPath", hooks.to_str().unwrap()]);
    repository.write("a.sh", &format!("echo 1\n{}", line()));
    let found = |argument: &str| {
        let found = repository.found(&[argument]);
        assert!(!canary.exists(), "{argument}");
        found
    };
    assert_eq!(found("--since=HEAD"), ["a.sh:2"]);
    // What git itself would run, it runs here.
    let harmless = ["-c", "filter.evil.clean=cat", "-c", "core.fsmonitor="];
    let git = |arguments: &[&str]| repository.git(&[&harmless[..], arguments].concat());
    git(&["add", "a.sh"]);
    let commit = git(&[
        "commit-tree",
        "-p",
        "HEAD",
        "-m",
        "x",
        &git(&["write-tree"]),
    ]);
    repository.git(&["status"]);
    assert!(canary.exists());
    fs::remove_file(&canary).unwrap();
    assert_eq!(found("--staged"), ["a.sh:2"]);
    assert_eq!(found(&format!("--range=HEAD..{commit}")), ["a.sh:2"]);
}

#[test]
fn a_revision_is_never_an_option() {
    let repository = Repository::new();
    repository.commit();
    for argument in [
        "--since=--output=x",
        "--range=--all..--output=x",
        "--range=main",
        "--since=nowhere",
    ] {
        let ran = repository.shield(&["scan", argument]);
        assert_eq!(ran.code, 2, "{}", ran.all());
    }
    assert!(!repository.root().join("x").exists());
    snapshot!(repository.shield(&["scan", "--range=nowhere..main"]));
}

#[test]
fn commits_without_a_common_one_are_told_and_so_is_a_shallow_clone() {
    let repository = Repository::new();
    repository.commit();
    repository.git(&["checkout", "--quiet", "--orphan", "other"]);
    repository.write("a.sh", &line());
    repository.commit();
    let apart = repository.shield(&["scan", "--range=main...other"]);
    assert_eq!(apart.code, 2);
    let said = apart.stderr;
    assert!(said.contains("no commit in common"), "{said}");
    assert_eq!(repository.found(&["--range=main..other"]), ["a.sh:1"]);
    let url = format!("file://{}", repository.root().display());
    repository.git(&["clone", "--quiet", "--bare", "--depth=1", &url, "b.git"]);
    let ran = repository.shield(&["scan", "--range=HEAD~1..HEAD", "b.git"]);
    assert!(
        ran.stderr.contains("in this shallow clone"),
        "{}",
        ran.stderr
    );
}

/// A hook of `.pre-commit-hooks.yaml`, as git would run it.
#[cfg(unix)]
fn install(repository: &Repository, id: &str) {
    use std::os::unix::fs::PermissionsExt as _;

    let hooks = include_str!("../../.pre-commit-hooks.yaml");
    let hook = hooks
        .split("- id: ")
        .find(|it| it.starts_with(&format!("{id}\n")));
    let mut entries = hook
        .unwrap()
        .lines()
        .filter_map(|it| it.trim().strip_prefix("entry: "));
    let program = env!("CARGO_BIN_EXE_shield");
    let entry = entries.next().unwrap().replacen("shield", program, 1);
    repository.write(
        ".git/hooks/pre-commit",
        &format!("#!/bin/sh\nexec {entry}\n"),
    );
    let file = repository.root().join(".git/hooks/pre-commit");
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn the_hook_refuses_a_commit_that_brings_in_a_secret_and_says_what_to_do() {
    let repository = Repository::new();
    for id in ["shield", "shield-system"] {
        install(&repository, id);
        repository.write("a.sh", &format!("# {id}\n"));
        repository.git(&["add", "a.sh"]);
        repository.write("a.sh", &line());
        // What is not staged does not count.
        repository.git(&["commit", "--quiet", "-m", "x"]);
        let mut commit = repository.git_command();
        let refused = commit
            .args(["commit", "--quiet", "--all", "-m", "x"])
            .output()
            .unwrap();
        assert!(!refused.status.success());
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains("The commit would bring these in."), "{said}");
        assert!(said.contains("a.sh:1:7"), "{said}");
        repository.git(&["checkout", "--quiet", "a.sh"]);
    }
}
