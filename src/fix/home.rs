//! Where the wrapper of a file lies, and how the file names it.

use std::fs;
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use regex::Regex;

use super::disk::{self, Seen};
use super::gate::Opened;
use super::package::{Package, text};
use super::specifier::{self, Style};
use super::template::{Flavor, Template, TemplateFile};
use super::{SkipReason, Wrapper};
use crate::lang::Family;
use crate::lang::ModuleKind;

/// How many files next to a file are asked how they import.
const MAX_SIBLINGS: usize = 32;

/// Where the wrapper of a file lies, and how the file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) template: &'static Template,
    /// The folder that holds the wrapper.
    pub(super) folder: PathBuf,
    /// What an import names: `shield_secrets`, `../shield-secrets.js`.
    pub(super) module: String,
    pub(super) kind: ModuleKind,
}

impl Home {
    /// Where the wrapper for a file lies or should lie, within `project`.
    pub(super) fn of(opened: &Opened, package: &Package, project: &Path) -> Self {
        match opened.language.family() {
            Family::Python => {
                let template = Template::of(Flavor::Python);
                Self {
                    template,
                    folder: import_root(&opened.at.file, &opened.text, project),
                    module: template.module.to_owned(),
                    kind: ModuleKind::Unknown,
                }
            }
            Family::EcmaScript => Self::in_package(opened, package),
        }
    }

    fn in_package(opened: &Opened, package: &Package) -> Self {
        let file = &opened.at.file;
        let extension = file.extension().unwrap_or_default().to_string_lossy();
        let (flavor, kind) = specifier::flavor(&extension, opened.language, package);
        let style = Style::of(&opened.text);
        let folder = specifier::folder(file, &style, package);
        let template = Template::of(flavor);
        let own = template.files.first().map_or("", |it| it.path);
        let name = match specifier::extension_of(flavor, &style, package, &extension) {
            Some(extension) => format!("{}{extension}", template.module),
            None => own.to_owned(),
        };
        let from = file.parent().unwrap_or(Path::new(""));
        Self {
            template,
            module: specifier::relative(from, &folder, &name),
            folder,
            kind,
        }
    }

    /// The files of the wrapper that are not there yet.
    ///
    /// Fails where something else has their name. `file` is a file of the project and `shown`
    /// the path that reports give it.
    pub(super) fn missing(
        &self,
        project: &Path,
        file: &Path,
        shown: &Utf8Path,
    ) -> Result<Vec<Wrapper>, SkipReason> {
        let inside = fs::canonicalize(&self.folder).is_ok_and(|it| it.starts_with(project));
        if !inside {
            return Err(SkipReason::OutsideRepo);
        }
        let mut missing = Vec::new();
        let mut callable = false;
        for wanted in self.template.files {
            let path = self.folder.join(wanted.path);
            match disk::look(&path) {
                Ok(Seen::Nothing) => missing.push(Wrapper {
                    path: shown_as(&path, file, shown),
                    file: path,
                    before: None,
                    content: wanted.content,
                }),
                Ok(Seen::File(image)) => {
                    let content = String::from_utf8_lossy(&image.content);
                    if !TemplateFile::is_wrapper(&content) {
                        return Err(SkipReason::ModuleCollision);
                    }
                    callable |= content.contains(self.template.symbol);
                }
                Ok(Seen::Other) | Err(_) => return Err(SkipReason::ModuleCollision),
            }
        }
        // What a person has made of the wrapper stays, as long as it can be called.
        let complete = callable || missing.len() == self.template.files.len();
        if complete && !self.is_shadowed() {
            Ok(missing)
        } else {
            Err(SkipReason::ModuleCollision)
        }
    }

    /// Whether an import of the wrapper would find something else.
    fn is_shadowed(&self) -> bool {
        let rivals: &[&str] = match self.template.family {
            Family::Python => &["shield_secrets.py"],
            Family::EcmaScript => &["shield-secrets/index.js", "shield-secrets/index.ts"],
        };
        rivals.iter().any(|it| self.folder.join(it).exists())
    }
}

/// The folder from which Python resolves the imports of `file`.
fn import_root(file: &Path, own: &str, project: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(project);
    let within: Vec<&Path> = folder
        .ancestors()
        .take_while(|it| it.starts_with(project))
        .collect();
    let mut imported = imports(own);
    let others = siblings(file, folder);
    imported.extend(
        others
            .iter()
            .filter_map(|it| text(it))
            .flat_map(|it| imports(&it)),
    );
    let source = |it: &&Path| {
        let manifest = it.with_file_name("pyproject.toml");
        it.ends_with("src") && manifest.is_file()
    };
    let find = |wanted: &dyn Fn(&&Path) -> bool| within.iter().copied().find(|it| wanted(it));
    enclosing_package(&imported, &within)
        .or_else(|| find(&|it| is_script_folder(it, &imported)))
        .or_else(|| find(&|it| it.join("manage.py").is_file()))
        .or_else(|| find(&source))
        .or_else(|| find(&|it| !is_package(it)))
        .unwrap_or(project)
        .to_owned()
}

/// The folder above a package that holds the file and is imported by its name.
fn enclosing_package<'w>(imported: &[String], within: &[&'w Path]) -> Option<&'w Path> {
    let pairs = within.windows(2).filter_map(|it| match it {
        [inner, outer] => Some((inner.file_name()?.to_str()?, *outer)),
        _ => None,
    });
    pairs
        .filter(|(name, _)| imported.iter().any(|it| it == name))
        .map(|(_, outer)| outer)
        .next()
}

/// Whether an import resolves in a folder that is no package itself.
///
/// In a package, a module with the name of another package is not what is imported.
fn is_script_folder(folder: &Path, imported: &[String]) -> bool {
    let has = |name: &String| {
        is_package(&folder.join(name)) || folder.join(format!("{name}.py")).is_file()
    };
    !is_package(folder) && imported.iter().any(has)
}

fn is_package(folder: &Path) -> bool {
    folder.join("__init__.py").is_file()
}

/// The first parts of what a file imports.
fn imports(text: &str) -> Vec<String> {
    let expression = r"(?m)^[ \t]*(?:from|import)[ \t]+([A-Za-z_][A-Za-z0-9_]*)";
    let Ok(expression) = Regex::new(expression) else {
        return Vec::new();
    };
    let names = expression.captures_iter(text).filter_map(|it| it.get(1));
    names.map(|it| it.as_str().to_owned()).collect()
}

/// Other Python files next to `file`, by name.
fn siblings(file: &Path, folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|it| it.path())
        .filter(|it| it.extension().is_some_and(|it| it == "py") && it != file)
        .collect();
    paths.sort_unstable();
    paths.truncate(MAX_SIBLINGS);
    paths
}

/// How reports name `path`, when they name `file` as `shown`.
pub(super) fn shown_as(path: &Path, file: &Path, shown: &Utf8Path) -> Utf8PathBuf {
    let base = if file.ends_with(shown) {
        file.ancestors().nth(shown.components().count())
    } else {
        None
    };
    let below = base.and_then(|it| path.strip_prefix(it).ok());
    Utf8PathBuf::from(below.unwrap_or(path).to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::File::create(path).unwrap();
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

    #[test]
    fn reports_name_a_wrapper_as_they_name_the_code() {
        let file = Path::new("/home/p/app/cfg.py");
        let shown = |path| shown_as(Path::new("/home/p/w.py"), file, Utf8Path::new(path));
        assert_eq!(shown("app/cfg.py"), "w.py");
        assert_eq!(shown("p/app/cfg.py"), "p/w.py");
        assert_eq!(shown("elsewhere.py"), "/home/p/w.py");
    }
}
