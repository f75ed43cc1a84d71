//! Policies of AWS: who reads, who provisions, and what rotates.
//!
//! Every secret is named, with `-??????` for the six characters that AWS adds: `*` would be that
//! of others, too, whose names begin alike.

use serde_json::{Value, json};

use super::Artifact;
use super::render::Page;
use super::site::{Aws, Row};

/// How many characters a policy may have, without spaces, and what it has beside its ARNs.
const MOST: usize = 6_144 - 1_400;

/// The policies.
pub(super) fn emit(page: &Page<'_>, aws: &Aws) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    let all: Vec<&Row> = page.site.rows.iter().collect();
    for (number, rows) in groups(&all, aws).iter().enumerate() {
        let policy = policy(page, reading(aws, rows));
        artifacts.push(Page::json(&numbered("reader", number), &policy));
    }
    let policy_of_provisioner = policy(page, provisioning(page, aws));
    artifacts.push(Page::json("iam/provisioner.json", &policy_of_provisioner));
    let turning: Vec<&Row> = all.into_iter().filter(|it| by_function(it)).collect();
    for (number, rows) in groups(&turning, aws).iter().enumerate() {
        let policy = policy(page, rotating(page, aws, rows));
        artifacts.push(Page::json(&numbered("rotator", number), &policy));
    }
    artifacts
}

/// Whether a function of ours rotates it.
pub(super) fn by_function(row: &Row) -> bool {
    row.rotation.as_ref().is_some_and(|it| it.by_function)
}

/// The file of the policy of that number, from zero.
fn numbered(name: &str, number: usize) -> String {
    if number == 0 {
        format!("iam/{name}.json")
    } else {
        format!("iam/{name}-{}.json", number + 1)
    }
}

/// As many secrets together as one policy can name.
pub(super) fn groups<'r>(rows: &[&'r Row], aws: &Aws) -> Vec<Vec<&'r Row>> {
    let times = if aws.kms_key.is_some() { 2 } else { 1 };
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    let mut size = 0;
    for row in rows {
        let own: usize = aws.arns(&row.path).iter().map(|it| it.len() + 3).sum();
        size += own * times;
        match groups.last_mut() {
            Some(group) if size <= MOST => group.push(row),
            Some(_) | None => {
                size = own * times;
                groups.push(vec![row]);
            }
        }
    }
    groups
}

/// A policy; the first statement says who has made it, for a policy has no comments.
fn policy(page: &Page<'_>, mut statements: Vec<Value>) -> Value {
    if let Some(Value::Object(first)) = statements.first_mut() {
        let sid = first.get("Sid").and_then(Value::as_str).unwrap_or_default();
        let sid = format!("{sid}{}", page.mark);
        first.insert("Sid".to_owned(), json!(sid));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// What a program needs that reads `rows`.
pub(super) fn reading(aws: &Aws, rows: &[&Row]) -> Vec<Value> {
    let arns: Vec<String> = rows.iter().flat_map(|it| aws.arns(&it.path)).collect();
    let mut statements = vec![json!({
        "Sid": "ReadSecrets",
        "Effect": "Allow",
        "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        "Resource": arns,
    })];
    statements.extend(using_key(aws, &["kms:Decrypt"], &arns));
    statements
}

/// What whoever runs `shield provision apply` needs.
///
/// It makes what bears the label of shield, below the path of the environment, and changes
/// nothing else; and nothing is deleted for good.
fn provisioning(page: &Page<'_>, aws: &Aws) -> Vec<Value> {
    let site = page.site;
    let arns: Vec<String> = if site.prefix.is_empty() {
        site.rows.iter().flat_map(|it| aws.arns(&it.path)).collect()
    } else {
        aws.regions()
            .map(|it| aws.arn("secretsmanager", it, &format!("secret:{}*", site.prefix)))
            .collect()
    };
    let mut statements = vec![
        json!({
            "Sid": "MakeSecrets",
            "Effect": "Allow",
            "Action": ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
            "Resource": arns,
            "Condition": { "StringEquals": { "aws:RequestTag/ManagedBy": "shield" } },
        }),
        json!({
            "Sid": "LookAtSecrets",
            "Effect": "Allow",
            "Action": ["secretsmanager:DescribeSecret", "secretsmanager:ListSecretVersionIds"],
            "Resource": arns,
        }),
        json!({
            "Sid": "ChangeSecrets",
            "Effect": "Allow",
            "Action": [
                "secretsmanager:CancelRotateSecret",
                "secretsmanager:DeleteSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:RemoveRegionsFromReplication",
                "secretsmanager:ReplicateSecretToRegions",
                "secretsmanager:RestoreSecret",
                "secretsmanager:RotateSecret",
                "secretsmanager:TagResource",
                "secretsmanager:UntagResource",
                "secretsmanager:UpdateSecret",
                "secretsmanager:UpdateSecretVersionStage",
            ],
            "Resource": arns,
            "Condition": { "StringEquals": { "aws:ResourceTag/ManagedBy": "shield" } },
        }),
    ];
    statements.extend(forbidding());
    // AWS tries the key under this name before it makes a secret.
    let mut contexts = arns;
    contexts.push("RequestToValidateKeyAccess".to_owned());
    let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
    statements.extend(using_key(aws, &actions, &contexts));
    statements
}

/// What nobody may do who has the policy, whatever else lets him.
fn forbidding() -> [Value; 2] {
    [
        json!({
            "Sid": "DeleteNothingForGood",
            "Effect": "Deny",
            "Action": "secretsmanager:DeleteSecret",
            "Resource": "*",
            "Condition": { "Bool": { "secretsmanager:ForceDeleteWithoutRecovery": "true" } },
        }),
        json!({
            "Sid": "KeepTheLabel",
            "Effect": "Deny",
            "Action": "secretsmanager:UntagResource",
            "Resource": "*",
            "Condition": { "ForAnyValue:StringEquals": { "aws:TagKeys": ["ManagedBy"] } },
        }),
    ]
}

/// What the functions need that rotate `rows`.
fn rotating(page: &Page<'_>, aws: &Aws, rows: &[&Row]) -> Vec<Value> {
    let site = page.site;
    // Copies follow their original.
    let arn = |it: &&Row| {
        aws.arn(
            "secretsmanager",
            &aws.region,
            &format!("secret:{}-??????", it.path),
        )
    };
    let arns: Vec<String> = rows.iter().map(arn).collect();
    let function = format!("function:{}-{}-rotate-*", site.app, site.environment);
    let function = aws.arn("lambda", &aws.region, &function);
    let mut statements = vec![
        json!({
            "Sid": "RotateSecrets",
            "Effect": "Allow",
            "Action": [
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
            ],
            "Resource": arns,
            "Condition": {
                "ArnLike": { "secretsmanager:resource/AllowRotationLambdaArn": function },
            },
        }),
        json!({
            "Sid": "MakePasswords",
            "Effect": "Allow",
            "Action": "secretsmanager:GetRandomPassword",
            "Resource": "*",
        }),
    ];
    let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
    statements.extend(using_key(aws, &actions, &arns));
    statements
}

/// The use of the key of a customer, for these secrets and through Secrets Manager alone.
fn using_key(aws: &Aws, actions: &[&str], secrets: &[String]) -> Option<Value> {
    let key = aws.kms_key.as_deref()?;
    let services: Vec<String> = aws
        .regions()
        .map(|it| format!("secretsmanager.{it}.amazonaws.com"))
        .collect();
    let mut condition = json!({
        "StringEquals": { "kms:ViaService": services },
        "StringLike": { "kms:EncryptionContext:SecretARN": secrets },
    });
    if key.starts_with("alias/")
        && let Value::Object(it) = &mut condition
    {
        let alias = json!({ "kms:ResourceAliases": key });
        it.insert("ForAnyValue:StringEquals".to_owned(), alias);
    }
    Some(json!({
        "Sid": "UseTheKey",
        "Effect": "Allow",
        "Action": actions,
        "Resource": aws.keys(key),
        "Condition": condition,
    }))
}
