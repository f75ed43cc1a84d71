//! Examples of settings, `.env.example`: the variables that the code reads, never their values.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::page::append;
use super::{Desk, Fact, HintKind, MakeExample, Need, Unedited, by_place};
use crate::fix::package::Package;
use crate::lang::Family;

/// The names of examples; of several in one folder the first counts.
pub(super) const NAMES: [&str; 3] = [".env.example", ".env.sample", ".env.template"];

/// What tells the folder of a package of Python.
const PYTHON_ROOTS: [&str; 5] = [
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "manage.py",
];

/// Adds the variables that are missing to the examples nearest to the code.
pub(super) fn add(desk: &mut Desk<'_>) {
    let root = desk.root;
    let makes = desk.wishes.example == MakeExample::Yes;
    let place = |fact: &Fact| {
        let new = || Some(package_of(fact, root).join(".env.example"));
        nearest(&fact.file, root).or_else(|| makes.then(new).flatten())
    };
    for (file, facts) in by_place(desk.facts, place) {
        let Some(first) = facts.first() else {
            continue;
        };
        let shown = first.shown(&file);
        let wanted = strongest(&facts);
        let reason = match desk.pages.open(&file, || shown.clone()) {
            Ok(Some(page)) => match missing(&page.text, &wanted) {
                Some(missing) if missing.is_empty() => continue,
                Some(missing) => {
                    let text = append(&page.text, &entries(&page.text, &missing));
                    page.set(text, title(&missing));
                    continue;
                }
                None => Unedited::Form,
            },
            Ok(None) => {
                let text = append("", &entries("", &wanted));
                desk.pages.make(file, shown, text, title(&wanted));
                continue;
            }
            Err(reason) => reason,
        };
        let lines = wanted.iter().map(|it| format!("{}=", it.variable));
        let lines = lines.collect();
        desk.hint(shown, HintKind::ByHand { reason, lines });
    }
}

/// The example nearest to `file`, upwards to `root`.
fn nearest(file: &Path, root: &Path) -> Option<PathBuf> {
    let folders = file.ancestors().skip(1);
    folders
        .take_while(|it| it.starts_with(root))
        .flat_map(|folder| NAMES.iter().map(|it| folder.join(it)))
        .find(|it| fs::symlink_metadata(it).is_ok())
}

/// The folder of the package that a fact's file belongs to.
fn package_of(fact: &Fact, root: &Path) -> PathBuf {
    match fact.template.family {
        Family::EcmaScript => Package::of(&fact.file, root).root,
        Family::Python => {
            let mut folders = fact.file.ancestors().skip(1);
            let is_root = |it: &&Path| PYTHON_ROOTS.iter().any(|name| it.join(name).is_file());
            let found = folders.find(|it| it == &root || is_root(it));
            found.unwrap_or(root).to_owned()
        }
    }
}

/// One fact for each variable: the one that needs it most; by variable.
fn strongest<'f>(facts: &[&'f Fact]) -> Vec<&'f Fact> {
    let mut strongest: BTreeMap<&str, &Fact> = BTreeMap::new();
    for fact in facts {
        let known = strongest.entry(&fact.variable).or_insert(fact);
        if fact.need > known.need {
            *known = fact;
        }
    }
    strongest.into_values().collect()
}

/// The facts whose variable the example `text` does not have; no answer when it ends within a
/// value.
fn missing<'f>(text: &str, facts: &[&'f Fact]) -> Option<Vec<&'f Fact>> {
    let keys = keys(text)?;
    let missing = facts.iter().copied();
    Some(
        missing
            .filter(|it| !keys.contains(&&*it.variable))
            .collect(),
    )
}

/// The keys of an example, those in comments too; no answer when it ends within a value.
fn keys(text: &str) -> Option<Vec<&str>> {
    let mut keys = Vec::new();
    let mut open: Option<char> = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        if let Some(quote) = open {
            if closes(line, quote) {
                open = None;
            }
            continue;
        }
        let bare = line.trim_start();
        let is_comment = bare.starts_with('#');
        let bare = bare.trim_start_matches(['#', ' ', '\t']);
        let bare = match bare.strip_prefix("export") {
            Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
            Some(_) | None => bare,
        };
        let Some((key, value)) = bare.split_once('=') else {
            continue;
        };
        let key = key.trim_end();
        if !super::fact::is_variable(key) {
            continue;
        }
        keys.push(key);
        let value = value.trim_start();
        let quote = value
            .chars()
            .next()
            .filter(|it| matches!(it, '"' | '\'' | '`'));
        open = quote.filter(|it| {
            let rest = value.get(1..).unwrap_or_default();
            !is_comment && !closes(rest, *it)
        });
    }
    open.is_none().then_some(keys)
}

/// Whether `text`, which is inside of quotes, has their end.
fn closes(text: &str, quote: char) -> bool {
    let mut escaped = false;
    for c in text.chars() {
        if c == quote && !escaped {
            return true;
        }
        escaped = c == '\\' && !escaped && quote == '"';
    }
    false
}

/// The lines for `facts` at the end of `text`.
fn entries(text: &str, facts: &[&Fact]) -> Vec<String> {
    let mut lines = Vec::new();
    let last = text.lines().next_back().unwrap_or_default();
    if !last.trim().is_empty() {
        lines.push(String::new());
    }
    for fact in facts {
        let (call, variable) = (fact.call(), &fact.variable);
        // A copy of the example sets every key that is no comment, and an empty value counts.
        let (comment, key) = match fact.need {
            Need::Required => (format!("# read by {call}"), format!("{variable}=")),
            Need::Optional => (
                format!("# optional; read by {call}"),
                format!("# {variable}="),
            ),
            Need::Stored => (
                format!("# optional where .shield/ can be opened; read by {call}"),
                format!("# {variable}="),
            ),
        };
        lines.push(comment);
        lines.push(key);
    }
    lines
}

fn title(facts: &[&Fact]) -> String {
    let names: Vec<String> = facts
        .iter()
        .map(|it| format!("`{}`", it.variable))
        .collect();
    format!("name {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fix::template::Flavor;
    use crate::fix::template::Template;
    use crate::secret::SecretName;

    /// Lines of an example: keys with and without values, in comments, with values of two lines.
    const LINES: &str =
        "([A-D]_KEY=|export [A-D]_TOKEN='x' # y|# [A-D]_KEY=|# see [a-d]=b|X=\"a\nb\"||  )";

    #[test]
    fn keys_are_read_in_every_way_they_are_written() {
        let text = "\u{feff}A=1\r\nexport B = 'x' # y\n# C=\n#D=2\n  E=\"a # b\"\n\
                    # set F to x = y\nexported=1\n2G=1\n# optional; H=\n";
        let expected = ["A", "B", "C", "D", "E", "exported"];
        assert_eq!(keys(text).unwrap(), expected);
    }

    #[test]
    fn lines_of_a_value_are_no_keys() {
        let text = "A=\"one\nB=2\nC=\\\"\nD=\"\nE='x\nF=\\'\nG=`\n`\n";
        assert_eq!(keys(text).unwrap(), ["A", "E", "G"]);
        assert_eq!(keys("A=\"one\nB=2\n"), None);
        assert_eq!(keys("# don't set A='x\nB=2\n").unwrap(), ["B"]);
    }

    /// What a call asks for under the variable of this name.
    fn fact(variable: &str, need: Need) -> Fact {
        Fact {
            name: SecretName::of(&variable.to_ascii_lowercase()).unwrap(),
            variable: variable.to_owned(),
            need,
            file: PathBuf::from("/project/app.py"),
            path: "app.py".into(),
            template: Template::of(Flavor::Python),
            wrapper: PathBuf::from("/project/shield_secrets"),
            listing: None,
        }
    }

    proptest! {
        #[test]
        fn whatever_is_there_stays(
            lines in proptest::collection::vec(LINES, 0..8),
            wanted in proptest::collection::btree_set("[A-D]_(KEY|TOKEN)", 1..4),
            end in prop_oneof![Just("\n"), Just("\r\n")],
            is_closed in any::<bool>(),
        ) {
            let mut text = lines.join("\n").replace('\n', end);
            if is_closed && !text.is_empty() {
                text.push_str(end);
            }
            let needs = [Need::Optional, Need::Stored, Need::Required];
            let facts = wanted.iter().zip(needs.iter().cycle());
            let facts: Vec<Fact> = facts.map(|(name, need)| fact(name, *need)).collect();
            let facts: Vec<&Fact> = facts.iter().collect();
            let Some(lacking) = missing(&text, &facts).filter(|it| !it.is_empty()) else {
                return Ok(());
            };
            let added = append(&text, &entries(&text, &lacking));
            let own = added.strip_prefix(&text).unwrap();
            prop_assert_eq!(added.ends_with('\n'), text.is_empty() || text.ends_with('\n'));
            let bare = own.replace("\r\n", "");
            prop_assert!(!text.contains("\r\n") || !bare.contains('\n'));
            let names = lacking.iter().map(|it| it.variable.as_str());
            let expected: Vec<&str> = keys(&text).unwrap().into_iter().chain(names).collect();
            prop_assert_eq!(keys(&added).unwrap(), expected);
            prop_assert_eq!(missing(&added, &facts).map(|it| it.len()), Some(0));
        }
    }
}
