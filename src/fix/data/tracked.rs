//! Whether git tracks a file, as its index says.

use std::fs;
use std::path::{Path, PathBuf};

use memchr::memmem;

/// An index above this size is not read, in bytes.
const MAX_INDEX: u64 = 64 * 1024 * 1024;

/// Whether git tracks `file`; `None` outside of repositories, or where the index cannot be read.
///
/// Paths stand in the index as they are, up to version 3, which is what git writes unless it is
/// told otherwise.
pub(super) fn is_tracked(file: &Path, root: &Path) -> Option<bool> {
    let above = root.ancestors().find(|it| it.join(".git").exists())?;
    let index = folder(&above.join(".git"))?.join("index");
    let size = fs::metadata(&index).ok()?.len();
    let below = file.strip_prefix(above).ok()?.to_str()?;
    if size > MAX_INDEX {
        return None;
    }
    let content = fs::read(index).ok()?;
    let version = content.get(4..8)?;
    if version == [0, 0, 0, 4] {
        return None;
    }
    let path = format!("{}\0", below.replace('\\', "/"));
    // Before the path stand its flags, whose last byte counts its bytes up to 255.
    let length = u8::try_from(path.len() - 1).ok();
    let mut found = memmem::find_iter(&content, &path);
    Some(found.any(|it| {
        let before = it.checked_sub(1).and_then(|it| content.get(it));
        length.is_none() || before.copied() == length || before == Some(&0)
    }))
}

/// The folder of a repository, which a file may stand for.
fn folder(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let content = fs::read_to_string(git).ok()?;
    let path = content.strip_prefix("gitdir:")?.trim();
    Some(git.parent()?.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index with one entry.
    fn index(path: &str) -> Vec<u8> {
        let mut index = b"DIRC\0\0\0\x02\0\0\0\x01".to_vec();
        index.extend([0; 60]);
        index.extend([0, u8::try_from(path.len()).unwrap()]);
        index.extend(path.as_bytes());
        index.extend([0; 4]);
        index
    }

    #[test]
    fn the_index_says_what_git_tracks() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert_eq!(is_tracked(&root.join(".env"), root), None);
        fs::create_dir(root.join(".git")).unwrap();
        crate::seal::private::replace(&root.join(".git/index"), &index("shop/.env")).unwrap();
        assert_eq!(is_tracked(&root.join("shop/.env"), root), Some(true));
        assert_eq!(is_tracked(&root.join(".env"), root), Some(false));
    }
}
