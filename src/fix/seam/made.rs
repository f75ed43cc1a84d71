//! From what settings pass through to a seam.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use camino::Utf8Path;

use super::bench::name_of;
use super::find::Station;
use super::propose::Traffic;
use super::propose::position;
use super::propose::propose;
use super::uses::Use;
use super::{Seam, SeamKind, SeamSite};
use crate::detect::Detector;
use crate::lang::Gateway;
use crate::lang::GatewayKind;
use crate::secret::SecretName;
use crate::text::Span;

/// A seam, and the stretches of files whose findings belong to it.
pub(super) struct Made {
    pub(super) seam: Seam,
    pub(super) claims: Vec<(PathBuf, Span)>,
}

/// A seam, if secrets pass through it.
pub(super) fn seam(
    station: &Station,
    gateway: &Gateway,
    uses: &[Use],
    detector: &Detector<'_>,
    root: &Path,
) -> Option<Made> {
    let opened = &station.opened;
    let family = opened.language.family();
    // Everything that goes through `envsecret` is a secret.
    let says_so = matches!(gateway.kind, GatewayKind::Helper { .. })
        && gateway.name.to_ascii_lowercase().contains("secret");
    let is_secret = |it: &str| is_plain(it) && (says_so || detector.is_secret(family, it));
    let site = |variable: &str, path: &Utf8Path, start| {
        Some(SeamSite {
            variable: variable.to_owned(),
            secret: SecretName::of(variable)?,
            path: path.to_owned(),
            start,
        })
    };
    let declared = gateway.declared.iter().filter(|(it, _)| is_secret(it));
    let declared = declared.filter_map(|(variable, span)| {
        site(variable, &opened.at.path, position(opened, span.start))
    });
    let called = uses.iter().filter_map(|it| {
        let variable = it.variable.as_deref().filter(|it| is_secret(it))?;
        site(variable, &it.path, it.start)
    });
    let mut sites: Vec<SeamSite> = declared.chain(called).collect();
    sites.sort_by(|a, b| {
        (&a.path, a.start.line, a.start.byte_column).cmp(&(
            &b.path,
            b.start.line,
            b.start.byte_column,
        ))
    });
    if sites.is_empty() {
        return None;
    }
    let variables: BTreeSet<&String> = sites.iter().map(|it| &it.variable).collect();
    let variables: Vec<String> = variables.into_iter().cloned().collect();
    let traffic = Traffic {
        variables: &variables,
        only_secrets: uses
            .iter()
            .all(|it| it.variable.as_deref().is_some_and(is_secret)),
    };
    let mut claims: Vec<(PathBuf, Span)> =
        uses.iter().map(|it| (it.file.clone(), it.span)).collect();
    if claims_itself(&gateway.kind) {
        claims.push((opened.at.file.clone(), gateway.span));
    }
    let seam = Seam {
        kind: kind_of(&gateway.kind),
        name: gateway.name.clone(),
        path: opened.at.path.clone(),
        start: position(opened, gateway.span.start),
        sites,
        proposal: propose(opened, gateway, &traffic, detector, root),
    };
    Some(Made { seam, claims })
}

/// Whether what is found within a gateway belongs to it.
fn claims_itself(kind: &GatewayKind) -> bool {
    match kind {
        GatewayKind::DatabaseUrl { .. } | GatewayKind::Typed => true,
        GatewayKind::Helper { .. }
        | GatewayKind::Settings { .. }
        | GatewayKind::Decouple { .. }
        | GatewayKind::Starlette { .. }
        | GatewayKind::Environ { .. }
        | GatewayKind::Schema { .. }
        | GatewayKind::Convict { .. }
        | GatewayKind::Nest { .. } => false,
    }
}

/// Whether the name that the code makes of a variable leads back to it.
fn is_plain(variable: &str) -> bool {
    let name = name_of(variable);
    SecretName::of(variable).is_some_and(|it| it.as_str() == name && it.variable() == variable)
}

fn kind_of(kind: &GatewayKind) -> SeamKind {
    match kind {
        GatewayKind::Helper { .. } => SeamKind::Helper,
        GatewayKind::Settings { .. } => SeamKind::PydanticSettings,
        GatewayKind::Decouple { .. } => SeamKind::Decouple,
        GatewayKind::Starlette { .. } => SeamKind::Starlette,
        GatewayKind::Environ { .. } => SeamKind::DjangoEnviron,
        GatewayKind::DatabaseUrl { .. } => SeamKind::DatabaseUrl,
        GatewayKind::Schema { .. } => SeamKind::Schema,
        GatewayKind::Convict { .. } => SeamKind::Convict,
        GatewayKind::Nest { .. } => SeamKind::Nest,
        GatewayKind::Typed => SeamKind::TypedEnv,
    }
}
