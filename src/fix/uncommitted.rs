//! Files that git could not give back as they are now.
//!
//! The project may be hostile, so git is asked for its index and nothing else: no filter, hook or
//! monitor of the repository is started, and nothing is fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::FixPlan;

/// How many files git is asked for at once.
const BATCH: usize = 500;

/// The files that `plan` changes although git has them neither committed nor staged as they are.
///
/// Files in no repository are not among them. Where git does not answer, all are.
#[must_use]
pub fn uncommitted(plan: &FixPlan) -> BTreeSet<PathBuf> {
    let code = plan.files.iter().map(|it| &it.file);
    let beside = plan.companions.iter().filter(|it| it.before.is_some());
    let mut repositories: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for file in code.chain(beside.map(|it| &it.file)) {
        let mut above = file.ancestors().skip(1);
        if let Some(root) = above.find(|it| it.join(".git").exists()) {
            repositories.entry(root).or_default().push(file);
        }
    }
    let mut found = BTreeSet::new();
    for (root, files) in repositories {
        for batch in files.chunks(BATCH) {
            let staged = staged(root, batch).unwrap_or_default();
            let unknown = batch.iter().filter(|it| {
                let id = it.strip_prefix(root).ok().and_then(|it| staged.get(it));
                !id.is_some_and(|id| has(id, it))
            });
            found.extend(unknown.map(|it| it.to_path_buf()));
        }
    }
    found
}

/// The ids of the contents that the index of the repository at `root` has for `files`, by their
/// paths in the repository; none where git does not answer.
fn staged(root: &Path, files: &[&Path]) -> Option<BTreeMap<PathBuf, String>> {
    let output = Command::new("git")
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .args(["ls-files", "--stage", "-z", "--"])
        .args(files)
        .current_dir(root)
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    let entries = output.stdout.split(|it| *it == 0);
    Some(entries.filter_map(entry).collect())
}

/// The path and the id in `mode id stage<TAB>path`, unless it is one side of a conflict.
fn entry(line: &[u8]) -> Option<(PathBuf, String)> {
    let tab = memchr::memchr(b'\t', line)?;
    let (head, path) = line.split_at_checked(tab)?;
    let mut words = std::str::from_utf8(head).ok()?.split(' ');
    let (_mode, id, stage) = (words.next()?, words.next()?, words.next()?);
    let path = path_of(path.get(1..)?)?;
    (stage == "0").then(|| (path, id.to_owned()))
}

/// A path as git writes it.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such names")]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;

    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

/// A path as git writes it.
#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

/// Whether git's content `id` is that of `file`, as it is or with line feeds for its line ends.
fn has(id: &str, file: &Path) -> bool {
    let Ok(content) = fs::read(file) else {
        return false;
    };
    if is_id_of(id, &content) {
        return true;
    }
    let mut bare = Vec::with_capacity(content.len());
    for byte in content {
        if byte == b'\n' && bare.last() == Some(&b'\r') {
            bare.pop();
        }
        bare.push(byte);
    }
    is_id_of(id, &bare)
}

/// Whether git names `content` by `id`.
fn is_id_of(id: &str, content: &[u8]) -> bool {
    let head = format!("blob {}\0", content.len());
    // Repositories name by SHA-1, or with more digits by SHA-256.
    if id.len() == 64 {
        is_hex_of(
            id,
            &Sha256::new()
                .chain_update(head)
                .chain_update(content)
                .finalize(),
        )
    } else {
        is_hex_of(
            id,
            &Sha1::new()
                .chain_update(head)
                .chain_update(content)
                .finalize(),
        )
    }
}

/// Whether `digits` are the bytes of `hash`.
fn is_hex_of(digits: &str, hash: &[u8]) -> bool {
    let mut own = String::with_capacity(2 * hash.len());
    let written = hash.iter().try_for_each(|it| write!(own, "{it:02x}"));
    written.is_ok() && own == digits
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn the_ids_of_git_are_known() {
        let content = b"hello\n";
        let short = "ce013625030ba8dba906f756967f9e9ca394464a";
        let long = "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4";
        assert!(is_id_of(short, content) && is_id_of(long, content));
        assert!(!is_id_of(short, b"hello") && !is_id_of("", content));
    }

    #[test]
    fn line_ends_that_git_has_changed_are_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it");
        let id = "ce013625030ba8dba906f756967f9e9ca394464a";
        for (text, same) in [("hello\r\n", true), ("hello\r", false), ("hello", false)] {
            let mut file = fs::File::create(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            assert_eq!(has(id, &path), same, "{text:?}");
        }
        assert!(!has(id, &folder.path().join("other")));
    }

    #[test]
    fn an_entry_of_the_index_is_read() {
        let line = b"100644 ce01 0\ta b.py";
        assert_eq!(entry(line), Some(("a b.py".into(), "ce01".to_owned())));
        for other in [&b"100644 ce01 2\ta.py"[..], b"100644 ce01", b""] {
            assert_eq!(entry(other), None);
        }
    }
}
