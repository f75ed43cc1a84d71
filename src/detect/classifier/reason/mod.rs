//! Why the model thinks what it thinks, in words.
//!
//! Each aspect of a candidate is made neutral in turn; how far that moves the sum is how much the
//! aspect matters.

mod words;

use std::fmt;

use super::features::{Feature, Features};
use super::model::Model;

/// At most so many reasons are given.
const MOST: usize = 3;

/// What moves the sum less is not worth a word.
const LEAST: f32 = 0.25;

/// One reason for or against a value being a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// What it speaks for.
    pub leaning: Leaning,
    text: &'static str,
}

/// What a reason speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leaning {
    /// The value is a secret.
    For,
    /// It is none.
    Against,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// What can be made neutral alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aspect {
    Look,
    Standing,
    Length,
    Name,
    File,
    Line,
}

impl Aspect {
    const ALL: [Self; 6] = [
        Self::Look,
        Self::Standing,
        Self::Length,
        Self::Name,
        Self::File,
        Self::Line,
    ];

    /// The features that show it: from one to another, in their order.
    fn features(self) -> &'static [(Feature, Feature)] {
        match self {
            Self::Look => &[
                (Feature::Lower, Feature::Jwt),
                (Feature::ValueScore, Feature::ValueScore),
            ],
            Self::Standing => &[(Feature::Empty, Feature::SaysTest)],
            Self::Length => &[(Feature::Length, Feature::Length)],
            Self::Name => &[
                (Feature::NameLength, Feature::NameShared),
                (Feature::NameScore, Feature::NameScore),
            ],
            Self::File => &[
                (Feature::InTest, Feature::Syntax),
                (Feature::PathExample, Feature::PathSettings),
            ],
            Self::Line => &[
                (Feature::Mentioned, Feature::Argument),
                (Feature::Joint, Feature::InDeclaration),
                (Feature::PlaceScore, Feature::PlaceScore),
            ],
        }
    }

    fn has(self, feature: Feature) -> bool {
        let mut ranges = self.features().iter();
        ranges.any(|(first, last)| feature.is_between(*first, *last))
    }
}

/// The one to three reasons that matter most.
pub(super) fn reasons(model: &Model, features: &Features) -> Vec<Reason> {
    let whole = model.sum(features);
    let mut weighed = Aspect::ALL.map(|aspect| {
        let mut other = features.clone();
        for feature in Feature::ALL {
            if aspect.has(*feature) {
                other.set(*feature, model.neutral(*feature));
            }
        }
        (aspect, whole - model.sum(&other))
    });
    weighed.sort_by(|(_, one), (_, other)| other.abs().total_cmp(&one.abs()));
    let spoken = weighed.iter().enumerate();
    let worth = spoken.filter(|(index, (_, moves))| *index == 0 || moves.abs() >= LEAST);
    let said = worth.map(|(_, (aspect, moves))| {
        let leaning = if *moves < 0.0 {
            Leaning::Against
        } else {
            Leaning::For
        };
        let text = words::say(*aspect, leaning, features);
        Reason { leaning, text }
    });
    said.take(MOST).collect()
}
