//! Where the wrapper of a file lies, and how the file names it.

mod python;
mod wanted;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};

use super::companion::Hint;
use super::disk::{self, Seen};
use super::distribution::Listing;
use super::gate::{Bounds, Opened};
use super::package::Package;
use super::python_folder::Folders;
use super::specifier::{self, Style};
use super::template::{Flavor, Provenance, Template};
use super::tidy::Tidy;
use super::{ContentHash, SkipReason, Wrapper};
use crate::lang::Family;
use crate::lang::ModuleKind;
use crate::secret::StoreKind;

/// What the wrapper of a file needs to be what this shield writes.
#[derive(Debug, Default)]
pub(super) struct Needed {
    /// The files to write.
    pub(super) files: Vec<Wrapper>,
    /// What there is to know of files that stay.
    pub(super) hints: Vec<Hint>,
}

/// Where the wrapper of a file lies, and how the file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) template: &'static Template,
    /// The folder that holds the wrapper.
    pub(super) folder: PathBuf,
    /// What an import names: `shield_secrets`, `../shield-secrets.js`.
    pub(super) module: String,
    pub(super) kind: ModuleKind,
    /// The packages and modules of Python in the folder, sorted.
    pub(super) beside: Vec<String>,
    /// What becomes of names that no read is left for.
    pub(super) tidy: Tidy,
    /// The variables that are always texts, as far as the types of the project know.
    pub(super) texts: BTreeSet<String>,
    /// Whether what a call returns must be a plain text, as some package of the project wants it.
    pub(super) is_plain: bool,
    /// What has to name the wrapper, or it is not shipped.
    pub(super) listing: Option<Listing>,
}

impl Home {
    /// Where the wrapper for a file lies or should lie; nowhere when `folders` are not around it,
    /// or where it would not be shipped with the file.
    pub(super) fn of(
        opened: &Opened,
        package: &Package,
        folders: &Folders,
    ) -> Result<Self, SkipReason> {
        match opened.language.family() {
            Family::Python => {
                let template = Template::of(Flavor::Python);
                let place = python::place(opened, folders, template.module)?;
                Ok(Self {
                    template,
                    beside: place.beside,
                    folder: place.folder,
                    module: place.module,
                    kind: ModuleKind::Unknown,
                    tidy: Tidy::Leave,
                    texts: BTreeSet::new(),
                    is_plain: false,
                    listing: place.listing,
                })
            }
            Family::EcmaScript => Self::in_package(opened, package),
        }
    }

    fn in_package(opened: &Opened, package: &Package) -> Result<Self, SkipReason> {
        let file = &opened.at.file;
        let extension = file.extension().unwrap_or_default().to_string_lossy();
        let (flavor, kind) = specifier::flavor(&extension, opened.language, package);
        let style = Style::of(&opened.text);
        let folder = specifier::folder(file, &style, package);
        let template = Template::of(flavor);
        let own = template.files.first().map_or("", |it| it.path);
        let folder = match &package.published {
            Some(it) => it
                .folder(file, folder, own)
                .ok_or(SkipReason::NotPackaged)?,
            None => folder,
        };
        let name = match specifier::extension_of(flavor, &style, package, &extension) {
            Some(extension) => format!("{}{extension}", template.module),
            None => own.to_owned(),
        };
        let from = file.parent().unwrap_or(Path::new(""));
        Ok(Self {
            template,
            module: specifier::relative(from, &folder, &name),
            folder,
            kind,
            beside: Vec::new(),
            tidy: if package.forbids_unused(opened.language) {
                Tidy::Needed
            } else {
                Tidy::Leave
            },
            texts: BTreeSet::new(),
            is_plain: false,
            listing: None,
        })
    }

    /// The file or folder that is the wrapper.
    pub(super) fn wrapper(&self) -> PathBuf {
        let first = self.template.files.first();
        let first = first.and_then(|it| Path::new(it.path).components().next());
        first.map_or_else(|| self.folder.clone(), |it| self.folder.join(it))
    }

    /// The files of the wrapper that are not there yet, or were written by an older shield.
    ///
    /// Fails where something else has their name. `file` is a file of the project and `shown`
    /// the path that reports give it.
    pub(super) fn needed(
        &self,
        backend: StoreKind,
        bounds: Bounds<'_>,
        (file, shown): (&Path, &Utf8Path),
    ) -> Result<Needed, SkipReason> {
        let inside = fs::canonicalize(&self.folder).is_ok_and(|it| it.starts_with(bounds.root));
        if !inside {
            return Err(SkipReason::OutsideRepo);
        }
        let mut needed = Needed::default();
        let mut callable = false;
        let mut settled = false;
        let mut can_be_plain = true;
        let wanted_files = self.wanted(backend, bounds.root);
        for wanted in &wanted_files {
            let path = self.folder.join(wanted.path);
            let before = match disk::look(&path) {
                Ok(Seen::Nothing) => None,
                Ok(Seen::File(image)) => {
                    let content = String::from_utf8_lossy(&image.content);
                    let is_face = content.contains(&format!("def {}", self.template.symbol));
                    can_be_plain &= !is_face || content.contains(self.template.plain);
                    callable |= content.contains(self.template.symbol);
                    let hash = ContentHash::of(&image.content);
                    match wanted.provenance(&content) {
                        Provenance::Foreign => return Err(SkipReason::ModuleCollision),
                        Provenance::Current => continue,
                        Provenance::Older => {
                            settled |= bounds.uncommitted.contains(&path);
                            Some(hash)
                        }
                        Provenance::Newer => {
                            settled = true;
                            Some(hash)
                        }
                        Provenance::Changed => {
                            settled = true;
                            let path = shown_as(&path, file, shown);
                            needed.hints.push(Hint::changed_wrapper(path));
                            Some(hash)
                        }
                    }
                }
                Ok(Seen::Other) | Err(_) => return Err(SkipReason::ModuleCollision),
            };
            needed.files.push(Wrapper {
                path: shown_as(&path, file, shown),
                file: path,
                before,
                content: wanted.content_with(self.ending()).into(),
            });
        }
        // Files of one wrapper belong together: where one stays, the others stay, too.
        if settled {
            needed.files.retain(|it| it.before.is_none());
        }
        // What a person has made of the wrapper stays, as long as it can be called.
        let complete = callable || needed.files.len() == wanted_files.len();
        let complete = complete && (can_be_plain || !settled || !self.is_plain);
        if complete && !self.is_shadowed() {
            let left = self.left_over().into_iter();
            let left = left.map(|it| Hint::left_over(shown_as(&it, file, shown)));
            needed.hints.extend(left);
            Ok(needed)
        } else {
            Err(SkipReason::ModuleCollision)
        }
    }

    /// What the files of the wrapper import each other by.
    fn ending(&self) -> &str {
        let own = self.template.files.first().map_or("", |it| it.path);
        let own = own.strip_prefix(self.template.module).unwrap_or_default();
        if own != ".ts" {
            return own;
        }
        // As the code of the project does it.
        let name = self.module.rsplit('/').next().unwrap_or_default();
        name.strip_prefix(self.template.module).unwrap_or_default()
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

    /// The home of a wrapper that nothing else lies beside.
    pub(super) fn scripted(flavor: Flavor, module: &str, folder: &Path) -> Home {
        Home {
            template: Template::of(flavor),
            folder: folder.to_owned(),
            module: module.to_owned(),
            kind: ModuleKind::Unknown,
            beside: Vec::new(),
            tidy: Tidy::default(),
            texts: BTreeSet::new(),
            is_plain: false,
            listing: None,
        }
    }

    #[test]
    fn the_files_of_a_wrapper_import_each_other_as_the_code_imports_them() {
        use Flavor::{CommonJs, CommonJsCjs, Module, ModuleMjs, TypeScript};

        for (flavor, module, import) in [
            (
                TypeScript,
                "./shield-secrets",
                "from \"./shield-secrets/audit\";",
            ),
            (
                TypeScript,
                "./shield-secrets.js",
                "from \"./shield-secrets/audit.js\";",
            ),
            (
                TypeScript,
                "./shield-secrets.ts",
                "from \"./shield-secrets/audit.ts\";",
            ),
            (
                Module,
                "./shield-secrets.js",
                "from \"./shield-secrets/audit.js\";",
            ),
            (
                ModuleMjs,
                "./shield-secrets.mjs",
                "from \"./shield-secrets/audit.mjs\";",
            ),
            (
                CommonJs,
                "./shield-secrets",
                "require(\"./shield-secrets/audit.js\");",
            ),
            (
                CommonJsCjs,
                "./shield-secrets.cjs",
                "require(\"./shield-secrets/audit.cjs\");",
            ),
        ] {
            let home = scripted(flavor, module, Path::new("/nowhere"));
            let wanted = home.wanted(StoreKind::Aws, &home.folder);
            let face = wanted.first().unwrap();
            let content = face.content_with(home.ending());
            assert!(content.contains(import), "{import} {content:.2000}");
            assert_eq!(face.provenance(content), Provenance::Current);
        }
    }

    #[test]
    fn reports_name_a_wrapper_as_they_name_the_code() {
        let file = Path::new("/home/p/app/cfg.py");
        let shown = |path| shown_as(Path::new("/home/p/w.py"), file, Utf8Path::new(path));
        assert_eq!(shown("app/cfg.py"), "w.py");
        assert_eq!(shown("p/app/cfg.py"), "p/w.py");
        assert_eq!(shown("elsewhere.py"), "/home/p/w.py");
    }
    #[test]
    fn a_wrapper_outside_of_the_project_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        let project = root.join("project");
        fs::create_dir(&project).unwrap();
        let file = project.join("app.py");
        let uncommitted = BTreeSet::new();
        let bounds = Bounds {
            root: &project,
            uncommitted: &uncommitted,
        };
        let needed = |at: PathBuf| {
            let home = Home {
                template: Template::of(Flavor::Python),
                folder: at,
                module: "shield_secrets".to_owned(),
                kind: ModuleKind::Unknown,
                beside: Vec::new(),
                tidy: Tidy::Leave,
                texts: BTreeSet::new(),
                is_plain: false,
                listing: None,
            };
            home.needed(StoreKind::Local, bounds, (&file, Utf8Path::new("app.py")))
        };
        assert!(needed(project.clone()).is_ok_and(|it| !it.files.is_empty()));
        for outside in [root.clone(), project.join(".."), project.join("not-there")] {
            let refused = needed(outside).unwrap_err();
            assert_eq!(refused, SkipReason::OutsideRepo);
        }
        #[cfg(unix)]
        {
            let link = project.join("link");
            std::os::unix::fs::symlink(&root, &link).unwrap();
            assert_eq!(needed(link).unwrap_err(), SkipReason::OutsideRepo);
        }
    }
}
