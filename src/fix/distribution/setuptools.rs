//! What Setuptools takes along: packages by name, or those that it finds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use globset::Glob;
use globset::GlobSet;
use globset::GlobSetBuilder;
use toml_edit::Item;
use toml_edit::TableLike;

use super::Part;
use super::Shipped;
use super::at;
use super::cfg;
use super::rules::MAX_PATTERNS;
use super::script;
use super::texts;
use crate::fix::package::text;

/// Folders that are no packages where nothing says what is one.
const RESERVED: [&str; 30] = [
    "benchmark",
    "benchmarks",
    "bin",
    "build",
    "changelog",
    "ci",
    "debian",
    "doc",
    "docs",
    "documentation",
    "example",
    "examples",
    "exercise",
    "exercises",
    "fabfile",
    "htmlcov",
    "manpages",
    "news",
    "newsfragments",
    "python",
    "scripts",
    "site_scons",
    "tasks",
    "test",
    "tests",
    "tools",
    "unit_test",
    "unit_tests",
    "util",
    "utils",
];

/// Modules that are no part of a program, besides.
const NO_MODULES: [&str; 10] = [
    "SConstruct",
    "Sconstruct",
    "conanfile",
    "conftest",
    "dodo",
    "manage",
    "noxfile",
    "pavement",
    "setup",
    "toxfile",
];

/// Folders of packages and tools that are on one machine and not on another.
const LOCAL: [&str; 4] = ["dist", "env", "node_modules", "venv"];

/// What is taken along.
#[derive(Debug)]
pub(super) struct Setuptools {
    packages: Packages,
    modules: BTreeSet<String>,
    /// Whether `packages` stands in `pyproject.toml`.
    is_pyproject: bool,
}

/// Which packages are taken along.
#[derive(Debug)]
pub(super) enum Packages {
    /// These, and none below them.
    Listed(BTreeSet<String>),
    /// All that are found, but for patterns.
    Found { include: GlobSet, exclude: GlobSet },
    /// The only one in the folder, as nothing is said.
    Flat,
    /// All in `src`, as nothing is said.
    Source,
    /// Something else decides.
    Unknown,
}

/// What one file says about packages and modules.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) packages: Option<Packages>,
    pub(super) modules: Option<BTreeSet<String>>,
}

impl Said {
    fn is_something(&self) -> bool {
        self.packages.is_some() || self.modules.is_some()
    }
}

impl Packages {
    /// All that are found, but for patterns; what cannot be read decides nothing.
    pub(super) fn found(include: Option<&[String]>, exclude: &[String]) -> Self {
        let all = ["*".to_owned()];
        match (set(include.unwrap_or(&all)), set(exclude)) {
            (Some(include), Some(exclude)) => Self::Found { include, exclude },
            (Some(_) | None, _) => Self::Unknown,
        }
    }
}

/// Patterns of names; `None` when there are too many.
fn set(patterns: &[String]) -> Option<GlobSet> {
    if patterns.len() > MAX_PATTERNS {
        return None;
    }
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(Glob::new(pattern).ok()?);
    }
    builder.build().ok()
}

impl Setuptools {
    /// What a project takes along that says it is built with Setuptools.
    pub(super) fn of(folder: &Path, pyproject: Option<&dyn TableLike>) -> Option<Self> {
        let by_toml = pyproject.map(said).unwrap_or_default();
        let is_pyproject = by_toml.is_something();
        let all = [
            by_toml,
            text(&folder.join("setup.cfg")).map_or_else(Said::default, |it| cfg::said(&it)),
            text(&folder.join("setup.py")).map_or_else(Said::default, |it| script::said(&it)),
        ];
        let said = all.into_iter().find(Said::is_something);
        let said = match said {
            Some(said) => said,
            None => Said {
                packages: Some(discovered(folder)?),
                modules: None,
            },
        };
        Some(Self {
            packages: said.packages.unwrap_or(Packages::Listed(BTreeSet::new())),
            modules: said.modules.unwrap_or_default(),
            is_pyproject,
        })
    }

    /// The same for one that says nothing, unless it was made to be built in the old way.
    pub(super) fn without_a_word(folder: &Path, pyproject: Option<&dyn TableLike>) -> Option<Self> {
        let is_script = text(&folder.join("setup.py")).is_some_and(|it| script::is_one(&it));
        let is_config = || text(&folder.join("setup.cfg")).is_some_and(|it| cfg::is_one(&it));
        let is_built = is_script || is_config();
        is_built.then(|| Self::of(folder, pyproject)).flatten()
    }

    pub(super) fn is_listed_in_pyproject(&self) -> bool {
        self.is_pyproject
            && match &self.packages {
                Packages::Listed(list) => !list.is_empty(),
                Packages::Found { .. } | Packages::Flat | Packages::Source | Packages::Unknown => {
                    false
                }
            }
    }

    pub(super) fn has_package(&self, package: &Part) -> Shipped {
        let head = package.name.split('.').next().unwrap_or_default();
        let has = match &self.packages {
            Packages::Listed(list) => list.contains(&package.name),
            Packages::Found { include, exclude } => {
                include.is_match(&package.name) && !exclude.is_match(&package.name)
            }
            Packages::Flat => !RESERVED.contains(&head),
            Packages::Source => package.path.components().any(|it| it.as_os_str() == "src"),
            Packages::Unknown => return Shipped::Unknown,
        };
        if has { Shipped::Yes } else { Shipped::No }
    }

    pub(super) fn has_module(&self, module: &Part) -> Shipped {
        match &self.packages {
            // A second package would be one too many, and stops the build.
            Packages::Flat => Shipped::Never,
            Packages::Source => self.has_package(module),
            Packages::Listed(_) | Packages::Found { .. } => {
                if self.modules.contains(&module.name) {
                    Shipped::Yes
                } else {
                    Shipped::No
                }
            }
            Packages::Unknown => Shipped::Unknown,
        }
    }
}

/// What is taken along where nothing is said; nothing where that stops the build.
fn discovered(folder: &Path) -> Option<Packages> {
    if folder.join("src").is_dir() {
        return Some(Packages::Source);
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let (mut packages, mut modules) = (0, 0);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
        let stem = if is_folder {
            Some(&*name)
        } else {
            name.strip_suffix(".py")
        };
        let Some(stem) = stem.filter(|it| is_name(it) && !RESERVED.contains(it)) else {
            continue;
        };
        if !is_folder {
            modules += usize::from(!NO_MODULES.contains(&stem));
        } else if !LOCAL.contains(&stem) {
            packages += 1;
        }
    }
    let is_one = packages == 1 || packages == 0 && modules == 1;
    is_one.then_some(Packages::Flat)
}

/// Whether a folder or file of this name can be what is taken along.
fn is_name(name: &str) -> bool {
    let part = |it: char| it.is_alphanumeric() || it == '_';
    name.starts_with(char::is_alphabetic) && name.chars().all(part)
}

/// What `pyproject.toml` says.
fn said(root: &dyn TableLike) -> Said {
    let path = |key| ["tool", "setuptools", key];
    let modules = texts(root, &path("py-modules"));
    let packages = at(root, &path("packages")).map(|it| {
        if it.is_array() {
            let list = texts(root, &path("packages"));
            return list.map_or(Packages::Unknown, |names| {
                Packages::Listed(names.into_iter().collect())
            });
        }
        let find = at(root, &["tool", "setuptools", "packages", "find"]);
        let Some(find) = find.and_then(Item::as_table_like) else {
            return Packages::Unknown;
        };
        let list = |key| texts(find, &[key]);
        Packages::found(
            list("include").as_deref(),
            &list("exclude").unwrap_or_default(),
        )
    });
    let folders = at(root, &path("package-dir")).and_then(Item::as_table_like);
    let is_moved = folders.is_some_and(|it| it.iter().any(|(key, _)| !key.is_empty()));
    Said {
        packages: if is_moved {
            Some(Packages::Unknown)
        } else {
            packages
        },
        modules: modules.map(|it| it.into_iter().collect()),
    }
}
