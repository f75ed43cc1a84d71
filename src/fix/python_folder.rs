//! Folders of a project as Python sees them, each looked into once.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rayon::prelude::*;
use regex::Regex;

use super::distribution::Distribution;
use super::package::text;

/// How many files of one folder are asked how they import.
const MAX_FILES: usize = 32;

/// How many folders below a folder are looked into.
const MAX_FOLDERS: usize = 16;

/// How much of what lies in a folder is looked at for what can be imported.
const MAX_MODULES: usize = 256;

/// Files that say how a program is started: `uvicorn app.main:app`.
const STARTS: [&str; 5] = [
    "Procfile",
    "Dockerfile",
    "docker-compose.yml",
    "pyproject.toml",
    "Makefile",
];

/// Files that say what a project is.
const MANIFESTS: [&str; 3] = ["pyproject.toml", "setup.cfg", "setup.py"];

/// What files import, each with its path.
type Imports = Vec<(PathBuf, BTreeSet<String>)>;

/// The folders around some files, by path.
#[derive(Debug)]
pub(super) struct Folders(BTreeMap<PathBuf, Folder>);

impl Folders {
    /// The folders that hold `files`, and those around them up to `project`.
    #[expect(
        single_use_lifetimes,
        reason = "the item of an iterator cannot do without"
    )]
    pub(super) fn of<'f>(files: impl IntoIterator<Item = &'f Path>, project: &Path) -> Self {
        let around = files.into_iter().flat_map(|it| it.ancestors().skip(1));
        let within: BTreeSet<&Path> = around.filter(|it| it.starts_with(project)).collect();
        let read = |it: &Path| (it.to_owned(), Folder::read(it));
        Self(within.into_par_iter().map(read).collect())
    }

    /// Those around `file`, from the inside out.
    pub(super) fn around(&self, file: &Path) -> Vec<&Folder> {
        let folders = file.ancestors().skip(1);
        folders.map_while(|it| self.0.get(it)).collect()
    }
}

/// A folder; what its files say is read when it is first asked for.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// What lies right in it, by name.
    entries: Vec<Entry>,
    /// What its first Python files import.
    imports: OnceLock<Imports>,
    modules: OnceLock<Vec<String>>,
    /// Whether something in the folder around it imports from it.
    is_imported: OnceLock<bool>,
    distribution: OnceLock<Option<Distribution>>,
}

impl Folder {
    fn read(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            entries: entries(path),
            imports: OnceLock::new(),
            modules: OnceLock::new(),
            is_imported: OnceLock::new(),
            distribution: OnceLock::new(),
        }
    }

    /// Its name, as an import would write it.
    pub(super) fn name(&self) -> Option<&str> {
        self.path.file_name()?.to_str()
    }

    /// Whether it says that it is a package.
    pub(super) fn is_package(&self) -> bool {
        self.has_file("__init__.py")
    }

    /// Whether a file of this name lies right in it.
    pub(super) fn has_file(&self, name: &str) -> bool {
        self.entry(name).is_some_and(Entry::is_file)
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        let name = Some(OsStr::new(name));
        let found = self
            .entries
            .binary_search_by(|it| it.path.file_name().cmp(&name));
        self.entries.get(found.ok()?)
    }

    /// Whether an import resolves here.
    ///
    /// In a package, a module with the name of another package is not what is imported.
    pub(super) fn resolves(&self, imported: &BTreeSet<&str>) -> bool {
        let is_package = |it: &Entry| it.path.join("__init__.py").is_file();
        let has = |name: &&str| {
            self.entry(name).is_some_and(is_package) || self.has_file(&format!("{name}.py"))
        };
        !self.is_package() && imported.iter().any(has)
    }

    /// What the first Python files import, except `file`.
    pub(super) fn imports_beside(&self, file: &Path) -> BTreeSet<&str> {
        let others = self.imports().iter().filter(|(path, _)| path != file);
        others.flat_map(|(_, it)| it).map(|it| &**it).collect()
    }

    fn imports(&self) -> &Imports {
        self.imports.get_or_init(|| {
            let files = python_files(&self.entries);
            let all = files.filter_map(|it| Some((it.path.clone(), imports_of(it)?)));
            all.collect()
        })
    }

    /// Whether the files in `outer`, the folder around it, or its own parts import from it by its
    /// name, or a program is started as a module of it.
    pub(super) fn is_imported_from(&self, outer: &Self) -> bool {
        *self.is_imported.get_or_init(|| {
            let Some(name) = self.name() else {
                return false;
            };
            let tests = entries(&outer.path.join("tests"));
            let parts = self.entries.iter().filter(|it| it.kind.is_dir());
            let parts = parts.take(MAX_FOLDERS).map(|it| entries(&it.path));
            let asks = |it: &Entry| imports_of(it).is_some_and(|it| it.contains(name));
            outer.imports().iter().any(|(_, it)| it.contains(name))
                || python_files(&tests).any(asks)
                || parts.into_iter().any(|it| python_files(&it).any(asks))
                || is_started(name, &outer.path)
        })
    }

    /// Whether Python files lie right in it.
    pub(super) fn has_python(&self) -> bool {
        python_files(&self.entries).next().is_some()
    }

    /// Whether it says what its project is, if not what is built of it.
    pub(super) fn has_manifest(&self) -> bool {
        MANIFESTS.iter().any(|it| self.has_file(it))
    }

    /// What is built from it and sent to others.
    pub(super) fn distribution(&self) -> Option<&Distribution> {
        if !self.has_manifest() {
            return None;
        }
        let distribution = self
            .distribution
            .get_or_init(|| Distribution::of(&self.path));
        distribution.as_ref()
    }

    /// The names by which the packages and modules right in it are imported, sorted.
    pub(super) fn modules(&self) -> &[String] {
        self.modules.get_or_init(|| {
            let is_module = |it: &&Entry| {
                if it.kind.is_dir() {
                    python_files(&entries(&it.path)).next().is_some()
                } else {
                    it.is_python()
                }
            };
            let modules = self.entries.iter().take(MAX_MODULES).filter(is_module);
            let names = modules.filter_map(|it| it.path.file_stem()?.to_str());
            let mut names: Vec<String> = names.map(str::to_owned).collect();
            names.sort_unstable();
            names
        })
    }
}

/// Something that lies in a folder.
#[derive(Debug)]
struct Entry {
    path: PathBuf,
    kind: FileType,
}

impl Entry {
    /// Whether it is a file, or leads to one.
    fn is_file(&self) -> bool {
        self.kind.is_file() || self.kind.is_symlink() && self.path.is_file()
    }

    /// Whether it has the name of a Python file.
    fn is_python(&self) -> bool {
        self.path.extension().is_some_and(|it| it == "py")
    }
}

/// What lies right in a folder, by name.
fn entries(folder: &Path) -> Vec<Entry> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    let with_kind = found.filter_map(|it| {
        Some(Entry {
            kind: it.file_type().ok()?,
            path: it.path(),
        })
    });
    let mut entries: Vec<Entry> = with_kind.collect();
    entries.sort_unstable_by(|one, other| one.path.file_name().cmp(&other.path.file_name()));
    entries
}

/// The first Python files among `entries`.
fn python_files(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    let python = entries.iter().filter(|it| it.is_python() && it.is_file());
    python.take(MAX_FILES)
}

/// What a file imports.
fn imports_of(file: &Entry) -> Option<BTreeSet<String>> {
    let text = text(&file.path)?;
    Some(imports(&text).into_iter().map(str::to_owned).collect())
}

/// The first parts of what a text of Python imports.
pub(super) fn imports(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(imported).collect()
}

/// The same of the statements that stand in no other.
pub(super) fn first_imports(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().filter(|it| !it.starts_with([' ', '\t']));
    lines.filter_map(imported).collect()
}

/// The first part of what a line imports.
fn imported(line: &str) -> Option<&str> {
    let blank = [' ', '\t'];
    let line = line.trim_start_matches(blank);
    let mut words = ["from", "import"].iter();
    let rest = words.find_map(|it| line.strip_prefix(it))?;
    let name = rest.strip_prefix(blank)?.trim_start_matches(blank);
    let part_of_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let name = name.split(|it| !part_of_name(it)).next()?;
    let named = name.starts_with(|it: char| !it.is_ascii_digit());
    named.then_some(name)
}

/// Whether `folder` says that a program is started as a module of the package `name`.
fn is_started(name: &str, folder: &Path) -> bool {
    let module = format!(r"\b{}(?:\.\w+)+:\w", regex::escape(name));
    let Ok(module) = Regex::new(&module) else {
        return false;
    };
    let mut texts = STARTS.iter().filter_map(|it| text(&folder.join(it)));
    texts.any(|it| module.is_match(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_imports_is_told_by_its_first_part() {
        let text = "import os.path as p\n  from\tshop import x\r\nimport  a1, b\n\
                    from . import y\nimport 9\nimported = 1\nx = 'from z'\nfrom\nimport\n";
        assert_eq!(imports(text), BTreeSet::from(["a1", "os", "shop"]));
    }

    #[test]
    fn a_folder_has_the_modules_that_can_be_imported_from_it() {
        let root = tempfile::tempdir().unwrap();
        for file in ["b.py", "a/__init__.py", "docs/x.md", "n/deep.py", "x.txt"] {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::File::create(&path).unwrap();
        }
        let folder = Folder::read(root.path());
        assert_eq!(folder.modules(), ["a", "b", "n"]);
        for (name, wanted) in [("a", true), ("b", true), ("n", false), ("docs", false)] {
            assert_eq!(folder.resolves(&BTreeSet::from([name])), wanted, "{name}");
        }
    }
}
