//! The calls that use what settings pass through, in whatever file they are.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use camino::{Utf8Path, Utf8PathBuf};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::find::Station;
use super::find::candidate;
use crate::detect::Document;
use crate::fix::gate;
use crate::fix::gate::Opened;
use crate::lang::Gateway;
use crate::lang::GatewayKind;
use crate::lang::ImportedName;
use crate::lang::Language;
use crate::lang::Syntax;
use crate::source::SourceRef;
use crate::text::Position;
use crate::text::Span;

/// A call that uses one of the gateways.
pub(super) struct Use {
    /// The number of the gateway, over all stations.
    pub(super) gateway: usize,
    /// The variable, unless only the running code knows it.
    pub(super) variable: Option<String>,
    /// Where the file is.
    pub(super) file: PathBuf,
    /// The file, as reports name it.
    pub(super) path: Utf8PathBuf,
    pub(super) start: Position,
    pub(super) span: Span,
}

/// Every call that uses one of `gateways`.
pub(super) fn uses(
    sources: &[SourceRef],
    gateways: &[(&Station, &Gateway)],
    root: &Path,
) -> Vec<Use> {
    let names: BTreeSet<&str> = gateways.iter().map(|(_, it)| it.name.as_str()).collect();
    let names: Vec<&str> = names.into_iter().filter(|it| !it.is_empty()).collect();
    let Ok(mention) = AhoCorasick::new(&names) else {
        return Vec::new();
    };
    if names.is_empty() {
        return Vec::new();
    }
    let found = sources.par_iter().map_init(Vec::new, |buffer, at| {
        let language = candidate(at, buffer).filter(|_| mention.is_match(&*buffer));
        language.map_or_else(Vec::new, |it| uses_in(at, it, gateways, root))
    });
    let found: Vec<Vec<Use>> = found.collect();
    found.into_iter().flatten().collect()
}

/// The calls of one file that use one of `gateways`.
fn uses_in(
    at: &SourceRef,
    language: Language,
    gateways: &[(&Station, &Gateway)],
    root: &Path,
) -> Vec<Use> {
    let Ok(opened) = gate::read(&at.path, &at.file, at.class, language, root) else {
        return Vec::new();
    };
    let document = Document::new(&opened.text, Syntax::of_path(&at.path));
    let Some((_, tree)) = document.tree() else {
        return Vec::new();
    };
    let tree = tree.root_node();
    let imported = language.imported_names(tree, &opened.text);
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, (station, gateway)) in gateways.iter().enumerate() {
        let same = station.opened.language.family() == language.family();
        let local = local_name(station, gateway, &opened, &imported).filter(|_| same);
        if let Some(local) = local {
            known.entry(local).or_insert(number);
        }
    }
    let wanted: Vec<&str> = known.keys().copied().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let calls = language.keyed_calls(tree, &opened.text, &wanted);
    calls
        .into_iter()
        .filter_map(|it| {
            Some(Use {
                gateway: *known.get(it.callee.as_str())?,
                variable: it.variable,
                file: opened.at.file.clone(),
                path: at.path.clone(),
                start: document.lines().position(&opened.text, it.span.start),
                span: it.span,
            })
        })
        .collect()
}

/// What a file calls a gateway, if it knows it.
fn local_name<'n>(
    station: &Station,
    gateway: &'n Gateway,
    opened: &Opened,
    imported: &'n [ImportedName],
) -> Option<&'n str> {
    if gateway.name.is_empty() {
        return None;
    }
    if station.opened.at.file == opened.at.file {
        return Some(&gateway.name);
    }
    let home = match gateway.kind {
        // Every file that imports decouple has an object of its own.
        GatewayKind::Decouple { .. } => return None,
        GatewayKind::Nest { .. } => "config",
        GatewayKind::Helper { .. }
        | GatewayKind::Settings { .. }
        | GatewayKind::Starlette { .. }
        | GatewayKind::Environ { .. }
        | GatewayKind::DatabaseUrl { .. }
        | GatewayKind::Schema { .. }
        | GatewayKind::Convict { .. }
        | GatewayKind::Typed => module_name(&station.opened.at.path)?,
    };
    let import = imported.iter().find(|it| {
        let anywhere = !matches!(gateway.kind, GatewayKind::Nest { .. });
        let own = anywhere || it.module == "@nestjs/config";
        own && it.symbol == gateway.name && last_part(&it.module) == home
    })?;
    Some(&import.local)
}

/// What an import of a file ends with.
fn module_name(path: &Utf8Path) -> Option<&str> {
    match path.file_stem()? {
        "__init__" | "index" => path.parent()?.file_name(),
        stem => Some(stem),
    }
}

/// The last part of the name of a module: `settings` of `app.settings` and of `./settings.js`.
fn last_part(module: &str) -> &str {
    let Some((_, last)) = module.rsplit_once('/') else {
        return module.rsplit('.').next().unwrap_or(module);
    };
    let known = [".js", ".ts", ".mjs", ".cjs", ".tsx", ".jsx"];
    let extension = known.iter().find_map(|it| last.strip_suffix(it));
    extension.unwrap_or(last)
}
