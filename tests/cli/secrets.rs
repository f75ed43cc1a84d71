//! `shield secrets`.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use crate::project::Project;
use crate::project::Ran;
use crate::project::put;

const VALUE: &str = "rosebud-1941 'canary'";

fn project() -> Project {
    Project::new().with("shield.yaml", "schema: 1\n")
}

/// Runs `shield secrets` with `input` on its standard input.
fn secrets(project: &Project, arguments: &[&str], input: &str) -> Ran {
    let mut child = project
        .command()
        .arg("secrets")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let written = child.stdin.take().unwrap().write_all(input.as_bytes());
    // A command that asks for nothing may have ended.
    drop(written);
    project.ran(child.wait_with_output().unwrap())
}

#[test]
fn a_value_is_stored_replaced_listed_and_read() {
    let project = project();
    let stored = secrets(&project, &["set", "api-key"], "first\n");
    assert_eq!(stored.code, 0, "{}", stored.all());
    let replaced = secrets(&project, &["set", "api-key"], &format!("{VALUE}\r\n"));
    assert!(
        replaced.stderr.contains("replaced api-key"),
        "{}",
        replaced.all()
    );
    assert!(!replaced.all().contains("rosebud"));
    assert_eq!(secrets(&project, &["list"], "").stdout, "api-key\n");
    assert_eq!(secrets(&project, &["get", "api-key"], "").stdout, VALUE);
    let absent = secrets(&project, &["get", "other"], "");
    assert_eq!(absent.code, 2);
    assert_eq!(secrets(&project, &["set", "empty"], "\n").code, 2);
}

#[cfg(unix)]
#[test]
fn a_command_has_the_secrets_in_its_environment_and_its_exit_code_counts() {
    let project = project();
    secrets(&project, &["set", "api-key"], VALUE);
    let script = "printf %s \"$API_KEY\"; exit 7";
    let ran = secrets(&project, &["exec", "--", "/bin/sh", "-c", script], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (7, VALUE));
    let none = secrets(&project, &["exec", "--", "/no/such/command"], "");
    assert_eq!(none.code, 2);
    assert!(!none.all().contains("rosebud"));
}

#[cfg(unix)]
#[test]
fn what_is_exported_a_shell_reads_as_it_was_stored() {
    let project = project();
    secrets(&project, &["set", "api-key"], VALUE);
    let lines = secrets(&project, &["export-env"], "").stdout;
    put(&project.root().join("it.env"), lines.as_bytes());
    let read = std::process::Command::new("/bin/sh")
        .args(["-c", ". ./it.env && printf %s \"$API_KEY\""])
        .current_dir(project.root())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(read.stdout).unwrap(), VALUE);
}

#[test]
fn a_copy_is_opened_before_it_counts_and_can_be_put_back() {
    let project = project();
    secrets(&project, &["set", "api-key"], VALUE);
    for _ in 0..3 {
        let ran = secrets(&project, &["backup", "--to", "copies", "--keep", "2"], "");
        assert_eq!(ran.code, 0, "{}", ran.all());
    }
    let copies = fs::read_dir(project.root().join("copies")).unwrap();
    let mut copies: Vec<String> = copies
        .map(|it| format!("copies/{}", it.unwrap().file_name().display()))
        .collect();
    copies.sort();
    assert_eq!(copies.len(), 2);

    secrets(&project, &["set", "api-key"], "another");
    secrets(&project, &["set", "more"], "x");
    let told = secrets(&project, &["restore", &copies[0], "--dry-run"], "");
    assert!(told.stderr.contains("goes away   more"), "{}", told.all());
    assert_eq!(secrets(&project, &["get", "api-key"], "").stdout, "another");
    let ran = secrets(&project, &["restore", &copies[0]], "");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(secrets(&project, &["get", "api-key"], "").stdout, VALUE);
    assert_eq!(secrets(&project, &["list"], "").stdout, "api-key\n");

    let sealed = project.root().join(&copies[1]).join("secrets.dev.age");
    let text = fs::read_to_string(&sealed).unwrap();
    put(&sealed, text.replacen('A', "B", 1).as_bytes());
    let damaged = secrets(&project, &["restore", &copies[1]], "");
    assert_eq!(damaged.code, 2, "{}", damaged.all());
    assert_eq!(secrets(&project, &["get", "api-key"], "").stdout, VALUE);
}

#[test]
fn a_store_is_made_once_for_whoever_is_named() {
    let (project, colleague) = (project(), project());
    assert_eq!(secrets(&project, &["init"], "").code, 2);
    secrets(&colleague, &["set", "a", "--project", "."], "x");
    let list = colleague.read(".shield/recipients.txt");
    let key = list.lines().find(|it| it.starts_with("age1")).unwrap();
    let made = secrets(&project, &["init", "--recovery", key], "");
    assert_eq!(made.code, 0, "{}", made.all());
    assert_eq!(
        secrets(&project, &["init", "--single-recipient"], "").code,
        2
    );
    secrets(&project, &["set", "api-key"], VALUE);

    // The colleague opens it with the own key.
    let sealed = project.read(".shield/secrets.dev.age");
    put(
        &colleague.root().join(".shield/secrets.dev.age"),
        sealed.as_bytes(),
    );
    assert_eq!(secrets(&colleague, &["get", "api-key"], "").stdout, VALUE);

    // Who is taken from the list cannot open what is sealed from then on.
    let own = project.read(".shield/recipients.txt").replace(key, "");
    put(
        &project.root().join(".shield/recipients.txt"),
        own.as_bytes(),
    );
    assert_eq!(secrets(&project, &["rekey"], "").code, 0);
    let anew = project.read(".shield/secrets.dev.age");
    put(
        &colleague.root().join(".shield/secrets.dev.age"),
        anew.as_bytes(),
    );
    assert_eq!(secrets(&colleague, &["get", "api-key"], "").code, 2);
}
