use std::fs;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::*;
use crate::risk::FileClass;

/// A folder with a cache, and a file next to it that was left alone for an hour.
struct Place {
    folder: TempDir,
    at: SourceRef,
}

const LIMIT: u64 = 1 << 20;

const TRAITS: Traits = Traits {
    is_text: true,
    bytes: 6,
    may_have_seam: false,
};

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file.py");
        let at = SourceRef {
            path: "file.py".into(),
            file,
            class: FileClass::Code,
            archives: Vec::new(),
            origin: Origin::File,
        };
        let place = Self { folder, at };
        place.write("x = 1\n");
        place
    }

    /// Writes the file as if an hour ago.
    fn write(&self, text: &str) {
        use std::io::Write as _;

        let mut file = fs::File::create(&self.at.file).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let then = SystemTime::now() - Duration::from_hours(1);
        file.set_modified(then).unwrap();
    }

    fn open(&self, view: &str) -> Cache {
        let mut cache = Cache::open(&self.folder.path().join("cache"), view.as_bytes(), LIMIT);
        // Nobody can write a file whose status changed an hour ago.
        cache.clock.began = i64::MAX;
        cache
    }

    fn recall(&self, view: &str) -> Recollection {
        self.open(view).recall(&self.at, &mut Vec::new())
    }

    /// Scans the file, in which nothing is found.
    fn learn(&self, view: &str) {
        let cache = self.open(view);
        let stamp = Stamp::of(&self.at.file);
        let content = fs::read(&self.at.file).unwrap();
        cache.learn(&self.at, (stamp, &content), TRAITS, None);
        cache.save();
    }

    /// Scans the file, in which this is found.
    fn find(&self, found: &[u8]) {
        let cache = self.open("view");
        let stamp = Stamp::of(&self.at.file);
        let content = fs::read(&self.at.file).unwrap();
        cache.learn(&self.at, (stamp, &content), TRAITS, Some(found));
        cache.save();
    }

    /// The bytes of the only cache.
    fn kept(&self) -> (PathBuf, Vec<u8>) {
        let files = fs::read_dir(self.folder.path().join("cache")).unwrap();
        let mut files = files.map(|it| it.unwrap().path());
        let file = files.find(|it| it.extension().is_some()).unwrap();
        let file = if file.ends_with("CACHEDIR.TAG") {
            files.next().unwrap()
        } else {
            file
        };
        let bytes = fs::read(&file).unwrap();
        (file, bytes)
    }
}

fn is_known(recollection: &Recollection) -> bool {
    *recollection == Recollection::Known(TRAITS, None)
}

#[test]
fn a_file_is_known_as_long_as_it_stays() {
    let place = Place::new();
    assert!(!is_known(&place.recall("view")));
    place.learn("view");
    assert!(is_known(&place.recall("view")));
    place.write("x = 2\n");
    assert!(!is_known(&place.recall("view")));
}

#[test]
fn a_file_is_known_by_its_content_when_only_its_times_have_changed() {
    let place = Place::new();
    place.learn("view");
    place.write("x = 1\n");
    assert!(is_known(&place.recall("view")));
}

#[test]
fn a_change_that_keeps_size_and_time_is_noticed() {
    let place = Place::new();
    place.learn("view");
    let before = fs::metadata(&place.at.file).unwrap().modified().unwrap();
    place.write("y = 1\n");
    let file = fs::File::options()
        .write(true)
        .open(&place.at.file)
        .unwrap();
    file.set_modified(before).unwrap();
    assert!(!is_known(&place.recall("view")));
}

#[test]
fn a_file_that_has_just_changed_is_compared_by_content() {
    let place = Place::new();
    let mut cache = place.open("view");
    cache.clock = Clock::start();
    let stamp = Stamp::of(&place.at.file);
    cache.learn(&place.at, (stamp, b"x = 1\n"), TRAITS, None);
    cache.save();
    let later = place.open("view");
    assert!(later.known.values().all(|it| it.stamp.is_none()));
    assert!(is_known(&later.recall(&place.at, &mut Vec::new())));
}

#[test]
fn what_was_found_is_known_as_long_as_the_file_stays() {
    let place = Place::new();
    place.find(b"a password in line 1");
    let found = Some(b"a password in line 1".to_vec());
    let known = Recollection::Known(TRAITS, found);
    assert_eq!(place.recall("view"), known);
    place.write("x = 1\n");
    assert_eq!(place.recall("view"), known);
    let mut buffer = Vec::new();
    assert_eq!(place.open("view").recall(&place.at, &mut buffer), known);
    assert_eq!(buffer, b"x = 1\n");
    place.write("x = 2\n");
    assert!(matches!(place.recall("view"), Recollection::Unknown(_)));
}

#[test]
fn what_was_found_is_read_by_nobody_without_the_file() {
    let place = Place::new();
    place.find(b"a password in line 1");
    let (_, bytes) = place.kept();
    assert!(memchr::memmem::find(&bytes, b"password").is_none());
    let cache = place.open("view");
    let entry = cache.known.values().next().unwrap();
    let sealed = entry.found.as_ref().unwrap();
    let name = cache.name(&place.at);
    let opened = |content: &[u8]| sealed::open(&cache.key(&name, content), sealed);
    assert!(opened(b"x = 1\n").is_some());
    assert_eq!(opened(b"x = 2\n"), None);
    assert_eq!(opened(b""), None);
}

#[test]
fn what_was_not_scanned_is_not_known() {
    let place = Place::new();
    place.learn("view");
    // The next run has another look, and finds something.
    place.open("view").save();
    assert!(!is_known(&place.recall("view")));
}

#[test]
fn a_file_is_known_in_one_view_in_one_place_and_as_one_class() {
    let place = Place::new();
    place.learn("view");
    assert!(!is_known(&place.recall("other view")));
    let cache = place.open("view");
    let class = FileClass::Test;
    let other_class = SourceRef {
        class,
        ..place.at.clone()
    };
    let path = "file.json".into();
    let other_name = SourceRef {
        path,
        ..place.at.clone()
    };
    for other in [other_class, other_name] {
        assert!(!is_known(&cache.recall(&other, &mut Vec::new())));
    }
}

#[test]
fn a_damaged_cache_is_empty_and_is_replaced() {
    let place = Place::new();
    place.learn("view");
    let (file, bytes) = place.kept();
    for number in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[number] ^= 0x40;
        fs::File::create(&file).unwrap();
        std::io::Write::write_all(&mut fs::File::create(&file).unwrap(), &broken).unwrap();
        assert!(!is_known(&place.recall("view")), "byte {number}");
        let short = &bytes[..number];
        std::io::Write::write_all(&mut fs::File::create(&file).unwrap(), short).unwrap();
        assert!(!is_known(&place.recall("view")), "{number} bytes");
    }
    place.learn("view");
    assert!(is_known(&place.recall("view")));
}

#[test]
fn a_cache_that_cannot_be_kept_is_no_trouble() {
    let place = Place::new();
    fs::File::create(place.folder.path().join("cache")).unwrap();
    place.learn("view");
    assert!(!is_known(&place.recall("view")));
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_a_cache() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    place.learn("view");
    let mode = fs::metadata(place.kept().0).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_cache_names_no_file_and_quotes_none() {
    let place = Place::new();
    place.write("a line of the file");
    place.learn("view");
    let (_, bytes) = place.kept();
    for text in ["line", "file.py", "tmp"] {
        assert!(
            memchr::memmem::find(&bytes, text.as_bytes()).is_none(),
            "{text}"
        );
    }
}

#[test]
fn a_program_is_told_from_another_build_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shield");
    let cache = folder.path().join("cache");
    let build = |content: &str| {
        std::io::Write::write_all(&mut fs::File::create(&path).unwrap(), content.as_bytes())
            .unwrap();
        *Program::at(&path, &cache).unwrap().hash()
    };
    let first = build("one build");
    let other = build("two build");
    assert_ne!(first, other);
    assert_eq!(first, build("one build"));
}
