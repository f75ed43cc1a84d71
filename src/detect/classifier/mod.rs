//! How likely a value is a secret, judged by a small model.
//!
//! The model sees the value, the name it is bound to and the place where it stands, each as
//! numbers ([`features`]) and as hashed pieces of text ([`grams`]). `docs/confidence.md` says
//! what the answer means, `training/README.md` how the model is made.

mod features;
mod grams;
mod model;
mod named;
mod reason;
mod view;

pub use features::{COUNT, Features, names};
pub use grams::Grams;
use grams::Side;
pub use model::LAYOUT;
pub use named::is_credential_name;
pub use reason::{Leaning, Reason};

use camino::Utf8Path;

use crate::lang::Syntax;
use crate::risk::FileClass;
use crate::text::Span;

/// A value that may be a secret, and what is known of its place.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    /// What it is bound to, the last part alone; empty when nothing is known.
    pub name: &'a str,
    /// The value as written between its quotes.
    pub value: &'a str,
    /// How name and value are connected.
    pub form: Form,
    /// The kind of file.
    pub class: FileClass,
    /// How the file is read.
    pub syntax: Syntax,
    /// The text of the line before the value, at most 120 bytes.
    pub before: &'a str,
    /// What follows the value on its line, at most 60 bytes.
    pub after: &'a str,
    /// The path of the file.
    pub path: &'a Utf8Path,
}

/// How a name and a value are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// The language or the data format binds them.
    Bound,
    /// `name=value` inside a string, a comment or prose.
    Mentioned,
    /// The value is the argument of a call.
    Argument,
}

/// What the model makes of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How likely the value is a secret, calibrated: nine of ten at 0.9 are.
    pub probability: f32,
    /// What speaks loudest for it and against it, one to three reasons.
    pub reasons: Vec<Reason>,
}

/// Judges a candidate and says why.
#[must_use]
pub fn classify(candidate: &Candidate<'_>) -> Verdict {
    let model = model::get();
    let view = view::View::of(candidate);
    let features = model.complete(&view);
    Verdict {
        probability: model.probability(&features),
        reasons: reason::reasons(model, &features),
    }
}

/// Judges a candidate without saying why, which is quicker.
#[must_use]
pub fn probability(candidate: &Candidate<'_>) -> f32 {
    let model = model::get();
    let view = view::View::of(candidate);
    model.probability(&model.complete(&view))
}

/// Everything the model is given of one candidate, for training it.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The numbers, with the scores that the present weights give.
    pub features: Features,
    /// The pieces of the value.
    pub value: Grams,
    /// The pieces of the name.
    pub name: Grams,
    /// The pieces of the place.
    pub place: Grams,
    /// What the present weights say.
    pub probability: f32,
}

impl Inspection {
    /// Looks at a candidate.
    #[must_use]
    pub fn of(candidate: &Candidate<'_>) -> Self {
        let model = model::get();
        let view = view::View::of(candidate);
        let features = model.complete(&view);
        Self {
            value: Grams::of(Side::Value, &view),
            name: Grams::of(Side::Name, &view),
            place: Grams::of(Side::Place, &view),
            probability: model.probability(&features),
            features,
        }
    }
}

/// The text of the line before `span`, and what follows it on its line, as a candidate has them.
#[must_use]
pub fn around(text: &str, span: Span) -> (&str, &str) {
    view::around(text, span)
}
