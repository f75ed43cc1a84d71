//! The folder from which Python resolves the imports of a file.
//!
//! Nothing in a file says it, so the files around it are asked: what they import is there, or
//! they would not run.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::python_folder::{Folder, Folders, imports};

/// What a file has that is there to be run.
static MAIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?m)^if\s+__name__\s*==\s*["']__main__["']"#).ok());

/// The folder from which Python resolves the imports of `file`, whose text is `own`; nothing
/// when the file lies in none of `folders`.
pub(super) fn import_root<'f>(file: &Path, own: &str, folders: &'f Folders) -> Option<&'f Folder> {
    let within = folders.around(file);
    let folder = *within.first()?;
    let imported = imports(own);
    let around = LazyCell::new(|| folder.imports_beside(file));
    let source = |it: &Folder| {
        let manifest = it.path.with_file_name("pyproject.toml");
        it.path.ends_with("src") && manifest.is_file()
    };
    let find = |wanted: &dyn Fn(&Folder) -> bool| within.iter().copied().find(|it| wanted(it));
    let script = || Some(folder).filter(|it| !it.is_package() && is_script(own));
    enclosing_package(&imported, &within)
        .or_else(|| find(&|it| it.resolves(&imported)))
        // Python puts the folder of what it is asked to run first, and knows no other.
        .or_else(script)
        .or_else(|| enclosing_package(&around, &within))
        .or_else(|| find(&|it| it.resolves(&around)))
        .or_else(|| of_manage(&within))
        .or_else(|| find(&source))
        .or_else(|| above_namespace(&within))
        .or_else(|| find(&|it| !it.is_package()))
        .or_else(|| within.last().copied())
}

/// The folder above a package that holds the file and is imported by its name.
fn enclosing_package<'f>(imported: &BTreeSet<&str>, within: &[&'f Folder]) -> Option<&'f Folder> {
    let is_imported = |it: &Folder| it.name().is_some_and(|it| imported.contains(it));
    pairs(within).find_map(|(inner, outer)| is_imported(inner).then_some(outer))
}

/// The folder that has Django's program, unless it is a package that is imported by its name.
fn of_manage<'f>(within: &[&'f Folder]) -> Option<&'f Folder> {
    let is_imported = |number: usize, it: &Folder| {
        let outer = within.get(number + 1);
        it.is_package() && outer.is_some_and(|outer| it.is_imported_from(outer))
    };
    let mut folders = within.iter().copied().enumerate();
    let found = folders.find(|(number, it)| it.has_file("manage.py") && !is_imported(*number, it));
    found.map(|(_, it)| it)
}

/// The folder above one without `__init__.py` that others import from all the same.
fn above_namespace<'f>(within: &[&'f Folder]) -> Option<&'f Folder> {
    let is_namespace = |it: &Folder, outer| !it.is_package() && it.is_imported_from(outer);
    pairs(within).find_map(|(inner, outer)| is_namespace(inner, outer).then_some(outer))
}

/// Each folder with the one around it, from the inside out.
fn pairs<'a, 'f>(within: &'a [&'f Folder]) -> impl Iterator<Item = (&'f Folder, &'f Folder)> + 'a {
    let outer = within.iter().skip(1);
    within.iter().copied().zip(outer.copied())
}

/// Whether a file is there to be run.
fn is_script(text: &str) -> bool {
    text.starts_with("#!") || MAIN.as_ref().is_some_and(|it| it.is_match(text))
}

#[cfg(test)]
mod tests {
    use std::fs;

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

    /// The root for `file`, seen from the project.
    fn found(project: &Path, file: &str, text: &str) -> String {
        let file = project.join(file);
        let folders = Folders::of([&*file], project);
        let root = import_root(&file, text, &folders).unwrap();
        let below = root.path.strip_prefix(project).unwrap();
        below.to_string_lossy().into_owned()
    }

    fn root(files: &[&str], file: &str, text: &str) -> String {
        let folder = project(files);
        found(folder.path(), file, text)
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
    fn manage_py_tells_nothing_in_a_package_that_is_imported_by_its_name() {
        let manage = ("src/shop/manage.py", "import sys\n");
        let package = ("src/shop/__init__.py", "");
        let models = ("src/shop/data/models.py", "import os\n");
        let init = ("src/shop/data/__init__.py", "");
        let bound = ("src/shop/app/urls.py", "from shop.app import views\n");
        assert_eq!(
            among(&[manage, package, init, models, bound], models.0),
            "src"
        );
        let free = ("src/shop/app/urls.py", "from app import views\n");
        assert_eq!(
            among(&[manage, package, init, models, free], models.0),
            "src/shop"
        );
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
        found(folder.path(), file, &own)
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
