//! Git, the repository, and files that should not be in it.

use std::path::Path;
use std::time::Duration;

use super::{Line, few};
use crate::source::git;
use crate::source::git::GitError;
use crate::source::git::Repository;

/// What lines are about.
const AREA: &str = "git";

/// How long git may be asked.
const TIME: Duration = Duration::from_secs(10);

/// Endings of files that show what a `.env` looks like, and hold nothing.
const SAMPLES: [&str; 7] = [
    "example", "examples", "sample", "template", "dist", "defaults", "schema",
];

/// What is to be said of git in `root`.
pub(super) fn look(root: &Path) -> Vec<Line> {
    let Ok(version) = git::version() else {
        let told = "git is not installed: commits, branches and history cannot be scanned";
        let next = "install git (https://git-scm.com)";
        return vec![if root.join(".git").exists() {
            Line::wrong(AREA, told, next)
        } else {
            Line::note(AREA, told, next)
        }];
    };
    let installed = Line::ok(AREA, format!("git {version}"));
    let repository = match Repository::find(root, TIME) {
        Ok(repository) => repository,
        Err(GitError::Late) => {
            let next = "is the disk slow? run it again";
            return vec![
                installed,
                Line::wrong(AREA, "git did not answer in time", next),
            ];
        }
        Err(_) if root.join(".git").exists() => {
            let told = "there is a .git, and git does not take it for a repository with files";
            let next = "`git status` says why; a folder of somebody else needs `safe.directory`";
            return vec![installed, Line::wrong(AREA, told, next)];
        }
        Err(_) if Repository::open(root, TIME).is_ok() => {
            let told = "a repository without files: only its history can be scanned";
            let next = "`shield scan --history`; clone it for everything else";
            return vec![installed, Line::note(AREA, told, next)];
        }
        Err(_) => {
            let told = "no repository: what a fix changes has no second copy but its own";
            return vec![installed, Line::note(AREA, told, "git init")];
        }
    };
    let mut lines = vec![installed, Line::ok(AREA, "a repository")];
    lines.push(env_files(&repository));
    lines
}

/// Files with settings that git follows, or is about to.
fn env_files(repository: &Repository<'_>) -> Line {
    let Ok(named) = repository.named(&[".env", ".env.*"]) else {
        return Line::note(
            AREA,
            "git does not tell its files",
            "`git ls-files` says why",
        );
    };
    let [followed, loose] = named.map(|mut paths| {
        paths.retain(|it| !is_sample(it));
        paths
    });
    if !followed.is_empty() {
        let told = format!("git follows {}", few(&followed));
        let next = "`git rm --cached FILE`, the file into .gitignore, and replace what is in it: \
                    whoever has a clone has read it";
        return Line::wrong(AREA, told, next);
    }
    if !loose.is_empty() {
        let told = format!("git does not ignore {}", few(&loose));
        let next = "a line `.env` in .gitignore keeps `git add` from taking it";
        return Line::note(AREA, told, next);
    }
    Line::ok(AREA, "git follows no .env file")
}

/// Whether a file shows only which settings there are.
fn is_sample(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut parts = name.split('.').skip(2);
    parts.any(|it| SAMPLES.contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_no_file_of_settings() {
        for path in [".env.example", "a/.env.sample", ".env.local.template"] {
            assert!(is_sample(path), "{path}");
        }
        for path in [".env", "a.example/.env", ".env.local", ".env.production"] {
            assert!(!is_sample(path), "{path}");
        }
    }
}
