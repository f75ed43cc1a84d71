//! What a `tsconfig.json` says about where modules lie and how they are named.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::package::text;

/// How many configurations that extend each other are read.
const MAX_EXTENDS: usize = 8;

/// How TypeScript resolves imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolution {
    /// As Node does: they name the file that TypeScript will make.
    Node,
    /// As bundlers do: no extension is needed.
    Bundler,
}

/// What is known of a configuration; what it does not say stays open.
#[derive(Debug, Default)]
pub(super) struct TsConfig {
    resolution: Option<Resolution>,
    module: Option<Resolution>,
    /// The folder that the layout of what is built starts from.
    root: Option<PathBuf>,
    /// The folders that are compiled, when these are all.
    included: Option<Vec<PathBuf>>,
    /// Whether unused names are errors.
    no_unused: Option<bool>,
}

impl TsConfig {
    /// The configuration of the package in `root`, if it has one; those that it extends are
    /// read within `project`.
    pub(super) fn of(root: &Path, project: &Path) -> Option<Self> {
        let mut config = Self::default();
        let mut waiting = vec![root.join("tsconfig.json")];
        text(waiting.first()?)?;
        for _ in 0..MAX_EXTENDS {
            let Some(file) = waiting.pop() else {
                break;
            };
            let Some(value) = text(&file).and_then(|it| parse(&it)) else {
                continue;
            };
            let folder = file.parent().unwrap_or(project);
            config.take(&value, folder);
            let extended = value.get("extends");
            let list = extended.and_then(Value::as_array).map(Vec::as_slice);
            let names = list.unwrap_or_else(|| extended.map_or(&[], std::slice::from_ref));
            for name in names.iter().filter_map(Value::as_str) {
                config.extend(name, folder, project, &mut waiting);
            }
        }
        Some(config)
    }

    /// How imports are resolved.
    pub(super) fn resolution(&self) -> Resolution {
        let chosen = self.resolution.or(self.module);
        chosen.unwrap_or(Resolution::Bundler)
    }

    /// Whether names that nothing uses are errors.
    pub(super) fn forbids_unused(&self) -> bool {
        self.no_unused.unwrap_or(false)
    }

    /// The folder that holds everything that is compiled together with `file`.
    ///
    /// A module above it would move everything that is built, or would not be allowed.
    pub(super) fn root_of(&self, file: &Path) -> Option<&Path> {
        let root = self.root.as_deref();
        let sole = || match self.included.as_deref()? {
            [folder] => Some(folder.as_path()),
            _ => None,
        };
        root.or_else(sole).filter(|it| file.starts_with(it))
    }

    /// Takes from `value`, found in `folder`, what no configuration before it has said.
    fn take(&mut self, value: &Value, folder: &Path) {
        let option = |name| value.get("compilerOptions")?.get(name)?.as_str();
        let how = |it: &str| match it.to_ascii_lowercase().as_str() {
            "node16" | "node18" | "node20" | "nodenext" => Resolution::Node,
            _ => Resolution::Bundler,
        };
        self.resolution = self.resolution.or(option("moduleResolution").map(how));
        self.module = self.module.or(option("module").map(how));
        if self.no_unused.is_none() {
            let options = value.get("compilerOptions");
            let own = options.and_then(|it| it.get("noUnusedLocals"));
            self.no_unused = own.and_then(Value::as_bool);
        }
        if self.root.is_none() {
            self.root = option("rootDir").map(|it| below(folder, it));
        }
        if self.included.is_none()
            && let Some(patterns) = value.get("include").and_then(Value::as_array)
        {
            let mut folders: Vec<PathBuf> = patterns
                .iter()
                .filter_map(Value::as_str)
                .filter(|it| !it.ends_with(".d.ts"))
                .map(|it| below(folder, it.split('*').next().unwrap_or("")))
                .collect();
            folders.dedup();
            self.included = Some(folders);
        }
    }

    /// Goes on with the configuration that is extended by `name`, or takes what the name says.
    fn extend(&mut self, name: &str, folder: &Path, project: &Path, waiting: &mut Vec<PathBuf>) {
        if name.starts_with('.') {
            let named = folder.join(name);
            let file = if named.is_file() {
                named
            } else {
                folder.join(format!("{name}.json"))
            };
            let inside = file.canonicalize().is_ok_and(|it| it.starts_with(project));
            waiting.extend(inside.then_some(file));
        } else if name.starts_with("@tsconfig/node") {
            self.module = self.module.or(Some(Resolution::Node));
        }
    }
}

/// The folder `path` as it is written in `folder`.
fn below(folder: &Path, path: &str) -> PathBuf {
    let path = path.trim_start_matches("./");
    match path {
        "" | "." => folder.to_owned(),
        _ => folder.join(path.trim_end_matches('/')),
    }
}

/// Reads JSON with comments and commas before closing brackets.
fn parse(config: &str) -> Option<Value> {
    let mut plain = String::with_capacity(config.len());
    let mut rest = config.trim_start_matches('\u{feff}').chars().peekable();
    let mut quoted = false;
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some(_)) if quoted => {
                plain.push(c);
                plain.extend(rest.next());
            }
            ('"', _) => {
                quoted = !quoted;
                plain.push(c);
            }
            ('/', Some('/')) if !quoted => while rest.next_if(|it| *it != '\n').is_some() {},
            ('/', Some('*')) if !quoted => {
                let mut star = false;
                rest.next();
                for next in rest.by_ref() {
                    if star && next == '/' {
                        break;
                    }
                    star = next == '*';
                }
            }
            (']' | '}', _) if !quoted => {
                if plain.trim_end().ends_with(',') {
                    plain.truncate(plain.trim_end().len() - 1);
                }
                plain.push(c);
            }
            _ => plain.push(c),
        }
    }
    serde_json::from_str(&plain).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The configuration of a project with these files.
    fn config(files: &[(&str, &str)]) -> (tempfile::TempDir, TsConfig) {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            crate::seal::private::replace(&path, content.as_bytes()).unwrap();
        }
        let project = folder.path().canonicalize().unwrap();
        let config = TsConfig::of(&project.join("a"), &project).unwrap();
        (folder, config)
    }

    #[test]
    fn node_s_way_of_resolving_is_found_among_comments() {
        for (text, wanted) in [
            (
                "{ // strict\n \"compilerOptions\": {\"module\": \"NodeNext\", /* , */ } }",
                Resolution::Node,
            ),
            (
                r#"{"compilerOptions": {"moduleResolution" : "node16", "baseUrl": "//,]"}}"#,
                Resolution::Node,
            ),
            (
                r#"{"compilerOptions": {"moduleResolution": "node", "module": "node16"}}"#,
                Resolution::Bundler,
            ),
            (
                r#"{"compilerOptions": {"module": "esnext",},}"#,
                Resolution::Bundler,
            ),
            (
                r#"{"extends": "@tsconfig/node22/tsconfig.json"}"#,
                Resolution::Node,
            ),
            ("{", Resolution::Bundler),
        ] {
            let found = config(&[("a/tsconfig.json", text)]).1;
            assert_eq!(found.resolution(), wanted, "{text}");
        }
    }

    #[test]
    fn what_a_configuration_leaves_open_those_that_it_extends_say() {
        let found = config(&[
            (
                "a/tsconfig.json",
                r#"{"extends": ["../base", "../more.json"]}"#,
            ),
            ("base.json", r#"{"extends": "./base.json"}"#),
            (
                "more.json",
                r#"{"compilerOptions": {"module": "nodenext"}}"#,
            ),
        ]);
        assert_eq!(found.1.resolution(), Resolution::Node);
    }

    #[test]
    fn the_root_of_what_is_compiled_is_set_or_follows_from_what_is_included() {
        for (text, file, wanted) in [
            (
                r#"{"compilerOptions": {"rootDir": "./lib/"}}"#,
                "a/lib/b/c.ts",
                Some("a/lib"),
            ),
            (
                r#"{"compilerOptions": {"rootDir": "lib"}}"#,
                "a/bin/c.ts",
                None,
            ),
            (
                r#"{"include": ["server/**/*.ts", "env.d.ts"]}"#,
                "a/server/c.ts",
                Some("a/server"),
            ),
            (
                r#"{"include": ["server"]}"#,
                "a/server/c.ts",
                Some("a/server"),
            ),
            (r#"{"include": ["server", "bin"]}"#, "a/server/c.ts", None),
            (r#"{"include": ["**/*.ts"]}"#, "a/server/c.ts", Some("a")),
            ("{}", "a/c.ts", None),
        ] {
            let (folder, found) = config(&[("a/tsconfig.json", text)]);
            let project = folder.path().canonicalize().unwrap();
            let root = found.root_of(&project.join(file));
            assert_eq!(root, wanted.map(|it| project.join(it)).as_deref(), "{text}");
        }
    }
}
