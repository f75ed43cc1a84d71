//! A template of `CloudFormation`: what there is to know of secrets, and no values.

use serde_json::{Map, Value, json};

use super::Artifact;
use super::iam::{groups, reading};
use super::render::Page;
use super::site::{Aws, Row, Turn};

/// The template.
pub(super) fn emit(page: &Page<'_>, aws: &Aws) -> Vec<Artifact> {
    let site = page.site;
    let mut parameters = Map::new();
    let mut conditions = Map::new();
    let mut resources = Map::new();
    let mut hosts = false;
    for row in &site.rows {
        resources.insert(format!("{}Secret", row.id), secret(row, aws));
        let Some(turn) = &row.rotation else { continue };
        if turn.by_function {
            let parameter = format!("{}RotationFunction", row.id);
            parameters.insert(parameter.clone(), function(row));
            let given = json!({ "Fn::Not": [{ "Fn::Equals": [{ "Ref": parameter }, ""] }] });
            conditions.insert(format!("{}Rotates", row.id), given);
            let properties = json!({ "RotationLambdaARN": { "Ref": parameter } });
            resources.insert(
                format!("{}Rotation", row.id),
                rotation(row, turn, properties),
            );
        } else if let Some(kind) = &turn.hosted {
            hosts = true;
            let wanted = json!({ "Fn::Equals": [{ "Ref": "HostedRotation" }, "true"] });
            conditions.insert(format!("{}Rotates", row.id), wanted);
            let properties = json!({ "HostedRotationLambda": { "RotationType": kind } });
            resources.insert(
                format!("{}Rotation", row.id),
                rotation(row, turn, properties),
            );
        }
    }
    if hosts {
        parameters.insert("HostedRotation".to_owned(), hosted());
    }
    add_readers(page, aws, &mut resources);
    let mut template = Map::new();
    template.insert("AWSTemplateFormatVersion".to_owned(), json!("2010-09-09"));
    if hosts {
        let transform = "AWS::SecretsManager-2024-09-16";
        template.insert("Transform".to_owned(), json!(transform));
    }
    let about = format!(
        "The secrets of {} in {}; values are not here",
        site.app, site.environment
    );
    template.insert("Description".to_owned(), json!(about));
    template.insert("Metadata".to_owned(), metadata(page));
    for (key, map) in [("Parameters", parameters), ("Conditions", conditions)] {
        if !map.is_empty() {
            template.insert(key.to_owned(), Value::Object(map));
        }
    }
    template.insert("Resources".to_owned(), Value::Object(resources));
    vec![Page::json(
        "secrets.template.json",
        &Value::Object(template),
    )]
}

/// Whether what AWS has functions for is rotated, as somebody who makes a stack decides.
fn hosted() -> Value {
    json!({
        "Type": "String",
        "AllowedValues": ["false", "true"],
        "Default": "false",
        "Description": "Whether AWS rotates what it has functions for: not before there are values.",
    })
}

/// Who has made a template, where comments would stand.
pub(super) fn metadata(page: &Page<'_>) -> Value {
    let lines: Vec<String> = page
        .head("")
        .lines()
        .map(|it| it.trim().to_owned())
        .collect();
    json!({ "Shield": lines })
}

/// A secret without a value: AWS makes it empty, and a value that is put there later stays.
fn secret(row: &Row, aws: &Aws) -> Value {
    let tags: Vec<Value> = row
        .tags
        .iter()
        .map(|(key, it)| json!({ "Key": key, "Value": it }))
        .collect();
    let mut properties = Map::new();
    properties.insert("Name".to_owned(), json!(row.path));
    if !row.description.is_empty() {
        properties.insert("Description".to_owned(), json!(row.description));
    }
    if let Some(key) = &aws.kms_key {
        properties.insert("KmsKeyId".to_owned(), json!(key));
    }
    if !aws.replicas.is_empty() {
        let regions = aws.replicas.iter().map(|it| json!({ "Region": it }));
        let regions: Vec<Value> = regions.collect();
        properties.insert("ReplicaRegions".to_owned(), json!(regions));
    }
    properties.insert("Tags".to_owned(), json!(tags));
    json!({
        "Type": "AWS::SecretsManager::Secret",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    })
}

/// The function that rotates a secret, as somebody who makes a stack names it.
fn function(row: &Row) -> Value {
    let about = format!(
        "The ARN of the function that rotates {}; empty until the secret has a value.",
        row.name
    );
    json!({
        "Type": "String",
        "Default": "",
        "AllowedPattern": "(arn:aws[a-z-]*:lambda:.+)?",
        "Description": about,
    })
}

/// When a secret is rotated, and by what.
fn rotation(row: &Row, turn: &Turn, by: Value) -> Value {
    let mut properties = Map::new();
    properties.insert(
        "SecretId".to_owned(),
        json!({ "Ref": format!("{}Secret", row.id) }),
    );
    if let Value::Object(by) = by {
        properties.extend(by);
    }
    // The time of the first one is for people to choose.
    properties.insert("RotateImmediatelyOnUpdate".to_owned(), json!(false));
    let rules = json!({ "AutomaticallyAfterDays": turn.days });
    properties.insert("RotationRules".to_owned(), rules);
    json!({
        "Type": "AWS::SecretsManager::RotationSchedule",
        "Condition": format!("{}Rotates", row.id),
        "Properties": properties,
    })
}

/// The policies for those that read.
fn add_readers(page: &Page<'_>, aws: &Aws, resources: &mut Map<String, Value>) {
    let all: Vec<&Row> = page.site.rows.iter().collect();
    for (number, rows) in groups(&all, aws).iter().enumerate() {
        let count = match number {
            0 => String::new(),
            _ => (number + 1).to_string(),
        };
        let (app, environment) = (&page.site.app, &page.site.environment);
        let about = format!("Reads the secrets of {app} in {environment}");
        let statements = reading(aws, rows);
        let mut properties = json!({
            "Description": about,
            "PolicyDocument": { "Version": "2012-10-17", "Statement": statements },
        });
        if !aws.roles.is_empty()
            && let Value::Object(it) = &mut properties
        {
            it.insert("Roles".to_owned(), json!(aws.roles));
        }
        let policy = json!({ "Type": "AWS::IAM::ManagedPolicy", "Properties": properties });
        // No secret is called this: names of secrets end with `Secret` here.
        resources.insert(format!("ReaderPolicy{count}"), policy);
    }
}
