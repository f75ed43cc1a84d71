//! What must not be committed, and what must.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::page::append;
use super::{Desk, Fact, HintKind, Need, example};
use crate::fix::package::text;

/// The file that a program reads its settings from, next to the example of it.
const SETTINGS: &str = ".env";

/// The name of the file with what git does not look at.
const IGNORE: &str = ".gitignore";

/// The store, seen from the root of the project.
const STORE: &str = ".shield/secrets.dev.age";

/// Ignores the settings next to every example that changes; tells what git has and should not
/// have, or the other way round.
pub(super) fn add(desk: &mut Desk<'_>) {
    let mut above = desk.root.ancestors();
    let Some(repository) = above.find(|it| it.join(".git").exists()) else {
        return;
    };
    let tracked = tracked(desk.root, &settings(desk.facts, desk.root));
    for (path, fact) in &tracked {
        desk.hint(fact.shown(path), HintKind::TrackedSettings);
    }
    for example in desk.pages.changed() {
        let is_example = example::NAMES.iter().any(|it| example.ends_with(it));
        let path = example.with_file_name(SETTINGS);
        let is_known = tracked.iter().any(|(it, _)| *it == path);
        if is_example && !is_known && !is_ignored(&path, repository) {
            ignore(desk, &path);
        }
    }
    let store = desk.root.join(STORE);
    let first = desk.facts.iter().find(|it| it.need == Need::Stored);
    if let Some(fact) = first.filter(|_| is_ignored(&store, repository)) {
        desk.hint(fact.shown(&store), HintKind::StoreIgnored);
    }
}

/// The settings that lie at or above the folders of the code.
fn settings<'f>(facts: &'f [Fact], root: &Path) -> Vec<(PathBuf, &'f Fact)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for fact in facts {
        let folders = fact.file.ancestors().skip(1);
        for folder in folders.take_while(|it| it.starts_with(root)) {
            if !seen.insert(folder) {
                break;
            }
            let path = folder.join(SETTINGS);
            if path.is_file() {
                found.push((path, fact));
            }
        }
    }
    found
}

/// Those of `paths` that git tracks; none where git cannot tell.
fn tracked<'f>(root: &Path, paths: &[(PathBuf, &'f Fact)]) -> Vec<(PathBuf, &'f Fact)> {
    if paths.is_empty() {
        return Vec::new();
    }
    let mut git = Command::new("git");
    // The settings of the repository are not ours: nothing they name is run, nothing is fetched.
    git.args(["-c", "core.fsmonitor=false", "-c", "protocol.allow=never"])
        .args(["--no-optional-locks", "--literal-pathspecs"])
        .args(["ls-files", "-z", "--"])
        .args(paths.iter().map(|(it, _)| it))
        .current_dir(root)
        .env("GIT_NO_LAZY_FETCH", "1")
        .stdin(Stdio::null());
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    let Ok(output) = git.output() else {
        return Vec::new();
    };
    let listed: BTreeSet<PathBuf> = output
        .stdout
        .split(|it| *it == 0)
        .map(|it| root.join(&*String::from_utf8_lossy(it)))
        .collect();
    let mut known = paths.to_vec();
    known.retain(|(it, _)| listed.contains(it));
    known
}

/// Whether the ignore files of `repository` keep git from looking at `path`, which lies in it.
fn is_ignored(path: &Path, repository: &Path) -> bool {
    let mut above: Vec<&Path> = path
        .ancestors()
        .take_while(|it| *it != repository)
        .collect();
    above.reverse();
    // What lies in a folder that is left out cannot be let in again.
    above
        .into_iter()
        .any(|it| matches!(verdict(it, path, repository), Match::Ignore(())))
}

/// What the nearest ignore file that knows `part` says about it, the whole or a part of `path`.
fn verdict(part: &Path, path: &Path, repository: &Path) -> Match<()> {
    for folder in part.ancestors().skip(1) {
        let lines = text(&folder.join(IGNORE)).unwrap_or_default();
        let rules = rules(&lines, folder);
        let found = rules.matched(part, part != path).map(|_| ());
        if !found.is_none() || folder == repository {
            return found;
        }
    }
    Match::None
}

/// The rules of an ignore file in `folder`.
fn rules(lines: &str, folder: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    for line in lines.lines() {
        // A line that is wrong says nothing to git either.
        let _wrong = builder.add_line(None, line).is_err();
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Adds a line for `path` to the nearest ignore file, or to a new one in the root.
fn ignore(desk: &mut Desk<'_>, path: &Path) {
    let Some(fact) = desk.facts.first() else {
        return;
    };
    let folders = path.ancestors().skip(1);
    let mut folders = folders.take_while(|it| it.starts_with(desk.root));
    let folder = folders.find(|it| it.join(IGNORE).exists());
    let folder = folder.unwrap_or(desk.root).to_owned();
    let below = path.strip_prefix(&folder).ok().and_then(Path::to_str);
    // Other letters would mean something else in a pattern.
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_./".contains(it);
    let Some(below) = below.filter(|it| it.chars().all(plain)) else {
        return;
    };
    let (file, line) = (folder.join(IGNORE), format!("/{below}"));
    let (shown, title) = (fact.shown(&file), format!("ignore `{below}`"));
    match desk.pages.open(&file, || shown.clone()) {
        Ok(Some(page)) => page.set(append(&page.text, &[line]), title),
        Ok(None) => desk.pages.make(file, shown, append("", &[line]), title),
        Err(reason) => {
            let lines = vec![line];
            desk.hint(shown, HintKind::ByHand { reason, lines });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write as _;

    /// Whether a path is ignored in a project with these ignore files.
    fn ignored(path: &str, files: &[(&str, &str)]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        for (name, lines) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            let mut file = fs::File::create(file).unwrap();
            file.write_all(lines.as_bytes()).unwrap();
        }
        let ours = is_ignored(&folder.path().join(path), folder.path());
        let run = |arguments: &[&str]| {
            let mut git = Command::new("git");
            git.args(arguments).current_dir(folder.path());
            git.output().unwrap().status.success()
        };
        assert!(run(&["init", "-q"]));
        assert_eq!(run(&["check-ignore", "-q", path]), ours, "{path} {files:?}");
        ours
    }

    #[test]
    fn a_path_is_ignored_as_git_does() {
        assert!(!ignored(".env", &[]));
        assert!(ignored(".env", &[(".gitignore", "*.log\n.env\n")]));
        assert!(ignored("a/.env", &[(".gitignore", ".env*\n")]));
        assert!(!ignored("a/.env", &[(".gitignore", "/.env\n")]));
        assert!(!ignored(".env", &[(".gitignore", ".env*\n!.env\n")]));
        assert!(!ignored(
            "a/.env",
            &[(".gitignore", ".env\n"), ("a/.gitignore", "!.env\n")]
        ));
        assert!(ignored(
            "a/.env",
            &[(".gitignore", "a/\n"), ("a/.gitignore", "!.env\n")]
        ));
        assert!(ignored("a/b/.env", &[("a/.gitignore", "b\n")]));
    }
}
