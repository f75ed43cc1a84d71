//! What goes along by its path: Hatch, Poetry, Flit, uv, PDM.

use std::path::Path;
use std::path::PathBuf;

use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;
use toml_edit::Item;
use toml_edit::TableLike;
use toml_edit::Value;

use super::POETRY;
use super::Shipped;
use super::at;
use super::texts;

/// How many patterns are heeded.
pub(in crate::fix) const MAX_PATTERNS: usize = 256;

/// Which files go along, by their paths below the folder of the project.
#[derive(Debug)]
pub(super) struct Rules {
    /// Files and folders; all of them when there are none.
    roots: Vec<PathBuf>,
    include: Option<Gitignore>,
    exclude: Option<Gitignore>,
}

impl Rules {
    /// Whether a file of the project in `folder` goes along.
    pub(super) fn has(&self, folder: &Path, file: &Path) -> Shipped {
        let Ok(below) = file.strip_prefix(folder) else {
            return Shipped::No;
        };
        let lower = PathBuf::from(below.to_string_lossy().to_lowercase());
        let is_in = |root: &PathBuf| lower.starts_with(root);
        let matched = |it: &Gitignore| it.matched_path_or_any_parents(below, false).is_ignore();
        let has = (self.roots.is_empty() || self.roots.iter().any(is_in))
            && self.include.as_ref().is_none_or(matched)
            && !self.exclude.as_ref().is_some_and(matched);
        if has { Shipped::Yes } else { Shipped::No }
    }
}

/// What `backend` takes along; nothing when that is not known.
pub(super) fn of(folder: &Path, root: &dyn TableLike, backend: &str) -> Option<Rules> {
    let name = at(root, &["project", "name"]).or_else(|| at(root, &["tool", "poetry", "name"]));
    let name = name.and_then(Item::as_str).unwrap_or_default();
    match backend {
        "hatchling.build" | "hatchling.ouroboros" => hatch(folder, root, name),
        POETRY | "poetry.masonry.api" => poetry(folder, root, name),
        "flit_core.buildapi" | "flit.buildapi" => Some(named(&[flit(root, name)])),
        "uv_build" => uv(root, name),
        "pdm.backend" | "pdm.pep517.api" => {
            let list = |key| texts(root, &["tool", "pdm", "build", key]);
            let (include, exclude) = (list("includes"), list("excludes"));
            Some(Rules {
                roots: Vec::new(),
                include: match include {
                    Some(it) => Some(patterns(folder, &it)?),
                    None => None,
                },
                exclude: Some(patterns(folder, &exclude.unwrap_or_default())?),
            })
        }
        _ => None,
    }
}

/// Files and folders from `list`, in the case that paths are compared in.
fn roots(list: &[String]) -> Vec<PathBuf> {
    let plain = list
        .iter()
        .map(|it| it.trim_start_matches("./").trim_matches('/'));
    plain.map(|it| PathBuf::from(it.to_lowercase())).collect()
}

/// Patterns as `.gitignore` writes them; `None` when there are too many.
fn patterns(folder: &Path, list: &[String]) -> Option<Gitignore> {
    if list.len() > MAX_PATTERNS {
        return None;
    }
    let mut builder = GitignoreBuilder::new(folder);
    for line in list {
        builder.add_line(None, line).ok()?;
    }
    builder.build().ok()
}

/// The packages and modules of these names, above or in `src`.
fn named(names: &[String]) -> Rules {
    let places = names.iter().flat_map(|name| {
        let name = name.to_lowercase();
        let module = format!("{name}.py");
        [format!("src/{name}"), format!("src/{module}"), name, module]
    });
    Rules {
        roots: places.map(PathBuf::from).collect(),
        include: None,
        exclude: None,
    }
}

/// The name of a project as an import writes it.
fn normal(name: &str) -> String {
    name.replace(['-', '.'], "_")
}

fn hatch(folder: &Path, root: &dyn TableLike, name: &str) -> Option<Rules> {
    let list = |key| {
        texts(root, &["tool", "hatch", "build", "targets", "wheel", key])
            .or_else(|| texts(root, &["tool", "hatch", "build", key]))
    };
    let exclude = Some(patterns(folder, &list("exclude").unwrap_or_default())?);
    let include = list("include").map(|it| patterns(folder, &it));
    let include = match include {
        Some(it) => Some(it?),
        None => None,
    };
    let known = list("only-include").or_else(|| list("packages"));
    let roots = match known {
        Some(known) => roots(&known),
        None if include.is_some() => Vec::new(),
        None => named(&[normal(name)]).roots,
    };
    Some(Rules {
        // What is named is taken, whatever else is included.
        include: include.filter(|_| roots.is_empty()),
        roots,
        exclude,
    })
}

fn poetry(folder: &Path, root: &dyn TableLike, name: &str) -> Option<Rules> {
    let exclude = texts(root, &["tool", "poetry", "exclude"]).unwrap_or_default();
    let exclude = Some(patterns(folder, &exclude)?);
    let Some(packages) = at(root, &["tool", "poetry", "packages"]) else {
        return Some(Rules {
            exclude,
            ..named(&[normal(name)])
        });
    };
    let list: Option<Vec<String>> = packages.as_array()?.iter().map(poetry_package).collect();
    let list = list?;
    let anchored: Vec<String> = list.iter().map(|it| format!("/{it}")).collect();
    Some(Rules {
        roots: Vec::new(),
        include: Some(patterns(folder, &anchored)?),
        exclude,
    })
}

/// The path of an entry: `{ include = "shop", from = "src" }`.
fn poetry_package(entry: &Value) -> Option<String> {
    let entry = entry.as_inline_table()?;
    let include = entry.get("include")?.as_str()?;
    let from = entry.get("from").and_then(Value::as_str);
    Some(match from {
        Some(from) => format!("{}/{include}", from.trim_matches('/')),
        None => include.to_owned(),
    })
}

fn flit(root: &dyn TableLike, name: &str) -> String {
    let known = [
        ["tool", "flit", "module", "name"],
        ["tool", "flit", "metadata", "module"],
    ];
    let known = known.iter().find_map(|it| at(root, it)?.as_str());
    let name = known.map_or_else(|| name.replace('-', "_"), str::to_owned);
    name.replace('.', "/")
}

fn uv(root: &dyn TableLike, name: &str) -> Option<Rules> {
    let path = ["tool", "uv", "build-backend", "module-name"];
    let names = match at(root, &path) {
        None => vec![normal(name)],
        Some(one) if one.is_str() => one.as_str().map(str::to_owned).into_iter().collect(),
        Some(_) => texts(root, &path)?,
    };
    let names: Vec<String> = names.iter().map(|it| it.replace('.', "/")).collect();
    Some(named(&names))
}
