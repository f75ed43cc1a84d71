//! Names and the literals bound to them.
//!
//! The tree is looked at from the outside in: what encloses a value says which names wait for
//! it, in the form of [`Slots`]. What is left to look at waits in a list, not on the stack.

mod call;
mod read;
mod slot;
mod target;

use tree_sitter::{Node, TreeCursor};

use self::read::{Read, reads};
use self::slot::{PathId, Paths, Slot, Slots, dotted};
use super::string::{is_string, plain, spelled};
use super::{Binding, Context, EnvRead, ReadDefault, ReadForm};
use super::{last_name, parts, span, text_of};
use crate::text::Span;

pub(in crate::lang) fn bindings(root: Node<'_>, text: &str, reads: &[EnvRead]) -> Vec<Binding> {
    let mut survey = Survey::new(root, text, self::reads(reads, text));
    while let Some(task) = survey.tasks.pop() {
        let from = survey.tasks.len();
        survey.visit(&task);
        // The last task is the next, so that paths are made in the order of the text.
        if let Some(new) = survey.tasks.get_mut(from..) {
            new.reverse();
        }
    }
    survey.found.sort_by_key(|it| it.value);
    survey.found
}

/// What is known while the literals of a file are looked at.
struct Survey<'t, 's> {
    text: &'s str,
    paths: Paths<'s>,
    /// The reads of the environment, by position.
    reads: Vec<Read<'s>>,
    tasks: Vec<Task<'t, 's>>,
    cursor: TreeCursor<'t>,
    found: Vec<Binding>,
}

/// A node to look at.
struct Task<'t, 's> {
    node: Node<'t>,
    /// What its value is bound to.
    slots: Slots<'s>,
    around: Around,
}

/// What a node lies in.
#[derive(Clone, Copy)]
struct Around {
    /// What encloses the names that are bound here.
    path: PathId,
    /// The class that `self` is of.
    class: PathId,
    level: Level,
}

/// Whether an assignment makes a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Class,
    Code,
}

impl<'t, 's> Survey<'t, 's> {
    fn new(root: Node<'t>, text: &'s str, reads: Vec<Read<'s>>) -> Self {
        let around = Around {
            path: Paths::EMPTY,
            class: Paths::EMPTY,
            level: Level::Code,
        };
        let mut survey = Self {
            text,
            paths: Paths::new(),
            reads,
            tasks: Vec::new(),
            cursor: root.walk(),
            found: Vec::new(),
        };
        survey.push(root, Slots::default(), around);
        survey
    }

    /// Puts off a look at `node`.
    fn push(&mut self, node: Node<'t>, slots: Slots<'s>, around: Around) {
        self.tasks.push(Task {
            node,
            slots,
            around,
        });
    }

    /// Puts off a look at what `node` has in the field `name`.
    fn push_field(&mut self, node: Node<'t>, name: &str, slots: Slots<'s>, around: Around) {
        if let Some(field) = node.child_by_field_name(name) {
            self.push(field, slots, around);
        }
    }

    /// Puts off a look at all that `node` has; none of it has a name yet.
    fn push_children(&mut self, node: Node<'t>, slots: &Slots<'s>, around: Around) {
        let children = node.named_children(&mut self.cursor);
        self.tasks.extend(children.map(|child| Task {
            node: child,
            slots: slots.clone(),
            around,
        }));
    }

    fn visit(&mut self, task: &Task<'t, 's>) {
        let Task {
            node,
            slots,
            around,
        } = task;
        let (node, around) = (*node, *around);
        let nameless = Slots::default();
        match node.kind() {
            "comment" | "type" | "identifier" | "integer" | "import_statement" => {}
            "string" | "concatenated_string" => self.string(node, slots, around),
            "parenthesized_expression" | "await" | "case_pattern" | "union_pattern" => {
                self.push_children(node, slots, around);
            }
            "conditional_expression" => self.conditional(node, slots, around),
            "boolean_operator" => self.boolean(node, slots, around),
            "named_expression" => {
                let own = self.target(node.child_by_field_name("name"), around);
                let slots = Slots::of(own.into_iter().chain(slots.iter()));
                self.push_field(node, "value", slots, around);
            }
            "assignment" => self.assignment(node, around),
            "dictionary" | "list" | "tuple" | "set" | "expression_list" => {
                let around = self.within(slots, around);
                self.push_children(node, &nameless, around);
            }
            "pair" => self.pair(node, around),
            "call" => self.call(node, slots, around),
            "comparison_operator" => {
                let sides = parts(node);
                for pair in sides.windows(2) {
                    if let [left, right] = pair {
                        self.compare(*left, *right, around);
                    }
                }
                for side in sides.into_iter().filter(|it| !is_string(*it)) {
                    self.push(side, nameless.clone(), around);
                }
            }
            "default_parameter" | "typed_default_parameter" => {
                let own = self.slot(node, Paths::EMPTY, Context::Parameter);
                self.push_field(node, "value", own, around);
            }
            "class_definition" => self.class(node, around),
            "function_definition" => {
                self.push_field(node, "parameters", nameless.clone(), around);
                let around = Around {
                    path: Paths::EMPTY,
                    level: Level::Code,
                    ..around
                };
                self.push_field(node, "body", nameless, around);
            }
            "match_statement" => self.cases(node, around),
            _ => self.push_children(node, &nameless, around),
        }
    }

    fn string(&mut self, node: Node<'t>, slots: &Slots<'s>, around: Around) {
        let Some(value) = plain(node, self.text) else {
            return self.push_children(node, &Slots::default(), around);
        };
        for slot in slots.iter() {
            self.found.push(Binding {
                name: slot.name.to_owned(),
                path: self.paths.names(slot.path),
                value,
                context: slot.context,
            });
        }
    }

    fn conditional(&mut self, node: Node<'t>, slots: &Slots<'s>, around: Around) {
        for (index, part) in parts(node).into_iter().enumerate() {
            let slots = if index == 1 {
                Slots::default()
            } else {
                slots.clone()
            };
            self.push(part, slots, around);
        }
    }

    fn boolean(&mut self, node: Node<'t>, slots: &Slots<'s>, around: Around) {
        let operator = node.child_by_field_name("operator");
        if operator.is_none_or(|it| it.kind() != "or") {
            self.push_field(node, "left", Slots::default(), around);
            return self.push_field(node, "right", slots.clone(), around);
        }
        // What is bound to nothing still has the name of the variable it stands in for.
        let left = node
            .child_by_field_name("left")
            .filter(|_| slots.is_empty());
        let fallback = match left.and_then(|it| self.read_at(span(it))) {
            Some(read) => Slots::of([Slot {
                name: read.variable,
                path: Paths::EMPTY,
                context: Context::Fallback,
            }]),
            None => slots.with(Context::Fallback),
        };
        self.push_field(node, "left", slots.clone(), around);
        self.push_field(node, "right", fallback, around);
    }

    /// The read of the environment that is written at `expression`.
    fn read_at(&self, expression: Span) -> Option<Read<'s>> {
        let index = self
            .reads
            .binary_search_by_key(&expression, |it| it.expression);
        self.reads.get(index.ok()?).copied()
    }

    /// What lies in a value that is bound to `slots`.
    fn within(&mut self, slots: &Slots<'s>, around: Around) -> Around {
        let Some(slot) = slots.iter().next() else {
            return around;
        };
        let path = self.paths.push(slot.path, slot.name);
        Around { path, ..around }
    }

    fn pair(&mut self, node: Node<'t>, around: Around) {
        let Some(key) = node.child_by_field_name("key") else {
            return;
        };
        let name = match key.kind() {
            "string" => spelled(key, self.text),
            _ => last_name(key, self.text).filter(|_| key.kind() != "call"),
        };
        let slots = Slots::of(name.map(|name| Slot {
            name,
            path: around.path,
            context: Context::Entry,
        }));
        if !is_string(key) {
            self.push(key, Slots::default(), around);
        }
        self.push_field(node, "value", slots, around);
    }

    /// The slot of the name that `node` has in its field `name`.
    fn slot(&self, node: Node<'_>, path: PathId, context: Context) -> Slots<'s> {
        let name = node.child_by_field_name("name");
        Slots::of(name.map(|it| Slot {
            name: text_of(it, self.text),
            path,
            context,
        }))
    }

    /// Binds each side of a comparison to the name of the other.
    fn compare(&mut self, left: Node<'t>, right: Node<'t>, around: Around) {
        for (named, value) in [(left, right), (right, left)] {
            if !is_string(value) || is_string(named) {
                continue;
            }
            let Some((name, before)) = dotted(named, self.text) else {
                continue;
            };
            let path = self.prefixed(Paths::EMPTY, &before, around);
            let slot = Slot {
                name,
                path,
                context: Context::Comparison,
            };
            self.push(value, Slots::of([slot]), around);
        }
    }

    fn class(&mut self, node: Node<'t>, around: Around) {
        self.push_field(node, "superclasses", Slots::default(), around);
        let name = node.child_by_field_name("name");
        let outer = match around.level {
            Level::Class => around.class,
            Level::Code => Paths::EMPTY,
        };
        let path = self
            .paths
            .push(outer, name.map_or("", |it| text_of(it, self.text)));
        let inside = Around {
            path,
            class: path,
            level: Level::Class,
        };
        self.push_field(node, "body", Slots::default(), inside);
    }

    /// Binds what a value is matched with to its name.
    fn cases(&mut self, node: Node<'t>, around: Around) {
        let subject = node.child_by_field_name("subject");
        let name = subject.and_then(|it| dotted(it, self.text));
        let slots = name.map(|(name, before)| Slot {
            name,
            path: self.prefixed(Paths::EMPTY, &before, around),
            context: Context::Comparison,
        });
        let slots = Slots::of(slots);
        let Some(body) = node.child_by_field_name("body") else {
            return;
        };
        for case in parts(body) {
            for part in parts(case) {
                let slots = match part.kind() {
                    "case_pattern" => slots.clone(),
                    _ => Slots::default(),
                };
                self.push(part, slots, around);
            }
        }
    }
}
