//! `shield scan` where a secret does not stand in its file as it is: in cells of notebooks, and
//! encoded.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::project::Project;
use crate::snapshot;

/// A token with a right checksum that nobody has issued.
const TOKEN: &str = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");

/// A notebook with a token in its code.
fn notebook() -> String {
    let call = format!("hub.connect(token=\"{TOKEN}\")");
    let code = ["import hub\n", "\n", &call];
    let book = json!({
        "cells": [
            { "cell_type": "markdown", "metadata": {}, "source": ["# Sales"] },
            { "cell_type": "code", "metadata": {}, "outputs": [], "source": code },
        ],
        "metadata": { "language_info": { "file_extension": ".py", "name": "python" } },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    serde_json::to_string_pretty(&book).unwrap()
}

#[test]
fn a_finding_in_a_notebook_is_told_by_its_cell_and_its_line() {
    let project = Project::new().with("sales.ipynb", &notebook());
    snapshot!(project.shield(["scan"]));
}

#[test]
fn a_fix_leaves_notebooks_alone_and_says_so() {
    let project = Project::new().with("sales.ipynb", &notebook());
    let ran = project.shield(["scan", "--fix", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let skipped = &report["findings"][0]["skipped"]["code"];
    assert_eq!(skipped, "in-notebook");
    assert_eq!(project.read("sales.ipynb"), notebook());
}

#[test]
fn an_encoded_token_is_told_with_its_codings_and_never_shown() {
    let once = BASE64_STANDARD.encode(format!("machine github.com password {TOKEN}\n"));
    let twice = BASE64_STANDARD.encode(&once);
    let code = format!("SETTINGS = \"{twice}\"\n");
    let project = Project::new().with("shop/settings.py", &code);
    let mut said = String::new();
    for args in [
        vec!["scan"],
        vec!["scan", "--diff"],
        vec!["scan", "--format", "sarif"],
        vec!["scan", "--format", "json"],
        vec!["scan", "--format", "json", "--fix"],
    ] {
        let ran = project.shield(&args);
        assert_eq!(ran.code, 1, "{}", ran.all());
        said.push_str(&ran.all());
    }
    for secret in [TOKEN, once.as_str(), twice.trim_end_matches('=')] {
        assert!(!said.contains(secret));
    }
    assert!(said.contains("(base64 in base64)"), "{said}");
    assert!(said.contains("\"code\": \"encoded\""), "{said}");
    assert_eq!(project.read("shop/settings.py"), code);
}

#[test]
fn the_password_in_a_secret_of_kubernetes_is_told() {
    let password = BASE64_STANDARD.encode("rosebud-1941");
    let manifest = format!("apiVersion: v1\nkind: Secret\ndata:\n  password: {password}\n");
    let project = Project::new().with("deploy/db.yaml", &manifest);
    let ran = project.shield(["scan", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let finding = &report["findings"][0];
    assert_eq!(finding["subject"]["name"], "password");
    assert_eq!(finding["codings"], json!(["base64"]));
    assert_eq!(finding["start"]["line"], 4);
}
