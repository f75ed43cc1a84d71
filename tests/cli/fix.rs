//! `shield scan --fix`, `--diff` and `shield rollback`, from outside.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::project::Project;
use crate::project::put;
use crate::snapshot;

/// A value that must not be anywhere but in the code and, sealed, in the store.
const CANARY: &str = "rosebud-1941-canary";

/// The same value as `base64` and as an address write it.
const DISGUISES: [&str; 2] = ["cm9zZWJ1ZC0xOTQxLWNhbmFyeQ", "rosebud%2D1941%2Dcanary"];

/// A project with a value, a read with a default, and an insecure default.
fn shop() -> Project {
    Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with(
            "shop/settings.py",
            "import os\r\n\r\nDB_PASSWORD = \"rosebud-1941-canary\"  # the database\r\n\
             API_KEY = os.environ.get(\"API_KEY\", \"\")\r\n",
        )
        .with("shop/__init__.py", "")
        .with(
            "web/server.ts",
            "const key: string | undefined = process.env.STRIPE_KEY;\nconsole.log(key?.length);\n",
        )
        .with("web/package.json", "{\"name\": \"web\"}\n")
}

/// Every file below a folder, by path.
fn image(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    WalkDir::new(root)
        .into_iter()
        .map(Result::unwrap)
        .filter(|it| it.file_type().is_file())
        .map(|it| (it.path().to_owned(), fs::read(it.path()).unwrap()))
        .collect()
}

/// Fails when a text or a file below a folder holds the canary in any form.
fn assert_unseen(place: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for form in [CANARY].iter().chain(&DISGUISES) {
        assert!(!text.contains(form), "{place} shows the value");
    }
}

#[test]
fn a_diff_is_masked_and_changes_nothing() {
    let project = shop();
    let before = image(project.root());
    let ran = project.shield(["scan", "--diff"]);
    snapshot!(ran);
    assert_eq!(image(project.root()), before);
}

#[test]
fn a_fix_shows_the_value_nowhere() {
    let project = shop();
    for format in ["human", "json", "sarif"] {
        let ran = project.shield(["scan", "--format", format, "--show-suppressed", "--diff"]);
        assert_unseen(format, ran.all().as_bytes());
    }
    let ran = project.shield(["scan", "--fix"]);
    assert_unseen("the fix", ran.all().as_bytes());
    for root in [project.root(), project.home()] {
        for (path, bytes) in image(root) {
            assert_unseen(&path.to_string_lossy(), &bytes);
        }
    }
    let undone = project.shield(["rollback"]);
    assert_unseen("the rollback", undone.all().as_bytes());
}

#[test]
fn a_fix_tells_what_it_did() {
    snapshot!(shop().shield(["scan", "--fix"]));
}

#[test]
fn the_code_is_what_a_person_would_have_written() {
    let project = shop();
    assert_eq!(project.shield(["scan", "--fix"]).code, 0);
    assert_eq!(
        project.read("shop/settings.py"),
        "import os\r\n\r\nfrom shield_secrets import get_secret\r\n\r\n\
         DB_PASSWORD = get_secret(\"db-password\")  # the database\r\n\
         API_KEY = get_secret(\"api-key\", default=\"\")\r\n"
    );
    assert!(
        project
            .read("web/server.ts")
            .contains("= getSecret(\"stripe-key\", undefined);")
    );
}

#[test]
fn a_second_fix_changes_nothing() {
    let project = shop();
    project.shield(["scan", "--fix"]);
    let fixed = image(project.root());
    let ran = project.shield(["scan", "--fix"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(image(project.root()), fixed);
}

#[test]
fn a_rollback_puts_every_byte_back() {
    let project = shop();
    let before = image(project.root());
    project.shield(["scan", "--fix"]);
    let ran = project.shield(["rollback"]);
    snapshot!(ran);
    assert_eq!(image(project.root()), before);
}

#[test]
fn a_rollback_leaves_what_a_person_has_changed_since() {
    let project = shop();
    project.shield(["scan", "--fix"]);
    let edited = format!("{}EDITED = True\r\n", project.read("shop/settings.py"));
    put(&project.root().join("shop/settings.py"), edited.as_bytes());
    let ran = project.shield(["rollback", "1"]);
    assert_eq!(ran.code, 3, "{}", ran.all());
    assert_eq!(project.read("shop/settings.py"), edited);
    assert!(
        project
            .read("web/server.ts")
            .contains("process.env.STRIPE_KEY")
    );
}

#[test]
fn a_rollback_without_a_run_says_so() {
    snapshot!(
        Project::new()
            .with("shield.yaml", "schema: 1\n")
            .shield(["rollback"])
    );
}

#[test]
fn a_run_that_is_not_a_number_is_told() {
    assert_eq!(Project::new().shield(["rollback", "last"]).code, 2);
}

#[test]
fn a_guess_behind_a_read_goes_only_when_asked_for() {
    let text = "import os\n\nSECRET_KEY = os.environ.get('SECRET_KEY') or 'changeme'\n";
    let project = Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("app.py", text);
    project.shield(["scan", "--fix"]);
    let kept = "SECRET_KEY = get_secret('secret-key', default=None) or 'changeme'\n";
    assert!(
        project.read("app.py").ends_with(kept),
        "{}",
        project.read("app.py")
    );
    project.shield(["rollback"]);
    project.shield(["scan", "--fix", "--unsafe-fixes"]);
    let strict = "SECRET_KEY = get_secret('secret-key')\n";
    assert!(
        project.read("app.py").ends_with(strict),
        "{}",
        project.read("app.py")
    );
}

#[test]
fn a_placeholder_is_never_taken_out() {
    let text = "SECRET_KEY = \"changeme\"\n";
    let project = Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("app.py", text);
    project.shield(["scan", "--fix", "--unsafe-fixes"]);
    assert_eq!(project.read("app.py"), text);
}

#[test]
fn a_choice_that_names_nothing_is_told_and_changes_nothing() {
    let project = shop();
    let before = image(project.root());
    let ran = project.shield(["fix", "--only", "shop/setting.py"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
    assert!(
        ran.stderr
            .contains("nothing was found that `shop/setting.py` names")
    );
    assert_eq!(image(project.root()), before);
}

#[test]
fn what_is_chosen_is_fixed_named_and_allowed() {
    let project = shop();
    let ran = project.shield([
        "fix",
        "--skip=web",
        "--name=shop/settings.py:3=shop/db",
        "--allow=shop/settings.py:4=read by a library",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(
        project.read("shop/settings.py"),
        "import os\r\n\r\nfrom shield_secrets import get_secret\r\n\r\n\
         DB_PASSWORD = get_secret(\"shop/db\")  # the database\r\n\
         # shield: allow[environment/unmanaged-secret] read by a library\r\n\
         API_KEY = os.environ.get(\"API_KEY\", \"\")\r\n"
    );
    assert!(
        project
            .read("web/server.ts")
            .contains("process.env.STRIPE_KEY")
    );
}

#[test]
fn a_name_that_the_store_has_for_another_value_is_a_conflict() {
    let project = shop();
    assert_eq!(
        project.shield(["fix", "--only", "shop/settings.py:3"]).code,
        0
    );
    let other = "DB_PASSWORD = \"xanadu-1942-canary\"\n";
    put(&project.root().join("shop/other.py"), other.as_bytes());
    let before = image(project.root());
    let ran = project.shield(["fix", "shop/other.py"]);
    assert_eq!(ran.code, 3, "{}", ran.all());
    assert!(ran.stdout.contains("[store-conflict]"), "{}", ran.all());
    assert!(!ran.all().contains("xanadu"), "{}", ran.all());
    assert_eq!(image(project.root()), before);

    let same = "MAIL_PASSWORD = \"rosebud-1941-canary\"\n";
    put(&project.root().join("shop/other.py"), same.as_bytes());
    let again = project.shield(["fix", "shop/other.py", "--name=shop/other.py:1=db-password"]);
    assert_eq!(again.code, 0, "{}", again.all());
    assert!(
        again.stderr.contains("stored before  db-password"),
        "{}",
        again.all()
    );
}
