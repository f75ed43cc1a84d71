//! Declarations of the environment's type: `interface ProcessEnv` of the namespace `NodeJS`.

use memchr::memmem;
use tree_sitter::Node;

use super::tree::{Walk, inner_text, text_of};
use crate::lang::EnvType;

/// The interface.
const NAME: &str = "ProcessEnv";

/// The namespace that it belongs to.
const NAMESPACE: &str = "NodeJS";

/// What the types of a file say of the environment, in order.
pub(in crate::lang) fn env_types(root: Node<'_>, text: &str) -> Vec<EnvType> {
    if memmem::find(text.as_bytes(), NAME.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut walk = Walk::new(root);
    while let Some(path) = walk.step() {
        let Some(node) = path.last().copied() else {
            break;
        };
        if node.kind() == "interface_declaration" && named(node, text) == NAME {
            let is_inside = path.iter().any(|it| {
                matches!(it.kind(), "internal_module" | "module") && named(*it, text) == NAMESPACE
            });
            if is_inside {
                declared(node, text, &mut found);
            }
        }
    }
    found
}

/// What one declaration says.
fn declared(interface: Node<'_>, text: &str, found: &mut Vec<EnvType>) {
    let mut cursor = interface.walk();
    for part in interface.named_children(&mut cursor) {
        match part.kind() {
            "extends_type_clause" | "extends_clause" => found.push(EnvType::Unknown),
            "interface_body" | "object_type" => {
                let mut members = part.walk();
                let members = part.named_children(&mut members);
                found.extend(members.filter_map(|it| member(it, text)));
            }
            _ => {}
        }
    }
}

/// What one member says.
fn member(node: Node<'_>, text: &str) -> Option<EnvType> {
    match node.kind() {
        "comment" => None,
        "property_signature" => {
            let name = node.child_by_field_name("name")?;
            let name = match name.kind() {
                "property_identifier" => text_of(name, text),
                "string" => inner_text(name, text),
                _ => return Some(EnvType::Unknown),
            };
            let written = node.child_by_field_name("type").map(|it| text_of(it, text));
            let written = written.unwrap_or("").trim_start_matches(':').trim();
            let mut cursor = node.walk();
            let optional = node.children(&mut cursor).any(|it| it.kind() == "?");
            match (written, optional) {
                ("string", false) => Some(EnvType::Text(name.to_owned())),
                ("string" | "string | undefined" | "undefined | string", _) => None,
                (_, _) => Some(EnvType::Other(name.to_owned())),
            }
        }
        // Every name; what types of their own the variables have is not said here.
        "index_signature" if text_of(node, text).contains("undefined") => None,
        _ => Some(EnvType::Unknown),
    }
}

/// The name of a declaration.
fn named<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    let name = node.child_by_field_name("name");
    name.map_or("", |it| text_of(it, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::ecmascript::fixture::ts;

    fn types(text: &str) -> Vec<EnvType> {
        let parsed = ts(text);
        env_types(parsed.root(), &parsed.text)
    }

    #[test]
    fn a_declaration_tells_texts_from_other_types() {
        let text = "declare namespace NodeJS {\n  interface ProcessEnv {\n    A: string;\n    \
                    B?: string; // maybe\n    readonly C: string\n    D: \"x\" | \"y\";\n    \
                    \"E-F\": string;\n    G: string | undefined;\n    H?: \"x\";\n  }\n}\n";
        let wanted = [
            EnvType::Text("A".into()),
            EnvType::Text("C".into()),
            EnvType::Other("D".into()),
            EnvType::Text("E-F".into()),
            EnvType::Other("H".into()),
        ];
        assert_eq!(types(text), wanted);
        let global = text.replace(
            "declare namespace NodeJS",
            "declare global { namespace NodeJS",
        );
        assert_eq!(types(&format!("export {{}};\n{global}}}\n")), wanted);
    }

    #[test]
    fn what_a_declaration_is_made_of_may_say_anything() {
        let made = "declare namespace NodeJS { interface ProcessEnv extends Env {} }";
        assert_eq!(types(made), [EnvType::Unknown]);
        let all = "declare namespace NodeJS { interface ProcessEnv { [key: string]: string } }";
        assert_eq!(types(all), [EnvType::Unknown]);
        assert_eq!(types("interface ProcessEnv { A: string }"), []);
    }
}
