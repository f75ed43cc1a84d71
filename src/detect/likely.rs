//! Whether a value is one that a point wants: its checks, and what the model makes of it.

use super::candidate::Scene;
use super::checks;
use super::classifier;
use super::classifier::{Candidate, Form};
use crate::finding::Doubt;
use crate::finding::Likelihood;
use crate::pattern::Check;
use crate::pattern::Matcher;
use crate::pattern::Point;
use crate::text::Span;

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) name: &'a str,
    pub(super) value: Span,
    pub(super) form: Form,
}

/// Why `point` does not want the value, if it does not.
pub(super) fn doubt(point: &Point, question: Question<'_>) -> Option<Doubt> {
    let value = question.value.of(question.scene.document.text)?;
    refusal(point, question.name, value).or_else(|| improbable(point, question))
}

/// Why `point` does not want `value` under `name`, as far as the two alone can tell.
fn refusal(point: &Point, name: &str, value: &str) -> Option<Doubt> {
    if let Matcher::Assignment { value: shape, .. } = &point.matcher
        && shape.as_ref().is_some_and(|it| !it.is_match(value))
    {
        return Some(Doubt::Shape);
    }
    let name = Some(name).filter(|it| !it.is_empty());
    point
        .checks
        .iter()
        .find_map(|it| checks::doubt(it, name, value))
}

/// Why the value is not likely enough for `point`, if it is not.
///
/// The reasons are given where doubts are told: to find them the model is asked many times.
pub(super) fn improbable(point: &Point, question: Question<'_>) -> Option<Doubt> {
    let (percent, name) = asked(point)?;
    let probability = classifier::probability(&question.candidate(name));
    (probability * 100.0 < f32::from(percent)).then(|| {
        let told = question.scene.explain;
        let likelihood = told.then(|| likelihood(point, question)).flatten();
        Doubt::Unlikely(likelihood.map_or_else(String::new, |it| it.reasons.join("; ")))
    })
}

/// How likely the value is a secret, if `point` wants to know.
pub(super) fn likelihood(point: &Point, question: Question<'_>) -> Option<Likelihood> {
    let (_, name) = asked(point)?;
    let verdict = classifier::classify(&question.candidate(name));
    let reasons = verdict.reasons.iter().map(ToString::to_string);
    Some(Likelihood {
        probability: verdict.probability,
        reasons: reasons.collect(),
    })
}

/// What `point` asks of the model.
fn asked(point: &Point) -> Option<(u16, &str)> {
    point.checks.iter().find_map(|it| match it {
        Check::Likely { percent, name } => Some((*percent, name.as_str())),
        Check::Entropy(_)
        | Check::Length { .. }
        | Check::Charset(_)
        | Check::Checksum(_)
        | Check::NotPlaceholder
        | Check::Placeholder
        | Check::Random
        | Check::Reject(_) => None,
    })
}

impl<'a> Question<'a> {
    /// The candidate, called `name` where the text says nothing.
    fn candidate(self, name: &'a str) -> Candidate<'a> {
        let document = self.scene.document;
        let (before, after) = classifier::around(document.text, self.value);
        Candidate {
            name: if self.name.is_empty() {
                name
            } else {
                self.name
            },
            value: self.value.of(document.text).unwrap_or_default(),
            form: self.form,
            class: self.scene.at.class,
            syntax: document.syntax,
            before,
            after,
            path: &self.scene.at.path,
        }
    }
}
