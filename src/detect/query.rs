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

/// The queries of all points, one combined query for each language, compiled when first used.
#[derive(Debug)]
pub(super) struct Queries<'p> {
    parts: Vec<Part<'p>>,
    python: OnceLock<Option<Compiled>>,
    javascript: OnceLock<Option<Compiled>>,
    typescript: OnceLock<Option<Compiled>>,
    tsx: OnceLock<Option<Compiled>>,
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

/// The query of a language, and for each of its alternatives the index of its part.
#[derive(Debug)]
struct Compiled {
    query: Query,
    parts: Vec<usize>,
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
            python: OnceLock::new(),
            javascript: OnceLock::new(),
            typescript: OnceLock::new(),
            tsx: OnceLock::new(),
        }
    }

    /// Runs the queries of a language; only matches of `wanted` points count.
    pub(super) fn run(
        &self,
        text: &str,
        (language, tree): (Language, &Tree),
        wanted: impl Fn(&Point) -> bool,
    ) -> Found<'p> {
        let Some(compiled) = self.compiled(language) else {
            return Found::default();
        };
        let deadline = Instant::now() + QUERY_TIME;
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
        let mut matches = cursor.matches_with_options(
            &compiled.query,
            tree.root_node(),
            text.as_bytes(),
            options,
        );
        let mut found = Found::default();
        let mut anchors: Vec<(usize, Capture<'p>)> = Vec::new();
        let mut present: BTreeSet<usize> = BTreeSet::new();
        while let Some(found_match) = matches.next() {
            let index = compiled.parts.get(found_match.pattern_index);
            let Some((index, part)) = index.and_then(|it| Some((*it, self.parts.get(*it)?))) else {
                continue;
            };
            if !wanted(part.point) || !holds(text, &compiled.query, found_match, part.conditions) {
                continue;
            }
            let capture = |name| {
                Some(Capture {
                    pattern: part.pattern,
                    point: part.point,
                    span: captured(&compiled.query, found_match, name)?,
                })
            };
            match part.task {
                Task::Secret => found.secrets.extend(capture("secret")),
                Task::Anchor => anchors.extend(capture("anchor").map(|it| (index, it))),
                Task::Require => {
                    present.insert(index);
                }
            }
        }
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

    /// The combined query of a language; `None` when it has none, or one of them is wrong, which
    /// loading the patterns excludes.
    fn compiled(&self, language: Language) -> Option<&Compiled> {
        let cell = match language {
            Language::Python => &self.python,
            Language::JavaScript => &self.javascript,
            Language::TypeScript => &self.typescript,
            Language::Tsx => &self.tsx,
        };
        cell.get_or_init(|| self.compile(language)).as_ref()
    }

    fn compile(&self, language: Language) -> Option<Compiled> {
        let mut source = String::new();
        let mut starts = Vec::new();
        for (index, part) in self.parts.iter().enumerate() {
            if part.family == language.family() {
                starts.push((source.len(), index));
                source.push_str(part.source);
                source.push('\n');
            }
        }
        let query = Query::new(&language.grammar(), &source).ok()?;
        let parts = (0..query.pattern_count())
            .map(|alternative| {
                let start = query.start_byte_for_pattern(alternative);
                let after = starts.partition_point(|(it, _)| *it <= start);
                starts.get(after.checked_sub(1)?).map(|(_, index)| *index)
            })
            .collect::<Option<Vec<usize>>>()?;
        (!starts.is_empty()).then_some(Compiled { query, parts })
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
