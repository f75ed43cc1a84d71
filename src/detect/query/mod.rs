//! What is known by the code around it: secrets, and the lack of something.

mod shape;

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::time::Duration;

use tree_sitter::{
    Query, QueryCursor, QueryCursorOptions, QueryCursorState, QueryMatch, StreamingIterator as _,
    Tree,
};

use crate::lang::Family;
use crate::lang::Language;
use crate::pattern::Expression;
use crate::pattern::Matcher;
use crate::pattern::Pattern;
use crate::pattern::PatternSet;
use crate::pattern::Point;
use crate::text::Span;

use self::shape::{Clock, Nodes, Shape};

/// How long all queries may take over one text.
const QUERY_TIME: Duration = Duration::from_secs(3);

/// How many unfinished matches a query may hold.
const MATCH_LIMIT: u32 = 4096;

/// The queries of all points, compiled one by one when first used: a text holds the keywords of
/// few of them, and a query costs what it is long.
#[derive(Debug)]
pub(super) struct Queries<'p> {
    parts: Vec<Part<'p>>,
    /// What the parts look for: patterns that differ in their conditions look for the same.
    sources: Vec<Source<'p>>,
}

/// One query of one point.
#[derive(Debug)]
struct Part<'p> {
    pattern: &'p Pattern,
    point: &'p Point,
    task: Task,
    /// The number of its query.
    source: usize,
    conditions: &'p [(String, Expression)],
}

/// A query as it is written.
#[derive(Debug)]
struct Source<'p> {
    family: Family,
    text: &'p str,
    /// The query for each language of the family.
    compiled: [OnceLock<Option<Compiled>>; 3],
}

/// A query for one language.
#[derive(Debug)]
enum Compiled {
    /// Of the simple kind.
    Simple(Shape),
    /// Any other.
    Query(Query),
}

/// What a match of a query means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// Its capture `@secret` is a value.
    Secret,
    /// Its capture `@anchor` makes something necessary.
    Anchor,
    /// The necessary thing is there.
    Require,
}

/// A capture that a query points out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capture<'p> {
    pub(super) pattern: &'p Pattern,
    pub(super) point: &'p Point,
    pub(super) span: Span,
}

/// What the queries found in a text.
#[derive(Debug, Default)]
pub(super) struct Found<'p> {
    /// Values, by their literals or what is inside them.
    pub(super) secrets: Vec<Capture<'p>>,
    /// For each absence, the first thing that makes it one.
    pub(super) absences: Vec<Capture<'p>>,
}

impl<'p> Queries<'p> {
    /// Collects the queries of `patterns`; nothing is compiled yet.
    pub(super) fn new(patterns: &'p PatternSet) -> Self {
        let mut parts = Vec::new();
        let mut distinct = Vec::new();
        let mut numbers = HashMap::new();
        for pattern in patterns {
            for point in &pattern.points {
                let mut add = |task, written: &'p [(Family, String)], conditions| {
                    parts.extend(written.iter().map(|(family, text)| Part {
                        pattern,
                        point,
                        task,
                        source: *numbers.entry((*family, text)).or_insert_with(|| {
                            distinct.push(Source {
                                family: *family,
                                text,
                                compiled: Default::default(),
                            });
                            distinct.len() - 1
                        }),
                        conditions,
                    }));
                };
                match &point.matcher {
                    Matcher::Query { shapes, conditions } => {
                        add(Task::Secret, shapes, conditions);
                    }
                    Matcher::Absence {
                        anchor,
                        require,
                        conditions,
                    } => {
                        add(Task::Anchor, anchor, conditions);
                        add(Task::Require, require, conditions);
                    }
                    Matcher::Literal { .. }
                    | Matcher::Assignment { .. }
                    | Matcher::EnvRead { .. }
                    | Matcher::Argument { .. } => {}
                }
            }
        }
        Self {
            parts,
            sources: distinct,
        }
    }

    /// Runs the queries of a language that belong to `wanted` points.
    pub(super) fn run(
        &self,
        text: &str,
        (language, tree): (Language, &Tree),
        wanted: impl Fn(&Point) -> bool,
    ) -> Found<'p> {
        let mut clock = Clock::of(QUERY_TIME);
        let mut found = Found::default();
        let mut anchors: Vec<(usize, Capture<'p>)> = Vec::new();
        let mut present: BTreeSet<usize> = BTreeSet::new();
        let parts = self.parts.iter().enumerate();
        let parts = parts.filter(|(_, it)| wanted(it.point));
        let parts = parts.filter_map(|(index, part)| {
            let source = self.sources.get(part.source)?;
            Some((index, part, source.query(language)?))
        });
        let parts: Vec<(usize, &Part<'p>, &Compiled)> = parts.collect();
        let shapes: Vec<&Shape> = parts.iter().filter_map(|it| it.2.shape()).collect();
        let nodes = Nodes::of(tree, &shapes, &mut clock);
        for (index, part, query) in parts {
            let captures = part.run(query, text, (tree, &nodes), &mut clock);
            match part.task {
                Task::Secret => found.secrets.extend(captures),
                Task::Anchor => anchors.extend(captures.into_iter().map(|it| (index, it))),
                Task::Require => {
                    if !captures.is_empty() {
                        present.insert(index);
                    }
                }
            }
        }
        found.secrets.sort_by_key(|it| it.span);
        found.absences = self.absent(anchors, &present);
        found
    }

    /// The first anchor of each point whose required thing is not `present`.
    fn absent(
        &self,
        mut anchors: Vec<(usize, Capture<'p>)>,
        present: &BTreeSet<usize>,
    ) -> Vec<Capture<'p>> {
        let same = |one: &Point, other: &Point| std::ptr::eq(one, other);
        anchors.retain(|(_, anchor)| {
            let mut there = present.iter().filter_map(|it| self.parts.get(*it));
            !there.any(|it| same(it.point, anchor.point))
        });
        anchors.sort_by_key(|(index, anchor)| (*index, anchor.span));
        anchors.dedup_by(|(_, later), (_, first)| same(later.point, first.point));
        anchors.into_iter().map(|(_, it)| it).collect()
    }
}

impl<'p> Part<'p> {
    /// What the matches in a text point out, until the clock runs out.
    fn run(
        &self,
        query: &Compiled,
        text: &str,
        place: (&Tree, &Nodes<'_>),
        clock: &mut Clock,
    ) -> Vec<Capture<'p>> {
        let root = Span::from(place.0.root_node().byte_range());
        let mut found = Vec::new();
        query.each(text, place, clock, &mut |captured| {
            let holds = |(name, expression): &(String, Expression)| {
                let text = captured(name).and_then(|it| it.of(text));
                text.is_none_or(|it| expression.is_match(it))
            };
            if !self.conditions.iter().all(holds) {
                return;
            }
            // What is required is there, wherever it is.
            let span = match self.task {
                Task::Secret => captured("secret"),
                Task::Anchor => captured("anchor"),
                Task::Require => Some(root),
            };
            found.extend(span.map(|span| Capture {
                pattern: self.pattern,
                point: self.point,
                span,
            }));
        });
        found
    }
}

impl Source<'_> {
    /// The query for a language; `None` for one of another family, and where the query is wrong,
    /// which loading the patterns excludes.
    fn query(&self, language: Language) -> Option<&Compiled> {
        if self.family != language.family() {
            return None;
        }
        let slot = match language {
            Language::Python | Language::JavaScript => 0,
            Language::TypeScript => 1,
            Language::Tsx => 2,
        };
        let compile = || {
            let grammar = language.grammar();
            let simple = Shape::read(self.text, &grammar).map(Compiled::Simple);
            simple.or_else(|| Query::new(&grammar, self.text).ok().map(Compiled::Query))
        };
        self.compiled.get(slot)?.get_or_init(compile).as_ref()
    }
}

/// Tells the node under the capture of a name.
type Captured<'c> = &'c dyn Fn(&str) -> Option<Span>;

impl Compiled {
    /// What it is made of, if it is of the simple kind.
    fn shape(&self) -> Option<&Shape> {
        match self {
            Self::Simple(shape) => Some(shape),
            Self::Query(_) => None,
        }
    }

    /// Gives every match in a text to `take`, until the clock runs out.
    fn each(
        &self,
        text: &str,
        (tree, nodes): (&Tree, &Nodes<'_>),
        clock: &mut Clock,
        take: &mut dyn FnMut(Captured<'_>),
    ) {
        match self {
            Self::Simple(shape) => {
                for one in shape.matches(nodes, clock) {
                    take(&|name| shape.captured(&one, name));
                }
            }
            Self::Query(query) => {
                let mut late = |_: &QueryCursorState| {
                    if clock.has_run_out() {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                };
                let options = QueryCursorOptions::new().progress_callback(&mut late);
                let mut cursor = QueryCursor::new();
                cursor.set_match_limit(MATCH_LIMIT);
                let (root, bytes) = (tree.root_node(), text.as_bytes());
                let mut matches = cursor.matches_with_options(query, root, bytes, options);
                while let Some(one) = matches.next() {
                    take(&|name| captured(query, one, name));
                }
            }
        }
    }
}

/// The first node under the capture `name`.
fn captured(query: &Query, found: &QueryMatch<'_, '_>, name: &str) -> Option<Span> {
    let index = query.capture_index_for_name(name)?;
    let node = found.nodes_for_capture_index(index).next()?;
    Some(Span::from(node.byte_range()))
}
