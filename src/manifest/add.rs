//! Adds entries to the text of a manifest, and leaves the rest of it as it is.

use super::{FILE_NAME, Manifest, ManifestError};
use crate::risk::Level;
use crate::secret::SecretName;
use crate::secret::StoreKind;

/// A secret that a manifest shall have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// What code calls it.
    pub name: SecretName,
    /// The variable that has it, where it is not the one that follows from the name.
    pub variable: Option<String>,
    /// What it is for, in a few words.
    pub description: String,
    /// How bad it is when it leaks.
    pub sensitivity: Level,
}

/// What a new manifest begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// The first part of the paths.
    pub app: String,
    /// The store of development, its only environment.
    pub store: StoreKind,
}

/// The text of a manifest with `secrets` in it: of `text`, or a new one as `founding` says.
///
/// Those that it has already are left out; `None` when that is all of them.
///
/// # Errors
///
/// Fails when `text` is not a manifest, or is laid out so that nothing can be added.
pub fn add(
    text: Option<&str>,
    founding: &Founding,
    secrets: &[NewSecret],
) -> Result<Option<String>, ManifestError> {
    let head = head(founding);
    let before = text.unwrap_or(&head);
    let manifest = Manifest::parse(FILE_NAME, before)?;
    let is_new = |it: &&NewSecret| manifest.secret(&it.name).is_none();
    let fresh: Vec<&NewSecret> = secrets.iter().filter(is_new).collect();
    if fresh.is_empty() {
        return Ok(None);
    }
    let (place, indent) = end_of_list(before).ok_or(ManifestError::Layout)?;
    let (above, below) = before
        .split_at_checked(place)
        .ok_or(ManifestError::Layout)?;
    let eol = if before.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let mut result = above.to_owned();
    if !result.ends_with('\n') {
        result.push_str(eol);
    }
    for secret in &fresh {
        result.push_str(&entry(secret, &indent).replace('\n', eol));
    }
    result.push_str(below);

    // What was there is there as it was, and what is new is there, too.
    let after = Manifest::parse(FILE_NAME, &result)?;
    let kept = after
        .secrets
        .iter()
        .zip(&manifest.secrets)
        .all(|(a, b)| a == b);
    let all = after.secrets.len() == manifest.secrets.len() + fresh.len();
    let rest = Manifest {
        secrets: Vec::new(),
        ..after
    };
    if kept
        && all
        && rest
            == (Manifest {
                secrets: Vec::new(),
                ..manifest
            })
    {
        Ok(Some(result))
    } else {
        Err(ManifestError::Layout)
    }
}

/// The head of a new manifest.
fn head(founding: &Founding) -> String {
    let Founding { app, store } = founding;
    let store = store.word();
    format!(
        "# The secrets of this project: names, never values. `shield provision plan` compares it\n\
         # with the stores; docs/provision.md explains the fields.\n\
         schema: 1\n\
         app: {app}\n\
         environments:\n  development:\n    backend: {store}\n\
         secrets:\n"
    )
}

/// The lines of an entry.
fn entry(secret: &NewSecret, indent: &str) -> String {
    let mut fields = vec![format!("- name: {}", secret.name)];
    if let Some(variable) = &secret.variable {
        fields.push(format!("  variable: {variable}"));
    }
    fields.push(format!("  description: {}", quoted(&secret.description)));
    fields.push(format!("  sensitivity: {}", secret.sensitivity.as_str()));
    let mut lines = fields.join(&format!("\n{indent}"));
    lines.insert_str(0, indent);
    lines.push('\n');
    lines
}

/// A text of one line in quotes.
fn quoted(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    format!("'{}'", plain.replace('\'', "''"))
}

/// Where the list of secrets ends, in bytes, and how its entries are indented.
fn end_of_list(text: &str) -> Option<(usize, String)> {
    let mut offset = 0;
    let mut end = None;
    let mut indent = None;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let content = line.trim_end();
        if end.is_none() {
            if content == "secrets:" {
                end = Some(offset);
            }
            continue;
        }
        let inner = content.trim_start();
        if inner.is_empty() || inner.starts_with('#') {
            continue;
        }
        let is_item = inner == "-" || inner.starts_with("- ");
        let is_outside = !line.starts_with(' ') && !is_item;
        if is_outside {
            break;
        }
        if is_item && indent.is_none() {
            let width = content.len() - inner.len();
            indent = line.get(..width).map(str::to_owned);
        }
        end = Some(start + line.len());
    }
    end.map(|it| (it, indent.unwrap_or_else(|| "  ".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &str) -> NewSecret {
        NewSecret {
            name: SecretName::of(name).unwrap(),
            variable: None,
            description: "it's: a # token".to_owned(),
            sensitivity: Level::Critical,
        }
    }

    fn shop() -> Founding {
        Founding {
            app: "shop".to_owned(),
            store: StoreKind::Local,
        }
    }

    fn added(text: Option<&str>, names: &[&str]) -> Option<String> {
        let secrets: Vec<NewSecret> = names.iter().map(|it| secret(it)).collect();
        add(text, &shop(), &secrets).unwrap()
    }

    #[test]
    fn a_new_manifest_is_made_once() {
        let first = added(None, &["api-key", "database/url"]).unwrap();
        let manifest = Manifest::parse("it", &first).unwrap();
        assert_eq!(manifest.app, "shop");
        let entry = manifest
            .secret(&SecretName::of("api-key").unwrap())
            .unwrap();
        assert_eq!(entry.description, "it's: a # token");
        assert_eq!(added(Some(&first), &["database/url"]), None);
    }

    #[test]
    fn what_was_there_stays_byte_for_byte() {
        for (before, indent) in [
            (
                "schema: 1\napp: a\nsecrets:\n- name: a # first\n\n# the end\n",
                "",
            ),
            (
                "secrets:\n    - name: a\n      owner: web\n\n# below\napp: a\nschema: 1",
                "    ",
            ),
            ("schema: 1\r\napp: a\r\nsecrets:\r\n  - name: a\r\n", "  "),
            ("schema: 1\napp: a\nsecrets:", "  "),
        ] {
            let after = added(Some(before), &["b"]).unwrap();
            let new = format!("{indent}- name: b");
            let line = after.lines().find(|it| **it == new);
            assert!(line.is_some(), "{after}");
            let left: String = after.replace("\r\n", "\n");
            let kept = left
                .lines()
                .filter(|it| before.lines().any(|old| old == *it))
                .count();
            assert_eq!(kept, before.lines().count(), "{after}");
            assert_eq!(after.contains('\r'), before.contains('\r'));
        }
    }

    #[test]
    fn a_list_in_another_form_is_left_alone() {
        for text in [
            "schema: 1\napp: a\nsecrets: [{ name: a }]\n",
            "{ schema: 1, app: a, secrets: [] }\n",
            "schema: 1\napp: a\n",
        ] {
            let refused = add(Some(text), &shop(), &[secret("b")]).unwrap_err();
            assert!(matches!(refused, ManifestError::Layout), "{text}");
        }
    }
}
