//! `pyproject.toml`: an array or a table with one entry more, everything else as it was.

use std::collections::BTreeMap;

use toml_edit::{Array, Document, Item, Table, TableLike, Value};

use super::Unedited;
use super::dependency::{Dependency, Who};
use super::page::line_end;
use super::requirements::{is_same, name};
use crate::fix::distribution::at;
use crate::text;
use crate::text::Edit;

/// The oldest Python, of the third kind, that the package of the wrapper has.
const OLDEST: u32 = 9;

/// Arrays of requirements that only developers install, the first that is there counts.
const DEVELOPERS: [&[&str]; 2] = [
    &["dependency-groups", "dev"],
    &["tool", "uv", "dev-dependencies"],
];

/// The same as tables of Poetry.
const POETRY_DEVELOPERS: [&[&str]; 2] = [
    &["tool", "poetry", "group", "dev", "dependencies"],
    &["tool", "poetry", "dev-dependencies"],
];

/// What everybody installs.
const PROJECT: &[&str] = &["project", "dependencies"];
const POETRY: &[&str] = &["tool", "poetry", "dependencies"];

/// Whether the file says what the project depends on, and not only how tools behave.
pub(super) fn is_manifest(text: &str) -> bool {
    Document::parse(text).is_ok_and(|it| {
        let root: &dyn TableLike = it.as_table();
        let known: [&[&str]; 3] = [&["project"], &["dependency-groups"], &["tool", "poetry"]];
        known.iter().any(|path| at(root, path).is_some())
    })
}

/// `text` with a dependency added; `None` when it is there already.
pub(super) fn add(text: &str, dependency: &Dependency) -> Result<Option<String>, Unedited> {
    let document = Document::parse(text).or(Err(Unedited::Form))?;
    let root = document.as_table();
    let is_there = match dependency.who {
        Who::Developers => is_present(root, dependency.name),
        Who::Everybody => [PROJECT, POETRY]
            .iter()
            .filter_map(|path| at(root, path))
            .any(|it| lists_it(it, dependency.name)),
    };
    if is_there {
        return Ok(None);
    }
    let array = |path: &&[&str]| at(root, path).and_then(Item::as_array);
    let table = |path: &&[&str]| at(root, path).and_then(Item::as_table);
    let is_developers = |_: &&&[&str]| dependency.who == Who::Developers;
    let mut developers = DEVELOPERS.iter().filter(is_developers);
    let mut poetry = POETRY_DEVELOPERS.iter().filter(is_developers);
    let edits = if let Some(known) = developers.find_map(array) {
        push(text, known, &requirement(root, dependency))
    } else if let Some(known) = poetry.find_map(table) {
        insert(text, known, &poetry_entry(root, dependency))
    } else if let Some(known) = array(&PROJECT) {
        push(text, known, &requirement(root, dependency))
    } else if let Some(known) = table(&POETRY) {
        insert(text, known, &poetry_entry(root, dependency))
    } else if is_dynamic(root) {
        return Err(Unedited::Dynamic);
    } else {
        None
    };
    let edits = edits.ok_or(Unedited::Form)?;
    let after = text::apply(text, &edits).or(Err(Unedited::Form))?;
    if is_twin(root, &after, dependency.name) {
        Ok(Some(after))
    } else {
        Err(Unedited::Form)
    }
}

/// Whether something else decides what the project depends on.
fn is_dynamic(root: &Table) -> bool {
    let dynamic = at(root, &["project", "dynamic"]).and_then(Item::as_array);
    let mut dynamic = dynamic.into_iter().flat_map(Array::iter);
    dynamic.any(|it| it.as_str() == Some("dependencies"))
}

/// Whether any list or table of the file has the package.
fn is_present(root: &Table, package: &str) -> bool {
    let lists = ["dependencies", "dev-dependencies"];
    let of_groups: [&[&str]; 4] = [
        &["dependency-groups"],
        &["project", "optional-dependencies"],
        &["tool", "pdm", "dev-dependencies"],
        &["tool", "poetry", "group"],
    ];
    let tables: [&[&str]; 3] = [&["project"], &["tool", "uv"], &["tool", "poetry"]];
    let direct = tables
        .iter()
        .flat_map(|path| lists.map(|list| at(root, &[path, [list].as_slice()].concat())));
    let grouped = of_groups.iter().flat_map(|path| {
        let table = at(root, path).and_then(Item::as_table_like);
        table.into_iter().flat_map(TableLike::iter)
    });
    let grouped = grouped.map(|(_, it)| {
        let poetry = it.as_table_like().and_then(|it| it.get("dependencies"));
        Some(poetry.unwrap_or(it))
    });
    direct
        .chain(grouped)
        .flatten()
        .any(|it| lists_it(it, package))
}

/// Whether an array of requirements, or a table by name, has the package.
fn lists_it(item: &Item, package: &str) -> bool {
    if let Some(array) = item.as_array() {
        let mut names = array.iter().filter_map(|it| name(it.as_str()?));
        return names.any(|it| is_same(it, package));
    }
    let table = item.as_table_like();
    table.is_some_and(|it| it.iter().any(|(key, _)| is_same(key, package)))
}

/// The requirement, with a condition where the project runs on a Python that is too old for it.
fn requirement(root: &Table, dependency: &Dependency) -> String {
    let requirement = dependency.requirement();
    if admits_older(root) {
        format!("\"{requirement}; python_version >= '3.{OLDEST}'\"")
    } else {
        format!("\"{requirement}\"")
    }
}

/// The same as Poetry writes it.
fn poetry_entry(root: &Table, dependency: &Dependency) -> String {
    let Dependency { name, range, .. } = dependency;
    if admits_older(root) {
        let marker = format!("python_version >= '3.{OLDEST}'");
        format!("{name} = {{ version = \"{range}\", markers = \"{marker}\" }}")
    } else {
        format!("{name} = \"{range}\"")
    }
}

/// Whether the project says that it runs on a Python older than the package has.
fn admits_older(root: &Table) -> bool {
    let python = at(root, &["project", "requires-python"])
        .or_else(|| at(root, &["tool", "poetry", "dependencies", "python"]));
    let Some(range) = python.and_then(Item::as_str) else {
        return false;
    };
    let bound = range.split(',').find_map(|it| {
        let it = it.trim().trim_start_matches(['>', '=', '^', '~']);
        let minor = it.trim().strip_prefix("3.")?;
        let digits = minor.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<u32>().ok()
    });
    bound.is_none_or(|it| it < OLDEST)
}

/// Adds an element to an array, on a line of its own where the last one has one.
fn push(text: &str, array: &Array, element: &str) -> Option<Vec<Edit>> {
    let span = array.span()?;
    let close = span.end.checked_sub(1)?;
    let Some(last) = array.iter().last() else {
        let inside = text.get(span.start + 1..close)?;
        let is_blank = inside.trim().is_empty();
        return is_blank.then(|| vec![Edit::insert(span.start + 1, element)]);
    };
    let last = last.span()?;
    let tail = text.get(last.end..close)?;
    let before = text.get(..last.start)?;
    let line = before.rsplit('\n').next()?;
    let has_comma = tail.trim_start().starts_with(',');
    let comma = if has_comma { tail.find(',')? + 1 } else { 0 };
    let mut edits = Vec::new();
    if !has_comma {
        edits.push(Edit::insert(last.end, ","));
    }
    let trailing = if has_comma { "," } else { "" };
    if line.trim().is_empty() {
        let rest = tail.get(comma..)?;
        let line_end_at = rest.find('\n').and_then(|it| rest.get(..it));
        let end = line_end_at.map_or(0, |it| it.trim_end().len());
        let content = format!("{}{line}{element}{trailing}", line_end(text));
        edits.push(Edit::insert(last.end + comma + end, content));
    } else {
        let content = format!(" {element}{trailing}");
        edits.push(Edit::insert(last.end + comma, content));
    }
    Some(edits)
}

/// Adds a line to a table, after its last entry.
fn insert(text: &str, table: &Table, entry: &str) -> Option<Vec<Edit>> {
    let ends = table.iter().map(|(_, it)| match it {
        Item::Value(value) => value.span().map(|span| span.end),
        Item::None | Item::Table(_) | Item::ArrayOfTables(_) => None,
    });
    let last = ends.flatten().max()?;
    let rest = text.get(last..)?;
    let end = rest.find('\n').map_or(rest.len(), |it| it);
    let end = rest.get(..end)?.trim_end_matches('\r').len();
    Some(vec![Edit::insert(
        last + end,
        format!("{}{entry}", line_end(text)),
    )])
}

/// `text` with one more of the packages that Setuptools builds; `None` when it is there already.
pub(super) fn list(text: &str, package: &str) -> Result<Option<String>, Unedited> {
    let document = Document::parse(text).or(Err(Unedited::Form))?;
    let packages = at(document.as_table(), &["tool", "setuptools", "packages"]);
    let array = packages.and_then(Item::as_array).ok_or(Unedited::Form)?;
    if array.iter().any(|it| it.as_str() == Some(package)) {
        return Ok(None);
    }
    let edits = push(text, array, &format!("\"{package}\"")).ok_or(Unedited::Form)?;
    let after = text::apply(text, &edits).or(Err(Unedited::Form))?;
    let added = added(document.as_table(), &after).ok_or(Unedited::Form)?;
    if added.values().eq([&format!("\"{package}")]) {
        Ok(Some(after))
    } else {
        Err(Unedited::Form)
    }
}

/// Whether `after` says what `before` says, with one entry more that names `package`.
fn is_twin(before: &Table, after: &str, package: &str) -> bool {
    let Some(new) = added(before, after) else {
        return false;
    };
    let is_one = new.len() == 1 || new.keys().all(|it| it.contains(package));
    is_one && Document::parse(after).is_ok_and(|it| is_present(it.as_table(), package))
}

/// What `after` says more than `before`; `None` when it does not say all that `before` says.
fn added(before: &Table, after: &str) -> Option<BTreeMap<String, String>> {
    let after = Document::parse(after).ok()?;
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    flatten(before, "", &mut old);
    flatten(after.as_table(), "", &mut new);
    let kept = old.iter().all(|(path, value)| new.get(path) == Some(value));
    new.retain(|path, _| !old.contains_key(path));
    kept.then_some(new)
}

/// Every value below a table, by its path.
fn flatten(table: &dyn TableLike, path: &str, found: &mut BTreeMap<String, String>) {
    for (key, item) in table.iter() {
        let path = format!("{path}\n{}", key.escape_debug());
        match item {
            Item::None => {}
            Item::Value(value) => flatten_value(value, path, found),
            Item::Table(inner) => {
                flatten(inner, &path, found);
                found.insert(path, "table".to_owned());
            }
            Item::ArrayOfTables(tables) => {
                for (number, inner) in tables.iter().enumerate() {
                    flatten(inner, &format!("{path}\n{number}"), found);
                }
            }
        }
    }
}

fn flatten_value(value: &Value, path: String, found: &mut BTreeMap<String, String>) {
    let text = match value {
        Value::String(it) => format!("\"{}", it.value()),
        Value::Integer(it) => it.value().to_string(),
        Value::Float(it) => it.value().to_string(),
        Value::Boolean(it) => it.value().to_string(),
        Value::Datetime(it) => it.value().to_string(),
        Value::Array(array) => {
            for (number, inner) in array.iter().enumerate() {
                flatten_value(inner, format!("{path}\n{number}"), found);
            }
            return;
        }
        Value::InlineTable(inner) => {
            flatten(inner, &path, found);
            return;
        }
    };
    found.insert(path, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AGE: Dependency = Dependency {
        name: "pyrage",
        range: ">=1.2,<2",
        who: Who::Developers,
    };

    fn added(text: &str) -> String {
        add(text, &AGE).unwrap().unwrap()
    }

    #[test]
    fn what_every_program_needs_is_not_left_to_developers() {
        let sdk = Dependency {
            name: "boto3",
            range: ">=1",
            who: Who::Everybody,
        };
        let text = "[project]\ndependencies = ['a']\n\n[dependency-groups]\ndev = ['boto3']\n";
        let wanted = text.replace("['a']", "['a', \"boto3>=1\"]");
        assert_eq!(add(text, &sdk), Ok(Some(wanted.clone())));
        assert_eq!(add(&wanted, &sdk), Ok(None));
        let groups = "[dependency-groups]\ndev = []\n";
        assert_eq!(add(groups, &sdk), Err(Unedited::Form));
    }

    #[test]
    fn an_array_is_added_to_as_it_is_written() {
        for (before, wanted) in [
            ("[]", "[\"pyrage>=1.2,<2\"]"),
            ("['a']", "['a', \"pyrage>=1.2,<2\"]"),
            ("['a', ]", "['a', \"pyrage>=1.2,<2\", ]"),
            (
                "[\n    'a', # why\n    'b' # this\n]",
                "[\n    'a', # why\n    'b', # this\n    \"pyrage>=1.2,<2\"\n]",
            ),
            (
                "[\r\n\t'a',\r\n\t'b', # this\r\n]",
                "[\r\n\t'a',\r\n\t'b', # this\r\n\t\"pyrage>=1.2,<2\",\r\n]",
            ),
            (
                "[\n  'a',\n  'b']",
                "[\n  'a',\n  'b',\n  \"pyrage>=1.2,<2\"]",
            ),
        ] {
            let end = if before.contains('\r') { "\r\n" } else { "\n" };
            let around = |it| format!("[project]{end}name = 'x'{end}dependencies = {it}{end}x = 1");
            let after = added(&around(before));
            assert_eq!(after, around(wanted));
            assert_eq!(add(&after, &AGE), Ok(None));
        }
    }

    #[test]
    fn what_developers_install_comes_first() {
        let after = added("[project]\ndependencies = []\n[dependency-groups]\ndev = ['a']\n");
        assert!(after.contains("dev = ['a', \"pyrage>=1.2,<2\"]"), "{after}");
        let in_table = added(
            "[tool.poetry.dependencies]\npython = '^3.11'\n\n[tool.poetry.group.dev.dependencies]\nb = '1' # x\n\n[x]\n",
        );
        let wanted = "b = '1' # x\npyrage = \">=1.2,<2\"\n\n[x]\n";
        assert!(in_table.ends_with(wanted), "{in_table}");
    }

    #[test]
    fn a_table_of_poetry_is_added_to() {
        let after = added("[tool.poetry.dependencies]\npython = '^3.8'\na = {version = '1'}");
        let wanted = "a = {version = '1'}\npyrage = { version = \">=1.2,<2\", markers = \"python_version >= '3.9'\" }";
        assert!(after.ends_with(wanted), "{after}");
        assert_eq!(add(&after, &AGE), Ok(None));
    }

    #[test]
    fn an_older_python_gets_a_condition() {
        for (range, older) in [
            (">=3.9", false),
            (">=3.8", true),
            ("~=3.12", false),
            ("^3.10,<4", false),
            (">=2.7", true),
            ("<4,>=3.11", false),
            ("*", true),
        ] {
            let text = format!("[project]\nrequires-python = '{range}'\ndependencies = []\n");
            assert_eq!(added(&text).contains("python_version"), older, "{range}");
        }
    }

    #[test]
    fn what_is_there_anywhere_is_not_added() {
        for text in [
            "[project]\ndependencies = ['PyRage[x]>1']\n",
            "[project.optional-dependencies]\ndev = ['pyrage']\n[project]\ndependencies = []\n",
            "[dependency-groups]\ntest = ['pyrage']\n[project]\ndependencies = []\n",
            "[tool.poetry.group.test.dependencies]\npyrage = '*'\n",
        ] {
            assert_eq!(add(text, &AGE), Ok(None), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_added_to_stays() {
        let dynamic = "[project]\ndynamic = ['dependencies']\n";
        assert_eq!(add(dynamic, &AGE), Err(Unedited::Dynamic));
        for text in [
            "[project]\nname = 'x'\n",
            "x = [\n",
            "[project]\ndependencies = [ # x\n]\n",
        ] {
            assert_eq!(add(text, &AGE), Err(Unedited::Form), "{text}");
        }
        assert!(!is_manifest("[tool.ruff]\nline-length = 100\n"));
    }

    proptest! {
        #[test]
        fn whatever_is_there_stays(
            names in proptest::collection::vec("[a-z]{1,6}", 0..5),
            lines in any::<bool>(),
            comma in any::<bool>(),
            comment in prop_oneof![Just(""), Just(" # x, y"), Just(" # ]")],
            end in prop_oneof![Just("\n"), Just("\r\n")],
        ) {
            let glue = if lines { format!(",{comment}{end}  ") } else { ", ".to_owned() };
            let quoted: Vec<String> = names.iter().map(|it| format!("'{it}'")).collect();
            let last = if comma && !names.is_empty() { "," } else { "" };
            let (open, close) = if lines {
                (format!("{end}  "), format!("{last}{comment}{end}"))
            } else {
                (String::new(), last.to_owned())
            };
            let inside = format!("{open}{}{close}", quoted.join(&glue));
            let text = format!("[project]{end}dependencies = [{inside}]{end}[tool.x]{end}y = 1{end}");
            let Ok(Some(after)) = add(&text, &AGE) else {
                return Ok(());
            };
            prop_assert_eq!(add(&after, &AGE), Ok(None));
            // Only ever adds: the text before is what is left when characters are taken out.
            let mut rest = after.chars();
            prop_assert!(text.chars().all(|c| rest.any(|it| it == c)));
            let bare = after.replace("\r\n", "");
            prop_assert!(end == "\n" || !bare.contains('\n'));
        }
    }
}
