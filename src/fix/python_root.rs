//! The folder from which Python resolves the imports of a file.
//!
//! Nothing in a file says it, so the files around it are asked: what they import is there, or
//! they would not run.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

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

/// What a file has that is there to be run.
static MAIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?m)^if\s+__name__\s*==\s*["']__main__["']"#).ok());

/// An import, with the first part of what it names.
static IMPORT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(?:from|import)[ \t]+([A-Za-z_][A-Za-z0-9_]*)").ok());

/// The folder from which Python resolves the imports of `file`, whose text is `own`.
pub(super) fn import_root(file: &Path, own: &str, project: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(project);
    let within: Vec<&Path> = folder
        .ancestors()
        .take_while(|it| it.starts_with(project))
        .collect();
    let imported = imports(own);
    let others = python_files(folder);
    let others = others.iter().filter(|it| *it != file);
    let all: Vec<String> = others.filter_map(|it| text(it)).collect();
    let around: Vec<String> = all.iter().flat_map(|it| imports(it)).collect();
    let source = |it: &&Path| {
        let manifest = it.with_file_name("pyproject.toml");
        it.ends_with("src") && manifest.is_file()
    };
    let find = |wanted: &dyn Fn(&&Path) -> bool| within.iter().copied().find(|it| wanted(it));
    let script = || Some(folder).filter(|it| !is_package(it) && is_script(own));
    enclosing_package(&imported, &within)
        .or_else(|| find(&|it| resolves(it, &imported)))
        // Python puts the folder of what it is asked to run first, and knows no other.
        .or_else(script)
        .or_else(|| enclosing_package(&around, &within))
        .or_else(|| find(&|it| resolves(it, &around)))
        .or_else(|| find(&|it| it.join("manage.py").is_file()))
        .or_else(|| find(&source))
        .or_else(|| above_namespace(&within))
        .or_else(|| find(&|it| !is_package(it)))
        .unwrap_or(project)
        .to_owned()
}

/// The folder above a package that holds the file and is imported by its name.
fn enclosing_package<'w>(imported: &[String], within: &[&'w Path]) -> Option<&'w Path> {
    pairs(within)
        .filter(|(_, name, _)| imported.iter().any(|it| it == name))
        .map(|(.., outer)| outer)
        .next()
}

/// The folder above one without `__init__.py` that others import from all the same.
fn above_namespace<'w>(within: &[&'w Path]) -> Option<&'w Path> {
    let is_imported = |inner: &Path, name: &str, outer: &Path| {
        let mut files = python_files(outer);
        files.extend(python_files(&outer.join("tests")));
        files.extend(folders(inner).iter().flat_map(|it| python_files(it)));
        let texts = files.iter().filter_map(|it| text(it));
        let mut names = texts.flat_map(|it| imports(&it));
        names.any(|it| it == name) || is_started(name, outer)
    };
    pairs(within)
        .filter(|(inner, name, outer)| !is_package(inner) && is_imported(inner, name, outer))
        .map(|(.., outer)| outer)
        .next()
}

/// Each folder with its name and the folder around it, from the inside out.
fn pairs<'a, 'w>(
    within: &'a [&'w Path],
) -> impl Iterator<Item = (&'w Path, &'w str, &'w Path)> + 'a {
    within.windows(2).filter_map(|it| match *it {
        [inner, outer] => Some((inner, inner.file_name()?.to_str()?, outer)),
        _ => None,
    })
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

/// Whether an import resolves in a folder that is no package itself.
///
/// In a package, a module with the name of another package is not what is imported.
fn resolves(folder: &Path, imported: &[String]) -> bool {
    let has = |name: &String| {
        is_package(&folder.join(name)) || folder.join(format!("{name}.py")).is_file()
    };
    !is_package(folder) && imported.iter().any(has)
}

/// Whether a file is there to be run.
fn is_script(text: &str) -> bool {
    text.starts_with("#!") || MAIN.as_ref().is_some_and(|it| it.is_match(text))
}

fn is_package(folder: &Path) -> bool {
    folder.join("__init__.py").is_file()
}

/// The first parts of what a file imports.
fn imports(text: &str) -> Vec<String> {
    let found = IMPORT.iter().flat_map(|it| it.captures_iter(text));
    let names = found.filter_map(|it| it.get(1));
    names.map(|it| it.as_str().to_owned()).collect()
}

/// The Python files right in a folder, by name.
fn python_files(folder: &Path) -> Vec<PathBuf> {
    let mut paths = entries(folder);
    paths.retain(|it| it.extension().is_some_and(|it| it == "py") && it.is_file());
    paths.truncate(MAX_FILES);
    paths
}

/// The folders right in a folder, by name.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut paths = entries(folder);
    paths.retain(|it| fs::symlink_metadata(it).is_ok_and(|it| it.is_dir()));
    paths.truncate(MAX_FOLDERS);
    paths
}

/// The names by which the packages and modules right in a folder are imported, sorted.
pub(super) fn modules(folder: &Path) -> Vec<String> {
    let is_module = |it: &Path| match fs::symlink_metadata(it) {
        Ok(seen) if seen.is_dir() => !python_files(it).is_empty(),
        Ok(_) => it.extension().is_some_and(|it| it == "py"),
        Err(_) => false,
    };
    let mut paths = entries(folder);
    paths.truncate(MAX_MODULES);
    paths.retain(|it| is_module(it));
    let names = paths.iter().filter_map(|it| it.file_stem()?.to_str());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort_unstable();
    names
}

/// What lies right in a folder, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|it| it.path()).collect();
    paths.sort_unstable();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::File::create(&path).unwrap();
        }
        folder
    }

    fn root(files: &[&str], file: &str, text: &str) -> String {
        let folder = project(files);
        let root = import_root(&folder.path().join(file), text, folder.path());
        let below = root.strip_prefix(folder.path()).unwrap();
        below.to_string_lossy().into_owned()
    }

    #[test]
    fn imports_of_the_file_tell_where_imports_start() {
        let files = ["back/app/__init__.py", "back/app/core/cfg.py"];
        assert_eq!(root(&files, files[1], "from app.db import x\n"), "back");
    }

    #[test]
    fn a_module_named_like_a_library_tells_nothing() {
        let files = ["shop/__init__.py", "shop/celery.py", "shop/cfg.py"];
        assert_eq!(root(&files, files[2], "from celery import Celery\n"), "");
    }

    #[test]
    fn manage_py_tells_where_imports_start() {
        let files = ["site/manage.py", "site/shop/settings/base.py"];
        assert_eq!(root(&files, files[1], "import os\n"), "site");
    }

    #[test]
    fn a_script_resolves_imports_from_its_own_folder() {
        assert_eq!(
            root(&["scripts/deploy.py"], "scripts/deploy.py", ""),
            "scripts"
        );
        let files = ["pyproject.toml", "src/shop/cfg.py"];
        assert_eq!(root(&files, files[1], ""), "src");
    }

    #[test]
    fn a_package_resolves_imports_from_above() {
        let files = ["a/b/__init__.py", "a/b/c/__init__.py", "a/b/c/d.py"];
        assert_eq!(root(&files, files[2], "import json\n"), "a");
    }

    /// The root for `file` in a project where other files have texts, too.
    fn among(files: &[(&str, &str)], file: &str) -> String {
        use std::io::Write as _;

        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        let folder = project(&names);
        for (name, text) in files {
            let mut other = fs::File::create(folder.path().join(name)).unwrap();
            other.write_all(text.as_bytes()).unwrap();
        }
        let own = fs::read_to_string(folder.path().join(file)).unwrap();
        let root = import_root(&folder.path().join(file), &own, folder.path());
        let below = root.strip_prefix(folder.path()).unwrap();
        below.to_string_lossy().into_owned()
    }

    #[test]
    fn a_script_beside_a_package_resolves_imports_from_its_own_folder() {
        let other = ("bin/other.py", "from shop import app\n");
        let package = ("shop/__init__.py", "");
        let alone = ("bin/run.py", "#!/usr/bin/env python3\nimport os\n");
        assert_eq!(among(&[package, other, alone], "bin/run.py"), "bin");
        let bound = ("bin/run.py", "#!/usr/bin/env python3\nimport shop\n");
        assert_eq!(among(&[package, other, bound], "bin/run.py"), "");
    }

    #[test]
    fn a_folder_without_a_mark_is_a_package_when_others_import_it() {
        let config = ("app/core/config.py", "import os\n");
        let ways = [
            ("main.py", "from app.core.config import x\n"),
            ("tests/test_a.py", "import app.core.config\n"),
            ("app/api/routes.py", "from app.core.config import x\n"),
            ("Procfile", "web: uvicorn app.main:app\n"),
        ];
        for way in ways {
            assert_eq!(among(&[config, way], config.0), "", "{}", way.0);
        }
        let nobody = ("main.py", "import json\n");
        assert_eq!(among(&[config, nobody], config.0), "app/core");
    }
}
