//! The changes of a plan, in the order in which they are made.

use std::path::Path;

use camino::Utf8Path;

use crate::fix::ContentHash;
use crate::fix::Fix;
use crate::fix::FixPlan;
use crate::fix::journal::EntryKind;

/// The files that name the packages of a project, besides lists of requirements.
const MANIFESTS: [&str; 6] = [
    "Pipfile",
    "environment.yml",
    "package.json",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
];

/// A file that a plan changes or makes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'p> {
    /// As reports name it.
    pub(super) path: &'p Utf8Path,
    pub(super) file: &'p Path,
    pub(super) kind: EntryKind,
    pub(super) before: Option<ContentHash>,
    pub(super) after: &'p str,
    /// What is fixed by it.
    pub(super) fixes: &'p [Fix],
}

/// The changes of `plan`: what the code needs, the code, and what tells of it.
pub(super) fn changes(plan: &FixPlan) -> Vec<Change<'_>> {
    let wrappers = plan.wrappers.iter().map(|it| Change {
        path: &it.path,
        file: &it.file,
        kind: EntryKind::Wrapper,
        before: it.before,
        after: &it.content,
        fixes: &[],
    });
    let code = plan.files.iter().map(|it| Change {
        path: &it.path,
        file: &it.file,
        kind: EntryKind::Code,
        before: Some(it.before),
        after: &it.after,
        fixes: &it.fixes,
    });
    wrappers
        .chain(companions(plan, EntryKind::Dependencies))
        .chain(code)
        .chain(companions(plan, EntryKind::Companion))
        .collect()
}

/// The files beside the code that are of one kind.
fn companions(plan: &FixPlan, kind: EntryKind) -> impl Iterator<Item = Change<'_>> {
    let all = plan.companions.iter();
    all.filter(move |it| kind_of(&it.path) == kind)
        .map(move |it| Change {
            path: &it.path,
            file: &it.file,
            kind,
            before: it.before,
            after: &it.after,
            fixes: &[],
        })
}

/// What a file beside the code is to a run: code that is put in its place needs its packages.
fn kind_of(path: &Utf8Path) -> EntryKind {
    let name = path.file_name().unwrap_or_default();
    let listed = matches!(path.extension(), Some("txt" | "in"));
    if MANIFESTS.contains(&name) || listed && path.as_str().contains("require") {
        EntryKind::Dependencies
    } else {
        EntryKind::Companion
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_name_packages_are_told_from_others_by_their_name() {
        for name in ["package.json", "requirements.txt", "requirements/base.in"] {
            let path = Utf8Path::new("web").join(name);
            assert_eq!(kind_of(&path), EntryKind::Dependencies, "{name}");
        }
        for name in [".env.example", "docs/SECRETS.md", "robots.txt"] {
            assert_eq!(kind_of(name.into()), EntryKind::Companion, "{name}");
        }
    }
}
