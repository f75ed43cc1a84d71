//! `shield provision verify --deep`, with what is set in variables.

use std::process::Command;

use crate::project::Project;
use crate::project::Ran;
use crate::project::put;
use crate::snapshot;

/// A value that nothing may show.
const CANARY: &str = concat!("rosebud", "-1944-canary");

const MANIFEST: &str = "\
schema: 1
app: shop
environments:
  development:
    backend: local
secrets:
  - name: shop-token
  - name: mail/password
    variable: SMTP_PASS
  - name: database/credentials
    kind: json
    fields: { password: secret, port: integer }
";

/// A project whose code reads through a module, as a fix has made it.
fn shop(path: &str, code: &str) -> Project {
    let project = Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("package.json", "{ \"type\": \"module\" }\n")
        .with(path, code);
    let ran = project.shield(["scan", "--fix", "--fail-on", "never"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    project.with("shield.secrets.yaml", MANIFEST)
}

fn python() -> Project {
    shop(
        "shop/app.py",
        "import os\n\nTOKEN = os.environ[\"SHOP_TOKEN\"]\n",
    )
}

/// Runs it where interpreters are, with these variables; no output has a value in it.
fn deep(project: &Project, more: &str, variables: &[(&str, &str)]) -> Ran {
    let mut command = project.command();
    command
        .args(["provision", "verify", "--deep"])
        .args(more.split_whitespace())
        .env("PATH", path())
        .envs(variables.iter().copied());
    let ran = project.ran(command.output().unwrap());
    assert!(!ran.all().contains("rosebud"), "{}", ran.all());
    ran
}

#[expect(
    clippy::disallowed_methods,
    reason = "the interpreters of this machine are run"
)]
fn path() -> std::ffi::OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// Whether this machine has the program; where it has not, a test has nothing to say.
fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// What is set: one good, one placeholder, one of another form.
fn variables() -> [(&'static str, &'static str); 3] {
    [
        ("SHOP_TOKEN", CANARY),
        ("SMTP_PASS", "SHIELD_PLACEHOLDER_SMTP_PASS"),
        (
            "DATABASE_CREDENTIALS",
            concat!(r#"{"port":"rosebud"#, r#"-1944-canary"}"#),
        ),
    ]
}

#[test]
fn a_program_of_python_is_asked_what_it_gets() {
    if !has("python3") {
        return;
    }
    let project = python();
    snapshot!(deep(&project, "--from-env", &variables()));
    // Nothing is left of it.
    let folder = project.root().join("shop/shield_secrets/__pycache__");
    assert!(!folder.exists());
    let good = deep(
        &project,
        "--from-env --format json",
        &[
            ("SHOP_TOKEN", CANARY),
            ("SMTP_PASS", CANARY),
            ("DATABASE_CREDENTIALS", r#"{"password":"p","port":1}"#),
            // What nobody has asked for is not there to be read.
            ("PYTHONPATH", "/nowhere"),
        ],
    );
    assert_eq!(good.code, 0, "{}", good.all());
}

#[test]
fn a_program_of_node_is_asked_what_it_gets() {
    if !has("node") {
        return;
    }
    let project = shop(
        "src/app.js",
        "export const token = process.env.SHOP_TOKEN;\n",
    );
    snapshot!(deep(&project, "--from-env", &variables()));
}

#[test]
fn what_a_module_prints_and_raises_is_not_repeated() {
    if !has("python3") {
        return;
    }
    let project = python();
    let module = "shop/shield_secrets/__init__.py";
    let loud = format!(
        "import os\nprint('{CANARY}')\nos.system('echo {CANARY}')\n\
         def get_secret(name, **rest):\n    error = ValueError('{CANARY}')\n    \
         error.code = '{CANARY}'\n    raise error\nget_secret_json = get_secret\n"
    );
    put(&project.root().join(module), loud.as_bytes());
    let ran = deep(&project, "--from-env", &[]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(ran.stdout.contains("something went wrong"), "{}", ran.all());
    for (code, told) in [
        ("def (", "does not understand"),
        ("import nothing_of_that_name", "is missing"),
        ("import os; os._exit(1)", "ended before"),
        ("raise ValueError('rosebud')", "fails on being loaded"),
    ] {
        put(&project.root().join(module), code.as_bytes());
        let told_why = deep(&project, "--from-env", &[]);
        assert_eq!(told_why.code, 2, "{}", told_why.all());
        assert!(told_why.stderr.contains(told), "{}", told_why.all());
    }
}

#[test]
fn what_is_missing_to_ask_is_told() {
    let bare = Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("shield.secrets.yaml", MANIFEST);
    let none = deep(&bare, "--from-env", &[]);
    let project = python();
    let mut command = project.command();
    command.args(["provision", "verify", "--deep", "--from-env"]);
    let nobody = project.ran(command.env("PATH", project.root()).output().unwrap());
    assert_eq!((none.code, nobody.code), (2, 2));
    insta::assert_snapshot!([none.stderr, nobody.stderr].join("\n"));
}
