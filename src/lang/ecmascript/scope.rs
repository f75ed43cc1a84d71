//! Which identifiers declare a name, and where the name is known.

use memchr::memmem;
use tree_sitter::Node;

use super::tree::at;
use super::tree::holds;
use super::tree::is_function;
use super::tree::parent;
use super::tree::path_to;
use super::tree::span_of;
use super::tree::text_of;
use crate::text::Span;

/// Patterns in patterns are followed to this depth.
const PATTERN_DEPTH: usize = 64;

/// What an identifier does to a name; the number is the index in its path of what does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Declares it in the function around that node.
    Function(usize),
    /// Declares it in the block around that node.
    Block(usize),
    /// Declares it within that node: a parameter, the name of a function expression.
    Within(usize),
    /// Gives another value to it.
    Assigned,
}

/// What the identifier at the end of `path` does to its name; nothing where it only uses it.
pub(super) fn effect(path: &[Node<'_>]) -> Option<Effect> {
    let mut index = path.len().checked_sub(1)?;
    for _ in 0..PATTERN_DEPTH {
        let node = at(path, index)?;
        let around = parent(path, index)?;
        let part = |field: &str| holds(around, field, node);
        let up = index - 1;
        return match around.kind() {
            "array_pattern" | "object_pattern" | "rest_pattern" => {
                index = up;
                continue;
            }
            "pair_pattern" if part("value") => {
                index = up;
                continue;
            }
            "assignment_pattern" | "object_assignment_pattern" if part("left") => {
                index = up;
                continue;
            }
            "required_parameter" | "optional_parameter" if part("pattern") => {
                index = up;
                continue;
            }
            "formal_parameters" => is_function(parent(path, up)?).then(|| Effect::Within(up - 1)),
            "variable_declarator" if part("name") => declarator(path, up),
            "for_in_statement" if part("left") => Some(loop_variable(around, up)),
            "arrow_function" | "catch_clause" if part("parameter") => Some(Effect::Within(up)),
            "function_expression" | "generator_function" | "class" if part("name") => {
                Some(Effect::Within(up))
            }
            "assignment_expression" | "augmented_assignment_expression" if part("left") => {
                Some(Effect::Assigned)
            }
            "update_expression" => Some(Effect::Assigned),
            "import_specifier" => {
                let alias = around.child_by_field_name("alias");
                (alias.is_none() || alias == Some(node)).then_some(Effect::Block(up))
            }
            "namespace_import" | "import_clause" | "import_require_clause" => {
                Some(Effect::Block(up))
            }
            "import_alias" => (around.named_child(0) == Some(node)).then_some(Effect::Block(up)),
            kind if names_itself(kind) && part("name") => Some(Effect::Block(up)),
            _ => None,
        };
    }
    None
}

/// Whether the `name` of a node of this kind is known in the block around it.
fn names_itself(kind: &str) -> bool {
    matches!(
        kind,
        "function_declaration"
            | "generator_function_declaration"
            | "function_signature"
            | "class_declaration"
            | "abstract_class_declaration"
            | "enum_declaration"
            | "interface_declaration"
            | "type_alias_declaration"
            | "internal_module"
            | "module"
    )
}

/// How the declarator at `index` declares its names.
fn declarator(path: &[Node<'_>], index: usize) -> Option<Effect> {
    match parent(path, index)?.kind() {
        "variable_declaration" => Some(Effect::Function(index)),
        _ => Some(Effect::Block(index)),
    }
}

/// What the head of the loop `node` does to its variable.
fn loop_variable(node: Node<'_>, index: usize) -> Effect {
    match node.child_by_field_name("kind").map(|it| it.kind()) {
        None => Effect::Assigned,
        Some("var") => Effect::Function(index),
        Some(_) => Effect::Within(index),
    }
}

/// Whether a node of this kind can declare, assign or use a name.
pub(super) fn is_name(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "identifier"
            | "type_identifier"
            | "shorthand_property_identifier"
            | "shorthand_property_identifier_pattern"
    )
}

/// Whether names declared in the node at `index` are unknown outside of it.
///
/// The body of a function belongs to the function, so that parameters and variables share a
/// scope.
pub(super) fn is_scope(path: &[Node<'_>], index: usize) -> bool {
    let Some(node) = at(path, index) else {
        return false;
    };
    match node.kind() {
        "class"
        | "class_declaration"
        | "abstract_class_declaration"
        | "for_statement"
        | "for_in_statement"
        | "switch_body"
        | "catch_clause" => node.is_named(),
        "statement_block" => {
            parent(path, index).is_none_or(|it| !is_function(it) && it.kind() != "catch_clause")
        }
        _ => index == 0 || is_function(node),
    }
}

/// Whether the node at `index` declares what exists elsewhere: `declare const …`.
pub(super) fn is_ambient(path: &[Node<'_>], index: usize) -> bool {
    let above = index.saturating_sub(2)..index;
    path.get(above)
        .is_some_and(|it| it.iter().any(|it| it.kind() == "ambient_declaration"))
}

/// One place where a name stands.
#[derive(Debug)]
pub(super) struct Occurrence<'t> {
    /// The path to the identifier.
    pub(super) path: Vec<Node<'t>>,
    /// The span in which it declares the name, if it does.
    pub(super) declares_in: Option<Span>,
}

impl Occurrence<'_> {
    /// Whether the name is known in the whole file because of it.
    pub(super) fn is_global(&self) -> bool {
        self.path.first().map(|it| span_of(*it)) == self.declares_in
    }
}

/// Which occurrences of a name are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// All of them.
    All,
    /// Those that are not plainly a call or the object of a member.
    NotCalled,
}

/// Where `name` stands as the name of a value or a type, not of a property.
pub(super) fn occurrences<'t>(
    root: Node<'t>,
    text: &str,
    name: &str,
    which: Which,
) -> impl Iterator<Item = Occurrence<'t>> {
    memmem::find_iter(text.as_bytes(), name.as_bytes())
        .map(|it| Span::new(it, it + name.len()))
        .filter(move |it| which == Which::All || !is_called(text, *it))
        .filter_map(move |span| {
            let path = path_to(root, span);
            let node = *path.last()?;
            let found = is_name(node) && text_of(node, text) == name;
            found.then(|| Occurrence {
                declares_in: scope_of(&path),
                path,
            })
        })
}

/// Whether the text around `span` says that a name there is used and not declared.
fn is_called(text: &str, span: Span) -> bool {
    let after = text.get(span.end..).unwrap_or("");
    let before = text.get(..span.start).unwrap_or("");
    let named = before.trim_end();
    after.starts_with('.')
        || (after.starts_with('(') && !named.ends_with("function") && !named.ends_with('*'))
}

/// The span in which the identifier at the end of `path` declares its name.
fn scope_of(path: &[Node<'_>]) -> Option<Span> {
    let scope = match effect(path)? {
        Effect::Within(index) => Some(index),
        Effect::Block(index) => (0..index).rev().find(|it| is_scope(path, *it)),
        Effect::Function(index) => (0..index)
            .rev()
            .find(|it| *it == 0 || at(path, *it).is_some_and(is_function)),
        Effect::Assigned => None,
    };
    at(path, scope?).map(span_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::ecmascript::fixture::ts;

    /// The text of the scopes in which `x` is declared.
    fn scopes(text: &str) -> Vec<String> {
        let parsed = ts(text);
        occurrences(parsed.root(), &parsed.text, "x", Which::All)
            .filter_map(|it| it.declares_in)
            .map(|it| parsed.under(it).to_owned())
            .collect()
    }

    #[test]
    fn a_declaration_knows_its_scope() {
        for (text, scope) in [
            ("function f(x) {}", "function f(x) {}"),
            (
                "function f({ a: [x = 1] }) {}",
                "function f({ a: [x = 1] }) {}",
            ),
            ("const f = (...x) => 1;", "(...x) => 1"),
            ("const f = x => 1;", "x => 1"),
            ("const f = function x() {};", "function x() {}"),
            ("class A { m(x: string) {} }", "m(x: string) {}"),
            (
                "function f() { if (a) { var x = 1; } }",
                "function f() { if (a) { var x = 1; } }",
            ),
            ("function f() { if (a) { let x = 1; } }", "{ let x = 1; }"),
            ("{ function x() {} }", "{ function x() {} }"),
            ("{ class x {} }", "{ class x {} }"),
            ("for (const x of y) {}", "for (const x of y) {}"),
            ("for (let x = 0;;) {}", "for (let x = 0;;) {}"),
            ("try {} catch (x) { f(); }", "catch (x) { f(); }"),
            ("namespace N { var x = 1; }", "namespace N { var x = 1; }"),
        ] {
            assert_eq!(scopes(text), [scope], "{text}");
        }
    }

    #[test]
    fn every_import_and_every_declaration_of_a_file_is_global() {
        for text in [
            "import x from 'm';",
            "import * as x from 'm';",
            "import { x } from 'm';",
            "import { y as x } from 'm';",
            "import type { x } from 'm';",
            "import x = require('m');",
            "import x = a.b;",
            "const { x } = y;",
            "const { y: x } = z;",
            "export enum x {}",
            "interface x {}",
            "type x = string;",
            "if (a) { var x = 1; }",
        ] {
            assert_eq!(scopes(text), [text], "{text}");
        }
    }

    #[test]
    fn a_use_declares_nothing() {
        for text in [
            "x();",
            "const y = x;",
            "const { x: y } = z;",
            "import { x as y } from 'm';",
            "a.x = 1; ({ x: 1 }); ({ x });",
            "x = 1; [x] = y; x++;",
            "function f(y = x) {}",
            "type F = (x: string) => void;",
        ] {
            assert!(scopes(text).is_empty(), "{text}");
        }
    }
}
