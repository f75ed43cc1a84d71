//! Entries of a zip, in the order of its directory.

use std::fs::File;
use std::io::{self, Read};

use rawzip::{
    CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipFileHeaderRecord,
};

use super::kind::Packing;
use super::name;
use super::{Tour, UNKNOWN};
use crate::notice::NoticeKind;
use crate::source::SourceRef;

/// Entries that were not opened.
#[derive(Debug, Default)]
struct Closed {
    encrypted: usize,
    /// Packed in a way that is not known.
    unknown: usize,
}

/// Looks at every file of a zip on disk.
pub(super) fn walk_file(tour: &mut Tour<'_>, at: &SourceRef, file: File) {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    match ZipArchive::from_file(file, &mut buffer) {
        Ok(archive) => walk(tour, at, &archive, &mut buffer),
        Err(error) => tour.damaged(&at.path, &plain(error)),
    }
}

/// Looks at every file of a zip in memory.
pub(super) fn walk_bytes(tour: &mut Tour<'_>, at: &SourceRef, bytes: &[u8]) {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    match ZipArchive::from_slice(bytes) {
        Ok(archive) => {
            let archive = archive.into_cursor_archive();
            walk(tour, at, &archive, &mut buffer);
        }
        Err(error) => tour.damaged(&at.path, &plain(error)),
    }
}

fn walk<R: ReaderAt>(
    tour: &mut Tour<'_>,
    at: &SourceRef,
    archive: &ZipArchive<R>,
    buffer: &mut [u8],
) {
    let mut closed = Closed::default();
    let mut entries = archive.entries(buffer);
    loop {
        match entries.next_entry() {
            Ok(Some(entry)) => look(tour, at, archive, &entry, &mut closed),
            Ok(None) => break,
            Err(error) => {
                tour.damaged(&at.path, &plain(error));
                break;
            }
        }
        if tour.meter.stopped().is_some() {
            break;
        }
    }
    let mut tell = |number: usize, what: &str| {
        if number > 0 {
            let files = if number == 1 { "file is" } else { "files are" };
            let why = format!("{number} {files} {what}");
            tour.notice(&at.path, NoticeKind::ArchiveInPart(why));
        }
    };
    tell(closed.encrypted, "encrypted");
    tell(closed.unknown, UNKNOWN);
}

/// Looks at an entry, if it is a file.
fn look<R: ReaderAt>(
    tour: &mut Tour<'_>,
    at: &SourceRef,
    archive: &ZipArchive<R>,
    entry: &ZipFileHeaderRecord<'_>,
    closed: &mut Closed,
) {
    if entry.is_dir() {
        return;
    }
    if entry.flags().is_encrypted() {
        closed.encrypted += 1;
        return;
    }
    let name = name::entry(entry.file_path().as_bytes());
    let found = match archive.get_entry(entry.wayfinder()) {
        Ok(found) => found,
        Err(error) => return tour.damaged(&at.path, &plain(error)),
    };
    let told = entry.uncompressed_size_hint();
    match unpacked(entry.compression_method(), found.reader()) {
        Ok(Some(content)) => {
            let mut content = tour.meter.count(content);
            tour.entry(at, &name, told, &mut content);
        }
        Ok(None) => closed.unknown += 1,
        Err(error) => tour.damaged(&at.path, &error),
    }
}

/// The content of an entry; none when it is packed in an unknown way.
fn unpacked<'r>(
    method: CompressionMethod,
    packed: impl Read + 'r,
) -> io::Result<Option<Box<dyn Read + 'r>>> {
    Ok(match method {
        CompressionMethod::STORE => Some(Box::new(packed)),
        CompressionMethod::DEFLATE => Some(Box::new(flate2::read::DeflateDecoder::new(packed))),
        CompressionMethod::ZSTD | CompressionMethod::ZSTD_DEPRECATED => {
            Some(Packing::Zstd.open(packed)?)
        }
        CompressionMethod::XZ => Some(Packing::Xz.open(packed)?),
        _ => None,
    })
}

/// An error of the library as one of reading.
fn plain(error: rawzip::Error) -> io::Error {
    let kind = error.into_kind();
    if let rawzip::ErrorKind::IO(inner) = kind {
        inner
    } else if matches!(kind, rawzip::ErrorKind::Eof) {
        io::ErrorKind::UnexpectedEof.into()
    } else {
        io::ErrorKind::InvalidData.into()
    }
}
