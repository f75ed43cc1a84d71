//! `shield recover`, and `shield rollback` where there are several runs.

use std::fs;
use std::path::PathBuf;

use walkdir::WalkDir;

use crate::project::Project;
use crate::project::Ran;
use crate::project::put;
use crate::snapshot;

const CODE: &str = "import os\n\nAPI_KEY = os.environ[\"API_KEY\"]\n";

/// A project that was fixed.
fn fixed() -> Project {
    let project = Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("app.py", CODE);
    assert_eq!(project.shield(["scan", "--fix"]).code, 0);
    project
}

/// The journal of the first run.
fn journal(project: &Project) -> PathBuf {
    let files = WalkDir::new(project.home()).into_iter().flatten();
    let found = files.map(walkdir::DirEntry::into_path);
    let mut found = found.filter(|it| it.ends_with("1/journal.jsonl"));
    found.next().unwrap()
}

/// Takes the last records out of the journal of the first run, as if it had been stopped.
fn stop(project: &Project, records: usize) {
    let path = journal(project);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    put(&path, lines[..lines.len() - records].concat().as_bytes());
}

/// The same without what differs from run to run.
fn steady(mut ran: Ran) -> Ran {
    let is_time = |it: &&str| it.len() == 20 && it.ends_with('Z') && it.contains('T');
    for time in ran.stdout.clone().split_whitespace().filter(is_time) {
        ran.stdout = ran.stdout.replace(time, "[WHEN]");
    }
    ran
}

#[test]
fn a_run_after_one_that_was_stopped_is_refused_and_told_how_to_recover() {
    let project = fixed();
    stop(&project, 1);
    snapshot!(project.shield(["scan", "--fix"]));
    assert_ne!(project.shield(["scan"]).code, 2);
}

#[test]
fn a_run_that_was_stopped_at_its_end_is_finished() {
    let project = fixed();
    stop(&project, 1);
    snapshot!(project.shield(["recover"]));
    assert!(project.read("app.py").contains("get_secret"));
    assert_eq!(project.shield(["rollback"]).code, 0);
    assert_eq!(project.read("app.py"), CODE);
}

#[test]
fn a_run_that_was_stopped_early_is_undone() {
    let project = fixed();
    stop(&project, 2);
    snapshot!(project.shield(["recover", "--finish"]));
    assert!(project.read("app.py").contains("get_secret"));
    snapshot!(project.shield(["recover"]));
    assert_eq!(project.read("app.py"), CODE);
    assert!(!project.root().join("shield_secrets").exists());
    snapshot!(project.shield(["recover"]));
}

#[test]
fn a_run_can_be_undone_where_it_could_be_finished() {
    let project = fixed();
    stop(&project, 1);
    assert_eq!(project.shield(["recover", "--undo"]).code, 0);
    assert_eq!(project.read("app.py"), CODE);
}

#[test]
fn a_file_changed_after_the_crash_is_told_and_stays() {
    let project = fixed();
    stop(&project, 1);
    put(&project.root().join("app.py"), b"print('mine')\n");
    snapshot!(project.shield(["recover"]));
    assert_eq!(project.read("app.py"), "print('mine')\n");
}

#[test]
fn a_way_to_recover_is_one_way() {
    let ran = Project::new().shield(["recover", "--undo", "--finish"]);
    assert_eq!(ran.code, 2);
}

#[test]
fn runs_are_listed_and_undone_together() {
    let project = fixed().with("more.py", CODE);
    project.shield(["scan", "--fix"]);
    snapshot!(steady(project.shield(["rollback", "--list"])));
    let early = project.shield(["rollback", "1"]);
    assert_eq!(early.code, 3, "{}", early.all());
    assert_eq!(project.read("app.py"), CODE);
    assert!(project.root().join("shield_secrets").exists());
    snapshot!(steady(project.shield(["rollback", "--list"])));
    snapshot!(project.shield(["rollback", "1", "--with-later"]));
    assert_eq!(project.read("more.py"), CODE);
    assert!(!project.root().join("shield_secrets").exists());
}

#[test]
fn a_list_of_no_runs_is_empty() {
    let ran = Project::new().shield(["rollback", "--list"]);
    assert_eq!((ran.code, ran.all().lines().count()), (0, 4));
}
