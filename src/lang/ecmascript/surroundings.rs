//! Where the code of a file runs, as far as the file itself says.

use tree_sitter::Node;

use super::tree::inner_text;
use super::tree::operand;
use super::tree::text_of;
use crate::lang::Obstacle;

/// The directives of a file are looked for among so many statements and comments.
const PROLOGUE: usize = 64;

/// Variables with these prefixes are handed to browsers by the tools that build the code.
const PUBLIC_PREFIXES: [&str; 9] = [
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "EXPO_PUBLIC_",
    "GATSBY_",
    "NUXT_PUBLIC_",
    "PUBLIC_",
    "VUE_APP_",
    "NG_APP_",
];

/// Exported constants that a framework reads without running the code.
const SEGMENT_SETTINGS: [&str; 5] = [
    "runtime",
    "dynamic",
    "fetchCache",
    "preferredRegion",
    "revalidate",
];

/// Whether `name` is a setting of a route that is read without running the code.
pub(super) fn is_segment_setting(name: &str) -> bool {
    SEGMENT_SETTINGS.contains(&name)
}

/// Whether a variable is public by its prefix.
pub(super) fn is_public(variable: &str) -> bool {
    PUBLIC_PREFIXES.iter().any(|it| variable.starts_with(it))
}

/// Whether `node` is a directive: a statement that is nothing but a string.
pub(super) fn is_directive(node: Node<'_>) -> bool {
    node.kind() == "expression_statement"
        && node.named_child(0).is_some_and(|it| it.kind() == "string")
}

/// Whether the file says that it runs in a browser.
pub(super) fn is_client(root: Node<'_>, text: &str) -> bool {
    let mut cursor = root.walk();
    root.named_children(&mut cursor)
        .take(PROLOGUE)
        .take_while(|it| is_directive(*it) || matches!(it.kind(), "comment" | "hash_bang_line"))
        .filter_map(|it| it.named_child(0))
        .any(|it| inner_text(it, text) == "use client")
}

/// What stands against calling the wrapper anywhere in the file.
pub(super) fn obstacle(root: Node<'_>, text: &str) -> Option<Obstacle> {
    if is_client(root, text) {
        Some(Obstacle::ClientCode)
    } else if is_edge(root, text) {
        Some(Obstacle::EdgeRuntime)
    } else {
        None
    }
}

/// Whether the file asks for an edge runtime.
fn is_edge(root: Node<'_>, text: &str) -> bool {
    let mut cursor = root.walk();
    root.named_children(&mut cursor)
        .filter(|it| it.kind() == "export_statement")
        .filter_map(|it| it.child_by_field_name("declaration"))
        .filter(|it| it.kind() == "lexical_declaration")
        .filter_map(|it| it.named_child(0))
        .any(|it| asks_for_edge(it, text))
}

/// Whether a declarator is `runtime = "edge"` or `config = { runtime: "edge" }`.
fn asks_for_edge(declarator: Node<'_>, text: &str) -> bool {
    let field = |name| declarator.child_by_field_name(name);
    let (Some(name), Some(value)) = (field("name"), field("value")) else {
        return false;
    };
    let value = operand(value);
    match text_of(name, text) {
        "runtime" => is_edge_name(value, text),
        "config" => {
            let mut cursor = value.walk();
            value.named_children(&mut cursor).any(|pair| {
                let key = pair.child_by_field_name("key");
                let chosen = pair.child_by_field_name("value");
                key.is_some_and(|it| text_of(it, text) == "runtime")
                    && chosen.is_some_and(|it| is_edge_name(operand(it), text))
            })
        }
        _ => false,
    }
}

/// Whether a literal names an edge runtime.
fn is_edge_name(node: Node<'_>, text: &str) -> bool {
    matches!(inner_text(node, text), "edge" | "experimental-edge")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::ecmascript::fixture::ts;

    fn found(text: &str) -> Option<Obstacle> {
        let parsed = ts(text);
        obstacle(parsed.root(), &parsed.text)
    }

    #[test]
    fn a_directive_makes_a_file_client_code() {
        let client = Some(Obstacle::ClientCode);
        assert_eq!(found("\"use client\";\nf();"), client);
        assert_eq!(
            found("// licence\n'use strict'\n'use client'\nf();"),
            client
        );
        assert_eq!(found("f();\n\"use client\";"), None);
        assert_eq!(found("\"use server\";"), None);
    }

    #[test]
    fn an_exported_setting_asks_for_an_edge_runtime() {
        let edge = Some(Obstacle::EdgeRuntime);
        assert_eq!(found("export const runtime = \"edge\";"), edge);
        assert_eq!(
            found("f();\nexport const runtime = 'experimental-edge' as const;"),
            edge
        );
        assert_eq!(
            found("export const config = { matcher: '/', runtime: 'edge' };"),
            edge
        );
        assert_eq!(found("export const runtime = \"nodejs\";"), None);
        assert_eq!(found("const runtime = \"edge\";"), None);
    }
}
