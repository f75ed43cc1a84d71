//! Several runs over one project at once.

use std::process::Child;
use std::process::Stdio;

use shield::fix;
use shield::fix::Archive;
use shield::fix::FixPlan;
use shield::seal::Identity;

use crate::project::Project;
use crate::project::Ran;
use crate::snapshot;

const CODE: &str = "DB_PASSWORD = \"rosebud-1941-canary\"\n";

/// A project with values in it.
fn project() -> Project {
    Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("app.py", CODE)
        .with("shop/more.py", CODE)
}

#[test]
fn a_run_is_refused_while_another_goes_on() {
    let project = project();
    let (identity, _) =
        Identity::load_or_make(&project.home().join(".config/shield/identity.txt")).unwrap();
    let state = project.home().join(".local/state/shield");
    let archive = Archive::new(&state, project.root(), &identity).unwrap();
    let journal = fix::begin(&FixPlan::default(), &[], &archive).unwrap();
    snapshot!(project.shield(["fix"]));
    assert_eq!(project.shield(["rollback"]).code, 2);
    assert_eq!(project.read("app.py"), CODE);
    journal.abandon().unwrap();
    assert_eq!(project.shield(["fix"]).code, 0);
}

#[test]
fn of_runs_at_once_one_fixes_and_the_others_change_nothing() {
    let project = project();
    let start = |_| {
        let mut command = project.command();
        command.arg("fix").stdout(Stdio::piped());
        command.stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..3).map(start).collect();
    let end = |it: Child| project.ran(it.wait_with_output().unwrap());
    let ran: Vec<Ran> = children.into_iter().map(end).collect();
    let fixed = |it: &&Ran| it.stderr.contains("changed  app.py");
    let told: Vec<String> = ran.iter().map(Ran::all).collect();
    assert_eq!(ran.iter().filter(fixed).count(), 1, "{told:#?}");
    for other in ran.iter().filter(|it| !fixed(it)) {
        let reasons = [
            "shield::fix::busy",
            "shield::fix::wrapper_changed",
            "has changed since it was scanned",
        ];
        let is_told = reasons.iter().any(|it| other.stderr.contains(it));
        // One that had scanned before, and planned after, has found nothing of what it knew.
        let is_told = is_told || other.stdout.contains("[changed-since-scan]");
        // One that began after the first had ended found nothing to do.
        assert!(is_told || other.code == 0, "{}", other.all());
    }
    for file in ["app.py", "shop/more.py"] {
        assert!(
            project
                .read(file)
                .ends_with("DB_PASSWORD = get_secret(\"db-password\")\n")
        );
    }
    assert_eq!(project.shield(["rollback", "1", "--with-later"]).code, 0);
    assert_eq!(project.read("app.py"), CODE);
    assert!(!project.root().join("shield_secrets").exists());
}
