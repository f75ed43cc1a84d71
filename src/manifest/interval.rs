//! Sets how often a secret is replaced, in the text of a manifest, and leaves the rest as it is.

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{Days, FILE_NAME, HELP, Manifest, ManifestError, Method, Rotation};
use crate::secret::SecretName;
use crate::text::Span;
use crate::yaml::Script;

/// What of a manifest has to do with it; the rest was read before.
#[derive(Debug, Deserialize)]
struct Outline {
    secrets: Option<Vec<Item>>,
}

#[derive(Debug, Deserialize)]
struct Item {
    name: Spanned<String>,
    rotation: Option<Turn>,
}

#[derive(Debug, Deserialize)]
struct Turn {
    method: Spanned<String>,
    every: Option<Spanned<String>>,
}

/// The text of a manifest in which `name` is replaced every `days`; `None` when it is so already.
///
/// A secret of which nothing is said yet is replaced by a person.
///
/// # Errors
///
/// Fails when `text` is not a manifest, or is laid out so that it cannot be said.
pub fn set_interval(
    text: &str,
    name: &SecretName,
    days: Days,
) -> Result<Option<String>, ManifestError> {
    let mut wanted = Manifest::parse(FILE_NAME, text)?;
    let mut entries = wanted.secrets.iter_mut();
    let entry = entries.find(|it| it.name == *name);
    let entry = entry.ok_or(ManifestError::Interval)?;
    if entry.rotation.as_ref().and_then(|it| it.every) == Some(days) {
        return Ok(None);
    }
    let rotation = entry.rotation.get_or_insert(Rotation {
        method: Method::Manual,
        every: None,
        note: None,
    });
    rotation.every = Some(days);
    let script = Script::new(FILE_NAME, text, HELP);
    let outline: Outline = script.parse()?;
    let mut items = outline.secrets.unwrap_or_default().into_iter();
    let item = items.find(|it| it.name.value == name.as_str());
    let item = item.ok_or(ManifestError::Interval)?;
    // A byte order mark is no part of the script.
    let mark = text.len() - script.text().len();
    let (place, new) = edit(&script, &item, days).ok_or(ManifestError::Interval)?;
    let before = text.get(..mark + place.start);
    let after = text.get(mark + place.end..);
    let (Some(before), Some(after)) = (before, after) else {
        return Err(ManifestError::Interval);
    };
    let result = format!("{before}{new}{after}");
    // It says what was meant, and nothing else has changed.
    match Manifest::parse(FILE_NAME, &result) {
        Ok(made) if made == wanted => Ok(Some(result)),
        Ok(_) | Err(_) => Err(ManifestError::Interval),
    }
}

/// What is put where.
fn edit(script: &Script, item: &Item, days: Days) -> Option<(Span, String)> {
    match &item.rotation {
        None => {
            let new = format!("rotation: {{ method: manual, every: {days} }}");
            behind(script, &item.name, &new)
        }
        Some(Turn {
            every: Some(every), ..
        }) => {
            let place = script.place(every.referenced);
            let old = place.of(script.text())?;
            let quote = old.chars().next().filter(|it| matches!(it, '\'' | '"'));
            let quote = quote.map(String::from).unwrap_or_default();
            Some((place, format!("{quote}{days}{quote}")))
        }
        Some(Turn { method, .. }) => behind(script, method, &format!("every: {days}")),
    }
}

/// A field that follows the one which has `value`, in the form that this is in.
fn behind(script: &Script, value: &Spanned<String>, field: &str) -> Option<(Span, String)> {
    let text = script.text();
    let place = script.place(value.referenced);
    let start = text.get(..place.start)?.rfind('\n').map_or(0, |it| it + 1);
    let line = text.get(start..place.start)?;
    if line.contains('{') || line.trim_start().starts_with(',') {
        return Some((Span::new(place.end, place.end), format!(", {field}")));
    }
    // Where the key begins: behind the indentation, and the hyphen of a list.
    let is_before = |it: &char| matches!(it, ' ' | '-');
    let indent: String = line.chars().take_while(is_before).collect();
    let indent = indent.replace('-', " ");
    let rest = text.get(place.end..)?;
    let end = place.end + rest.find('\n').unwrap_or(rest.len());
    let own = text.get(..end)?;
    let (end, eol) = match own.strip_suffix('\r') {
        Some(_) => (end - 1, "\r\n"),
        None => (end, "\n"),
    };
    Some((Span::new(end, end), format!("{eol}{indent}{field}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# ours\nschema: 1\napp: shop # it\nsecrets:\n";

    fn set(items: &str) -> Result<Option<String>, ManifestError> {
        let name = SecretName::of("key").unwrap();
        let text = format!("{HEAD}{items}");
        let made = set_interval(&text, &name, Days(30))?;
        Ok(made.map(|it| it.strip_prefix(HEAD).unwrap().to_owned()))
    }

    #[test]
    fn what_is_said_is_changed_and_the_rest_stays() {
        for (before, after) in [
            (
                "  - name: other\n  - name: key # mine\n    owner: web\n",
                "  - name: other\n  - name: key # mine\n    rotation: { method: manual, every: 30d }\n    owner: web\n",
            ),
            (
                "- name: key",
                "- name: key\n  rotation: { method: manual, every: 30d }",
            ),
            (
                "- kind: string\r\n  name: key\r\n  owner: web\r\n",
                "- kind: string\r\n  name: key\r\n  rotation: { method: manual, every: 30d }\r\n  owner: web\r\n",
            ),
            (
                "  - { name: key, owner: web }\n",
                "  - { name: key, rotation: { method: manual, every: 30d }, owner: web }\n",
            ),
            (
                "  - name: key\n    rotation: { method: 'lambda:turn', every: 90d, note: at night } # yes\n",
                "  - name: key\n    rotation: { method: 'lambda:turn', every: 30d, note: at night } # yes\n",
            ),
            (
                "  - name: key\n    rotation:\n      method: manual\n      # often\n      every: '4w'\n",
                "  - name: key\n    rotation:\n      method: manual\n      # often\n      every: '30d'\n",
            ),
            (
                "  - name: key\n    rotation:\n      method: manual # by hand\n      note: x\n",
                "  - name: key\n    rotation:\n      method: manual # by hand\n      every: 30d\n      note: x\n",
            ),
            (
                "  - name: key\n    rotation: { method: manual }\n",
                "  - name: key\n    rotation: { method: manual, every: 30d }\n",
            ),
        ] {
            assert_eq!(set(before).unwrap().as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn what_is_so_already_is_no_change() {
        let text = "  - { name: key, rotation: { method: manual, every: 30d } }\n";
        assert_eq!(set(text).unwrap(), None);
    }

    #[test]
    fn what_would_change_something_else_is_refused() {
        for text in [
            "  - { name: other }\n",
            "  - name: key\n    rotation: &turn { method: manual, every: 90d }\n  - name: b\n    rotation: *turn\n",
        ] {
            let refused = set(text).unwrap_err();
            assert!(matches!(refused, ManifestError::Interval), "{text}");
        }
    }
}
