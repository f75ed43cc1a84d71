//! Which names stand for the process or its environment, scope by scope.

use std::collections::HashMap;
use std::collections::HashSet;

use tree_sitter::Node;

use crate::lang::ecmascript::scope::Effect;
use crate::lang::ecmascript::scope::effect;
use crate::lang::ecmascript::scope::is_ambient;
use crate::lang::ecmascript::scope::is_name;
use crate::lang::ecmascript::scope::is_scope;
use crate::lang::ecmascript::tree::Walk;
use crate::lang::ecmascript::tree::at;
use crate::lang::ecmascript::tree::inner_text;
use crate::lang::ecmascript::tree::is_constant;
use crate::lang::ecmascript::tree::is_function;
use crate::lang::ecmascript::tree::operand;
use crate::lang::ecmascript::tree::text_of;

/// So many members are followed to find out what an expression stands for.
const FUEL: usize = 16;

/// Names that mean something without a declaration.
const GLOBALS: [&str; 4] = ["process", "globalThis", "global", "require"];

/// Something on the way to the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    /// The global object.
    Global,
    /// `require`.
    Require,
    /// `process`.
    Process,
    /// `process.env`.
    Env,
}

/// What a declared name is at first.
#[derive(Debug, Clone, Copy)]
enum Origin<'t, 's> {
    /// What a module exports as `name`; the module itself without one.
    Module { name: Option<&'s str> },
    /// The value of an expression, or its property `name`.
    Value {
        node: Node<'t>,
        name: Option<&'s str>,
    },
    /// Something else.
    Other,
}

/// A name and what it is at first.
#[derive(Debug)]
struct Declared<'t, 's> {
    name: &'s str,
    origin: Origin<'t, 's>,
}

/// The declarations of a file, scope by scope in the order of a walk.
#[derive(Debug)]
pub(super) struct Declarations<'t, 's> {
    scopes: Vec<Vec<Declared<'t, 's>>>,
    assigned: HashSet<&'s str>,
}

/// A scope that the walk is in.
struct Open {
    depth: usize,
    scope: usize,
    /// The position of the nearest function among the open scopes.
    function: usize,
}

impl<'t, 's> Declarations<'t, 's> {
    /// Collects the names that may stand for something on the way to the environment, and the
    /// names that hide them.
    pub(super) fn collect(root: Node<'t>, text: &'s str) -> Self {
        let mut found = Self {
            scopes: Vec::new(),
            assigned: HashSet::new(),
        };
        let mut open: Vec<Open> = Vec::new();
        let mut walk = Walk::new(root);
        while let Some(path) = walk.step() {
            let depth = path.len() - 1;
            while open.last().is_some_and(|it| it.depth >= depth) {
                open.pop();
            }
            if is_scope(path, depth) {
                let function = open.last().map_or(0, |it| it.function);
                let own = path.last().is_some_and(|it| is_function(*it));
                open.push(Open {
                    depth,
                    scope: found.scopes.len(),
                    function: if own { open.len() } else { function },
                });
                found.scopes.push(Vec::new());
            } else if path.last().is_some_and(|it| is_name(*it)) {
                found.note(path, &open, text);
            }
        }
        found.forget_others();
        found
    }

    /// Takes note of what the identifier at the end of `path` does.
    fn note(&mut self, path: &[Node<'t>], open: &[Open], text: &'s str) {
        let Some(name) = path.last().map(|it| text_of(*it, text)) else {
            return;
        };
        let around = |index: usize| open.iter().rev().find(|it| it.depth < index);
        let (index, scope) = match effect(path) {
            Some(Effect::Assigned) => {
                self.assigned.insert(name);
                return;
            }
            Some(Effect::Block(index)) => (index, around(index)),
            Some(Effect::Within(index)) => (index, around(index + 1)),
            Some(Effect::Function(index)) => {
                let function = around(index).and_then(|it| open.get(it.function));
                (index, function)
            }
            None => return,
        };
        let (Some(scope), Some(node)) = (scope, at(path, index)) else {
            return;
        };
        if is_ambient(path, index) {
            return;
        }
        let direct = around(index).is_some_and(|it| it.depth == scope.depth);
        let origin = if direct {
            origin(path, node, text)
        } else {
            Origin::Other
        };
        if let Some(declared) = self.scopes.get_mut(scope.scope) {
            declared.push(Declared { name, origin });
        }
    }

    /// Drops the declarations of names that mean nothing here anywhere in the file.
    fn forget_others(&mut self) {
        let mut names: HashSet<&str> = GLOBALS.into_iter().collect();
        for declared in self.scopes.iter().flatten() {
            if !matches!(declared.origin, Origin::Other) {
                names.insert(declared.name);
            }
        }
        for scope in &mut self.scopes {
            scope.retain(|it| names.contains(it.name));
        }
    }
}

/// What the name at the end of `path`, declared by `node`, is at first.
fn origin<'t, 's>(path: &[Node<'t>], node: Node<'t>, text: &'s str) -> Origin<'t, 's> {
    match node.kind() {
        "variable_declarator" => initial(path, node, text),
        "import_specifier" if is_process_import(path, text) => Origin::Module {
            name: node.child_by_field_name("name").map(|it| text_of(it, text)),
        },
        "import_clause" | "namespace_import" | "import_require_clause"
            if is_process_import(path, text) =>
        {
            Origin::Module { name: None }
        }
        _ => Origin::Other,
    }
}

/// Whether `path` leads into a run-time import of the module `process`.
fn is_process_import(path: &[Node<'_>], text: &str) -> bool {
    let statement = path.iter().rev().find(|it| it.kind() == "import_statement");
    let typed = path
        .iter()
        .rev()
        .take(4)
        .any(|it| it.child(0).is_some_and(|it| it.kind() == "type"));
    let source = statement.and_then(|it| {
        let clause = it.named_child(0);
        it.child_by_field_name("source")
            .or_else(|| clause?.child_by_field_name("source"))
    });
    let keyword = statement.and_then(|it| it.child(1)).map(|it| it.kind());
    !typed && keyword != Some("type") && source.is_some_and(|it| is_process(inner_text(it, text)))
}

/// Whether a module of this name is `process`.
fn is_process(module: &str) -> bool {
    matches!(module, "process" | "node:process")
}

/// What the declarator `node` gives to the name at the end of `path`.
fn initial<'t, 's>(path: &[Node<'t>], node: Node<'t>, text: &'s str) -> Origin<'t, 's> {
    let (Some(target), Some(value)) = (
        node.child_by_field_name("name"),
        node.child_by_field_name("value").map(operand),
    ) else {
        return Origin::Other;
    };
    let simple = matches!(
        value.kind(),
        "identifier" | "member_expression" | "subscript_expression" | "call_expression"
    );
    let length = path.len();
    let name = path.last().copied();
    let around = |count: usize| length.checked_sub(count).and_then(|it| at(path, it));
    if !simple {
        Origin::Other
    } else if name == Some(target) {
        Origin::Value {
            node: value,
            name: None,
        }
    } else if around(2) == Some(target) && target.kind() == "object_pattern" {
        Origin::Value {
            node: value,
            name: name.map(|it| text_of(it, text)),
        }
    } else if around(3) == Some(target) && around(2).is_some_and(|it| it.kind() == "pair_pattern") {
        let key = around(2).and_then(|it| it.child_by_field_name("key"));
        Origin::Value {
            node: value,
            name: key.map(|it| text_of(it, text)),
        }
    } else {
        Origin::Other
    }
}

/// What a name stands for in the scope with a number.
struct Bound {
    scope: usize,
    thing: Option<Thing>,
}

/// What names stand for at one place of a walk.
pub(super) struct Names<'d, 't, 's> {
    declarations: &'d Declarations<'t, 's>,
    text: &'s str,
    /// The depths of the scopes around the place, and their declarations.
    open: Vec<(usize, &'d [Declared<'t, 's>])>,
    /// What each declared name stands for, the nearest scope last.
    bound: HashMap<&'s str, Vec<Bound>>,
    entered: usize,
}

impl<'d, 't, 's> Names<'d, 't, 's> {
    /// Starts before the root.
    pub(super) fn new(declarations: &'d Declarations<'t, 's>, text: &'s str) -> Self {
        Self {
            declarations,
            text,
            open: Vec::new(),
            bound: HashMap::new(),
            entered: 0,
        }
    }

    /// Follows the walk to the node at the end of `path`; must see every node in order.
    pub(super) fn follow(&mut self, path: &[Node<'t>]) {
        let depth = path.len() - 1;
        while let Some((_, declared)) = self.open.pop_if(|it| it.0 >= depth) {
            for name in declared {
                if let Some(stack) = self.bound.get_mut(name.name) {
                    stack.pop();
                }
            }
        }
        if !is_scope(path, depth) {
            return;
        }
        let declarations = self.declarations;
        let scope = self.entered;
        self.entered += 1;
        let declared = declarations.scopes.get(scope).map_or(&[][..], |it| it);
        self.open.push((depth, declared));
        for name in declared {
            let stack = self.bound.entry(name.name).or_default();
            stack.push(Bound { scope, thing: None });
        }
        for name in declared {
            let thing = self.origin_thing(name);
            if let Some([.., before, last]) = self.bound.get_mut(name.name).map(|it| &mut it[..])
                && before.scope == scope
            {
                last.thing = None;
            } else if let Some(last) = self.bound.get_mut(name.name).and_then(|it| it.last_mut()) {
                last.thing = thing;
            }
        }
    }

    /// What a name stands for where it is declared.
    fn origin_thing(&self, declared: &Declared<'t, 's>) -> Option<Thing> {
        if self.declarations.assigned.contains(declared.name) {
            return None;
        }
        match declared.origin {
            Origin::Module {
                name: None | Some("default"),
            } => Some(Thing::Process),
            Origin::Module { name: Some("env") } => Some(Thing::Env),
            Origin::Module { name: Some(_) } | Origin::Other => None,
            Origin::Value { node, name: None } => self.thing(node),
            Origin::Value {
                node,
                name: Some(name),
            } => property(self.thing(node)?, name),
        }
    }

    /// What an expression stands for, if it is on the way to the environment.
    pub(super) fn thing(&self, node: Node<'_>) -> Option<Thing> {
        let mut node = operand(node);
        let mut properties = Vec::new();
        for _ in 0..FUEL {
            match node.kind() {
                "identifier" => {
                    let first = self.named(text_of(node, self.text))?;
                    return properties.into_iter().rev().try_fold(first, property);
                }
                "member_expression" => {
                    let name = node.child_by_field_name("property")?;
                    properties.push(text_of(name, self.text));
                    node = operand(node.child_by_field_name("object")?);
                }
                "subscript_expression" => {
                    let name = node.child_by_field_name("index")?;
                    properties.push(key(name, self.text)?);
                    node = operand(node.child_by_field_name("object")?);
                }
                "call_expression" => {
                    let module = node.child_by_field_name("arguments")?.named_child(0)?;
                    if !is_process(key(module, self.text)?) {
                        return None;
                    }
                    properties.push("()");
                    node = operand(node.child_by_field_name("function")?);
                }
                _ => return None,
            }
        }
        None
    }

    /// What the name stands for.
    fn named(&self, name: &str) -> Option<Thing> {
        if let Some(nearest) = self.bound.get(name).and_then(|it| it.last()) {
            return nearest.thing;
        }
        if self.declarations.assigned.contains(name) {
            return None;
        }
        match name {
            "process" => Some(Thing::Process),
            "globalThis" | "global" => Some(Thing::Global),
            "require" => Some(Thing::Require),
            _ => None,
        }
    }
}

/// What the property `name` of `thing` stands for; `()` is what a call for the module gives.
fn property(thing: Thing, name: &str) -> Option<Thing> {
    match (thing, name) {
        (Thing::Global, "process") | (Thing::Require, "()") | (Thing::Process, "default") => {
            Some(Thing::Process)
        }
        (Thing::Process, "env") => Some(Thing::Env),
        _ => None,
    }
}

/// The text of a literal that is a key.
pub(super) fn key<'s>(node: Node<'_>, text: &'s str) -> Option<&'s str> {
    let written = is_constant(node).then(|| inner_text(node, text))?;
    (!written.contains('\\')).then_some(written)
}
