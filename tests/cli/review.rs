//! `shield fix --review`, on a terminal.

use std::process::Command;

use crate::project::Project;
use crate::project::Ran;

/// A value that no run may show.
const VALUE: &str = "rosebud-1941-canary";

/// What is on the terminal of every question about a change.
const ASKED: &str = "[y,n,a,e,p,q,?] ";

fn shop() -> Project {
    Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("a.py", &format!("DB_PASSWORD = \"{VALUE}\"\n"))
        .with("b.py", "MAIL_PASSWORD = \"xanadu-1942-canary\"\n")
        .with("c.py", "import os\nAPI_TOKEN = os.environ[\"API_TOKEN\"]\n")
}

/// Runs the program on a terminal; each question is known by its words and answered with keys.
fn answered(project: &Project, answers: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let answers = serde_json::to_string(answers).unwrap();
    let shield = project.command();
    let mut command = Command::new("python3");
    command
        .current_dir(project.root())
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/review.py"))
        .arg(answers)
        .arg(shield.get_program())
        .args(arguments)
        .env("HOME", project.home())
        .env("XDG_CONFIG_HOME", project.home().join(".config"))
        .env("XDG_STATE_HOME", project.home().join(".local/state"))
        .env("TERM", "xterm")
        .env("NO_COLOR", "1");
    let ran = project.ran(command.output().unwrap());
    for secret in [VALUE, "xanadu-1942-canary", "cm9zZWJ1ZC0xOTQx"] {
        assert!(!ran.all().contains(secret), "a value is shown");
    }
    ran
}

#[test]
fn each_change_is_made_as_it_was_decided() {
    let project = shop();
    let answers = [
        (ASKED, "?"),
        (ASKED, "e"),
        ("nothing: back", "shop/db\r"),
        (ASKED, "y"),
        (ASKED, "a"),
        ("nothing: back", "a made-up one\r"),
        (ASKED, "n"),
    ];
    let ran = answered(&project, &answers, &["fix", "--review"]);
    assert!(
        ran.stdout
            .contains("+DB_PASSWORD = get_secret(\"shop/db\")"),
        "{}",
        ran.all()
    );
    assert!(
        ran.stdout.contains("-DB_PASSWORD = \"********\""),
        "{}",
        ran.all()
    );
    assert!(project.read("a.py").ends_with("get_secret(\"shop/db\")\n"));
    let excuse = "  # shield: allow[generic/hardcoded-password] a made-up one\n";
    assert!(
        project.read("b.py").ends_with(excuse),
        "{}",
        project.read("b.py")
    );
    assert!(project.read("c.py").contains("os.environ"));
    assert_eq!(project.shield(["rollback"]).code, 0);
    assert_eq!(project.read("a.py"), format!("DB_PASSWORD = \"{VALUE}\"\n"));
}

#[test]
fn whoever_quits_is_asked_about_what_was_decided() {
    let project = shop();
    let none = [(ASKED, "y"), (ASKED, "q"), ("[y/n] ", "n")];
    let ran = answered(&project, &none, &["scan", "--fix", "--interactive"]);
    assert!(ran.stdout.contains("Nothing was changed."), "{}", ran.all());
    assert!(project.read("a.py").contains(VALUE));
    let some = [(ASKED, "p"), (ASKED, "q"), ("[y/n] ", "y")];
    let again = answered(&project, &some, &["fix", "--review"]);
    assert!(
        project.read("a.py").contains("get_secret"),
        "{}",
        again.all()
    );
    assert!(
        project.read("b.py").contains("get_secret"),
        "{}",
        again.all()
    );
    assert!(project.read("c.py").contains("os.environ"));
}

#[test]
fn one_name_for_two_values_is_settled_in_the_review() {
    let project = Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("dev.py", &format!("DB_PASSWORD = \"{VALUE}\"\n"))
        .with("prod.py", "DB_PASSWORD = \"xanadu-1942-canary\"\n");
    let conflict = "[n,a,e,q,?] ";
    let answers = [
        (conflict, "e"),
        ("nothing: back", "dev/db-password\r"),
        (ASKED, "y"),
        (ASKED, "y"),
    ];
    let ran = answered(&project, &answers, &["fix", "--review"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(project.read("dev.py").contains("\"dev/db-password\""));
    assert!(project.read("prod.py").contains("\"db-password\""));
}

#[test]
fn without_a_terminal_the_flags_are_named() {
    let ran = shop().shield(["fix", "--review"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
    for flag in ["--only", "--skip", "--allow", "--name"] {
        assert!(ran.stderr.contains(flag), "{}", ran.all());
    }
}
