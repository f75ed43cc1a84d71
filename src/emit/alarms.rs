//! Rules of `EventBridge` and alarms of `CloudWatch`, as a template of `CloudFormation`.
//!
//! Secrets Manager has no metric of failed rotations: they are events. Alarms are on what the
//! generated modules count when `SECRETS_METRICS=emf` is set.

use serde_json::{Map, Value, json};

use super::Artifact;
use super::cloudformation::metadata;
use super::render::Page;
use super::site::{Aws, Site};

/// A rule: its name, what it tells, the kind of event, and which of these.
type Rule = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

/// What is told.
const RULES: [Rule; 3] = [
    (
        "RotationTrouble",
        "A rotation has failed or was given up",
        "AWS Service Event via CloudTrail",
        &["RotationAbandoned", "RotationFailed", "TestRotationFailed"],
    ),
    (
        "Deletion",
        "A secret is marked for deletion or deleted",
        "AWS Service Event via CloudTrail",
        &["EndSecretVersionDelete", "StartSecretVersionDelete"],
    ),
    (
        "Change",
        "Somebody has changed a secret, or who may read it",
        "AWS API Call via CloudTrail",
        &[
            "CancelRotateSecret",
            "DeleteResourcePolicy",
            "DeleteSecret",
            "PutResourcePolicy",
            "PutSecretValue",
            "RestoreSecret",
            "UpdateSecret",
            "UpdateSecretVersionStage",
        ],
    ),
];

/// What is counted, when it is too much in five minutes, and what it means.
const ALARMS: [(&str, u32, &str); 3] = [
    ("Errors", 1, "The program could not read a secret"),
    (
        "Stale",
        1,
        "The program goes on with a value that it could not read anew",
    ),
    (
        "Fallbacks",
        1,
        "The program uses a default, or the environment, in the place of the store",
    ),
];

/// The template.
pub(super) fn emit(page: &Page<'_>, aws: &Aws) -> Vec<Artifact> {
    let site = page.site;
    let mut resources = Map::new();
    let topic = json!({
        "Type": "AWS::SNS::Topic",
        "Properties": {
            "KmsMasterKeyId": { "Fn::If": ["HasKey", { "Ref": "TopicKey" }, { "Ref": "AWS::NoValue" }] },
        },
    });
    resources.insert("Topic".to_owned(), topic);
    resources.insert("TopicPolicy".to_owned(), topic_policy(aws));
    let mut rules = RULES.map(|(name, about, kind, events)| {
        (name, rule(site, about, &pattern(site, aws, kind, events)))
    });
    rules.sort_by_key(|(name, _)| *name);
    for (name, rule) in rules {
        resources.insert(format!("{name}Rule"), rule);
    }
    let labels = json!({
        "source": ["aws.secretsmanager"],
        "detail-type": ["Secret Label Updated"],
        "detail": { "name": names(site) },
    });
    let about = "Another version of a secret is current";
    resources.insert("LabelRule".to_owned(), rule(site, about, &labels));
    for (metric, count, meaning) in ALARMS {
        resources.insert(
            format!("{metric}Alarm"),
            alarm(site, metric, count, meaning),
        );
    }
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Who is told what becomes of the secrets of {} in {}", site.app, site.environment),
        "Metadata": metadata(page),
        "Parameters": {
            "TopicKey": {
                "Type": "String",
                "Default": "",
                "Description": "The key of the topic; its policy must let events.amazonaws.com use it, which that of the account does not.",
            },
        },
        "Conditions": {
            "HasKey": { "Fn::Not": [{ "Fn::Equals": [{ "Ref": "TopicKey" }, ""] }] },
        },
        "Resources": resources,
        "Outputs": {
            "Topic": { "Description": "Subscribe to it whoever has to know", "Value": { "Ref": "Topic" } },
        },
    });
    vec![Page::json("alarms.template.json", &template)]
}

/// What lets the services speak to the topic: those of this account alone.
fn topic_policy(aws: &Aws) -> Value {
    json!({
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {
            "Topics": [{ "Ref": "Topic" }],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Sid": "LetThemTell",
                    "Effect": "Allow",
                    "Principal": { "Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
                    "Action": "sns:Publish",
                    "Resource": { "Ref": "Topic" },
                    "Condition": { "StringEquals": { "aws:SourceAccount": aws.account } },
                }],
            },
        },
    })
}

/// The names of the secrets, as a pattern has them.
fn names(site: &Site) -> Vec<Value> {
    if site.prefix.is_empty() {
        site.rows.iter().map(|it| json!(it.path)).collect()
    } else {
        vec![json!({ "prefix": site.prefix })]
    }
}

/// The secrets, by name or ARN, as a pattern has them.
fn named(site: &Site, aws: &Aws) -> Vec<Value> {
    let arn = |it: &str| aws.arn("secretsmanager", &aws.region, &format!("secret:{it}"));
    let mut names = names(site);
    if site.prefix.is_empty() {
        let arns = site.rows.iter().map(|it| arn(&format!("{}-", it.path)));
        names.extend(arns.map(|it| json!({ "prefix": it })));
    } else {
        names.push(json!({ "prefix": arn(&site.prefix) }));
    }
    names
}

/// Which events a rule is about.
fn pattern(site: &Site, aws: &Aws, kind: &str, events: &[&str]) -> Value {
    let secrets = named(site, aws);
    // Events of the service name the secret in another place than calls do.
    let place = if kind.contains("API Call") {
        json!({ "requestParameters": { "secretId": secrets } })
    } else {
        json!({ "additionalEventData": { "SecretId": secrets } })
    };
    let mut detail = json!({
        "eventSource": ["secretsmanager.amazonaws.com"],
        "eventName": events,
    });
    if let (Value::Object(detail), Value::Object(place)) = (&mut detail, place) {
        detail.extend(place);
    }
    json!({ "source": ["aws.secretsmanager"], "detail-type": [kind], "detail": detail })
}

/// A rule that tells of such events.
fn rule(site: &Site, about: &str, pattern: &Value) -> Value {
    json!({
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Description": format!("{about}: {} in {}", site.app, site.environment),
            "EventPattern": pattern,
            "State": "ENABLED",
            "Targets": [{ "Arn": { "Ref": "Topic" }, "Id": "topic" }],
        },
    })
}

/// An alarm on what the program counts.
fn alarm(site: &Site, metric: &str, count: u32, about: &str) -> Value {
    let dimensions = [
        ("app", site.app.as_str()),
        ("environment", site.environment.as_str()),
        ("backend", "aws"),
    ];
    let dimensions = dimensions.map(|(name, it)| json!({ "Name": name, "Value": it }));
    json!({
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": about,
            "Namespace": "ShieldSecrets",
            "MetricName": metric,
            "Dimensions": dimensions.to_vec(),
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": count,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{ "Ref": "Topic" }],
            "OKActions": [{ "Ref": "Topic" }],
        },
    })
}
