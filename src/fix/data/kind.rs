//! Kinds of data files, by their names and by what is in them.

use camino::Utf8Path;

use super::site::Page;
use crate::lang::Format;

/// What a value in a data file stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum DataKind {
    /// A `.env` file that git does not track, as far as can be seen.
    #[error("the file is for one machine, and git does not track it")]
    EnvFile,
    /// A `.env` file that git tracks.
    #[error("git tracks this file, so no value may be written into it")]
    EnvFileTracked,
    /// A compose file.
    #[error("compose can take the value from the environment it runs in")]
    Compose,
    /// A compose file, in the service of a database or together with one.
    #[error("a database and what connects to it have to change together")]
    ComposeDatabase,
    /// A Dockerfile.
    #[error("the value becomes part of every image")]
    Dockerfile,
    /// A workflow or an action of GitHub.
    #[error("workflows read secrets from the settings of the repository")]
    Workflow,
    /// A manifest of Kubernetes.
    #[error("a manifest can refer to a secret of the cluster")]
    Kubernetes,
    /// A manifest of Kubernetes that is a secret itself.
    #[error("what a secret of Kubernetes holds is encoded and not encrypted")]
    KubernetesSecret,
    /// `.npmrc`.
    #[error("npm fills in variables in this file")]
    Npm,
    /// A script of a shell.
    #[error("a script can take the value from its environment")]
    Shell,
    /// Settings of Spring.
    #[error("Spring fills in variables in this file")]
    Spring,
    /// Terraform.
    #[error("Terraform can be given the value, and keeps it in its state all the same")]
    Terraform,
    /// Values of variables of Terraform.
    #[error("Terraform reads variables from its environment, too")]
    TerraformValues,
    /// Anything else.
    #[error("what reads this file decides how a secret gets into it")]
    Settings,
}

impl DataKind {
    /// The stable reason code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EnvFile => "env-file",
            Self::EnvFileTracked => "env-file-tracked",
            Self::Compose => "compose",
            Self::ComposeDatabase => "compose-database",
            Self::Dockerfile => "dockerfile",
            Self::Workflow => "workflow",
            Self::Kubernetes => "kubernetes",
            Self::KubernetesSecret => "kubernetes-secret",
            Self::Npm => "npm",
            Self::Shell => "shell",
            Self::Spring => "spring",
            Self::Terraform => "terraform",
            Self::TerraformValues => "terraform-values",
            Self::Settings => "settings-file",
        }
    }
}

/// What a file is.
pub(super) fn of(page: &Page<'_>) -> DataKind {
    let path = page.path;
    let name = path.file_name().unwrap_or("").to_ascii_lowercase();
    match Format::of_path(path) {
        Some(Format::Dotenv) if page.tracked == Some(true) => DataKind::EnvFileTracked,
        Some(Format::Dotenv) => DataKind::EnvFile,
        Some(Format::Dockerfile) => DataKind::Dockerfile,
        Some(Format::Hcl) if name.ends_with(".tfvars") => DataKind::TerraformValues,
        Some(Format::Hcl) => DataKind::Terraform,
        Some(Format::Shell) => DataKind::Shell,
        Some(Format::Yaml) => of_yaml(path, &name, page.text),
        Some(Format::Properties) if is_spring(&name) => DataKind::Spring,
        Some(Format::Ini) if name == ".npmrc" => DataKind::Npm,
        Some(Format::Properties | Format::Ini | Format::Json | Format::Toml | Format::Xml)
        | None => DataKind::Settings,
    }
}

fn of_yaml(path: &Utf8Path, name: &str, text: &str) -> DataKind {
    let starts = |key: &str| text.lines().any(|it| it.starts_with(key));
    let folder = path.as_str();
    let in_github = folder.contains(".github/workflows/") || folder.contains(".github/actions/");
    if in_github || matches!(name, "action.yml" | "action.yaml") {
        return DataKind::Workflow;
    }
    let composes = name.contains("compose") || name.starts_with("stack.");
    if composes && starts("services:") {
        return DataKind::Compose;
    }
    if starts("apiVersion:") && starts("kind:") {
        let secret = text.lines().any(|it| it.trim_end() == "kind: Secret");
        return if secret {
            DataKind::KubernetesSecret
        } else {
            DataKind::Kubernetes
        };
    }
    if is_spring(name) {
        return DataKind::Spring;
    }
    DataKind::Settings
}

/// `application.yml`, `application-prod.properties`, `bootstrap.yml`.
fn is_spring(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or("");
    let stem = stem.split('-').next().unwrap_or("");
    matches!(stem, "application" | "bootstrap")
}
