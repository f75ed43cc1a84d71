//! What to do about values that stand in data files: advice for each format, with the line to
//! write instead.
//!
//! Who reads a data file, and whether it fills in references, is not said in the file. So
//! nothing here is applied, and a line is given only for formats whose readers are known.

mod compose;
mod dockerfile;
mod env_file;
mod kind;
mod kubernetes;
mod npm;
mod shell;
mod site;
mod spring;
mod terraform;
mod tracked;
mod workflow;

pub use kind::DataKind;

use std::path::Path;

use super::gate;
use super::shown::Secrets;
use super::shown::values;
use crate::detect::Detector;
use crate::detect::Document;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Subject;
use crate::lang::Format;
use crate::lang::Syntax;
use crate::risk::FileClass;
use crate::source::Encoding;
use crate::source::Source;

use site::Page;
use site::Site;

/// What a person can do about a value in a data file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What the value stands in.
    pub kind: DataKind,
    /// What to do, in whole sentences.
    pub text: String,
    /// What to write in the place of the line with the value, where that is known; it holds no
    /// secret.
    pub line: Option<String>,
}

/// What to do about the findings of a data file, which all lie in one file.
///
/// Nothing for files that are no data, that are not read, or that have changed since.
pub(super) fn advise(
    group: &[&Finding<'_>],
    detector: &Detector<'_>,
    root: &Path,
) -> Vec<(Fingerprint, Advice)> {
    let Some(location) = group.first().map(|it| &it.location) else {
        return Vec::new();
    };
    let format = Format::of_path(&location.path);
    if location.class != FileClass::Code || !location.layers.archives.is_empty() || format.is_none()
    {
        return Vec::new();
    }
    let opened = gate::load(&location.path, &location.file, location.class, root);
    let Ok((at, text)) = opened else {
        return Vec::new();
    };
    let source = Source {
        at: &at,
        text: (&*text).into(),
        encoding: Encoding::Utf8,
    };
    let scan = detector.scan_text(&source);
    let suppressed = scan.suppressed.iter().map(|it| &it.finding);
    let all = scan.findings.iter().chain(suppressed);
    let secrets = values(&text, all.flat_map(Finding::parts));
    let document = Document::new(&text, Syntax::of_path(&location.path));
    let page = Page {
        path: &location.path,
        text: &text,
        bindings: document.bindings(),
        secrets: Secrets::new(secrets.iter().map(|(_, it)| it)),
        spans: secrets.iter().map(|(it, _)| *it).collect(),
        tracked: tracked::is_tracked(&at.file, root),
    };
    let kind = kind::of(&page);
    group
        .iter()
        .filter(|it| matches!(it.subject, Subject::Value { .. }))
        .filter_map(|it| Some((it.fingerprint, Site::of(&page, it)?.advice(kind))))
        .collect()
}

impl Site<'_> {
    /// What to do about one value in a file of this kind.
    fn advice(&self, kind: DataKind) -> Advice {
        let (kind, text, line) = match kind {
            DataKind::EnvFile | DataKind::EnvFileTracked => env_file::advise(self, kind),
            DataKind::Compose | DataKind::ComposeDatabase => compose::advise(self),
            DataKind::Dockerfile => dockerfile::advise(self),
            DataKind::Workflow => workflow::advise(self),
            DataKind::Kubernetes | DataKind::KubernetesSecret => kubernetes::advise(self, kind),
            DataKind::Npm => npm::advise(self),
            DataKind::Shell => shell::advise(self),
            DataKind::Spring => spring::advise(self),
            DataKind::Terraform | DataKind::TerraformValues => terraform::advise(self, kind),
            DataKind::Settings => settings(self),
        };
        Advice { kind, text, line }
    }
}

/// What is said of a format whose readers are not known.
fn settings(site: &Site<'_>) -> (DataKind, String, Option<String>) {
    let (variable, secret) = (&site.variable, &site.secret);
    let text = format!(
        "Take the value out of the file and let the code that reads the file ask for it: \
         `get_secret(\"{secret}\")`, or the variable {variable}. Whether a reference in the file \
         would be filled in depends on what reads it."
    );
    (DataKind::Settings, text, None)
}
