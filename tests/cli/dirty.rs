//! `shield fix` in a repository of git: files that git does not have as they are.

use std::process::Command;

use crate::project::Project;
use crate::project::put;
use crate::snapshot;

const CODE: &str = "import os\n\nAPI_KEY = os.environ[\"API_KEY\"]\n";

fn git(project: &Project, args: &[&str]) {
    let mut command = Command::new("git");
    command
        .current_dir(project.root())
        .env("HOME", project.home());
    let output = command.args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}");
}

/// A repository with a file that is staged and one that git does not know.
fn repository() -> Project {
    let project = Project::new()
        .with("app.py", CODE)
        .with("new.py", CODE)
        .with(".env.example", "PORT=\n");
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "app.py"]);
    project
}

#[test]
fn a_file_that_git_does_not_have_as_it_is_stays() {
    let project = repository();
    snapshot!(project.shield(["fix"]));
    assert!(project.read("app.py").contains("get_secret"));
    assert_eq!(project.read("new.py"), CODE);
    assert_eq!(project.read(".env.example"), "PORT=\n");
    let again = project.shield(["fix"]);
    assert_eq!(again.code, 3, "{}", again.all());
    git(&project, &["add", "new.py", ".env.example"]);
    assert_eq!(project.shield(["fix"]).code, 0);
    assert!(project.read("new.py").contains("get_secret"));
}

#[test]
fn nothing_is_made_or_stored_for_a_file_that_stays() {
    let project = Project::new().with("app.py", "DB_PASSWORD = \"rosebud-1941-canary\"\n");
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "app.py"]);
    let changed = "DB_PASSWORD = \"rosebud-1941-canary\"\nMINE = 1\n";
    put(&project.root().join("app.py"), changed.as_bytes());
    assert_eq!(project.shield(["fix"]).code, 3);
    assert_eq!(project.read("app.py"), changed);
    assert!(!project.root().join("shield_secrets").exists());
    assert!(!project.root().join(".shield").exists());
    assert_eq!(project.shield(["fix", "--diff"]).code, 1);
}

#[test]
fn a_file_that_git_does_not_have_is_changed_when_asked_for() {
    let project = repository();
    assert_eq!(project.shield(["fix", "--allow-dirty"]).code, 0);
    assert!(project.read("new.py").contains("get_secret"));
    assert!(project.read(".env.example").contains("API_KEY="));
}
