//! How likely a value is a secret, judged by a small model.
//!
//! The model sees the value, the name it is bound to and the place where it stands, each as
//! numbers ([`features`]) and as hashed pieces of text ([`grams`]). `docs/confidence.md` says
//! what the answer means, `training/README.md` how the model is made.

mod features;
mod gather;
mod grams;
mod model;
mod named;
mod reason;
mod view;

pub use features::{COUNT, Features, names};
pub use gather::candidates;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A value under a name in a line of Python.
    fn candidate<'a>(name: &'a str, value: &'a str) -> Candidate<'a> {
        Candidate {
            name,
            value,
            form: Form::Bound,
            class: FileClass::Code,
            syntax: Syntax::of_path("shop/settings.py".into()),
            before: "",
            after: "\"",
            path: "shop/settings.py".into(),
        }
    }

    fn judge(name: &str, value: &str) -> f32 {
        let before = format!("{name} = \"");
        probability(&Candidate {
            before: &before,
            ..candidate(name, value)
        })
    }

    #[test]
    fn secrets_are_likelier_than_what_is_none() {
        let secrets = [
            ("DB_PASSWORD", "rosebud-1941"),
            ("api_key", concat!("9f86d081884c7d65", "9a2feaa0c55ad015")),
            ("secret_key", concat!("hQ8sZk1x9Lm2Qv7T", "bR4nW0pYc6Ue")),
            ("password", "Tr0ub4dor&3"),
        ];
        let others = [
            ("password_label", "Enter your password"),
            ("token_url", "https://acme.io/oauth/token"),
            ("password", "${DB_PASSWORD}"),
            ("api_key", "settings.API_KEY"),
            ("key", "user_name"),
            ("secret_path", "/run/secrets/db"),
            ("password", "********"),
        ];
        let least = secrets.map(|(name, value)| judge(name, value));
        let most = others.map(|(name, value)| judge(name, value));
        let least = least.into_iter().fold(1.0, f32::min);
        let most = most.into_iter().fold(0.0, f32::max);
        assert!(most < 0.3 && 0.5 < least, "{most} {least}");
    }

    #[test]
    fn a_verdict_has_its_reasons_and_is_the_same_every_time() {
        let password = candidate("DB_PASSWORD", "rosebud-1941");
        let verdict = classify(&password);
        assert!((1..=3).contains(&verdict.reasons.len()));
        assert!(verdict.reasons.iter().all(|it| !it.to_string().is_empty()));
        assert_eq!(verdict, classify(&password));
        assert_eq!(
            verdict.probability.to_bits(),
            probability(&password).to_bits()
        );
    }

    #[test]
    fn a_template_is_said_to_be_one() {
        let template = candidate("DB_PASSWORD", "${DB_PASSWORD}");
        let mut reasons = classify(&template).reasons.into_iter();
        assert!(reasons.any(|it| it.leaning == Leaning::Against));
    }

    #[test]
    fn long_values_are_cut() {
        let long = "A9".repeat(1 << 20);
        let it = judge("password", &long);
        assert!((0.0..=1.0).contains(&it));
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_probability(
            name in ".{0,20}",
            value in ".{0,80}",
            before in ".{0,20}",
            after in ".{0,20}",
        ) {
            let it = probability(&Candidate {
                before: &before,
                after: &after,
                ..candidate(&name, &value)
            });
            assert!((0.0..=1.0).contains(&it));
        }
    }
}
