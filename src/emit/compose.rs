//! Secrets as files in containers of Compose.

use minijinja::context;

use super::render::Page;
use super::{Artifact, EmitError};

const TEMPLATE: &str = include_str!("../../fix_templates/infra/compose/compose.secrets.yaml");

/// The file.
pub(super) fn emit(page: &Page<'_>) -> Result<Vec<Artifact>, EmitError> {
    let artifact = page.fill("compose.secrets.yaml", ("#", TEMPLATE), context! {})?;
    Ok(vec![artifact])
}
