//! Tree-sitter queries of patterns: which there are, and whether they are right.

use std::collections::BTreeSet;

use tree_sitter::{Query, QueryError, QueryErrorKind};

use super::PatternError;
use super::SEE_DOCS;
use super::syntax::{Absence, Placed, Shapes};
use crate::lang::Family;
use crate::lang::Language;
use crate::yaml::Script;

/// The capture that holds the value.
const SECRET: &str = "secret";

/// The capture that a finding of an absence points at.
const ANCHOR: &str = "anchor";

/// The queries of `shapes`, by family.
pub(super) fn shapes(shapes: &Shapes) -> Vec<(Family, String)> {
    let query = |(family, it): (Family, &Placed<String>)| (family, it.value.clone());
    written(shapes).map(query).collect()
}

/// Checks the queries of a point that finds values.
pub(super) fn verify_query(
    script: &Script,
    query: &super::syntax::Query,
) -> Result<(), PatternError> {
    let captures = verify(script, &query.shapes, Some(SECRET))?;
    conditions(script, &query.conditions, &captures)
}

/// Checks the queries of a point that finds the absence of something.
pub(super) fn verify_absence(script: &Script, absence: &Absence) -> Result<(), PatternError> {
    let mut captures = verify(script, &absence.anchor, Some(ANCHOR))?;
    captures.extend(verify(script, &absence.require, None)?);
    let pairs = [
        (&absence.anchor.python, &absence.require.python),
        (&absence.anchor.ecmascript, &absence.require.ecmascript),
    ];
    for (anchor, require) in pairs {
        if let (Some(anchor), None) = (anchor, require) {
            return Err(script.mistake_at(
                anchor,
                "nothing is required where this anchor is found",
                "a family of languages under `anchor` has a query under `require` too",
            ));
        }
    }
    conditions(script, &absence.conditions, &captures)
}

fn written(shapes: &Shapes) -> impl Iterator<Item = (Family, &Placed<String>)> {
    let python = shapes.python.as_ref().map(|it| (Family::Python, it));
    let ecmascript = shapes.ecmascript.as_ref();
    let ecmascript = ecmascript.map(|it| (Family::EcmaScript, it));
    python.into_iter().chain(ecmascript)
}

fn languages(family: Family) -> &'static [Language] {
    match family {
        Family::Python => &[Language::Python],
        Family::EcmaScript => &[Language::JavaScript, Language::TypeScript, Language::Tsx],
    }
}

/// Compiles every query for every language of its family; gives the captures they have.
fn verify(
    script: &Script,
    shapes: &Shapes,
    needed: Option<&str>,
) -> Result<BTreeSet<String>, PatternError> {
    let mut captures = BTreeSet::new();
    for (family, query) in written(shapes) {
        for language in languages(family) {
            let compiled = Query::new(&language.grammar(), &query.value)
                .map_err(|it| mistake(script, query, *language, &it))?;
            let names: Vec<&str> = compiled.capture_names().to_vec();
            if let Some(needed) = needed.filter(|it| !names.contains(it)) {
                return Err(script.mistake_at(
                    query,
                    format!("the query needs a capture named `@{needed}`"),
                    format!("write `@{needed}` after the node that is meant"),
                ));
            }
            captures.extend(names.into_iter().map(str::to_owned));
        }
    }
    Ok(captures)
}

/// Checks that conditions are about captures that exist.
fn conditions(
    script: &Script,
    conditions: &std::collections::BTreeMap<String, Placed<String>>,
    captures: &BTreeSet<String>,
) -> Result<(), PatternError> {
    for (name, condition) in conditions {
        if !captures.contains(name) {
            let known: Vec<String> = captures.iter().map(|it| format!("`{it}`")).collect();
            return Err(script.mistake_at(
                condition,
                format!("no query has a capture `@{name}`"),
                format!("the captures are {}", known.join(", ")),
            ));
        }
    }
    Ok(())
}

/// An error that points into the query.
fn mistake(
    script: &Script,
    query: &Placed<String>,
    language: Language,
    error: &QueryError,
) -> PatternError {
    let place = script.place_in(query, error.offset..error.offset + 1);
    let name = error.message.trim_matches('"');
    let (message, help) = match error.kind {
        QueryErrorKind::NodeType => (
            format!("the grammar of {language:?} has no node `{name}`"),
            "the node types are listed in the grammar's src/node-types.json",
        ),
        QueryErrorKind::Field => (
            format!("the grammar of {language:?} has no field `{name}`"),
            "the fields of each node are listed in the grammar's src/node-types.json",
        ),
        QueryErrorKind::Capture => (
            format!("a predicate is about a capture `{name}` that the query does not have"),
            SEE_DOCS,
        ),
        QueryErrorKind::Predicate => (format!("the predicate is wrong: {name}"), SEE_DOCS),
        QueryErrorKind::Structure => (
            format!("such a structure cannot occur in {language:?}"),
            "compare with the tree of a real file: `tree-sitter parse` prints it",
        ),
        QueryErrorKind::Syntax => (
            "the query is not well-formed".to_owned(),
            "a query is made of nodes in parentheses, with fields before and captures after them",
        ),
        QueryErrorKind::Language => (
            format!("the grammar of {language:?} does not fit this program"),
            SEE_DOCS,
        ),
    };
    script.mistake(place, message, help)
}

#[cfg(test)]
mod tests {
    use crate::pattern::PatternError;
    use crate::pattern::compile::compile;
    use crate::pattern::script;
    use crate::yaml::Mistake;

    /// What is wrong with a pattern that has these fields in its point, and where.
    fn wrong(point: &str) -> (String, String) {
        let text = format!(
            "schema: 1\nid: a/b\ntitle: t\nseverity: low\ndetect:\n  - {}",
            point.replace('\n', "\n    ")
        );
        let Err(error) = compile(&script("b.yaml", &text)) else {
            return (String::new(), String::new());
        };
        let PatternError::Invalid(Mistake { message, span, .. }) = error else {
            panic!("{error}");
        };
        let place = text.get(span.offset()..span.offset() + span.len()).unwrap();
        (message, place.to_owned())
    }

    const QUERY: &str = "query:
  keywords: [sign]
  shapes:
    ecmascript: |
      (call_expression
        function: (identifier) @name
        arguments: (arguments (string) @secret))
  where:
    name: '^sign$'
";

    #[test]
    fn a_query_that_is_right_passes() {
        assert_eq!(wrong(QUERY).0, "");
    }

    #[test]
    fn a_mistake_in_a_query_points_into_it() {
        let (message, place) = wrong(&QUERY.replace("(string)", "(strong)"));
        assert_eq!(message, "the grammar of JavaScript has no node `strong`");
        assert_eq!(place, "s");
        let field = wrong(&QUERY.replace("function:", "fun:"));
        assert_eq!(field.0, "the grammar of JavaScript has no field `fun`");
        assert_eq!(field.1, "f");
        let open = wrong(&QUERY.replace("@secret))", "@secret)"));
        assert_eq!(open.0, "the query is not well-formed");
    }

    #[test]
    fn a_query_without_its_capture_is_an_error() {
        let (message, _) = wrong(&QUERY.replace("@secret", "@value"));
        assert_eq!(message, "the query needs a capture named `@secret`");
        let unknown = wrong(&QUERY.replace("    name:", "    nome:"));
        assert_eq!(unknown.0, "no query has a capture `@nome`");
    }

    #[test]
    fn a_family_that_does_not_exist_is_an_error() {
        let (message, place) = wrong(&QUERY.replace("ecmascript", "ruby"));
        assert_eq!(message, "there is no field `ruby` here");
        assert_eq!(place, "ruby");
    }

    #[test]
    fn a_query_needs_keywords() {
        let (message, _) = wrong(&QUERY.replace("[sign]", "[]"));
        assert_eq!(message, "a point with a query needs keywords");
    }

    #[test]
    fn an_anchor_needs_something_required() {
        let absence = "absence:
  keywords: [SECRET]
  anchor:
    python: (identifier) @anchor
  require: {}
";
        let (message, _) = wrong(absence);
        assert_eq!(message, "nothing is required where this anchor is found");
    }
}
