//! Which files the wrapper of a project has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::Home;
use crate::fix::package::text;
use crate::fix::template::TemplateFile;
use crate::secret::StoreKind;

/// Where a project of Python says what it depends on.
const MANIFESTS: [&str; 5] = [
    "pyproject.toml",
    "Pipfile",
    "requirements.txt",
    "requirements.in",
    "requirements/base.txt",
];

/// How many files in the folder of a wrapper are looked at.
const MAX_FILES: usize = 128;

impl Home {
    /// The files of a wrapper that reads `backend`, and what reads other stores already; its tests
    /// at the top of the project alone.
    pub(super) fn wanted(&self, backend: StoreKind, root: &Path) -> Vec<&'static TemplateFile> {
        let mut wanted: Vec<&TemplateFile> = self.template.files.iter().collect();
        let mut stores = Vec::new();
        let mut more = Vec::new();
        for adapter in self.template.adapters {
            if adapter.backend == backend || self.has_first(adapter.files) {
                stores.push(adapter.backend);
                more.extend(adapter.files);
            }
        }
        for (package, files) in self.template.extras {
            let is_of_use = self.has_first(files) || self.depends_on(package, root);
            if !stores.is_empty() && is_of_use {
                more.extend(*files);
            }
        }
        let lists = self.template.lists.iter();
        let list = lists.filter(|it| it.0 == stores).map(|it| &it.1);
        for file in more.into_iter().chain(list) {
            match wanted.iter_mut().find(|it| it.path == file.path) {
                Some(place) => *place = file,
                None => wanted.push(file),
            }
        }
        // Two packages of tests by one name are one too many for pytest, and a project may have
        // several wrappers.
        if self.folder != root {
            wanted.retain(|it| !it.is_test());
        }
        wanted
    }

    /// The files beside those of the wrapper that shield wrote, and does not write any more.
    pub(super) fn left_over(&self) -> Vec<PathBuf> {
        let template = self.template;
        let known = template.files.iter();
        let known = known.chain(template.adapters.iter().flat_map(|it| it.files));
        let known = known.chain(template.extras.iter().flat_map(|it| it.1));
        let known = known.chain(template.lists.iter().map(|it| &it.1));
        let known: BTreeSet<PathBuf> = known.map(|it| self.folder.join(it.path)).collect();
        let entries = fs::read_dir(self.folder.join(template.module)).into_iter();
        let entries = entries.flatten().take(MAX_FILES).flatten();
        let files = entries.map(|it| it.path());
        let others = files.filter(|it| it.is_file() && !known.contains(it));
        let mut left: Vec<PathBuf> = others
            .filter(|it| text(it).is_some_and(|it| TemplateFile::is_wrapper(&it)))
            .collect();
        left.sort_unstable();
        left
    }

    /// Whether the first of some files is there.
    fn has_first(&self, files: &[TemplateFile]) -> bool {
        let first = files.first().map(|it| self.folder.join(it.path));
        first.is_some_and(|it| it.exists())
    }

    /// Whether a manifest above the wrapper, within `root`, names a package of Python.
    fn depends_on(&self, package: &str, root: &Path) -> bool {
        let folders = self.folder.ancestors();
        let folders = folders.take_while(|it| it.starts_with(root));
        let manifests = folders.flat_map(|it| MANIFESTS.map(|name| it.join(name)));
        let mut texts = manifests.filter_map(|it| text(&it));
        texts.any(|it| it.replace('_', "-").contains(package))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::fix::home::tests::scripted;
    use crate::fix::template::Flavor;

    #[test]
    fn a_project_gets_the_adapters_that_it_uses_and_no_others() {
        let project = tempfile::tempdir().unwrap();
        let home = scripted(Flavor::Python, "", project.path());
        let wanted = |backend| -> Vec<&str> {
            let files = home.wanted(backend, project.path()).into_iter();
            let adapters = files.skip(home.template.files.len());
            adapters.map(|it| it.path).collect()
        };
        assert!(wanted(StoreKind::Local).is_empty());
        let (aws, vault) = (wanted(StoreKind::Aws), wanted(StoreKind::Vault));
        assert_eq!(aws.first(), Some(&"shield_secrets/_aws.py"));
        assert_eq!(vault.first(), Some(&"shield_secrets/_vault.py"));
        assert!(aws.contains(&"shield_secrets/stores.py"));
        // What is there already is kept up to date, whatever is asked for now.
        fs::create_dir(project.path().join("shield_secrets")).unwrap();
        fs::File::create(project.path().join("shield_secrets/_vault.py")).unwrap();
        assert_eq!(wanted(StoreKind::Local), vault);
        let manifest = project.path().join("pyproject.toml");
        let mut file = fs::File::create(&manifest).unwrap();
        file.write_all(b"dependencies = ['pydantic_settings>=2']")
            .unwrap();
        let more = wanted(StoreKind::Vault);
        assert_eq!(
            more.get(vault.len()),
            Some(&"shield_secrets/pydantic_source.py")
        );
        fs::remove_file(manifest).unwrap();
        assert_eq!(wanted(StoreKind::Aws).len(), vault.len() + 2);
    }

    #[test]
    fn the_tests_of_a_wrapper_lie_at_the_top_of_the_project_alone() {
        let project = tempfile::tempdir().unwrap();
        let files = |home: Home| home.wanted(StoreKind::Aws, project.path());
        let below = project.path().join("bin");
        let below = files(scripted(Flavor::Python, "", &below));
        let top = files(scripted(Flavor::Python, "", project.path()));
        assert!(top.iter().any(|it| it.is_test()));
        let others: Vec<&TemplateFile> = top.into_iter().filter(|it| !it.is_test()).collect();
        assert_eq!(below, others);
    }

    #[test]
    fn what_an_older_shield_wrote_and_this_one_does_not_is_known() {
        let project = tempfile::tempdir().unwrap();
        let home = scripted(Flavor::Python, "", project.path());
        let folder = project.path().join("shield_secrets");
        fs::create_dir(&folder).unwrap();
        for (name, line) in [
            ("_core.py", "# Written by shield. It is yours.\n"),
            ("_vault.py", "# Written by shield. It is yours.\n"),
            ("_gone.py", "# Written by shield. It is yours.\n"),
            ("own.py", "# Written by hand.\n"),
        ] {
            let mut file = fs::File::create(folder.join(name)).unwrap();
            file.write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(home.left_over(), [folder.join("_gone.py")]);
    }

    #[test]
    fn a_project_of_javascript_has_one_file_until_it_reads_a_store() {
        let project = tempfile::tempdir().unwrap();
        let home = scripted(Flavor::TypeScript, "../shield-secrets", project.path());
        let paths = |backend| -> Vec<&str> {
            let files = home.wanted(backend, project.path()).into_iter();
            files.map(|it| it.path).collect()
        };
        let alone = ["shield-secrets.ts", "shield-secrets/check.mjs"];
        assert_eq!(paths(StoreKind::Local), alone);
        let aws = paths(StoreKind::Aws);
        assert_eq!(aws.first(), Some(&"shield-secrets.ts"));
        assert!(aws.contains(&"shield-secrets/aws.ts"));
        assert!(!aws.contains(&"shield-secrets/vault.ts"));
        let folder = project.path().join("shield-secrets");
        fs::create_dir(&folder).unwrap();
        fs::File::create(folder.join("vault.ts")).unwrap();
        for (backend, stores) in [
            (StoreKind::Local, ["vault"].as_slice()),
            (StoreKind::Aws, &["aws", "vault"]),
        ] {
            let wanted = home.wanted(backend, project.path()).into_iter();
            let lists: Vec<&TemplateFile> = wanted
                .filter(|it| it.path == "shield-secrets/adapters.ts")
                .collect();
            assert_eq!(lists.len(), 1);
            for store in ["aws", "vault"] {
                let own = format!("  {store}: ()");
                assert_eq!(lists[0].body.contains(&own), stores.contains(&store));
            }
        }
    }
}
