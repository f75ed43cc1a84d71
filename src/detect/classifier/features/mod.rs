//! What the model knows of a candidate in numbers.

mod dictionary;
mod name;
mod place;
mod runs;
mod terms;
mod value;

use super::view::View;

/// Lists the features: their names in Rust, which are their order in the weights.
macro_rules! features {
    ($($name:ident,)*) => {
        /// One number that the model looks at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::detect::classifier) enum Feature {
            $($name,)*
        }

        impl Feature {
            /// All features, in the order of the numbers.
            pub(in crate::detect::classifier) const ALL: &[Self] = &[$(Self::$name,)*];
        }

        /// The names of all features, in the order of the numbers.
        const NAMES: &[&str] = &[$(stringify!($name),)*];
    };
}

features! {
    // The value: what it is made of.
    Length,
    Lower,
    Upper,
    Digits,
    Signs,
    Foreign,
    Spaces,
    Distinct,
    Entropy,
    Changes,
    Pairs,
    KnownPairs,
    Vowels,
    // The value: repetition and runs.
    SameRun,
    Sequence,
    Keyboard,
    // The value: words.
    WordCover,
    LongestWord,
    WordCount,
    // The value: shapes.
    HexDigits,
    HashLength,
    Uuid,
    Base64,
    Decimal,
    DateOrVersion,
    Url,
    UrlPassword,
    Email,
    Slashes,
    Dots,
    Dashes,
    Underscores,
    Brackets,
    Escapes,
    CodeSigns,
    Style,
    TrailingDigits,
    OpensWithSign,
    EndsWithSign,
    HashScheme,
    Jwt,
    // The value: what the checks say.
    Empty,
    Template,
    Reference,
    Prose,
    Place,
    IdentifierPath,
    Keyword,
    Published,
    Marked,
    Monotonous,
    RepeatsName,
    StandInWords,
    NameWords,
    SaysCredential,
    SaysTest,
    // The name.
    NameLength,
    NameWordCount,
    NameKind,
    NameRest,
    NameAbout,
    NameQualified,
    NameTest,
    NamePublic,
    NameShouts,
    NameShared,
    // The place.
    Mentioned,
    Argument,
    InTest,
    InDocumentation,
    Copied,
    Syntax,
    Joint,
    Quote,
    Next,
    BeforeLength,
    Indentation,
    AfterRead,
    InComment,
    InAssertion,
    BesideUser,
    InMessage,
    InDeclaration,
    PathExample,
    PathTexts,
    PathSettings,
    // What the linear parts of the model say; see [`super::grams`].
    ValueScore,
    NameScore,
    PlaceScore,
}

impl Feature {
    /// Whether it is listed between two others, or is one of them.
    pub(super) fn is_between(self, first: Self, last: Self) -> bool {
        (first as usize..=last as usize).contains(&(self as usize))
    }
}

/// How many features there are.
pub const COUNT: usize = NAMES.len();

/// The names of all features, in the order of the numbers.
#[must_use]
pub const fn names() -> &'static [&'static str] {
    NAMES
}

/// The numbers of one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Features([f32; COUNT]);

impl Features {
    /// What can be known without the weights; the scores stay zero.
    pub(super) fn of(view: &View<'_>) -> Self {
        let mut features = Self([0.0; COUNT]);
        value::fill(view, &mut features);
        name::fill(view, &mut features);
        place::fill(view, &mut features);
        features
    }

    /// The numbers, in the order of [`names`].
    #[must_use]
    pub fn numbers(&self) -> &[f32; COUNT] {
        &self.0
    }

    pub(super) fn get(&self, feature: Feature) -> f32 {
        self.0.get(feature as usize).copied().unwrap_or_default()
    }

    pub(super) fn is(&self, feature: Feature) -> bool {
        self.get(feature) > 0.0
    }

    /// Whether a feature that is one of several kinds is `kind`.
    pub(super) fn has(&self, feature: Feature, kind: u8) -> bool {
        (self.get(feature) - f32::from(kind)).abs() < 0.5
    }

    pub(super) fn set(&mut self, feature: Feature, number: f32) {
        if let Some(it) = self.0.get_mut(feature as usize) {
            *it = number;
        }
    }

    fn count(&mut self, feature: Feature, count: usize) {
        self.set(feature, real(count));
    }

    /// Sets a feature to one where `is` holds, and to zero where not.
    fn flag(&mut self, feature: Feature, is: impl Into<u8>) {
        self.set(feature, f32::from(is.into()));
    }

    fn share(&mut self, feature: Feature, part: usize, whole: usize) {
        self.set(feature, real(part) / real(whole.max(1)));
    }
}

/// A count as a number; counts here are small.
fn real(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
