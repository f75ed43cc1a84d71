//! What a change has brought in.

use std::collections::BTreeMap;

use camino::Utf8Path;

use crate::detect::Scan;
use crate::finding::Finding;
use crate::source;
use crate::source::Added;
use crate::source::Lines;
use crate::source::SourceRef;

/// Keeps the findings that stand, with one of their parts at least, on lines that were added.
pub(super) fn keep_added(
    scan: &mut Scan<'_>,
    added: &Added,
    sources: &[SourceRef],
    options: &source::Options,
) {
    // Sorted by path, as they are listed.
    let find = |path: &Utf8Path| {
        let path = |it: &SourceRef| it.path.as_str().cmp(path.as_str());
        sources.binary_search_by(path).ok()
    };
    let mut known: BTreeMap<String, Vec<Lines>> = BTreeMap::new();
    let mut is_added = |finding: &Finding<'_>| {
        let location = &finding.location;
        let outermost = location.layers.archives.first();
        let path = outermost.unwrap_or(&location.path);
        if !known.contains_key(path.as_str()) {
            let source = find(path).and_then(|it| sources.get(it));
            let lines = source.map(|it| added.lines(it, options.max_file_size));
            known.insert(path.to_string(), lines.unwrap_or_default());
        }
        let lines = known.get(path.as_str()).map_or(&[][..], |it| it);
        if outermost.is_some() {
            // Lines of an archive are none of ours: it has changed, or it has not.
            return !lines.is_empty();
        }
        let spans = finding.parts().map(|it| &it.location);
        let mut spans = spans.map(|it| (it.start.line, it.end.line));
        spans.any(|(first, last)| lines.iter().any(|it| it.first <= last && first <= it.last))
    };
    scan.findings.retain(&mut is_added);
    scan.suppressed.retain(|it| is_added(&it.finding));
}
