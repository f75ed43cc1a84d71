//! Packages of Python that take a plain text and nothing that is like one.
//!
//! What the wrapper returns is a `str` that does not show itself, a class of its own. A few packages
//! look at the class. Asyncpg and oracledb refuse it as a password; orjson and ormsgpack as a key,
//! and wherever `OPT_PASSTHROUGH_SUBCLASS` is set; bencode, marshal, msgspec, xmlrpc and what is
//! packed with `strict_types` altogether. Jsonpickle and YAML get it as an object of Python or not at
//! all, and toml and dicttoxml write it down as a list of letters. Where a project names one of them,
//! reads ask for a plain text.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::gate;
use super::project::Project;
use crate::lang::Family;
use crate::lang::Language;
use crate::source;
use crate::source::SourceRef;

/// How imports, manifests, addresses of databases and calls name the packages, and those that use
/// them. Each was tried.
const WORDS: [&str; 19] = [
    "asyncpg",
    "bencode",
    "databases[postgres",
    "dicttoxml",
    "from marshal import",
    "jsonpickle",
    "marshal.dump",
    "msgspec",
    "oracledb",
    "orjson",
    "ormsgpack",
    "piccolo",
    "ruamel",
    "safe_dump",
    "strict_types",
    "toml.dump",
    "tortoise",
    "xmlrpc.client",
    "yaml.dump",
];

/// Finds the words in one pass.
static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(WORDS).ok());

/// What files end in that name packages or databases, besides those of Python.
const SETTINGS: [&str; 9] = [
    "toml", "txt", "in", "cfg", "ini", "yaml", "yml", "env", "example",
];

/// Files without such an end.
const NAMES: [&str; 2] = ["Pipfile", ".env"];

/// Whether what a file in `language` reads must be a plain text.
pub(super) fn is_wanted(project: &Project<'_>, language: Language) -> bool {
    language.family() == Family::Python && *project.plain.get_or_init(|| has_one(project))
}

/// Whether a file of `project` has one of the words.
fn has_one(project: &Project<'_>) -> bool {
    project
        .sources()
        .par_iter()
        .filter(|it| may_name(it))
        .map_init(Vec::new, |buffer, at| has_word(at, buffer))
        .any(|it| it)
}

fn may_name(at: &SourceRef) -> bool {
    let extension = at.path.extension().unwrap_or_default();
    let name = at.path.file_name().unwrap_or_default();
    let is_code = Language::of_path(&at.path).is_some_and(|it| it.family() == Family::Python);
    is_code || SETTINGS.contains(&extension) || NAMES.iter().any(|it| name.starts_with(it))
}

fn has_word(at: &SourceRef, buffer: &mut Vec<u8>) -> bool {
    let loaded = source::load(at, gate::MAX_SIZE, buffer);
    let Ok(Some(source)) = loaded else {
        return false;
    };
    let finder = FINDER.as_ref();
    finder.is_some_and(|it| it.is_match(&*source.text))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write as _;

    use super::*;

    fn is_wanted_with(file: &str, text: &str, language: Language) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let mut made = File::create(folder.path().join(file)).unwrap();
        made.write_all(text.as_bytes()).unwrap();
        is_wanted(&Project::new(folder.path()), language)
    }

    #[test]
    fn a_project_knows_a_package_by_imports_manifests_and_addresses() {
        for (file, text) in [
            ("db.py", "import asyncpg\n"),
            ("settings.py", "print(yaml.safe_dump(SETTINGS))\n"),
            ("requirements.txt", "asyncpg>=0.29\n"),
            ("pyproject.toml", "dependencies = ['asyncpg']\n"),
            ("Pipfile", "asyncpg = '*'\n"),
            ("requirements.in", "orjson\n"),
            ("queue.py", "msgpack.packb(JOB, strict_types=True)\n"),
            ("config.py", "import toml\n\ntoml.dump(SETTINGS, file)\n"),
            (".env.example", "DATABASE_URL=postgresql+asyncpg://db/app\n"),
        ] {
            assert!(is_wanted_with(file, text, Language::Python), "{file}");
        }
        for (file, text) in [
            ("db.py", "import psycopg\n"),
            ("forms.py", "from flask_restful import marshal\n"),
            ("notes.md", "asyncpg\n"),
        ] {
            assert!(!is_wanted_with(file, text, Language::Python), "{file}");
        }
    }

    #[test]
    fn other_languages_have_one_kind_of_text() {
        let import = "import asyncpg\n";
        assert!(!is_wanted_with("db.py", import, Language::JavaScript));
    }
}
