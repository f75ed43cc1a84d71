//! String literals: which one a place is in, what it is, and what it is at run time.

use tree_sitter::Node;

use super::decode::Decoded;
use super::decode::Notation;
use super::decode::decode;
use super::standing;
use super::surroundings;
use super::tree::Errors;
use super::tree::has_substitution;
use super::tree::inner_span;
use super::tree::is_string;
use super::tree::parent;
use super::tree::path_to;
use super::tree::span_of;
use super::tree::with_space;
use crate::lang::Literal;
use crate::lang::Obstacle;
use crate::lang::Standing;
use crate::secret::Secret;
use crate::text::Role;
use crate::text::Span;

/// What the text under `span` is.
pub(in crate::lang) fn role(root: Node<'_>, span: Span) -> Role {
    for node in path_to(root, span).into_iter().rev() {
        match node.kind() {
            "template_string" if has_substitution(node) => return Role::Template,
            "template_literal_type" => return Role::Template,
            "string" | "template_string" if node.is_named() => return Role::String,
            "comment" | "html_comment" | "hash_bang_line" => return Role::Comment,
            "template_substitution" | "template_type" => return Role::Plain,
            _ => {}
        }
    }
    Role::Plain
}

/// The smallest literal that contains `span`.
pub(in crate::lang) fn literal(root: Node<'_>, text: &str, span: Span) -> Option<Literal> {
    let path = path_to(root, span);
    let index = path.iter().rposition(|it| {
        is_string(*it) || matches!(it.kind(), "template_string" | "template_literal_type")
    })?;
    let path = path.get(..=index)?;
    let node = *path.last()?;
    let decoded = value(path, text);
    let errors = Errors::of(root, with_space(text, span_of(node)));
    let standing = if errors.are_near(text, span_of(node)) {
        Standing::Barred(Obstacle::ErrorNodeNear)
    } else if surroundings::is_client(root, text) {
        Standing::Barred(Obstacle::ClientCode)
    } else if let Err(obstacle) = &decoded {
        Standing::Barred(*obstacle)
    } else {
        standing::of(path, text)
    };
    Some(Literal {
        factory: None,
        outer: span_of(node),
        inner: inner_span(node, text),
        value: decoded.ok(),
        standing,
    })
}

/// What the literal at the end of `path` is at run time, or why that is not known.
fn value(path: &[Node<'_>], text: &str) -> Result<Secret, Obstacle> {
    let node = path.last().ok_or(Obstacle::UnsupportedForm)?;
    let around = parent(path, path.len() - 1).map(|it| it.kind());
    let notation = match node.kind() {
        "string" if around == Some("jsx_attribute") => Notation::Markup,
        "string" => Notation::String,
        "template_string" if !has_substitution(*node) => Notation::Template,
        _ => return Err(Obstacle::Interpolated),
    };
    let written = inner_span(*node, text).of(text).unwrap_or("");
    match decode(written, notation) {
        Decoded::Text(secret) => Ok(secret),
        Decoded::NotText => Err(Obstacle::NonUtf8Value),
        Decoded::Unsupported => Err(Obstacle::UnsupportedForm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::ecmascript::fixture::Parsed;
    use crate::lang::ecmascript::fixture::js;
    use crate::lang::ecmascript::fixture::ts;
    use crate::lang::ecmascript::fixture::tsx;

    fn role_of(parsed: &Parsed, part: &str) -> Role {
        role(parsed.root(), parsed.span(part))
    }

    fn literal_of(parsed: &Parsed, part: &str) -> Literal {
        literal(parsed.root(), &parsed.text, parsed.span(part)).unwrap()
    }

    fn secret(value: &str) -> Secret {
        Secret::new(value.to_owned())
    }

    #[test]
    fn text_is_told_apart_by_what_it_stands_in() {
        let parsed = tsx(
            "#!/usr/bin/env one\n// two\nf('three', `four`, `five${six + 'seven'}`, /eight/, <A b=\"nine\">ten</A>);\ntype T = `eleven${string}`;",
        );
        for (part, role) in [
            ("one", Role::Comment),
            ("two", Role::Comment),
            ("three", Role::String),
            ("four", Role::String),
            ("five", Role::Template),
            ("six", Role::Plain),
            ("seven", Role::String),
            ("eight", Role::Plain),
            ("nine", Role::String),
            ("ten", Role::Plain),
            ("eleven", Role::Template),
        ] {
            assert_eq!(role_of(&parsed, part), role, "{part}");
        }
    }

    #[test]
    fn the_type_of_strings_is_no_string() {
        let parsed = ts("let a: string;");
        assert_eq!(role_of(&parsed, "string"), Role::Plain);
        let found = literal(parsed.root(), &parsed.text, parsed.span("string"));
        assert_eq!(found, None);
    }

    #[test]
    fn a_literal_has_an_outside_an_inside_and_a_value() {
        let parsed = js("const é = 'a\\tb';");
        let literal = literal_of(&parsed, "a\\tb");
        assert_eq!(parsed.under(literal.outer), "'a\\tb'");
        assert_eq!(parsed.under(literal.inner), "a\\tb");
        assert_eq!(literal.value, Some(secret("a\tb")));
        assert_eq!(literal.standing, Standing::Free);
    }

    #[test]
    fn a_part_of_a_literal_is_in_the_whole_of_it() {
        let parsed = js("const url = \"postgres://app:rosebud@db/app\";");
        let literal = literal_of(&parsed, "rosebud");
        assert_eq!(parsed.under(literal.inner), "postgres://app:rosebud@db/app");
    }

    #[test]
    fn a_key_with_escaped_line_endings_has_real_ones_at_run_time() {
        let parsed = js("const key = '-----BEGIN X-----\\r\\nMII=\\r\\n-----END X-----';");
        let literal = literal_of(&parsed, "MII=");
        let expected = secret("-----BEGIN X-----\r\nMII=\r\n-----END X-----");
        assert_eq!(literal.value, Some(expected));
    }

    #[test]
    fn the_smallest_of_nested_literals_counts() {
        let parsed = js("f(`a${ g('inner') }b`);");
        assert_eq!(parsed.under(literal_of(&parsed, "inner").outer), "'inner'");
        let outer = literal_of(&parsed, "a$");
        assert_eq!(outer.value, None);
        assert_eq!(outer.standing, Standing::Barred(Obstacle::Interpolated));
    }

    #[test]
    fn code_outside_of_literals_has_none() {
        let parsed = js("const a = b; // 'c'");
        assert_eq!(literal(parsed.root(), &parsed.text, parsed.span("b")), None);
        assert_eq!(
            literal(parsed.root(), &parsed.text, parsed.span("c'")),
            None
        );
    }

    #[test]
    fn a_value_that_cannot_be_told_bars_the_literal() {
        for (text, obstacle) in [
            (r"k = 'a\101'", Obstacle::UnsupportedForm),
            (r"k = 'a\uD83D'", Obstacle::NonUtf8Value),
        ] {
            let parsed = js(text);
            let literal = literal_of(&parsed, "'a");
            assert_eq!(literal.value, None, "{text}");
            assert_eq!(literal.standing, Standing::Barred(obstacle), "{text}");
        }
    }

    #[test]
    fn an_error_bars_the_literals_next_to_it_only() {
        let parsed =
            ts("const a = 'one';\nconst b = 'two' }\nconst c = 'three';\nconst d = 'four';");
        let near = Standing::Barred(Obstacle::ErrorNodeNear);
        assert_eq!(literal_of(&parsed, "one").standing, Standing::Free);
        assert_eq!(literal_of(&parsed, "two").standing, near);
        assert_eq!(literal_of(&parsed, "four").standing, Standing::Free);
    }

    #[test]
    fn client_code_keeps_its_literals() {
        let parsed = js("\"use client\";\nconst key = 'rosebud';");
        let literal = literal_of(&parsed, "rosebud");
        assert_eq!(literal.standing, Standing::Barred(Obstacle::ClientCode));
    }
}
