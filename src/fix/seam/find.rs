//! Finds seams: first the places through which settings pass, then the secrets that do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _,
};
use regex::bytes::Regex;

use super::made::Made;
use super::made::seam;
use super::uses::Use;
use super::uses::uses;
use super::{Claim, Seams};
use crate::detect::Detector;
use crate::detect::Document;
use crate::fix::gate;
use crate::fix::gate::Opened;
use crate::lang::Family;
use crate::lang::Gateway;
use crate::lang::GatewayKind;
use crate::lang::Language;
use crate::lang::Syntax;
use crate::risk::FileClass;
use crate::source::SourceRef;

/// Files above this size are not looked at, in bytes.
const MAX_SIZE: u64 = 1024 * 1024;

/// More places than this are not followed to the code that uses them.
const MAX_PLACES: usize = 2_000;

/// What a Python file has that has a seam.
static PYTHON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:environ\s*\.\s*get\s*\(|getenv\s*\(|environ\s*\[)\s*[A-Za-z_]|(?:environ|getenv)\s+as\s|BaseSettings|from\s+decouple|starlette\.config|dj_database_url|environ\.Env|from\s+environ\s+import",
    )
    .ok()
});

/// What a file of JavaScript or TypeScript has that has a seam.
static ECMASCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\benv\s*\[|arse(?:Async)?\s*\(\s*(?:process|env\b)|cleanEnv\s*\(|ConfigModule|convict|@t3-oss/env",
    )
    .ok()
});

/// A file with places through which settings pass.
pub(super) struct Station {
    pub(super) opened: Opened,
    pub(super) gateways: Vec<Gateway>,
}

/// Whether the file at `at` with these bytes may be a place through which settings pass; to parse it
/// takes longer.
#[must_use]
pub fn may_have_seam(at: &SourceRef, bytes: &[u8]) -> bool {
    language(at).is_some_and(|it| has_words(it, bytes))
}

/// Finds the seams among `sources`, of which each comes with [`may_have_seam`]; nothing outside of
/// `root` is proposed to be changed.
#[must_use]
pub fn seams(
    (sources, may_have_seam): (&[SourceRef], &[bool]),
    detector: &Detector<'_>,
    root: &Path,
) -> Seams {
    let Ok(root) = fs::canonicalize(root) else {
        return Seams::default();
    };
    let found = sources.par_iter().zip(may_have_seam);
    let found = found.filter(|(_, may)| **may);
    let found = found.map_init(Vec::new, |buffer, (at, _)| station(at, buffer, &root));
    let found: Vec<Option<Station>> = found.collect();
    let mut stations: Vec<Station> = found.into_iter().flatten().collect();
    keep_one_nest(&mut stations);
    let gateways: Vec<(&Station, &Gateway)> = stations
        .iter()
        .flat_map(|it| it.gateways.iter().map(move |gateway| (it, gateway)))
        .take(MAX_PLACES)
        .collect();
    let mut by_gateway: BTreeMap<usize, Vec<Use>> = BTreeMap::new();
    for it in uses(sources, &gateways, &root) {
        by_gateway.entry(it.gateway).or_default().push(it);
    }
    let mut numbers: Vec<usize> = (0..gateways.len()).collect();
    numbers.retain(|it| {
        let declares = gateways
            .get(*it)
            .is_some_and(|(_, it)| !it.declared.is_empty());
        declares || by_gateway.contains_key(it)
    });
    let made = numbers.par_iter().map(|number| {
        let (station, gateway) = gateways.get(*number)?;
        let used = by_gateway.get(number).map_or(&[][..], |it| it);
        seam(station, gateway, used, detector, &root)
    });
    let made: Vec<Option<Made>> = made.collect();
    gather(made.into_iter().flatten().collect())
}

/// The seams in their order, and what belongs to each.
fn gather(mut made: Vec<Made>) -> Seams {
    let place = |it: &Made| {
        (
            it.seam.path.clone(),
            it.seam.start.line,
            it.seam.start.byte_column,
        )
    };
    made.sort_by_key(place);
    let mut seams = Seams::default();
    for (number, it) in made.into_iter().enumerate() {
        for (file, span) in it.claims {
            let own = seams.claims.entry(file).or_default();
            own.push(Claim { span, seam: number });
        }
        seams.list.push(it.seam);
    }
    seams
}

/// Looks for gateways in a file.
fn station(at: &SourceRef, buffer: &mut Vec<u8>, root: &Path) -> Option<Station> {
    let language = candidate(at, buffer).filter(|it| has_words(*it, buffer))?;
    let opened = gate::read(&at.path, &at.file, at.class, language, root).ok()?;
    let document = Document::new(&opened.text, Syntax::of_path(&at.path));
    let (_, tree) = document.tree()?;
    let mut gateways = language.gateways(tree.root_node(), &opened.text);
    // What asks the wrapper needs no edit.
    gateways.retain(|it| {
        let inside = it.span.of(&opened.text).unwrap_or("");
        !inside.contains("get_secret") && !inside.contains("getSecret")
    });
    (!gateways.is_empty()).then_some(Station { opened, gateways })
}

/// Whether code has words without which there is no seam.
fn has_words(language: Language, bytes: &[u8]) -> bool {
    let words = match language.family() {
        Family::Python => &PYTHON,
        Family::EcmaScript => &ECMASCRIPT,
    };
    words.as_ref().is_some_and(|it| it.is_match(bytes))
}

/// The language of a file that may be looked at, whatever its size.
fn language(at: &SourceRef) -> Option<Language> {
    let is_code = at.class == FileClass::Code && at.archives.is_empty();
    Language::of_path(&at.path).filter(|_| is_code)
}

/// The language of a file that may be looked at, whose bytes are then in `buffer`.
pub(super) fn candidate(at: &SourceRef, buffer: &mut Vec<u8>) -> Option<Language> {
    let language = language(at)?;
    let size = fs::metadata(&at.file)
        .ok()
        .filter(fs::Metadata::is_file)?
        .len();
    if size > MAX_SIZE {
        return None;
    }
    *buffer = fs::read(&at.file).ok()?;
    Some(language)
}

/// Keeps one `ConfigModule.forRoot`: the one that serves every module, else the one nearest to
/// the root.
fn keep_one_nest(stations: &mut [Station]) {
    let rank = |station: &Station, gateway: &Gateway| {
        let GatewayKind::Nest { is_global, .. } = gateway.kind else {
            return None;
        };
        let depth = station.opened.at.path.components().count();
        let path = station.opened.at.path.clone();
        Some((!is_global, depth, path, gateway.span))
    };
    let best = stations
        .iter()
        .flat_map(|it| {
            it.gateways
                .iter()
                .filter_map(move |gateway| rank(it, gateway))
        })
        .min();
    for station in stations {
        let gateways = std::mem::take(&mut station.gateways);
        let kept = gateways.into_iter().filter(|it| {
            let own = rank(station, it);
            own.is_none() || own == best
        });
        station.gateways = kept.collect();
    }
}
