//! From a file to its bytes.

use std::fs::File;
use std::io::{self, Read as _};

use super::git::Got;
use super::{Blob, Origin, SourceRef, decode};
use crate::notice::Notice;
use crate::notice::NoticeKind;

/// Reads a file into `buffer`, whose former content goes.
///
/// Of a file that is not text only the head is read, which is enough to see that.
pub(super) fn read(at: &SourceRef, max_file_size: u64, buffer: &mut Vec<u8>) -> Result<(), Notice> {
    let notice = |kind| Notice {
        path: at.path.clone(),
        kind,
    };
    if let Origin::Git(blob) = &at.origin {
        return kept(blob, max_file_size, buffer).map_err(notice);
    }
    match fill(at, max_file_size, buffer) {
        Ok(None) => Ok(()),
        Ok(Some(size)) => Err(notice(NoticeKind::TooLarge {
            size,
            limit: max_file_size,
        })),
        Err(error) => Err(notice(NoticeKind::Unreadable(error.to_string()))),
    }
}

/// What the content of a file starts with that is kept elsewhere.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Reads content that git keeps into `buffer`.
fn kept(blob: &Blob, max_file_size: u64, buffer: &mut Vec<u8>) -> Result<(), NoticeKind> {
    let read = blob.store.read(&blob.id.to_string(), max_file_size, buffer);
    match read {
        Ok(Got::Content) if buffer.starts_with(POINTER) => Err(NoticeKind::LargeFileStorage),
        Ok(Got::Content) => Ok(()),
        Ok(Got::TooLarge(size)) => Err(NoticeKind::TooLarge {
            size,
            limit: max_file_size,
        }),
        Ok(Got::Nothing) => Err(NoticeKind::NotCloned),
        Err(error) => Err(NoticeKind::Unreadable(error.to_string())),
    }
}

/// The size of the file if it is above `max_file_size`, else its bytes in `buffer`.
fn fill(at: &SourceRef, max_file_size: u64, buffer: &mut Vec<u8>) -> io::Result<Option<u64>> {
    buffer.clear();
    let mut file = File::open(&at.file)?;
    (&mut file).take(decode::HEAD as u64).read_to_end(buffer)?;
    if size(buffer) == decode::HEAD as u64 && !decode::is_binary(buffer) {
        // Only now: most files are smaller than their head, and need not be asked.
        let told = file.metadata()?.len();
        if told > max_file_size {
            return Ok(Some(told));
        }
        let expected = told.saturating_sub(size(buffer));
        buffer.reserve(usize::try_from(expected).unwrap_or(0));
        // What a file says of its size may be wrong: it can grow, or be made up by the kernel.
        let rest = max_file_size.saturating_add(1).saturating_sub(size(buffer));
        file.take(rest).read_to_end(buffer)?;
    }
    Ok((size(buffer) > max_file_size).then(|| size(buffer)))
}

fn size(buffer: &[u8]) -> u64 {
    buffer.len() as u64
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::risk::FileClass;

    fn at(file: &Path) -> SourceRef {
        SourceRef {
            path: "shown".into(),
            file: file.into(),
            class: FileClass::Code,
            archives: Vec::new(),
            origin: Origin::File,
        }
    }

    fn kind(file: &Path, limit: u64) -> NoticeKind {
        read(&at(file), limit, &mut Vec::new()).unwrap_err().kind
    }

    fn file_of(size: usize) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let mut content = Vec::new();
        content.resize(size, b'x');
        io::Write::write_all(&mut File::create(&file).unwrap(), &content).unwrap();
        (folder, file)
    }

    #[test]
    fn the_buffer_holds_one_file_at_a_time() {
        let mut buffer = Vec::new();
        for size in [0, 3, decode::HEAD, decode::HEAD + 1, 100_000, 10] {
            let (_folder, file) = file_of(size);
            read(&at(&file), 100_000, &mut buffer).unwrap();
            assert_eq!(buffer.len(), size);
        }
    }

    #[test]
    fn a_file_above_the_limit_is_not_read() {
        for (size, limit) in [(11, 10), (20_000, 10), (20_000, 19_999)] {
            let (_folder, file) = file_of(size);
            let size = size as u64;
            assert_eq!(kind(&file, limit), NoticeKind::TooLarge { size, limit });
        }
    }

    #[test]
    fn a_file_as_large_as_the_limit_is_read() {
        let (_folder, file) = file_of(20_000);
        assert!(read(&at(&file), 20_000, &mut Vec::new()).is_ok());
    }

    #[test]
    fn of_a_binary_file_only_the_head_is_read() {
        let (_folder, file) = file_of(20_000);
        let mut content = fs::read(&file).unwrap();
        content[100] = 0;
        io::Write::write_all(&mut File::create(&file).unwrap(), &content).unwrap();
        let mut buffer = Vec::new();
        read(&at(&file), 100_000, &mut buffer).unwrap();
        assert_eq!(buffer.len(), decode::HEAD);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_says_nothing_of_its_size_is_read_up_to_the_limit() {
        let endless = Path::new("/dev/zero");
        assert!(read(&at(endless), 1_000, &mut Vec::new()).is_err());
        let mut buffer = Vec::new();
        read(&at(Path::new("/proc/self/status")), 1 << 20, &mut buffer).unwrap();
        assert!(buffer.starts_with(b"Name:"));
    }

    #[test]
    fn a_file_that_has_vanished_is_a_notice() {
        let folder = tempfile::tempdir().unwrap();
        let kind = kind(&folder.path().join("gone"), 10);
        assert!(matches!(kind, NoticeKind::Unreadable(_)));
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_a_notice() {
        let folder = tempfile::tempdir().unwrap();
        let kind = kind(folder.path(), 10);
        assert!(matches!(kind, NoticeKind::Unreadable(_)));
    }
}
