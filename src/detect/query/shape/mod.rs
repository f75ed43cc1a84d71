//! Queries of the simple kind, matched without the help of tree-sitter.
//!
//! tree-sitter takes milliseconds to make a query ready, more than most files take in all. Nearly
//! all queries of patterns are made of nodes, fields, alternatives, anchors and captures, and
//! for these a look at the children of a node is enough.

mod clock;
mod nodes;
mod read;

pub(super) use clock::Clock;
pub(super) use nodes::Nodes;

use std::collections::BTreeSet;
use std::num::NonZeroU16;

use tree_sitter::Node;

use crate::text::Span;

/// More ways to match one node are not told apart.
const MOST_WAYS: usize = 4096;

/// A query of the simple kind, for one language.
#[derive(Debug)]
pub(super) struct Shape {
    /// What a match may begin with: each is of a certain kind.
    roots: Vec<Knot>,
    /// The names of the captures, by number.
    captures: Vec<String>,
}

/// A node as it should be.
#[derive(Debug, Clone)]
struct Knot {
    /// The number of its kind; any node that has a name when absent.
    kind: Option<u16>,
    children: Vec<Child>,
    /// Whether the last of the children is the last that has a name.
    closed: bool,
    /// The numbers of its captures.
    captures: Vec<usize>,
}

/// A child of a node as it should be.
#[derive(Debug, Clone)]
struct Child {
    field: Option<NonZeroU16>,
    /// Whether it follows on the child before, or is the first.
    next: bool,
    /// What it may be.
    knots: Vec<Knot>,
}

/// The nodes under the captures of a match, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Match(Vec<(usize, Span)>);

/// A child that has a name, and the field it stands in.
type Named<'t> = (Node<'t>, Option<NonZeroU16>);

impl Shape {
    /// The matches that begin at one of `nodes`, until the clock runs out.
    pub(super) fn matches(&self, nodes: &Nodes<'_>, clock: &mut Clock) -> Vec<Match> {
        let mut found = Vec::new();
        for kind in self.kinds() {
            for node in nodes.of_kind(kind) {
                let roots = self.roots.iter();
                let ways: Vec<Match> = roots.flat_map(|it| it.ways(*node, clock)).collect();
                match ways.len() {
                    0 | 1 => found.extend(ways),
                    _ => found.extend(BTreeSet::from_iter(ways)),
                }
            }
        }
        found
    }

    /// The kinds of nodes that a match may begin with, each once.
    fn kinds(&self) -> BTreeSet<u16> {
        self.roots.iter().filter_map(|it| it.kind).collect()
    }

    /// The node under the capture `name`.
    pub(super) fn captured(&self, found: &Match, name: &str) -> Option<Span> {
        let mut captures = found.0.iter();
        let is_it = |number: usize| self.captures.get(number).is_some_and(|it| it == name);
        captures.find(|it| is_it(it.0)).map(|it| it.1)
    }
}

impl Knot {
    /// Whether `node` is of its kind.
    fn is_kind_of(&self, node: Node<'_>) -> bool {
        match self.kind {
            Some(kind) => node.kind_id() == kind,
            None => node.is_named() && !node.is_error(),
        }
    }

    /// The ways in which `node` matches.
    fn ways(&self, node: Node<'_>, clock: &mut Clock) -> Vec<Match> {
        if !clock.goes_on() || !self.is_kind_of(node) {
            return Vec::new();
        }
        let span = Span::from(node.byte_range());
        let own = Match(self.captures.iter().map(|it| (*it, span)).collect());
        if self.children.is_empty() {
            return vec![own];
        }
        let inner = self.row(&self.children, &named(node), clock);
        inner.iter().map(|it| own.with(it)).collect()
    }

    /// The ways in which `wanted`, the last of the children, match among the last of `nodes`.
    fn row(&self, wanted: &[Child], nodes: &[Named<'_>], clock: &mut Clock) -> Vec<Match> {
        let Some((first, rest)) = wanted.split_first() else {
            return vec![Match::default()];
        };
        let mut all = Vec::new();
        let mut after = nodes;
        while let Some(((node, field), others)) = after.split_first() {
            after = others;
            let open = self.closed && rest.is_empty() && !others.is_empty();
            if !open && (first.field.is_none() || first.field == *field) {
                let knots = first.knots.iter();
                let heads: Vec<Match> = knots.flat_map(|it| it.ways(*node, clock)).collect();
                if !heads.is_empty() {
                    let tails = self.row(rest, others, clock);
                    let both = heads
                        .iter()
                        .flat_map(|it| tails.iter().map(|tail| it.with(tail)));
                    all.extend(both.take(MOST_WAYS));
                }
            }
            if first.next || all.len() >= MOST_WAYS || !clock.goes_on() {
                break;
            }
        }
        all
    }
}

impl Match {
    /// This and another one.
    fn with(&self, other: &Self) -> Self {
        Self([&*self.0, &*other.0].concat())
    }
}

/// The children of `node` that have a name.
fn named(node: Node<'_>) -> Vec<Named<'_>> {
    let mut cursor = node.walk();
    let mut children = Vec::new();
    let mut more = cursor.goto_first_child();
    while more {
        if cursor.node().is_named() {
            children.push((cursor.node(), cursor.field_id()));
        }
        more = cursor.goto_next_sibling();
    }
    children
}

#[cfg(test)]
mod tests;
