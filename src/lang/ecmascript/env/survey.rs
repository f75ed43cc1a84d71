//! One walk over a file that finds what it reads from and writes to the environment.

use std::collections::HashSet;

use tree_sitter::Node;

use super::alias::Declarations;
use super::alias::Names;
use super::alias::Thing;
use super::alias::key;
use super::guard::Guards;
use super::guard::Place;
use super::pattern;
use crate::lang::EnvRead;
use crate::lang::Fallback;
use crate::lang::Obstacle;
use crate::lang::ReadForm;
use crate::lang::Standing;
use crate::lang::ecmascript::surroundings::is_public;
use crate::lang::ecmascript::tree::Walk;
use crate::lang::ecmascript::tree::at;
use crate::lang::ecmascript::tree::holds;
use crate::lang::ecmascript::tree::is_constant;
use crate::lang::ecmascript::tree::operand;
use crate::lang::ecmascript::tree::operator;
use crate::lang::ecmascript::tree::parent;
use crate::lang::ecmascript::tree::span_of;
use crate::lang::ecmascript::tree::text_of;
use crate::lang::ecmascript::tree::unwrapped;

/// A read, as far as its own place tells.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) read: EnvRead,
    /// Where it is among the conditions of the file, for a read that can be narrowed.
    pub(super) place: Option<Place>,
}

/// What a file does with the environment.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) reads: Vec<Seen>,
    /// The variables that are written or deleted.
    pub(super) written: HashSet<String>,
    /// Whether variables are written that only the running code knows.
    pub(super) writes_any: bool,
}

impl Survey {
    /// Walks over the file.
    pub(super) fn of(root: Node<'_>, text: &str) -> Self {
        let declarations = Declarations::collect(root, text);
        let mut names = Names::new(&declarations, text);
        let mut guards = Guards::new(root);
        let mut survey = Self::default();
        let mut walk = Walk::new(root);
        while let Some(path) = walk.step() {
            names.follow(path);
            guards.follow(path, text);
            let Some(node) = path.last() else {
                continue;
            };
            match node.kind() {
                "member_expression" | "subscript_expression" => {
                    survey.member(path, &names, &guards, text);
                }
                "binary_expression" => survey.presence(path, &names, text),
                "variable_declarator" => {
                    survey.destructured(path, ("name", "value"), &names, text);
                }
                "assignment_expression" | "assignment_pattern" => {
                    survey.destructured(path, ("left", "right"), &names, text);
                }
                "required_parameter" | "optional_parameter" => {
                    survey.destructured(path, ("pattern", "value"), &names, text);
                }
                "call_expression" => survey.assigned(*node, &names, text),
                _ => {}
            }
        }
        survey
    }

    /// Looks at the member expression at the end of `path`.
    fn member(
        &mut self,
        path: &[Node<'_>],
        names: &Names<'_, '_, '_>,
        guards: &Guards,
        text: &str,
    ) {
        let Some(node) = path.last() else {
            return;
        };
        let Some(object) = node.child_by_field_name("object") else {
            return;
        };
        let imported = is_import_meta_env(object, text);
        if !imported && names.thing(object) != Some(Thing::Env) {
            self.writes_any |= is_written(path, text) && names.thing(*node) == Some(Thing::Env);
            return;
        }
        if is_type(path) {
            return;
        }
        let property = node.child_by_field_name("property");
        let index = node.child_by_field_name("index");
        let variable = property
            .map(|it| text_of(it, text))
            .or_else(|| key(index?, text));
        let Some(variable) = variable else {
            self.writes_any |= is_written(path, text);
            return;
        };
        if is_written(path, text) {
            self.written.insert(variable.to_owned());
        } else if !is_called(path) && (!imported || is_public(variable)) {
            self.reads.push(Seen {
                read: EnvRead {
                    variable: variable.to_owned(),
                    expression: span_of(*node),
                    form: ReadForm::Member,
                    fallback: fallback(path, text),
                    standing: standing(path),
                },
                place: guards.place(path, text),
            });
        }
    }

    /// Looks at the binary expression at the end of `path`: `"X" in process.env`.
    fn presence(&mut self, path: &[Node<'_>], names: &Names<'_, '_, '_>, text: &str) {
        let Some(node) = path.last().filter(|it| operator(**it, text) == "in") else {
            return;
        };
        let side = |field| node.child_by_field_name(field);
        let (Some(left), Some(right)) = (side("left"), side("right")) else {
            return;
        };
        let Some(variable) = key(left, text) else {
            return;
        };
        if names.thing(right) != Some(Thing::Env) {
            return;
        }
        let chained = parent(path, path.len() - 1).is_some_and(|it| {
            it.kind() == "binary_expression" && !matches!(operator(it, text), "&&" | "||" | "??")
        });
        let read = EnvRead {
            variable: variable.to_owned(),
            expression: span_of(*node),
            form: ReadForm::Presence {
                key: span_of(left),
                negated: false,
            },
            fallback: None,
            standing: if chained {
                Standing::Barred(Obstacle::UnsupportedForm)
            } else {
                Standing::Caution(Obstacle::PresenceGate)
            },
        };
        self.reads.push(Seen { read, place: None });
    }

    /// Looks at `{ … } = …` at the end of `path`, its sides in the given fields.
    fn destructured(
        &mut self,
        path: &[Node<'_>],
        fields: (&str, &str),
        names: &Names<'_, '_, '_>,
        text: &str,
    ) {
        let side = |field| path.last()?.child_by_field_name(field);
        let (Some(pattern), Some(value)) = (side(fields.0), side(fields.1)) else {
            return;
        };
        if pattern.kind() == "object_pattern" && names.thing(value) == Some(Thing::Env) {
            let reads = pattern::reads(path, pattern, text);
            self.reads
                .extend(reads.into_iter().map(|read| Seen { read, place: None }));
        }
    }

    /// Looks at a call that may write variables: `Object.assign(process.env, …)`.
    fn assigned(&mut self, node: Node<'_>, names: &Names<'_, '_, '_>, text: &str) {
        let called = node.child_by_field_name("function");
        let writes = called.is_some_and(|it| {
            matches!(
                text_of(it, text),
                "Object.assign"
                    | "Object.defineProperty"
                    | "Reflect.set"
                    | "Reflect.deleteProperty"
            )
        });
        let target = node
            .child_by_field_name("arguments")
            .and_then(|it| it.named_child(0));
        self.writes_any |= writes && target.is_some_and(|it| names.thing(it) == Some(Thing::Env));
    }
}

/// Whether `node` is `import.meta.env`.
fn is_import_meta_env(node: Node<'_>, text: &str) -> bool {
    let node = operand(node);
    let field = |name| node.child_by_field_name(name);
    field("property").is_some_and(|it| text_of(it, text) == "env")
        && field("object").is_some_and(|it| {
            it.kind() == "meta_property" && text_of(it, text).starts_with("import")
        })
}

/// Whether the expression at the end of `path` is part of a type, or of the name of an element.
fn is_type(path: &[Node<'_>]) -> bool {
    path.iter()
        .rev()
        .skip(1)
        .find(|it| {
            !matches!(
                it.kind(),
                "member_expression" | "subscript_expression" | "instantiation_expression"
            )
        })
        .is_some_and(|it| {
            matches!(
                it.kind(),
                "type_query"
                    | "jsx_opening_element"
                    | "jsx_closing_element"
                    | "jsx_self_closing_element"
            )
        })
}

/// Whether the expression at the end of `path` is a method that is called on the spot.
fn is_called(path: &[Node<'_>]) -> bool {
    let index = path.len() - 1;
    parent(path, index).is_some_and(|it| {
        matches!(it.kind(), "call_expression" | "new_expression")
            && at(path, index).is_some_and(|node| !holds(it, "arguments", node))
    })
}

/// Whether the expression at the end of `path` is written to or deleted.
fn is_written(path: &[Node<'_>], text: &str) -> bool {
    let index = unwrapped(path, path.len() - 1);
    let (Some(node), Some(around)) = (at(path, index), parent(path, index)) else {
        return false;
    };
    match around.kind() {
        "assignment_expression"
        | "augmented_assignment_expression"
        | "for_in_statement"
        | "assignment_pattern"
        | "object_assignment_pattern" => holds(around, "left", node),
        "pair_pattern" => holds(around, "value", node),
        "update_expression" | "array_pattern" | "rest_pattern" => true,
        "unary_expression" => operator(around, text) == "delete",
        _ => false,
    }
}

/// Whether a call may stand in the place of the read at the end of `path`.
fn standing(path: &[Node<'_>]) -> Standing {
    let enumerated = path
        .iter()
        .rev()
        .take(16)
        .any(|it| it.kind() == "enum_assignment");
    if enumerated {
        Standing::Barred(Obstacle::ConstantRequired)
    } else {
        Standing::Free
    }
}

/// The literal after `??` or `||` on the right of the read at the end of `path`.
fn fallback(path: &[Node<'_>], text: &str) -> Option<Fallback> {
    let index = unwrapped(path, path.len() - 1);
    let around = parent(path, index)?;
    if around.kind() != "binary_expression"
        || !matches!(operator(around, text), "||" | "??")
        || !holds(around, "left", at(path, index)?)
    {
        return None;
    }
    let right = operand(around.child_by_field_name("right")?);
    is_constant(right).then(|| Fallback {
        expression: span_of(around),
        literal: span_of(right),
    })
}
