//! Seams: where a project passes its secrets through one place already, one edit there serves
//! all code that reads them.
//!
//! The edit is shown and never applied: what a project has built on its helper is for its people
//! to judge.

mod bench;
mod convict;
mod database;
mod django;
mod find;
mod helper;
mod made;
mod nest;
mod propose;
mod reader;
mod schema;
mod settings;
mod uses;

pub use find::{may_have_seam, seams};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;

use super::SkipReason;
use super::draft::Draft;
use crate::secret::SecretName;
use crate::text::Edit;
use crate::text::Position;
use crate::text::Span;

/// A place through which a project reads secrets, and what could be done there.
#[derive(Debug, Clone)]
pub struct Seam {
    /// What it is.
    pub kind: SeamKind,
    /// What other code calls; empty for what nothing calls.
    pub name: String,
    /// The file, as reports name it.
    pub path: Utf8PathBuf,
    /// Where it starts.
    pub start: Position,
    /// The secrets that are read through it, by path and position.
    pub sites: Vec<SeamSite>,
    /// The one edit; none where the edit that would be right is not known.
    pub proposal: Option<Proposal>,
}

/// A secret that is read through a seam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeamSite {
    /// The variable.
    pub variable: String,
    /// What the wrapper is asked for.
    pub secret: SecretName,
    /// The file, as reports name it.
    pub path: Utf8PathBuf,
    /// Where it is read or declared.
    pub start: Position,
}

/// An edit of a seam that is shown and never applied.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// In the imperative.
    pub title: String,
    /// The edits of the file; no secret is in them.
    pub edits: Vec<Edit>,
    /// Where the edits start and end, by offset in the file before.
    pub places: BTreeMap<usize, Position>,
    /// The file before, masked.
    pub masked_before: String,
    /// The file after, masked.
    pub masked_after: String,
    /// The file after.
    pub after: String,
    /// The files of the wrapper that it needs and that are not there yet, as reports name them.
    pub wrappers: Vec<Utf8PathBuf>,
}

/// What a seam is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeamKind {
    /// A function of the project.
    Helper,
    /// A class of `pydantic-settings`.
    PydanticSettings,
    /// `config` of `python-decouple`.
    Decouple,
    /// `Config` of Starlette.
    Starlette,
    /// `Env` of `django-environ`.
    DjangoEnviron,
    /// `dj_database_url.config`.
    DatabaseUrl,
    /// A schema that the whole environment is checked by: Zod, envalid.
    Schema,
    /// `convict`.
    Convict,
    /// `ConfigModule` of Nest.
    Nest,
    /// `createEnv` of `t3-env`.
    TypedEnv,
}

impl SeamKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Helper,
        Self::PydanticSettings,
        Self::Decouple,
        Self::Starlette,
        Self::DjangoEnviron,
        Self::DatabaseUrl,
        Self::Schema,
        Self::Convict,
        Self::Nest,
        Self::TypedEnv,
    ];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Helper => "helper",
            Self::PydanticSettings => "pydantic-settings",
            Self::Decouple => "decouple",
            Self::Starlette => "starlette-config",
            Self::DjangoEnviron => "django-environ",
            Self::DatabaseUrl => "dj-database-url",
            Self::Schema => "environment-schema",
            Self::Convict => "convict",
            Self::Nest => "nest-config",
            Self::TypedEnv => "t3-env",
        }
    }
}

/// The seams of a project, and what stands within their reach.
#[derive(Debug, Clone, Default)]
pub struct Seams {
    /// By path and position.
    pub list: Vec<Seam>,
    /// Stretches of files whose findings belong to a seam, by the number of the seam.
    claims: BTreeMap<PathBuf, Vec<Claim>>,
}

/// A stretch of a file whose findings belong to a seam.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    span: Span,
    seam: usize,
}

impl Seams {
    /// Takes out the drafts for `file` that belong to a seam; with each, the number of the seam
    /// and the reason why its findings stay.
    pub(super) fn take(
        &self,
        file: &Path,
        drafts: &mut Vec<Draft>,
    ) -> Vec<(Draft, usize, SkipReason)> {
        let mut taken = Vec::new();
        for draft in std::mem::take(drafts) {
            match draft.sites.iter().find_map(|it| self.claim(file, *it)) {
                Some((seam, reason)) => taken.push((draft, seam, reason)),
                None => drafts.push(draft),
            }
        }
        taken
    }

    /// The seam that a finding at `span` of `file` belongs to, by its number, and the reason why
    /// the finding stays.
    fn claim(&self, file: &Path, span: Span) -> Option<(usize, SkipReason)> {
        let claims = self.claims.get(file)?;
        let claim = claims.iter().find(|it| it.span.contains(span))?;
        let reason = match self.list.get(claim.seam)?.kind {
            SeamKind::DatabaseUrl => SkipReason::ByNameReader,
            SeamKind::Helper
            | SeamKind::PydanticSettings
            | SeamKind::Decouple
            | SeamKind::Starlette
            | SeamKind::DjangoEnviron
            | SeamKind::Schema
            | SeamKind::Convict
            | SeamKind::Nest
            | SeamKind::TypedEnv => SkipReason::SeamAvailable,
        };
        Some((claim.seam, reason))
    }
}
