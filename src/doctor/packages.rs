//! The packages that the generated modules need to read their stores.
//!
//! Only files that say what a project depends on are looked at; nothing of the project is run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::Line;
use crate::fix::template::Flavor;
use crate::fix::template::Template;
use crate::fix::template::TemplateFile;
use crate::lang::Family;
use crate::setup;

/// What lines are about.
const AREA: &str = "packages";

/// How deep below the root a wrapper is looked for.
const DEPTH: usize = 8;

/// The store that developers read.
const STORE: &str = ".shield/secrets.dev.age";

/// Files in which a project of Python says what it depends on; requirements are found by name.
const PYTHON: [&str; 7] = [
    "pyproject.toml",
    "Pipfile",
    "setup.py",
    "setup.cfg",
    "environment.yml",
    "environment.yaml",
    "conda.yaml",
];

/// All flavors of wrappers.
const FLAVORS: [Flavor; 6] = [
    Flavor::Python,
    Flavor::TypeScript,
    Flavor::Module,
    Flavor::ModuleMjs,
    Flavor::CommonJs,
    Flavor::CommonJsCjs,
];

/// A package that a wrapper needs.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Needed<'w> {
    name: &'static str,
    /// The versions of it that the wrapper was tested with.
    range: &'static str,
    /// Where the wrapper lies.
    folder: &'w Path,
    family: Family,
}

/// What is to be said of the wrappers in `root`.
pub(super) fn look(root: &Path) -> Vec<Line> {
    let wrappers = wrappers(root);
    if wrappers.is_empty() {
        return vec![Line::ok(
            AREA,
            "none are needed: no generated module is here",
        )];
    }
    let mut needed = BTreeSet::new();
    for (template, folder) in &wrappers {
        let mut packages = Vec::new();
        if root.join(STORE).exists() {
            packages.push((template.package, template.range));
        }
        for adapter in template.adapters {
            let own = adapter.files.first().map(|it| folder.join(it.path));
            if own.is_some_and(|it| it.exists()) {
                packages.extend(adapter.package);
            }
        }
        for (name, range) in packages {
            needed.insert(Needed {
                name,
                range,
                folder,
                family: template.family,
            });
        }
    }
    if needed.is_empty() {
        return vec![Line::ok(
            AREA,
            "none are needed: the environment is all that is read",
        )];
    }
    let line = |it: Needed<'_>| {
        let Needed { name, range, .. } = it;
        let manifests = manifests(it.folder, root, it.family);
        let named = manifests.iter().find(|file| names(file, name));
        let shown = |path: &Path| {
            let path = path.strip_prefix(root).unwrap_or(path);
            path.display().to_string()
        };
        if let Some(file) = named {
            return Line::ok(AREA, format!("{} names {name}", shown(file)));
        }
        let place = shown(it.folder);
        let place = if place.is_empty() { "." } else { &place };
        let told = format!("the module in {place} needs {name}, which no manifest names");
        let next = match it.family {
            Family::Python => format!("add `{name}{range}` to the dependencies"),
            Family::EcmaScript => format!("add `\"{name}\": \"{range}\"` to package.json"),
        };
        Line::wrong(AREA, told, next)
    };
    let mut lines: Vec<Line> = needed.into_iter().map(line).collect();
    lines.dedup();
    lines
}

/// The wrappers that shield has written, each with the folder it lies in.
fn wrappers(root: &Path) -> Vec<(&'static Template, PathBuf)> {
    let mut found: Vec<(&Template, PathBuf)> = Vec::new();
    let walk = WalkBuilder::new(root)
        .max_depth(Some(DEPTH))
        .require_git(false)
        .filter_entry(|it| it.file_name() != "node_modules")
        .sort_by_file_name(Ord::cmp)
        .build();
    for entry in walk
        .flatten()
        .filter(|it| it.file_type().is_some_and(|it| it.is_file()))
    {
        for template in FLAVORS.map(Template::of) {
            let first = template.files.first().map_or("", |it| it.path);
            let Some(folder) = folder_of(entry.path(), first) else {
                continue;
            };
            let is_known = found
                .iter()
                .any(|it| it.0.family == template.family && it.1 == folder);
            // What wrappers are made from is nobody's wrapper.
            let is_ours =
                || setup::text(entry.path()).is_some_and(|it| TemplateFile::is_installed(&it));
            if !is_known && is_ours() {
                found.push((template, folder));
            }
        }
    }
    found
}

/// The folder in which `path` has the name `below`.
fn folder_of(path: &Path, below: &str) -> Option<PathBuf> {
    if !path.ends_with(below) {
        return None;
    }
    let depth = Path::new(below).components().count();
    path.ancestors().nth(depth).map(Path::to_owned)
}

/// The manifests of `folder` and those above it, within `root`.
fn manifests(from: &Path, root: &Path, family: Family) -> Vec<PathBuf> {
    let folders = from.ancestors().take_while(|it| it.starts_with(root));
    let mut all = Vec::new();
    for folder in folders {
        match family {
            Family::EcmaScript => all.push(folder.join("package.json")),
            Family::Python => {
                all.extend(PYTHON.map(|it| folder.join(it)));
                all.extend(requirements(folder));
                all.extend(requirements(&folder.join("requirements")));
            }
        }
    }
    all.retain(|it| it.is_file());
    all
}

/// The files of requirements in a folder.
fn requirements(folder: &Path) -> Vec<PathBuf> {
    let is_list = |it: &PathBuf| {
        let name = it.file_name().unwrap_or_default().to_string_lossy();
        let is_text = name.ends_with(".txt") || name.ends_with(".in");
        is_text && (name.contains("requirements") || folder.ends_with("requirements"))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|it| it.path()).filter(is_list).collect();
    found.sort();
    found
}

/// Whether a manifest names a package, in any of the ways in which its name can be written.
fn names(manifest: &Path, package: &str) -> bool {
    let plain = |it: &str| it.to_lowercase().replace('_', "-");
    let package = plain(package);
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '-';
    setup::text(manifest).is_some_and(|text| {
        let text = plain(&text);
        let lines = text.lines().map(str::trim_start);
        let mut lines = lines.filter(|it| !it.starts_with('#'));
        lines.any(|line| {
            let mut places = line.match_indices(&package);
            places.any(|(start, it)| {
                let before = line.get(..start).unwrap_or_default();
                let after = line.get(start + it.len()..).unwrap_or_default();
                !before.ends_with(is_part) && !after.starts_with(is_part)
            })
        })
    })
}
