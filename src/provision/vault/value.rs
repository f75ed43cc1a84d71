//! Values as Vault keeps them: an object of fields.
//!
//! A text is the one field `value`. A text that is a JSON object is kept as its fields, so that
//! other programs find them too, where nothing of it would be lost on the way.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::secret::Secret;

/// The field of a text.
const ONE: &str = "value";

/// The fields of a value.
pub(super) fn fields(value: &Secret) -> Value {
    let text = exposed(value);
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) if is_lossless(&fields, text) => Value::Object(fields),
        Ok(_) | Err(_) => json!({ ONE: text }),
    }
}

/// The value of fields, as the wrappers make it.
pub(super) fn value(fields: &Value) -> Option<Secret> {
    let object = fields.as_object()?;
    if let (1, Some(Value::String(text))) = (object.len(), object.get(ONE)) {
        return Some(Secret::new(text.clone()));
    }
    Some(Secret::new(fields.to_string()))
}

/// Whether two objects have the same fields, in any order; takes as long whatever differs.
pub(super) fn is_same(left: &Value, right: &Value) -> bool {
    let text = |it: &Value| {
        let mut sorted = it.clone();
        sorted.sort_all_objects();
        Secret::new(sorted.to_string())
    };
    text(left) == text(right)
}

/// Whether an object can be made of its fields again, but for spaces between them.
///
/// Numbers that are too long, names that are there twice and an object that would be taken for a
/// text are kept as they are written.
fn is_lossless(fields: &Map<String, Value>, text: &str) -> bool {
    let is_text = fields.len() == 1 && fields.get(ONE).is_some_and(Value::is_string);
    let again = serde_json::to_string(fields);
    !fields.is_empty() && !is_text && again.is_ok_and(|it| it == compact(text))
}

/// JSON without spaces between its parts.
fn compact(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        if !quoted && c.is_ascii_whitespace() {
            continue;
        }
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
        result.push(c);
    }
    result
}

/// The value as it is sent.
#[expect(
    clippy::disallowed_methods,
    reason = "values are sent to Vault, and nowhere else"
)]
fn exposed(value: &Secret) -> &str {
    value.expose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Value {
        fields(&Secret::new(text.to_owned()))
    }

    #[test]
    fn a_text_is_one_field_and_an_object_its_fields() {
        assert_eq!(kept("plum"), json!({ "value": "plum" }));
        assert_eq!(
            kept("{ \"user\": \"shop \\\" x\", \"port\": 5432 }"),
            json!({ "user": "shop \" x", "port": 5432 })
        );
        assert_eq!(kept("[1]"), json!({ "value": "[1]" }));
    }

    #[test]
    fn what_would_be_lost_is_kept_as_a_text() {
        for text in [
            "{}",
            "{\"value\":\"x\"}",
            "{\"n\":123456789012345678901234567890}",
            "{\"n\":1.10}",
            "{\"a\":1,\"a\":2}",
            "{\"a\":\"\\u00e4\"}",
        ] {
            assert_eq!(kept(text), json!({ "value": text }));
        }
    }

    #[test]
    fn a_value_comes_back_as_it_was() {
        for text in [
            "plum",
            "",
            "{\"a\":1,\"b\":\"ä\"}",
            "{\"value\":\"x\"}",
            "{}",
        ] {
            let secret = Secret::new(text.to_owned());
            assert_eq!(value(&fields(&secret)), Some(secret));
        }
    }

    #[test]
    fn the_order_of_fields_makes_no_difference() {
        let (left, right) = (json!({ "a": 1, "b": 2 }), json!({ "b": 2, "a": 1 }));
        assert!(is_same(&left, &right));
        assert!(!is_same(&left, &json!({ "a": 1, "b": 3 })));
    }
}
