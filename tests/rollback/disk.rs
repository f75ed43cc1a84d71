//! Disks that are full, read-only, or do not let a file be exchanged.
//!
//! Each case runs in a child with mounts of its own, where the system allows that.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

use shield::fix;
use shield::fix::FixError;
use shield::fix::Recovered;
use shield::fix::RunState;
use shield::fix::Way;

use crate::child::tell;
use crate::place::{CODE, MADE, Place, Result, put};
use crate::recover::stop;

/// The file that the mounts are about.
const FILE: &str = CODE[2].0;

/// Runs `task` in `place` in a child that first runs `mounts`, and stops at the step `stop`.
///
/// Tells whether it came to the end; `None` where the system does not allow mounts.
fn child(place: &Place, mounts: &str, task: &str, stop: usize) -> Result<Option<bool>> {
    let allowed = Command::new("unshare").args(["-rm", "true"]).output();
    if !allowed.is_ok_and(|it| it.status.success()) {
        return Ok(None);
    }
    let mut command = Command::new("unshare");
    command
        .args(["-rm", "sh", "-c"])
        .arg(format!("cd \"$0\" && {mounts} && exec \"$@\""))
        .arg(&place.root)
        .arg(std::env::current_exe()?);
    tell(&mut command, place, task, stop)?;
    Ok(Some(command.output()?.status.success()))
}

#[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
fn skipped() {
    eprintln!("skipped: this system does not allow mounts in a namespace");
}

fn chmod(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// In the child: a run that cannot write fails with the name of the file and changes nothing.
pub(crate) fn fails(place: &Place) -> Result<()> {
    let before = place.image()?;
    let archive = place.archive()?;
    let plan = place.plan()?;
    let journal = fix::begin(&plan, &[], &archive)?;
    let err = fix::write(&plan, journal).err().ok_or("it was written")?;
    assert!(matches!(err, FixError::Write { .. }), "{err:?}");
    assert!(err.to_string().contains(".py"), "{err}");
    assert!(place.image()? == before);
    let states: Vec<_> = fix::runs(&archive)?.iter().map(|it| it.state).collect();
    assert_eq!(states, [RunState::Undone]);
    Ok(())
}

/// In the child: the disk of the project is full.
pub(crate) fn full(place: &Place) -> Result<()> {
    for (name, before, ..) in CODE {
        put(&place.root.join(name), before)?;
    }
    let mut filler = fs::File::create(place.root.join("filler"))?;
    let written = io::copy(&mut io::repeat(0), &mut filler);
    let kind = written.err().map(|it| it.kind());
    assert_eq!(kind, Some(io::ErrorKind::StorageFull));
    fails(place)
}

#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let place = Place::new().unwrap();
    let mount = "mount -t tmpfs -o size=64k tmpfs \"$0\"";
    match child(&place, mount, "full", usize::MAX).unwrap() {
        Some(passed) => assert!(passed),
        None => skipped(),
    }
}

#[test]
fn a_read_only_folder_leaves_everything_as_it_was() {
    let place = Place::new().unwrap();
    let mount = "mount --bind web web && mount -o remount,ro,bind web";
    match child(&place, mount, "fails", usize::MAX).unwrap() {
        Some(passed) => assert!(passed),
        None => skipped(),
    }
}

/// In the child: a recovery that cannot write says so.
pub(crate) fn stuck(place: &Place) -> Result<()> {
    let recovered = fix::recover(Way::Best, &place.archive()?);
    assert!(
        matches!(recovered, Err(FixError::NotFinished { .. })),
        "{recovered:?}"
    );
    Ok(())
}

#[test]
fn a_recovery_that_cannot_write_can_be_repeated() {
    let place = Place::new().unwrap();
    stop(&place, &place.plan().unwrap(), MADE.len() + 1);
    let mount = "mount --bind web web && mount -o remount,ro,bind web";
    match child(&place, mount, "stuck", usize::MAX).unwrap() {
        Some(passed) => assert!(passed),
        None => return skipped(),
    }
    let archive = place.archive().unwrap();
    let recovered = fix::recover(Way::Best, &archive).unwrap();
    assert!(matches!(recovered, Some(Recovered::Finished(_))));
    for (name, _, after, _) in CODE {
        let now = fs::read_to_string(place.root.join(name)).unwrap();
        assert_eq!(now, after);
    }
}

#[test]
fn a_file_that_cannot_be_exchanged_is_written_in_place() {
    let place = Place::new().unwrap();
    let before = place.image().unwrap();
    let mount = format!("mount --bind {FILE} {FILE}");
    let Some(passed) = child(&place, &mount, "write", usize::MAX).unwrap() else {
        return skipped();
    };
    assert!(passed);
    let written = fs::read_to_string(place.root.join(FILE)).unwrap();
    assert_eq!(written, CODE[2].2);
    assert_eq!(
        child(&place, &mount, "undo", usize::MAX).unwrap(),
        Some(true)
    );
    assert_eq!(place.image().unwrap(), before);
}

#[test]
fn a_file_written_in_place_and_edited_after_the_run_stays() {
    let place = Place::new().unwrap();
    let mount = format!("mount --bind {FILE} {FILE}");
    let Some(passed) = child(&place, &mount, "write", usize::MAX).unwrap() else {
        return skipped();
    };
    assert!(passed && place.journal().unwrap().contains("in-place"));
    put(&place.root.join(FILE), "mine\n").unwrap();
    let archive = place.archive().unwrap();
    let undone = fix::rollback(None, &archive).unwrap();
    assert_eq!(undone.state, RunState::PartlyUndone);
    let left = fs::read_to_string(place.root.join(FILE)).unwrap();
    assert_eq!(left, "mine\n");
}

#[test]
fn a_file_half_written_in_place_is_put_back() {
    let mut torn = 0;
    for step in 1.. {
        let place = Place::new().unwrap();
        let before = place.image().unwrap();
        let mount = format!("mount --bind {FILE} {FILE}");
        match child(&place, &mount, "write", step).unwrap() {
            None => return skipped(),
            Some(true) => break,
            Some(false) => {}
        }
        let archive = place.archive().unwrap();
        if fix::runs(&archive).unwrap().is_empty() {
            continue;
        }
        let journal = place.journal().unwrap();
        if journal.contains("in-place") && !journal.contains("done") {
            torn += 1;
            put(&place.root.join(FILE), "Q =").unwrap();
            // The new content is there only until the file is whole.
            let way = if torn == 1 { Way::Best } else { Way::Undo };
            let recovered = fix::recover(way, &archive).unwrap();
            let finished = matches!(recovered, Some(Recovered::Finished(_)));
            assert_eq!(finished, torn == 1, "after step {step}");
            let content = if finished { CODE[2].2 } else { CODE[2].1 };
            assert_eq!(fs::read_to_string(place.root.join(FILE)).unwrap(), content);
            assert_eq!(place.last_of(4).unwrap(), ["Q ="], "after step {step}");
            if !finished {
                continue;
            }
        }
        fix::rollback(None, &archive).unwrap();
        assert_eq!(place.image().unwrap(), before, "after step {step}");
    }
    assert!(torn > 1);
}

#[test]
fn a_file_whose_owner_cannot_be_given_on_is_written_in_place() {
    let place = Place::new().unwrap();
    let path = place.root.join(CODE[0].0);
    // In the child, this owner has no number and cannot be given to any file.
    if chown(&path, Some(12_345), None).is_err() || chmod(&path, 0o666).is_err() {
        return skipped();
    }
    let number = fs::metadata(&path).unwrap().ino();
    match child(&place, "true", "write", usize::MAX).unwrap() {
        Some(passed) => assert!(passed),
        None => return skipped(),
    }
    let same = || {
        let now = fs::metadata(&path).unwrap();
        now.uid() == 12_345 && now.ino() == number
    };
    assert!(same());
    assert_eq!(fs::read_to_string(&path).unwrap(), CODE[0].2);
    let journal = place.journal().unwrap();
    assert!(journal.contains("unlike") && journal.contains("in-place"));
    assert_eq!(
        child(&place, "true", "undo", usize::MAX).unwrap(),
        Some(true)
    );
    assert!(same());
    assert_eq!(fs::read_to_string(&path).unwrap(), CODE[0].1);
}
