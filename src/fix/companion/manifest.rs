//! `shield.secrets.yaml`: the secrets that the code asks for, for whoever fills the stores.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Desk, Fact, HintKind, Unedited};
use crate::fix::package::text;
use crate::manifest;
use crate::manifest::Founding;
use crate::manifest::Manifest;
use crate::manifest::NewSecret;
use crate::risk::Level;
use crate::secret::SecretName;
use crate::secret::StoreKind;

/// Adds what the code asks for to the manifest; a project that moves to a store gets one.
pub(super) fn add(desk: &mut Desk<'_>) {
    let file = desk.root.join(manifest::FILE_NAME);
    let Some(first) = desk.facts.first() else {
        return;
    };
    let shown = first.shown(&file);
    let secrets = secrets(desk.facts);
    let founding = Founding {
        app: founded(desk.root),
        store: desk.wishes.backend,
    };
    let reason = match desk.pages.open(&file, || shown.clone()) {
        Ok(Some(page)) => match manifest::add(Some(&page.text), &founding, &secrets) {
            Ok(None) => return,
            Ok(Some(text)) => {
                page.set(text, title(&secrets));
                return;
            }
            Err(_cannot) => Unedited::Form,
        },
        Ok(None) if desk.wishes.backend == StoreKind::Local => return,
        Ok(None) => {
            if let Ok(Some(text)) = manifest::add(None, &founding, &secrets) {
                desk.pages.make(file, shown, text, title(&secrets));
            }
            return;
        }
        Err(reason) => reason,
    };
    let lines = secrets.iter().map(|it| format!("- name: {}", it.name));
    let lines = lines.collect();
    desk.hint(shown, HintKind::ByHand { reason, lines });
}

/// The first part of the paths in a store, `SECRETS_APP` to the program: as the manifest of the
/// project has it, or as a new one will.
pub(super) fn app(root: &Path) -> String {
    let manifest = text(&root.join(manifest::FILE_NAME))
        .and_then(|it| Manifest::parse(manifest::FILE_NAME, &it).ok());
    manifest.map_or_else(|| founded(root), |it| it.app)
}

/// The first part of the paths of a project without a manifest.
fn founded(root: &Path) -> String {
    let folder = root.file_name().and_then(|it| it.to_str());
    let name = folder.and_then(SecretName::of);
    name.map_or_else(|| "app".to_owned(), |it| it.to_string())
}

/// The secrets that the code asks for, by name.
fn secrets(facts: &[Fact]) -> Vec<NewSecret> {
    let mut secrets = BTreeMap::new();
    for fact in facts {
        let usual = fact.name.variable() == fact.variable;
        secrets.entry(&fact.name).or_insert_with(|| NewSecret {
            name: fact.name.clone(),
            variable: (!usual).then(|| fact.variable.clone()),
            description: format!("read in {}", fact.path),
            sensitivity: Level::High,
        });
    }
    secrets.into_values().collect()
}

/// What is done.
fn title(secrets: &[NewSecret]) -> String {
    let names: Vec<String> = secrets.iter().map(|it| format!("`{}`", it.name)).collect();
    format!("list {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write as _;

    use super::*;

    #[test]
    fn an_app_is_called_as_its_manifest_says_and_else_as_its_folder() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("shop");
        std::fs::create_dir(&root).unwrap();
        assert_eq!(app(&root), "shop");
        let mut file = File::create(root.join(manifest::FILE_NAME)).unwrap();
        file.write_all(b"schema: 1\napp: store\nenvironments: {}\nsecrets: []\n")
            .unwrap();
        assert_eq!(app(&root), "store");
        file.write_all(b"app: twice\n").unwrap();
        assert_eq!(app(&root), "shop");
    }
}
