//! What stands between a secret and a commit, or a branch.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use super::Line;
use crate::setup;
use crate::setup::Hooks;
use crate::setup::Project;
use crate::setup::pre_commit;
use crate::setup::pre_commit::Listed;
use crate::setup::workflow;
use crate::source::git::Repository;

/// What lines are about.
const AREA: &str = "hook";

/// How long git may be asked.
const TIME: Duration = Duration::from_secs(5);

/// What pre-commit writes into the hook that it installs.
const MARK: &str = "pre-commit.com";

/// What is to be said of the hook of the project in `root`.
pub(super) fn look(root: &Path) -> Line {
    let project = Project::look(root);
    let Ok(repository) = Repository::find(root, TIME) else {
        return Line::note(
            AREA,
            "no repository, so no hook",
            "`git init`, then `shield init`",
        );
    };
    let elsewhere = repository.hooks_elsewhere();
    let folder = elsewhere
        .map(|it| root.join(it))
        .or_else(|| repository.hooks());
    let hook = folder.map(|it| it.join("pre-commit"));
    match &project.hooks {
        Hooks::PreCommit => listed(root, hook.as_deref()),
        Hooks::Elsewhere(whose) => {
            let files = [".husky/pre-commit", "lefthook.yml"].map(|it| root.join(it));
            let mut files = files.into_iter().chain(hook);
            let is_ours = |it: PathBuf| setup::text(&it).is_some_and(|it| setup::runs_shield(&it));
            if files.any(is_ours) {
                Line::ok(AREA, format!("shield runs before a commit, by {whose}"))
            } else {
                let told = format!("{whose} runs the hooks, and shield is none of them");
                Line::note(
                    AREA,
                    told,
                    "let it run `shield scan --staged` before a commit",
                )
            }
        }
        Hooks::Own(_) | Hooks::Outside | Hooks::None => own(hook.as_deref()),
    }
}

/// The hook of git itself.
fn own(hook: Option<&Path>) -> Line {
    let text = hook.and_then(|it| Some((it, setup::text(it)?)));
    let Some((path, text)) = text else {
        let told = "none: a commit can bring in a secret";
        return Line::note(AREA, told, "shield init");
    };
    if !setup::runs_shield(&text) {
        let told = "the hook before a commit does not run shield";
        let next = format!("add `shield scan --staged` to {}", path.display());
        return Line::note(AREA, told, next);
    }
    if !is_program(path) {
        let told = "the hook before a commit may not be run, so git leaves it out";
        return Line::wrong(AREA, told, format!("chmod +x {}", path.display()));
    }
    if is_on_the_path() {
        Line::ok(AREA, "shield runs before a commit")
    } else {
        missing()
    }
}

/// The hooks of pre-commit.
fn listed(root: &Path, hook: Option<&Path>) -> Line {
    let file = pre_commit::FILE_NAME;
    let Some(text) = setup::text(&root.join(file)) else {
        let told = format!("the project uses pre-commit, and has no {file} with shield");
        return Line::note(AREA, told, "shield init");
    };
    let installed = match pre_commit::listed(&text) {
        Listed::No => {
            let told = format!("{file} does not have shield");
            return Line::note(AREA, told, "shield init");
        }
        Listed::Unreadable => {
            let told = format!("{file} is no list of hooks");
            return Line::wrong(AREA, told, "`pre-commit validate-config` says why");
        }
        Listed::Installed => true,
        Listed::Own => false,
    };
    let script = hook.and_then(setup::text);
    if !script.is_some_and(|it| it.contains(MARK)) || !hook.is_some_and(is_program) {
        let told = format!("{file} has shield, and pre-commit does not run in this clone");
        return Line::wrong(AREA, told, "pre-commit install");
    }
    if installed && !is_on_the_path() {
        return missing();
    }
    Line::ok(AREA, "shield runs before a commit, by pre-commit")
}

/// A hook without its program.
fn missing() -> Line {
    let told = "a hook runs shield before a commit, and shield is not on the PATH";
    Line::wrong(
        AREA,
        told,
        "put it into a folder of the PATH; docs/install.md of shield has ways",
    )
}

/// Whether shield is found where programs are.
fn is_on_the_path() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "programs are found by the environment"
    )]
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("shield{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&folders).any(|it| is_program(&it.join(&name)))
}

/// Whether a file can be run.
#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    let is_run = |it: &fs::Metadata| it.is_file() && it.permissions().mode() & 0o111 != 0;
    fs::metadata(path).as_ref().is_ok_and(is_run)
}

/// Files have no mode here.
#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|it| it.is_file())
}

/// What is to be said of pull requests.
pub(super) fn workflow(root: &Path) -> Line {
    const AREA: &str = "workflow";
    if let Some(path) = workflow::found(root) {
        return Line::ok(AREA, format!("{} runs shield", path.display()));
    }
    let others = [
        ".gitlab-ci.yml",
        ".circleci/config.yml",
        "azure-pipelines.yml",
        "Jenkinsfile",
    ];
    let is_ours =
        |it: &&&str| setup::text(&root.join(it)).is_some_and(|it| setup::runs_shield(&it));
    if let Some(file) = others.iter().find(is_ours) {
        return Line::ok(AREA, format!("{file} runs shield"));
    }
    if Project::look(root).github {
        let told = "none of .github/workflows runs shield";
        return Line::note(AREA, told, "shield init --action OWNER/REPO@COMMIT");
    }
    if let Some(file) = others.iter().find(|it| root.join(it).exists()) {
        let told = format!("{file} does not run shield");
        return Line::note(
            AREA,
            told,
            "docs/github.md of shield, “Elsewhere”, has the commands",
        );
    }
    Line::ok(AREA, "none is needed: nothing here is built by a server")
}
