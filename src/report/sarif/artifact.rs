//! What lies in archives, as SARIF nests artifacts.
//!
//! A place in an archive is told twice: as the archive itself, which every server can show, and
//! among the related locations as the nested artifact with its lines.

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde_sarif::sarif;

use super::message;
use super::place;
use crate::finding::Finding;
use crate::report::words;
use crate::source::archive;

/// The numbers of artifacts in the list of the run, by path.
pub(super) type Nested<'a> = BTreeMap<&'a Utf8Path, i64>;

/// The archives around `findings` and what lies in them, each once, and where each is listed.
pub(super) fn of<'a>(
    findings: impl Iterator<Item = &'a Finding<'a>>,
) -> (Vec<sarif::Artifact>, Nested<'a>) {
    let mut artifacts = Vec::new();
    let mut numbers = Nested::new();
    for finding in findings.filter(|it| !it.location.layers.archives.is_empty()) {
        let at = &finding.location;
        let mut parent = None;
        let paths = at.layers.archives.iter().chain([&at.path]);
        for (path, around) in
            paths.zip(std::iter::once(None).chain(at.layers.archives.iter().map(Some)))
        {
            let next = i64::try_from(artifacts.len()).unwrap_or(i64::MAX);
            let number = *numbers.entry(path.as_path()).or_insert(next);
            if number == next {
                let location = match around {
                    None => place::artifact(path),
                    Some(_) => within(archive::inner(path, around)),
                };
                let mut artifact = sarif::Artifact::builder().location(location).build();
                artifact.parent_index = parent;
                artifacts.push(artifact);
            }
            parent = Some(number);
        }
    }
    (artifacts, numbers)
}

/// The address of what lies at `path` in an archive.
fn within(path: &Utf8Path) -> sarif::ArtifactLocation {
    sarif::ArtifactLocation::builder()
        .uri(place::uri(path))
        .build()
}

/// Where a finding is: in an archive, the archive.
pub(super) fn location(finding: &Finding<'_>, nested: &Nested<'_>) -> sarif::Location {
    let at = &finding.location;
    let Some(outermost) = at.layers.archives.first() else {
        return place::location(finding);
    };
    let mut artifact = place::artifact(outermost);
    artifact.index = nested.get(outermost.as_path()).copied();
    // Servers want a line of every place.
    let region = sarif::Region::builder().start_line(1).build();
    let physical = sarif::PhysicalLocation::builder()
        .artifact_location(artifact)
        .region(region)
        .build();
    let logical = sarif::LogicalLocation::builder()
        .fully_qualified_name(words::plain(at.path.as_str()))
        .kind("resource")
        .build();
    sarif::Location::builder()
        .physical_location(physical)
        .logical_locations(vec![logical])
        .build()
}

/// The place of a finding in its archive, with its lines; none for a file of its own.
pub(super) fn exact(finding: &Finding<'_>, nested: &Nested<'_>) -> Option<sarif::Location> {
    let at = &finding.location;
    at.layers.archives.last()?;
    let mut location = place::location(finding);
    location.message = Some(message("In the archive."));
    Some(within_archive(finding, location, nested))
}

/// The `location` of a finding with the name that its file has in the innermost archive.
pub(super) fn within_archive(
    finding: &Finding<'_>,
    mut location: sarif::Location,
    nested: &Nested<'_>,
) -> sarif::Location {
    let at = &finding.location;
    if let Some(physical) = &mut location.physical_location
        && !at.layers.archives.is_empty()
    {
        let mut artifact = within(at.inner());
        artifact.index = nested.get(at.path.as_path()).copied();
        physical.artifact_location = Some(artifact);
    }
    location
}
