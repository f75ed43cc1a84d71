//! `SECRETS.md`, the guide to the secrets of a project: names and places, never values.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value, context};

use super::page::line_end;
use super::{Desk, Fact, HintKind, Need, Unedited, WriteGuide, manifest};
use crate::fix::ContentHash;
use crate::fix::package::text;
use crate::lang::Family;
use crate::secret::SecretName;
use crate::secret::StoreKind;

/// Where it lies: next to `README.md` and `SECURITY.md`, where people look, and not in `docs/`,
/// which may be what a site is built from.
const FILE: &str = "SECRETS.md";

const TEMPLATE: &str = include_str!("../../../fix_templates/guide/SECRETS.md");

/// What the first line starts with; a hash of the others follows.
const MARK: &str = "<!-- Written by shield, ";

/// What the first line ends with.
const OWNER: &str = ". Once changed it is yours: shield leaves it alone then. -->";

/// How many files are named for one secret.
const MAX_FILES: usize = 8;

/// One secret, as the guide tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    name: String,
    variable: String,
    files: BTreeSet<String>,
    need: Need,
}

/// Writes the guide, or adds to the one that nobody has changed.
pub(super) fn add(desk: &mut Desk<'_>) {
    let path = desk.root.join(FILE);
    let stores = desk.facts.iter().any(|it| it.need == Need::Stored);
    let is_wanted = match desk.wishes.guide {
        WriteGuide::Always => true,
        WriteGuide::WhenStored => stores || text(&path).is_some_and(|it| is_ours(&it)),
        WriteGuide::Never => false,
    };
    let Some(fact) = desk.facts.first().filter(|_| is_wanted) else {
        return;
    };
    let shown = fact.shown(&path);
    let (facts, root, backend) = (desk.facts, desk.root, desk.wishes.backend);
    let app = manifest::app(root);
    let title = "say which secrets there are, and how to set up, rotate and undo".to_owned();
    let reason = match desk.pages.open(&path, || shown.clone()) {
        Ok(None) => {
            let rows = merge(Vec::new(), facts, root);
            if let Some(made) = render(&rows, &families(&rows, facts), (backend, &app)) {
                desk.pages.make(path, shown, made, title);
            }
            return;
        }
        Ok(Some(page)) if !is_ours(&page.text) => Unedited::Yours,
        Ok(Some(page)) => {
            let rows = merge(parse(&page.text), facts, root);
            let backend = told(&page.text).unwrap_or(backend);
            let after = render(&rows, &families(&rows, facts), (backend, &app));
            let after = after.map(|it| it.replace('\n', line_end(&page.text)));
            if let Some(after) = after.filter(|it| *it != page.text) {
                page.set(after, title);
            }
            return;
        }
        Err(reason) => reason,
    };
    let known = text(&path).unwrap_or_default();
    let names = facts.iter().map(|it| it.name.to_string());
    let lines: BTreeSet<String> = names.filter(|it| !known.contains(it.as_str())).collect();
    if !lines.is_empty() {
        let lines = lines.into_iter().collect();
        desk.hint(shown, HintKind::ByHand { reason, lines });
    }
}

/// Whether nobody has changed the guide since shield wrote it.
fn is_ours(text: &str) -> bool {
    let text = text.replace("\r\n", "\n");
    text.split_once('\n')
        .is_some_and(|(first, rest)| first == head(rest))
}

/// The first line of a guide with that rest.
fn head(rest: &str) -> String {
    let hash = ContentHash::of(rest.as_bytes()).to_string();
    let short: String = hash.chars().take(16).collect();
    format!("{MARK}{short}{OWNER}")
}

/// `known` with what the code asks for now; by name.
fn merge(known: Vec<Row>, facts: &[Fact], root: &Path) -> Vec<Row> {
    let mut rows: BTreeMap<(String, String), Row> = known
        .into_iter()
        .map(|it| ((it.name.clone(), it.variable.clone()), it))
        .collect();
    for fact in facts {
        let key = (fact.name.to_string(), fact.variable.clone());
        let row = rows.entry(key.clone()).or_insert_with(|| Row {
            name: key.0,
            variable: key.1,
            files: BTreeSet::new(),
            need: fact.need,
        });
        row.need = row.need.max(fact.need);
        row.files
            .insert(plain(fact.file.strip_prefix(root).unwrap_or(&fact.file)));
    }
    rows.into_values().collect()
}

/// A path that cannot be taken for anything else in a table.
fn plain(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let keep = |it: char| {
        if it.is_alphanumeric() || " _-+@.,()[]/".contains(it) {
            it
        } else {
            '?'
        }
    };
    text.chars().map(keep).collect()
}

/// The languages that ask for secrets.
fn families(rows: &[Row], facts: &[Fact]) -> BTreeSet<&'static str> {
    let is_python = |it: &String| Path::new(it).extension().is_some_and(|it| it == "py");
    let files = rows.iter().flat_map(|it| &it.files);
    let of_files = files.map(|it| if is_python(it) { PYTHON } else { ECMASCRIPT });
    let of_facts = facts.iter().map(|it| match it.template.family {
        Family::Python => PYTHON,
        Family::EcmaScript => ECMASCRIPT,
    });
    of_files.chain(of_facts).collect()
}

const PYTHON: &str = "python";
const ECMASCRIPT: &str = "ecmascript";

/// The store that a guide tells of, beside the local one.
fn told(text: &str) -> Option<StoreKind> {
    let mut others = [StoreKind::Aws, StoreKind::Vault].into_iter();
    others.find(|it| text.contains(&format!("\n## {}", it.title())))
}

/// The guide with these rows, for a store and the app whose secrets it has; none without rows.
fn render(
    rows: &[Row],
    families: &BTreeSet<&'static str>,
    (backend, app): (StoreKind, &str),
) -> Option<String> {
    let lines: Vec<Value> = rows.iter().map(line).collect();
    let stored: Vec<&Row> = rows.iter().filter(|it| it.need == Need::Stored).collect();
    let names: Vec<String> = stored.iter().map(|it| format!("`{}`", it.name)).collect();
    let (python, ecmascript) = (families.contains(PYTHON), families.contains(ECMASCRIPT));
    let packages = [
        (python, "`pip install pyrage`"),
        (ecmascript, "`npm install --save-dev age-encryption`"),
    ];
    let packages = packages.iter().filter(|(wanted, _)| *wanted);
    let packages: Vec<&str> = packages.map(|(_, it)| *it).collect();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    let syntax = syntax.ok()?;
    let mut environment = Environment::new();
    environment.set_syntax(syntax);
    let values = context! {
        rows => lines,
        // One to a line: side by side, a name and another look like a name and its value.
        stored => names,
        stored_first => stored.first().map(|it| it.name.as_str()),
        install => packages.join(" and "),
        python,
        ecmascript,
        remote => backend != StoreKind::Local,
        aws => backend == StoreKind::Aws,
        vault => backend == StoreKind::Vault,
        app,
        store => backend.title(),
        anchor => backend.title().to_lowercase().replace(' ', "-"),
    };
    let rest = environment.render_str(TEMPLATE, values).ok()?;
    (!rows.is_empty()).then(|| format!("{}\n{rest}", head(&rest)))
}

fn line(row: &Row) -> Value {
    let mut files: Vec<String> = row.files.iter().map(|it| format!("`{it}`")).collect();
    if files.len() > MAX_FILES {
        files.truncate(MAX_FILES);
        files.push("and others".to_owned());
    }
    context! {
        name => row.name.as_str(),
        variable => row.variable.as_str(),
        files => files.join(", "),
        without => without(row.need),
    }
}

/// What the code does where the variable is not set.
fn without(need: Need) -> &'static str {
    match need {
        Need::Optional => "the code goes on without it",
        Need::Stored => "the code reads the store, and in production it stops",
        Need::Required => "the code stops",
    }
}

/// The rows of a guide that nobody has changed.
fn parse(text: &str) -> Vec<Row> {
    text.lines().filter_map(parse_row).collect()
}

fn parse_row(line: &str) -> Option<Row> {
    let inner = line.strip_prefix("| `")?.strip_suffix(" |")?;
    let mut cells = inner.split(" | ");
    let name = cells.next()?.strip_suffix('`')?;
    let variable = cells.next()?.trim_matches('`');
    let files = cells.next()?.split(", ").filter_map(|it| {
        let file = it.strip_prefix('`')?.strip_suffix('`')?;
        Some(plain(Path::new(file)))
    });
    let without_it = cells.next()?;
    let needs = [Need::Optional, Need::Stored, Need::Required];
    let need = needs.into_iter().find(|it| without(*it) == without_it)?;
    let is_name = SecretName::of(name).is_some_and(|it| it.as_str() == name);
    (is_name && super::fact::is_variable(variable)).then(|| Row {
        name: name.to_owned(),
        variable: variable.to_owned(),
        files: files.collect(),
        need,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::template::Flavor;
    use crate::fix::template::Template;

    fn row(name: &str, files: &[&str], need: Need) -> Row {
        Row {
            name: name.to_owned(),
            variable: SecretName::of(name).unwrap().variable(),
            files: files.iter().map(|it| (*it).to_owned()).collect(),
            need,
        }
    }

    fn rows() -> Vec<Row> {
        vec![
            row("database/url", &["shop/a.py", "shop/b.py"], Need::Required),
            row("smtp-password", &["mail, old/(x)/send.py"], Need::Optional),
            row("stripe-key", &["shop/a.py"], Need::Stored),
        ]
    }

    fn guide(families: &[&'static str], rows: &[Row]) -> String {
        guide_for(StoreKind::Local, families, rows)
    }

    fn guide_for(backend: StoreKind, families: &[&'static str], rows: &[Row]) -> String {
        render(
            rows,
            &families.iter().copied().collect(),
            (backend, "my-app"),
        )
        .unwrap()
    }

    #[test]
    fn a_guide_tells_of_the_store_that_was_chosen_and_of_no_other() {
        let aws = guide_for(StoreKind::Aws, &[PYTHON], &rows());
        assert!(!aws.contains("VAULT_") && !aws.contains("vault "), "{aws}");
        assert_eq!(told(&aws), Some(StoreKind::Aws));
        insta::assert_snapshot!("guide-aws", aws);
        let vault = guide_for(StoreKind::Vault, &[PYTHON], &rows());
        assert!(
            !vault.contains("AWS") && !vault.contains("boto3"),
            "{vault}"
        );
        assert_eq!(told(&vault), Some(StoreKind::Vault));
        insta::assert_snapshot!("guide-vault", vault);
        assert_eq!(told(&guide(&[PYTHON], &rows())), None);
    }

    #[test]
    fn a_guide_tells_of_a_store_in_the_words_of_each_language() {
        for (backend, name) in [
            (StoreKind::Aws, "guide-aws-ecmascript"),
            (StoreKind::Vault, "guide-vault-ecmascript"),
        ] {
            let guide = guide_for(backend, &[ECMASCRIPT], &rows());
            for other in ["get_secret", "boto3", "Django", "import psycopg"] {
                assert!(!guide.contains(other), "{other}: {guide}");
            }
            insta::assert_snapshot!(name, guide);
        }
        let python = guide_for(StoreKind::Aws, &[PYTHON], &rows());
        assert!(!python.contains("Node") && !python.contains("getSecret"));
    }

    #[test]
    fn the_guide_of_a_project_with_a_store_tells_everything() {
        insta::assert_snapshot!("guide-python", guide(&[PYTHON], &rows()));
    }

    #[test]
    fn the_guide_of_a_project_without_a_store_tells_nothing_of_one() {
        let guide = guide(&[ECMASCRIPT], &rows()[..1]);
        assert!(!guide.contains(".shield/"), "{guide}");
        insta::assert_snapshot!("guide-ecmascript", guide);
    }

    #[test]
    fn a_guide_says_of_itself_whether_it_was_changed() {
        let guide = guide(&[PYTHON, ECMASCRIPT], &rows());
        assert!(is_ours(&guide) && is_ours(&guide.replace('\n', "\r\n")));
        assert!(!is_ours(&format!("{guide}\n")));
        assert!(!is_ours(&guide.replacen("Secrets", "secrets", 1)));
        assert!(!is_ours("# Secrets\n") && !is_ours(""));
    }

    #[test]
    fn what_a_guide_says_can_be_read_again() {
        let mut wanted = rows();
        // A comma in a path cannot be told from one between paths.
        wanted[1].files = BTreeSet::new();
        let mut read = parse(&guide(&[PYTHON], &rows()));
        read[1].files = BTreeSet::new();
        assert_eq!(read, wanted);
    }

    #[test]
    fn a_guide_that_is_added_to_keeps_what_it_says() {
        let fact = |name: &str, file: &str, need| Fact {
            name: SecretName::of(name).unwrap(),
            variable: SecretName::of(name).unwrap().variable(),
            need,
            file: Path::new("/p").join(file),
            path: file.into(),
            wrapper: Path::new("/p/wrapper").to_owned(),
            template: Template::of(Flavor::Python),
            listing: None,
        };
        let facts = [
            fact("stripe-key", "shop/b.py", Need::Optional),
            fact("github-token", "shop/b.py", Need::Required),
        ];
        let known = parse(&guide(&[PYTHON], &rows()));
        let merged = merge(known.clone(), &facts, Path::new("/p"));
        assert_eq!(merged.len(), 4);
        let kept = known.iter().filter(|it| it.name != "stripe-key");
        assert!(kept.clone().all(|it| merged.contains(it)), "{merged:?}");
        let both = row("stripe-key", &["shop/a.py", "shop/b.py"], Need::Stored);
        assert!(merged.contains(&both), "{merged:?}");
        assert_eq!(merge(merged.clone(), &facts, Path::new("/p")), merged);
    }

    #[test]
    fn a_path_is_nothing_but_a_path() {
        assert_eq!(plain(Path::new("a|b`c\n<d>/[id].ts")), "a?b?c??d?/[id].ts");
    }
}
