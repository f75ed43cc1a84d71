//! How a file knows a module already.

use tree_sitter::Node;

use crate::lang::ImportRequest;
use crate::lang::ecmascript::tree::inner_text;
use crate::lang::ecmascript::tree::is_constant;
use crate::lang::ecmascript::tree::operand;
use crate::lang::ecmascript::tree::text_of;

/// Endings that may be left out of the name of a module.
const EXTENSIONS: [&str; 8] = [".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"];

/// What a name gives access to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The symbol itself.
    Symbol,
    /// The module that has the symbol.
    Module,
}

/// How a module gets into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Load {
    /// By an `import`, which runs before everything else.
    Import,
    /// By a `require`, which runs in its turn.
    Require,
}

/// A statement that loads the module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'t> {
    pub(super) statement: Node<'t>,
    pub(super) load: Load,
}

/// A name in a file that leads to the symbol.
#[derive(Debug)]
pub(super) struct Known<'t, 's> {
    pub(super) local: &'s str,
    pub(super) form: Form,
    pub(super) found: Found<'t>,
}

/// Names in braces that one more can be added to.
#[derive(Debug)]
pub(super) struct List<'t> {
    pub(super) node: Node<'t>,
    pub(super) found: Found<'t>,
}

/// What the top level of a file knows of a module.
#[derive(Debug)]
pub(super) struct Module<'t, 's> {
    text: &'s str,
    request: &'s ImportRequest<'s>,
    pub(super) known: Vec<Known<'t, 's>>,
    pub(super) lists: Vec<List<'t>>,
}

impl<'t, 's> Module<'t, 's> {
    /// Knows nothing yet of the module of `request`.
    pub(super) fn new(text: &'s str, request: &'s ImportRequest<'s>) -> Self {
        Self {
            text,
            request,
            known: Vec::new(),
            lists: Vec::new(),
        }
    }

    /// Looks at a statement of the top level for run-time imports of the module.
    pub(super) fn look_at(&mut self, statement: Node<'t>) {
        match statement.kind() {
            "import_statement" => self.import(statement),
            "lexical_declaration" | "variable_declaration" => {
                let mut cursor = statement.walk();
                for declarator in statement.named_children(&mut cursor) {
                    self.declarator(statement, declarator);
                }
            }
            _ => {}
        }
    }

    /// Looks at an `import`.
    fn import(&mut self, statement: Node<'t>) {
        let Some(clause) = statement.named_child(0) else {
            return;
        };
        let source = statement
            .child_by_field_name("source")
            .or_else(|| clause.child_by_field_name("source"));
        let same = source.is_some_and(|it| self.is_wanted(inner_text(it, self.text)));
        if !same || is_typed(statement) {
            return;
        }
        let found = Found {
            statement,
            load: Load::Import,
        };
        if clause.kind() == "import_require_clause" {
            self.know(found, clause.named_child(0), Form::Module);
            return;
        }
        let mut cursor = clause.walk();
        for part in clause.named_children(&mut cursor) {
            match part.kind() {
                "namespace_import" => self.know(found, part.named_child(0), Form::Module),
                "named_imports" => self.named(found, part),
                _ => {}
            }
        }
    }

    /// Looks at the names in braces of an `import`.
    fn named(&mut self, found: Found<'t>, list: Node<'t>) {
        let mut cursor = list.walk();
        for specifier in list.named_children(&mut cursor) {
            let name = specifier.child_by_field_name("name");
            let typed = specifier.child(0).is_some_and(|it| it.kind() == "type");
            if !typed && name.is_some_and(|it| self.is_symbol(it)) {
                let local = specifier.child_by_field_name("alias").or(name);
                self.know(found, local, Form::Symbol);
            }
        }
        self.lists.push(List { node: list, found });
    }

    /// Looks at a declarator that may be given what `require` gives.
    fn declarator(&mut self, statement: Node<'t>, node: Node<'t>) {
        let field = |name| node.child_by_field_name(name);
        let (Some(target), Some(value)) = (field("name"), field("value").map(operand)) else {
            return;
        };
        let found = Found {
            statement,
            load: Load::Require,
        };
        let named = target.kind() == "identifier";
        if value.kind() == "member_expression" {
            let object = value.child_by_field_name("object");
            let property = value.child_by_field_name("property");
            if named
                && object.is_some_and(|it| self.is_require(it))
                && property.is_some_and(|it| self.is_symbol(it))
            {
                self.know(found, Some(target), Form::Symbol);
            }
        } else if self.is_require(value) {
            if named {
                self.know(found, Some(target), Form::Module);
            } else if target.kind() == "object_pattern" {
                self.pattern(found, target);
            }
        }
    }

    /// Looks at the names in braces that are taken out of what `require` gives.
    fn pattern(&mut self, found: Found<'t>, list: Node<'t>) {
        let mut cursor = list.walk();
        let mut rest = false;
        for part in list.named_children(&mut cursor) {
            let (name, local) = match part.kind() {
                "pair_pattern" => (
                    part.child_by_field_name("key"),
                    part.child_by_field_name("value"),
                ),
                "shorthand_property_identifier_pattern" => (Some(part), Some(part)),
                kind => {
                    rest |= kind == "rest_pattern";
                    continue;
                }
            };
            let simple = local.is_some_and(|it| it.kind().contains("identifier"));
            if simple && name.is_some_and(|it| self.is_symbol(it)) {
                self.know(found, local, Form::Symbol);
            }
        }
        if !rest {
            self.lists.push(List { node: list, found });
        }
    }

    /// Keeps a name.
    fn know(&mut self, found: Found<'t>, local: Option<Node<'t>>, form: Form) {
        self.known.extend(local.map(|it| Known {
            local: text_of(it, self.text),
            form,
            found,
        }));
    }

    /// Whether `node` is the name of the symbol.
    fn is_symbol(&self, node: Node<'_>) -> bool {
        text_of(node, self.text) == self.request.symbol
    }

    /// Whether a module of this name is the one in question.
    fn is_wanted(&self, module: &str) -> bool {
        stem(module) == stem(self.request.module)
    }

    /// Whether `node` is `require("…")` of the module.
    fn is_require(&self, node: Node<'_>) -> bool {
        required(node, self.text).is_some_and(|it| self.is_wanted(it))
    }
}

/// Whether an `import` is one of types only.
fn is_typed(statement: Node<'_>) -> bool {
    statement
        .child(1)
        .is_some_and(|it| matches!(it.kind(), "type" | "typeof"))
}

/// The name of a module without its ending.
fn stem(module: &str) -> &str {
    EXTENSIONS
        .iter()
        .find_map(|it| module.strip_suffix(it))
        .unwrap_or(module)
}

/// The module that `node` is a plain `require` of.
fn required<'s>(node: Node<'_>, text: &'s str) -> Option<&'s str> {
    let function = node.child_by_field_name("function")?;
    let argument = node.child_by_field_name("arguments")?.named_child(0)?;
    (text_of(function, text) == "require" && is_constant(argument))
        .then(|| inner_text(argument, text))
}

/// Whether a statement does nothing but load modules with `require` and take something of them.
pub(super) fn only_requires(statement: Node<'_>, text: &str) -> bool {
    let mut cursor = statement.walk();
    match statement.kind() {
        "import_statement" => true,
        "lexical_declaration" | "variable_declaration" => {
            statement.named_children(&mut cursor).all(|it| {
                it.kind() == "comment"
                    || it
                        .child_by_field_name("value")
                        .is_some_and(|it| starts_with_require(it, text))
            })
        }
        "expression_statement" => statement
            .named_child(0)
            .is_some_and(|it| starts_with_require(it, text)),
        _ => false,
    }
}

/// Whether an expression is `require("…")` with members and calls after it.
fn starts_with_require(node: Node<'_>, text: &str) -> bool {
    let mut node = operand(node);
    loop {
        if required(node, text).is_some() {
            return true;
        }
        let Some(inner) = node
            .child_by_field_name("function")
            .or_else(|| node.child_by_field_name("object"))
        else {
            return false;
        };
        node = operand(inner);
    }
}
