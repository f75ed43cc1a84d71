//! `shield.secrets.yaml`: the secrets that the code asks for, for whoever fills the stores.

use std::collections::BTreeMap;

use super::{Desk, Fact, HintKind, Unedited};
use crate::manifest;
use crate::manifest::Founding;
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
    let app = desk.root.file_name().and_then(|it| it.to_str());
    let founding = Founding {
        app: app
            .and_then(SecretName::of)
            .map_or_else(|| "app".to_owned(), |it| it.to_string()),
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
