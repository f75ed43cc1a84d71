//! What a package of JavaScript or TypeScript says about its files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::published::Published;
use super::tsconfig::TsConfig;
use crate::lang::Language;

/// Manifests above this size are not read, in bytes.
const MAX_SIZE: u64 = 1024 * 1024;

/// Packages that build for browsers, or for other places without Node.
const BROWSER: [&str; 10] = [
    "@angular/core",
    "@vue/cli-service",
    "expo",
    "parcel",
    "preact-cli",
    "react-native",
    "react-scripts",
    "snowpack",
    "vite",
    "@sveltejs/vite-plugin-svelte",
];

/// Packages that serve what the others build; with one of these, most files run in Node.
const FRAMEWORKS: [&str; 7] = [
    "@nestjs/core",
    "@remix-run/node",
    "@sveltejs/kit",
    "astro",
    "next",
    "nuxt",
    "@react-router/node",
];

/// What runs a package on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runtime {
    /// Node, or something that behaves like it.
    Node,
    /// Workers at the edge of a network, which have neither files nor threads.
    Worker,
    /// Deno, which resolves imports in its own way.
    Deno,
}

/// A package, or the project where there is none.
#[derive(Debug)]
pub(super) struct Package {
    /// Its folder.
    pub(super) root: PathBuf,
    /// Whether `.js` files are modules.
    pub(super) is_module: bool,
    /// How TypeScript compiles it; nothing where it does not.
    pub(super) typescript: Option<TsConfig>,
    /// What runs it.
    pub(super) runtime: Runtime,
    /// What of it is sent to others; nothing where that is all of it, or none.
    pub(super) published: Option<Published>,
    dependencies: Vec<String>,
}

impl Package {
    /// The package that owns `file`, within `project`.
    pub(super) fn of(file: &Path, project: &Path) -> Self {
        let folders = file.ancestors().skip(1);
        let root = folders
            .take_while(|it| it.starts_with(project))
            .find(|it| it.join("package.json").is_file())
            .unwrap_or(project);
        let has = |names: &[&str]| names.iter().any(|it| root.join(it).is_file());
        let manifest = json(&root.join("package.json")).unwrap_or_default();
        Self {
            root: root.to_owned(),
            is_module: manifest.get("type").and_then(Value::as_str) == Some("module"),
            typescript: TsConfig::of(root, project),
            runtime: if has(&["wrangler.toml", "wrangler.json", "wrangler.jsonc"]) {
                Runtime::Worker
            } else if has(&["deno.json", "deno.jsonc"]) {
                Runtime::Deno
            } else {
                Runtime::Node
            },
            published: Published::of(root, &manifest),
            dependencies: dependencies(&manifest),
        }
    }

    /// Whether it depends on another package.
    pub(super) fn uses(&self, name: &str) -> bool {
        self.dependencies.iter().any(|it| it == name)
    }

    /// Whether a file in `language` does not compile when it declares what it does not use.
    pub(super) fn forbids_unused(&self, language: Language) -> bool {
        language.is_typed()
            && self
                .typescript
                .as_ref()
                .is_some_and(TsConfig::forbids_unused)
    }

    /// Whether its files run in browsers, as a rule.
    pub(super) fn is_for_browsers(&self) -> bool {
        BROWSER.iter().any(|it| self.uses(it)) && !FRAMEWORKS.iter().any(|it| self.uses(it))
    }
}

/// The names of the packages that a manifest asks for.
fn dependencies(manifest: &Value) -> Vec<String> {
    ["dependencies", "devDependencies", "peerDependencies"]
        .iter()
        .filter_map(|it| manifest.get(it)?.as_object())
        .flat_map(|it| it.keys().cloned())
        .collect()
}

/// A small JSON file.
fn json(path: &Path) -> Option<Value> {
    serde_json::from_str(&text(path)?).ok()
}

/// A small text file.
pub(super) fn text(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    let small = metadata.is_file() && metadata.len() <= MAX_SIZE;
    small.then(|| fs::read_to_string(path).ok()).flatten()
}
