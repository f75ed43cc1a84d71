//! `shield scan --archives`: what lies in archives, made here.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use rawzip::ZipArchiveWriter;
use serde_json::Value;

use crate::project::{Project, Ran};
use crate::snapshot;

/// Settings with a token that has a right checksum and that nobody has issued.
const SETTINGS: &str = concat!(
    "app.name=shop\ngithub.token=ghp_NotARealToken",
    "JustAnExample00011gfy10\n"
);

/// A zip of files that are not compressed.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, content) in files {
        let (mut entry, config) = archive.new_file(name).start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, *content).unwrap();
    }
    archive.into_inner().unwrap()
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn jar() -> Vec<u8> {
    zip(&[("config/app.properties", SETTINGS.as_bytes())])
}

/// The report of a run as JSON.
fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The paths of the findings of a run.
fn paths(ran: &Ran) -> Vec<String> {
    let report = report(ran);
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|it| it["path"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_finding_in_an_archive_is_told_by_its_path_through_it() {
    let project = Project::new().with_bytes("dist/app.jar", &jar());
    snapshot!(project.shield(["scan", "--archives"]));
}

#[test]
fn archives_are_opened_only_when_asked_for() {
    let project = Project::new().with_bytes("dist/app.jar", &jar());
    assert_eq!(project.shield(["scan"]).code, 0);
    assert_eq!(project.shield(["scan", "dist/app.jar"]).code, 0);
    assert_eq!(project.shield(["scan", "--archives"]).code, 1);
    assert_eq!(
        project.shield(["scan", "--archives", "dist/app.jar"]).code,
        1
    );
}

#[test]
fn archives_are_known_by_what_they_are_and_not_by_their_names() {
    let layer = gz(&tar(&[("srv/app.properties", SETTINGS.as_bytes())]));
    let image = tar(&[("blobs/sha256/0a1b", &layer)]);
    let project = Project::new()
        .with_bytes("image.tar", &image)
        .with_bytes("oci/blobs/sha256/0a1b", &layer)
        .with_bytes("libs/a.whl", &jar());
    let ran = project.shield(["scan", "--archives", "--format", "json"]);
    let expected = [
        "image.tar!/blobs/sha256/0a1b!/srv/app.properties",
        "libs/a.whl!/config/app.properties",
        "oci/blobs/sha256/0a1b!/srv/app.properties",
    ];
    assert_eq!(paths(&ran), expected);
}

#[test]
fn a_fix_leaves_archives_alone_and_says_so() {
    let code = "DB_PASSWORD = \"rosebud-1941\"\n"; // shield: allow made up
    let bytes = zip(&[("shop/settings.py", code.as_bytes())]);
    let project = Project::new().with_bytes("app.zip", &bytes);
    let ran = project.shield(["scan", "--archives", "--fix", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert_eq!(report(&ran)["findings"][0]["skipped"]["code"], "in-archive");
    let after = std::fs::read(project.root().join("app.zip")).unwrap();
    assert_eq!(after, bytes);
}

#[test]
fn an_allow_comment_works_in_an_archive() {
    let code = "DB_PASSWORD = \"rosebud-1941\"  # shield: allow made up\n";
    let bytes = zip(&[("shop/settings.py", code.as_bytes())]);
    let project = Project::new().with_bytes("app.zip", &bytes);
    assert_eq!(project.shield(["scan", "--archives"]).code, 0);
}

#[test]
fn what_is_excluded_is_excluded_in_archives_too() {
    let settings = "schema: 1\nexclude: [\"*.properties\"]\n";
    let project = Project::new()
        .with("shield.yaml", settings)
        .with_bytes("dist/app.jar", &jar());
    assert_eq!(project.shield(["scan", "--archives"]).code, 0);
}

#[test]
fn a_broken_archive_is_a_notice_and_never_shown() {
    let mut bytes = jar();
    bytes.truncate(bytes.len() - 30);
    let project = Project::new()
        .with_bytes("a.jar", &bytes)
        .with_bytes("b.gz", &gz(b"text")[..14]);
    let ran = project.shield(["scan", "--archives", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let report = report(&ran);
    let notices = report["notices"].as_array().unwrap();
    assert_eq!(notices.len(), 2, "{}", ran.all());
    assert!(notices.iter().all(|it| it["code"] == "archive-in-part"));
    assert!(!ran.all().contains("NotAReal"));
}
