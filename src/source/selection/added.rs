//! Which lines a change has added.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use similar::Algorithm;
use similar::DiffTag;
use similar::capture_diff_slices_deadline;

use crate::source::SourceRef;
use crate::source::decode;
use crate::source::git::Change;
use crate::source::git::Got;
use crate::source::git::ObjectId;
use crate::source::git::Store;
use crate::source::load;

/// How long two versions of a file are compared before the comparison gets coarse.
const TIME: Duration = Duration::from_secs(2);

/// So many files that are gone are looked at to find where a new file comes from.
const MAX_GONE: usize = 200;

/// Lines of a text that follow each other, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines {
    /// The first of them.
    pub first: usize,
    /// The last of them.
    pub last: usize,
}

/// Which lines a change has added.
///
/// Nothing is compared before it is asked for, and then in here: attributes of the repository can
/// tell git to show no difference.
#[derive(Debug)]
pub struct Added {
    store: Arc<Store>,
    /// The former contents of the files that have changed, by where they are.
    before: BTreeMap<PathBuf, Option<ObjectId>>,
    /// The contents of the files that are gone: some may have moved.
    gone: Vec<(PathBuf, ObjectId)>,
}

impl Added {
    pub(super) fn new(store: Arc<Store>, top: &Path, changes: &[Change]) -> Self {
        Self {
            store,
            before: changes
                .iter()
                .map(|it| (top.join(&it.path), it.before))
                .collect(),
            gone: changes
                .iter()
                .filter(|it| it.is_gone)
                .filter_map(|it| Some((it.path.clone(), it.before?)))
                .take(MAX_GONE)
                .collect(),
        }
    }

    /// The lines that were added to the file at `at`, counted from one.
    ///
    /// Where the former content cannot be read, that is all of them.
    #[must_use]
    pub fn lines(&self, at: &SourceRef, max_file_size: u64) -> Vec<Lines> {
        let all = vec![Lines {
            first: 1,
            last: usize::MAX,
        }];
        let Some(before) = self.before.get(&at.file) else {
            return Vec::new();
        };
        let mut buffer = Vec::new();
        let Ok(Some(after)) = load(at, max_file_size, &mut buffer) else {
            return all;
        };
        let after: Vec<&str> = after.text.lines().collect();
        let before = match before {
            Some(id) => self.text(*id, max_file_size),
            None => self.origin(at, &after, max_file_size),
        };
        let Some(before) = before else {
            return all;
        };
        added(&before.lines().collect::<Vec<_>>(), &after)
    }

    /// The text that a new file was made from: of the files that are gone, the one that has most of
    /// it, if that is half of it or more.
    fn origin(&self, at: &SourceRef, after: &[&str], limit: u64) -> Option<String> {
        let name = at.file.file_name();
        let mut gone: Vec<_> = self.gone.iter().collect();
        gone.sort_by_key(|(path, _)| path.file_name() != name);
        let mut best = (0, None);
        for (_, id) in gone {
            let Some(text) = self.text(*id, limit) else {
                continue;
            };
            let before: Vec<&str> = text.lines().collect();
            let kept = kept(&before, after);
            if kept * 2 >= before.len().max(after.len()).max(1) && kept > best.0 {
                best = (kept, Some(text));
            }
        }
        best.1
    }

    fn text(&self, id: ObjectId, limit: u64) -> Option<String> {
        let mut content = Vec::new();
        let got = self.store.read(&id.to_string(), limit, &mut content);
        if got != Ok(Got::Content) {
            return None;
        }
        decode::decode(&content).map(|(text, _)| text.into_owned())
    }
}

/// How many lines of `before` occur in `after`, in any order.
fn kept(before: &[&str], after: &[&str]) -> usize {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in before {
        *counts.entry(line).or_default() += 1;
    }
    let mut kept = 0;
    for line in after {
        if let Some(count) = counts.get_mut(line).filter(|it| **it > 0) {
            *count -= 1;
            kept += 1;
        }
    }
    kept
}

/// The lines of `after` that `before` does not have, counted from one.
fn added(before: &[&str], after: &[&str]) -> Vec<Lines> {
    let until = Instant::now() + TIME;
    let steps = capture_diff_slices_deadline(Algorithm::Histogram, before, after, Some(until));
    let new = steps.into_iter().filter(|it| match it.tag() {
        DiffTag::Insert | DiffTag::Replace => true,
        DiffTag::Equal | DiffTag::Delete => false,
    });
    let new = new.map(|it| Lines {
        first: it.new_range().start + 1,
        last: it.new_range().end,
    });
    new.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first and the last line of each part that was added.
    fn between(before: &[&str], after: &[&str]) -> Vec<(usize, usize)> {
        let lines = added(before, after).into_iter();
        lines.map(|it| (it.first, it.last)).collect()
    }

    #[test]
    fn added_lines_have_their_new_numbers() {
        let before = ["a", "b", "c"];
        let two = between(&before, &["a", "x", "b", "c", "y"]);
        assert_eq!(two, [(2, 2), (5, 5)]);
        assert_eq!(between(&before, &["a", "B", "c"]), [(2, 2)]);
        assert!(between(&before, &["a", "c"]).is_empty());
        assert_eq!(between(&[], &before), [(1, 3)]);
    }

    #[test]
    fn long_texts_without_a_common_line_are_compared_in_time() {
        let numbered = |letter: char| (0..60_000).map(move |it| format!("{letter}{it}"));
        let (before, after): (Vec<_>, Vec<_>) = (numbered('a').collect(), numbered('b').collect());
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        let after: Vec<&str> = after.iter().map(String::as_str).collect();
        let start = Instant::now();
        assert_eq!(between(&before, &after), [(1, 60_000)]);
        assert!(start.elapsed() < Duration::from_secs(30));
    }
}
