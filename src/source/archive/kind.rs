//! What kind of archive some bytes open.

use std::io::{self, Read};

use camino::Utf8Path;

/// How large the header of an entry of a tar is, in bytes.
const TAR_HEADER: usize = 512;

/// Where the checksum stands in it.
const TAR_CHECKSUM: std::ops::Range<usize> = 148..156;

/// More memory than this is not given to a decoder, in KiB.
const MEMORY: u32 = 64 * 1024;

/// Archives of Java and Python that may have a script before them.
const RUNNABLE: [&str; 4] = ["jar", "pyz", "pyzw", "war"];

/// How archives open that are not read: bzip2 in its nine strengths, 7z, rar.
const FOREIGN: [&[u8]; 11] = [
    b"BZh11AY&SY",
    b"BZh21AY&SY",
    b"BZh31AY&SY",
    b"BZh41AY&SY",
    b"BZh51AY&SY",
    b"BZh61AY&SY",
    b"BZh71AY&SY",
    b"BZh81AY&SY",
    b"BZh91AY&SY",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
];

/// A kind of archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A zip, whatever it is called.
    Zip,
    /// A tar.
    Tar,
    /// One packed file, or a packed tar.
    Packed(Packing),
    /// An archive that is not read: bzip2, 7z, rar.
    Foreign,
}

/// How one file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Xz,
    Zstd,
}

impl Kind {
    /// The kind of archive that opens with `head`; none when it is no archive.
    pub(super) fn of(head: &[u8], path: &Utf8Path) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            [0x1f, 0x8b, 8, ..] => Some(Self::Packed(Packing::Gzip)),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Packed(Packing::Xz)),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Packed(Packing::Zstd)),
            [b'#', b'!', ..] => {
                let extension = path.extension().unwrap_or_default();
                RUNNABLE.contains(&extension).then_some(Self::Zip)
            }
            _ if FOREIGN.iter().any(|it| head.starts_with(it)) => Some(Self::Foreign),
            _ => is_tar(head).then_some(Self::Tar),
        }
    }
}

impl Packing {
    /// The content of what is packed.
    pub(super) fn open<'r>(self, packed: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
        Ok(match self {
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(packed)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, MEMORY)),
            Self::Zstd => {
                let window = u64::from(MEMORY) * 1024;
                let decoder =
                    ruzstd::decoding::StreamingDecoder::new_with_max_window_size(packed, window);
                Box::new(decoder.map_err(io::Error::other)?)
            }
        })
    }
}

/// Whether the first header has the checksum that it says it has.
///
/// The old form of a tar has no other mark.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..TAR_HEADER) else {
        return false;
    };
    let Some(written) = header.get(TAR_CHECKSUM) else {
        return false;
    };
    let digits = written.iter().skip_while(|it| **it == b' ');
    let digits = digits.take_while(|it| matches!(it, b'0'..=b'7'));
    let told = digits.fold(0, |sum, it| sum * 8 + u32::from(*it - b'0'));
    let counted = header.iter().enumerate().map(|(at, it)| {
        let byte = if TAR_CHECKSUM.contains(&at) {
            b' '
        } else {
            *it
        };
        u32::from(byte)
    });
    // Eight blanks are the sum of a header of zeros, which ends a tar.
    told > 8 * 32 && told == counted.sum::<u32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(head: &[u8], path: &str) -> Option<Kind> {
        Kind::of(head, Utf8Path::new(path))
    }

    #[test]
    fn an_archive_is_known_by_how_it_opens() {
        assert_eq!(kind(b"PK\x03\x04rest", "a.bin"), Some(Kind::Zip));
        assert_eq!(
            kind(b"\x1f\x8b\x08\0", "a"),
            Some(Kind::Packed(Packing::Gzip))
        );
        assert_eq!(kind(b"#!/bin/sh\n", "app.jar"), Some(Kind::Zip));
        assert_eq!(kind(b"#!/bin/sh\n", "app.sh"), None);
        assert_eq!(kind(b"BZh91AY&SY", "a.bz2"), Some(Kind::Foreign));
        assert_eq!(kind(b"PK", "a.zip"), None);
        assert_eq!(kind(b"", "a.zip"), None);
    }

    #[test]
    fn a_tar_is_known_by_its_checksum() {
        let mut header = tar::Header::new_old();
        header.set_path("a").unwrap();
        header.set_size(0);
        header.set_cksum();
        assert_eq!(kind(header.as_bytes(), "blob"), Some(Kind::Tar));
        assert_eq!(kind(&[0; 512], "a.tar"), None);
        assert_eq!(kind(&[b'x'; 512], "a.tar"), None);
    }
}
