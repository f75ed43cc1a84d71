//! What earlier runs know of files.

use sha2::{Digest as _, Sha256};

use crate::cache::{Cache, Program, Recollection, Traits};
use crate::detect::Detector;
use crate::detect::Scan;
use crate::detect::kept;
use crate::fix;
use crate::pattern::PatternSet;
use crate::report::ShowSuppressed;
use crate::settings::Settings;
use crate::source;
use crate::source::Archives;
use crate::source::Selection;
use crate::source::SourceRef;

/// Fewer files than these are scanned sooner than a cache is read.
const FEW: usize = 200;

/// What earlier runs know; nothing when there is no cache.
pub(super) struct Memory<'p> {
    cache: Option<Cache>,
    /// Whether somebody will ask for seams.
    plans: bool,
    patterns: &'p PatternSet,
}

impl<'p> Memory<'p> {
    /// Opens the cache for a scan of so many files, if one is wanted.
    pub(super) fn open(settings: &Settings, patterns: &'p PatternSet, files: usize) -> Self {
        let cache = cache(settings, patterns, files);
        Self {
            cache,
            plans: settings.plans(),
            patterns,
        }
    }

    /// Scans the text at `at` through `buffer`, unless it is known; tells also whether it may have a
    /// seam.
    pub(super) fn scan(
        &self,
        at: &SourceRef,
        detector: &Detector<'p>,
        buffer: &mut Vec<u8>,
    ) -> (Scan<'p>, bool) {
        let Some(cache) = &self.cache else {
            let scan = detector.scan(at, buffer);
            return (scan, self.plans && fix::may_have_seam(at, buffer));
        };
        let stamp = match cache.recall(at, buffer) {
            Recollection::Known(traits, None) => return (scan_of(traits), traits.may_have_seam),
            Recollection::Known(traits, Some(found)) => {
                let source = source::text(at, buffer);
                let scan = source.and_then(|it| kept::unpack(&found, self.patterns, &it));
                // The same program has packed it; were that not so, the file is scanned again.
                if let Some(scan) = scan {
                    return (scan, traits.may_have_seam);
                }
                None
            }
            Recollection::Unknown(stamp) => stamp,
        };
        let scan = detector.scan(at, buffer);
        let may_have_seam = fix::may_have_seam(at, buffer);
        let traits = Traits {
            is_text: scan.files > 0,
            bytes: scan.bytes,
            may_have_seam,
        };
        let content = (stamp, &**buffer);
        if scan.is_empty() {
            cache.learn(at, content, traits, None);
        } else if let Some(source) = source::text(at, buffer)
            && let Some(found) = kept::pack(&scan, &source)
        {
            cache.learn(at, content, traits, Some(&found));
        }
        (scan, may_have_seam)
    }

    /// Keeps what this run has learnt.
    pub(super) fn save(self) {
        if let Some(cache) = self.cache {
            cache.save();
        }
    }
}

/// The cache for a scan of so many files, if one is wanted.
fn cache(settings: &Settings, patterns: &PatternSet, files: usize) -> Option<Cache> {
    let folder = settings.cache.as_ref()?;
    // What is in an archive is not known by the file's first bytes; what git keeps has a name of its
    // own.
    let is_plain =
        settings.selection == Selection::Files && settings.sources.archives == Archives::Skip;
    if !is_plain || files < FEW {
        return None;
    }
    // A program that cannot be told from others has no cache.
    let program = Program::running(folder).ok()?;
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
    Some(Cache::open(folder, &view.finalize(), size))
}

/// The scan of a text in which nothing was found.
fn scan_of<'p>(traits: Traits) -> Scan<'p> {
    Scan {
        files: usize::from(traits.is_text),
        bytes: traits.bytes,
        ..Scan::default()
    }
}
