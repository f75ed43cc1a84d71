//! What the External Secrets Operator needs to bring secrets into Kubernetes.

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::render::Page;
use super::site::{Aws, fit};
use super::{Artifact, EmitError, Target};
use crate::manifest::Environment;
use crate::secret::StoreKind;

const TEMPLATE: &str = include_str!("../../fix_templates/infra/k8s/external-secrets.yaml");

/// The file.
pub(super) fn emit(page: &Page<'_>, environment: &Environment) -> Result<Vec<Artifact>, EmitError> {
    let aws = match environment.store {
        StoreKind::Aws => Some(Aws::new(environment, Target::K8s)?),
        StoreKind::Vault | StoreKind::Local => None,
    };
    if aws.is_none() {
        check(environment)?;
    }
    let more = context! {
        aws => Value::from(Serde(aws)),
        name => name(&page.site.app),
        address => environment.address.as_deref().unwrap_or_default(),
        mount => environment.mount.clone(),
        namespace => environment.namespace.as_deref().unwrap_or_default(),
    };
    Ok(vec![page.fill(
        "external-secrets.yaml",
        ("#", TEMPLATE),
        more,
    )?])
}

/// Whether what is said of Vault can stand in the file.
fn check(environment: &Environment) -> Result<(), EmitError> {
    let Some(address) = &environment.address else {
        return Err(EmitError::Incomplete {
            environment: environment.name.clone(),
            field: "address",
        });
    };
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c);
    let what = "letters, digits and -._~:/[]%";
    let namespace = environment.namespace.as_deref().unwrap_or("none");
    for (field, value) in [
        ("address", address.as_str()),
        ("mount", environment.mount.as_str()),
        ("namespace", namespace),
    ] {
        let place = || format!("the {field} of {}", environment.name);
        fit(value, is_part, (place, Target::K8s, what))?;
    }
    Ok(())
}

/// A name as Kubernetes has them.
fn name(app: &str) -> String {
    let name = app.replace('_', "-");
    let name: String = name.trim_matches('-').chars().take(40).collect();
    match name.trim_end_matches('-') {
        "" => "app".to_owned(),
        name => name.to_owned(),
    }
}
