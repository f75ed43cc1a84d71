//! The words for what a feature means, seen from one side.

use super::{Aspect, Leaning};
use crate::detect::classifier::features::{Feature, Features};

/// What holds of a candidate, and how it is said.
type Saying = (fn(&Features) -> bool, &'static str);

/// What `aspect` says for or against the candidate, in words.
pub(super) fn say(aspect: Aspect, leaning: Leaning, features: &Features) -> &'static str {
    let (sayings, otherwise) = sayings(aspect, leaning);
    let fitting = sayings.iter().find(|(holds, _)| holds(features));
    fitting.map_or(otherwise, |(_, text)| text)
}

/// What can be said, the most telling first, and what is said when nothing of it holds.
fn sayings(aspect: Aspect, leaning: Leaning) -> (&'static [Saying], &'static str) {
    match (aspect, leaning) {
        (Aspect::Look, Leaning::For) => (LOOK_FOR, "looks like a secret"),
        (Aspect::Look, Leaning::Against) => (LOOK_AGAINST, "does not look like a secret"),
        (Aspect::Standing, Leaning::For) => (STANDING_FOR, "nothing shows a placeholder"),
        (Aspect::Standing, Leaning::Against) => (STANDING_AGAINST, "may be a placeholder"),
        (Aspect::Length, Leaning::For) => (&[], "as long as a secret"),
        (Aspect::Length, Leaning::Against) => (LENGTH_AGAINST, "too long for a secret"),
        (Aspect::Name, Leaning::For) => (NAME_FOR, "the name says secret"),
        (Aspect::Name, Leaning::Against) => (NAME_AGAINST, "the name says little"),
        (Aspect::File, Leaning::For) => (FILE_FOR, "a file in which secrets are often found"),
        (Aspect::File, Leaning::Against) => (FILE_AGAINST, "a file in which few secrets are found"),
        (Aspect::Line, Leaning::For) => (LINE_FOR, "the line reads as if it held a secret"),
        (Aspect::Line, Leaning::Against) => {
            (LINE_AGAINST, "the line reads as if it held no secret")
        }
    }
}

const LOOK_FOR: &[Saying] = &[
    (|it| it.is(Feature::Jwt), "opens like a JSON web token"),
    (
        |it| it.is(Feature::UrlPassword),
        "an address with a password",
    ),
    (|it| it.is(Feature::Uuid), "a random UUID"),
    (
        |it| it.get(Feature::HexDigits) >= 16.0,
        "random hexadecimal digits",
    ),
    (|it| it.is(Feature::Base64), "random letters and digits"),
    (
        |it| it.get(Feature::Changes) > 0.25,
        "random letters and digits",
    ),
    (
        |it| it.get(Feature::KnownPairs) < 0.6 && it.get(Feature::Pairs) > 5.0,
        "letters that form no words",
    ),
    (
        |it| it.is(Feature::Digits) && it.is(Feature::Signs),
        "letters, digits and signs, as passwords have them",
    ),
    (
        |it| it.is(Feature::Digits) && !it.is(Feature::Decimal),
        "letters and digits, as passwords have them",
    ),
    (|it| it.has(Feature::Style, 1), "a word as people choose it"),
];

const LOOK_AGAINST: &[Saying] = &[
    (|it| it.is(Feature::Spaces), "several words, as in a text"),
    (|it| it.is(Feature::HashScheme), "a hash"),
    (|it| it.is(Feature::Url), "an address"),
    (|it| it.is(Feature::Email), "an e-mail address"),
    (|it| it.is(Feature::DateOrVersion), "a date or a version"),
    (|it| it.is(Feature::Decimal), "a number"),
    (
        |it| it.get(Feature::SameRun) >= 4.0,
        "one character over and over",
    ),
    (
        |it| it.get(Feature::Sequence) >= 5.0,
        "characters in their order",
    ),
    (|it| it.get(Feature::Keyboard) >= 5.0, "keys side by side"),
    (|it| it.is(Feature::HashLength), "a hash or a checksum"),
    (|it| it.is(Feature::Slashes), "looks like a path"),
    (
        |it| it.get(Feature::Brackets) + it.get(Feature::CodeSigns) > 1.0,
        "looks like code",
    ),
    (
        |it| it.get(Feature::Style) >= 4.0 && it.get(Feature::Digits) < 0.2,
        "looks like an identifier",
    ),
    (|it| it.get(Feature::WordCover) > 0.7, "ordinary words"),
    (|it| it.is(Feature::Style), "looks like an identifier"),
];

const STANDING_FOR: &[Saying] = &[
    (
        |it| it.is(Feature::StandInWords),
        "a secret that everybody guesses",
    ),
    (
        |it| it.is(Feature::SaysCredential),
        "says itself that it is a secret",
    ),
];

const STANDING_AGAINST: &[Saying] = &[
    (
        |it| it.is(Feature::Template),
        "something is filled in later",
    ),
    (|it| it.is(Feature::Reference), "says where the secret is"),
    (|it| it.is(Feature::Prose), "a text for people"),
    (|it| it.is(Feature::Place), "a path or an address"),
    (|it| it.is(Feature::IdentifierPath), "names joined by dots"),
    (|it| it.is(Feature::Keyword), "a word of the language"),
    (|it| it.is(Feature::Published), "printed in documentation"),
    (
        |it| it.is(Feature::Marked),
        "says that it is to be replaced",
    ),
    (
        |it| it.is(Feature::Monotonous),
        "one character over and over, or a run",
    ),
    (|it| it.is(Feature::RepeatsName), "repeats its name"),
    (
        |it| it.is(Feature::StandInWords),
        "words that stand in for a secret",
    ),
    (
        |it| it.is(Feature::NameWords),
        "words that names are made of",
    ),
    (
        |it| it.is(Feature::SaysTest),
        "holds a word of tests and examples",
    ),
    (|it| it.is(Feature::SaysCredential), "talks about a secret"),
];

const LENGTH_AGAINST: &[Saying] = &[
    (|it| it.get(Feature::Length) < 8.0, "too short for a secret"),
    (
        |it| it.get(Feature::Length) < 64.0,
        "few secrets are as long",
    ),
];

const NAME_FOR: &[Saying] = &[
    (|it| it.has(Feature::NameKind, 1), "the name says password"),
    (|it| it.has(Feature::NameKind, 4), "the name says token"),
    (
        |it| (5.0..=6.0).contains(&it.get(Feature::NameKind)),
        "the name says key",
    ),
    (
        |it| (7.0..=8.0).contains(&it.get(Feature::NameKind)),
        "the name says credentials",
    ),
    (
        |it| it.has(Feature::NameKind, 9),
        "the name says salt or seed",
    ),
];

const NAME_AGAINST: &[Saying] = &[
    (|it| it.has(Feature::NameLength, 0), "no name is known"),
    (
        |it| it.is(Feature::NameAbout),
        "the name is of something about a secret",
    ),
    (|it| it.is(Feature::NamePublic), "the name says public"),
    (
        |it| (5.0..=6.0).contains(&it.get(Feature::NameKind)),
        "few keys are secrets",
    ),
    (
        |it| it.is(Feature::NameRest),
        "the name goes on behind the word",
    ),
];

const FILE_FOR: &[Saying] = &[(|it| it.is(Feature::PathSettings), "file holds settings")];

const FILE_AGAINST: &[Saying] = &[
    (|it| it.is(Feature::Copied), "file is copied or generated"),
    (
        |it| it.is(Feature::PathTexts),
        "file holds texts for people",
    ),
    (|it| it.is(Feature::InTest), "file is a test"),
    (
        |it| it.is(Feature::InDocumentation) || it.is(Feature::PathExample),
        "file is documentation or an example",
    ),
];

const LINE_FOR: &[Saying] = &[
    (
        |it| it.is(Feature::AfterRead),
        "the default of a read from the environment",
    ),
    (|it| it.is(Feature::BesideUser), "stands beside a user"),
];

const LINE_AGAINST: &[Saying] = &[
    (|it| it.is(Feature::InComment), "stands in a comment"),
    (|it| it.has(Feature::Joint, 1), "is compared, not kept"),
    (|it| it.is(Feature::InAssertion), "stands in an assertion"),
    (
        |it| it.is(Feature::InDeclaration),
        "stands in a declaration",
    ),
    (|it| it.is(Feature::InMessage), "stands in a message"),
    (|it| it.is(Feature::Argument), "is an argument of a call"),
];
