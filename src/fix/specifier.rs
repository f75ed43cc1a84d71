//! Where the wrapper of a file of JavaScript or TypeScript lies, and how the file names it.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::package::Package;
use super::template::Flavor;
use super::tsconfig::Resolution;
use crate::lang::Language;
use crate::lang::ModuleKind;

/// Folders of programs that run by themselves.
const SCRIPTS: [&str; 5] = ["bin", "cli", "scripts", "tasks", "tools"];

/// The form of wrapper that a file of a package needs, and how the file is loaded.
pub(super) fn flavor(
    extension: &str,
    language: Language,
    package: &Package,
) -> (Flavor, ModuleKind) {
    if matches!(language, Language::TypeScript | Language::Tsx) {
        return (Flavor::TypeScript, ModuleKind::EcmaScript);
    }
    // Next to TypeScript, `shield-secrets.js` may be what TypeScript makes.
    let is_typed = package.typescript.is_some();
    match extension {
        "mjs" if package.is_module && !is_typed => (Flavor::Module, ModuleKind::EcmaScript),
        "mjs" => (Flavor::ModuleMjs, ModuleKind::EcmaScript),
        "cjs" if package.is_module || is_typed => (Flavor::CommonJsCjs, ModuleKind::CommonJs),
        "cjs" => (Flavor::CommonJs, ModuleKind::CommonJs),
        _ if package.is_module && is_typed => (Flavor::ModuleMjs, ModuleKind::EcmaScript),
        _ if package.is_module => (Flavor::Module, ModuleKind::EcmaScript),
        _ if is_typed => (Flavor::CommonJsCjs, ModuleKind::Unknown),
        _ => (Flavor::CommonJs, ModuleKind::Unknown),
    }
}

/// What an import of the wrapper ends in; `None` for the name of the file as it is.
pub(super) fn extension_of(
    flavor: Flavor,
    style: &Style,
    package: &Package,
    extension: &str,
) -> Option<&'static str> {
    match flavor {
        Flavor::Python | Flavor::Module | Flavor::ModuleMjs | Flavor::CommonJsCjs => None,
        Flavor::TypeScript => Some(match style.extension {
            Some(known) => known,
            None if resolves_like_node(package) || extension == "mts" => ".js",
            None => "",
        }),
        Flavor::CommonJs => Some(match style.extension {
            Some(known) => known,
            None if style.is_module => ".js",
            None => "",
        }),
    }
}

/// Whether TypeScript resolves the imports of a package as Node does.
fn resolves_like_node(package: &Package) -> bool {
    let typescript = package.typescript.as_ref();
    typescript.is_some_and(|it| it.resolution() == Resolution::Node)
}

/// The folder of `package` that the wrapper for `file` goes to.
///
/// That is `src`, or the folder that holds all that is compiled, else that of the package. What
/// lies beside `src`, and scripts, may be carried elsewhere without the rest, as images of
/// containers do: where such a folder asks for nothing in `src`, it gets a wrapper of its own.
pub(super) fn folder(file: &Path, style: &Style, package: &Package) -> PathBuf {
    let root = &package.root;
    let source = root.join("src");
    let has_source = fs::symlink_metadata(&source).is_ok_and(|it| it.is_dir());
    if has_source && file.starts_with(&source) {
        return source;
    }
    let below = file.strip_prefix(root).unwrap_or(Path::new(""));
    let mut parts = below.components();
    let first = parts.next();
    let top = first.filter(|_| parts.next().is_some());
    let folders = parts.count() + usize::from(top.is_some());
    let from_source = style.imports.iter().any(|it| it.contains("./src/"));
    if has_source {
        return match top {
            _ if from_source => source,
            Some(top) => root.join(top),
            None => root.clone(),
        };
    }
    if let Some(top) = top
        && SCRIPTS.iter().any(|it| top.as_os_str() == *it)
        && !style.imports.iter().any(|it| climbs(it, folders))
    {
        return root.join(top);
    }
    let compiled = package.typescript.as_ref().and_then(|it| it.root_of(file));
    let compiled = compiled.filter(|it| it.starts_with(root));
    compiled.unwrap_or(root).to_owned()
}

/// Whether a relative import leaves the topmost of so many folders around its file.
fn climbs(import: &str, folders: usize) -> bool {
    import.split('/').filter(|it| *it == "..").count() >= folders
}

/// An import of a file by its place.
static RELATIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?m)(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)["'](\.{1,2}/[^"'\n]*)["']"#)
        .ok()
});

/// What only a module has.
static STATEMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?m)^\s*import\b[^(]*?["']|^\s*export\b"#).ok());

/// How a file writes its imports.
pub(super) struct Style {
    /// What its relative imports end in.
    extension: Option<&'static str>,
    /// Whether it has import statements.
    is_module: bool,
    /// Its relative imports.
    imports: Vec<String>,
}

impl Style {
    pub(super) fn of(text: &str) -> Self {
        let imports: Vec<String> = RELATIVE
            .iter()
            .flat_map(|it| it.captures_iter(text))
            .filter_map(|it| Some(it.get(1)?.as_str().to_owned()))
            .collect();
        Self {
            extension: imports.first().and_then(|it| ending(it)),
            is_module: STATEMENT.as_ref().is_some_and(|it| it.is_match(text)),
            imports,
        }
    }
}

/// What a path in an import ends in, where that tells what others should end in.
fn ending(path: &str) -> Option<&'static str> {
    let copied = [".js", ".ts"];
    let other = [".json", ".mjs", ".cjs", ".css", ".jsx", ".tsx"];
    match copied.iter().find(|it| path.ends_with(**it)) {
        Some(known) => Some(known),
        None if other.iter().any(|it| path.ends_with(it)) => None,
        None => Some(""),
    }
}

/// The way from the folder `from` to the file `name` in the folder `to`, as imports write it.
pub(super) fn relative(from: &Path, to: &Path, name: &str) -> String {
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut path = match from.len() - shared {
        0 => "./".to_owned(),
        up => "../".repeat(up),
    };
    for folder in to.iter().skip(shared) {
        path.push_str(&folder.as_os_str().to_string_lossy());
        path.push('/');
    }
    path + name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_are_relative_to_the_file() {
        let path = |from, to| relative(Path::new(from), Path::new(to), "x");
        assert_eq!(path("/p", "/p"), "./x");
        assert_eq!(path("/p/config/env", "/p/src"), "../../src/x");
        assert_eq!(path("/p/src/a", "/p/src"), "../x");
        assert_eq!(path("/p", "/p/src"), "./src/x");
    }

    #[test]
    fn extensions_are_copied_from_other_imports() {
        let ending = |text| Style::of(text).extension;
        assert_eq!(ending("import a from './a.js';"), Some(".js"));
        assert_eq!(ending("const a = require(\"../a\")"), Some(""));
        assert_eq!(ending("import './a.css';"), None);
        assert_eq!(ending("import a from 'a';"), None);
        assert!(Style::of("import a from 'a';").is_module);
        assert!(!Style::of("const a = import('a');").is_module);
    }

    #[test]
    fn an_import_that_leaves_a_folder_is_known() {
        assert!(climbs("../lib/x", 1));
        assert!(!climbs("./lib/x", 1));
        assert!(!climbs("../x", 2));
        assert!(climbs("../../x", 2));
    }
}
