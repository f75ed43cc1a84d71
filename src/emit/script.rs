//! A script for bash and the AWS CLI, which asks for the values and passes them on unseen.

use std::collections::BTreeMap;

use minijinja::Value as Values;
use minijinja::context;
use minijinja::value::Serde;
use serde_json::{Value, json};

use super::render::Page;
use super::site::{Aws, Row};
use super::{Artifact, EmitError, Run, quote};

const TEMPLATE: &str = include_str!("../../fix_templates/infra/cli/create-secrets.sh");

/// The script.
pub(super) fn emit(page: &Page<'_>, aws: &Aws) -> Result<Vec<Artifact>, EmitError> {
    let calls: Vec<BTreeMap<&str, String>> = page
        .site
        .rows
        .iter()
        .map(|row| {
            BTreeMap::from([
                ("path", quote::sh(&row.path)),
                ("what", quote::sh(&shape(row))),
                ("request", quote::sh(&request(row, aws).to_string())),
            ])
        })
        .collect();
    let artifact = page.fill(
        "create-secrets.sh",
        ("#", TEMPLATE),
        context! { aws => Values::from(Serde(aws)), calls },
    )?;
    Ok(vec![Artifact {
        run: Run::Yes,
        ..artifact
    }])
}

/// What is asked for.
fn shape(row: &Row) -> String {
    if !row.json {
        return row.name.clone();
    }
    let fields: Vec<&str> = row.fields.keys().map(String::as_str).collect();
    if fields.is_empty() {
        format!("{} (JSON on one line)", row.name)
    } else {
        format!(
            "{} (JSON on one line, with {})",
            row.name,
            fields.join(", ")
        )
    }
}

/// Everything about a secret but its value.
///
/// As JSON: an argument of its own that begins with `file://` would be taken for the name of a
/// file.
fn request(row: &Row, aws: &Aws) -> Value {
    let tags: Vec<Value> = row
        .tags
        .iter()
        .map(|(key, it)| json!({ "Key": key, "Value": it }))
        .collect();
    let mut request = json!({
        "Name": row.path,
        "Description": row.description,
        "Tags": tags,
    });
    if let Value::Object(more) = &mut request {
        if let Some(key) = &aws.kms_key {
            more.insert("KmsKeyId".to_owned(), json!(key));
        }
        if !aws.replicas.is_empty() {
            let regions = aws.replicas.iter().map(|it| json!({ "Region": it }));
            let regions: Vec<Value> = regions.collect();
            more.insert("AddReplicaRegions".to_owned(), json!(regions));
        }
    }
    request
}
