//! `shield provision`, with the store that needs no account.

use std::io::Write as _;
use std::process::Stdio;

use crate::project::Project;
use crate::project::Ran;
use crate::project::put;
use crate::snapshot;

/// Values that no output may show, and no file but the sealed one.
const FIRST: &str = "rosebud-1941-canary";
const SECOND: &str = "rosebud-1942-canary";

const MANIFEST: &str = "\
schema: 1
app: shop
environments:
  development:
    backend: local
secrets:
  - name: api-key
    description: 'calls the API'
    rotation: { method: manual, every: 90d }
  - name: database/credentials
    kind: json
    fields: { username: string, password: secret }
";

/// A project with a manifest and a file of values.
fn shop() -> Project {
    let values = format!(
        "API_KEY={FIRST}\nDATABASE_CREDENTIALS='{{\"username\":\"u\",\"password\":\"{FIRST}\"}}'\n"
    );
    Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("shield.secrets.yaml", MANIFEST)
        .with("values.env", &values)
}

/// Runs `shield provision` with these arguments; no output has a value in it.
fn provision(project: &Project, arguments: &str) -> Ran {
    let ran = project.shield(["provision"].into_iter().chain(arguments.split(' ')));
    let all = ran.all();
    assert!(!all.contains(FIRST) && !all.contains(SECOND), "{all}");
    ran
}

fn apply(project: &Project) -> Ran {
    provision(project, "apply --yes --from-env-file values.env")
}

/// Runs `shield provision` with `input` on its standard input.
fn fed(project: &Project, arguments: &str, input: &str) -> Ran {
    let mut child = project
        .command()
        .arg("provision")
        .args(arguments.split(' '))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    project.ran(child.wait_with_output().unwrap())
}

#[test]
fn a_plan_says_what_is_missing_and_where_its_value_comes_from() {
    let project = shop();
    let bare = provision(&project, "plan");
    assert_eq!(bare.code, 3);
    snapshot!(provision(&project, "plan --from-env-file values.env"));
    // Nothing was made for a look.
    assert!(!project.root().join(".shield").exists());
    assert!(!project.home().join(".config").exists());
}

#[test]
fn a_plan_for_a_pull_request_is_a_table() {
    let project = shop();
    snapshot!(provision(
        &project,
        "plan --from-env-file values.env --format markdown"
    ));
}

#[test]
fn a_plan_that_is_applied_twice_changes_nothing_the_second_time() {
    let project = shop();
    let first = apply(&project);
    assert_eq!(first.code, 0, "{}", first.all());
    let sealed = project.read(".shield/secrets.dev.age");
    let again = apply(&project);
    assert_eq!(again.code, 0, "{}", again.all());
    assert!(again.stderr.contains("Nothing is to be changed"));
    let updated = provision(
        &project,
        "apply --yes --from-env-file values.env --update api-key",
    );
    assert!(updated.stderr.contains("unchanged"), "{}", updated.all());
    assert_eq!(project.read(".shield/secrets.dev.age"), sealed);
    assert_eq!(provision(&project, "verify").code, 0);
    assert_eq!(provision(&project, "drift").code, 0);
}

#[test]
fn a_plan_of_yesterday_is_refused_when_something_has_changed() {
    let project = shop();
    provision(&project, "plan --from-env-file values.env --out plan.json");
    assert!(!project.read("plan.json").contains(FIRST));
    let plan = "apply plan.json --yes --from-env-file values.env";
    assert_eq!(provision(&project, plan).code, 0);
    let stale = provision(&project, plan);
    assert_eq!(stale.code, 2);
    assert!(stale.stderr.contains("out of date"), "{}", stale.all());
}

#[test]
fn without_a_terminal_nobody_is_asked_and_nothing_is_changed() {
    let project = shop();
    let ran = provision(&project, "apply --from-env-file values.env");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--yes"), "{}", ran.all());
    assert!(!project.root().join(".shield").exists());
    let prompted = provision(&project, "apply --yes --prompt");
    assert_eq!(prompted.code, 2);
    let help = "--from-env-file";
    assert!(prompted.stderr.contains(help), "{}", prompted.all());
}

#[test]
fn a_rotated_secret_has_the_new_value_until_it_is_rolled_back() {
    let project = shop();
    apply(&project);
    let rotated = fed(&project, "rotate api-key --from-stdin", SECOND);
    assert_eq!(rotated.code, 0, "{}", rotated.all());
    // The run before cannot be undone any more, as far as it made what was changed since.
    let runs = provision(&project, "rollback --list").stdout;
    let first = runs.lines().nth(2).unwrap().split(' ').next().unwrap();
    let left = provision(&project, &format!("rollback {first}"));
    assert_eq!(left.code, 3, "{}", left.all());
    assert!(left.stderr.contains("api-key  left"), "{}", left.all());

    let undone = provision(&project, "rollback");
    assert!(undone.stderr.contains("current again"), "{}", undone.all());
    // What was taken away can be had back.
    let restored = provision(&project, "apply --yes --restore database/credentials");
    assert_eq!(restored.code, 0, "{}", restored.all());
    assert_eq!(provision(&project, "verify").code, 0);
}

#[test]
fn a_value_of_another_form_and_a_placeholder_are_told() {
    let project = shop();
    put(
        &project.root().join("values.env"),
        format!("DATABASE_CREDENTIALS={{\"username\":3,\"p\":\"{FIRST}\"}}\n").as_bytes(),
    );
    let ran = provision(
        &project,
        "apply --yes --from-env-file values.env --placeholder",
    );
    assert_eq!(ran.code, 0, "{}", ran.all());
    let verified = provision(&project, "verify");
    assert_eq!(verified.code, 1);
    for state in [
        "has a placeholder",
        "lacks the field password; has a field username of another kind",
    ] {
        assert!(verified.stdout.contains(state), "{}", verified.all());
    }
}

#[test]
fn a_secret_that_is_generated_is_another_one_each_time() {
    let project = shop();
    let ran = provision(&project, "apply --yes --generate");
    assert_eq!(ran.code, 3, "{}", ran.all());
    // A name that somebody else gives out is not made up.
    assert_eq!(provision(&project, "rotate api-key --generate").code, 0);
}

#[test]
fn what_the_store_has_beyond_the_manifest_is_told_and_imported() {
    let project = shop();
    apply(&project);
    let shorter = MANIFEST.split("  - name: database").next().unwrap();
    put(
        &project.root().join("shield.secrets.yaml"),
        shorter.as_bytes(),
    );
    let ran = provision(&project, "drift");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("database/credentials"), "{}", ran.all());
    assert_eq!(provision(&project, "import").code, 0);
    let text = project.read("shield.secrets.yaml");
    assert!(text.starts_with(shorter), "{text}");
    assert!(text.contains("- name: database/credentials"), "{text}");
    assert_eq!(provision(&project, "drift").code, 0);
}

#[test]
fn what_cannot_be_done_says_why() {
    let bare = Project::new().with("shield.yaml", "schema: 1\n");
    let missing = provision(&bare, "plan");
    assert_eq!(missing.code, 2);
    let project = shop();
    let other = provision(&project, "plan -e production");
    assert_eq!(other.code, 2);
    let unlisted = provision(&project, "apply --yes --update nothing --generate");
    assert_eq!(unlisted.code, 2);
    let no_run = provision(&project, "rollback 2026");
    assert_eq!(no_run.code, 2);
    let no_file = provision(&project, "plan --from-env-file none.env");
    assert_eq!(no_file.code, 2);
    let all = [missing, other, unlisted, no_run, no_file].map(|it| it.stderr);
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn no_value_is_in_any_file_but_the_sealed_one() {
    let project = shop();
    apply(&project);
    fed(&project, "rotate api-key --from-stdin", SECOND);
    provision(&project, "rollback");
    std::fs::remove_file(project.root().join("values.env")).unwrap();
    for root in [project.root(), project.home()] {
        for entry in walkdir::WalkDir::new(root) {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let bytes = std::fs::read(entry.path()).unwrap();
                let text = String::from_utf8_lossy(&bytes);
                assert!(!text.contains("rosebud"), "{}", entry.path().display());
            }
        }
    }
}

#[test]
fn a_project_that_moves_to_a_store_gets_a_manifest_and_a_fix_adds_to_one() {
    let code = "import os\n\nTOKEN = os.environ[\"SHOP_TOKEN\"]\n";
    let project = Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("shop/app.py", code);
    let ran = project.shield(["scan", "--fix", "--backend", "aws", "--fail-on", "never"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let text = project.read("shield.secrets.yaml");
    assert!(text.contains("    backend: aws\n"), "{text}");
    assert!(text.contains("- name: shop-token\n"), "{text}");
    let undone = project.shield(["rollback"]);
    assert_eq!(undone.code, 0, "{}", undone.all());
    assert!(!project.root().join("shield.secrets.yaml").exists());

    put(
        &project.root().join("shield.secrets.yaml"),
        MANIFEST.as_bytes(),
    );
    let again = project.shield(["scan", "--fix", "--fail-on", "never"]);
    assert_eq!(again.code, 0, "{}", again.all());
    let longer = project.read("shield.secrets.yaml");
    assert!(longer.starts_with(MANIFEST), "{longer}");
    assert!(longer.contains("- name: shop-token\n"), "{longer}");
}

#[test]
fn a_reader_that_has_enough_of_emitted_code_is_no_failure() {
    let project = shop();
    let mut child = project
        .command()
        .args(["provision", "emit", "compose"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!((ended.status.code(), said.as_str()), (Some(0), ""));
}

#[test]
fn a_role_of_aws_is_refused_where_there_is_no_aws() {
    let project = shop();
    let refused = provision(
        &project,
        "verify --as-role arn:aws:iam::123456789012:role/api",
    );
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--as-role"), "{}", refused.all());
}

#[test]
fn the_inventory_says_where_each_secret_is_kept_and_read() {
    let code = "from shield_secrets import get_secret\n\nKEY = get_secret(\n    'api-key')\n";
    let project = shop()
        .with("app.py", code)
        .with("web.ts", "getSecretJson(\"database/credentials\");\n")
        .with("built/web.js", "getSecret('api-key')\n")
        .with(".gitignore", "built/\n");
    assert_eq!(apply(&project).code, 0);
    let ran = project.shield(["inventory", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(!ran.all().contains(FIRST));
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let secrets = &told["secrets"];
    assert_eq!(secrets[0]["read_in"], serde_json::json!(["app.py:3"]));
    assert_eq!(secrets[1]["read_in"], serde_json::json!(["web.ts:1"]));
    assert_eq!(secrets[0]["store"], "local");
    assert!(secrets[0]["changed"].is_string());
    let table = project.shield(["inventory"]).stdout;
    let line = table.lines().find(|it| it.starts_with("api-key")).unwrap();
    assert!(
        line.contains("in 90 days") && line.ends_with("app.py:3"),
        "{line}"
    );
}

#[test]
fn an_inventory_is_a_table_for_a_spreadsheet_and_a_page_for_a_browser() {
    let project = shop().with("app.py", "KEY = get_secret('api-key')\n");
    assert_eq!(apply(&project).code, 0);
    let day = |it: &str| {
        let day = regex::Regex::new(r"\d{4}-\d\d-\d\d(T[0-9:.]+Z)?").unwrap();
        day.replace_all(it, "DAY").into_owned()
    };
    let table = project.shield(["inventory", "--format", "csv"]);
    insta::assert_snapshot!("inventory_csv", day(&table.stdout));
    let page = project.shield(["inventory", "--format", "html"]);
    assert!(page.stdout.contains("<th scope=\"row\">api-key</th>"));
    for ran in [table, page] {
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(!ran.all().contains(FIRST), "{}", ran.all());
    }
}

/// A project with a value in its code and a report that has found it.
fn scanned() -> Project {
    let code = format!("API_KEY = \"{FIRST}\"\nOTHER_TOKEN = \"{SECOND}\"\n");
    let project = shop().with("src/app.py", &code);
    let ran = project.shield([
        "scan",
        "--format",
        "json",
        "--output",
        "found.json",
        "--fail-on",
        "never",
        "src",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!project.read("found.json").contains(FIRST));
    project
}

#[test]
fn values_come_out_of_the_files_that_a_report_names() {
    let project = scanned();
    let plan = provision(&project, "plan --from-findings found.json");
    assert!(plan.stdout.contains("src/app.py:1"), "{}", plan.stdout);
    let note = "src/app.py:2: the manifest has no secret for it";
    assert!(plan.stderr.contains(note), "{}", plan.stderr);
    let ran = provision(&project, "apply --yes --from-findings found.json");
    // There is no value for the other secret.
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let got = project.shield(["secrets", "get", "api-key"]);
    assert_eq!(got.stdout.trim_end(), FIRST);
}

#[test]
fn a_report_is_named_from_wherever_it_was_made() {
    let project = scanned();
    let made = project
        .command()
        .current_dir(project.root().join("src"))
        .args([
            "scan",
            "--format",
            "json",
            "--output",
            "../found.json",
            "--fail-on",
            "never",
        ])
        .output()
        .unwrap();
    assert!(made.status.success());
    let plan = project
        .command()
        .current_dir(project.root().join("src"))
        .args(["provision", "plan", "--from-findings", "../found.json"])
        .output()
        .unwrap();
    let told = String::from_utf8(plan.stdout).unwrap();
    assert!(told.contains("app.py:1"), "{told}");
}

#[test]
fn a_report_of_other_times_gives_no_value() {
    let project = scanned();
    let code = format!("API_KEY = \"{SECOND}\"\n");
    put(&project.root().join("src/app.py"), code.as_bytes());
    snapshot!(provision(
        &project,
        "apply --yes --from-findings found.json"
    ));
    assert!(!project.root().join(".shield").exists());
}

#[test]
fn two_values_for_one_name_are_for_a_person_to_decide() {
    let project = scanned().with("src/other.py", &format!("API_KEY = \"{SECOND}\"\n"));
    let ran = project.shield([
        "scan",
        "--format",
        "json",
        "--output",
        "found.json",
        "--fail-on",
        "never",
        "src",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    snapshot!(provision(
        &project,
        "apply --yes --from-findings found.json"
    ));
}

#[test]
fn what_was_in_the_code_counts_as_exposed_until_its_old_value_is_taken_back() {
    let line = r#"{"name":"api-key","state":"rotation-pending","pattern":"generic-secret","level":"high","moved":"2026-11-01","in_history":"yes","places":[],"fingerprints":[]}"#;
    let project = shop().with(".shield/exposed.jsonl", &format!("{line}\n"));
    assert_eq!(apply(&project).code, 0);
    let steps = [
        ("verify", 1, "was in the code"),
        ("rotate api-key --from-stdin", 0, "next  2."),
        (
            "rotate api-key --revoked",
            2,
            "the old value of api-key is still needed",
        ),
        ("verify", 1, "the new value was read"),
        ("status", 1, "was in the code"),
        (
            "rotate api-key --revoked --seen",
            0,
            "does not count as exposed",
        ),
        ("verify", 0, "good"),
    ];
    for (words, code, told) in steps {
        let ran = fed(&project, words, SECOND);
        let all = ran.all();
        assert!(ran.code == code && all.contains(told), "{words}: {all}");
        assert!(!all.contains("rosebud"), "{all}");
    }
    let kept = project.read(".shield/rotations.jsonl");
    assert!(kept.contains("recorded") && !kept.contains("rosebud"));
}

#[test]
fn whoever_says_that_a_secret_was_rotated_has_ended_its_rotation() {
    let line = r#"{"name":"api-key","state":"rotation-pending","pattern":"generic-secret","level":"high","moved":"2026-11-01","in_history":"yes","places":[],"fingerprints":[]}"#;
    let project = shop().with(".shield/exposed.jsonl", &format!("{line}\n"));
    assert_eq!(apply(&project).code, 0);
    assert_eq!(provision(&project, "rotate api-key --now").code, 0);
    assert_eq!(project.shield(["rotated", "api-key"]).code, 0);
    let status = provision(&project, "status");
    assert!(!status.stdout.contains("rotation:"), "{}", status.all());
}

#[test]
fn an_interval_is_set_in_the_manifest_and_nothing_else_is() {
    let project = shop();
    let ran = provision(&project, "rotate database/credentials --schedule 4w");
    assert_eq!(ran.code, 0, "{}", ran.all());
    let wanted = MANIFEST.replace(
        "  - name: database/credentials\n",
        "  - name: database/credentials\n    rotation: { method: manual, every: 28d }\n",
    );
    assert_eq!(project.read("shield.secrets.yaml"), wanted);
    let again = provision(&project, "rotate database/credentials --schedule 28d");
    assert!(again.stderr.contains("already"), "{}", again.all());
    for wrong in [
        "rotate nothing --schedule 30d",
        "rotate api-key --schedule 30",
    ] {
        assert_eq!(provision(&project, wrong).code, 2, "{wrong}");
    }
}
