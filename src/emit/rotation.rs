//! Functions that rotate secrets when AWS calls them.

use minijinja::context;

use super::iam::by_function;
use super::render::Page;
use super::site::Aws;
use super::{Artifact, EmitError};

/// The files, and what they are made of.
const FILES: [(&str, &str); 4] = [
    (
        "rotation/rotation_steps.py",
        include_str!("../../fix_templates/infra/rotation/rotation_steps.py"),
    ),
    (
        "rotation/postgres_single_user.py",
        include_str!("../../fix_templates/infra/rotation/postgres_single_user.py"),
    ),
    (
        "rotation/http_api.py",
        include_str!("../../fix_templates/infra/rotation/http_api.py"),
    ),
    (
        "rotation/requirements.txt",
        include_str!("../../fix_templates/infra/rotation/requirements.txt"),
    ),
];

/// The files.
pub(super) fn emit(page: &Page<'_>, aws: &Aws) -> Result<Vec<Artifact>, EmitError> {
    let site = page.site;
    if !site.rows.iter().any(by_function) {
        return Err(EmitError::Nothing {
            what: "secret that a function rotates",
            help: "write `rotation: { method: 'lambda:postgres-single-user', every: 30d }` below one",
        });
    }
    // What the policy of the functions is limited to.
    let functions = format!("{}-{}-rotate", site.app, site.environment);
    FILES
        .iter()
        .map(|(path, template)| {
            let more = context! {
                functions => functions.clone(),
                region => aws.region.clone(),
            };
            page.fill(path, ("#", template), more)
        })
        .collect()
}
