//! The local store, who can open it, and whether it opens.

use std::fs;
use std::path::Path;

use super::{Line, count};
use crate::provision::LocalStore;
use crate::seal::Identity;
use crate::seal::private;
use crate::settings::Places;

/// What lines are about.
const AREA: &str = "store";

/// What is to be said of the local store, and of the identity of the user.
pub(super) fn look(places: &Places) -> Vec<Line> {
    // Only for the paths: nothing is opened with it.
    let nobody = Identity::generate();
    let [store, recipients] = LocalStore::new(&places.root, &nobody).paths();
    let is_there = fs::symlink_metadata(&store).is_ok();
    let mut lines = Vec::new();
    let identity = match Identity::load(&places.identity) {
        Ok(Some(identity)) => {
            lines.push(Line::ok("identity", "a key that only you can read"));
            Some(identity)
        }
        Ok(None) if is_there => {
            let told = format!(
                "you have no key: {} is not there",
                places.identity.display()
            );
            let next = "put yours back, or make one with `shield secrets init` in another folder \
                        and let a colleague add it to .shield/recipients.txt";
            lines.push(Line::wrong("identity", told, next));
            None
        }
        Ok(None) => {
            lines.push(Line::ok(
                "identity",
                "none yet: the first fix makes a key for you",
            ));
            None
        }
        Err(error) => {
            lines.push(Line::of("identity", &error, "put the file right"));
            None
        }
    };
    if !is_there {
        lines.push(Line::ok(AREA, "none yet: the first fix makes it"));
        return lines;
    }
    for path in [&store, &recipients] {
        lines.extend(open_to_others(path, &places.root));
    }
    if let Some(identity) = identity {
        lines.extend(opened(&LocalStore::new(&places.root, &identity), &identity));
    }
    lines
}

/// What is to be said of the store, for somebody with an identity.
fn opened(store: &LocalStore<'_>, identity: &Identity) -> Vec<Line> {
    let mut lines = vec![match store.names() {
        Ok(names) => Line::ok(AREA, format!("opens: {}", count(names.len(), "secret"))),
        Err(error) => {
            let or = "a colleague who can open it adds your key, and runs `shield secrets rekey`";
            Line::of(AREA, &error, or)
        }
    }];
    lines.push(match store.others() {
        Err(error) => Line::of(AREA, &error, "one public key on a line, `age1…`"),
        Ok(others) if others.is_empty() => {
            let told = "nobody but you can open it: without your key its values are lost";
            let next = "add a colleague or a key kept offline to .shield/recipients.txt, then \
                        `shield secrets rekey`";
            Line::note(AREA, told, next)
        }
        Ok(others) => Line::ok(
            AREA,
            format!(
                "{} can open it besides {}",
                count(others.len(), "recipient"),
                identity.recipient()
            ),
        ),
    });
    lines
}

/// A file that is no file, or that somebody else can change; nothing where all is well.
fn open_to_others(path: &Path, root: &Path) -> Option<Line> {
    let shown = path.strip_prefix(root).unwrap_or(path).display();
    match private::look(path) {
        Err(error) => Some(Line::of(AREA, &error, "move it out of the way")),
        Ok(None) => {
            let told = format!("{shown} is not there");
            let next = "restore it from version control, or `shield secrets rekey`";
            Some(Line::wrong(AREA, told, next))
        }
        Ok(Some(it)) if is_open(&it) => {
            let told = format!("other users can change {shown}");
            Some(Line::wrong(AREA, told, format!("chmod go-w {shown}")))
        }
        Ok(Some(_)) => None,
    }
}

/// Whether others than the owner can write a file; what is sealed they may read.
#[cfg(unix)]
fn is_open(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    metadata.permissions().mode() & 0o022 != 0
}

/// Files have no mode here.
#[cfg(not(unix))]
fn is_open(_metadata: &fs::Metadata) -> bool {
    false
}
