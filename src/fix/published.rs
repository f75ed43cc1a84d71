//! What of a package of JavaScript is sent to others.

use std::path::Path;
use std::path::PathBuf;

use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;
use serde_json::Value;

use super::distribution::MAX_PATTERNS;
use super::package::text;

/// Which files of a package go along.
#[derive(Debug)]
pub(super) struct Published {
    root: PathBuf,
    rules: Gitignore,
    /// Whether the rules say what goes along, and not what stays.
    is_list: bool,
    /// What goes along in any case, in small letters.
    entries: Vec<PathBuf>,
}

impl Published {
    /// What the package in `root` says with its `manifest`; nothing when it is not published, or as it is.
    pub(super) fn of(root: &Path, manifest: &Value) -> Option<Self> {
        let is_private = manifest.get("private").and_then(Value::as_bool) == Some(true);
        if is_private || manifest.get("name").is_none() {
            return None;
        }
        let files = manifest.get("files").and_then(Value::as_array);
        let lines: Vec<String> = if let Some(files) = files {
            files
                .iter()
                .filter_map(Value::as_str)
                .map(anchored)
                .collect()
        } else {
            let ignored = text(&root.join(".npmignore"))?;
            ignored.lines().map(str::to_owned).collect()
        };
        if lines.len() > MAX_PATTERNS {
            return None;
        }
        let mut builder = GitignoreBuilder::new(root);
        for line in &lines {
            // What cannot be read says nothing to npm, too.
            builder.add_line(None, line).ok();
        }
        Some(Self {
            root: root.to_owned(),
            rules: builder.build().ok()?,
            is_list: files.is_some(),
            entries: entries(manifest),
        })
    }

    /// Whether a file goes along.
    pub(super) fn has(&self, file: &Path) -> bool {
        let Ok(below) = file.strip_prefix(&self.root) else {
            return false;
        };
        let matched = self.rules.matched_path_or_any_parents(below, false);
        matched.is_ignore() == self.is_list || self.entries.iter().any(|it| it == below)
    }

    /// The outermost folder around `file` from which a wrapper goes along, if `file` does; `wanted` is where it
    /// would go otherwise, and `name` what it is called. Nothing when there is none.
    pub(super) fn folder(&self, file: &Path, wanted: PathBuf, name: &str) -> Option<PathBuf> {
        let parts = format!("{}/x.js", name.split('.').next().unwrap_or_default());
        let takes = |it: &Path| self.has(&it.join(name)) && self.has(&it.join(&parts));
        if !self.has(file) || takes(&wanted) {
            return Some(wanted);
        }
        let around = file.ancestors().skip(1);
        let within = around.take_while(|it| it.starts_with(&self.root));
        within.filter(|it| takes(it)).last().map(Path::to_owned)
    }
}

/// An entry of `files` as a line of `.gitignore`.
fn anchored(entry: &str) -> String {
    let (sign, path) = match entry.strip_prefix('!') {
        Some(path) => ("!", path),
        None => ("", entry),
    };
    let path = path.trim_start_matches("./").trim_start_matches('/');
    match path {
        "" | "." | "*" => format!("{sign}/**"),
        path => format!("{sign}/{path}"),
    }
}

/// The files that go along as programs start there.
fn entries(manifest: &Value) -> Vec<PathBuf> {
    let bin = manifest.get("bin");
    let many = bin.and_then(Value::as_object).into_iter();
    let all = many
        .flat_map(|it| it.values())
        .chain(manifest.get("main"))
        .chain(bin);
    let paths = all.filter_map(Value::as_str);
    paths
        .map(|it| PathBuf::from(it.trim_start_matches("./")))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use serde_json::json;

    use super::*;

    /// The folder of the wrapper for `file`, below the package, where it would be `wanted` otherwise.
    fn folder(manifest: &Value, ignored: Option<&str>, file: &str, wanted: &str) -> Option<String> {
        let root = tempfile::tempdir().unwrap();
        if let Some(ignored) = ignored {
            let mut rules = fs::File::create(root.path().join(".npmignore")).unwrap();
            rules.write_all(ignored.as_bytes()).unwrap();
        }
        let wanted = root.path().join(wanted);
        let file = root.path().join(file);
        let folder = match Published::of(root.path(), manifest) {
            Some(it) => it.folder(&file, wanted, "shield-secrets.js")?,
            None => wanted,
        };
        let below = folder.strip_prefix(root.path()).unwrap();
        Some(below.to_string_lossy().into_owned())
    }

    #[test]
    fn a_wrapper_goes_where_the_files_of_a_package_are_published_from() {
        for (files, file, wanted) in [
            (json!(["lib"]), "lib/a/b.js", Some("lib")),
            (json!(["./lib/"]), "lib/a/b.js", Some("lib")),
            (json!(["lib/**/*.js"]), "lib/a/b.js", Some("lib")),
            (json!(["lib/a", "x"]), "lib/a/b.js", Some("lib/a")),
            (json!(["."]), "lib/b.js", Some("")),
            (json!(["lib", "!lib/shield*"]), "lib/b.js", None),
            (json!(["*.js"]), "b.js", None),
            (json!(["lib/b.js"]), "lib/b.js", None),
            (json!(["lib"]), "main.js", None),
            (json!(["lib"]), "tools/b.js", Some("")),
            (json!(["lib"]), "other/lib/b.js", Some("")),
        ] {
            let manifest = json!({"name": "x", "main": "./main.js", "files": files});
            let found = folder(&manifest, None, file, "");
            assert_eq!(found.as_deref(), wanted, "{files} {file}");
        }
    }

    #[test]
    fn what_is_not_published_has_its_wrapper_as_ever() {
        for manifest in [
            json!({"name": "x", "private": true, "files": ["lib/b.js"]}),
            json!({"files": ["lib/b.js"]}),
            json!({"name": "x"}),
        ] {
            assert_eq!(folder(&manifest, None, "lib/b.js", "").as_deref(), Some(""));
        }
    }

    #[test]
    fn a_wrapper_does_not_go_where_npm_ignores_it() {
        let manifest = json!({"name": "x"});
        let place = |lines| folder(&manifest, Some(lines), "lib/b.js", "");
        assert_eq!(place("docs\n").as_deref(), Some(""));
        assert_eq!(place("/*\n!/lib\n").as_deref(), Some("lib"));
        assert_eq!(place("shield-secrets*\n"), None);
    }
}
