//! What a new file takes over from the one whose place it takes.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::path::Path;

/// What a new file takes over from another.
#[derive(Debug, Clone, Copy)]
pub(in crate::fix) struct Like<'m> {
    pub(in crate::fix) mode: u32,
    /// The file whose owner and attributes it gets.
    pub(in crate::fix) other: Option<(&'m Path, &'m Metadata)>,
}

/// Whether a new file is like the one whose place it is to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fix) enum Alike {
    /// It is, but for its content.
    Yes,
    /// Its owner or an attribute is another, and the system does not let us change that.
    No,
}

/// Gives `file` what `like` has: owner, attributes with their access lists, permissions.
pub(super) fn make_alike(file: &File, like: &Like<'_>) -> io::Result<Alike> {
    let alike = match like.other {
        None => Alike::Yes,
        Some((path, metadata)) => match own_like(file, metadata)? {
            Alike::Yes => attribute_like(file, path)?,
            Alike::No => Alike::No,
        },
    };
    // Changing the owner clears some bits of the mode, so the mode comes last.
    file.set_permissions(permissions(file, like.mode)?)?;
    Ok(alike)
}

/// Whether trouble with an owner or attribute is a matter of the rules of the system.
#[cfg(unix)]
fn is_refusal(err: &io::Error) -> bool {
    matches!(
        err.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
    )
}

/// Gives `file` the owner of another.
#[cfg(unix)]
fn own_like(file: &File, like: &Metadata) -> io::Result<Alike> {
    use std::os::unix::fs::MetadataExt as _;

    let now = file.metadata()?;
    if now.uid() == like.uid() && now.gid() == like.gid() {
        return Ok(Alike::Yes);
    }
    match std::os::unix::fs::fchown(file, Some(like.uid()), Some(like.gid())) {
        Ok(()) => Ok(Alike::Yes),
        Err(err) if is_refusal(&err) => Ok(Alike::No),
        Err(err) => Err(err),
    }
}

/// Owners are inherited from the folder here.
#[cfg(not(unix))]
fn own_like(_file: &File, _like: &Metadata) -> io::Result<Alike> {
    Ok(Alike::Yes)
}

/// Gives `file` the extended attributes of the file at `path`, and no others.
///
/// Access lists are attributes too.
#[cfg(unix)]
fn attribute_like(file: &File, path: &Path) -> io::Result<Alike> {
    use xattr::FileExt as _;

    let wanted = match xattr::list(path) {
        Ok(names) => names.collect::<Vec<_>>(),
        Err(err) if is_refusal(&err) => return Ok(Alike::Yes),
        Err(err) => return Err(err),
    };
    let mut alike = Alike::Yes;
    let mut judge = |result: io::Result<()>| match result {
        Err(err) if is_refusal(&err) => {
            alike = Alike::No;
            Ok(())
        }
        other => other,
    };
    for name in file.list_xattr()?.filter(|it| !wanted.contains(it)) {
        judge(file.remove_xattr(&name))?;
    }
    for name in &wanted {
        let value = xattr::get(path, name)?;
        if let Some(value) =
            value.filter(|it| file.get_xattr(name).ok().flatten() != Some(it.clone()))
        {
            judge(file.set_xattr(name, &value))?;
        }
    }
    Ok(alike)
}

/// Attributes are inherited from the folder here.
#[cfg(not(unix))]
fn attribute_like(_file: &File, _path: &Path) -> io::Result<Alike> {
    Ok(Alike::Yes)
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "reading what is there can fail on other systems"
)]
fn permissions(_file: &File, mode: u32) -> io::Result<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;

    Ok(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(file: &File, mode: u32) -> io::Result<Permissions> {
    let mut permissions = file.metadata()?.permissions();
    permissions.set_readonly(mode & 0o200 == 0);
    Ok(permissions)
}
