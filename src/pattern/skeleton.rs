//! What a new pattern file starts as.

use super::compile;

/// A complete pattern with places to fill in.
const SKELETON: &str = include_str!("skeleton.yaml");

/// The text of a new pattern file that passes all tests; `None` when `id` cannot be an id.
///
/// `schema` is where the file finds the schema, `folder` the folder of patterns.
#[must_use]
pub fn skeleton(id: &str, schema: &str, folder: &str) -> Option<String> {
    if !id.split('/').all(compile::is_name) {
        return None;
    }
    let prefix = format!("{}_", id.replace(['/', '-'], "_"));
    // Everything is looked for by four bytes or more.
    let prefix = if prefix.len() < 4 {
        format!("{prefix}key_")
    } else {
        prefix
    };
    let (issuer, kind) = id.split_once('/').unwrap_or((id, "secret"));
    let (issuer, kind) = (words(issuer), words(&kind.replace('/', "-")));
    let filled = SKELETON
        .replace("{{schema}}", schema)
        .replace("{{folder}}", folder)
        .replace("{{id}}", id)
        .replace("{{title}}", &format!("{kind} of {issuer}"))
        .replace("{{issuer}}", &issuer)
        .replace("{{prefix}}", &prefix);
    Some(filled)
}

/// `deploy-token` as `Deploy token`.
fn words(part: &str) -> String {
    let mut chars = part.chars();
    let first = chars.next().map(|it| it.to_ascii_uppercase());
    first
        .into_iter()
        .chain(chars)
        .collect::<String>()
        .replace('-', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Options;
    use crate::pattern::PatternSet;

    #[test]
    fn any_id_makes_a_pattern() {
        for id in [
            "acme/deploy-token",
            "a",
            "1",
            "ab",
            "a/b/c",
            "true",
            "null/no",
        ] {
            let text = skeleton(id, "schema.json", "patterns").unwrap();
            let options = Options {
                inline: vec![("new.yaml".to_owned(), text)],
                ..Options::default()
            };
            let patterns = PatternSet::all(&options).unwrap();
            assert!(patterns.find(id).is_some(), "{id}");
        }
    }

    #[test]
    fn the_title_is_made_of_the_id() {
        let text = skeleton("acme/deploy-token", "schema.json", "patterns").unwrap();
        assert!(text.contains("\ntitle: Deploy token of Acme\n"));
    }

    #[test]
    fn what_cannot_be_an_id_makes_none() {
        for id in ["", "Acme", "acme/", "/acme", "../acme", "a b", "-a", "a\nb"] {
            assert_eq!(skeleton(id, "schema.json", "patterns"), None);
        }
    }
}
