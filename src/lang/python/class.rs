//! Kinds of classes, as far as they matter to their fields.

use tree_sitter::Node;

use super::{Factory, last_name, parts, text_of};

/// What a field of a class is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fields {
    /// An attribute like any other.
    Ordinary,
    /// A declaration, when it is annotated; an attribute otherwise.
    Annotated,
    /// A declaration, annotated or made by a call.
    Declared,
    /// A constant that stands for itself.
    Members,
}

/// What the fields of the class that `path` ends with are.
pub(super) fn fields(path: &[Node<'_>], text: &str) -> Fields {
    let Some(class) = path.last() else {
        return Fields::Ordinary;
    };
    let bases = class
        .child_by_field_name("superclasses")
        .map_or_else(Vec::new, parts);
    let mut found = Fields::Ordinary;
    for base in bases {
        // `class Names(Base[T])` has the base `Base`.
        let base = match base.kind() {
            "subscript" => base.child_by_field_name("value").unwrap_or(base),
            _ => base,
        };
        let name = last_name(base, text).unwrap_or("");
        if ["Enum", "Flag", "Choices"]
            .iter()
            .any(|it| name.ends_with(it))
        {
            return Fields::Members;
        }
        let declares = ["Model", "Settings", "Struct", "Schema"]
            .iter()
            .any(|it| name.ends_with(it));
        if declares || matches!(name, "NamedTuple" | "TypedDict") {
            found = Fields::Annotated;
        }
    }
    let decorated = path.iter().rev().nth(1);
    let decorated = decorated.filter(|it| it.kind() == "decorated_definition");
    for decorator in decorated.map_or_else(Vec::new, |it| parts(*it)) {
        let name = decorator
            .named_child(0)
            .filter(|_| decorator.kind() == "decorator");
        let called = name.and_then(|it| last_name(it, text));
        match called {
            Some("dataclass") => found = Fields::Annotated,
            Some("define" | "mutable" | "frozen" | "attrs" | "attributes") => {
                found = Fields::Declared;
            }
            Some("s") if name.is_some_and(|it| text_of(it, text).starts_with("attr")) => {
                found = Fields::Declared;
            }
            Some(_) | None => {}
        }
    }
    found
}

/// How the class that `path` ends with declares fields that are made anew for each object.
pub(super) fn maker(path: &[Node<'_>], text: &str) -> Option<Factory> {
    let class = path.last()?;
    let decorated = path.iter().rev().nth(1);
    let decorated = decorated.filter(|it| it.kind() == "decorated_definition");
    let decorators = decorated.map_or_else(Vec::new, |it| parts(*it));
    let mut decorators = decorators.iter().filter(|it| it.kind() == "decorator");
    let is_dataclass = |it: &Node<'_>| {
        let name = it.named_child(0).and_then(|it| last_name(it, text));
        name == Some("dataclass")
    };
    if decorators.any(is_dataclass) {
        return Some(Factory::Dataclass);
    }
    let bases = class.child_by_field_name("superclasses");
    let mut bases = bases.map_or_else(Vec::new, parts).into_iter();
    let model = bases.any(|it| {
        let name = last_name(it, text);
        matches!(name, Some("BaseModel" | "BaseSettings"))
    });
    (model && text.contains("pydantic")).then_some(Factory::Pydantic)
}
