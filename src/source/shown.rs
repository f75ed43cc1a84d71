//! How paths are shown.

use std::fmt::Write as _;
use std::path::{Component, Path};

use camino::Utf8PathBuf;

/// The path for reports: `/` between its parts, no `.` parts, and `\xNN` for every byte that is
/// not UTF-8 or that would move the cursor of a terminal.
pub(super) fn shown(path: &Path) -> Utf8PathBuf {
    let mut result = String::with_capacity(path.as_os_str().len());
    for component in path.components() {
        match component {
            Component::CurDir => continue,
            Component::RootDir => {
                result.push('/');
                continue;
            }
            Component::Prefix(_) | Component::ParentDir | Component::Normal(_) => {}
        }
        if !result.is_empty() && !result.ends_with('/') {
            result.push('/');
        }
        push_escaped(&mut result, component.as_os_str().as_encoded_bytes());
    }
    if result.is_empty() {
        result.push('.');
    }
    result.into()
}

pub(super) fn push_escaped(result: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        if valid.contains(char::is_control) {
            for c in valid.chars() {
                if c.is_control() {
                    push_bytes(result, c.encode_utf8(&mut [0; 4]).as_bytes());
                } else {
                    result.push(c);
                }
            }
        } else {
            result.push_str(valid);
        }
        push_bytes(result, chunk.invalid());
    }
}

fn push_bytes(result: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a string cannot fail.
        write!(result, "\\x{byte:02x}").unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn superfluous_parts_go() {
        assert_eq!(shown(Path::new("./a//b/./c.py")), "a/b/c.py");
        assert_eq!(shown(Path::new("../a")), "../a");
        assert_eq!(shown(Path::new("/a/b")), "/a/b");
        assert_eq!(shown(Path::new(".")), ".");
    }

    #[test]
    fn characters_that_move_the_cursor_are_shown_as_numbers() {
        assert_eq!(shown(Path::new("a\n\u{1b}[2K.py")), "a\\x0a\\x1b[2K.py");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_not_utf8_are_shown_as_numbers() {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9/\xff.py");
        assert_eq!(shown(Path::new(name)), "caf\\xe9/\\xff.py");
    }
}
