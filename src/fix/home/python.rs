//! Where the wrapper for a file of Python lies.

use std::path::PathBuf;

use crate::fix::SkipReason;
use crate::fix::distribution::Distribution;
use crate::fix::distribution::Listing;
use crate::fix::distribution::Part;
use crate::fix::distribution::Shipped;
use crate::fix::gate::Opened;
use crate::fix::python_folder::Folder;
use crate::fix::python_folder::Folders;
use crate::fix::python_folder::first_imports;
use crate::fix::python_root::import_root;

/// The place of a wrapper.
pub(super) struct Place {
    /// The folder that holds it.
    pub(super) folder: PathBuf,
    /// What an import names.
    pub(super) module: String,
    /// What can be imported beside it or its package.
    pub(super) beside: Vec<String>,
    /// What has to name it, or it is not shipped.
    pub(super) listing: Option<Listing>,
}

/// The place of the wrapper `module` for a file.
///
/// That is where imports of the file start. What is shipped in a package gets it inside of that:
/// outside, it would stay behind.
pub(super) fn place(opened: &Opened, folders: &Folders, module: &str) -> Result<Place, SkipReason> {
    let file = &opened.at.file;
    let root = import_root(file, &opened.text, folders).ok_or(SkipReason::OutsideRepo)?;
    let within = folders.around(file);
    let above = within.iter().skip_while(|it| it.path != root.path);
    let project = above.copied().find(|it| it.has_manifest());
    let site = Site {
        opened,
        root,
        within: &within,
        module,
    };
    match project.and_then(Folder::distribution) {
        Some(distribution) => site.shipped_with(distribution),
        None => Ok(site.at_root()),
    }
}

/// Where a file lies.
struct Site<'a> {
    opened: &'a Opened,
    /// Where its imports start.
    root: &'a Folder,
    /// The folders around it, from the inside out.
    within: &'a [&'a Folder],
    /// What the wrapper is called.
    module: &'a str,
}

impl Site<'_> {
    /// Where imports start.
    fn at_root(&self) -> Place {
        self.inside(&self.top())
    }

    /// Inside of a package.
    fn inside(&self, package: &Part) -> Place {
        Place {
            folder: package.path.clone(),
            module: package.join(self.module).name,
            beside: self.root.modules().to_vec(),
            listing: None,
        }
    }

    /// Where imports start, as if it were a package without a name.
    fn top(&self) -> Part {
        Part {
            path: self.root.path.clone(),
            name: String::new(),
        }
    }

    fn shipped_with(&self, distribution: &Distribution) -> Result<Place, SkipReason> {
        let takes = |package: &Part| match distribution.has_package(&package.join(self.module)) {
            Shipped::Yes => true,
            Shipped::No | Shipped::Never | Shipped::Unknown => false,
        };
        let packages = self.packages();
        let Some(own) = packages.last() else {
            if let Some(package) = self.imported().find(takes) {
                return Ok(self.inside(&package));
            }
            return match distribution.has_module(&self.own_module()) {
                Shipped::No => Ok(self.at_root()),
                Shipped::Yes if takes(&self.top()) => Ok(self.at_root()),
                Shipped::Yes | Shipped::Never | Shipped::Unknown => Err(SkipReason::NotPackaged),
            };
        };
        let has = |it: &&Part| distribution.has_package(it) == Shipped::Yes;
        match distribution.has_package(own) {
            Shipped::No | Shipped::Never => Ok(self.inside(packages.first().unwrap_or(own))),
            Shipped::Unknown => Err(SkipReason::NotPackaged),
            Shipped::Yes => {
                if let Some(package) = packages.iter().find(|it| takes(it)) {
                    return Ok(self.inside(package));
                }
                let package = packages.iter().find(has).unwrap_or(own);
                let listing = distribution.listing(&package.join(self.module));
                let listing = listing.ok_or(SkipReason::NotPackaged)?;
                Ok(Place {
                    listing: Some(listing),
                    ..self.inside(package)
                })
            }
        }
    }

    /// The packages around the file, from the outside in, without what only gives room to others.
    fn packages(&self) -> Vec<Part> {
        let below = self
            .within
            .iter()
            .take_while(|it| it.path != self.root.path);
        let below: Vec<&&Folder> = below.collect();
        let mut part = self.top();
        let mut packages = Vec::new();
        for folder in below.into_iter().rev() {
            let name = folder.name().filter(|it| is_identifier(it));
            let Some(name) = name else {
                return Vec::new();
            };
            part = part.join(name);
            if folder.has_python() || !packages.is_empty() {
                packages.push(part.clone());
            }
        }
        packages
    }

    /// The packages that the file imports before anything else, in any case.
    fn imported(&self) -> impl Iterator<Item = Part> {
        let modules = self.root.modules().iter();
        let imports = first_imports(&self.opened.text);
        let imported = modules.filter(move |it| imports.contains(&***it));
        let parts = imported.map(|it| self.top().join(it));
        parts.filter(|it| it.path.join("__init__.py").is_file())
    }

    /// The file itself.
    fn own_module(&self) -> Part {
        let file = &self.opened.at.file;
        let name = file.file_stem().unwrap_or_default();
        Part {
            path: file.clone(),
            name: name.to_string_lossy().into_owned(),
        }
    }
}

/// Whether an import can name it.
fn is_identifier(name: &str) -> bool {
    let part = |it: char| it.is_alphanumeric() || it == '_';
    name.starts_with(|it: char| part(it) && !it.is_numeric()) && name.chars().all(part)
}
