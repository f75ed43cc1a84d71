//! `package.json`: one line more, everything else as it was.

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::Unedited;
use super::dependency::{Dependency, Who};
use super::page::line_end;
use crate::text;
use crate::text::Edit;
use crate::text::Span;

/// Where the names of other packages stand.
const SECTIONS: [&str; 4] = [
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
];

/// `text` with a dependency added; `None` when it is there already.
pub(super) fn add(text: &str, dependency: &Dependency) -> Result<Option<String>, Unedited> {
    // This parser knows how deep it may go; the other one knows where things are.
    let before: serde_json::Value = serde_json::from_str(text).or(Err(Unedited::Form))?;
    let has = |it: &&str| {
        before
            .get(it)
            .is_some_and(|it| it.get(dependency.name).is_some())
    };
    if SECTIONS.iter().any(has) {
        return Ok(None);
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict());
    let Some(Value::Object(root)) = parsed.or(Err(Unedited::Form))?.value else {
        return Err(Unedited::Form);
    };
    let names: &[&str] = match dependency.who {
        Who::Developers => &["devDependencies", "dependencies"],
        Who::Everybody => &["dependencies"],
    };
    let section = names.iter().find_map(|it| Some((*it, section(&root, it)?)));
    let (name, edit) = if let Some((name, object)) = section {
        (name, member(text, object, dependency)?)
    } else {
        let name = names.first().copied().unwrap_or_default();
        (name, new_section(text, &root, (name, dependency))?)
    };
    let after = text::apply(text, &[edit]).or(Err(Unedited::Form))?;
    if is_twin(before, &after, (name, dependency)) {
        Ok(Some(after))
    } else {
        Err(Unedited::Form)
    }
}

/// JSON as npm reads it.
fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// Whether `after` says what `before` says and has the dependency, and nothing more.
fn is_twin(
    mut before: serde_json::Value,
    after: &str,
    (section, dependency): (&str, &Dependency),
) -> bool {
    let Some(root) = before.as_object_mut() else {
        return false;
    };
    let entry = root
        .entry(section)
        .or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
    let Some(entry) = entry.as_object_mut() else {
        return false;
    };
    entry.insert(dependency.name.to_owned(), dependency.range.into());
    serde_json::from_str::<serde_json::Value>(after).is_ok_and(|it| it == before)
}

/// The object of a section, where there is one.
fn section<'r, 'a>(root: &'r Object<'a>, name: &str) -> Option<&'r Object<'a>> {
    let property = root.properties.iter().find(|it| it.name.as_str() == name)?;
    property.value.as_object()
}

/// Adds the dependency to a section, in its place where the names are sorted.
fn member(text: &str, object: &Object<'_>, dependency: &Dependency) -> Result<Edit, Unedited> {
    let entry = entry(dependency);
    let members = &object.properties;
    let Some(last) = members.last() else {
        let (indent, end) = (indent_of(text, object.range.start), line_end(text));
        let deeper = format!("{indent}{}", step(text));
        let inner = format!("{end}{deeper}{entry}{end}{indent}");
        let inside = Span::new(object.range.start + 1, object.range.end - 1);
        return Ok(Edit::replace(inside, inner));
    };
    let names: Vec<&str> = members.iter().map(|it| it.name.as_str()).collect();
    let next = if names.is_sorted() {
        members.iter().find(|it| it.name.as_str() > dependency.name)
    } else {
        None
    };
    let gap = gap(text, next.unwrap_or(last)).ok_or(Unedited::Form)?;
    Ok(match next {
        Some(next) => Edit::insert(next.start(), format!("{entry},{gap}")),
        None => Edit::insert(last.end(), format!(",{gap}{entry}")),
    })
}

/// Adds a section with the dependency to the manifest.
fn new_section(
    text: &str,
    root: &Object<'_>,
    (name, dependency): (&str, &Dependency),
) -> Result<Edit, Unedited> {
    let last = root.properties.last().ok_or(Unedited::Form)?;
    let gap = gap(text, last).ok_or(Unedited::Form)?;
    let entry = entry(dependency);
    let section = if gap.contains('\n') {
        format!("{{{gap}{}{entry}{gap}}}", step(text))
    } else {
        format!("{{{entry}}}")
    };
    Ok(Edit::insert(
        last.end(),
        format!(",{gap}\"{name}\": {section}"),
    ))
}

fn entry(dependency: &Dependency) -> String {
    format!("\"{}\": \"{}\"", dependency.name, dependency.range)
}

/// The white space before a member.
fn gap<'t>(text: &'t str, member: &ObjectProp<'_>) -> Option<&'t str> {
    let before = text.get(..member.start())?;
    text.get(before.trim_end().len()..member.start())
}

/// The white space that the line of `at` starts with.
fn indent_of(text: &str, at: usize) -> &str {
    let line = text.get(..at).unwrap_or_default().rsplit('\n').next();
    let line = line.unwrap_or_default();
    let end = line.len() - line.trim_start().len();
    line.get(..end).unwrap_or_default()
}

/// What one level of the file is indented by.
fn step(text: &str) -> &str {
    let second = text.lines().find(|it| it.starts_with([' ', '\t']));
    let line = second.unwrap_or("  ");
    let end = line.len() - line.trim_start().len();
    line.get(..end).unwrap_or("  ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AGE: Dependency = Dependency {
        name: "age-encryption",
        range: "^0.3.1",
        who: Who::Developers,
    };

    fn added(text: &str) -> String {
        add(text, &AGE).unwrap().unwrap()
    }

    #[test]
    fn a_dependency_goes_where_the_names_are_sorted() {
        let text = "{\n\t\"name\": \"x\",\n\t\"devDependencies\": {\n\t\t\"a\": \"1\",\n\t\t\"b\": \"2\"\n\t}\n}";
        let wanted = "{\n\t\"name\": \"x\",\n\t\"devDependencies\": {\n\t\t\"a\": \"1\",\n\t\t\"age-encryption\": \"^0.3.1\",\n\t\t\"b\": \"2\"\n\t}\n}";
        assert_eq!(added(text), wanted);
        assert_eq!(add(wanted, &AGE), Ok(None));
    }

    #[test]
    fn a_dependency_goes_last_where_they_are_not() {
        let text =
            "{\r\n  \"dependencies\": {\r\n    \"b\": \"2\",\r\n    \"a\": \"1\"\r\n  }\r\n}\r\n";
        let wanted = "{\r\n  \"dependencies\": {\r\n    \"b\": \"2\",\r\n    \"a\": \"1\",\r\n    \"age-encryption\": \"^0.3.1\"\r\n  }\r\n}\r\n";
        assert_eq!(added(text), wanted);
    }

    #[test]
    fn a_section_is_made_where_there_is_none() {
        assert_eq!(
            added("{\n  \"name\": \"x\"\n}\n"),
            "{\n  \"name\": \"x\",\n  \"devDependencies\": {\n    \"age-encryption\": \"^0.3.1\"\n  }\n}\n"
        );
        assert_eq!(
            added("{\n  \"dependencies\": {}\n}"),
            "{\n  \"dependencies\": {\n    \"age-encryption\": \"^0.3.1\"\n  }\n}"
        );
        assert_eq!(
            added("{\"name\":\"x\"}"),
            "{\"name\":\"x\",\"devDependencies\": {\"age-encryption\": \"^0.3.1\"}}"
        );
    }

    #[test]
    fn what_a_running_program_needs_is_no_dependency_of_developers() {
        let sdk = Dependency {
            who: Who::Everybody,
            ..AGE
        };
        let added = |text| add(text, &sdk).unwrap().unwrap();
        assert_eq!(
            added("{\n  \"devDependencies\": {\n    \"a\": \"1\"\n  }\n}\n"),
            "{\n  \"devDependencies\": {\n    \"a\": \"1\"\n  },\n  \"dependencies\": {\n    \"age-encryption\": \"^0.3.1\"\n  }\n}\n"
        );
        assert_eq!(
            added("{\"dependencies\": {\"a\": \"1\"}, \"devDependencies\": {}}"),
            "{\"dependencies\": {\"a\": \"1\",\"age-encryption\": \"^0.3.1\"}, \"devDependencies\": {}}"
        );
    }

    #[test]
    fn what_is_no_plain_manifest_is_not_added_to() {
        let deep = "[".repeat(100_000);
        for text in ["", "{}", "[]", "{\"a\": 1,}", "// x\n{\"a\": 1}", &deep] {
            assert_eq!(add(text, &AGE), Err(Unedited::Form), "{text:.20}");
        }
        let twice = "{\"dependencies\": {\"a\": \"1\"}, \"dependencies\": {\"b\": \"1\"}}";
        assert_eq!(add(twice, &AGE), Err(Unedited::Form));
    }

    proptest! {
        #[test]
        fn whatever_is_there_stays(
            names in proptest::collection::btree_set("[a-z@/]{1,8}", 0..6),
            indent in prop_oneof![Just("  "), Just("    "), Just("\t")],
            end in prop_oneof![Just("\n"), Just("\r\n")],
            sorted in any::<bool>(),
            dev in any::<bool>(),
        ) {
            let mut names: Vec<String> = names.into_iter().collect();
            if !sorted {
                names.reverse();
            }
            let members: Vec<String> = names
                .iter()
                .map(|it| format!("{end}{indent}{indent}\"{it}\": \"^1\""))
                .collect();
            let section = if dev { "devDependencies" } else { "dependencies" };
            let inner = members.join(",");
            let close = if members.is_empty() { String::new() } else { format!("{end}{indent}") };
            let text = format!("{{{end}{indent}\"name\": \"x\",{end}{indent}\"{section}\": {{{inner}{close}}}{end}}}{end}");
            let after = added(&text);
            prop_assert_eq!(add(&after, &AGE), Ok(None));
            // What was added can be taken out again, and nothing else has changed.
            let same = text.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
            prop_assert!(after.len() > text.len());
            let rest = after.len() - (text.len() - same);
            prop_assert_eq!(text.get(..same), after.get(..same));
            prop_assert_eq!(text.get(same..), after.get(rest..));
            let bare = after.replace("\r\n", "");
            prop_assert!(end == "\n" || !bare.contains('\n'));
            if sorted {
                let parsed: serde_json::Value = serde_json::from_str(&after).unwrap();
                let keys: Vec<&String> = parsed[section].as_object().unwrap().keys().collect();
                prop_assert!(keys.is_sorted());
            }
        }
    }
}
