//! Writes what was made, and nothing over what is somebody else's.

use std::fs;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use tempfile::NamedTempFile;

use super::mark::{Author, author};
use super::{Artifact, EmitError, Run};

/// Writes `artifacts` below `folder`, and returns the files that were not as they are now.
///
/// # Errors
///
/// Fails before anything is written when a file is not shield's, or was changed, or a link is in
/// the way.
pub fn write(folder: &Path, artifacts: &[Artifact]) -> Result<Vec<PathBuf>, EmitError> {
    let mut fresh = Vec::new();
    for artifact in artifacts {
        let path = folder.join(&artifact.path);
        if !has(folder, artifact, &path)? {
            fresh.push((artifact, path));
        }
    }
    for (artifact, path) in &fresh {
        put(artifact, path).map_err(|error| EmitError::Unwritable {
            path: path.clone(),
            error,
        })?;
    }
    Ok(fresh.into_iter().map(|(_, path)| path).collect())
}

/// Whether the file is there as it shall be.
fn has(folder: &Path, artifact: &Artifact, path: &Path) -> Result<bool, EmitError> {
    let mut within = folder.to_owned();
    let parts = Path::new(&artifact.path).components();
    let count = parts.clone().count();
    for (number, part) in parts.enumerate() {
        within.push(part);
        let is_last = number + 1 == count;
        match fs::symlink_metadata(&within) {
            Ok(it) if is_last && it.is_file() => {}
            Ok(it) if !is_last && it.is_dir() => {}
            Ok(_) => return Err(EmitError::Link { path: within }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => {
                return Err(EmitError::Unwritable {
                    path: within,
                    error,
                });
            }
        }
    }
    let held = fs::read(path).map_err(|error| EmitError::Unwritable {
        path: path.to_owned(),
        error,
    })?;
    if held == artifact.text.as_bytes() {
        return Ok(true);
    }
    let path = path.to_owned();
    match author(&String::from_utf8_lossy(&held)) {
        Author::Shield => Ok(false),
        Author::Both => Err(EmitError::Changed { path }),
        Author::Other => Err(EmitError::Foreign { path }),
    }
}

/// Puts the file in its place, whole.
fn put(artifact: &Artifact, path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(artifact.text.as_bytes())?;
    file.as_file().sync_all()?;
    open_to_all(file.as_file(), artifact.run)?;
    file.persist(path)?;
    Ok(())
}

/// There is no value in it, and others build with it.
#[cfg(unix)]
fn open_to_all(file: &fs::File, run: Run) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = match run {
        Run::No => 0o644,
        Run::Yes => 0o755,
    };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// There is no value in it, and folders say who may read.
#[cfg(not(unix))]
fn open_to_all(_file: &fs::File, _run: Run) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::mark::{blank, finish};
    use super::*;

    fn artifact(text: &str) -> Artifact {
        let text = finish(format!("# {}\n{text}\n", blank("")));
        Artifact {
            path: "lib/secrets.tf".to_owned(),
            text,
            run: Run::No,
        }
    }

    #[test]
    fn what_shield_has_made_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lib/secrets.tf");
        for text in ["one", "two"] {
            let made = write(folder.path(), &[artifact(text)]).unwrap();
            assert_eq!(made, std::slice::from_ref(&path));
            assert!(
                fs::read_to_string(&path)
                    .unwrap()
                    .ends_with(&format!("{text}\n"))
            );
        }
        assert!(write(folder.path(), &[artifact("two")]).unwrap().is_empty());
    }

    #[test]
    fn what_somebody_else_has_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lib/secrets.tf");
        write(folder.path(), &[artifact("one")]).unwrap();
        let changed = fs::read_to_string(&path).unwrap().replace("one", "mine");
        for (text, is_changed) in [(changed.as_str(), true), ("mine\n", false)] {
            let mut file = fs::File::create(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let error = write(folder.path(), &[artifact("two")]).unwrap_err();
            assert_eq!(matches!(error, EmitError::Changed { .. }), is_changed);
            assert_eq!(matches!(error, EmitError::Foreign { .. }), !is_changed);
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("lib")).unwrap();
        let error = write(folder.path(), &[artifact("one")]).unwrap_err();
        assert!(matches!(error, EmitError::Link { .. }), "{error}");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}
