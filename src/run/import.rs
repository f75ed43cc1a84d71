//! Finds again what other programs have found.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::RunError;
use crate::baseline::import::Foreign;
use crate::detect::Detector;
use crate::finding::Finding;
use crate::pattern::PatternSet;
use crate::settings::Settings;
use crate::source;
use crate::source::SourceRef;
use crate::source::git::Store;

/// Is handed a finding, and why it is let be.
pub type Visit<'v> = dyn FnMut(&Finding<'_>, &'static str) + 'v;

/// A file, as a commit has it, or as it lies on the disk.
type Text<'t> = (Option<&'t str>, &'t str);

/// Looks for what `list` names, and hands to `visit` what is found with why it is let be; tells how
/// many are not found.
///
/// # Errors
///
/// Fails when the run cannot go on.
pub fn recognize(
    settings: &Settings,
    list: &[Foreign],
    visit: &mut Visit<'_>,
) -> Result<usize, RunError> {
    let root = &settings.places.root;
    let patterns = PatternSet::load(&settings.patterns)?;
    let detector = Detector::new(&patterns, settings.sources.max_file_size).rooted(root);
    let store = Arc::new(Store::new(root.clone()));
    let mut texts: BTreeMap<Text<'_>, Vec<&Foreign>> = BTreeMap::new();
    for it in list {
        let text = (it.commit.as_deref(), &*it.path);
        texts.entry(text).or_default().push(it);
    }
    let mut missed = 0;
    let mut buffer = Vec::new();
    for ((commit, path), wanted) in texts {
        let at = at(root, commit, path, &store);
        let scan = at.map(|it| detector.scan(&it, &mut buffer));
        let findings = scan.map(|it| it.findings).unwrap_or_default();
        for foreign in wanted {
            let mut found = findings.iter().filter(|it| foreign.is(it)).peekable();
            missed += usize::from(found.peek().is_none());
            found.for_each(|it| visit(it, foreign.reason));
        }
    }
    Ok(missed)
}

/// The file at `path` in the project: as a commit has it, or as it lies on the disk.
fn at(root: &Path, commit: Option<&str>, path: &str, store: &Arc<Store>) -> Option<SourceRef> {
    match commit {
        Some(commit) => source::committed(root, commit, path, store),
        None => source::file(root, path),
    }
}
