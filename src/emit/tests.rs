//! Hostile manifests: nothing in one breaks out of the code that is made of it.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const HEAD: &str = "schema: 1\napp: shop\nenvironments:\n  production:\n    backend: aws\n    \
                    account: '123456789012'\n    region: eu-central-1\n";

#[expect(
    clippy::unwrap_in_result,
    reason = "the manifests of these tests are right"
)]
fn made(text: &str, target: Target) -> Result<Vec<Artifact>, EmitError> {
    let manifest = Manifest::parse("it.yaml", text).unwrap();
    let environment = manifest.environments.values().next().unwrap();
    emit((&manifest, text), environment, target, Options::default())
}

/// A manifest with such a description, owner and note.
fn with(words: &str) -> String {
    let words = serde_json::to_string(words).unwrap();
    format!(
        "{HEAD}secrets:\n  - name: api/key\n    description: {words}\n    owner: {words}\n    \
         rotation: {{ method: provider-api, every: 90d, note: {words} }}\n"
    )
}

/// The lines of what is made, with every text in them taken out.
fn frame(text: &str) -> Vec<String> {
    // The mark is of the words, too.
    let lines = text.lines().filter(|it| !it.contains("ShieldMark"));
    lines.map(unquoted).collect()
}

/// A line without what is in its quotes, of either kind, and without comments.
fn unquoted(line: &str) -> String {
    let mut result = String::new();
    let mut inside = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match inside {
            Some('"') if c == '\\' => drop(rest.next()),
            Some(quote) if c == quote => {
                inside = None;
                result.push(c);
            }
            Some(_) => {}
            None if c == '#' => break,
            None => {
                if c == '"' || c == '\'' {
                    inside = Some(c);
                }
                result.push(c);
            }
        }
    }
    result
}

/// Text as somebody writes it who wants to break out.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "'",
        "\"",
        "\\",
        "\n",
        "\r",
        "$",
        "{",
        "}",
        "${",
        "%{",
        "{{",
        "}}",
        "{{resolve:ssm:x}}",
        "`id`",
        "$(id)",
        "#",
        "--",
        "*/",
        "/*",
        ";",
        "EOF",
        "\u{202e}",
        "\u{2028}",
        "\u{0}",
        "é",
        "漢",
        "file:///etc/passwd",
        "<<",
        "<%",
        ">>",
        ": ",
        "- ",
        "|",
        "&a",
        "*a",
        "!!",
        " ",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_of_a_manifest_breaks_out(words in hostile()) {
        for target in Target::value_variants().iter().copied() {
            let plain = made(&with("plain words"), target).unwrap();
            let artifacts = made(&with(&words), target).unwrap();
            prop_assert_eq!(plain.len(), artifacts.len());
            for (harmless, artifact) in plain.iter().zip(&artifacts) {
                let text = &artifact.text;
                prop_assert!(!text.contains("{{resolve"), "{text}");
                prop_assert_eq!(
                    mark::author(text), mark::Author::Shield, "{}", artifact.path
                );
                if has_end(artifact, "json") {
                    serde_json::from_str::<Value>(text).unwrap();
                } else if has_end(artifact, "sh") {
                    // What is in single quotes of a shell ends at the next one, whatever it is.
                    prop_assert!(bare(&harmless.text) == bare(text), "{text}");
                } else {
                    prop_assert!(frame(&harmless.text) == frame(text), "{text}");
                }
            }
        }
    }
}

/// Whether it is a file of that kind.
fn has_end(artifact: &Artifact, end: &str) -> bool {
    std::path::Path::new(&artifact.path)
        .extension()
        .is_some_and(|it| it == end)
}

/// What a shell sees outside of single quotes, in the calls at the end of the script.
fn bare(text: &str) -> String {
    let calls = text.rsplit_once("\n}\n").map_or("", |(_, it)| it);
    let calls = calls.replace(r"'\''", "");
    calls.split('\'').step_by(2).collect()
}

#[test]
fn what_cannot_be_quoted_is_refused() {
    for (right, wrong) in [
        ("    region", "    kms_key: \"alias/a\\\"b\"\n    region"),
        ("    region", "    tags: { team: 'a\"b' }\n    region"),
        (
            "name: a",
            "name: a\n    kind: json\n    fields: { \"a\\\"b\": secret }",
        ),
    ] {
        let text = format!("{HEAD}secrets:\n  - name: a\n").replacen(right, wrong, 1);
        for target in Target::value_variants().iter().copied() {
            let result = made(&text, target);
            let is_tried = target.takes(StoreKind::Aws) && target != Target::Compose;
            let refused = matches!(result, Err(EmitError::Unfit { .. }));
            assert!(refused || !is_tried, "{target:?} {wrong}");
        }
    }
}

#[test]
fn policies_are_as_small_as_aws_takes_them() {
    let mut text = format!("{HEAD}    kms_key: alias/shop\n    replicas: [eu-west-1]\nsecrets:\n");
    for number in 0..500 {
        writeln!(text, "  - name: some/rather/long/name-of-a-secret/{number}").unwrap();
    }
    let artifacts = made(&text, Target::Iam).unwrap();
    assert!(artifacts.len() > 2);
    let mut named = 0;
    for artifact in &artifacts {
        let size = artifact
            .text
            .chars()
            .filter(|it| !it.is_whitespace())
            .count();
        assert!(size <= 6_144, "{}: {size}", artifact.path);
        named += artifact
            .text
            .matches("eu-central-1:123456789012:secret:")
            .count();
    }
    assert!(named >= 1_000);
    assert_eq!(artifacts, made(&text, Target::Iam).unwrap());
}

#[test]
fn two_names_that_look_alike_are_two_resources() {
    let text =
        format!("{HEAD}secrets:\n  - {{ name: a/b }}\n  - {{ name: a-b, variable: OTHER }}\n");
    let template = made(&text, Target::Cloudformation).unwrap();
    let template: Value = serde_json::from_str(&template.first().unwrap().text).unwrap();
    let resources = template
        .get("Resources")
        .and_then(Value::as_object)
        .unwrap();
    assert_eq!(
        resources.keys().filter(|it| it.ends_with("Secret")).count(),
        2
    );
}

#[test]
fn an_environment_is_only_guessed_when_there_is_one() {
    let text = format!("{HEAD}  staging:\n    backend: aws\n  development:\n    backend: local\n");
    let manifest = Manifest::parse("it.yaml", &text).unwrap();
    assert!(environment(&manifest, None, Target::Iam).is_err());
    assert!(environment(&manifest, Some("prod"), Target::Iam).is_ok());
    assert!(environment(&manifest, None, Target::Compose).is_err());
    let only = Manifest::parse("it.yaml", HEAD).unwrap();
    assert_eq!(
        environment(&only, None, Target::Iam).unwrap().name,
        "production"
    );
}
