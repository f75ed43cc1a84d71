//! What is known by the code around it: secrets, and the lack of something.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

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

/// How long all queries may take over one text.
const QUERY_TIME: Duration = Duration::from_secs(3);

/// How many unfinished matches a query may hold.
const MATCH_LIMIT: u32 = 4096;

/// The queries of all points, compiled one by one when first used: a text holds the keywords of
/// few of them, and a query costs what it is long.
#[derive(Debug)]
pub(super) struct Queries<'p> {
    parts: Vec<Part<'p>>,
}

/// One query of one point.
#[derive(Debug)]
struct Part<'p> {
    pattern: &'p Pattern,
    point: &'p Point,
    family: Family,
    task: Task,
    source: &'p str,
    conditions: &'p [(String, Expression)],
    /// The query for each language of the family.
    compiled: [OnceLock<Option<Query>>; 3],
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
        for pattern in patterns {
            for point in &pattern.points {
                let mut add = |task, shapes: &'p [(Family, String)], conditions| {
                    parts.extend(shapes.iter().map(|(family, source)| Part {
                        pattern,
                        point,
                        family: *family,
                        task,
                        source,
                        conditions,
                        compiled: Default::default(),
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
        Self { parts }
    }

    /// Runs the queries of a language that belong to `wanted` points.
    pub(super) fn run(
        &self,
        text: &str,
        (language, tree): (Language, &Tree),
        wanted: impl Fn(&Point) -> bool,
    ) -> Found<'p> {
        let deadline = Instant::now() + QUERY_TIME;
        let mut found = Found::default();
        let mut anchors: Vec<(usize, Capture<'p>)> = Vec::new();
        let mut present: BTreeSet<usize> = BTreeSet::new();
        for (index, part) in self.parts.iter().enumerate() {
            if part.family != language.family() || !wanted(part.point) {
                continue;
            }
            match part.task {
                Task::Secret => found
                    .secrets
                    .extend(part.run(text, (language, tree), deadline)),
                Task::Anchor => {
                    let captures = part.run(text, (language, tree), deadline).into_iter();
                    anchors.extend(captures.map(|it| (index, it)));
                }
                Task::Require => {
                    if !part.run(text, (language, tree), deadline).is_empty() {
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
    /// What the matches in a text point out, until the deadline.
    fn run(
        &self,
        text: &str,
        (language, tree): (Language, &Tree),
        deadline: Instant,
    ) -> Vec<Capture<'p>> {
        let Some(query) = self.query(language) else {
            return Vec::new();
        };
        let mut late = |_: &QueryCursorState| {
            if Instant::now() > deadline {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let options = QueryCursorOptions::new().progress_callback(&mut late);
        let mut cursor = QueryCursor::new();
        cursor.set_match_limit(MATCH_LIMIT);
        let root = tree.root_node();
        let mut matches = cursor.matches_with_options(query, root, text.as_bytes(), options);
        let mut found = Vec::new();
        while let Some(one) = matches.next() {
            if !holds(text, query, one, self.conditions) {
                continue;
            }
            // What is required is there, wherever it is.
            let span = match self.task {
                Task::Secret => captured(query, one, "secret"),
                Task::Anchor => captured(query, one, "anchor"),
                Task::Require => Some(Span::from(root.byte_range())),
            };
            found.extend(span.map(|span| Capture {
                pattern: self.pattern,
                point: self.point,
                span,
            }));
        }
        found
    }

    /// The query for a language; `None` where it is wrong, which loading the patterns excludes.
    fn query(&self, language: Language) -> Option<&Query> {
        let slot = match language {
            Language::Python | Language::JavaScript => 0,
            Language::TypeScript => 1,
            Language::Tsx => 2,
        };
        let compile = || Query::new(&language.grammar(), self.source).ok();
        self.compiled.get(slot)?.get_or_init(compile).as_ref()
    }
}

/// Whether the text under the captures is what the conditions ask for.
fn holds(
    text: &str,
    query: &Query,
    found: &QueryMatch<'_, '_>,
    conditions: &[(String, Expression)],
) -> bool {
    conditions.iter().all(|(name, expression)| {
        captured(query, found, name)
            .and_then(|it| it.of(text))
            .is_none_or(|it| expression.is_match(it))
    })
}

/// The first node under the capture `name`.
fn captured(query: &Query, found: &QueryMatch<'_, '_>, name: &str) -> Option<Span> {
    let index = query.capture_index_for_name(name)?;
    let node = found.nodes_for_capture_index(index).next()?;
    Some(Span::from(node.byte_range()))
}
