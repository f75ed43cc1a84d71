//! Code for infrastructure, made of the manifest: names, places and policies, never values.
//!
//! The same manifest gives the same files. Each bears a mark by which it is known again: what
//! somebody else has written or changed is not overwritten.

mod alarms;
mod audit;
mod cdk;
mod cloudformation;
mod compose;
mod error;
mod iam;
mod k8s;
mod mark;
mod quote;
mod render;
mod rotation;
mod script;
mod site;
mod terraform;
#[cfg(test)]
mod tests;
mod write;

pub use error::EmitError;
pub use write::write;

use clap::ValueEnum;

use crate::manifest::{Environment, Manifest};
use crate::secret::StoreKind;
use render::Page;
use site::{Aws, Site};

/// What code is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// Policies of AWS: who reads, who provisions, what rotates.
    Iam,
    /// Terraform: secrets, policies and rotation, without values.
    Terraform,
    /// A template of `CloudFormation`: the same.
    Cloudformation,
    /// A construct of the AWS CDK, with its test.
    Cdk,
    /// A script for bash and the AWS CLI that asks for the values.
    Cli,
    /// An `ExternalSecret` and a `SecretStore` for Kubernetes.
    K8s,
    /// Secrets as files in containers of Compose.
    Compose,
    /// Rules of `EventBridge` and alarms of `CloudWatch`, as a template of `CloudFormation`.
    Alarms,
    /// Questions to `CloudTrail`: who has read, changed and deleted.
    Audit,
    /// Functions that rotate: for a user of `PostgreSQL`, and a template for interfaces over HTTP.
    RotationLambda,
}

/// How Terraform gets values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TerraformValues {
    /// Not at all: `shield provision apply` puts them into the store.
    #[default]
    None,
    /// From ephemeral variables to write-only arguments, which are in no state (Terraform 1.11).
    Wo,
}

/// Whether Terraform takes over what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Imports {
    /// It makes everything.
    #[default]
    None,
    /// It takes over secrets that are there already.
    Existing,
}

/// How code is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// For Terraform: how it gets values.
    pub values: TerraformValues,
    /// For Terraform: whether it takes over what is there.
    pub imports: Imports,
}

/// A file that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Where it belongs, below the folder that is chosen; with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
    /// Whether it can be run.
    pub run: Run,
}

/// Whether a file can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// It is read.
    No,
    /// It is a program.
    Yes,
}

impl Target {
    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Iam => "IAM",
            Self::Terraform => "Terraform",
            Self::Cloudformation => "CloudFormation",
            Self::Cdk => "the AWS CDK",
            Self::Cli => "the AWS CLI",
            Self::K8s => "Kubernetes",
            Self::Compose => "Compose",
            Self::Alarms => "the template of alarms",
            Self::Audit => "the audit of AWS",
            Self::RotationLambda => "rotation by AWS Lambda",
        }
    }

    /// What the command line calls it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Terraform => "terraform",
            Self::Cloudformation => "cloudformation",
            Self::Cdk => "cdk",
            Self::Cli => "cli",
            Self::K8s => "k8s",
            Self::Compose => "compose",
            Self::Alarms => "alarms",
            Self::Audit => "audit",
            Self::RotationLambda => "rotation-lambda",
        }
    }

    /// Whether it is for secrets that are kept in `store`.
    fn takes(self, store: StoreKind) -> bool {
        match self {
            Self::Compose => true,
            Self::K8s => store != StoreKind::Local,
            Self::Iam
            | Self::Terraform
            | Self::Cloudformation
            | Self::Cdk
            | Self::Cli
            | Self::Alarms
            | Self::Audit
            | Self::RotationLambda => store == StoreKind::Aws,
        }
    }
}

/// The environment that code for `target` is made for: `name`, or the only one that it is for.
///
/// # Errors
///
/// Fails when the manifest has no such environment, or several may be meant.
pub fn environment<'m>(
    manifest: &'m Manifest,
    name: Option<&str>,
    target: Target,
) -> miette::Result<&'m Environment> {
    if let Some(name) = name {
        return Ok(manifest.environment(name)?);
    }
    let fits: Vec<&Environment> = manifest
        .environments
        .values()
        .filter(|it| target.takes(it.store))
        .collect();
    match fits.as_slice() {
        [only] => Ok(only),
        several => Err(EmitError::Environment {
            target: target.title(),
            known: several.iter().map(|it| it.name.clone()).collect(),
        }
        .into()),
    }
}

/// The code for `target`, of the secrets that `manifest`, which is written as `text`, has in
/// `environment`.
///
/// # Errors
///
/// Fails when the environment is not one that `target` is for, or lacks something, or has
/// something in it that cannot stand in such code.
pub fn emit(
    (manifest, text): (&Manifest, &str),
    environment: &Environment,
    target: Target,
    options: Options,
) -> Result<Vec<Artifact>, EmitError> {
    if !target.takes(environment.store) {
        return Err(EmitError::Store {
            target: target.title(),
            environment: environment.name.clone(),
            store: environment.store.title(),
        });
    }
    let site = Site::new(manifest, environment, target)?;
    let page = Page::new(&site, text, target);
    let aws = || Aws::new(environment, target);
    let artifacts = match target {
        Target::Iam => Ok(iam::emit(&page, &aws()?)),
        Target::Terraform => terraform::emit(&page, &aws()?, options),
        Target::Cloudformation => Ok(cloudformation::emit(&page, &aws()?)),
        Target::Cdk => cdk::emit(&page, &aws()?),
        Target::Cli => script::emit(&page, &aws()?),
        Target::K8s => k8s::emit(&page, environment),
        Target::Compose => compose::emit(&page),
        Target::Alarms => Ok(alarms::emit(&page, &aws()?)),
        Target::Audit => audit::emit(&page, &aws()?),
        Target::RotationLambda => rotation::emit(&page, &aws()?),
    };
    Ok(artifacts?
        .into_iter()
        .map(|it| Artifact {
            text: mark::finish(it.text),
            ..it
        })
        .collect())
}
