//! What the types of a project say of its environment.
//!
//! A call of the wrapper has the type that a read has by default. Where a project declares that a
//! variable is always there, the call must say so, too, or the project does not compile any more.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use memchr::memmem;
use rayon::prelude::*;

use super::asked::Asked;
use super::draft::{Draft, Form};
use super::gate::{self, Opened};
use super::package::Package;
use super::project::Project;
use crate::detect::Document;
use crate::lang::EnvType;
use crate::lang::Language;
use crate::lang::ReadForm;
use crate::lang::Syntax;
use crate::source;
use crate::source::SourceRef;

/// What the types of a project say.
#[derive(Debug)]
pub(super) struct Ambient {
    /// Each with the package that says it.
    declared: Vec<(PathBuf, EnvType)>,
}

/// What the types say of the variables that one file reads.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Those that are always texts.
    pub(super) texts: BTreeSet<String>,
    /// Those that have other types.
    others: BTreeSet<String>,
    /// Whether every other variable may have any type.
    is_open: bool,
}

impl Ambient {
    /// What the types of `project` say; nothing where no finding of `asked` depends on it.
    pub(super) fn of(project: &Project<'_>, asked: &[Asked<'_, '_>]) -> Self {
        let matters = asked.iter().any(Asked::has_typed_reads);
        Self {
            declared: if matters {
                declared(project)
            } else {
                Vec::new()
            },
        }
    }

    /// What is said of the variables that `drafts` for a file of `package` read.
    pub(super) fn known(&self, opened: &Opened, package: &Package, drafts: &[Draft]) -> Known {
        let mut known = Known::default();
        if !opened.language.is_typed() || !drafts.iter().any(has_type) {
            return known;
        }
        for (place, env_type) in &self.declared {
            if !package.root.starts_with(place) {
                continue;
            }
            match env_type {
                EnvType::Text(name) => drop(known.texts.insert(name.clone())),
                EnvType::Other(name) => drop(known.others.insert(name.clone())),
                EnvType::Unknown => known.is_open = true,
            }
        }
        known
    }
}

impl Known {
    /// Whether `draft` would put a call in the place of a read with another type.
    pub(super) fn contradicts(&self, draft: &Draft) -> bool {
        draft.pieces.iter().any(|it| {
            let variable = it.variable().unwrap_or_default();
            let said = self.texts.contains(variable);
            let other = self.others.contains(variable) || self.is_open && !said;
            other && is_typed(&it.form)
        })
    }
}

/// Whether a draft has calls whose types matter.
fn has_type(draft: &Draft) -> bool {
    draft.pieces.iter().any(|it| is_typed(&it.form))
}

/// Whether the type of what is replaced is that of the variable.
fn is_typed(form: &Form) -> bool {
    match form {
        Form::Read(form, _) | Form::Strict(form, _) => match form {
            ReadForm::Member
            | ReadForm::Guarded
            | ReadForm::Destructured { .. }
            | ReadForm::Picked { .. } => true,
            ReadForm::Subscript { .. } | ReadForm::Call { .. } | ReadForm::Presence { .. } => false,
        },
        Form::Literal | Form::Field(_) | Form::Passage(_) => false,
    }
}

/// What all files of `project` say, each with the package it is said in.
fn declared(project: &Project<'_>) -> Vec<(PathBuf, EnvType)> {
    let found = project
        .sources()
        .par_iter()
        .map_init(Vec::new, |buffer, at| said(at, buffer, project.root));
    let found: Vec<Vec<(PathBuf, EnvType)>> = found.collect();
    found.into_iter().flatten().collect()
}

/// What one file says.
fn said(at: &SourceRef, buffer: &mut Vec<u8>, root: &Path) -> Vec<(PathBuf, EnvType)> {
    let language = Language::of_path(&at.path).filter(|it| it.is_typed());
    let Some(language) = language else {
        return Vec::new();
    };
    // Packages say what all programs have in common.
    if at
        .file
        .components()
        .any(|it| it.as_os_str() == "node_modules")
    {
        return Vec::new();
    }
    let Ok(Some(source)) = source::load(at, gate::MAX_SIZE, buffer) else {
        return Vec::new();
    };
    if memmem::find(source.text.as_bytes(), b"ProcessEnv").is_none() {
        return Vec::new();
    }
    let document = Document::new(&source.text, Syntax::of_path(&at.path));
    let Some((_, tree)) = document.tree() else {
        return Vec::new();
    };
    let types = language.env_types(tree.root_node(), &source.text);
    let place = Package::of(&at.file, root).root;
    types.into_iter().map(|it| (place.clone(), it)).collect()
}
