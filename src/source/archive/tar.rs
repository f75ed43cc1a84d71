//! Entries of a tar.

use std::cell::Cell;
use std::io::{self, Read};

use tar::{Archive, Entry};

use super::Tour;
use super::name;
use crate::source::SourceRef;

/// Headers of one entry may have so many bytes: long names are read into memory.
const HEADERS: u64 = 1 << 20;

/// Looks at every file of a tar.
pub(super) fn walk(tour: &mut Tour<'_>, at: &SourceRef, content: &mut dyn Read) {
    let allowance = Cell::new(HEADERS);
    let guarded = Guarded {
        content,
        allowance: &allowance,
    };
    let mut archive = Archive::new(guarded);
    let walked = archive.entries().and_then(|entries| {
        for entry in entries {
            let mut entry = entry?;
            allowance.set(u64::MAX);
            let stored = stored(&entry);
            look(tour, at, &mut entry);
            // What was not read of the entry is passed over on the way to the next header.
            allowance.set(stored.saturating_add(HEADERS));
            if tour.meter.stopped().is_some() {
                break;
            }
        }
        Ok(())
    });
    if let Err(error) = walked {
        tour.damaged(&at.path, &error);
    }
}

/// Looks at an entry, if it is a file; links and devices hold no text.
fn look(tour: &mut Tour<'_>, at: &SourceRef, entry: &mut Entry<'_, Guarded<'_>>) {
    let kind = entry.header().entry_type();
    if !(kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse()) {
        return;
    }
    let name = name::entry(&entry.path_bytes());
    let told = entry.size();
    // Of a sparse file, much comes out of nothing.
    let mut content = tour.meter.count(entry);
    tour.entry(at, &name, told, &mut content);
}

/// How many bytes an entry has in the archive.
fn stored<R: Read>(entry: &Entry<'_, R>) -> u64 {
    if entry.header().entry_type().is_gnu_sparse() {
        entry.header().entry_size().unwrap_or_default()
    } else {
        entry.size()
    }
}

/// A reader that fails when more is read than was allowed.
struct Guarded<'r> {
    content: &'r mut dyn Read,
    allowance: &'r Cell<u64>,
}

impl Read for Guarded<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.get();
        if left == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let read = self.content.read(buf)?;
        self.allowance.set(left.saturating_sub(read as u64));
        Ok(read)
    }
}
