//! How often each pattern is met in a tree.

use std::collections::BTreeMap;

use crate::detect::Detector;
use crate::detect::Scan;
use crate::pattern::Pattern;
use crate::pattern::PatternSet;
use crate::pattern::Point;
use crate::source;
use crate::source::SourceError;

/// How often each pattern is met in a tree.
#[derive(Debug)]
pub struct Coverage<'p> {
    /// How many files were looked at.
    pub files: usize,
    /// Every pattern, by id.
    pub patterns: Vec<Met<'p>>,
    /// How many files were not looked at, or not in full.
    pub notices: usize,
}

/// How often one pattern is met.
#[derive(Debug)]
pub struct Met<'p> {
    /// The pattern.
    pub pattern: &'p Pattern,
    /// How many findings it has; a credential of several parts is one.
    pub findings: usize,
    /// Its points, in the order of the file, and how many places each has found.
    pub points: Vec<(&'p Point, usize)>,
}

/// Counts what `detector`, made of `patterns`, finds; what the source itself allows counts too.
///
/// # Errors
///
/// Fails when a path asked for does not exist.
pub fn coverage<'p>(
    patterns: &'p PatternSet,
    detector: &Detector<'p>,
    sources: &source::Options,
) -> Result<Coverage<'p>, SourceError> {
    let listing = source::enumerate(sources)?;
    let scan = detector.scan_all(&listing.sources, || {});
    Ok(Coverage {
        files: scan.files,
        patterns: count(patterns, &scan),
        notices: listing.notices.len() + scan.notices.len(),
    })
}

/// Counts the findings of each pattern, and the places of each point.
fn count<'p>(patterns: &'p PatternSet, scan: &Scan<'p>) -> Vec<Met<'p>> {
    let allowed = scan
        .suppressed
        .iter()
        .filter(|it| it.cause.cause().in_source);
    let allowed = allowed.map(|it| &it.finding);
    let mut findings: BTreeMap<&str, usize> = BTreeMap::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for finding in scan.findings.iter().chain(allowed) {
        *findings.entry(finding.pattern.id()).or_default() += 1;
        for part in finding.parts() {
            let id = part.pattern.point_id(part.point);
            *places.entry(id).or_default() += 1;
        }
    }
    let met = patterns.iter().map(|pattern| {
        let points = pattern.points.iter().map(|point| {
            let id = pattern.point_id(point);
            (point, places.get(&id).copied().unwrap_or(0))
        });
        Met {
            pattern,
            findings: findings.get(pattern.id()).copied().unwrap_or(0),
            points: points.collect(),
        }
    });
    met.collect()
}
