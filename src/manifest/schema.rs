//! Holds the schema for editors to what the program reads.

use serde_json::Value;

use super::{HELP, Manifest, SCHEMA};
use crate::yaml::Script;

const WHOLE: &str = "
schema: 1
app: acme
path: /{app}/{environment}/{category}/{name}
environments:
  development: { backend: local }
  staging:
    backend: vault
    address: https://vault.example.com
    mount: kv
    namespace: acme
  production:
    backend: aws
    account: '123456789012'
    region: eu-central-1
    replicas: [eu-west-1]
    kms_key: alias/acme-secrets
    protect: true
    recovery: 30d
    readers: ['arn:aws:iam::123456789012:role/acme-api']
    functions: { postgres-single-user: 'arn:aws:lambda:eu-central-1:123456789012:function:turn' }
    tags: { team: platform }
secrets:
  - name: database/credentials
    kind: json
    variable: DATABASE_CREDENTIALS
    description: PostgreSQL application login
    fields: { username: string, password: secret, port: integer, tls: boolean }
    sensitivity: critical
    owner: platform
    category: database
    rotation: { method: 'lambda:postgres-single-user', every: 30d, note: at night }
";

/// What is right in the whole, and what would be wrong in its place.
const WRONG: [(&str, &str); 17] = [
    ("schema: 1", "schema: 2"),
    ("app: acme", "app: ACME"),
    ("app: acme", "application: acme"),
    ("{category}/{name}", "{category}"),
    ("backend: vault", "backend: valt"),
    ("https://vault", "vault"),
    ("'123456789012'", "'1234'"),
    ("region: eu-central-1", "region: Frankfurt"),
    ("[eu-west-1]", "eu-west-1"),
    ("recovery: 30d", "recovery: 30"),
    ("arn:aws:iam::123456789012:role/acme-api", "acme-api"),
    (
        "arn:aws:lambda:eu-central-1:123456789012:function:turn",
        "turn",
    ),
    ("name: database/credentials", "name: Database"),
    ("kind: json", "kind: xml"),
    ("DATABASE_CREDENTIALS", "DATABASE-CREDENTIALS"),
    ("sensitivity: critical", "sensitivity: worst"),
    ("lambda:postgres-single-user", "lambda"),
];

/// Whether the program reads it, and whether the schema takes it.
fn verdicts(text: &str) -> (bool, bool) {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value: Value = Script::new("it", text, HELP).parse().unwrap();
    (
        Manifest::parse("it", text).is_ok(),
        validator.is_valid(&value),
    )
}

#[test]
fn what_the_program_reads_the_schema_takes() {
    assert_eq!(
        verdicts(WHOLE),
        (true, true),
        "{:?}",
        Manifest::parse("it", WHOLE)
    );
}

#[test]
fn what_the_program_refuses_the_schema_marks() {
    for (right, wrong) in WRONG {
        let text = WHOLE.replacen(right, wrong, 1);
        assert_ne!(text, WHOLE, "{right}");
        assert_eq!(verdicts(&text), (false, false), "{wrong}");
    }
}
