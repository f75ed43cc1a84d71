//! Literals known by the function that takes them.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::assignment;
use super::candidate::{Scene, Sighting};
use super::classifier::Form;
use super::likely;
use super::likely::Question;
use super::mention::is_quote;
use super::prefilter::Finder;
use super::sight;
use super::survey::Wanted;
use crate::lang::Dialect;
use crate::pattern::CallShape;
use crate::pattern::Matcher;
use crate::pattern::PatternSet;
use crate::pattern::Point;
use crate::text::Span;

/// How far a call is looked at before anything is read, in bytes.
const REACH: usize = 2048;

/// How many texts in quotes are tried within a call.
const TRIES: usize = 12;

/// The calls that points are for, by the names of their functions.
#[derive(Debug)]
pub(super) struct Calls<'p> {
    wishes: HashMap<&'p str, Vec<Wish<'p>>>,
    /// The same calls, by what their functions are members of.
    members: HashMap<&'p str, Vec<Wish<'p>>>,
    /// What finds the functions of points that are looked for by other words.
    apart: Vec<(&'p Point, FunctionFinder)>,
}

/// Finds the names of functions, once somebody asks; nothing does where one is too short.
type FunctionFinder = OnceLock<Option<Finder>>;

/// A call, and the point that is for it.
type Wish<'p> = (&'p Point, &'p CallShape);

impl<'p> Calls<'p> {
    /// The calls of all points of `patterns`.
    pub(super) fn new(patterns: &'p PatternSet) -> Self {
        let mut wishes: HashMap<&'p str, Vec<Wish<'p>>> = HashMap::new();
        let mut members: HashMap<&'p str, Vec<Wish<'p>>> = HashMap::new();
        let mut apart = Vec::new();
        for point in patterns.iter().flat_map(|it| &it.points) {
            for shape in shapes(point) {
                wishes.entry(shape.name()).or_default().push((point, shape));
                if let Some(owner) = shape.owner() {
                    members.entry(owner).or_default().push((point, shape));
                }
            }
            if let Matcher::Argument { apart: true, .. } = &point.matcher {
                apart.push((point, FunctionFinder::new()));
            }
        }
        Self {
            wishes,
            members,
            apart,
        }
    }

    /// The calls of functions with this name.
    fn of(&self, name: &str) -> &[Wish<'p>] {
        let calls = self.wishes.get(&*CallShape::plain(name));
        calls.map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether `word`, which the text holds, makes it look as if a function of `point` were given
    /// a value that the point wants.
    ///
    /// Cheap, so that only texts with something to find are read; it may be wrong in favour of
    /// reading, and must not be in favour of not reading.
    pub(super) fn plausible(&self, scene: Scene<'_>, point: &'p Point, word: Span) -> bool {
        let Some(dialect) = scene.document.syntax.dialect() else {
            return false;
        };
        let text = scene.document.text;
        let is_called = |at: Span| {
            let Some(name) = CallShape::word(text, at).map(CallShape::plain) else {
                return false;
            };
            let known = [self.wishes.get(&*name), self.members.get(&*name)];
            let known = known.into_iter().flatten().flatten();
            let mut shapes = known.filter(|(it, _)| std::ptr::eq(*it, point));
            shapes.any(|(_, shape)| {
                let end = shape.named_at(text, at);
                end.is_some_and(|it| is_given(scene, (point, dialect), it))
            })
        };
        let Matcher::Argument { apart: true, .. } = point.matcher else {
            return is_called(word);
        };
        let finder = self.apart.iter().find(|(it, _)| std::ptr::eq(*it, point));
        let finder = finder.and_then(|(_, it)| it.get_or_init(|| finder_of(point)).as_ref());
        finder.is_none_or(|finder| {
            let mut names = finder.find(text.as_bytes());
            names.any(|(_, it)| is_called(without_sign(text, it)))
        })
    }

    /// What the functions of `points` are given; [`sight::MANY`] at the most.
    pub(super) fn sight(&self, scene: Scene<'_>, points: &Wanted<'p>) -> Vec<Sighting<'p>> {
        if points.is_empty() {
            return Vec::new();
        }
        let document = scene.document;
        let is_wanted = |name: &str| self.of(name).iter().any(|(it, _)| points.has(it));
        let mut sightings = Vec::new();
        for call in document.syntax.calls(document.text, &is_wanted) {
            let name = call.function.last().and_then(|it| it.of(document.text));
            let shapes = self.of(name.unwrap_or_default());
            for (pattern, point) in points.iter() {
                let shapes = shapes.iter().filter(|(it, _)| std::ptr::eq(*it, point));
                let values = shapes.filter_map(|(_, it)| it.value(document.text, &call));
                let questions = values
                    .filter(|it| is_text(scene, *it))
                    .map(|value| Question {
                        scene,
                        name: "",
                        value,
                        form: Form::Argument,
                    });
                sightings.extend(questions.filter_map(|it| sight::judged((pattern, point), it)));
            }
            if sightings.len() >= sight::MANY {
                break;
            }
        }
        sightings
    }
}

/// What finds the functions of `point`; none where one has too short a name.
fn finder_of(point: &Point) -> Option<Finder> {
    let names = shapes(point).iter().flat_map(CallShape::spellings);
    let names: Vec<String> = names.flat_map(|it| findable(it)).collect();
    let names: Vec<&[u8]> = names.iter().map(String::as_bytes).collect();
    let can_be_found = names.iter().all(|it| it.len() >= Finder::LEAST);
    can_be_found.then(|| Finder::new(&names))
}

/// The name of a function as texts are searched for it: a short one with each sign that may stand
/// between it and what it is given.
fn findable(name: &str) -> Vec<String> {
    if name.len() >= Finder::LEAST {
        return vec![name.to_owned()];
    }
    let signs = ["(", " ", "\t", "\r", "\n", "\"", "'", "`"];
    signs.iter().map(|it| format!("{name}{it}")).collect()
}

/// The name of the function that was found at `hit`.
fn without_sign(text: &str, hit: Span) -> Span {
    let found = hit.of(text).unwrap_or_default();
    let is_sign = |it: char| !it.is_ascii_alphanumeric() && it != '_';
    Span::new(hit.start, hit.start + found.trim_end_matches(is_sign).len())
}

/// The calls that the point is for.
fn shapes(point: &Point) -> &[CallShape] {
    match &point.matcher {
        Matcher::Argument { calls, apart: _ } => calls,
        Matcher::Literal { .. }
        | Matcher::Assignment { .. }
        | Matcher::EnvRead { .. }
        | Matcher::Query { .. }
        | Matcher::Absence { .. } => &[],
    }
}

/// Whether a function whose name ends at `at` is given a text that `point` wants.
fn is_given(scene: Scene<'_>, (point, dialect): (&Point, Dialect), at: usize) -> bool {
    let text = scene.document.text;
    let bytes = text.as_bytes();
    let blanks = bytes.get(at..).unwrap_or_default().iter();
    let mut at = at + blanks.take_while(|it| it.is_ascii_whitespace()).count();
    if bytes.get(at) == Some(&b'(') {
        at += 1;
    } else if !dialect.calls_without_brackets() {
        return false;
    }
    let (mut depth, mut tried) = (0_usize, 0_usize);
    let end = (at + REACH).min(bytes.len());
    while at < end {
        match bytes.get(at) {
            Some(b'(' | b'[' | b'{') => depth += 1,
            Some(b')' | b']' | b'}') if depth == 0 => return false,
            Some(b')' | b']' | b'}') => depth -= 1,
            Some(quote) if is_quote(*quote) => {
                let value = assignment::literal_from(bytes, at + 1);
                let value = value.filter(|it| !it.of(text).unwrap_or_default().contains('\n'));
                if let Some(value) = value {
                    if tried == TRIES {
                        return true;
                    }
                    tried += 1;
                    let question = Question {
                        scene,
                        name: "",
                        value,
                        form: Form::Argument,
                    };
                    if likely::doubt(point, question).is_none() {
                        return true;
                    }
                    at = value.end;
                }
            }
            Some(_) | None => {}
        }
        at += 1;
    }
    end < bytes.len()
}

/// Whether the value is a text without parts to fill in, where a tree can say it.
fn is_text(scene: Scene<'_>, value: Span) -> bool {
    let document = scene.document;
    let Some((language, tree)) = document.tree() else {
        return true;
    };
    let literal = language.literal(tree.root_node(), document.text, value);
    literal.is_some_and(|it| it.inner == value && it.value.is_some())
}
