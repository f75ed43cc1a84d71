//! Takes out what a file declared for its reads and needs no more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use regex::Regex;

use super::gate::Opened;
use super::home::Home;
use super::project::Project;
use super::{Fix, Options, TidyImports};
use crate::detect::Document;
use crate::lang::Family;
use crate::lang::Language;
use crate::lang::Obstacle;
use crate::text::Edit;

/// What becomes of names that a file declares for its reads, when no read is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tidy {
    /// They stay.
    #[default]
    Leave,
    /// They go where nothing else can need them.
    Wished,
    /// They must go, or the file does not compile any more.
    Needed,
}

/// Adds to the `imports` of a file the edits that take out what its `fixes` leave without a use.
pub(super) fn add(
    document: &Document<'_>,
    home: &Home,
    imports: &mut Vec<Edit>,
    fixes: &[Fix],
) -> Result<(), Obstacle> {
    if home.tidy == Tidy::Leave {
        return Ok(());
    }
    let Some((language, tree)) = document.tree() else {
        return Ok(());
    };
    let all = fixes.iter().flat_map(|it| &it.edits);
    let all: Vec<Edit> = all.cloned().collect();
    let mut unused: Vec<Option<Edit>> = language
        .unused(tree.root_node(), document.text, &all)
        .into_iter()
        .map(|it| it.removal)
        .collect();
    // A new import may have its place at the end of an old one.
    for removal in unused.iter_mut().flatten() {
        let own = removal.span;
        let inside = |it: &mut Edit| own.start < it.span.start && it.span.end < own.end;
        for import in imports.extract_if(.., inside) {
            let old = own.of(document.text).unwrap_or_default();
            let ending = if old.ends_with("\r\n") { "\r\n" } else { "\n" };
            let line = import.content.trim_start_matches(['\r', '\n']);
            let closed = line.ends_with('\n');
            removal.content.push_str(line);
            removal.content.push_str(if closed { "" } else { ending });
        }
    }
    // Nor can what another edit changes be taken out.
    let taken = |it: &Edit| {
        imports
            .iter()
            .chain(&all)
            .any(|other| other.span.overlaps(it.span))
    };
    for removal in &mut unused {
        removal.take_if(|it| taken(it));
    }
    if home.tidy == Tidy::Needed && unused.iter().any(Option::is_none) {
        return Err(Obstacle::UnsupportedForm);
    }
    let removals: Vec<Edit> = unused.into_iter().flatten().collect();
    close(document.text, imports, &removals);
    imports.extend(removals);
    Ok(())
}

/// Takes the empty line from above an import that nothing stands above any more.
fn close(text: &str, imports: &mut [Edit], removals: &[Edit]) {
    for import in imports {
        let mut start = import.span.start;
        while let Some(it) = removals
            .iter()
            .find(|it| it.span.end == start && !it.span.is_empty())
        {
            start = it.span.start;
        }
        let above = text.get(..start).unwrap_or_default();
        let is_open = above.is_empty() || above.ends_with("\n\n") || above.ends_with("\n\r\n");
        if start < import.span.start && is_open {
            import.content = import.content.trim_start_matches(['\r', '\n']).to_owned();
        }
    }
}

/// Which Python modules of a project give away what they import.
pub(super) struct Shared<'p> {
    project: &'p Project<'p>,
    /// Whether imports without a use are to go.
    is_wished: bool,
    files: OnceLock<Vec<(PathBuf, String)>>,
}

impl<'p> Shared<'p> {
    pub(super) fn new(project: &'p Project<'p>, options: &Options) -> Self {
        let is_wished = match options.wishes.tidy {
            TidyImports::Yes => true,
            TidyImports::No => false,
        };
        Self {
            project,
            is_wished,
            files: OnceLock::new(),
        }
    }

    /// What becomes of names in a file that no read is left for, when at least `tidy` is needed.
    pub(super) fn tidy(&self, opened: &Opened, tidy: Tidy) -> Tidy {
        let is_asked = || match opened.language.family() {
            Family::Python => self.is_asked(&opened.at.file),
            Family::EcmaScript => false,
        };
        if tidy == Tidy::Leave && self.is_wished && !is_asked() {
            Tidy::Wished
        } else {
            tidy
        }
    }

    /// Whether another file may ask the module in `file` for the names of the environment.
    fn is_asked(&self, file: &Path) -> bool {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        if stem == "__init__" || !stem.chars().all(|it| it.is_alphanumeric() || it == '_') {
            return true;
        }
        // `from settings import *`, `settings.os`, `patch.object(settings, "os")`, `as s`.
        let asked = format!(
            r#"\b{stem}\s+import\s*(?:\([^)]*|[^\n]*)(?:\*|\b(?:os|environ|getenv)\b)|\b{stem}\s*(?:\.\s*(?:os|environ|getenv)\b|,\s*["'](?:os|environ|getenv)["']|\s+as\s)"#
        );
        // What is imported by a text may be asked in any way; the key of a dictionary asks nobody.
        let loaded = format!(r#"["'][\w.]*\b{stem}["']|\.os\b|["']os["']\s*(?:[^:\s]|$)"#);
        let (Ok(asked), Ok(loaded)) = (Regex::new(&asked), Regex::new(&loaded)) else {
            return true;
        };
        let asks = |text: &str| {
            asked.is_match(text) || text.contains("import_module(") && loaded.is_match(text)
        };
        let others = self.files.get_or_init(|| texts(self.project)).iter();
        others
            .filter(|(path, _)| path != file)
            .any(|(_, text)| text.contains(&*stem) && asks(text))
    }
}

/// The Python files of `project`, with what is in them.
fn texts(project: &Project<'_>) -> Vec<(PathBuf, String)> {
    let python = project
        .sources()
        .iter()
        .filter(|it| Language::of_path(&it.path) == Some(Language::Python));
    let files: BTreeSet<&Path> = python.map(|it| &*it.file).collect();
    let text = |it: &Path| Some((it.to_owned(), fs::read_to_string(it).ok()?));
    files.into_iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_asked_for_its_imports_in_many_ways() {
        for (other, wanted) in [
            ("from .base import *\n", true),
            ("from shop.base import (\n    a,\n    os,\n)\n", true),
            ("patch(\"shop.base.os.environ\")\n", true),
            ("patch.object(base, 'os')\n", true),
            ("import shop.base as b\n", true),
            ("from .base import KEY\nimport os\n", false),
            ("from .database import *\n", false),
            ("import base\nbase.KEY\n", false),
            ("import_module(\"shop.base\").os\n", true),
            ("x = import_module(name)  # base\nx.os.environ\n", true),
            ("x = import_module(name)  # base\nx.KEY\n", false),
            ("x = import_module(name)  # base\nget(x, \"os\")\n", true),
            ("import_module(name)  # base\nabout = {\"os\": 1}\n", false),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path().canonicalize().unwrap();
            for (path, content) in [("base.py", "import os\n"), ("other.py", other)] {
                crate::seal::private::replace(&root.join(path), content.as_bytes()).unwrap();
            }
            let shared = Shared {
                project: &Project::new(&root),
                is_wished: true,
                files: OnceLock::new(),
            };
            assert_eq!(shared.is_asked(&root.join("base.py")), wanted, "{other}");
        }
    }
}
