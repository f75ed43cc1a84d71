//! What a project is made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pre_commit;
use crate::source::git::Provenance;
use crate::source::git::Repository;

/// How long git may be asked.
const TIME: Duration = Duration::from_secs(5);

/// Files at the top of a project, and what they say of it.
const MARKS: [(&str, &str); 16] = [
    ("pyproject.toml", "Python"),
    ("setup.py", "Python"),
    ("requirements.txt", "Python"),
    ("uv.lock", "uv"),
    ("poetry.lock", "Poetry"),
    ("package.json", "JavaScript"),
    ("tsconfig.json", "TypeScript"),
    ("package-lock.json", "npm"),
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "Yarn"),
    ("Cargo.toml", "Rust"),
    ("go.mod", "Go"),
    ("pom.xml", "Java"),
    ("Gemfile", "Ruby"),
    ("composer.json", "PHP"),
    ("Dockerfile", "Docker"),
];

/// What a project is made of.
#[derive(Debug)]
pub struct Project {
    /// What it is written in and built with.
    known: Vec<&'static str>,
    /// Who runs the hooks of git.
    pub hooks: Hooks,
    /// Whether it is on GitHub.
    pub github: bool,
    /// The branch that work ends up in, as far as git knows.
    pub branch: Option<String>,
}

/// Who runs the hooks of git.
#[derive(Debug, PartialEq, Eq)]
pub enum Hooks {
    /// Git itself, from this folder of the repository.
    Own(PathBuf),
    /// pre-commit: it has a list of hooks, or the project asks for the program.
    PreCommit,
    /// Something else.
    Elsewhere(String),
    /// Git itself, from a folder that does not lie in this one: that of another work tree.
    Outside,
    /// Nobody: the project is in no repository.
    None,
}

impl Project {
    /// Looks at the project whose root is `root`.
    #[must_use]
    pub fn look(root: &Path) -> Self {
        let is_there = |name: &str| root.join(name).exists();
        let mut known: Vec<&str> = Vec::new();
        for (file, what) in MARKS {
            if !known.contains(&what) && is_there(file) {
                known.push(what);
            }
        }
        let origin = Provenance::of(root);
        let is_github = |it: &Provenance| it.uri.starts_with("https://github.com/");
        let hosted = origin.as_ref().is_some_and(is_github);
        let repository = Repository::open(root, TIME).ok();
        let main = repository.and_then(|it| it.main_branch());
        Self {
            known,
            hooks: hooks(root),
            github: hosted || is_there(".github"),
            branch: main.or_else(|| origin?.branch),
        }
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut words: Vec<&str> = self.known.clone();
        words.push(match self.hooks {
            Hooks::None => "no git",
            Hooks::Own(_) | Hooks::PreCommit | Hooks::Elsewhere(_) | Hooks::Outside => "git",
        });
        words.extend(self.github.then_some("GitHub"));
        words.join(", ")
    }
}

/// Who runs the hooks of the repository at `root`.
fn hooks(root: &Path) -> Hooks {
    let Ok(repository) = Repository::find(root, TIME) else {
        return Hooks::None;
    };
    if root.join(pre_commit::FILE_NAME).exists() {
        return Hooks::PreCommit;
    }
    for (mark, whose) in [(".husky", "husky"), ("lefthook.yml", "lefthook")] {
        if root.join(mark).exists() {
            return Hooks::Elsewhere(whose.to_owned());
        }
    }
    if let Some(path) = repository.hooks_elsewhere() {
        return Hooks::Elsewhere(path);
    }
    if pre_commit::is_wanted(root) {
        return Hooks::PreCommit;
    }
    // What a link leads to is not ours to write.
    let folder = Path::new(".git").join("hooks");
    let is_folder = |it: &Path| fs::symlink_metadata(root.join(it)).is_ok_and(|it| it.is_dir());
    if is_folder(Path::new(".git")) && is_folder(&folder) {
        Hooks::Own(folder)
    } else {
        Hooks::Outside
    }
}
