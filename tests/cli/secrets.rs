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

/// Edits the store with a script, which finds the file in `$1`.
#[cfg(unix)]
fn edited(project: &Project, script: &str) -> Ran {
    put(&project.home().join("edit.sh"), script.as_bytes());
    let editor = format!("/bin/sh {}", project.home().join("edit.sh").display());
    let memory = project.home().join("memory");
    fs::create_dir_all(&memory).unwrap();
    let mut command = project.command();
    command
        .env("EDITOR", editor)
        .env("XDG_RUNTIME_DIR", &memory);
    let ran = project.ran(command.args(["secrets", "edit"]).output().unwrap());
    assert!(!ran.all().contains("rosebud"), "{}", ran.all());
    // Nothing is left of what the editor had.
    assert_eq!(fs::read_dir(&memory).unwrap().count(), 0);
    ran
}

// The script uses what GNU's sed and stat can do.
#[cfg(target_os = "linux")]
#[test]
fn values_are_edited_all_at_once() {
    let project = project();
    secrets(&project, &["set", "api-key"], VALUE);
    secrets(&project, &["set", "other"], "rosebud\n\"1942\"\\");
    let same = edited(&project, "touch \"$1\"");
    assert_eq!(
        (same.code, same.stderr.as_str()),
        (0, "Nothing was changed.\n")
    );
    let script = "sed -i 's/1941/1955/; s|^}|, \"new/name\": \"rosebud-3\"}|' \"$1\"; \
                  [ \"$(stat -c %a \"$1\")\" = 600 ]";
    let changed = edited(&project, script);
    let told = "replaced api-key\nstored   new/name\n";
    assert_eq!((changed.code, changed.stderr.as_str()), (0, told));
    let get = |name| secrets(&project, &["get", name], "").stdout;
    assert_eq!(get("api-key"), VALUE.replace("1941", "1955"));
    assert_eq!(get("other"), "rosebud\n\"1942\"\\");
    assert_eq!(get("new/name"), "rosebud-3");
}

#[cfg(unix)]
#[test]
fn what_an_editor_leaves_wrong_stores_nothing_and_quotes_nothing() {
    let project = project();
    secrets(&project, &["set", "api-key"], VALUE);
    let store = project.root().join(".shield/secrets.dev.age");
    let before = fs::read(&store).unwrap();
    for (script, told) in [
        ("exit 3", "did not end well"),
        ("echo '{\"api-key\": rosebud}' > \"$1\"", "line 1, column"),
        ("echo '{\"api-key\": \"\"}' > \"$1\"", "not empty"),
        ("echo '{}' > \"$1\"", "api-key is not there any more"),
        ("rm \"$1\"", "line 1, column 0"),
        (
            "echo '{\"api-key\": \"x\", \"Ro se\": \"y\"}' > \"$1\"",
            "name number 2",
        ),
        (
            "echo '{\"a\": \"x\", \"a\": \"y\"}' > \"$1\"",
            "name number 2",
        ),
    ] {
        let ran = edited(&project, script);
        assert_eq!(ran.code, 2, "{script}: {}", ran.all());
        assert!(ran.stderr.contains(told), "{script}: {}", ran.all());
        assert_eq!(fs::read(&store).unwrap(), before, "{script}");
    }
    let ran = project.shield(["secrets", "edit"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no editor is set"), "{}", ran.all());
}

#[cfg(unix)]
#[test]
fn whoever_was_quicker_keeps_what_was_stored() {
    let project = project();
    secrets(&project, &["set", "api-key"], "1");
    let program = env!("CARGO_BIN_EXE_shield");
    let root = project.root().display();
    let script = format!(
        "printf 2 | {program} secrets --project {root} set api-key\n\
         echo '{{\"api-key\": \"3\", \"new\": \"4\"}}' > \"$1\""
    );
    let ran = edited(&project, &script);
    assert_eq!(ran.code, 2, "{}", ran.all());
    assert_eq!(secrets(&project, &["get", "api-key"], "").stdout, "2");
    assert_eq!(secrets(&project, &["list"], "").stdout, "api-key\n");
}
