//! What a pattern takes out of the environment: `const { X: name = "d" } = process.env;`.

use tree_sitter::Node;

use super::alias::key;
use crate::lang::EnvRead;
use crate::lang::Obstacle;
use crate::lang::ReadForm;
use crate::lang::Standing;
use crate::lang::ecmascript::import::is_end_of_line;
use crate::lang::ecmascript::import::statement_end;
use crate::lang::ecmascript::tree::at;
use crate::lang::ecmascript::tree::is_constant;
use crate::lang::ecmascript::tree::span_of;
use crate::lang::ecmascript::tree::text_of;
use crate::text::Span;

/// The reads of `pattern`, which is given the environment by the node at the end of `path`.
pub(super) fn reads(path: &[Node<'_>], pattern: Node<'_>, text: &str) -> Vec<EnvRead> {
    let Some(node) = path.last() else {
        return Vec::new();
    };
    let alone = node.kind() == "variable_declarator" && pattern.named_child_count() == 1;
    let typed = node.child_by_field_name("type").is_some();
    let statement = if alone { None } else { statement(path, text) };
    let mut cursor = pattern.walk();
    let parts: Vec<Node<'_>> = pattern.named_children(&mut cursor).collect();
    let taken: Vec<Taken<'_, '_>> = parts.iter().filter_map(|it| Taken::by(*it, text)).collect();
    let apart = taken.len() == parts.len() && taken.iter().all(|it| it.stands_apart(text));
    let declarator = span_of(*node);
    let read = |it: Taken<'_, '_>| {
        let (local, default) = (span_of(it.local), it.default.map(span_of));
        let (form, standing) = match statement.filter(|_| apart && !typed) {
            Some(statement) => (
                ReadForm::Picked {
                    local,
                    default,
                    part: span_of(it.part),
                    declarator,
                    statement,
                },
                Standing::Free,
            ),
            None => (
                ReadForm::Destructured {
                    local,
                    default,
                    declarator,
                },
                if alone && !typed {
                    Standing::Free
                } else {
                    Standing::Barred(Obstacle::Destructured)
                },
            ),
        };
        EnvRead {
            variable: it.variable.to_owned(),
            expression: if alone { declarator } else { span_of(it.part) },
            form,
            fallback: None,
            standing: if standing == Standing::Free && !it.is_simple() {
                Standing::Barred(Obstacle::UnsupportedForm)
            } else {
                standing
            },
        }
    };
    taken.into_iter().map(read).collect()
}

/// The statement that declares nothing but what the declarator at the end of `path` does, where
/// others may follow it; with its semicolon and the comment after it.
fn statement(path: &[Node<'_>], text: &str) -> Option<Span> {
    let mut index = path.len().checked_sub(2)?;
    let declaration = at(path, index)?;
    let alone = matches!(
        declaration.kind(),
        "lexical_declaration" | "variable_declaration"
    ) && declaration.named_child_count() == 1;
    let mut statement = declaration;
    if at(path, index.checked_sub(1)?)?.kind() == "export_statement" {
        index -= 1;
        statement = at(path, index)?;
    }
    let around = at(path, index.checked_sub(1)?)?.kind();
    let declarator = path.last()?.start_byte();
    let head = Span::new(statement.start_byte(), declarator).of(text)?;
    let plain = |it: &str| matches!(it, "export" | "const" | "let" | "var");
    let fits = alone
        && matches!(
            around,
            "program" | "statement_block" | "switch_case" | "switch_default"
        )
        && head.split_ascii_whitespace().all(plain);
    let end = statement_end(statement, text);
    let rest = text.get(end..)?.lines().next().unwrap_or("");
    let end = if is_end_of_line(rest) {
        end + rest.trim_end().len()
    } else {
        end
    };
    fits.then(|| Span::new(statement.start_byte(), end))
}

/// What a part of a pattern takes out of the environment.
struct Taken<'t, 's> {
    variable: &'s str,
    /// All of it: `X: name = "d"`.
    part: Node<'t>,
    local: Node<'t>,
    default: Option<Node<'t>>,
}

impl<'t, 's> Taken<'t, 's> {
    /// Reads `X`, `X = "d"`, `X: name`, `X: name = "d"`.
    fn by(part: Node<'t>, text: &'s str) -> Option<Self> {
        let field = |node: Node<'t>, name| node.child_by_field_name(name);
        let (name, target) = match part.kind() {
            "pair_pattern" => (field(part, "key")?, field(part, "value")?),
            "shorthand_property_identifier_pattern" | "object_assignment_pattern" => (part, part),
            _ => return None,
        };
        let (local, default) = match target.kind() {
            "assignment_pattern" | "object_assignment_pattern" => {
                (field(target, "left")?, field(target, "right"))
            }
            _ => (target, None),
        };
        let variable = match name.kind() {
            "property_identifier" => text_of(name, text),
            "string" => key(name, text)?,
            "shorthand_property_identifier_pattern" | "object_assignment_pattern" => {
                text_of(local, text)
            }
            _ => return None,
        };
        Some(Self {
            variable,
            part,
            local,
            default,
        })
    }

    /// Whether one name is declared, with a default that the wrapper takes as one.
    fn is_simple(&self) -> bool {
        let allowed = |it: Node<'_>| is_constant(it) || matches!(it.kind(), "undefined" | "null");
        self.is_named() && self.default.is_none_or(allowed)
    }

    /// Whether it means the same when other parts of the pattern are taken out, and when it is.
    fn stands_apart(&self, text: &str) -> bool {
        let written = |it: Node<'_>| {
            is_constant(it)
                || matches!(
                    it.kind(),
                    "undefined" | "null" | "number" | "true" | "false"
                )
        };
        let start = self.part.start_byte();
        let end = self
            .default
            .map_or(self.part.end_byte(), |it| it.start_byte());
        let head = Span::new(start, end).of(text).unwrap_or("");
        self.is_named()
            && self.default.is_none_or(written)
            && !head.contains("/*")
            && !head.contains("//")
    }

    /// Whether one name is declared.
    fn is_named(&self) -> bool {
        matches!(
            self.local.kind(),
            "identifier" | "shorthand_property_identifier_pattern"
        )
    }
}
