//! What a name is bound to, and where.

use memchr::memmem;
use tree_sitter::Node;

use super::trail::{Scope, ScopeKind, Trail};
use super::{is_field, text_of};
use crate::text::Span;

/// A file that mentions a name more often than this, other than by calling it, is not judged.
const MAX_MENTIONS: usize = 500;

/// How far before a name its `import` is looked for, in bytes.
const REACH: usize = 200;

/// Every place where a file binds one name.
pub(super) struct Names<'s> {
    module: usize,
    bound: Vec<Bound<'s>>,
    /// The functions that say the name is the module's.
    global: Vec<usize>,
}

/// One binding of a name.
pub(super) struct Bound<'s> {
    /// The node that opens the scope it is bound in; the root for the module.
    scope: usize,
    /// What it is bound to.
    pub(super) what: What<'s>,
    /// The statement or clause that binds it.
    pub(super) place: Span,
    /// Whether that is a statement of the module itself, that always runs.
    pub(super) top_level: bool,
}

/// What a name is bound to.
#[derive(PartialEq, Eq)]
pub(super) enum What<'s> {
    /// A module: `import a.b`, which binds `a`.
    Package(&'s str),
    /// A module: `import a.b as c`.
    Module(&'s str),
    /// What a module has: `from a.b import c`.
    Symbol(&'s str, &'s str),
    /// Nothing any more.
    Nothing,
    /// Anything else.
    Other,
    /// The module's name of the same spelling.
    Global,
    /// The name of the same spelling of a function around.
    Nonlocal,
}

impl<'s> Names<'s> {
    /// Finds the bindings of `name`; `None` when the file mentions it too often.
    pub(super) fn of(root: Node<'_>, text: &'s str, name: &str) -> Option<Self> {
        let mut names = Self {
            module: root.id(),
            bound: Vec::new(),
            global: Vec::new(),
        };
        let mut mentions = 0;
        for mention in mentions_of(text, name).filter(|it| may_bind(text, *it)) {
            mentions += 1;
            if mentions > MAX_MENTIONS {
                return None;
            }
            names
                .bound
                .extend(binding_at(&Trail::to(root, mention), text));
        }
        names.settle();
        Some(names)
    }

    /// Moves what `global` and `nonlocal` statements say is bound elsewhere.
    fn settle(&mut self) {
        let module = self.module;
        let mut nonlocal = false;
        let global = &mut self.global;
        self.bound.retain(|it| {
            nonlocal |= it.what == What::Nonlocal;
            if it.what == What::Global {
                global.push(it.scope);
            }
            !matches!(it.what, What::Global | What::Nonlocal)
        });
        for bound in &mut self.bound {
            if self.global.contains(&bound.scope) {
                bound.scope = module;
            } else if nonlocal && bound.scope != module {
                // Which function's name is meant is not worth a search.
                bound.what = What::Other;
            }
        }
    }

    /// The bindings that a mention of the name in `scopes`, innermost first, can reach.
    ///
    /// Empty when nothing in the file binds it there.
    pub(super) fn reached(&self, scopes: impl Iterator<Item = Scope>) -> Vec<&Bound<'s>> {
        self.in_scope(self.scope_of(scopes))
    }

    /// Whether something nearer than the module binds the name in `scopes`.
    pub(super) fn is_hidden(&self, scopes: impl Iterator<Item = Scope>) -> bool {
        self.scope_of(scopes) != self.module
    }

    /// The scope whose name is meant in `scopes`.
    fn scope_of(&self, scopes: impl Iterator<Item = Scope>) -> usize {
        if self.is_of_module_only() {
            return self.module;
        }
        for (depth, scope) in scopes.enumerate() {
            if self.global.contains(&scope.id) {
                break;
            }
            // Functions in a class do not see its names.
            let visible = depth == 0 || scope.kind != ScopeKind::Class;
            if visible && self.bound.iter().any(|it| it.scope == scope.id) {
                return scope.id;
            }
        }
        self.module
    }

    /// Whether only the module itself binds the name.
    fn is_of_module_only(&self) -> bool {
        self.bound.iter().all(|it| it.scope == self.module)
    }

    /// The bindings of the module itself.
    pub(super) fn of_module(&self) -> Vec<&Bound<'s>> {
        self.in_scope(self.module)
    }

    fn in_scope(&self, scope: usize) -> Vec<&Bound<'s>> {
        self.bound.iter().filter(|it| it.scope == scope).collect()
    }
}

/// Where `name` stands in `text` as a word.
pub(super) fn mentions_of<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = Span> + 'a {
    let in_word = |byte: Option<&u8>| {
        byte.is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_' || !it.is_ascii())
    };
    let bytes = text.as_bytes();
    memmem::find_iter(bytes, name.as_bytes())
        .map(|start| Span::new(start, start + name.len()))
        .filter(move |it| {
            let before = it.start.checked_sub(1).and_then(|it| bytes.get(it));
            !in_word(before) && !in_word(bytes.get(it.end))
        })
}

/// Whether the word at `mention` may be bound there, judged by what stands next to it.
///
/// Calls and attributes, which are nearly all mentions, are told without a look at the tree.
fn may_bind(text: &str, mention: Span) -> bool {
    let before = text.get(..mention.start).unwrap_or("");
    let word_before = before.trim_end_matches([' ', '\t']);
    if word_before.ends_with('.') {
        return false;
    }
    let after = text.get(mention.end..).unwrap_or("");
    match after.trim_start_matches([' ', '\t']).chars().next() {
        Some('(') => word_before.ends_with("def") || word_before.ends_with("class"),
        Some('.') => is_imported(word_before),
        Some(_) | None => true,
    }
}

/// Whether what stands before a word may make it the name of an import.
pub(super) fn is_imported(before: &str) -> bool {
    if !before.ends_with([',', '\\']) {
        return before.ends_with("import") || before.ends_with("from");
    }
    let bytes = before.as_bytes();
    let near = bytes.get(bytes.len().saturating_sub(REACH)..);
    near.is_some_and(|it| memmem::find(it, b"import").is_some())
}

/// What the identifier at the end of `trail` binds, if it binds.
fn binding_at<'s>(trail: &Trail<'_>, text: &'s str) -> Option<Bound<'s>> {
    let (identifier, above) = trail.nodes().split_last()?;
    if identifier.kind() != "identifier" {
        return None;
    }
    let mut target = *identifier;
    let mut depth = above.len().checked_sub(1)?;
    while wraps(*above.get(depth)?, target) {
        target = *above.get(depth)?;
        depth = depth.checked_sub(1)?;
    }
    let binder = *above.get(depth)?;
    if matches!(binder.kind(), "parameters" | "lambda_parameters") {
        return Some(Bound {
            scope: above.get(depth.checked_sub(1)?)?.id(),
            what: What::Other,
            place: binder.byte_range().into(),
            top_level: false,
        });
    }
    if binder.kind() == "aliased_import" {
        let depth = depth.checked_sub(1)?;
        let what = renamed(*above.get(depth)?, binder, target, text)?;
        return Some(Bound::new(trail, depth, what));
    }
    let what = bound_by(binder, target, text)?;
    Some(Bound::new(trail, depth, what))
}

/// Whether a name within `child` is bound by what `parent` is a part of.
fn wraps(parent: Node<'_>, child: Node<'_>) -> bool {
    match parent.kind() {
        "pattern_list"
        | "tuple_pattern"
        | "list_pattern"
        | "list_splat_pattern"
        | "dictionary_splat_pattern"
        | "expression_list"
        | "tuple"
        | "list"
        | "list_splat"
        | "parenthesized_expression"
        | "union_pattern" => true,
        // A dotted name binds its first part alone.
        "dotted_name" | "typed_parameter" => parent.named_child(0) == Some(child),
        "default_parameter" | "typed_default_parameter" => is_field(parent, "name", child),
        _ => false,
    }
}

/// What `binder` binds the name in `target` to, if it does.
fn bound_by<'s>(binder: Node<'_>, target: Node<'_>, text: &'s str) -> Option<What<'s>> {
    let binds = match binder.kind() {
        "import_statement" => return Some(What::Package(text_of(target, text))),
        "import_from_statement" => {
            let module = binder.child_by_field_name("module_name")?;
            let symbol = What::Symbol(text_of(module, text), text_of(target, text));
            return (module != target).then_some(symbol);
        }
        "global_statement" => return Some(What::Global),
        "nonlocal_statement" => return Some(What::Nonlocal),
        "delete_statement" => return Some(What::Nothing),
        "future_import_statement" | "as_pattern_target" | "splat_pattern" => true,
        "case_pattern" | "keyword_pattern" => {
            target.kind() == "union_pattern"
                || target.kind() == "dotted_name" && target.named_child_count() == 1
        }
        "as_pattern" => binder.named_child(0) != Some(target),
        "function_definition" | "class_definition" | "named_expression" => {
            is_field(binder, "name", target)
        }
        "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => {
            is_field(binder, "left", target)
        }
        "type" => binder.parent().is_some_and(|it| {
            it.kind() == "type_parameter"
                || it.kind() == "type_alias_statement" && is_field(it, "left", binder)
        }),
        _ => false,
    };
    binds.then_some(What::Other)
}

/// What an `aliased_import` in `statement` binds its alias to.
fn renamed<'s>(
    statement: Node<'_>,
    import: Node<'_>,
    target: Node<'_>,
    text: &'s str,
) -> Option<What<'s>> {
    if !is_field(import, "alias", target) {
        return None;
    }
    let name = text_of(import.child_by_field_name("name")?, text);
    Some(match statement.child_by_field_name("module_name") {
        Some(module) => What::Symbol(text_of(module, text), name),
        None => What::Module(name),
    })
}

impl<'s> Bound<'s> {
    /// What the node at `depth` of `trail` binds.
    fn new(trail: &Trail<'_>, depth: usize, what: What<'s>) -> Self {
        let place = trail.nodes().get(depth);
        // `:=` in a comprehension binds around it.
        let walrus = place.is_some_and(|it| it.kind() == "named_expression");
        let scope = trail
            .scopes_at(depth)
            .find(|it| !walrus || it.kind != ScopeKind::Comprehension);
        Self {
            scope: scope.map_or_else(|| trail.nodes().first().map_or(0, Node::id), |it| it.id),
            what,
            place: place.map_or(Span::new(0, 0), |it| it.byte_range().into()),
            top_level: depth == 1,
        }
    }
}
