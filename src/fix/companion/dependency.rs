//! The packages that the wrapper needs to read the store, in the manifest that owns the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::requirements::{self, Requirements};
use super::{Desk, Fact, HintKind, Need, Unedited, package_json, pyproject};
use crate::fix::package::{Package, text};
use crate::lang::Family;
use crate::secret::StoreKind;

/// How many files of requirements are followed from one to the next.
const MAX_FILES: usize = 32;

/// Requirements that developers install.
const DEVELOPERS: [&str; 7] = [
    "requirements-dev.txt",
    "requirements_dev.txt",
    "requirements.dev.txt",
    "dev-requirements.txt",
    "requirements/dev.txt",
    "requirements/development.txt",
    "requirements/local.txt",
];

/// Requirements that everybody installs.
const EVERYBODY: [&str; 3] = [
    "requirements.txt",
    "requirements/base.txt",
    "requirements.in",
];

/// Files that hold what a tool has worked out of a manifest, and the command that does it again.
const LOCKS: [(&str, Family, &str); 8] = [
    ("uv.lock", Family::Python, "uv lock"),
    ("poetry.lock", Family::Python, "poetry lock"),
    ("pdm.lock", Family::Python, "pdm lock"),
    ("package-lock.json", Family::EcmaScript, "npm install"),
    ("pnpm-lock.yaml", Family::EcmaScript, "pnpm install"),
    ("yarn.lock", Family::EcmaScript, "yarn install"),
    ("bun.lock", Family::EcmaScript, "bun install"),
    ("bun.lockb", Family::EcmaScript, "bun install"),
];

/// A package that code needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dependency {
    pub(super) name: &'static str,
    /// The versions that the wrapper was tested with, as the package's own index writes it.
    pub(super) range: &'static str,
    pub(super) who: Who,
}

/// Who needs a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// Whoever has a checkout.
    Developers,
    /// Every program that runs.
    Everybody,
}

impl Dependency {
    /// As Python writes it: `pyrage>=1.2,<2`.
    pub(super) fn requirement(&self) -> String {
        format!("{}{}", self.name, self.range)
    }

    /// As a person would write it into any manifest.
    fn shown(&self, family: Family) -> String {
        match family {
            Family::Python => self.requirement(),
            Family::EcmaScript => format!("\"{}\": \"{}\"", self.name, self.range),
        }
    }
}

/// The file that says what a package depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Manifest {
    Pyproject(PathBuf),
    Requirements(PathBuf),
    Pipfile(PathBuf),
    PackageJson(PathBuf),
}

impl Manifest {
    fn path(&self) -> &Path {
        match self {
            Self::Pyproject(path)
            | Self::Requirements(path)
            | Self::Pipfile(path)
            | Self::PackageJson(path) => path,
        }
    }
}

/// Adds what the code needs to read its stores to the manifests that own it.
pub(super) fn add(desk: &mut Desk<'_>) {
    let mut wanted: BTreeMap<(Manifest, Dependency), &Fact> = BTreeMap::new();
    for fact in desk.facts {
        for dependency in needed(fact, desk.wishes.backend) {
            if let Some(manifest) = manifest(fact, desk.root, dependency.who) {
                wanted.entry((manifest, dependency)).or_insert(fact);
            }
        }
    }
    for ((manifest, dependency), fact) in wanted {
        match edit(desk, &manifest, fact, &dependency) {
            Ok(Edited::Yes) => tell_locks(desk, manifest.path(), fact),
            Ok(Edited::No) => {}
            Err(reason) => {
                let shown = fact.shown(manifest.path());
                let lines = vec![dependency.shown(fact.template.family)];
                desk.hint(shown, HintKind::ByHand { reason, lines });
            }
        }
    }
}

/// The packages that the code of a fact needs.
fn needed(fact: &Fact, backend: StoreKind) -> impl Iterator<Item = Dependency> {
    let local = (fact.need == Need::Stored).then_some(Dependency {
        name: fact.template.package,
        range: fact.template.range,
        who: Who::Developers,
    });
    let mut adapters = fact.template.adapters.iter();
    let adapter = adapters.find(|it| it.backend == backend);
    let remote = adapter
        .and_then(|it| it.package)
        .map(|(name, range)| Dependency {
            name,
            range,
            who: Who::Everybody,
        });
    local.into_iter().chain(remote)
}

/// Whether a manifest was added to.
enum Edited {
    Yes,
    No,
}

fn edit(
    desk: &mut Desk<'_>,
    manifest: &Manifest,
    fact: &Fact,
    dependency: &Dependency,
) -> Result<Edited, Unedited> {
    match manifest {
        Manifest::Pyproject(path) => change(desk, path, fact, dependency, pyproject::add),
        Manifest::PackageJson(path) => change(desk, path, fact, dependency, package_json::add),
        Manifest::Pipfile(_) => Err(Unedited::Pipfile),
        Manifest::Requirements(path) => {
            let Some(leaf) = leaf(path, desk.root, dependency.name) else {
                return Ok(Edited::No);
            };
            match change(desk, &leaf, fact, dependency, requirements::add) {
                Err(Unedited::Generated) => edit_source(desk, &leaf, fact, dependency),
                other => other,
            }
        }
    }
}

/// Adds to the file that a generated one was made from.
fn edit_source(
    desk: &mut Desk<'_>,
    made: &Path,
    fact: &Fact,
    dependency: &Dependency,
) -> Result<Edited, Unedited> {
    let source = source(made, desk.root).ok_or(Unedited::Generated)?;
    let edited = if source.extension().is_some_and(|it| it == "toml") {
        change(desk, &source, fact, dependency, pyproject::add)?
    } else {
        change(desk, &source, fact, dependency, requirements::add)?
    };
    let from = fact.shown(&source).into_string();
    desk.hint(fact.shown(made), HintKind::MakeAgain { from });
    Ok(edited)
}

/// What adds a dependency to a text; it makes nothing of one that is there already.
type Editor = fn(&str, &Dependency) -> Result<Option<String>, Unedited>;

/// Adds to one file, by way of `editor`.
fn change(
    desk: &mut Desk<'_>,
    path: &Path,
    fact: &Fact,
    dependency: &Dependency,
    editor: Editor,
) -> Result<Edited, Unedited> {
    let Some(page) = desk.pages.open(path, || fact.shown(path))? else {
        return Ok(Edited::No);
    };
    let Some(after) = editor(&page.text, dependency)? else {
        return Ok(Edited::No);
    };
    page.set(after, format!("depend on `{}`", dependency.name));
    Ok(Edited::Yes)
}

/// Tells which files know nothing of the new dependency yet.
fn tell_locks(desk: &mut Desk<'_>, manifest: &Path, fact: &Fact) {
    let root = desk.root;
    let folders = manifest.ancestors().skip(1);
    for folder in folders.take_while(|it| it.starts_with(root)) {
        let mut found = false;
        for (name, family, command) in LOCKS {
            let lock = folder.join(name);
            if family == fact.template.family && lock.is_file() {
                desk.hint(fact.shown(&lock), HintKind::Lock { command });
                found = true;
            }
        }
        if found {
            return;
        }
    }
}

/// The manifest that owns the file of a fact.
fn manifest(fact: &Fact, root: &Path, who: Who) -> Option<Manifest> {
    match fact.template.family {
        Family::EcmaScript => {
            let path = Package::of(&fact.file, root).root.join("package.json");
            path.is_file().then_some(Manifest::PackageJson(path))
        }
        Family::Python => {
            let folders = fact.file.ancestors().skip(1);
            folders
                .take_while(|it| it.starts_with(root))
                .find_map(|it| python_manifest(it, who))
        }
    }
}

fn python_manifest(folder: &Path, who: Who) -> Option<Manifest> {
    let project = folder.join("pyproject.toml");
    if text(&project).is_some_and(|it| pyproject::is_manifest(&it)) {
        return Some(Manifest::Pyproject(project));
    }
    let pipfile = folder.join("Pipfile");
    if pipfile.is_file() {
        return Some(Manifest::Pipfile(pipfile));
    }
    let developers: &[&str] = match who {
        Who::Developers => &DEVELOPERS,
        Who::Everybody => &[],
    };
    let known = developers.iter().chain(&EVERYBODY);
    let mut known = known.map(|it| folder.join(it)).filter(|it| it.is_file());
    known.next().map(Manifest::Requirements)
}

/// The file that is added to for `start`: what it includes, where it has nothing of its own.
///
/// `None` when one of them asks for the package already.
fn leaf(start: &Path, root: &Path, package: &str) -> Option<PathBuf> {
    let mut leaf = start.to_owned();
    let mut is_settled = false;
    let mut seen = BTreeSet::new();
    let mut open = vec![start.to_owned()];
    while let Some(path) = open.pop() {
        if seen.len() >= MAX_FILES || !seen.insert(path.clone()) {
            continue;
        }
        let Some(text) = text(&path) else {
            continue;
        };
        let read = Requirements::of(&text);
        if read.has(package) {
            return None;
        }
        let folder = path.parent().unwrap_or(root);
        let included = read.includes.iter().map(|it| folder.join(it));
        let included: Vec<PathBuf> = included.filter_map(|it| inside(&it, root)).collect();
        if path == leaf && !is_settled {
            let is_leaf = included.is_empty() || is_for_developers(&path) && !read.names.is_empty();
            match included.first() {
                Some(next) if !is_leaf => leaf.clone_from(next),
                Some(_) | None => is_settled = true,
            }
        }
        // The first one next, since it may be the leaf.
        open.extend(included.into_iter().rev());
    }
    Some(leaf)
}

/// Whether a file of requirements adds to those of everybody.
fn is_for_developers(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.contains("dev") || name.contains("local")
}

/// The file that a generated one was made from.
fn source(made: &Path, root: &Path) -> Option<PathBuf> {
    let text = text(made)?;
    let folder = made.parent()?;
    let named = requirements::sources(&text).into_iter();
    let named = named.flat_map(|it| [folder.join(it), root.join(it)]);
    let sibling = made.with_extension("in");
    named
        .chain([sibling])
        .find_map(|it| inside(&it, root).filter(|it| it != made))
}

/// A file without links in its path, if it lies in the project.
fn inside(path: &Path, root: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(path).ok()?;
    (real.starts_with(root) && real.is_file()).then_some(real)
}
