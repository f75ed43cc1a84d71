use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use ::tar::{Builder, EntryType, Header};
use flate2::Compression;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use super::*;
use crate::source::IgnoreFiles;

/// What was seen in an archive.
struct Seen {
    /// The paths of the texts, with the texts.
    texts: Vec<(String, String)>,
    notices: Vec<String>,
}

fn opener(limits: Limits) -> Opener {
    Opener {
        exclude: Exclude::new(&["*.snap".to_owned()]).unwrap(),
        max_file_size: 100_000,
        limits,
    }
}

/// A file on disk, with a name for reports.
fn at(name: &str, file: PathBuf) -> SourceRef {
    SourceRef {
        path: name.into(),
        file,
        class: FileClass::Code,
        archives: Vec::new(),
        origin: Origin::File,
    }
}

/// Opens `bytes` as a file of this name.
fn open_within(name: &str, bytes: &[u8], limits: Limits) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    File::create(&file).unwrap().write_all(bytes).unwrap();
    let mut texts = Vec::new();
    let notices = opener(limits).open(&at(name, file), &mut |entry, content| {
        assert!(entry.path.as_str().ends_with(entry.inner().as_str()));
        if let Some((text, _)) = decode::decode(content) {
            texts.push((entry.path.to_string(), text.into_owned()));
        }
    });
    let told = |it: Notice| format!("{}: {}", it.path, it.kind);
    Seen {
        texts,
        notices: notices.unwrap().into_iter().map(told).collect(),
    }
}

fn open(name: &str, bytes: &[u8]) -> Seen {
    open_within(name, bytes, Limits::default())
}

impl Seen {
    fn paths(&self) -> Vec<&str> {
        self.texts.iter().map(|(path, _)| path.as_str()).collect()
    }
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, content) in files {
        let file = archive
            .new_file(rawzip::path::EntryPath::verbatim(name.as_bytes()))
            .compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().unwrap();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, Compression::default());
        let mut writer = config.wrap(encoder);
        writer.write_all(content).unwrap();
        let (inner, descriptor) = writer.finish().unwrap();
        inner.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = Header::new_gnu();
        // Written as it is, also where the library would refuse it.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(content.len() as u64);
        header.set_entry_type(EntryType::Regular);
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    archive.into_inner().unwrap()
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_text_is_found_in_every_kind_of_archive() {
    let files: [(&str, &[u8]); 2] = [("config/app.properties", b"a=b\n"), ("logo.png", b"x")];
    let text = |path: &str| (path.to_owned(), "a=b\n".to_owned());
    for name in ["dist/app.jar", "a.whl", "a.zip"] {
        let name = name.rsplit('/').next().unwrap();
        let seen = open(name, &zip(&files));
        assert_eq!(
            seen.texts,
            [text(&format!("{name}!/config/app.properties"))]
        );
        assert_eq!(seen.notices, [""; 0]);
    }
    let inside = [text("a.tar.gz!/config/app.properties")];
    assert_eq!(open("a.tar.gz", &gz(&tar(&files))).texts, inside);
    assert_eq!(
        open("a.tar", &tar(&files)).paths(),
        ["a.tar!/config/app.properties"]
    );
    assert_eq!(
        open("dump.sql.gz", &gz(b"a=b\n")).texts,
        [text("dump.sql.gz!/dump.sql")]
    );
}

#[test]
fn an_image_is_a_tar_of_tars() {
    let layer = tar(&[("app/.env", b"KEY=1\n")]);
    let image = tar(&[
        ("manifest.json", b"[{}]"),
        ("blobs/sha256/0a", &gz(&layer)),
        ("b/layer.tar", &layer),
    ]);
    assert_eq!(
        open("image.tar", &image).paths(),
        [
            "image.tar!/manifest.json",
            "image.tar!/blobs/sha256/0a!/app/.env",
            "image.tar!/b/layer.tar!/app/.env",
        ]
    );
}

#[test]
fn archives_that_lie_too_deep_are_told() {
    let mut nested = zip(&[("deep.txt", b"deep")]);
    for _ in 0..3 {
        nested = zip(&[("x.zip", &nested)]);
    }
    assert_eq!(
        open("a.zip", &nested).paths(),
        ["a.zip!/x.zip!/x.zip!/x.zip!/deep.txt"]
    );
    let seen = open("a.zip", &zip(&[("x.zip", &nested)]));
    assert_eq!(seen.paths(), [""; 0]);
    assert_eq!(
        seen.notices,
        ["a.zip!/x.zip!/x.zip!/x.zip!/x.zip: opened in part: it lies in 4 others"]
    );
}

#[test]
fn a_bomb_is_given_up() {
    let limits = Limits {
        free: 1 << 20,
        ..Limits::default()
    };
    let bomb = gz(&vec![0; 8 << 20]);
    for (name, bytes) in [
        ("a.gz", gz(&bomb)),
        ("a.tar", tar(&[("x.gz", &bomb)])),
        ("a.zip", zip(&[("x.gz", &bomb), ("after.txt", b"after")])),
    ] {
        let seen = open_within(name, &bytes, limits.clone());
        assert!(seen.texts.iter().all(|it| it.0.ends_with("after.txt")));
    }
    let inside = tar(&[("zeros.bin", &vec![0; 8 << 20]), ("after.txt", b"after")]);
    let seen = open_within("b.tgz", &gz(&inside), limits);
    assert_eq!(seen.paths(), [""; 0]);
    assert_eq!(
        seen.notices,
        ["b.tgz: opened in part: it unpacks to more than 200 times its size"]
    );
}

#[test]
fn too_many_files_and_too_much_time_end_the_way_through_an_archive() {
    let files: Vec<(&str, &[u8])> = vec![("a.txt", b"x"); 10];
    let few = Limits {
        entries: 3,
        ..Limits::default()
    };
    let late = Limits {
        time: Duration::ZERO,
        ..Limits::default()
    };
    for bytes in [zip(&files), tar(&files)] {
        let seen = open_within("a", &bytes, few.clone());
        assert_eq!(seen.texts.len(), 3);
        assert_eq!(
            seen.notices,
            ["a: opened in part: it has more than 3 files"]
        );
        let none = open_within("a", &bytes, late.clone());
        assert_eq!(
            none.notices,
            ["a: opened in part: it took more than 0 seconds"]
        );
    }
}

#[test]
fn a_text_above_the_limit_is_told_and_the_others_are_read() {
    let large = vec![b'x'; 200_000];
    let files: [(&str, &[u8]); 2] = [("large.txt", &large), ("b.txt", b"b")];
    for bytes in [zip(&files), tar(&files), gz(&tar(&files))] {
        let seen = open("a", &bytes);
        assert_eq!(seen.paths(), ["a!/b.txt"]);
        assert!(
            seen.notices[0].contains("200000 bytes"),
            "{:?}",
            seen.notices
        );
    }
    let why = "opened in part: it unpacks to more than 100000 bytes";
    assert_eq!(
        open("a.gz", &gz(&large)).notices,
        [format!("a.gz!/a: {why}")]
    );
}

#[test]
fn what_a_zip_says_of_sizes_is_not_trusted() {
    let honest = zip(&[("a.txt", &b"text ".repeat(1_000)), ("b.txt", b"b")]);
    let directory = memchr::memmem::find(&honest, b"PK\x01\x02").unwrap();
    for lie in [0, 1, u32::MAX - 1] {
        let mut bytes = honest.clone();
        bytes[directory + 24..directory + 28].copy_from_slice(&lie.to_le_bytes());
        let seen = open("a.zip", &bytes);
        assert_eq!(seen.paths(), ["a.zip!/a.txt", "a.zip!/b.txt"]);
        assert_eq!(seen.texts[0].1.len(), 5_000);
    }
    for lie in [1, u32::MAX - 1] {
        let mut bytes = honest.clone();
        bytes[directory + 20..directory + 24].copy_from_slice(&lie.to_le_bytes());
        assert!(open("a.zip", &bytes).paths().contains(&"a.zip!/b.txt"));
    }
}

#[test]
fn encrypted_files_are_counted() {
    let mut bytes = zip(&[("a.txt", b"a"), ("b.txt", b"b")]);
    let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    let seen = open("a.zip", &bytes);
    assert_eq!(seen.paths(), ["a.zip!/b.txt"]);
    assert_eq!(seen.notices, ["a.zip: opened in part: 1 file is encrypted"]);
}

#[test]
fn of_files_with_one_name_each_is_read() {
    let files: [(&str, &[u8]); 2] = [("a.py", b"one"), ("a.py", b"two")];
    for bytes in [zip(&files), tar(&files)] {
        let texts = open("a", &bytes).texts;
        let texts: Vec<&str> = texts.iter().map(|it| it.1.as_str()).collect();
        assert_eq!(texts, ["one", "two"]);
    }
}

#[test]
fn hostile_names_stay_within_their_archive() {
    let files: [(&str, &[u8]); 2] = [("/etc/passwd", b"a"), ("../../b.py", b"b")];
    for bytes in [zip(&files), tar(&files)] {
        assert_eq!(
            open("a", &bytes).paths(),
            ["a!/etc/passwd", "a!/\\x2e\\x2e/\\x2e\\x2e/b.py"]
        );
    }
}

#[test]
fn archives_that_are_not_read_are_told() {
    let seen = open("a.zip", &zip(&[("b.rar", b"Rar!\x1a\x07\x01\x00")]));
    let why = "opened in part: it is packed in a way that shield does not read";
    assert_eq!(seen.notices, [format!("a.zip!/b.rar: {why}")]);
}

#[test]
fn links_and_excluded_files_are_passed_over() {
    let mut archive = Builder::new(tar(&[]));
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Fifo] {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        archive
            .append_link(&mut header, "link.py", "/etc/passwd")
            .unwrap();
    }
    let links = archive.into_inner().unwrap();
    assert_eq!(open("a.tar", &links[1024..]).paths(), [""; 0]);
    let excluded = zip(&[("a.snap", b"a"), ("b.py", b"b")]);
    assert_eq!(open("a.zip", &excluded).paths(), ["a.zip!/b.py"]);
}

#[test]
fn what_is_cut_short_is_read_as_far_as_it_goes() {
    let noise: Vec<u8> = (0..60_000_u32)
        .map(|it| b'a' + u8::try_from(it.wrapping_mul(2_654_435_761) >> 28).unwrap())
        .collect();
    let files: [(&str, &[u8]); 2] = [("a.txt", b"first"), ("b.txt", &noise)];
    for (name, bytes) in [("a.tar", tar(&files)), ("a.tgz", gz(&tar(&files)))] {
        let seen = open(name, &bytes[..bytes.len() / 2]);
        assert_eq!(seen.texts[0].1, "first");
        assert!(seen.texts[1].1.len() > 10_000);
        assert_ne!(seen.notices, [""; 0]);
    }
    let zipped = zip(&files);
    let seen = open("a.zip", &zipped[..zipped.len() / 2]);
    assert_eq!(seen.notices.len(), 1, "{:?}", seen.notices);
}

#[test]
fn any_byte_may_be_wrong() {
    let files: [(&str, &[u8]); 2] = [("a.txt", b"first"), ("b/c.txt", &[b'x'; 2_000])];
    let samples = [
        zip(&[("x.tar", &tar(&files)), ("y.gz", &gz(b"y"))]),
        gz(&tar(&files)),
        tar(&[("x.zip", &zip(&files)), ("y.gz", &gz(b"y"))]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let at = at("a.zip", folder.path().join("a.zip"));
    let opener = opener(Limits::default());
    for sample in samples {
        for (index, flip) in (0..sample.len()).zip([0x01, 0x80, 0xff].into_iter().cycle()) {
            let mut bytes = sample.clone();
            bytes[index] ^= flip;
            File::create(&at.file).unwrap().write_all(&bytes).unwrap();
            let notices = opener.open(&at, &mut |_, _| {});
            assert!(notices.is_none_or(|it| it.len() <= 4));
        }
    }
}

#[test]
fn long_names_take_no_memory_to_speak_of() {
    let mut bytes = Vec::new();
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..13].copy_from_slice(b"././@LongLink");
    header.set_entry_type(EntryType::GNULongName);
    header.set_size(64 << 20);
    header.set_cksum();
    bytes.extend_from_slice(header.as_bytes());
    bytes.resize(bytes.len() + (64 << 20), b'a');
    let seen = open("a.tar", &bytes);
    assert_eq!(seen.notices.len(), 1);
}

#[test]
fn a_file_that_is_no_archive_is_left_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.zip");
    File::create(&file).unwrap().write_all(b"a = 1\n").unwrap();
    let at = at("a.zip", file.clone());
    let opener = opener(Limits::default());
    assert!(opener.open(&at, &mut |_, _| {}).is_none());
    assert!(opener.expects(&at));
    fs::remove_file(&file).unwrap();
    assert_eq!(opener.open(&at, &mut |_, _| {}).unwrap().len(), 1);
}

#[test]
fn an_opener_is_made_when_archives_are_to_be_opened() {
    let mut options = Options {
        paths: Vec::new(),
        ignore_files: IgnoreFiles::Respect,
        exclude: Vec::new(),
        max_file_size: 1,
        archives: Archives::Skip,
    };
    assert!(Opener::new(&options).unwrap().is_none());
    options.archives = Archives::Open;
    assert!(Opener::new(&options).unwrap().is_some());
}

#[test]
fn the_class_of_what_lies_in_an_archive_is_told_by_its_own_path() {
    let class = |name: &str, archive| class_of(Utf8Path::new(name), archive);
    assert_eq!(class("app.py", FileClass::Generated), FileClass::Code);
    assert_eq!(class("app.py", FileClass::Test), FileClass::Test);
    assert_eq!(class("tests/a.py", FileClass::Code), FileClass::Test);
}
