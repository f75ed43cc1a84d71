//! The modules of a project that secrets are read through, and what runs them.

use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;

use ignore::WalkBuilder;

/// What the package of Python is called.
const PYTHON: &str = "shield_secrets";

/// What the module of JavaScript or TypeScript is called, by what its name ends in.
const NODE: &str = "shield-secrets";

/// The ends of its name.
const ENDINGS: [&str; 4] = ["ts", "js", "mjs", "cjs"];

/// Folders with an environment of Python, as most people call them.
const ENVIRONMENTS: [&str; 3] = [".venv", "venv", "env"];

/// A module that secrets are read through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Module {
    /// The folder of a package, or the file.
    pub(super) path: PathBuf,
    /// What runs it.
    pub(super) language: Language,
}

/// What runs a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Language {
    Python,
    Node,
}

impl Language {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Node => "Node",
        }
    }

    /// What to do when there is none.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Python => {
                "make an environment (`python3 -m venv .venv`) in the project, or have `python3` \
                 on the PATH"
            }
            Self::Node => "install Node 20 or later, and have `node` on the PATH",
        }
    }

    /// The program that reads through it.
    pub(super) fn program(self) -> &'static str {
        match self {
            Self::Python => include_str!("probe.py"),
            Self::Node => include_str!("probe.cjs"),
        }
    }

    /// What stands before a program on the command line.
    pub(super) fn flags(self) -> &'static [&'static str] {
        match self {
            // Without what variables make of Python, which are left out anyway.
            Self::Python => &["-E", "-c"],
            Self::Node => &["--input-type=commonjs", "-e"],
        }
    }
}

impl Module {
    /// The modules below `root`, sorted; those that git ignores were built of others.
    #[must_use]
    pub fn find(root: &Path) -> Vec<Self> {
        let walk = WalkBuilder::new(root)
            .require_git(false)
            .filter_entry(|it| it.file_name() != "node_modules")
            .build();
        let mut found: Vec<Self> = walk.filter_map(|it| Self::at(it.ok()?.path())).collect();
        found.sort();
        found
    }

    /// The module that the file at `path` is, or begins.
    fn at(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let folder = path.parent()?;
        if name == "__init__.py" && folder.file_name()? == PYTHON {
            return Some(Self {
                path: folder.to_owned(),
                language: Language::Python,
            });
        }
        let (stem, ending) = name.rsplit_once('.')?;
        let is_one = stem == NODE && ENDINGS.contains(&ending) && path.is_file();
        is_one.then(|| Self {
            path: path.to_owned(),
            language: Language::Node,
        })
    }

    /// What may run it, the best first; `active` is the environment that a shell has turned on.
    pub(super) fn interpreters(&self, root: &Path, active: Option<&Path>) -> Vec<OsString> {
        if self.language == Language::Node {
            return vec!["node".into()];
        }
        let folders = self.path.ancestors().skip(1);
        let folders = folders.take_while(|it| it.starts_with(root));
        let own = folders.flat_map(|folder| ENVIRONMENTS.map(|it| folder.join(it)));
        let all = own.chain(active.map(Path::to_owned)).map(|it| {
            if cfg!(windows) {
                it.join("Scripts").join("python.exe")
            } else {
                it.join("bin").join("python")
            }
        });
        let there = all.filter(|it| it.is_file()).map(PathBuf::into_os_string);
        there
            .chain(["python3", "python"].map(OsString::from))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::fs::File;

    use super::*;

    #[test]
    fn modules_are_found_where_a_fix_writes_them() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "app/shield_secrets/__init__.py",
            "app/shield_secrets/tests/__init__.py",
            "web/shield-secrets.ts",
            "web/shield-secrets/cache.ts",
            "web/shield-secrets.test.ts",
            "node_modules/other/shield-secrets.js",
            "built/shield-secrets.js",
        ] {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            File::create(file).unwrap();
        }
        let ignored = root.path().join(".gitignore");
        std::io::Write::write_all(&mut File::create(ignored).unwrap(), b"built/\n").unwrap();
        let found = Module::find(root.path());
        let shown: Vec<_> = found
            .iter()
            .map(|it| it.path.strip_prefix(root.path()).unwrap())
            .collect();
        assert_eq!(
            shown,
            [
                Path::new("app/shield_secrets"),
                Path::new("web/shield-secrets.ts")
            ]
        );
    }

    #[test]
    fn the_environment_of_the_project_comes_first() {
        let root = tempfile::tempdir().unwrap();
        let programs = if cfg!(windows) {
            ".venv/Scripts/python.exe"
        } else {
            ".venv/bin/python"
        };
        let own = root.path().join(programs);
        fs::create_dir_all(own.parent().unwrap()).unwrap();
        File::create(&own).unwrap();
        let module = Module {
            path: root.path().join("app/shield_secrets"),
            language: Language::Python,
        };
        let found = module.interpreters(root.path(), Some(Path::new("/nowhere")));
        assert_eq!(
            found,
            [own.into_os_string(), "python3".into(), "python".into()]
        );
    }
}
