//! What the ignore files of a repository leave out, as git keeps them.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use ignore::Match;
use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;

use crate::source::git::GitError;
use crate::source::git::Kept;
use crate::source::git::Store;

/// The most bytes of an ignore file that are read.
const LIMIT: u64 = 1024 * 1024;

/// What ignore files leave out, by the folders they lie in.
#[derive(Debug, Default)]
pub(super) struct Ignored(BTreeMap<PathBuf, Vec<Gitignore>>);

impl Ignored {
    /// What the files are called, the one that counts most first.
    ///
    /// A `.gitignore` is not among them: whatever git keeps is not ignored.
    pub(super) const FILES: [&'static str; 2] = [".shieldignore", ".ignore"];

    /// Reads `files` from `store`.
    pub(super) fn new(files: &[Kept], store: &Store) -> Result<Self, GitError> {
        let mut ignored = Self::default();
        let mut content = Vec::new();
        for name in Self::FILES {
            for file in files.iter().filter(|it| it.path.ends_with(name)) {
                store.read(&file.id.to_string(), LIMIT, &mut content)?;
                let folder = file.path.parent().unwrap_or(Path::new(""));
                let rules = rules(&String::from_utf8_lossy(&content));
                let here = ignored.0.entry(folder.to_owned()).or_default();
                here.extend(rules);
            }
        }
        Ok(ignored)
    }

    /// Whether the file at `path` is left out.
    pub(super) fn covers(&self, path: &Path) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let folders = path.ancestors().skip(1);
        let all = folders.flat_map(|folder| {
            let here = self.0.get(folder).map_or(&[][..], |it| it);
            here.iter().map(move |it| (folder, it))
        });
        for (folder, rules) in all {
            let below = path.strip_prefix(folder).unwrap_or(path);
            match rules.matched_path_or_any_parents(below, false) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        false
    }
}

/// The rules of an ignore file; lines that make no sense are passed over, as git does.
fn rules(text: &str) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    for line in text.lines() {
        drop(builder.add_line(None, line));
    }
    builder.build().ok().filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(files: &[(&str, &str)]) -> Ignored {
        let files = files.iter();
        let files = files.map(|(folder, text)| (PathBuf::from(folder), vec![rules(text).unwrap()]));
        Ignored(files.collect())
    }

    #[test]
    fn the_nearest_file_decides() {
        let ignored = ignored(&[("", "generated/\n*.snap\n"), ("a/b", "!keep.snap\n/x.py\n")]);
        for (path, is_covered) in [
            ("generated/deep/a.py", true),
            ("a/generated/a.py", true),
            ("a/b/c.snap", true),
            ("a/b/keep.snap", false),
            ("a/keep.snap", true),
            ("a/b/x.py", true),
            ("a/b/c/x.py", false),
            ("x.py", false),
        ] {
            assert_eq!(ignored.covers(Path::new(path)), is_covered, "{path}");
        }
    }
}
