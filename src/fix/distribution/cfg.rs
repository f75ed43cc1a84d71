//! What `setup.cfg` says about packages and modules.

use std::collections::BTreeMap;

use super::setuptools::Packages;
use super::setuptools::Said;

/// The values of one section, by key, each with its lines.
type Section<'t> = BTreeMap<&'t str, Vec<&'t str>>;

/// Whether the file says that something is built.
pub(super) fn is_one(text: &str) -> bool {
    text.lines().any(|it| it.trim() == "[options]")
}

pub(super) fn said(text: &str) -> Said {
    let options = section(text, "[options]");
    let list = |key: &str| options.get(key).map(|it| entries(it));
    let packages = list("packages").map(|listed| match listed.first().map(String::as_str) {
        Some("find:" | "find_namespace:") => found(text),
        Some(_) | None => Packages::Listed(listed.into_iter().collect()),
    });
    let moved = list("package_dir").unwrap_or_default();
    let is_moved = moved.iter().any(|it| !it.starts_with('='));
    Said {
        packages: if is_moved {
            Some(Packages::Unknown)
        } else {
            packages
        },
        modules: list("py_modules").map(|it| it.into_iter().collect()),
    }
}

/// The packages that are found.
fn found(text: &str) -> Packages {
    let find = section(text, "[options.packages.find]");
    let list = |key: &str| find.get(key).map(|it| entries(it));
    let exclude = list("exclude").unwrap_or_default();
    Packages::found(list("include").as_deref(), &exclude)
}

/// What stands on the lines of a value, or between its commas.
fn entries(lines: &[&str]) -> Vec<String> {
    let parts = lines.iter().flat_map(|it| it.split(','));
    let parts = parts.map(str::trim).filter(|it| !it.is_empty());
    parts.map(str::to_owned).collect()
}

fn section<'t>(text: &'t str, name: &str) -> Section<'t> {
    let mut section = Section::new();
    let lines = text.lines().skip_while(|it| it.trim_end() != name).skip(1);
    let mut key = None;
    for line in lines.take_while(|it| !it.starts_with('[')) {
        if line.trim_start().starts_with(['#', ';']) {
            continue;
        }
        let value = if line.starts_with([' ', '\t']) {
            line
        } else if let Some((before, value)) = line.split_once('=') {
            key = Some(before.trim_end());
            value
        } else {
            continue;
        };
        if let Some(key) = key {
            section.entry(key).or_default().push(value);
        }
    }
    section
}
