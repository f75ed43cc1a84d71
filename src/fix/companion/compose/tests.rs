use super::*;

const KEY: Variable<'_> = Variable {
    name: "A_KEY",
    value: None,
};

fn given(text: &str) -> Result<String, Unedited> {
    give(text, "web", KEY)
}

/// The same line in the place of `@`, and nothing there.
fn holds(pattern: &str, line: &str) {
    let before = pattern.replace('@', "");
    assert_eq!(
        given(&before).unwrap(),
        pattern.replace('@', line),
        "{before}"
    );
}

#[test]
fn a_mapping_gets_a_line() {
    holds(
        "# top\nservices:\n  db:\n    environment:\n      A: 1\n  web:\n    environment:\n      # one\n      B: \"x\" # two@\n      # three\n    ports: [80]\n",
        "\n      A_KEY:",
    );
    holds(
        "services:\n  web:\n    environment:\n      B: 1@",
        "\n      A_KEY:",
    );
    holds(
        "services:\n  web:\n    environment:\n      B:@\n",
        "\n      A_KEY:",
    );
    holds(
        "services:\n  web:\n    environment:\n      <<: *x@\nx: &x {}\n"
            .replace("*x", "1")
            .as_str(),
        "\n      A_KEY:",
    );
    holds(
        "services:\r\n  web:\r\n    environment:\r\n      B: 'ü'@\r\n",
        "\r\n      A_KEY:",
    );
}

#[test]
fn a_list_gets_an_item() {
    holds(
        "services:\n  web:\n    environment:\n    - B=1\n    - C # x@\n    image: y\n",
        "\n    - A_KEY",
    );
    holds(
        "services:\n  web:\n    environment:\n      -   \"B=1\"@",
        "\n      -   A_KEY",
    );
}

#[test]
fn a_value_is_written_as_the_form_has_it() {
    let backend = Variable {
        name: "SECRETS_BACKEND",
        value: Some("env"),
    };
    let given = |text| give(text, "web", backend).unwrap();
    assert_eq!(
        given("services:\n  web:\n    environment:\n      B: 1\n"),
        "services:\n  web:\n    environment:\n      B: 1\n      SECRETS_BACKEND: env\n"
    );
    assert_eq!(
        given("services:\n  web:\n    environment:\n      - B=1\n"),
        "services:\n  web:\n    environment:\n      - B=1\n      - SECRETS_BACKEND=env\n"
    );
}

#[test]
fn what_is_shared_or_written_otherwise_stays() {
    let service = |it: &str| format!("x: &x\n  B: 1\nservices:\n  web:\n{it}");
    for (text, reason) in [
        ("    environment: *x\n", Unedited::Shared),
        ("    environment: &y\n      B: 1\n", Unedited::Shared),
        ("    environment: {B: '1'}\n", Unedited::Flow),
        ("    environment: ['B=1']\n", Unedited::Flow),
        ("    environment:\n", Unedited::Form),
        ("    environment:\n      B: |\n        x\n", Unedited::Form),
        ("    image: y\n", Unedited::NoEnvironment),
        (
            "    env_file: .env\n    environment:\n      B: 1\n",
            Unedited::EnvFile,
        ),
    ] {
        assert_eq!(given(&service(text)), Err(reason), "{text}");
    }
    let anchored = "services:\n  web: &web\n    environment:\n      B: 1\n  w: *web\n";
    assert_eq!(given(anchored), Err(Unedited::Shared));
}

#[test]
fn a_name_counts_as_a_word() {
    assert!(mentions("- A_KEY=1", "A_KEY") && mentions("${A_KEY}", "A_KEY"));
    assert!(!mentions("MY_A_KEY A_KEY2", "A_KEY"));
}
