//! The workflow of GitHub that scans pull requests.

use std::fmt;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;

/// Where it is written, from the root of a project.
pub const FILE: &str = ".github/workflows/shield.yml";

/// The folder of workflows, from the root of a project.
const FOLDER: &str = ".github/workflows";

/// How many workflows are looked at.
const MAX_FILES: usize = 200;

const TEMPLATE: &str = include_str!("workflow.yml");

/// What runs shield there: a repository of GitHub, and a commit of it.
///
/// A commit and no tag: a tag can be moved to something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action(String);

impl FromStr for Action {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = "expected OWNER/REPO@COMMIT";
        let (place, commit) = text.split_once('@').ok_or(form)?;
        let is_name = |it: &str| {
            let is_sign = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            !it.is_empty() && it.chars().all(is_sign) && !it.starts_with('.')
        };
        let (owner, name) = place.split_once('/').ok_or(form)?;
        if !is_name(owner) || !is_name(name) {
            return Err(form);
        }
        if commit.len() != 40 || !commit.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err("name a commit with all its 40 digits: a tag can be moved");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The workflow, for a project whose work ends up in `branch`.
#[must_use]
pub fn text(action: &Action, branch: Option<&str>) -> String {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let branch = branch.filter(|it| it.chars().all(is_sign));
    TEMPLATE
        .replace("BRANCH", branch.unwrap_or("main"))
        .replace("OWNER/shield@COMMIT", &action.0)
}

/// The first workflow in `root` that runs shield, from the root on.
#[must_use]
pub fn found(root: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(root.join(FOLDER)).ok()?;
    let mut names: Vec<_> = entries.flatten().map(|it| it.file_name()).collect();
    names.sort();
    let mut paths = names
        .iter()
        .take(MAX_FILES)
        .map(|it| Path::new(FOLDER).join(it));
    paths.find(|path| {
        let is_workflow = path
            .extension()
            .is_some_and(|it| it == "yml" || it == "yaml");
        let text = is_workflow.then(|| super::text(&root.join(path))).flatten();
        text.is_some_and(|it| super::runs_shield(&it) || uses(&it))
    })
}

/// Whether a step of a workflow uses an action of that name.
fn uses(text: &str) -> bool {
    let mut steps = text.lines().filter_map(|it| {
        let it = it.trim_start().trim_start_matches("- ").trim_start();
        it.strip_prefix("uses:")
    });
    steps.any(|it| {
        let place = it.trim().trim_matches(['"', '\'']);
        let place = place.split('@').next().unwrap_or_default();
        place
            .rsplit('/')
            .next()
            .is_some_and(|name| name == "shield")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn an_action_is_a_repository_and_a_commit() {
        let action: Action = format!("octo-org/shield@{COMMIT}").parse().unwrap();
        let written = text(&action, Some("trunk"));
        assert!(written.contains("branches: [\"trunk\"]"), "{written}");
        assert!(written.contains(&format!("uses: {action}\n")), "{written}");
        assert!(uses(&written));
        assert!(text(&action, Some("a\"]")).contains("[\"main\"]"));
        for wrong in [
            "shield",
            "octo-org/shield",
            "octo-org/shield@v1",
            &format!("octo-org@{COMMIT}"),
            &format!("a/b/c@{COMMIT}"),
            &format!("a/b c@{COMMIT}"),
            &format!("../x@{COMMIT}"),
        ] {
            assert!(wrong.parse::<Action>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_workflow_that_runs_shield_is_found() {
        for step in ["      - uses: a/shield@b # x", "        uses: 'a/shield@b'"] {
            assert!(uses(step), "{step}");
        }
        for step in [
            "      - uses: a/shields@b",
            "      # uses: a/shield@b",
            "uses: a/b",
        ] {
            assert!(!uses(step), "{step}");
        }
    }
}
