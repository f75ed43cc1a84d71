//! Whether a call may stand in the place of a literal.

use std::cell::OnceCell;

use tree_sitter::Node;

use super::class::{Fields, fields};
use super::environ::{Environment, Site, may_use};
use super::string::is_remark;
use super::trail::Trail;
use super::{Obstacle, Standing};
use super::{is_field, last_name, parts, text_of, trouble};

/// Whether a call may stand in the place of the literal that the nodes of `trail` up to `depth`
/// lead to.
pub(super) fn standing(trail: &Trail<'_>, depth: usize, text: &str) -> Standing {
    let path = trail.nodes().get(..=depth).unwrap_or_default();
    if is_remark(path) {
        return Standing::Barred(Obstacle::Comment);
    }
    if trouble::is_near(path, text) {
        return Standing::Barred(Obstacle::ErrorNodeNear);
    }
    let mut climb = Climb {
        text,
        trail,
        value: Value::Whole,
        environment: OnceCell::new(),
    };
    (1..=depth)
        .rev()
        .find_map(|depth| climb.step(depth))
        .unwrap_or(Standing::Free)
}

/// What the node at hand has to do with the literal that lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Its value is the literal's.
    Whole,
    /// Its value is something else.
    Other,
}

/// The way from a literal out to its statement.
struct Climb<'a, 't> {
    text: &'a str,
    trail: &'a Trail<'t>,
    value: Value,
    environment: OnceCell<Option<Environment<'a>>>,
}

impl<'a, 't> Climb<'a, 't> {
    /// Looks at what the node at `depth` is to its parent; the answer ends the way.
    fn step(&mut self, depth: usize) -> Option<Standing> {
        let child = self.node(depth)?;
        let parent = self.node(depth.checked_sub(1)?)?;
        let whole = self.value == Value::Whole;
        let obstacle = match parent.kind() {
            "type" | "case_pattern" => Obstacle::ConstantRequired,
            "interpolation" | "slice" | "print_statement" | "exec_statement" => {
                Obstacle::UnsupportedForm
            }
            "ERROR" => Obstacle::ErrorNodeNear,
            "subscript" if !is_field(parent, "value", child) => self.index(parent),
            "pair" if is_field(parent, "key", child) => Obstacle::UnsupportedForm,
            "default_parameter" | "typed_default_parameter" => {
                return Some(Standing::Caution(Obstacle::DefaultParameter));
            }
            "binary_operator" | "augmented_assignment" if whole => Obstacle::Concatenated,
            "attribute" if whole && self.is_template(parent) => Obstacle::Concatenated,
            "return_statement" if whole => Obstacle::UnsupportedForm,
            "comparison_operator" if whole => self.compared(depth)?,
            "boolean_operator" if self.is_fallback(depth) => Obstacle::UnsupportedForm,
            "argument_list" => self.argument(depth)?,
            "assignment" => self.assigned(depth)?,
            "expression_statement" => return Some(self.statement(depth)),
            "parenthesized_expression"
            | "conditional_expression"
            | "named_expression"
            | "boolean_operator" => return None,
            "decorator" | "block" | "module" => return Some(Standing::Free),
            kind if kind.ends_with("_statement") || kind.ends_with("_definition") => {
                return Some(Standing::Free);
            }
            _ => {
                self.value = Value::Other;
                return None;
            }
        };
        Some(Standing::Barred(obstacle))
    }

    fn node(&self, depth: usize) -> Option<Node<'t>> {
        self.trail.nodes().get(depth).copied()
    }

    fn site(&self, depth: usize) -> Site<'_, 't> {
        Site::new(self.trail, depth)
    }

    /// The names of the environment; only asked for where a literal may belong to it.
    fn environment(&self) -> Option<&Environment<'a>> {
        let environment = || Environment::of(self.node(0)?, self.text);
        self.environment.get_or_init(environment).as_ref()
    }

    /// An index is a constant for a type, or a key.
    fn index(&self, subscript: Node<'_>) -> Obstacle {
        let of = subscript.child_by_field_name("value");
        match of.and_then(|it| last_name(it, self.text)) {
            Some("Literal") => Obstacle::ConstantRequired,
            Some(_) | None => Obstacle::UnsupportedForm,
        }
    }

    /// Whether the literal is what a method fills in or puts between parts.
    fn is_template(&self, attribute: Node<'_>) -> bool {
        let method = attribute.child_by_field_name("attribute");
        method.is_some_and(|it| matches!(text_of(it, self.text), "format" | "format_map" | "join"))
    }

    /// Identity is of constants; the name of a variable is not a value.
    fn compared(&mut self, depth: usize) -> Option<Obstacle> {
        self.value = Value::Other;
        let comparison = self.node(depth.checked_sub(1)?)?;
        let operator = comparison.child_by_field_name("operators")?.kind();
        let sides = parts(comparison);
        let identity = matches!(operator, "is" | "is not");
        let presence = matches!(operator, "in" | "not in")
            && self.environment().is_some_and(|it| {
                let site = self.site(depth);
                sides.iter().any(|side| it.is_mapping(*side, site))
            });
        (identity || presence).then_some(Obstacle::UnsupportedForm)
    }

    /// Whether the literal stands in for a variable that is read from the environment: what
    /// replaces the read replaces it too.
    fn is_fallback(&self, depth: usize) -> bool {
        let around = depth.checked_sub(1).and_then(|it| self.node(it));
        let mut left = around.and_then(|it| it.child_by_field_name("left"));
        if self.value == Value::Other || left == self.node(depth) {
            return false;
        }
        while let Some(operator) = left.filter(|it| it.kind() == "boolean_operator") {
            let right = operator.child_by_field_name("right");
            if right.is_some_and(|it| self.is_read(it, depth)) {
                return true;
            }
            left = operator.child_by_field_name("left");
        }
        left.is_some_and(|it| self.is_read(it, depth))
    }

    /// Whether `node`, which is next to the literal's way at `depth`, reads the environment.
    fn is_read(&self, node: Node<'_>, depth: usize) -> bool {
        let mapping = || node.child_by_field_name("value");
        match node.kind() {
            "call" => self
                .environment()
                .is_some_and(|it| it.use_of(node, self.site(depth)).is_some()),
            "subscript" => mapping().is_some_and(|mapping| {
                self.environment()
                    .is_some_and(|it| it.is_mapping(mapping, self.site(depth)))
            }),
            _ => false,
        }
    }

    /// What a literal is an argument of.
    fn argument(&mut self, depth: usize) -> Option<Obstacle> {
        let whole = self.value == Value::Whole;
        self.value = Value::Other;
        let call = self.node(depth.checked_sub(2)?)?;
        let name = last_name(call, self.text)?;
        if whole && matches!(name, "TypeVar" | "ParamSpec" | "TypeVarTuple" | "NewType") {
            return Some(Obstacle::ConstantRequired);
        }
        if name == "config" && self.is_default(depth) {
            return Some(Obstacle::ByNameReader);
        }
        if !may_use(name, self.text) {
            return None;
        }
        let used = self
            .environment()?
            .use_of(call, self.site(depth.checked_sub(2)?));
        used.map(|_| Obstacle::UnsupportedForm)
    }

    /// Whether the argument at `depth` is the default of a call that names no setting.
    fn is_default(&self, depth: usize) -> bool {
        let own = self.node(depth);
        let own = own.and_then(|it| it.child_by_field_name("name"));
        let list = depth.checked_sub(1).and_then(|it| self.node(it));
        own.is_some_and(|it| text_of(it, self.text) == "default")
            && list.is_some_and(|it| parts(it).iter().all(|it| it.kind() == "keyword_argument"))
    }

    /// What a literal is assigned to.
    fn assigned(&mut self, depth: usize) -> Option<Obstacle> {
        let assignment = self.node(depth.checked_sub(1)?)?;
        let left = assignment.child_by_field_name("left")?;
        if left.kind() == "identifier" {
            let name = text_of(left, self.text);
            let constant = matches!(name, "__slots__" | "__match_args__" | "__all__");
            return constant.then_some(Obstacle::ConstantRequired);
        }
        let targets = match left.kind() {
            "pattern_list" | "tuple_pattern" | "list_pattern" => parts(left),
            _ => vec![left],
        };
        let mut mappings = targets
            .into_iter()
            .filter(|it| it.kind() == "subscript")
            .filter_map(|it| it.child_by_field_name("value"))
            .peekable();
        mappings.peek()?;
        let environment = self.environment()?;
        // The wrapper would read what is about to be written.
        mappings
            .any(|it| environment.is_mapping(it, self.site(depth)))
            .then_some(Obstacle::UnsupportedForm)
    }

    /// A statement by itself is no obstacle, but in a class it may be a declaration.
    fn statement(&self, depth: usize) -> Standing {
        let class = depth.checked_sub(3).and_then(|it| self.node(it));
        let block = depth.checked_sub(2).and_then(|it| self.node(it));
        let (Some(class), Some(block)) = (class, block) else {
            return Standing::Free;
        };
        if class.kind() != "class_definition" || block.kind() != "block" {
            return Standing::Free;
        }
        let field = self.node(depth);
        let annotated = field.is_some_and(|it| it.child_by_field_name("type").is_some());
        let path = self.trail.nodes().get(..=depth - 3).unwrap_or_default();
        match fields(path, self.text) {
            Fields::Members => Standing::Barred(Obstacle::ConstantRequired),
            Fields::Annotated if annotated => Standing::Caution(Obstacle::DeclaredField),
            Fields::Declared if annotated || self.value == Value::Other => {
                Standing::Caution(Obstacle::DeclaredField)
            }
            Fields::Ordinary | Fields::Annotated | Fields::Declared => Standing::Free,
        }
    }
}
