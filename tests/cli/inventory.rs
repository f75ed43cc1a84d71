//! `shield inventory`: what secrets cost, and which controls the work on them supports.

use crate::project::Project;
use crate::project::Ran;
use crate::snapshot;

/// Every form of an inventory.
const FORMS: [&str; 5] = ["text", "csv", "json", "markdown", "html"];

const MANIFEST: &str = "\
schema: 1
app: shop
environments:
  development: { backend: local }
  staging: { backend: aws, region: eu-central-1 }
  production:
    backend: aws
    region: eu-central-1
    replicas: [eu-west-1]
    kms_key: alias/shop
    readers: ['arn:aws:iam::123456789012:role/shop']
secrets:
  - name: api-key
    owner: web
    rotation: { method: manual, every: 90d }
  - name: app/signing-key
  - name: database/password
  - name: mail/password
";

const PRICES: &str = "\
schema: 1
date: 2027-01-31
source: our contract
currency: EUR
prices: { secret_month: 1, calls_10000: 2.5, kms_calls_10000: 0 }
";

fn shop() -> Project {
    Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("shield.secrets.yaml", MANIFEST)
}

fn inventory(project: &Project, arguments: &str) -> Ran {
    project.shield(["inventory"].into_iter().chain(arguments.split(' ')))
}

/// What was told, whatever the day of the prices or of the controls is.
fn without_day(mut ran: Ran) -> Ran {
    let day = regex::Regex::new(r"of \d{4}-\d\d-\d\d").unwrap();
    ran.stdout = day.replace_all(&ran.stdout, "of DAY").into_owned();
    ran
}

#[test]
fn four_secrets_cost_what_the_model_says() {
    let project = shop();
    for (arguments, calls, reads, month) in [
        ("--cost --ttl 300", 34_560, "0.17", "1.77"),
        ("--cost --processes 12", 414_720, "2.07", "3.67"),
    ] {
        let arguments = format!("{arguments} --environment staging --format json");
        let ran = inventory(&project, &arguments);
        assert_eq!(ran.code, 0, "{}", ran.all());
        let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let costs = &told["costs"];
        assert_eq!(costs[0]["month"], 1.6);
        assert_eq!(costs[1]["count"], calls);
        let cents = |it: &serde_json::Value| format!("{:.2}", it.as_f64().unwrap());
        assert_eq!(cents(&costs[1]["month"]), reads);
        assert_eq!(costs[2]["count"], 0);
        assert_eq!(cents(&told["month"]), month);
        assert!(told["prices"]["date"].is_string());
    }
}

#[test]
fn a_cost_is_told_to_a_person() {
    let arguments = "--cost --environment production --processes 12";
    snapshot!(without_day(inventory(&shop(), arguments)));
}

#[test]
fn every_form_of_a_cost_has_the_prices_and_their_day() {
    let project = shop().with("prices.yaml", PRICES);
    for form in FORMS {
        let arguments =
            format!("--cost --environment development --prices prices.yaml --format {form}");
        let ran = inventory(&project, &arguments);
        assert_eq!(ran.code, 0, "{}", ran.all());
        for part in ["2027-01-31", "our contract", "EUR", "8.64"] {
            assert!(ran.stdout.contains(part), "{form}: {part}: {}", ran.stdout);
        }
    }
}

#[test]
fn a_file_that_is_no_list_of_prices_is_refused_where_it_is_wrong() {
    let project = shop()
        .with("prices.yaml", &PRICES.replace("2.5", "cheap"))
        .with("day.yaml", &PRICES.replace("2027-01-31", "last year"));
    for (arguments, words) in [
        ("--cost --prices prices.yaml", "prices.yaml:5"),
        ("--cost --prices day.yaml", "this is no day"),
        ("--cost --prices none.yaml", "the prices cannot be read"),
        ("--cost --ttl 0", "0 is not in 1..="),
        ("--processes 12", "--cost"),
        ("--cost --compliance", "cannot be used with"),
    ] {
        let ran = inventory(&project, &format!("{arguments} --environment staging"));
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert!(ran.stderr.contains(words), "{arguments}: {}", ran.all());
        assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    }
}

#[test]
fn controls_are_told_with_the_state_of_the_project() {
    let key = ["AKIA", "Q7M3XKLW5ZT2VJ4R"].concat();
    let project = shop().with("app.py", &format!("AWS_ACCESS_KEY_ID = \"{key}\"\n"));
    let arguments = "--compliance --environment development --format json";
    let ran = inventory(&project, arguments);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(!ran.all().contains(&key), "{}", ran.all());
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["facts"]["open_findings"], 1, "{}", ran.stdout);
    assert_eq!(told["facts"]["without_rotation"], 3);
    // Nothing is stored yet.
    assert_eq!(told["facts"]["differing"], 4);
    assert_eq!(told["facts"]["overdue"], 0);
    let controls = told["controls"].as_array().unwrap();
    let known = |it: &&serde_json::Value| it["control"] == "8.6.2";
    let state = &controls.iter().find(known).unwrap()["state"][0];
    assert!(
        state.as_str().unwrap().starts_with("1 open finding"),
        "{state}"
    );
}

#[test]
fn no_form_of_the_controls_says_that_one_is_met() {
    let project = shop();
    for form in FORMS {
        let arguments = format!("--compliance --environment development --format {form}");
        let ran = inventory(&project, &arguments);
        assert_eq!(ran.code, 0, "{}", ran.all());
        for part in [
            "8.6.2",
            "IA-5(7)",
            "CC6.1",
            "A.8.28",
            "Art. 32",
            "shield rotated",
        ] {
            let escaped = part.replace('(', "\\(");
            assert!(
                ran.stdout.contains(part) || ran.stdout.contains(&escaped),
                "{form}: {part}: {}",
                ran.stdout
            );
        }
        assert!(form == "csv" || ran.stdout.contains("It states of none that it is met"));
        let all = ran.stdout.replace("nor that anything is compliant", "");
        assert!(!all.to_lowercase().contains("complian"), "{form}: {all}");
    }
}

#[test]
fn controls_are_told_to_a_person() {
    let arguments = "--compliance --environment development";
    snapshot!(without_day(inventory(&shop(), arguments)));
}

#[test]
fn a_store_that_does_not_answer_leaves_the_rest() {
    let project = shop();
    // Nobody says where Vault is.
    let manifest = MANIFEST.replace("backend: aws, region: eu-central-1", "backend: vault");
    let project = project.with("shield.secrets.yaml", &manifest);
    let ran = inventory(&project, "--compliance --environment staging");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.stderr.contains("VAULT_ADDR is not set"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stdout
            .contains("overdue rotations: not known, the store did not answer")
    );
}
