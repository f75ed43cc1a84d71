//! A construct of the AWS CDK, what it is made of, and its test.

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::render::Page;
use super::site::Aws;
use super::{Artifact, EmitError};

/// The files, and what they are made of.
const FILES: [(&str, &str); 3] = [
    (
        "lib/constructs/secrets-manager-construct.ts",
        include_str!("../../fix_templates/infra/cdk/secrets-manager-construct.ts"),
    ),
    (
        "lib/constructs/secrets.ts",
        include_str!("../../fix_templates/infra/cdk/secrets.ts"),
    ),
    (
        "test/secrets-manager-construct.test.ts",
        include_str!("../../fix_templates/infra/cdk/secrets-manager-construct.test.ts"),
    ),
];

/// The files.
pub(super) fn emit(page: &Page<'_>, aws: &Aws) -> Result<Vec<Artifact>, EmitError> {
    // Each secret is named here, its own and that of its copies.
    FILES
        .iter()
        .map(|(path, template)| {
            page.fill(
                path,
                ("//", template),
                context! { aws => Value::from(Serde(aws)) },
            )
        })
        .collect()
}
