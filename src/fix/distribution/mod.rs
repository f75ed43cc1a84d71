//! What is built of a project of Python, and sent to others: what its manifest says goes along.
//!
//! A wrapper that a wheel lacks breaks every installation of it, and no test of a checkout shows
//! that. So code that is shipped gets a wrapper that is shipped.

mod cfg;
mod rules;
mod script;
mod setuptools;

use std::path::{Path, PathBuf};

use toml_edit::{Array, Document, Item, TableLike};

pub(super) use self::rules::MAX_PATTERNS;
use self::rules::Rules;
use self::setuptools::Setuptools;
use super::package::text;

/// What is built from one folder.
#[derive(Debug)]
pub(super) struct Distribution {
    folder: PathBuf,
    contents: Contents,
}

/// What says which files go along.
#[derive(Debug)]
enum Contents {
    /// Packages by name, or those that are found.
    Setuptools(Setuptools),
    /// Files by path.
    Rules(Rules),
    /// Something that is not understood.
    Unknown,
}

/// A package or module, by its path and as an import names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) name: String,
}

impl Part {
    /// What lies right in it.
    pub(super) fn join(&self, name: &str) -> Self {
        Self {
            path: self.path.join(name),
            name: match &*self.name {
                "" => name.to_owned(),
                own => format!("{own}.{name}"),
            },
        }
    }
}

/// Whether something goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shipped {
    Yes,
    No,
    /// The build would not work any more.
    Never,
    Unknown,
}

/// An array of a manifest that has to name a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Listing {
    /// The manifest.
    pub(crate) manifest: PathBuf,
    /// The package: `shop.shield_secrets`.
    pub(crate) package: String,
}

impl Distribution {
    /// What is built from `folder`; nothing where its files do not say that anything is.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let pyproject = text(&folder.join("pyproject.toml"));
        let document = pyproject.and_then(|it| Document::parse(it).ok());
        let root = document
            .as_ref()
            .map(|it| -> &dyn TableLike { it.as_table() });
        let contents = match root.map(backend) {
            Some(Backend::Nothing) => return None,
            Some(Backend::Other(name)) => {
                let rules = root.and_then(|it| rules::of(folder, it, name));
                rules.map_or(Contents::Unknown, Contents::Rules)
            }
            Some(Backend::Setuptools) => Contents::Setuptools(Setuptools::of(folder, root)?),
            Some(Backend::Unsaid) | None => {
                Contents::Setuptools(Setuptools::without_a_word(folder, root)?)
            }
        };
        Some(Self {
            folder: folder.to_owned(),
            contents,
        })
    }

    /// Whether the files of `package` go along, or would if it were there.
    pub(super) fn has_package(&self, package: &Part) -> Shipped {
        match &self.contents {
            Contents::Setuptools(it) => it.has_package(package),
            Contents::Rules(it) => it.has(&self.folder, &package.path.join("__init__.py")),
            Contents::Unknown => Shipped::Unknown,
        }
    }

    /// Whether a module that lies in no package goes along.
    pub(super) fn has_module(&self, module: &Part) -> Shipped {
        match &self.contents {
            Contents::Setuptools(it) => it.has_module(module),
            Contents::Rules(it) => it.has(&self.folder, &module.path),
            Contents::Unknown => Shipped::Unknown,
        }
    }

    /// The array to which a package can be added by name.
    pub(super) fn listing(&self, package: &Part) -> Option<Listing> {
        let is_listed = match &self.contents {
            Contents::Setuptools(it) => it.is_listed_in_pyproject(),
            Contents::Rules(_) | Contents::Unknown => false,
        };
        is_listed.then(|| Listing {
            manifest: self.folder.join("pyproject.toml"),
            package: package.name.clone(),
        })
    }
}

/// What Poetry is called.
const POETRY: &str = "poetry.core.masonry.api";

/// What builds a project.
enum Backend<'t> {
    Setuptools,
    Other(&'t str),
    /// Nothing; the project says so.
    Nothing,
    /// Whatever builds where nothing is said.
    Unsaid,
}

fn backend(root: &dyn TableLike) -> Backend<'_> {
    let is_off = |path: &[&str]| at(root, path).and_then(Item::as_bool) == Some(false);
    if is_off(&["tool", "poetry", "package-mode"]) || is_off(&["tool", "uv", "package"]) {
        return Backend::Nothing;
    }
    if at(root, &["build-system"]).is_none() {
        return Backend::Unsaid;
    }
    let name = at(root, &["build-system", "build-backend"]).and_then(Item::as_str);
    let requires = || texts(root, &["build-system", "requires"]).unwrap_or_default();
    match name {
        Some(name) if !name.starts_with("setuptools") => Backend::Other(name),
        None if requires().iter().any(|it| it.starts_with("poetry")) => Backend::Other(POETRY),
        Some(_) | None => Backend::Setuptools,
    }
}

/// What is at a path of keys.
pub(super) fn at<'t>(root: &'t dyn TableLike, path: &[&str]) -> Option<&'t Item> {
    let (last, above) = path.split_last()?;
    let mut table = root;
    for key in above {
        table = table.get(key)?.as_table_like()?;
    }
    table.get(last)
}

/// The texts in the array at a path of keys; `None` when there is no array, or not of texts.
fn texts(root: &dyn TableLike, path: &[&str]) -> Option<Vec<String>> {
    let array: &Array = at(root, path)?.as_array()?;
    let texts = array.iter().map(|it| it.as_str().map(str::to_owned));
    texts.collect()
}

#[cfg(test)]
mod tests;
