//! Finds again what lists and reports name.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::RunError;
use crate::baseline::import::Foreign;
use crate::detect::Detector;
use crate::finding::Finding;
use crate::finding::Subject;
use crate::pattern::PatternSet;
use crate::report::Sought;
use crate::secret::Secret;
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
    let texts = by_text(list, |it| (it.commit.as_deref(), &*it.path));
    let mut missed = 0;
    revisit(settings, texts, |wanted, findings| {
        for foreign in wanted {
            let mut found = findings.iter().filter(|it| foreign.is(it)).peekable();
            missed += usize::from(found.peek().is_none());
            found.for_each(|it| visit(it, foreign.reason));
        }
    })?;
    Ok(missed)
}

/// Reads the values of `list` again, in their order; those that are not as the report says are none.
///
/// # Errors
///
/// Fails when the run cannot go on.
pub fn reread(settings: &Settings, list: &[Sought]) -> Result<Vec<Option<Secret>>, RunError> {
    let numbered: Vec<(usize, &Sought)> = list.iter().enumerate().collect();
    let texts = by_text(&numbered, |(_, it)| (it.commit.as_deref(), &*it.path));
    let mut values = vec![None; list.len()];
    revisit(settings, texts, |wanted, findings| {
        for (number, sought) in wanted {
            let mut parts = findings.iter().flat_map(Finding::secret_parts);
            let found = parts.find(|it| it.fingerprint == sought.fingerprint);
            if let Some(Subject::Value { secret, .. }) = found.map(|it| &it.subject)
                && let Some(value) = values.get_mut(*number)
            {
                *value = Some(secret.clone());
            }
        }
    })?;
    Ok(values)
}

/// `list` by the text that each of it is in.
fn by_text<'l, T>(
    list: &'l [T],
    text: impl Fn(&'l T) -> Text<'l>,
) -> BTreeMap<Text<'l>, Vec<&'l T>> {
    let mut texts: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for it in list {
        texts.entry(text(it)).or_default().push(it);
    }
    texts
}

/// Scans each of `texts` again, and hands to `visit` what is wanted of it and what is found in it.
fn revisit<T>(
    settings: &Settings,
    texts: BTreeMap<Text<'_>, Vec<&T>>,
    mut visit: impl FnMut(Vec<&T>, &[Finding<'_>]),
) -> Result<(), RunError> {
    let root = &settings.places.root;
    let patterns = PatternSet::load(&settings.patterns)?;
    let detector = Detector::new(&patterns, settings.sources.max_file_size).rooted(root);
    let store = Arc::new(Store::new(root.clone()));
    let mut buffer = Vec::new();
    for ((commit, path), wanted) in texts {
        let at = at(root, commit, path, &store);
        let scan = at.map(|it| detector.scan(&it, &mut buffer));
        visit(wanted, &scan.map(|it| it.findings).unwrap_or_default());
    }
    Ok(())
}

/// The file at `path` in the project: as a commit has it, or as it lies on the disk.
fn at(root: &Path, commit: Option<&str>, path: &str, store: &Arc<Store>) -> Option<SourceRef> {
    match commit {
        Some(commit) => source::committed(root, commit, path, store),
        None => source::file(root, path),
    }
}
