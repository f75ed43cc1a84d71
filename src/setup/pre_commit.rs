//! The hooks that the program pre-commit runs.

use serde::Deserialize;
use serde_json::Value;

use crate::yaml::Script;

/// The file that lists them.
pub const FILE_NAME: &str = ".pre-commit-config.yaml";

/// What errors advise; nobody is shown them.
const HELP: &str = "see the documents of pre-commit";

/// Files of Python in which a project says that its developers install pre-commit.
const MANIFESTS: [&str; 8] = [
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements_dev.txt",
    "dev-requirements.txt",
    "requirements/dev.txt",
    "requirements.txt",
    "Pipfile",
    "setup.cfg",
];

/// The hook, a line each, as it stands in a list that is not indented.
const ENTRY: [&str; 8] = [
    "- repo: local",
    "  hooks:",
    "    - id: shield",
    "      name: shield (secrets)",
    "      entry: shield scan --staged",
    "      language: system",
    "      pass_filenames: false",
    "      always_run: true",
];

/// The hooks of a list, as far as they concern us.
#[derive(Debug, Deserialize)]
struct List {
    #[serde(default)]
    repos: Vec<Source>,
}

#[derive(Debug, Deserialize)]
struct Source {
    #[serde(default)]
    hooks: Vec<Hook>,
}

#[derive(Debug, Deserialize)]
struct Hook {
    #[serde(default)]
    id: String,
    #[serde(default)]
    entry: String,
    #[serde(default)]
    language: String,
}

/// How a list has shield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Not at all.
    No,
    /// With the program that the user has installed.
    Installed,
    /// With one that pre-commit builds or fetches.
    Own,
    /// Nobody knows: this is no list of hooks.
    Unreadable,
}

/// How the list in `text` has shield.
#[must_use]
pub fn listed(text: &str) -> Listed {
    let Ok(list) = Script::new(FILE_NAME, text, HELP).parse::<List>() else {
        return Listed::Unreadable;
    };
    let mut hooks = list.repos.iter().flat_map(|it| &it.hooks);
    let is_own = |it: &&Hook| {
        let ids = ["shield", "shield-system", "shield-fix"];
        ids.contains(&it.id.as_str()) || super::runs_shield(&it.entry)
    };
    match hooks.find(is_own) {
        None => Listed::No,
        Some(it) if it.id == "shield-system" || it.language == "system" => Listed::Installed,
        Some(_) => Listed::Own,
    }
}

/// Whether the developers of the project in `root` install pre-commit, as its manifests say.
#[must_use]
pub fn is_wanted(root: &std::path::Path) -> bool {
    let mut texts = MANIFESTS
        .iter()
        .filter_map(|it| super::text(&root.join(it)));
    texts.any(|it| it.lines().any(is_pre_commit))
}

/// Whether a line of a manifest names the package pre-commit, and no other of a similar name.
fn is_pre_commit(line: &str) -> bool {
    let line = line.trim_start();
    let mut places = line.match_indices("pre-commit");
    !line.starts_with(['#', '['])
        && places.any(|(start, name)| {
            let before = line.get(..start).and_then(|it| it.chars().next_back());
            let rest = line.get(start + name.len()..).unwrap_or_default();
            let is_name = |it: char| it.is_ascii_alphanumeric() || "-_./:".contains(it);
            !before.is_some_and(is_name) && !rest.starts_with(is_name)
        })
}

/// The hook as somebody would write it below `repos:`.
#[must_use]
pub fn entry() -> String {
    block("  ", "\n")
}

/// A list with the hook alone.
#[must_use]
pub fn list() -> String {
    format!("repos:\n{}", entry())
}

/// `text` with the hook at the end of its list; none where that cannot be done with certainty.
///
/// Nothing else changes: what is written is read again, and has to say what it said before, and
/// the hook.
#[must_use]
pub fn added(text: &str) -> Option<String> {
    let added = inserted(text)?;
    let (mut before, after) = (value(text)?, value(&added)?);
    let hook = value(&list())?;
    let hook = hook.get("repos")?.get(0)?.clone();
    before.get_mut("repos")?.as_array_mut()?.push(hook);
    (before == after).then_some(added)
}

/// All that a list says.
fn value(text: &str) -> Option<Value> {
    Script::new(FILE_NAME, text, HELP).parse().ok()
}

/// `text` with the hook where the list seems to end.
fn inserted(text: &str) -> Option<String> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines = text.split_inclusive('\n').scan(0, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    });
    let (start, head) = lines.find(|(_, it)| it.starts_with("repos:"))?;
    let said = head.strip_prefix("repos:")?.trim_start();
    if let Some(rest) = said.strip_prefix("[]") {
        let before = text.get(..start)?;
        let after = text.get(start + head.len()..)?;
        let comment = rest.trim();
        let space = if comment.is_empty() { "" } else { "  " };
        let block = block("  ", end);
        return Some(format!("{before}repos:{space}{comment}{end}{block}{after}"));
    }
    if !said.is_empty() && !said.starts_with('#') {
        return None;
    }
    let mut place = start + head.len();
    let mut indent = None;
    for (at, line) in lines {
        let content = line.trim_start_matches(' ');
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        let own = line.len() - content.len();
        match indent {
            None if content.starts_with("- ") => indent = Some(own),
            None => return None,
            Some(indent) if own > indent || (own == indent && content.starts_with("- ")) => {}
            Some(_) => break,
        }
        place = at + line.len();
    }
    let (before, after) = text.split_at_checked(place)?;
    let open = if before.ends_with('\n') { "" } else { end };
    let block = block(&" ".repeat(indent?), end);
    Some(format!("{before}{open}{block}{after}"))
}

/// The hook, with `indent` before each line and `end` after it.
fn block(indent: &str, end: &str) -> String {
    let lines = ENTRY.iter().map(|it| format!("{indent}{it}{end}"));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "\
# ours
default_stages: [pre-commit]
repos:   # in order
  # format
  - repo: https://example.com/black
    rev: \"24\"  # pinned
    hooks:
    - id: black
      args: [--check, \"a # b\"]

  - repo: local
    hooks:
      - {id: x, name: x, entry: ./x, language: system}
# the end of the list

ci:
  skip: [x]
";

    #[test]
    fn a_hook_comes_to_the_end_of_a_list_and_all_else_stays() {
        let added = added(LIST).unwrap();
        let (before, after) = LIST.split_at(LIST.find("# the end").unwrap());
        assert!(added.starts_with(before) && added.ends_with(after));
        assert_eq!(added.len(), LIST.len() + entry().len());
        assert_eq!(listed(&added), Listed::Installed);
        assert_eq!(listed(LIST), Listed::No);
    }

    #[test]
    fn the_form_of_a_list_is_kept() {
        let flush = "repos:\n- repo: a\n  rev: b\n  hooks: [{id: c}]\nfail_fast: true\n";
        let written = added(flush).unwrap();
        assert!(written.contains("\n- repo: local\n  hooks:\n"), "{written}");
        let windows = LIST.replace('\n', "\r\n");
        assert_eq!(
            added(&windows).unwrap().matches('\n').count(),
            written_lines()
        );
        assert!(!added(&windows).unwrap().replace("\r\n", "").contains('\n'));
        let open = "repos:\n  - repo: a\n    hooks: []";
        assert!(
            added(open)
                .unwrap()
                .starts_with("repos:\n  - repo: a\n    hooks: []\n  - ")
        );
        let empty = added("# x\nrepos: [] # none\nci: {}\n").unwrap();
        assert!(
            empty.starts_with("# x\nrepos:  # none\n  - repo: local\n"),
            "{empty}"
        );
        assert!(empty.ends_with("true\nci: {}\n"), "{empty}");
    }

    fn written_lines() -> usize {
        LIST.lines().count() + ENTRY.len()
    }

    #[test]
    fn what_is_not_certain_is_not_written() {
        for text in [
            "",
            "repos:\n",
            "repos: [{repo: local, hooks: []}]\n",
            "repos: &all\n  - repo: a\n",
            "- repos:\n  - a\n",
            "repos:\n  - repo: \"a\nb\"\n    hooks: []\n",
            "repos:\n  - repo: a\n---\nrepos:\n  - repo: b\n",
            "repos:\n  x: 1\n",
            "\tx\nrepos:\n  - a\n",
            "repos:\n  - repo: a\n    hooks: [b,\nc]\n",
        ] {
            assert_eq!(added(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_has_shield_in_several_ways() {
        let list = |hook: &str| {
            listed(&format!(
                "repos:\n  - repo: a\n    hooks:\n      - {hook}\n"
            ))
        };
        assert_eq!(list("id: shield-system"), Listed::Installed);
        assert_eq!(list("id: shield"), Listed::Own);
        assert_eq!(
            list("{id: x, entry: uvx shield scan --staged}"),
            Listed::Own
        );
        assert_eq!(list("id: shieldwall"), Listed::No);
        assert_eq!(listed("repos: 3\n"), Listed::Unreadable);
    }

    #[test]
    fn a_project_says_that_it_uses_pre_commit() {
        for line in [
            "pre-commit",
            "    \"pre-commit>=3\",",
            "pre-commit = \"^4\"",
            "dev = ['pre-commit']",
        ] {
            assert!(is_pre_commit(line), "{line}");
        }
        for line in [
            "pre-commit-hooks",
            "# pre-commit",
            "[tool.pre-commit]",
            "x-pre-commit",
        ] {
            assert!(!is_pre_commit(line), "{line}");
        }
    }
}
