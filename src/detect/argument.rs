//! Literals known by the function that takes them.

use std::collections::HashMap;

use super::candidate::{Scene, Sighting};
use super::classifier::Form;
use super::likely::Question;
use super::sight;
use super::survey::Wanted;
use crate::pattern::CallShape;
use crate::pattern::Matcher;
use crate::pattern::PatternSet;
use crate::pattern::Point;
use crate::text::Span;

/// The calls that points are for, by the names of their functions.
#[derive(Debug)]
pub(super) struct Calls<'p>(HashMap<&'p str, Vec<Wish<'p>>>);

/// A call, and the point that is for it.
type Wish<'p> = (&'p Point, &'p CallShape);

impl<'p> Calls<'p> {
    /// The calls of all points of `patterns`.
    pub(super) fn new(patterns: &'p PatternSet) -> Self {
        let mut calls: HashMap<&'p str, Vec<Wish<'p>>> = HashMap::new();
        for point in patterns.iter().flat_map(|it| &it.points) {
            for shape in shapes(point) {
                calls.entry(shape.name()).or_default().push((point, shape));
            }
        }
        Self(calls)
    }

    /// The calls of functions with this name.
    fn of(&self, name: &str) -> &[Wish<'p>] {
        let calls = self.0.get(&*CallShape::plain(name));
        calls.map(Vec::as_slice).unwrap_or_default()
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

/// The calls that the point is for.
fn shapes(point: &Point) -> &[CallShape] {
    match &point.matcher {
        Matcher::Argument { calls } => calls,
        Matcher::Literal { .. }
        | Matcher::Assignment { .. }
        | Matcher::EnvRead { .. }
        | Matcher::Query { .. }
        | Matcher::Absence { .. } => &[],
    }
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
