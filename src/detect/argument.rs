//! Literals known by the function that takes them.

use super::candidate::{Scene, Sighting};
use super::classifier::Form;
use super::likely::Question;
use super::sight;
use super::survey::Wanted;
use crate::pattern::CallShape;
use crate::pattern::Matcher;
use crate::pattern::Point;
use crate::text::Span;

/// What the functions of `points` are given; [`sight::MANY`] at the most.
pub(super) fn sight<'p>(scene: Scene<'_>, points: &Wanted<'p>) -> Vec<Sighting<'p>> {
    if points.is_empty() {
        return Vec::new();
    }
    let document = scene.document;
    let is_wanted = |name: &str| {
        let mut shapes = points.iter().flat_map(|(_, point)| shapes(point));
        shapes.any(|it| it.is_of(name))
    };
    let mut sightings = Vec::new();
    for call in document.syntax.calls(document.text, &is_wanted) {
        for (pattern, point) in points.iter() {
            let values = shapes(point).iter();
            let values = values.filter_map(|it| it.value(document.text, &call));
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
