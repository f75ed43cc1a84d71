//! The JSON schema of pattern files, for editors.

/// The schema; made from [`super::syntax`] and held to it by a test.
pub const SCHEMA: &str = include_str!("../../patterns/schema.json");

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write as _;

    use schemars::transform::Transform as _;
    use serde_json::{Value, json};

    use super::*;
    use crate::pattern::builtin;
    use crate::pattern::syntax::PatternFile;
    use crate::yaml::Script;

    /// The schema as the types have it.
    fn schema() -> Value {
        let mut schema = schemars::schema_for!(PatternFile);
        // Widths of numbers mean nothing outside, and what has parts is empty where it is not given.
        let mut plain = schemars::transform::RecursiveTransform(|it: &mut schemars::Schema| {
            let Some(fields) = it.as_object_mut() else {
                return;
            };
            fields.shift_remove("format");
            let has_parts = |value: &Value| value.is_array() || value.is_object();
            if fields.get("default").is_some_and(has_parts) {
                fields.shift_remove("default");
            }
        });
        plain.transform(&mut schema);
        let mut schema = schema.to_value();
        schema["title"] = json!("Pattern of shield");
        schema["properties"]["schema"]["const"] = json!(crate::pattern::syntax::SCHEMA);
        schema["properties"]["detect"]["minItems"] = json!(1);
        let kinds = [
            "literal",
            "assignment",
            "env_read",
            "argument",
            "query",
            "absence",
        ];
        let kinds = kinds.map(|it| json!({ "required": [it] }));
        schema["$defs"]["Point"]["oneOf"] = json!(kinds);
        schema
    }

    #[test]
    fn the_schema_is_that_of_the_types() {
        let fresh = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        if fresh != SCHEMA {
            let path = std::env::temp_dir().join("shield-schema.json");
            let mut file = File::create(&path).unwrap();
            file.write_all(fresh.as_bytes()).unwrap();
            panic!("copy {} to patterns/schema.json", path.display());
        }
    }

    #[test]
    fn every_built_in_pattern_is_what_the_schema_asks_for() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (path, text) in builtin::FILES {
            let file: Value = Script::new(*path, text, "").parse().unwrap();
            let errors = validator.iter_errors(&file);
            let errors: Vec<String> = errors.map(|it| it.instance_path().to_string()).collect();
            assert!(errors.is_empty(), "{path}: {errors:?}");
        }
    }

    #[test]
    fn the_schema_knows_mistakes() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let point = json!({ "env_read": { "name": "acme" } });
        let right = json!({
            "schema": 1, "id": "acme", "title": "t", "severity": "low", "detect": [point],
        });
        assert!(validator.is_valid(&right));
        for (key, value) in [
            ("schema", json!(2)),
            ("severity", json!("worst")),
            ("titel", json!("t")),
            ("detect", json!([])),
            ("detect", json!([{ "point": "a" }])),
            (
                "detect",
                json!([{ "literal": { "regex": "a", "checks": ["odd"] } }]),
            ),
        ] {
            let mut wrong = right.clone();
            wrong[key] = value;
            assert!(!validator.is_valid(&wrong), "{wrong}");
        }
    }
}
