//! Stores over the network: whether what it takes to reach them is set.

use std::path::{Path, PathBuf};

use super::{Line, Network};
use crate::manifest::Environment;
use crate::manifest::Manifest;
use crate::provision;
#[cfg(feature = "vault")]
use crate::provision::VaultSettings;
use crate::seal::Identity;
use crate::secret::StoreKind;

/// What lines are about.
const AREA: &str = "remote";

/// Variables of which one is enough to say who asks AWS.
const WHO: [&str; 6] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_ROLE_ARN",
];

/// What is to be said of the stores that the environments of a manifest name.
pub(super) fn look(manifest: &Manifest, root: &Path, network: Network) -> Vec<Line> {
    let remote = manifest.environments.values();
    let remote = remote.filter(|it| it.store != StoreKind::Local);
    remote
        .map(|it| {
            let lacking = match it.store {
                StoreKind::Aws => aws(it),
                StoreKind::Vault => vault(it),
                StoreKind::Local => None,
            };
            match (lacking, network) {
                (Some(line), _) => line,
                (None, Network::Leave) => Line::ok(AREA, said(it, "settings are there")),
                (None, Network::Ask) => ask(it, root),
            }
        })
        .collect()
}

/// Asks the store who asks, which every store answers and which changes nothing.
fn ask(environment: &Environment, root: &Path) -> Line {
    let nobody = Identity::generate();
    let opened = provision::open(environment, root, &nobody, None);
    match opened.and_then(|it| it.whereabouts()) {
        Ok(_) => Line::ok(AREA, said(environment, "the store answers")),
        Err(error) => {
            let line = Line::of(AREA, &error, "log in again");
            Line {
                told: said(environment, &line.told),
                ..line
            }
        }
    }
}

/// What AWS lacks.
fn aws(environment: &Environment) -> Option<Line> {
    if !cfg!(feature = "aws") {
        return Some(without(environment));
    }
    let files = ["config", "credentials"].map(|it| file(&format!(".aws/{it}")));
    let has_file = files.into_iter().flatten().any(|it| it.is_file());
    let region =
        environment.region.is_some() || is_set("AWS_REGION") || is_set("AWS_DEFAULT_REGION");
    if !region && !has_file {
        let told = said(environment, "no region is set");
        return Some(Line::note(
            AREA,
            told,
            "`region` in shield.secrets.yaml, or AWS_REGION",
        ));
    }
    if !has_file && !WHO.iter().any(|it| is_set(it)) {
        let told = said(environment, "nothing says who asks AWS");
        let next = "`aws configure sso` or AWS_PROFILE; a machine of AWS needs neither";
        return Some(Line::note(AREA, told, next));
    }
    None
}

/// What Vault lacks.
#[cfg(feature = "vault")]
fn vault(environment: &Environment) -> Option<Line> {
    use miette::Diagnostic as _;

    let error = VaultSettings::load(environment).err()?;
    let help = error.help().map(|it| it.to_string());
    let told = said(environment, &error.to_string());
    Some(Line::note(AREA, told, help.unwrap_or_default()))
}

/// A store that was left out.
#[cfg(not(feature = "vault"))]
fn vault(environment: &Environment) -> Option<Line> {
    Some(without(environment))
}

/// The line for a store that was left out.
fn without(environment: &Environment) -> Line {
    let told = said(environment, "this shield was built without its client");
    Line::note(
        AREA,
        told,
        "install one with the features `aws` and `vault`, as is usual",
    )
}

/// What is said of the store of an environment.
fn said(environment: &Environment, what: &str) -> String {
    format!(
        "{} ({}): {what}",
        environment.name,
        environment.store.title()
    )
}

/// Whether a variable is set to something.
#[expect(
    clippy::disallowed_methods,
    reason = "the settings of stores are in the environment"
)]
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|it| !it.is_empty())
}

/// A file in the home folder of the user.
fn file(path: &str) -> Option<PathBuf> {
    etcetera::home_dir().ok().map(|it| it.join(path))
}
