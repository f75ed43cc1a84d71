//! Questions to `CloudTrail`: for Athena, and for the AWS CLI.

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::render::Page;
use super::site::Aws;
use super::{Artifact, EmitError, Run};

const SQL: &str = include_str!("../../fix_templates/infra/audit/athena.sql");

const SCRIPT: &str = include_str!("../../fix_templates/infra/audit/lookup-events.sh");

/// The files.
pub(super) fn emit(page: &Page<'_>, aws: &Aws) -> Result<Vec<Artifact>, EmitError> {
    let site = page.site;
    let view = format!("secrets_of_{}_{}", site.app, site.environment).replace('-', "_");
    let values = || {
        context! {
            aws => Value::from(Serde(aws)),
            arn => aws.arn("secretsmanager", &aws.region, "secret:"),
            readers => aws.readers.clone(),
            view => view.clone(),
        }
    };
    let script = page.fill("audit/lookup-events.sh", ("#", SCRIPT), values())?;
    Ok(vec![
        page.fill("audit/athena.sql", ("--", SQL), values())?,
        Artifact {
            run: Run::Yes,
            ..script
        },
    ])
}
