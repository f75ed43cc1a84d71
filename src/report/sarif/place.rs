//! Files and regions as SARIF names them.

use std::fmt::Write as _;

use camino::Utf8Path;
use serde_sarif::sarif;

use crate::finding::Finding;
use crate::text::Position;

/// The folder that relative addresses start from; servers know it by this name.
pub(super) const ROOT: &str = "%SRCROOT%";

/// What [`ROOT`] stands for; not where it is, which is nobody else's business.
pub(super) fn root() -> sarif::ArtifactLocation {
    let text = "The folder that shield was run in.";
    let description = sarif::Message::builder().text(text).build();
    sarif::ArtifactLocation::builder()
        .description(description)
        .build()
}

/// The file at `path`.
pub(super) fn artifact(path: &Utf8Path) -> sarif::ArtifactLocation {
    let mut location = sarif::ArtifactLocation::builder().uri(uri(path)).build();
    location.uri_base_id = (!is_absolute(path.as_str())).then(|| ROOT.to_owned());
    location
}

/// Whether a path starts at a root, of this system or of another one.
fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || has_drive(path)
}

/// Whether a path starts with `C:/`.
fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic())
}

/// `a b/c.py` as `a%20b/c.py`, `/a` as `file:///a`.
pub(super) fn uri(path: &Utf8Path) -> String {
    let path = path.as_str();
    let mut uri = String::with_capacity(path.len());
    if has_drive(path) {
        uri.push_str("file:///");
    } else if is_absolute(path) {
        uri.push_str("file://");
    }
    let drive = if has_drive(path) { 2 } else { 0 };
    for (index, byte) in path.bytes().enumerate() {
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if unreserved || index < drive {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// Where a finding is: the place, and the masked lines around it.
pub(super) fn location(finding: &Finding<'_>) -> sarif::Location {
    let mut physical = physical(finding);
    physical.context_region = context(finding);
    sarif::Location::builder()
        .physical_location(physical)
        .build()
}

/// Where another part of a credential is, and what it is.
pub(super) fn related(part: &Finding<'_>, message: sarif::Message) -> sarif::Location {
    sarif::Location::builder()
        .physical_location(physical(part))
        .message(message)
        .build()
}

fn physical(finding: &Finding<'_>) -> sarif::PhysicalLocation {
    let at = &finding.location;
    let excerpt = &finding.excerpt;
    let mut region = region(at.start, at.end);
    region.snippet = excerpt.highlight.of(&excerpt.text).map(content);
    sarif::PhysicalLocation::builder()
        .artifact_location(artifact(&at.path))
        .region(region)
        .build()
}

/// The lines of the excerpt, when they are more than the finding covers.
fn context(finding: &Finding<'_>) -> Option<sarif::Region> {
    let (at, excerpt) = (&finding.location, &finding.excerpt);
    // The line after the last line ending is not worth showing.
    let shown = excerpt.text.trim_end_matches('\n');
    let after = shown.get(excerpt.highlight.end..).unwrap_or("");
    let first = excerpt.first_line.min(at.start.line);
    let last = at.end.line + after.matches('\n').count();
    let wider = first < at.start.line || last > at.end.line;
    wider.then(|| {
        sarif::Region::builder()
            .start_line(number(first))
            .end_line(number(last))
            .snippet(content(shown))
            .build()
    })
}

/// The region between two positions.
pub(super) fn region(start: Position, end: Position) -> sarif::Region {
    sarif::Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.utf16_column))
        .end_line(number(end.line))
        .end_column(number(end.utf16_column))
        .build()
}

/// A text out of a file.
pub(super) fn content(text: &str) -> sarif::ArtifactContent {
    sarif::ArtifactContent::builder().text(text).build()
}

/// A line or column as the library counts.
fn number(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_relative_and_escaped() {
        let of = |path: &str| uri(Utf8Path::new(path));
        assert_eq!(of("src/a b/é#1%.py"), "src/a%20b/%C3%A9%231%25.py");
        assert_eq!(of("c:x.py"), "c%3Ax.py");
        assert_eq!(artifact("a.py".into()).uri_base_id.as_deref(), Some(ROOT));
    }

    #[test]
    fn an_absolute_path_becomes_a_file_address() {
        let of = |path: &str| uri(Utf8Path::new(path));
        assert_eq!(of("/tmp/a b.py"), "file:///tmp/a%20b.py");
        assert_eq!(of("C:/a b.py"), "file:///C:/a%20b.py");
        assert_eq!(artifact("/a.py".into()).uri_base_id, None);
    }
}
