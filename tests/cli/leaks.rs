//! A value in literals of every kind is in no report, journal, list or file but the store and the
//! sealed copies, whatever a run does or fails at.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use walkdir::WalkDir;

use crate::project::Project;
use crate::project::put;

/// What is secret in each of the literals.
const CANARY: &str = "rosebud+1941/canary";

/// A project with the canary in literals of every kind.
fn canaries() -> Project {
    Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with(
            "app.py",
            "import hmac\n\nDB_PASSWORD = \"rosebud+1941/canary\"\n\
             API_KEY = b\"rosebud+1941/canary\"\nAUTH_TOKEN = r'rosebud+1941/canary'\n\
             DATABASE_URL = \"postgres://app:rosebud+1941/canary@db/app\"\n\
             connect(password=\"\"\"rosebud+1941/canary\"\"\")\n",
        )
        .with(
            "server.ts",
            "const token: string = `rosebud+1941/canary`;\n\
             const options = { password: 'rosebud+1941/canary' };\n\
             if (options.password === 'rosebud+1941/canary') use(token);\n",
        )
        .with("conf.yaml", "database:\n  password: rosebud+1941/canary\n")
        .with(".env", "SMTP_PASSWORD=rosebud+1941/canary\n")
}

/// The canary as it may be disguised.
fn forms() -> Vec<String> {
    let mut forms = vec![CANARY.to_owned(), "rosebud".to_owned()];
    forms.push(CANARY.replace('+', "%2B").replace('/', "%2F"));
    let percent: Vec<String> = CANARY.bytes().map(|it| format!("%{it:02X}")).collect();
    forms.push(percent.concat());
    let hex: Vec<String> = CANARY.bytes().map(|it| format!("{it:02x}")).collect();
    forms.push(hex.concat());
    // Base64 at each of the three offsets, without what the neighbours decide.
    for offset in 0..3 {
        let padded = format!("{}{CANARY}", "x".repeat(offset));
        for text in [
            STANDARD.encode(&padded),
            STANDARD_NO_PAD.encode(&padded),
            URL_SAFE.encode(&padded),
        ] {
            let inner = text.trim_end_matches('=').get(4..20).unwrap();
            forms.push(inner.to_owned());
        }
    }
    forms
}

fn assert_unseen(place: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for form in forms() {
        assert!(!text.contains(&form), "{place} shows the value: {form}");
    }
}

/// Every file below `root`, except those that had the value before.
fn assert_files_unseen(root: &Path, except: &[&str]) {
    for entry in WalkDir::new(root) {
        let entry = entry.unwrap();
        let path = entry.path();
        let excused = except.iter().any(|it| path.ends_with(it));
        if entry.file_type().is_file() && !excused {
            assert_unseen(&path.to_string_lossy(), &fs::read(path).unwrap());
        }
    }
}

/// The files that keep the value: what is never rewritten, and what cannot be.
const KEEPS: [&str; 4] = ["app.py", "server.ts", "conf.yaml", ".env"];

#[test]
fn no_run_shows_a_value_in_any_form() {
    let project = canaries();
    for arguments in [
        &["fix", "--diff"][..],
        &["fix", "--diff", "--format", "json"],
        &["fix", "--diff", "--format", "sarif", "--show-suppressed"],
        &["fix", "--diff", "--unsafe-fixes"],
        &[
            "fix",
            "--unsafe-fixes",
            "--allow",
            "conf.yaml=it is rosebud+1941/canary",
        ],
        &["scan", "--format", "json"],
        &["scan", "--format", "sarif"],
        &["scan", "--format", "html", "--show-suppressed"],
        &["scan", "--format", "junit"],
        &["scan", "--format", "csv"],
        &["scan", "--format", "gitlab"],
        &["rotated"],
        &["rollback"],
    ] {
        let ran = project.shield(arguments);
        let all = ran.all().replace("it is rosebud+1941/canary", "");
        assert_unseen(&format!("{arguments:?}"), all.as_bytes());
        assert_files_unseen(project.root(), &KEEPS);
        assert_files_unseen(project.home(), &[]);
    }
}

#[test]
fn a_run_that_fails_shows_no_value_and_changes_no_code() {
    let project = canaries();
    let before = project.read("app.py");
    // The store cannot be opened, the list is damaged, the folder is a file.
    for (path, text) in [
        (".shield/secrets.dev.age", "rosebud"),
        (".shield/exposed.jsonl", "{}\n"),
        (".shield/recipients.txt", "somebody\n"),
    ] {
        let file = project.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        put(&file, text.replace("rosebud", "damaged").as_bytes());
        let ran = project.shield(["fix"]);
        assert_eq!(ran.code, 2, "{path}: {}", ran.all());
        assert_unseen(path, ran.all().as_bytes());
        assert_eq!(project.read("app.py"), before, "{path}");
        assert_files_unseen(project.home(), &[]);
        fs::remove_file(file).unwrap();
    }
}

/// Every answer of `shield inventory`.
fn inventories() -> Vec<Vec<&'static str>> {
    let mut all = Vec::new();
    for form in ["text", "csv", "json", "markdown", "html"] {
        for option in [None, Some("--cost"), Some("--compliance")] {
            let mut arguments = vec!["inventory", "--format", form];
            arguments.extend(option);
            all.push(arguments);
        }
    }
    all
}

/// A manifest whose words of every kind stand in an inventory.
const MANIFEST: &str = "\
schema: 1
app: shop
environments:
  development: { backend: local }
  production: { backend: aws, region: eu-central-1, kms_key: alias/shop }
  staging: { backend: vault }
secrets:
  - name: db-password
    description: of the database
    owner: web
    rotation: { method: manual, every: 90d }
  - name: auth-token
";

/// What turns on the logs of every library, where one listens.
const TRACES: [(&str, &str); 5] = [
    ("RUST_LOG", "trace"),
    ("RUST_LIB_BACKTRACE", "1"),
    ("RUST_BACKTRACE", "full"),
    ("AWS_LOG", "trace"),
    ("VAULT_LOG_LEVEL", "trace"),
];

#[test]
fn no_inventory_shows_a_value_in_any_form() {
    let project = canaries().with("shield.secrets.yaml", MANIFEST).with(
        "values.env",
        "DB_PASSWORD=rosebud+1941/canary\nAUTH_TOKEN=rosebud+1941/canary\n",
    );
    let place = ["--environment", "development"];
    let apply = [
        "provision",
        "apply",
        "--yes",
        "--from-env-file",
        "values.env",
    ];
    let made = project.shield(apply.iter().chain(&place));
    assert_eq!(made.code, 0, "{}", made.all());
    let keeps = [&KEEPS[..], &["values.env"]].concat();
    for arguments in inventories() {
        let mut command = project.command();
        let output = command.args(&arguments).args(place).envs(TRACES).output();
        let ran = project.ran(output.unwrap());
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert_unseen(&format!("{arguments:?}"), ran.all().as_bytes());
    }
    assert_files_unseen(project.root(), &keeps);
    assert_files_unseen(project.home(), &[]);
}

#[test]
fn an_inventory_of_a_store_that_does_not_answer_shows_no_credentials() {
    let project = canaries().with("shield.secrets.yaml", MANIFEST);
    let secrets = [
        ("AWS_ACCESS_KEY_ID", "shield-test"),
        ("AWS_SECRET_ACCESS_KEY", CANARY),
        ("AWS_SESSION_TOKEN", CANARY),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("VAULT_ADDR", "http://127.0.0.1:9"),
        ("VAULT_TOKEN", CANARY),
    ];
    for environment in ["production", "staging"] {
        for (options, code) in [(&[][..], 2), (&["--compliance", "--format", "html"], 0)] {
            let mut command = project.command();
            command.args(["inventory", "--environment", environment]);
            let output = command.args(options).envs(TRACES).envs(secrets).output();
            let ran = project.ran(output.unwrap());
            assert_eq!(ran.code, code, "{}", ran.all());
            assert_unseen(&format!("{environment} {options:?}"), ran.all().as_bytes());
        }
    }
    assert_files_unseen(project.home(), &[]);
}
