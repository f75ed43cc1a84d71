//! Folders of the user that are missing, somewhere else, or cannot be written.

use std::fs;

use crate::project::Project;
use crate::project::put;

const CODE: &str = "DB_PASSWORD = \"rosebud-1941-canary\"\n"; // shield: allow made up

fn project() -> Project {
    Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("app.py", CODE)
}

#[cfg(unix)]
#[test]
fn without_a_folder_for_the_key_nothing_is_changed() {
    let project = project();
    // Neither can be made, even by root.
    for home in ["/dev/null", "/proc"] {
        let mut command = project.command();
        let output = command.env("HOME", home).arg("fix").output().unwrap();
        let ran = project.ran(output);
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert!(ran.stderr.contains(home), "{}", ran.all());
        assert!(!ran.all().contains("rosebud"), "{}", ran.all());
    }
    assert_eq!(project.read("app.py"), CODE);
    assert_eq!(fs::read_dir(project.root()).unwrap().count(), 2);
}

#[cfg(unix)]
#[test]
fn without_a_folder_for_records_nothing_is_changed() {
    let project = project();
    let mut command = project.command();
    command.env("XDG_STATE_HOME", "/proc").arg("fix");
    let ran = project.ran(command.output().unwrap());
    assert_eq!(ran.code, 2, "{}", ran.all());
    assert!(ran.stderr.contains("shield::fix::records"), "{}", ran.all());
    assert_eq!(project.read("app.py"), CODE);
    assert_eq!(fs::read_dir(project.root()).unwrap().count(), 2);
}

#[test]
fn records_may_lie_on_another_file_system() {
    let project = project();
    let Ok(state) = tempfile::tempdir_in("/dev/shm") else {
        return;
    };
    for (task, done) in [("fix", "get_secret"), ("rollback", "rosebud")] {
        let mut command = project.command();
        command.env("XDG_STATE_HOME", state.path()).arg(task);
        let ran = project.ran(command.output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(project.read("app.py").contains(done), "{task}");
    }
    assert_eq!(project.read("app.py"), CODE);
    assert!(!project.home().join(".local/state/shield").exists());
}

#[test]
fn damaged_records_stop_a_run_and_say_where_they_are() {
    let project = project();
    assert_eq!(project.shield(["fix"]).code, 0);
    let files = walkdir::WalkDir::new(project.home()).into_iter().flatten();
    let mut journals = files.filter(|it| it.path().ends_with("1/journal.jsonl"));
    let journal = journals.next().unwrap().into_path();
    let good = fs::read_to_string(&journal).unwrap();
    let fixed = project.read("app.py");
    let root = fs::canonicalize(project.root()).unwrap();
    let away = good.replace(&format!("{}/app.py", root.display()), "/etc/passwd");
    assert_ne!(away, good);
    for bad in [format!("{good}\0\0\n"), "x\n".to_owned(), away] {
        put(&journal, bad.as_bytes());
        for args in [&["fix"][..], &["rollback"], &["recover"]] {
            let ran = project.shield(args);
            assert_eq!(ran.code, 2, "{}", ran.all());
            assert!(ran.stderr.contains("shield::fix::damaged"), "{}", ran.all());
        }
        assert_eq!(project.read("app.py"), fixed);
    }
    put(&journal, good.as_bytes());
    assert_eq!(project.shield(["rollback"]).code, 0);
    assert_eq!(project.read("app.py"), CODE);
}
