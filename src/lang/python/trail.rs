//! Ways through a tree that neither recurse nor start over, and the scopes they lead through.

use tree_sitter::{Node, TreeCursor};

use super::is_field;
use crate::text::Span;

/// What lies deeper than this is not looked at; so few real files go further that it is no loss.
const MAX_DEPTH: usize = 1_000;

/// What lies in more functions and classes than this is not looked at; Python gives up earlier.
const MAX_SCOPES: usize = 100;

/// The children of an error lie flat; among more than these, no place is searched for.
pub(super) const MAX_LOOSE: u32 = 20_000;

/// The nodes from the root to some node, and the scopes that each of them lies in.
pub(super) struct Trail<'t> {
    nodes: Vec<Node<'t>>,
    marks: Vec<Mark>,
    scopes: Vec<Scope>,
}

/// A stretch of code with names of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    /// The node that opens it.
    pub(super) id: usize,
    /// What kind of node that is.
    pub(super) kind: ScopeKind,
    /// The scope around it, as an index; none when that is the module's.
    outer: Option<usize>,
    depth: usize,
}

/// What opens a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    /// A function or a lambda.
    Function,
    /// A class.
    Class,
    /// A comprehension or a generator.
    Comprehension,
}

/// What is kept of each node of a trail.
#[derive(Debug, Clone, Copy)]
struct Mark {
    /// What it may open for its children.
    opens: Opens,
    /// The scope that it lies in itself.
    scope: Option<usize>,
    /// How many scopes there were before it.
    scopes: usize,
}

/// What a node may open for its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opens {
    /// A scope for its body.
    Body(ScopeKind),
    /// A scope for all its children, but what is looped over first.
    Comprehension,
    /// Nothing itself, but what it loops over first lies outside of the comprehension.
    FirstLoop,
    Nothing,
}

impl<'t> Trail<'t> {
    /// A trail that has not left `root`.
    fn new(root: Node<'t>) -> Self {
        let mut trail = Self {
            nodes: Vec::new(),
            marks: Vec::new(),
            scopes: Vec::new(),
        };
        trail.push(root);
        trail
    }

    /// The nodes that contain `target`, from the root to the smallest.
    ///
    /// Empty when there are too many of them.
    pub(super) fn to(root: Node<'t>, target: Span) -> Self {
        let mut trail = Self::new(root);
        let mut cursor = root.walk();
        let mut node = root;
        loop {
            let loose = node.is_error() && node.child_count() > MAX_LOOSE;
            if loose || trail.is_full() {
                trail.nodes.clear();
                trail.marks.clear();
                return trail;
            }
            if cursor.goto_first_child_for_byte(target.start).is_none() {
                return trail;
            }
            node = cursor.node();
            if node.start_byte() > target.start || node.end_byte() < target.end {
                return trail;
            }
            trail.push(node);
        }
    }

    /// The nodes, from the root.
    pub(super) fn nodes(&self) -> &[Node<'t>] {
        &self.nodes
    }

    /// The scopes that the last node lies in, innermost first, without the module's.
    pub(super) fn scopes(&self) -> impl Iterator<Item = Scope> + '_ {
        self.scopes_at(self.marks.len().saturating_sub(1))
    }

    /// The scopes that the node at `depth` lies in, innermost first, without the module's.
    pub(super) fn scopes_at(&self, depth: usize) -> impl Iterator<Item = Scope> + '_ {
        let innermost = self.marks.get(depth).and_then(|it| it.scope);
        let scope = |it: usize| self.scopes.get(it).copied();
        std::iter::successors(innermost.and_then(scope), move |it| {
            it.outer.and_then(scope)
        })
    }

    /// Whether nothing deeper is looked at.
    fn is_full(&self) -> bool {
        let scopes = self.scopes().next().map_or(0, |it| it.depth);
        self.nodes.len() >= MAX_DEPTH || scopes >= MAX_SCOPES
    }

    /// Goes on to a child of the last node.
    fn push(&mut self, node: Node<'t>) {
        let scopes = self.scopes.len();
        let scope = self.scope_of(node);
        let opens = match self.nodes.last() {
            Some(parent) => self.opens(*parent, node),
            None => Opens::Nothing,
        };
        self.nodes.push(node);
        self.marks.push(Mark {
            opens,
            scope,
            scopes,
        });
    }

    /// Goes back to the parent of the last node.
    fn pop(&mut self) {
        self.nodes.pop();
        if let Some(mark) = self.marks.pop() {
            self.scopes.truncate(mark.scopes);
        }
    }

    /// The scope that `node`, a child of the last node, lies in.
    fn scope_of(&mut self, node: Node<'_>) -> Option<usize> {
        let (parent, mark) = (*self.nodes.last()?, *self.marks.last()?);
        let kind = match mark.opens {
            Opens::Body(kind) if is_field(parent, "body", node) => kind,
            Opens::Comprehension => ScopeKind::Comprehension,
            Opens::FirstLoop if is_field(parent, "right", node) => {
                let comprehension = self.marks.len().checked_sub(2)?;
                return self.marks.get(comprehension)?.scope;
            }
            Opens::Body(_) | Opens::FirstLoop | Opens::Nothing => return mark.scope,
        };
        let outer = mark.scope;
        let depth = outer
            .and_then(|it| self.scopes.get(it))
            .map_or(0, |it| it.depth);
        self.scopes.push(Scope {
            id: parent.id(),
            kind,
            outer,
            depth: depth + 1,
        });
        Some(self.scopes.len() - 1)
    }

    /// What `node`, a child of `parent`, may open.
    fn opens(&self, parent: Node<'_>, node: Node<'_>) -> Opens {
        if !node.is_named() {
            return Opens::Nothing;
        }
        match node.kind() {
            "function_definition" | "lambda" => Opens::Body(ScopeKind::Function),
            "class_definition" => Opens::Body(ScopeKind::Class),
            "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression" => Opens::Comprehension,
            "for_in_clause" if self.is_first_loop(parent, node) => Opens::FirstLoop,
            _ => Opens::Nothing,
        }
    }

    /// Whether `node` is the first `for` of a comprehension.
    fn is_first_loop(&self, parent: Node<'_>, node: Node<'_>) -> bool {
        let comprehension = self.marks.last().map(|it| it.opens) == Some(Opens::Comprehension);
        let mut cursor = parent.walk();
        comprehension
            && parent
                .named_children(&mut cursor)
                .find(|it| it.kind() == "for_in_clause")
                == Some(node)
    }
}

/// A walk over every node, each before its children.
pub(super) struct Walk<'t> {
    cursor: TreeCursor<'t>,
    trail: Trail<'t>,
}

impl<'t> Walk<'t> {
    /// Stands at `root`.
    pub(super) fn new(root: Node<'t>) -> Self {
        Self {
            cursor: root.walk(),
            trail: Trail::new(root),
        }
    }

    /// The node that the walk stands at.
    pub(super) fn node(&self) -> Node<'t> {
        self.cursor.node()
    }

    /// The way from the root to where the walk stands.
    pub(super) fn trail(&self) -> &Trail<'t> {
        &self.trail
    }

    /// Goes on to the first child, or past the node when there is none or it lies too deep.
    ///
    /// Tells whether there was a node to go to.
    pub(super) fn enter(&mut self) -> bool {
        if !self.trail.is_full() && self.cursor.goto_first_child() {
            self.trail.push(self.cursor.node());
            return true;
        }
        self.pass()
    }

    /// Goes on past the node without a look at its children.
    ///
    /// Tells whether there was a node to go to.
    pub(super) fn pass(&mut self) -> bool {
        loop {
            self.trail.pop();
            if self.cursor.goto_next_sibling() {
                self.trail.push(self.cursor.node());
                return true;
            }
            if !self.cursor.goto_parent() {
                return false;
            }
        }
    }
}
