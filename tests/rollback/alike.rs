//! What a file keeps besides its content: owner, attributes, access lists, links.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use shield::fix;

use crate::place::{CODE, MADE, Place, Result};

/// The name of the attribute that holds the access list of a file.
const ACCESS: &str = "system.posix_acl_access";

/// An access list: the owner, user 12345, the group and a mask may read, others may not.
const LIST: [u8; 44] = [
    2, 0, 0, 0, // version
    1, 0, 6, 0, 255, 255, 255, 255, // owner
    2, 0, 4, 0, 57, 48, 0, 0, // user 12345
    4, 0, 4, 0, 255, 255, 255, 255, // group
    16, 0, 4, 0, 255, 255, 255, 255, // mask
    32, 0, 0, 0, 255, 255, 255, 255, // others
];

#[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
fn skipped(what: &str) {
    eprintln!("skipped: this system does not allow {what}");
}

/// The attributes of a file by name.
type Attributes = BTreeMap<OsString, Option<Vec<u8>>>;

fn attributes(path: &Path) -> Result<Attributes> {
    let mut all = Attributes::new();
    for name in xattr::list(path)? {
        let value = xattr::get(path, &name)?;
        all.insert(name, value);
    }
    Ok(all)
}

/// Whether the system lets a file have an attribute.
fn set(path: &Path, name: &str, value: &[u8]) -> Result<bool> {
    match xattr::set(path, name, value) {
        Ok(()) => Ok(true),
        Err(err) if err.kind() == io::ErrorKind::Unsupported => Ok(false),
        Err(err) => Err(err.into()),
    }
}

#[test]
fn attributes_and_access_lists_are_kept() {
    let place = Place::new().unwrap();
    let path = place.root.join(CODE[0].0);
    if !set(&path, "user.note", b"mine").unwrap() || !set(&path, ACCESS, &LIST).unwrap() {
        return skipped("attributes");
    }
    let before = (
        attributes(&path).unwrap(),
        fs::metadata(&path).unwrap().mode(),
    );
    assert!(before.0.len() >= 2);
    let archive = place.archive().unwrap();
    place.fix(&archive).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), CODE[0].2);
    let mode = || fs::metadata(&path).unwrap().mode();
    assert_eq!((attributes(&path).unwrap(), mode()), before);
    fix::rollback(None, &archive).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), CODE[0].1);
    assert_eq!((attributes(&path).unwrap(), mode()), before);
}

#[test]
fn the_owner_is_kept() {
    let place = Place::new().unwrap();
    let path = place.root.join(CODE[1].0);
    if std::os::unix::fs::chown(&path, Some(12_345), Some(12_346)).is_err() {
        return skipped("giving files away");
    }
    let archive = place.archive().unwrap();
    place.fix(&archive).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), CODE[1].2);
    let now = fs::metadata(&path).unwrap();
    assert_eq!(
        (now.uid(), now.gid(), now.mode() & 0o777),
        (12_345, 12_346, 0o755)
    );
    let made = fs::metadata(place.root.join(MADE[0].0)).unwrap();
    assert_ne!(made.uid(), 12_345);
}

#[test]
fn a_file_that_got_a_second_name_is_left_alone() {
    let place = Place::new().unwrap();
    let archive = place.archive().unwrap();
    let plan = place.plan().unwrap();
    let journal = fix::begin(&plan, &[], &archive).unwrap();
    let other = place.root.join("other.py");
    fs::hard_link(place.root.join(CODE[0].0), &other).unwrap();
    let written = fix::write(&plan, journal).unwrap();
    assert_eq!(written.skipped[0].reason.code(), "changed-since-scan");
    assert_eq!(fs::read_to_string(&other).unwrap(), CODE[0].1);
    assert_eq!(fs::metadata(&other).unwrap().nlink(), 2);
}
