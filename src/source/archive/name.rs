//! How what lies in an archive is named.

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::shown::push_escaped;

/// Stands between an archive and what lies in it.
const JOINT: &str = "!/";

/// Longer names are cut, in bytes.
const LONGEST: usize = 1024;

/// Endings that packing adds to the name of a file.
const PACKED: [&str; 4] = [".gz", ".bz2", ".xz", ".zst"];

/// Endings of packed tars.
const TARS: [&str; 5] = [".tgz", ".tbz2", ".txz", ".tzst", ".crate"];

/// The name of an entry, for reports: relative, with `/` between its parts, on one line.
///
/// Nothing is ever unpacked under it, but who reads a report should not be led astray either.
pub(super) fn entry(bytes: &[u8]) -> Utf8PathBuf {
    let mut name = String::with_capacity(bytes.len().min(LONGEST));
    for part in bytes.split(|it| matches!(it, b'/' | b'\\')) {
        if part.is_empty() || part == b"." {
            continue;
        }
        if name.len() >= LONGEST {
            break;
        }
        if !name.is_empty() {
            name.push('/');
        }
        if part == b".." {
            name.push_str("\\x2e\\x2e");
        } else {
            push_escaped(&mut name, part.get(..LONGEST).unwrap_or(part));
        }
    }
    Utf8PathBuf::from(name)
}

/// What a packed file is called when it is unpacked.
pub(super) fn unpacked(packed: &Utf8Path) -> Utf8PathBuf {
    let name = packed.file_name().unwrap_or("content");
    let strip = |ending: &str| {
        let at = name.len().checked_sub(ending.len())?;
        let (stem, found) = name.split_at_checked(at)?;
        (found.eq_ignore_ascii_case(ending) && !stem.is_empty()).then_some(stem)
    };
    if let Some(stem) = PACKED.iter().find_map(|it| strip(it)) {
        return Utf8PathBuf::from(stem);
    }
    match TARS.iter().find_map(|it| strip(it)) {
        Some(stem) => Utf8PathBuf::from(format!("{stem}.tar")),
        None => Utf8PathBuf::from(name),
    }
}

/// The path of what is called `name` in `archive`.
pub(super) fn join(archive: &Utf8Path, name: &Utf8Path) -> Utf8PathBuf {
    Utf8PathBuf::from(format!("{archive}{JOINT}{name}"))
}

/// The part of `path` that lies in `archive`; the whole path without an archive.
#[must_use]
pub fn inner<'p>(path: &'p Utf8Path, archive: Option<&Utf8PathBuf>) -> &'p Utf8Path {
    archive
        .and_then(|it| path.as_str().strip_prefix(it.as_str()))
        .and_then(|it| it.strip_prefix(JOINT))
        .map_or(path, Utf8Path::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_made_harmless() {
        assert_eq!(entry(b"/etc/passwd"), "etc/passwd");
        assert_eq!(entry(b"../../x/./y"), "\\x2e\\x2e/\\x2e\\x2e/x/y");
        assert_eq!(entry(b"a\\b\\c.py"), "a/b/c.py");
        assert_eq!(entry(b"a\n\x1b[2K\xff.py"), "a\\x0a\\x1b[2K\\xff.py");
        assert!(entry(&b"a".repeat(100_000)).as_str().len() <= LONGEST);
        assert!(entry(&b"a/".repeat(100_000)).as_str().len() <= LONGEST + 2);
        assert_eq!(entry(b"//"), "");
    }

    #[test]
    fn what_packing_adds_to_a_name_goes() {
        let of = |it: &str| unpacked(Utf8Path::new(it)).into_string();
        assert_eq!(of("logs/dump.sql.gz"), "dump.sql");
        assert_eq!(of("a.TGZ"), "a.tar");
        assert_eq!(of("a.tar.xz"), "a.tar");
        assert_eq!(of("blob"), "blob");
        assert_eq!(of(".gz"), ".gz");
    }

    #[test]
    fn the_inner_path_is_what_lies_in_the_archive() {
        let archive = Utf8PathBuf::from("a!/b.zip");
        let path = join(&archive, Utf8Path::new("c/d.py"));
        assert_eq!(path, "a!/b.zip!/c/d.py");
        assert_eq!(inner(&path, Some(&archive)), "c/d.py");
        assert_eq!(inner(&path, None), path);
    }
}
