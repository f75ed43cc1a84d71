//! What a fix says of the history of a value, and what stays due after it.

use std::process::Command;

use crate::project::Project;
use crate::project::put;

/// A value that no run may show.
const VALUE: &str = "rosebud-1941-canary";

/// A project under git, whose first commit is from 2023.
fn shop() -> Project {
    let project = Project::new().with("app.py", "import os\nX = 1\n");
    git(&project, &["init", "-q", "-b", "main"]);
    commit(&project, "2023-05-02T12:00:00Z");
    project
}

fn git(project: &Project, arguments: &[&str]) {
    let run = Command::new("git")
        .current_dir(project.root())
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

fn commit(project: &Project, day: &str) {
    git(project, &["add", "-A"]);
    let run = Command::new("git")
        .current_dir(project.root())
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(["commit", "-q", "-m", "x"])
        .env("GIT_AUTHOR_DATE", day)
        .env("GIT_COMMITTER_DATE", day)
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

fn write(project: &Project, path: &str, text: &str) {
    put(&project.root().join(path), text.as_bytes());
}

/// The program in the project, with git where the tests find it.
#[expect(
    clippy::disallowed_methods,
    reason = "a test finds git where the user has it"
)]
fn shield(project: &Project, arguments: &[&str]) -> (i32, String) {
    let path = std::env::var_os("PATH");
    let mut command = project.command();
    command
        .args(arguments)
        .env("PATH", path.unwrap_or_default());
    let ran = project.ran(command.output().unwrap());
    assert!(!ran.all().contains(VALUE), "the value is shown");
    (ran.code, ran.all())
}

/// Runs the program, which has to end with `code` and to say all of `words`.
fn says(project: &Project, arguments: &[&str], code: i32, words: &[&str]) {
    let (found, told) = shield(project, arguments);
    assert_eq!(found, code, "{arguments:?} {told}");
    for word in words {
        assert!(told.contains(word), "{arguments:?} {word}: {told}");
    }
}

#[test]
fn a_value_in_the_history_waits_until_it_was_rotated() {
    let project = shop();
    write(&project, "old.py", &format!("DB_PASSWORD = \"{VALUE}\"\n"));
    commit(&project, "2024-01-03T12:00:00Z");
    git(&project, &["branch", "other"]);
    git(&project, &["mv", "old.py", "shop.py"]);
    commit(&project, "2024-02-03T12:00:00Z");

    let first = "yes (first seen 2024-01-03, 2 branches)";
    says(
        &project,
        &["fix"],
        0,
        &[first, "shield rotated db-password"],
    );
    let list = project.read(".shield/exposed.jsonl");
    assert!(!list.contains("rosebud"), "{list}");
    assert!(list.contains("\"state\":\"rotation-pending\""), "{list}");

    // The check stays red.
    says(&project, &["scan"], 1, &["moved, rotation pending", first]);
    let json = ["scan", "--format", "json"];
    says(
        &project,
        &json,
        1,
        &["\"rotation_pending\": 1", "2024-01-03"],
    );
    let sarif = ["scan", "--format", "sarif"];
    says(&project, &sarif, 1, &["\"rotationRequired\": true"]);
    // A second fix has nothing to do, and succeeds.
    says(&project, &["fix"], 0, &["rotation pending"]);

    says(&project, &["rotated", "db-passwort"], 2, &[]);
    says(&project, &["rotated"], 0, &["db-password  moved"]);
    says(
        &project,
        &["rotated", "db-password"],
        0,
        &["No secret waits"],
    );
    says(&project, &["scan"], 0, &[]);
}

#[test]
fn a_value_that_was_never_committed_is_only_moved() {
    let project = shop();
    write(&project, "app.py", &format!("DB_PASSWORD = \"{VALUE}\"\n"));
    // Staged is not committed.
    git(&project, &["add", "-A"]);
    let json = ["fix", "--diff", "--format", "json"];
    says(
        &project,
        &json,
        1,
        &["\"in_history\": \"uncommitted-only\""],
    );
    says(&project, &["fix"], 0, &["uncommitted only"]);
    says(&project, &["scan"], 0, &[]);
}

#[test]
fn a_shallow_clone_does_not_tell() {
    let project = shop();
    write(&project, "b.py", "X = 2\n");
    commit(&project, "2024-01-03T12:00:00Z");
    let clone = Project::new();
    let from = format!("file://{}", project.root().display());
    git(&clone, &["clone", "-q", "--depth", "1", &from, "late"]);
    write(
        &clone,
        "late/app.py",
        &format!("DB_PASSWORD = \"{VALUE}\"\n"),
    );
    let json = ["fix", "--diff", "--format", "json", "late"];
    says(&clone, &json, 1, &["\"because\": \"shallow clone\""]);
}

#[test]
fn a_rollback_takes_the_notes_back() {
    let project = shop();
    write(&project, "app.py", &format!("DB_PASSWORD = \"{VALUE}\"\n"));
    commit(&project, "2024-01-03T12:00:00Z");
    says(&project, &["fix"], 0, &[]);
    assert!(project.root().join(".shield/exposed.jsonl").exists());
    says(&project, &["rollback"], 0, &[]);
    assert!(!project.root().join(".shield/exposed.jsonl").exists());
}

#[test]
fn notes_that_are_damaged_are_told_and_stop_a_fix() {
    let project = shop().with(".shield/exposed.jsonl", "{\"name\": \"\\u001b[2J\"}\n");
    says(&project, &["scan"], 0, &["line 1 of"]);
    write(&project, "app.py", &format!("DB_PASSWORD = \"{VALUE}\"\n"));
    says(&project, &["fix", "--allow-dirty"], 2, &["line 1 of"]);
    assert!(project.read("app.py").contains(VALUE));
}

#[test]
fn a_hostile_repository_starts_no_program() {
    let project = shop();
    write(&project, "app.py", &format!("DB_PASSWORD = \"{VALUE}\"\n"));
    let trap = project.root().join("trap");
    let run = format!("touch {}", trap.display());
    for (key, value) in [
        ("core.pager", run.as_str()),
        ("core.sshCommand", run.as_str()),
        ("diff.external", run.as_str()),
        ("gpg.program", run.as_str()),
        ("log.showSignature", "true"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", "ssh://example.invalid/x"),
        ("remote.origin.promisor", "true"),
        ("core.fsmonitor", run.as_str()),
    ] {
        git(&project, &["config", key, value]);
    }
    says(
        &project,
        &["fix", "--diff"],
        1,
        &["to store: db-password, in history"],
    );
    assert!(!trap.exists());
}
