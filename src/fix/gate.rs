//! Which files are rewritten at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use camino::Utf8Path;

use super::package::{Package, Runtime};
use super::template::TemplateFile;
use super::{Applicability, SkipReason, disk};
use crate::finding::Location;
use crate::lang::Family;
use crate::lang::Language;
use crate::lang::Obstacle;
use crate::risk::FileClass;
use crate::source;
use crate::source::Encoding;
use crate::source::Origin;
use crate::source::SourceRef;

/// Files above this size have no tree, and without one nothing is rewritten.
pub(super) const MAX_SIZE: u64 = 1024 * 1024;

/// Configuration whose values are put into what browsers are served.
const BUILD_CONFIG: [&str; 12] = [
    "astro.config",
    "gatsby-config",
    "next.config",
    "nuxt.config",
    "parcel.config",
    "quasar.config",
    "rollup.config",
    "rspack.config",
    "svelte.config",
    "vite.config",
    "vue.config",
    "webpack.config",
];

/// Folders that are served to browsers as they are.
const SERVED: [&str; 6] = ["assets", "public", "static", "webroot", "www", "wwwroot"];

/// Folders of a server, in a package that is otherwise built for browsers.
const SERVER: [&str; 5] = ["backend", "functions", "lambda", "netlify", "server"];

/// Folders of a server or of tools, when they lie at the top of such a package.
///
/// Deeper down, these words name the part of a page that talks to a server.
const TOP: [&str; 5] = ["api", "bin", "cli", "scripts", "tools"];

/// A file that may be rewritten.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) at: SourceRef,
    pub(super) language: Language,
    pub(super) text: String,
}

/// Where files may be rewritten.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds<'b> {
    /// The project, without links in its path.
    pub(super) root: &'b Path,
    /// The files that stay, because git does not have them as they are.
    pub(super) uncommitted: &'b BTreeSet<PathBuf>,
}

/// Opens the file of a finding, unless it is one that is never rewritten.
pub(super) fn open(location: &Location, bounds: Bounds<'_>) -> Result<Opened, SkipReason> {
    check_file(location)?;
    match location.class {
        FileClass::Code => {}
        FileClass::Test => return Err(SkipReason::TestCode),
        FileClass::Generated | FileClass::Vendored | FileClass::Lockfile => {
            return Err(SkipReason::GeneratedFile);
        }
        FileClass::Documentation => return Err(SkipReason::NoTemplate),
    }
    let language = Language::of_path(&location.path).ok_or(SkipReason::NoTemplate)?;
    if is_declaration(&location.path) {
        return Err(SkipReason::NoTemplate);
    }
    opened(open_text(location, bounds)?, language)
}

/// Reads a file that may be rewritten, as far as its name tells.
pub(super) fn read(
    path: &Utf8Path,
    file: &Path,
    class: FileClass,
    language: Language,
    root: &Path,
) -> Result<Opened, SkipReason> {
    opened(load(path, file, class, root)?, language)
}

/// A text that was read, unless it is the wrapper itself.
fn opened((at, text): (SourceRef, String), language: Language) -> Result<Opened, SkipReason> {
    if TemplateFile::is_wrapper(&text) {
        return Err(SkipReason::GeneratedFile);
    }
    Ok(Opened { at, language, text })
}

/// Fails when a finding lies in no file of its own, or in one that has a form of its own.
fn check_file(location: &Location) -> Result<(), SkipReason> {
    if !location.layers.archives.is_empty() {
        return Err(SkipReason::InArchive);
    }
    if source::notebook::is_notebook(&location.path) {
        return Err(SkipReason::InNotebook);
    }
    Ok(())
}

/// Opens the file of a finding as a text that can be written back.
pub(super) fn open_text(
    location: &Location,
    bounds: Bounds<'_>,
) -> Result<(SourceRef, String), SkipReason> {
    check_file(location)?;
    let (at, text) = load(&location.path, &location.file, location.class, bounds.root)?;
    if bounds.uncommitted.contains(&at.file) {
        return Err(SkipReason::Uncommitted);
    }
    Ok((at, text))
}

/// Reads a file of the project that is plain UTF-8 and not too large.
pub(super) fn load(
    path: &Utf8Path,
    file: &Path,
    class: FileClass,
    root: &Path,
) -> Result<(SourceRef, String), SkipReason> {
    let file = fs::canonicalize(file).or(Err(SkipReason::ChangedSinceScan))?;
    if !file.starts_with(root) {
        return Err(SkipReason::OutsideRepo);
    }
    let metadata = fs::metadata(&file).or(Err(SkipReason::ChangedSinceScan))?;
    if disk::links(&metadata) > 1 {
        return Err(SkipReason::HardLink);
    }
    let at = SourceRef {
        path: path.to_owned(),
        file,
        class,
        archives: Vec::new(),
        origin: Origin::File,
    };
    let mut buffer = Vec::new();
    let source = match source::load(&at, MAX_SIZE, &mut buffer) {
        Ok(Some(source)) => source,
        Ok(None) => return Err(SkipReason::NotUtf8),
        Err(_) if metadata.len() > MAX_SIZE => return Err(SkipReason::TooLarge),
        Err(_) => return Err(SkipReason::ChangedSinceScan),
    };
    if source.encoding != Encoding::Utf8 {
        return Err(SkipReason::NotUtf8);
    }
    let text = source.text.into_owned();
    Ok((at, text))
}

/// Whether a file declares types only.
fn is_declaration(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    [".d.ts", ".d.mts", ".d.cts"]
        .iter()
        .any(|it| name.ends_with(it))
}

/// How far rewrites of a file can be trusted, as its place in its package tells.
pub(super) fn trust(opened: &Opened, package: &Package) -> Result<Applicability, SkipReason> {
    match opened.language.family() {
        Family::Python => Ok(Applicability::Safe),
        Family::EcmaScript => trust_in_package(opened, package).map_err(SkipReason::Code),
    }
}

fn trust_in_package(opened: &Opened, package: &Package) -> Result<Applicability, Obstacle> {
    let file = &opened.at.file;
    let name = name_of(file);
    let stem = name.split_once('.').map_or(&*name, |(stem, _)| stem);
    if BUILD_CONFIG.iter().any(|it| name.starts_with(it)) {
        return Err(Obstacle::BuildTimeConfig);
    }
    if stem == "middleware" && package.uses("next") || package.runtime == Runtime::Worker {
        return Err(Obstacle::EdgeRuntime);
    }
    if package.runtime == Runtime::Deno {
        return Err(Obstacle::UnsupportedForm);
    }
    let folders = folders_below(file, &package.root);
    let is_in = |names: &[&str]| folders.iter().any(|it| names.contains(&&**it));
    let top = folders.first().map_or("", |it| it);
    let on_server =
        is_in(&SERVER) || TOP.contains(&top) || folders.is_empty() && SERVER.contains(&stem);
    let built_for_browsers = package.is_for_browsers() && !on_server;
    if built_for_browsers || is_in(&SERVED) || touches_page(&opened.text) {
        return Err(Obstacle::ClientCode);
    }
    let extension = file.extension().unwrap_or_default();
    let jsx = extension == "tsx" || extension == "jsx";
    // What TypeScript makes of the wrapper would be a module, which `require` may not load.
    if extension == "cts" && package.is_module {
        return Err(Obstacle::UnsupportedForm);
    }
    // Whether a component runs in browsers depends on who imports it, and the settings of a tool
    // may be read without the rest of the package.
    let is_settings = folders.is_empty() && name.contains(".config.");
    if jsx && !on_server && stem != "route" || is_settings {
        return Ok(Applicability::Unsafe);
    }
    Ok(Applicability::Safe)
}

/// Whether a script works on a page of a browser and on nothing of Node.
fn touches_page(text: &str) -> bool {
    let page = ["document.", "window.", "localStorage.", "navigator."];
    let node = ["require(", "process.", "node:", "module.exports"];
    page.iter().any(|it| has_word(text, it)) && !node.iter().any(|it| text.contains(it))
}

/// Whether `text` has `word` with nothing of a name before it.
fn has_word(text: &str, word: &str) -> bool {
    let part_of_name = |it: char| it.is_alphanumeric() || "_$.".contains(it);
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        !before.is_some_and(part_of_name)
    })
}

/// The name of a file.
fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The names of the folders between `root` and `file`.
fn folders_below(file: &Path, root: &Path) -> Vec<String> {
    let below: PathBuf = file.strip_prefix(root).unwrap_or(file).to_owned();
    let folders = below.parent().unwrap_or(Path::new(""));
    folders
        .components()
        .map(|it| it.as_os_str().to_string_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_of_a_page_is_told_from_one_of_node() {
        assert!(touches_page("document.title = key"));
        assert!(touches_page("const k = window.location"));
        assert!(!touches_page("const fs = require('fs'); document.x"));
        assert!(!touches_page("my.document.title = key; xwindow.a"));
    }

    #[test]
    fn declarations_of_types_are_known_by_their_name() {
        assert!(is_declaration("src/env.d.ts".into()));
        assert!(!is_declaration("src/d.ts".into()));
    }

    #[test]
    fn only_files_of_the_project_are_read_whatever_their_path_says() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let root = folder.join("project");
        for file in [root.join("app.py"), folder.join("app.py")] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            crate::seal::private::replace(&file, b"x = 1\n").unwrap();
        }
        let of = |file: &str| {
            let file = root.join(file);
            load("app.py".into(), &file, FileClass::Code, &root).map(|it| it.1)
        };
        assert_eq!(of("app.py"), Ok("x = 1\n".to_owned()));
        assert_eq!(of("../app.py"), Err(SkipReason::OutsideRepo));
        let other = folder.join("app.py");
        let named = load("app.py".into(), &other, FileClass::Code, &root);
        assert_eq!(named.map(|it| it.1), Err(SkipReason::OutsideRepo));
    }
}
