//! What earlier runs know of files.

use sha2::{Digest as _, Sha256};

use crate::cache::{Cache, Program, Recollection, Traits};
use crate::detect::Detector;
use crate::detect::Scan;
use crate::fix;
use crate::pattern::PatternSet;
use crate::report::ShowSuppressed;
use crate::settings::Settings;
use crate::source::Archives;
use crate::source::Selection;
use crate::source::SourceRef;

/// Fewer files than these are scanned sooner than a cache is read.
const FEW: usize = 200;

/// What earlier runs know; nothing when there is no cache.
pub(super) struct Memory(Option<Cache>);

impl Memory {
    /// Opens the cache for a scan of so many files, if one is wanted.
    pub(super) fn open(settings: &Settings, patterns: &PatternSet, files: usize) -> Self {
        let Some(folder) = &settings.cache else {
            return Self(None);
        };
        // What is in an archive is not known by the file's first bytes; what git keeps has a name of
        // its own.
        let is_plain =
            settings.selection == Selection::Files && settings.sources.archives == Archives::Skip;
        if !is_plain || files < FEW {
            return Self(None);
        }
        // A program that cannot be told from others has no cache.
        let program = Program::running(folder).ok();
        Self(program.map(|program| {
            let mut view = Sha256::new_with_prefix(program.hash());
            view.update(patterns.digest());
            let size = settings.sources.max_file_size;
            view.update(size.to_le_bytes());
            view.update([u8::from(settings.report.suppressed == ShowSuppressed::Yes)]);
            let places = [&settings.places.root]
                .into_iter()
                .chain(&settings.sources.paths);
            for place in places {
                let place = place.canonicalize().unwrap_or_else(|_| place.clone());
                let place = place.as_os_str().as_encoded_bytes();
                view.update(place.len().to_le_bytes());
                view.update(place);
            }
            Cache::open(folder, &view.finalize(), size)
        }))
    }

    /// Scans the text at `at` through `buffer`, unless it is known; tells also whether it may have a
    /// seam.
    pub(super) fn scan<'p>(
        &self,
        at: &SourceRef,
        detector: &Detector<'p>,
        buffer: &mut Vec<u8>,
    ) -> (Scan<'p>, bool) {
        let Some(cache) = &self.0 else {
            return (detector.scan(at, buffer), true);
        };
        let stamp = match cache.recall(at, buffer) {
            Recollection::Known(traits) => return (scan_of(traits), traits.may_have_seam),
            Recollection::Unknown(stamp) => stamp,
        };
        let scan = detector.scan(at, buffer);
        let may_have_seam = fix::may_have_seam(at, buffer);
        if scan.findings.is_empty() && scan.suppressed.is_empty() && scan.notices.is_empty() {
            let traits = Traits {
                is_text: scan.files > 0,
                bytes: scan.bytes,
                may_have_seam,
            };
            cache.learn(at, stamp, buffer, traits);
        }
        (scan, may_have_seam)
    }

    /// Keeps what this run has learnt.
    pub(super) fn save(self) {
        if let Some(cache) = self.0 {
            cache.save();
        }
    }
}

/// The scan of a text in which nothing was found.
fn scan_of<'p>(traits: Traits) -> Scan<'p> {
    Scan {
        files: usize::from(traits.is_text),
        bytes: traits.bytes,
        ..Scan::default()
    }
}
