//! What a person decides about single findings is what happens.

use shield::fix;
use shield::fix::Choices;
use shield::fix::FixPlan;
use shield::fix::Selector;
use shield::secret::SecretName;

use crate::project::Project;
use crate::project::reasons;

const DEV: &str = "DB_PASSWORD = \"rosebud-1941\"\n";
const PROD: &str = "DB_PASSWORD = \"xanadu-1941\"\n";

fn selector(text: &str) -> Selector {
    text.parse().unwrap()
}

fn name(text: &str) -> SecretName {
    SecretName::of(text).unwrap()
}

fn stored(plan: &FixPlan) -> Vec<&str> {
    plan.deposits.iter().map(|it| it.name.as_str()).collect()
}

fn after<'p>(plan: &'p FixPlan, path: &str) -> &'p str {
    let file = plan.files.iter().find(|it| it.path == path);
    file.map_or("not changed", |it| &it.after)
}

#[test]
fn one_name_for_two_values_is_settled_by_another_name() {
    let project = Project::of(&[("dev.py", DEV), ("prod.py", PROD)]).unwrap();
    let refused = project.plan().unwrap();
    assert_eq!(reasons(&refused), ["name-conflict", "name-conflict"]);
    let choices = Choices {
        names: vec![(selector("prod.py:1"), name("prod/db-password"))],
        ..Choices::default()
    };
    let plan = project.plan_chosen(&choices).unwrap();
    assert_eq!(stored(&plan), ["db-password", "prod/db-password"]);
    assert!(after(&plan, "prod.py").ends_with("get_secret(\"prod/db-password\")\n"));
    assert!(after(&plan, "dev.py").ends_with("get_secret(\"db-password\")\n"));
}

#[test]
fn a_name_holds_wherever_the_value_occurs() {
    let project = Project::of(&[("a.py", DEV), ("b.py", "TOKEN = \"rosebud-1941\"\n")]).unwrap();
    let choices = Choices {
        names: vec![(selector("b.py"), name("SHOP_DB"))],
        ..Choices::default()
    };
    let plan = project.plan_chosen(&choices).unwrap();
    assert_eq!(stored(&plan), ["shop-db"]);
    assert!(after(&plan, "a.py").ends_with("get_secret(\"shop-db\")\n"));
}

#[test]
fn a_read_that_is_named_keeps_its_variable() {
    let text = "import os\nK = os.environ[\"API_KEY\"]\n";
    let project = Project::of(&[("a.py", text)]).unwrap();
    let choices = Choices {
        names: vec![(selector("a.py:2"), name("shop/api-key"))],
        ..Choices::default()
    };
    let plan = project.plan_chosen(&choices).unwrap();
    let wanted = "K = get_secret(\"shop/api-key\", env=\"API_KEY\")\n";
    assert!(
        after(&plan, "a.py").ends_with(wanted),
        "{}",
        after(&plan, "a.py")
    );
}

#[test]
fn what_is_left_out_stays() {
    let files = [("a.py", DEV), ("lib/b.py", "TOKEN = \"xanadu-1941\"\n")];
    let project = Project::of(&files).unwrap();
    for (only, skip) in [
        (vec!["a.py"], vec![]),
        (vec![], vec!["./lib/"]),
        (vec!["assigned"], vec!["lib/b.py:1"]),
    ] {
        let choices = Choices {
            only: only.into_iter().map(selector).collect(),
            skip: skip.into_iter().map(selector).collect(),
            ..Choices::default()
        };
        let plan = project.plan_chosen(&choices).unwrap();
        assert_eq!(reasons(&plan), ["left-out"]);
        assert_eq!(stored(&plan), ["db-password"]);
    }
}

#[test]
fn a_conflict_ends_when_one_side_is_left_out() {
    let project = Project::of(&[("dev.py", DEV), ("prod.py", PROD)]).unwrap();
    let choices = Choices {
        skip: vec![selector("dev.py")],
        ..Choices::default()
    };
    let plan = project.plan_chosen(&choices).unwrap();
    assert_eq!(reasons(&plan), ["left-out"]);
    assert!(after(&plan, "prod.py").ends_with("get_secret(\"db-password\")\n"));
}

fn allowing(what: &str, reason: &str) -> Choices {
    Choices {
        allow: vec![(selector(what), fix::reason(reason).unwrap())],
        ..Choices::default()
    }
}

/// Allows everything in a file; tells the file after, with what a second plan finds in it.
fn allowed(path: &str, text: &str) -> (String, Vec<&'static str>) {
    let project = Project::of(&[(path, text)]).unwrap();
    let plan = project.plan_chosen(&allowing(path, "made up")).unwrap();
    let result = after(&plan, path).to_owned();
    let told = reasons(&plan);
    if !plan.files.is_empty() {
        project.write(&plan).unwrap();
        assert!(project.plan().unwrap().skipped.is_empty());
        assert!(project.plan().unwrap().files.is_empty());
    }
    (result, told)
}

#[test]
fn what_is_allowed_gets_a_comment_that_the_scanner_honours() {
    for (path, before, wanted) in [
        (
            "a.py",
            DEV,
            "DB_PASSWORD = \"rosebud-1941\"  # shield: allow[assigned] made up\n", // shield: allow made up
        ),
        (
            "a.js",
            "const token = 'rosebud-1941';\r\nf();\r\n", // shield: allow made up
            "const token = 'rosebud-1941';  // shield: allow[assigned] made up\r\nf();\r\n",
        ),
        (
            "a.py",
            "f(\n    token=\"rosebud-1941\",  # x\n)\n", // shield: allow made up
            "f(\n    # shield: allow[assigned] made up\n    token=\"rosebud-1941\",  # x\n)\n",
        ),
        (
            "conf/app.yaml",
            "a:\r\n  password: rosebud-1941\r\n", // shield: allow made up
            "a:\r\n  # shield: allow[assigned] made up\r\n  password: rosebud-1941\r\n",
        ),
        (
            ".env",
            "TOKEN=rosebud-1941", // shield: allow made up
            "# shield: allow[assigned] made up\nTOKEN=rosebud-1941",
        ),
    ] {
        assert_eq!(allowed(path, before), (wanted.to_owned(), vec!["allowed"]));
    }
}

#[test]
fn no_comment_is_put_where_it_would_be_something_else() {
    for (path, text) in [
        ("a.json", "{\"password\": \"rosebud-1941\"}\n"), // shield: allow made up
        // The line has another finding of the same pattern.
        ("a.go", "var token = \"rosebud-1941\"\n"), // shield: allow made up
    ] {
        let (result, told) = allowed(path, text);
        assert_eq!(
            (result.as_str(), told),
            ("not changed", vec!["no-template"])
        );
    }
    let text = "a_token, b_token = \"rosebud-1941\", \"xanadu-1941\"\n"; // shield: allow made up
    let project = Project::of(&[("a.py", text)]).unwrap();
    let found = project.plan().unwrap();
    let fingerprint = |number: usize| found.files[0].fixes[number].findings[0].to_string();
    let mut choices = allowing(&fingerprint(0), "made up");
    // Once the other is fixed, the comment says what is meant.
    assert_eq!(
        reasons(&project.plan_chosen(&choices).unwrap()),
        ["allowed"]
    );
    let Ok(other) = fingerprint(1).parse();
    choices.skip.push(other);
    let plan = project.plan_chosen(&choices).unwrap();
    assert!(
        reasons(&plan).contains(&"no-comment"),
        "{:?}",
        reasons(&plan)
    );
}

#[test]
fn a_reason_that_quotes_a_secret_or_closes_a_comment_is_refused() {
    let project = Project::of(&[("a.py", DEV)]).unwrap();
    let choices = allowing("a.py", "it is rosebud-1941");
    let plan = project.plan_chosen(&choices).unwrap();
    assert_eq!(reasons(&plan), ["no-comment"]);
    for reason in ["", "a\nb", "a */ b", "\u{1b}[2J"] {
        assert!(fix::reason(reason).is_err());
    }
}

#[test]
fn a_file_can_have_a_fix_and_an_allowed_finding() {
    let text = "DB_PASSWORD = \"rosebud-1941\"\nTOKEN = \"xanadu-1941\"\n"; // shield: allow made up
    let project = Project::of(&[("a.py", text)]).unwrap();
    let plan = project.plan_chosen(&allowing("a.py:2", "made up")).unwrap();
    let wanted = "DB_PASSWORD = get_secret(\"db-password\")\n\
                  TOKEN = \"xanadu-1941\"  # shield: allow[assigned] made up\n";
    let found = after(&plan, "a.py");
    assert!(found.ends_with(wanted), "{found}");
    assert!(!plan.files[0].masked_after.contains("xanadu"));
    project.write(&plan).unwrap();
    assert!(project.plan().unwrap().files.is_empty());
}
