//! From a seam to the edit that is proposed there, checked like any other.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use super::Proposal;
use super::bench::Bench;
use super::convict;
use super::database;
use super::django;
use super::helper;
use super::nest;
use super::reader;
use super::schema;
use super::settings;
use crate::detect::Detector;
use crate::detect::Document;
use crate::finding::Finding;
use crate::fix::Applicability;
use crate::fix::gate;
use crate::fix::gate::Bounds;
use crate::fix::gate::Opened;
use crate::fix::home::Home;
use crate::fix::package::Package;
use crate::fix::places;
use crate::fix::python_folder::Folders;
use crate::fix::shown::Secrets;
use crate::fix::shown::values;
use crate::fix::verify;
use crate::lang::Gateway;
use crate::lang::GatewayKind;
use crate::lang::Syntax;
use crate::secret::Secret;
use crate::secret::StoreKind;
use crate::source::Encoding;
use crate::source::Source;
use crate::text;
use crate::text::Edit;
use crate::text::LineIndex;
use crate::text::Position;
use crate::text::Span;

/// What passes through a seam.
pub(super) struct Traffic<'t> {
    /// The variables of secrets, sorted.
    pub(super) variables: &'t [String],
    /// Whether everything is a secret, as far as all calls say.
    pub(super) only_secrets: bool,
}

/// The edit of a seam; `None` where it would not be right, or cannot be shown to be.
pub(super) fn propose(
    opened: &Opened,
    gateway: &Gateway,
    traffic: &Traffic<'_>,
    detector: &Detector<'_>,
    root: &Path,
) -> Option<Proposal> {
    let package = Package::of(&opened.at.file, root);
    if gate::trust(opened, &package).ok()? != Applicability::Safe {
        return None;
    }
    let folders = Folders::of([&*opened.at.file], root);
    let home = Home::of(opened, &package, &folders).ok()?;
    let uncommitted = BTreeSet::new();
    let bounds = Bounds {
        root,
        uncommitted: &uncommitted,
    };
    let place = (opened.at.file.as_path(), opened.at.path.as_path());
    let wrapper = home.needed(StoreKind::default(), bounds, place).ok()?;
    let document = Document::new(&opened.text, Syntax::of_path(&opened.at.path));
    let mut bench = Bench {
        document: &document,
        language: opened.language,
        home: &home,
        gateway,
        variables: traffic.variables,
        only_secrets: traffic.only_secrets,
        edits: Vec::new(),
    };
    let title = edit(&mut bench)?;
    let edits = with_line_endings(&opened.text, bench.edits);
    let after = text::apply(&opened.text, &edits).ok()?;
    let (before, now) = (document.tree()?.1, Document::new(&after, document.syntax));
    if verify::errors(now.tree()?.1) > verify::errors(before) {
        return None;
    }
    let (masked_before, masked_after) = masked(opened, &edits, &after, detector)?;
    let mut edits = edits;
    edits.sort_by_key(|it| it.span);
    Some(Proposal {
        title,
        places: places(&opened.text, &edits, &[]),
        edits,
        masked_before,
        masked_after,
        after,
        wrappers: wrapper.files.into_iter().map(|it| it.path).collect(),
    })
}

/// Makes the edits of a seam, and tells what they do.
fn edit(bench: &mut Bench<'_>) -> Option<String> {
    match &bench.gateway.kind {
        GatewayKind::Helper { start, key, reads } => helper::propose(bench, *start, key, reads),
        GatewayKind::Settings {
            is_customised: true,
            ..
        }
        | GatewayKind::Typed => None,
        GatewayKind::Settings { end, indent, .. } => settings::propose(bench, *end, indent),
        GatewayKind::Decouple { import, after } => reader::decouple(bench, *import, *after),
        GatewayKind::Starlette { class, start } => reader::starlette(bench, *class, *start),
        GatewayKind::Environ { end } => django::propose(bench, *end),
        GatewayKind::DatabaseUrl {
            default,
            end,
            comma,
        } => database::propose(bench, *default, *end, comma),
        GatewayKind::Schema { environment } => schema::propose(bench, *environment),
        GatewayKind::Convict { end } => convict::propose(bench, *end),
        GatewayKind::Nest { place, .. } => nest::propose(bench, *place),
    }
}

/// The edits with the line endings of `text`.
fn with_line_endings(text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    if !text.contains("\r\n") {
        return edits;
    }
    let edits = edits.into_iter();
    edits
        .map(|it| {
            let content = it.content.replace("\r\n", "\n").replace('\n', "\r\n");
            Edit::replace(it.span, content)
        })
        .collect()
}

/// The file before and after, masked; `None` when an edit holds a secret.
fn masked(
    opened: &Opened,
    edits: &[Edit],
    after: &str,
    detector: &Detector<'_>,
) -> Option<(String, String)> {
    let scan = |text: &str| {
        let source = Source {
            at: &opened.at,
            text: Cow::Borrowed(text),
            encoding: Encoding::Utf8,
        };
        let scan = detector.scan_text(&source);
        let suppressed = scan.suppressed.iter().map(|it| &it.finding);
        let all = scan.findings.iter().chain(suppressed);
        values(text, all.flat_map(Finding::parts))
    };
    let (old, new) = (scan(&opened.text), scan(after));
    let secrets = Secrets::new(old.iter().chain(&new).map(|(_, it)| it));
    let shows = edits
        .iter()
        .any(|it| secrets.mask(&it.content, Vec::new()) != it.content);
    let spans = |values: &[(Span, Secret)]| values.iter().map(|(it, _)| *it).collect();
    (!shows).then(|| {
        (
            secrets.mask(&opened.text, spans(&old)),
            secrets.mask(after, spans(&new)),
        )
    })
}

/// Where `offset` of the file lies.
pub(super) fn position(opened: &Opened, offset: usize) -> Position {
    LineIndex::new(&opened.text).position(&opened.text, offset)
}
