//! Notebooks: each kind of cell is scanned as what it is, and all that is found led back to the
//! file.

use camino::Utf8PathBuf;

use super::{Detector, Scan};
use crate::finding::Finding;
use crate::finding::Location;
use crate::lang::Syntax;
use crate::source::Source;
use crate::source::SourceRef;
use crate::source::notebook::{Chapter, Notebook};
use crate::text::LineIndex;
use crate::text::Span;

/// Scans the cells of a notebook, and what else is in the file as what it is without them.
pub(super) fn scan<'p>(
    detector: &Detector<'p>,
    source: &Source<'_>,
    notebook: &Notebook,
) -> Scan<'p> {
    let (text, at) = (&*source.text, source.at);
    let mut scan = detector.scan_as(text, Syntax::of_path(at.inner()), at);
    let outside = |it: &Location| !is_covered(&notebook.covered, it.span);
    scan.findings.retain(|it| outside(&it.location));
    scan.suppressed.retain(|it| outside(&it.finding.location));
    let lines = LineIndex::new(text);
    for chapter in &notebook.chapters {
        // The same line in two chapters is two findings.
        let part = SourceRef {
            path: Utf8PathBuf::from(format!("{}#{}", at.path, chapter.kind)),
            ..at.clone()
        };
        let name = Utf8PathBuf::from(format!("cell.{}", chapter.extension));
        let mut found = detector.scan_as(chapter.text.text(), Syntax::of_path(&name), &part);
        let findings = found.findings.iter_mut();
        let suppressed = found.suppressed.iter_mut().map(|it| &mut it.finding);
        for finding in findings.chain(suppressed) {
            finding.location.path.clone_from(&at.path);
            lead_back(finding, chapter, (text, &lines));
        }
        for notice in &mut found.notices {
            notice.path.clone_from(&at.path);
        }
        scan.findings.append(&mut found.findings);
        scan.suppressed.append(&mut found.suppressed);
        scan.notices.append(&mut found.notices);
    }
    scan.findings.sort_by_key(|it| it.location.span);
    scan.suppressed.sort_by_key(|it| it.finding.location.span);
    scan.notices.sort();
    scan.notices.dedup();
    scan
}

/// Moves the place of a finding from a chapter to the file.
fn lead_back(finding: &mut Finding<'_>, chapter: &Chapter, (text, lines): (&str, &LineIndex)) {
    let at = &mut finding.location;
    let before = at.start.line.saturating_sub(finding.excerpt.first_line);
    at.layers.cell = chapter.cell(at.span.start);
    at.span = chapter.text.origin(at.span);
    at.start = lines.position(text, at.span.start);
    at.end = lines.position(text, at.span.end);
    // The lines of a cell have lines of their own in nearly every file.
    finding.excerpt.first_line = at.start.line.saturating_sub(before).max(1);
    for part in &mut finding.related {
        part.location.path.clone_from(&finding.location.path);
        lead_back(part, chapter, (text, lines));
    }
}

/// Whether `span` shares bytes with one of `covered`, which are in order.
fn is_covered(covered: &[Span], span: Span) -> bool {
    let after = covered.partition_point(|it| it.start < span.end);
    let last = after.checked_sub(1).and_then(|it| covered.get(it));
    last.is_some_and(|it| it.overlaps(span))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::pattern;
    use crate::pattern::PatternSet;
    use crate::risk::FileClass;
    use crate::source;
    use crate::source::Encoding;

    /// A token with a right checksum that nobody has issued.
    const TOKEN: &str = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");

    /// A notebook of cells, each of a kind and with lines, as Jupyter writes it.
    fn notebook(cells: &[(&str, &[&str])]) -> String {
        let cells: Vec<serde_json::Value> = cells
            .iter()
            .map(|(kind, lines)| {
                let count = lines.len();
                let lines = lines.iter().zip(1..);
                let line = |(it, number)| format!("{it}{}", if number < count { "\n" } else { "" });
                let lines: Vec<String> = lines.map(line).collect();
                serde_json::json!({ "cell_type": kind, "metadata": {}, "source": lines })
            })
            .collect();
        let book = serde_json::json!({
            "cells": cells,
            "metadata": {
                "language_info": { "file_extension": ".py", "name": "python" },
                "key": TOKEN,
            },
            "nbformat": 4,
        });
        serde_json::to_string_pretty(&book).unwrap()
    }

    /// What is found in a text, and what is suppressed, as the tests tell it.
    fn told(text: &str) -> (Vec<String>, usize) {
        let patterns = PatternSet::load(&pattern::Options::default()).unwrap();
        let detector = Detector::new(&patterns, source::MAX_FILE_SIZE);
        let at = SourceRef {
            path: "book.ipynb".into(),
            file: "book.ipynb".into(),
            class: FileClass::Code,
            archives: Vec::new(),
            origin: source::Origin::File,
        };
        let scan = detector.scan_text(&Source {
            at: &at,
            text: Cow::Borrowed(text),
            encoding: Encoding::Utf8,
        });
        let mut prints: Vec<_> = scan.findings.iter().map(|it| it.fingerprint).collect();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), scan.findings.len());
        let tell = |it: &Finding<'_>| {
            let place = &it.location;
            assert_eq!(place.path, "book.ipynb");
            let written = place.span.of(text).unwrap();
            let line = text.lines().nth(place.start.line - 1).unwrap();
            assert!(line.contains(written));
            format!("{:?} {} {written}", place.layers.cell, it.pattern.id())
        };
        (
            scan.findings.iter().map(tell).collect(),
            scan.suppressed.len(),
        )
    }

    #[test]
    fn each_cell_is_read_as_what_it_is_and_nothing_is_told_twice() {
        let token = format!("gh = \"{TOKEN}\"");
        let text = notebook(&[
            ("markdown", &["# A notebook", &format!("with `{TOKEN}`")]),
            ("code", &["import os", "%matplotlib inline", &token]),
            ("code", &["connect(", "    password='rosebud-1941',", ")"]), // shield: allow made up
            ("code", &["!export DB_PASSWORD=rosebud-1942"]),              // shield: allow made up
            ("code", &["key = os.environ['SECRET_KEY']"]),
        ]);
        let (found, suppressed) = told(&text);
        let expected = [
            format!("Some(1) github/personal-access-token {TOKEN}"),
            format!("Some(2) github/personal-access-token {TOKEN}"),
            "Some(3) generic/hardcoded-password rosebud-1941".to_owned(),
            "Some(4) generic/hardcoded-password rosebud-1942".to_owned(),
            "Some(5) environment/unmanaged-secret os.environ['SECRET_KEY']".to_owned(),
            format!("None github/personal-access-token {TOKEN}"),
        ];
        assert_eq!(found, expected);
        assert_eq!(suppressed, 0);
    }

    #[test]
    fn a_comment_in_a_cell_suppresses() {
        let allowed = "password = 'rosebud-1941'  # shield: allow made up";
        let text = notebook(&[
            ("code", &["x = 1", allowed]),
            (
                "code",
                &["# shield: allow made up", "password = 'rosebud-1941'"],
            ),
        ]);
        let (found, suppressed) = told(&text);
        assert_eq!(found.len(), 1);
        assert_eq!(suppressed, 2);
    }

    #[test]
    fn a_broken_notebook_is_read_as_json() {
        let text = notebook(&[("code", &[&format!("gh = \"{TOKEN}\"")])]);
        let (found, _) = told(text.trim_end_matches('}'));
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|it| it.starts_with("None")));
    }
}
